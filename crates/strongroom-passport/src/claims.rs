use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_primitives::InvalidValue;

/// A URL that names an organisation, a policy, a data set or an issuer: opaque, compared exactly
/// as written, never fetched to decide anything (GA4GH Passport 1.2, URL Claims).
///
/// `http` or `https`, at most 255 characters of those that RFC 3986 allows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlClaim(String);

impl UrlClaim {
    /// The URL, if it keeps the rule above.
    ///
    /// # Errors
    /// If it does not.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = text.into();
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let named = host.is_some_and(|host| !host.is_empty() && !host.contains('@'));
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte));
        if named && plain && text.len() <= 255 {
            Ok(Self(text))
        } else {
            Err(InvalidValue::new(
                "URL claim",
                "expected an http or https URL with a host, without user information, of at most 255 characters of RFC 3986",
            ))
        }
    }

    /// The URL as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UrlClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for UrlClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for UrlClaim {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for UrlClaim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An account at an issuer: the subject and the issuer of a visa together (GA4GH Passport 1.2,
/// Visa Identity). Each is 1 to 255 characters, compared exactly.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    issuer: String,
    subject: String,
}

impl Identity {
    /// The account with this subject at this issuer.
    ///
    /// # Errors
    /// If either is empty, longer than 255 characters, or holds a control character.
    pub fn new(issuer: impl Into<String>, subject: impl Into<String>) -> Result<Self, InvalidValue> {
        let (issuer, subject) = (issuer.into(), subject.into());
        for text in [&issuer, &subject] {
            if text.is_empty() || text.chars().count() > 255 || text.chars().any(char::is_control) {
                return Err(InvalidValue::new(
                    "visa identity",
                    "issuer and subject have 1 to 255 characters, none of them a control character",
                ));
            }
        }
        Ok(Self { issuer, subject })
    }

    /// The issuer, `iss`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The subject, `sub`: it stands for a person.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// Without the subject, which stands for a person.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// The level of authority behind an assertion (GA4GH Passport 1.2, by).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the vocabulary is fixed by the specification")]
pub enum Authority {
    /// The person themselves.
    #[serde(rename = "self")]
    Oneself,
    /// Somebody of the same standing at the source.
    Peer,
    /// An information system of the source.
    System,
    /// A signing official, who can bind the source.
    #[serde(rename = "so")]
    SigningOfficial,
    /// A Data Access Committee, or another body that decides for this value and source.
    #[serde(rename = "dac")]
    DataAccessCommittee,
}

impl Authority {
    /// The whole vocabulary.
    pub const ALL: [Self; 5] =
        [Self::Oneself, Self::Peer, Self::System, Self::SigningOfficial, Self::DataAccessCommittee];

    /// As written in a visa.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oneself => "self",
            Self::Peer => "peer",
            Self::System => "system",
            Self::SigningOfficial => "so",
            Self::DataAccessCommittee => "dac",
        }
    }
}

/// The standard visa types (GA4GH Passport 1.2, Standard Visa Type Definitions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "the types are fixed by the specification; others are ignored")]
pub enum VisaType {
    /// A role at an institution.
    AffiliationAndRole,
    /// Terms or a policy were accepted.
    AcceptedTermsAndPolicies,
    /// A researcher of this standard.
    ResearcherStatus,
    /// Access to a data set was granted.
    ControlledAccessGrants,
    /// Several accounts are one person's.
    LinkedIdentities,
}

impl VisaType {
    /// All standard types.
    pub const ALL: [Self; 5] = [
        Self::AffiliationAndRole,
        Self::AcceptedTermsAndPolicies,
        Self::ResearcherStatus,
        Self::ControlledAccessGrants,
        Self::LinkedIdentities,
    ];

    /// As written in a visa.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AffiliationAndRole => "AffiliationAndRole",
            Self::AcceptedTermsAndPolicies => "AcceptedTermsAndPolicies",
            Self::ResearcherStatus => "ResearcherStatus",
            Self::ControlledAccessGrants => "ControlledAccessGrants",
            Self::LinkedIdentities => "LinkedIdentities",
        }
    }

    /// Whether a visa of this type must say by which authority it was asserted.
    #[must_use]
    pub const fn needs_authority(self) -> bool {
        matches!(self, Self::AcceptedTermsAndPolicies | Self::ControlledAccessGrants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_short_plain_and_has_a_host() {
        let longest = format!("https://a.org/{}", "x".repeat(241));
        for good in
            ["https://doi.org/10.1038/s41431-018-0219-y", "http://a", "https://no.organization", &longest]
        {
            assert!(UrlClaim::new(good).is_ok(), "{good}");
        }
        let longer = format!("{longest}x");
        for odd in [
            "",
            "a.org",
            "HTTPS://a.org",
            "ftp://a.org",
            "https://",
            "https:///path",
            "https://a.org/ ",
            " https://a.org",
            "https://a.org/\n",
            "https://ä.org",
            "https://a@b.org",
            "https://a.org/\"",
            "https://a.org/<",
            &longer,
        ] {
            assert!(UrlClaim::new(odd).is_err(), "{odd:?} was taken as a URL");
        }
        assert_ne!(UrlClaim::new("https://a.org").unwrap(), UrlClaim::new("https://a.org/").unwrap());
    }

    #[test]
    fn an_identity_does_not_print_who_it_is() {
        let identity = Identity::new("https://a.org", "ada@uni.edu").unwrap();
        assert!(!format!("{identity:?}").contains("ada"));
        for (issuer, subject) in [("", "a"), ("a", ""), ("a", "b\n"), ("a", &"b".repeat(256))] {
            assert!(Identity::new(issuer, subject).is_err());
        }
    }

    #[test]
    fn vocabularies_are_written_as_in_the_specification() {
        for authority in Authority::ALL {
            assert_eq!(serde_json::to_value(authority).unwrap(), authority.as_str());
        }
        for visa_type in VisaType::ALL {
            assert_eq!(serde_json::to_value(visa_type).unwrap(), visa_type.as_str());
        }
    }
}
