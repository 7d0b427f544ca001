use strongroom_primitives::{InvalidValue, NonEmpty};

use crate::{Identity, UrlClaim, VisaType};

/// What a visa asserts, in the form of its type (GA4GH Passport 1.2, Standard Visa Type
/// Definitions).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the types are fixed by the specification; others are ignored")]
pub enum VisaValue {
    /// A role at an institution.
    AffiliationAndRole(AffiliationAndRole),
    /// The terms or policy of this name were accepted.
    AcceptedTermsAndPolicies(UrlClaim),
    /// A researcher of this standard.
    ResearcherStatus(UrlClaim),
    /// Access to this data set was granted.
    ControlledAccessGrants(UrlClaim),
    /// These accounts and that of the visa are one person's.
    LinkedIdentities(NonEmpty<Identity>),
}

impl VisaValue {
    /// Reads the value of a visa of this type, with at most so many linked identities.
    ///
    /// # Errors
    /// If the text is not of the type's form.
    pub fn parse(visa_type: VisaType, text: &str, most_links: usize) -> Result<Self, InvalidValue> {
        Ok(match visa_type {
            VisaType::AffiliationAndRole => Self::AffiliationAndRole(AffiliationAndRole::parse(text)?),
            VisaType::AcceptedTermsAndPolicies => Self::AcceptedTermsAndPolicies(UrlClaim::new(text)?),
            VisaType::ResearcherStatus => Self::ResearcherStatus(UrlClaim::new(text)?),
            VisaType::ControlledAccessGrants => Self::ControlledAccessGrants(UrlClaim::new(text)?),
            VisaType::LinkedIdentities => Self::LinkedIdentities(read_identities(text, most_links)?),
        })
    }

    /// The type of the visa.
    #[must_use]
    pub fn visa_type(&self) -> VisaType {
        match self {
            Self::AffiliationAndRole(_) => VisaType::AffiliationAndRole,
            Self::AcceptedTermsAndPolicies(_) => VisaType::AcceptedTermsAndPolicies,
            Self::ResearcherStatus(_) => VisaType::ResearcherStatus,
            Self::ControlledAccessGrants(_) => VisaType::ControlledAccessGrants,
            Self::LinkedIdentities(_) => VisaType::LinkedIdentities,
        }
    }

    /// As written in a visa.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::AffiliationAndRole(value) => format!("{}@{}", value.role, value.affiliation),
            Self::AcceptedTermsAndPolicies(url)
            | Self::ResearcherStatus(url)
            | Self::ControlledAccessGrants(url) => url.as_str().to_owned(),
            Self::LinkedIdentities(identities) => {
                let written = identities
                    .iter()
                    .map(|one| format!("{},{}", encode(one.subject()), encode(one.issuer())));
                written.collect::<Vec<_>>().join(";")
            }
        }
    }
}

/// A role at an institution, such as `faculty@cam.ac.uk`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AffiliationAndRole {
    role: String,
    affiliation: String,
}

impl AffiliationAndRole {
    /// Reads `role@affiliation`, split at the first `@`: the role is `faculty`, `student`, `member`
    /// or a custom one with a namespace such as `ega.researcher`; the affiliation is a domain name,
    /// or `no.organization`.
    ///
    /// # Errors
    /// If the text is not of this form, or longer than 255 characters.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || {
            InvalidValue::new(
                "affiliation and role",
                "expected faculty, student, member or namespace.role, then @ and a domain name",
            )
        };
        let (role, affiliation) = text.split_once('@').ok_or_else(invalid)?;
        let custom = |role: &str| {
            role.split_once('.')
                .is_some_and(|(namespace, name)| is_custom_word(namespace) && is_custom_word(name))
        };
        let known = matches!(role, "faculty" | "student" | "member") || custom(role);
        if text.len() <= 255 && known && is_domain(affiliation) {
            Ok(Self { role: role.to_owned(), affiliation: affiliation.to_owned() })
        } else {
            Err(invalid())
        }
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> &str {
        &self.role
    }

    /// The institution's domain name, compared exactly: `uni.edu` is not `dept.uni.edu`.
    #[must_use]
    pub fn affiliation(&self) -> &str {
        &self.affiliation
    }
}

