use std::fmt;

/// Why a token does not count: the rule that it breaks, and the claim that breaks it.
///
/// Holds nothing that came with the token: it may come from a stranger, and tells about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub struct Refusal {
    rule: Rule,
    claim: Option<&'static str>,
}

impl Refusal {
    pub(crate) const fn of(rule: Rule) -> Self {
        Self { rule, claim: None }
    }

    pub(crate) const fn at(rule: Rule, claim: &'static str) -> Self {
        Self { rule, claim: Some(claim) }
    }

    /// The rule that is broken.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// The claim or header member that breaks it, where the rule is about one.
    #[must_use]
    pub fn claim(&self) -> Option<&'static str> {
        self.claim
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(claim) = self.claim {
            write!(f, "`{claim}`: ")?;
        }
        write!(f, "{} ({})", self.rule.explanation(), self.rule.source())
    }
}

macro_rules! rules {
    ($($rule:ident = $code:literal, $source:literal, $explanation:literal;)*) => {
        /// The rules that a token has to keep.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {$(
            #[doc = concat!("Broken if ", $explanation, " (", $source, ").")]
            $rule,
        )*}

        impl Rule {
            /// Every rule, in the order in which a token meets them.
            pub const ALL: &'static [Self] = &[$(Self::$rule),*];

            /// A short name that stays the same between versions, for logs and tests.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$rule => $code,)* }
            }

            /// The public document and section that the rule comes from.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Self::$rule => $source,)* }
            }

            /// What is wrong, and where it helps, what to do.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$rule => $explanation,)* }
            }
        }
    };
}

rules! {
    TooLarge = "too-large", "limit of the policy",
        "the token is larger than the policy allows";
    NotCompact = "not-compact", "RFC 7515 section 7.1",
        "the token is not three parts of base64url without padding, joined by dots";
    NotJson = "not-json", "RFC 7515 section 4, RFC 7519 section 7.2",
        "a part of the token is not a JSON object";
    TooDeep = "too-deep", "limit of the policy",
        "the token nests deeper than the policy allows";
    DuplicateMember = "duplicate-member", "RFC 7515 section 4, RFC 7519 section 4",
        "an object has two members of one name";
    AlgorithmNotAllowed = "algorithm-not-allowed", "GA4GH AAI 1.2, Signing Algorithms",
        "the token is not signed with ES256 or RS256";
    CriticalHeader = "critical-header", "RFC 7515 section 4.1.11",
        "the header demands an extension that is not understood";
    KeyInToken = "key-in-token", "GA4GH AAI 1.2, Conformance for Clearinghouses; RFC 8725 section 3.10",
        "the header brings its own key or certificate; keys come from trusted configuration only";
    TypeHeader = "type-header", "GA4GH AAI 1.2, Visa and Passport Format; RFC 8725 section 3.11",
        "the type in the header is not that of the token expected here";
    MissingClaim = "missing-claim", "GA4GH Passport 1.2, Visa Format; GA4GH AAI 1.2, Passport Format",
        "a required claim or header member is absent";
    MalformedClaim = "malformed-claim", "RFC 7519 section 4.1; GA4GH Passport 1.2, Visa Object Claims",
        "the value is not of the claim's form";
    UntrustedBroker = "untrusted-broker", "GA4GH Passport 1.2, General Requirements 8.3",
        "the passport's issuer is no trusted broker; have the steward add it if it should be";
    UntrustedIssuer = "untrusted-issuer", "GA4GH Passport 1.2, General Requirements 8.3",
        "the visa's issuer is not trusted, or not for visas of this type; have the steward add it if it should be";
    UntrustedKeySource = "untrusted-key-source", "GA4GH AAI 1.2, Conformance for Clearinghouses",
        "the address of the key set is not trusted for this issuer";
    UnknownKey = "unknown-key", "RFC 7515 section 4.1.4",
        "the issuer has no trusted key of this id; fetch its key set again if it has rotated";
    KeyOfOtherAlgorithm = "key-of-other-algorithm", "RFC 8725 section 3.1",
        "the key of this id is meant for another algorithm";
    Signature = "signature", "RFC 7515 section 5.2",
        "the signature does not fit";
    VisaFormat = "visa-format", "GA4GH AAI 1.2, Visa formats",
        "it is neither a document (`jku`, no `openid` scope) nor an access token (`openid` scope, no `jku`) that this issuer may send";
    Nested = "nested", "GA4GH Passport 1.2, Passport Claim Format",
        "a visa carries a passport, or a passport is a visa";
    Audience = "audience", "GA4GH AAI 1.2, Visa and Passport Format; RFC 7519 section 4.1.3",
        "a visa names an audience, or a passport is meant for another one";
    IssuedInFuture = "issued-in-future", "RFC 7519 section 4.1.6",
        "the token was issued or asserted later than now, or than its own signing";
    NotYetValid = "not-yet-valid", "RFC 7519 section 4.1.5",
        "the token is not valid yet";
    Expired = "expired", "RFC 7519 section 4.1.4; GA4GH Passport 1.2, Visa Expiry",
        "the token has expired, or expires before the access that is asked for would end; fetch a fresh one";
    AssertionTooOld = "assertion-too-old", "GA4GH Passport 1.2, Visa Expiry, option A",
        "the assertion is older than the policy allows; have its source renew it";
    AccessTokenTooOld = "access-token-too-old", "GA4GH AAI 1.2, Conformance for Clearinghouses",
        "a visa access token of more than one hour needs polling, which is not done here; fetch a fresh one";
    TooManyVisas = "too-many-visas", "limit of the policy",
        "the passport holds more visas than the policy allows";
    UnknownVisaType = "unknown-visa-type", "GA4GH Passport 1.2, Custom Visa Types",
        "visas of this type are ignored here";
    InvalidUrl = "invalid-url", "GA4GH Passport 1.2, URL Claims",
        "it is not an http or https URL of at most 255 characters";
    InvalidValue = "invalid-value", "GA4GH Passport 1.2, Standard Visa Type Definitions",
        "the value is not of the form of its visa type";
    MissingAuthority = "missing-authority", "GA4GH Passport 1.2, Standard Visa Type Definitions",
        "a visa of this type must say by which authority it was asserted";
    UnknownAuthority = "unknown-authority", "GA4GH Passport 1.2, by",
        "the authority is none of self, peer, system, so and dac";
    UntrustedSource = "untrusted-source", "GA4GH Passport 1.2, General Requirements 8.3",
        "the source of the assertion is not trusted for visas of this type; have the steward add it if it should be";
    MalformedConditions = "malformed-conditions", "GA4GH Passport 1.2, conditions",
        "the conditions are not a non-empty list of non-empty lists of well-formed clauses";
    ConditionsNotMet = "conditions-not-met", "GA4GH Passport 1.2, conditions",
        "no alternative of the conditions is met by the other visas of the same person";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_texts_have_no_full_stop() {
        let codes: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
        assert_eq!(codes.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            let text = Refusal::at(*rule, "exp").to_string();
            assert!(!text.ends_with('.') && text.starts_with("`exp`: "), "{text}");
        }
    }
}