fn is_custom_word(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

fn read_identities(text: &str, most: usize) -> Result<NonEmpty<Identity>, InvalidValue> {
    let invalid = || {
        InvalidValue::new(
            "list of linked identities",
            format!("expected subject,issuer;subject,issuer with URI encoding and at most {most} of them"),
        )
    };
    let mut identities = Vec::new();
    for entry in text.split(';') {
        let (subject, issuer) = entry.split_once(',').ok_or_else(invalid)?;
        if identities.len() == most || issuer.contains(',') {
            return Err(invalid());
        }
        let decoded = |part| decode(part).ok_or_else(invalid);
        identities.push(Identity::new(decoded(issuer)?, decoded(subject)?)?);
    }
    NonEmpty::from_vec(identities).ok_or_else(invalid)
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
fn encode(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    written
}

/// Undoes percent-encoding (RFC 3986, section 2.1). Reserved characters may stand unencoded, as in
/// the specification's own examples; white space and characters beyond ASCII may not.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let (high, low) = (hexadecimal(rest.next()?)?, hexadecimal(rest.next()?)?);
                bytes.push(high << 4 | low);
            }
            _ if byte.is_ascii_graphic() => bytes.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(bytes).ok()
}

fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn roles_split_at_the_first_at_sign() {
        for (text, expected) in [
            ("faculty@cam.ac.uk", Some(("faculty", "cam.ac.uk"))),
            ("ega.researcher@med.stanford.edu", Some(("ega.researcher", "med.stanford.edu"))),
            (
                "public.citizen-scientist@no.organization",
                Some(("public.citizen-scientist", "no.organization")),
            ),
            ("faculty@evil.org@uni.edu", None),
            ("faculty", None),
            ("@uni.edu", None),
            ("faculty@", None),
            ("Faculty@uni.edu", None),
            ("staff@uni.edu", None),
            ("a.b.c@uni.edu", None),
            ("1a.b@uni.edu", None),
            ("a.B@uni.edu", None),
            (".b@uni.edu", None),
            ("faculty @uni.edu", None),
            ("faculty@uni.edu ", None),
            ("faculty@uni..edu", None),
            ("faculty@unі.edu", None),
        ] {
            let read = AffiliationAndRole::parse(text).ok();
            assert_eq!(read.as_ref().map(|one| (one.role(), one.affiliation())), expected, "{text}");
        }
    }

    #[test]
    fn linked_identities_are_decoded_after_they_are_split() {
        let identity = |issuer: &str, subject: &str| Identity::new(issuer, subject).unwrap();
        for (text, expected) in [
            (
                "123456,https%3A%2F%2Fexample.org%2Fa%7Cb%2Cc;7890,https%3A%2F%2Fexample2.org",
                Some(vec![
                    identity("https://example.org/a|b,c", "123456"),
                    identity("https://example2.org", "7890"),
                ]),
            ),
            (
                "10001,https:%2F%2Fissuer.example1.org%2Foidc",
                Some(vec![identity("https://issuer.example1.org/oidc", "10001")]),
            ),
            ("", None),
            ("a", None),
            ("a,b,c", None),
            ("a,b;", None),
            ("a,b; c,d", None),
            ("a,%zz", None),
            ("a,%2", None),
            ("a,%ff", None),
            ("a,%0a", None),
            (",b", None),
            ("a,b;c,d;e,f;g,h", None),
        ] {
            let read = VisaValue::parse(VisaType::LinkedIdentities, text, 3).ok();
            let expected = expected.and_then(NonEmpty::from_vec).map(VisaValue::LinkedIdentities);
            assert_eq!(read, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn linked_identities_round_trip(pairs in prop::collection::vec(("\\PC{1,20}", "\\PC{1,20}"), 1..5)) {
            let identities: Vec<_> = pairs.into_iter().map(|(a, b)| Identity::new(a, b).unwrap()).collect();
            let value = VisaValue::LinkedIdentities(NonEmpty::from_vec(identities).unwrap());
            prop_assert_eq!(VisaValue::parse(VisaType::LinkedIdentities, &value.to_text(), 5).unwrap(), value);
        }

        #[test]
        fn reading_any_text_never_panics(text in "\\PC{0,60}") {
            for visa_type in VisaType::ALL {
                if let Ok(value) = VisaValue::parse(visa_type, &text, 4) {
                    prop_assert_eq!(VisaValue::parse(visa_type, &value.to_text(), 4).unwrap(), value);
                }
            }
        }
    }
}
