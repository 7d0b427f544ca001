use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_primitives::InvalidValue;

/// The limits of RFC 5321, section 4.5.3.1, in bytes.
const LONGEST_ADDRESS: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_DOMAIN: usize = 253;
const LONGEST_LABEL: usize = 63;

/// The part of an e-mail address after the `@`: at least two labels of ASCII letters, digits and
/// hyphens, kept in lower case.
///
/// Two domains are equal or they are not: a sub-domain never matches its parent, nor `notuni.edu`
/// `uni.edu`. Names outside ASCII are refused, because a reader cannot tell `uni.edu` from one with
/// a Cyrillic letter in it; their `xn--` form is a domain like every other.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailDomain(String);

/// An e-mail address by which an institution vouches for a person.
///
/// The form is RFC 5321's `Dot-string "@" Domain` in ASCII: no quoted local parts, no address
/// literals, no comments. The domain is kept in lower case; the local part is kept and compared as
/// written, for what it means is the receiving host's affair (RFC 5321, section 2.4).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress {
    local_part: String,
    domain: EmailDomain,
}

impl EmailDomain {
    /// The domain, if it keeps the rule above.
    ///
    /// # Errors
    /// If it does not.
    pub fn new(text: &str) -> Result<Self, InvalidValue> {
        let labels = || text.split('.');
        let is_domain = text.len() <= LONGEST_DOMAIN
            && labels().count() >= 2
            && labels().all(is_label)
            && !labels().next_back().is_some_and(is_number);
        if is_domain {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidValue::new(
                "e-mail domain",
                "expected two or more labels of ASCII letters, digits and inner hyphens, joined by dots",
            ))
        }
    }

    /// The domain in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl EmailAddress {
    /// The address, if it keeps the rule above.
    ///
    /// # Errors
    /// If it does not.
    pub fn new(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || {
            InvalidValue::new(
                "e-mail address",
                "expected an ASCII address such as ada.lovelace@example.org, without quotes or comments",
            )
        };
        let (local_part, domain) = text.split_once('@').ok_or_else(invalid)?;
        if text.len() > LONGEST_ADDRESS || !is_local_part(local_part) {
            return Err(invalid());
        }
        Ok(Self {
            local_part: local_part.to_owned(),
            domain: EmailDomain::new(domain).map_err(|_| invalid())?,
        })
    }

    /// Whether many hosts would deliver both addresses to the same person: they differ in the case of
    /// letters or in what follows a `+` of the local part, no more.
    ///
    /// For a question to somebody who registers; an institution vouches for exact addresses only.
    #[must_use]
    pub fn may_be_of_the_same_person(&self, other: &Self) -> bool {
        let mailbox = |address: &Self| {
            let (mailbox, _) = address.local_part.split_once('+').unwrap_or((&address.local_part, ""));
            mailbox.to_ascii_lowercase()
        };
        self.domain == other.domain && mailbox(self) == mailbox(other)
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &EmailDomain {
        &self.domain
    }
}

/// RFC 1035, section 2.3.1, with the leading digit that RFC 1123, section 2.1 allows.
fn is_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

/// `Dot-string` of RFC 5321, section 4.1.2.
fn is_local_part(text: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    text.len() <= LONGEST_LOCAL_PART && text.split('.').all(is_atom)
}

impl fmt::Display for EmailDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local_part, self.domain)
    }
}

macro_rules! as_text {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "\"{self}\"")
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Self::new(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_text! { EmailDomain EmailAddress }

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_at(address: &str, domain: &str) -> bool {
        EmailAddress::new(address).is_ok_and(|address| *address.domain() == EmailDomain::new(domain).unwrap())
    }

    #[test]
    fn a_domain_matches_exactly_or_not_at_all() {
        for member in ["a@uni.edu", "a@UNI.edu", "A.b+c@uni.EDU"] {
            assert!(is_at(member, "uni.edu"), "{member} was turned away");
        }
        for stranger in [
            "a@notuni.edu",
            "a@uni.edu.evil.org",
            "a@sub.uni.edu",
            "a@edu",
            "a@uni.edu.",
            "a@.uni.edu",
            "a@uni..edu",
            "a@uni.edu@evil.org",
            "a@evil.org@uni.edu",
            "\"a@evil.org\"@uni.edu",
            "a@evil.org(@uni.edu)",
            "a@un\u{0456}.edu",
            "a@un\u{0131}.edu",
            "a@uni\u{3002}edu",
            "a@uni.edu\u{200b}",
            "a@uni.edu ",
            "a@uni.edu\n",
            "a@xn--un-fma.edu",
        ] {
            assert!(!is_at(stranger, "uni.edu"), "{stranger:?} passed as a member");
        }
    }

    #[test]
    fn odd_addresses_are_refused() {
        let long = format!("{}@uni.edu", "x".repeat(65));
        for odd in [
            "",
            "@",
            "a",
            "@uni.edu",
            "a@",
            "a@localhost",
            ".a@uni.edu",
            "a.@uni.edu",
            "a..b@uni.edu",
            "a b@uni.edu",
            "a\u{0}@uni.edu",
            "ä@uni.edu",
            "a@-uni.edu",
            "a@uni-.edu",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            long.as_str(),
        ] {
            assert!(EmailAddress::new(odd).is_err(), "{odd:?} was taken as an address");
        }
    }

    #[test]
    fn the_local_part_is_compared_as_written() {
        let parse = |text| EmailAddress::new(text).unwrap();
        assert_eq!(parse("Ada@UNI.edu"), parse("Ada@uni.edu"));
        assert_ne!(parse("Ada@uni.edu"), parse("ada@uni.edu"));
        assert_ne!(parse("ada+x@uni.edu"), parse("ada@uni.edu"));
    }

    #[test]
    fn a_second_account_of_somebody_is_suspected() {
        for (one, other, expected) in [
            ("ada@uni.edu", "Ada@UNI.edu", true),
            ("ada+news@uni.edu", "ada@uni.edu", true),
            ("ada+news@uni.edu", "ADA+data@uni.edu", true),
            ("ada@uni.edu", "ada@lab.uni.edu", false),
            ("ada@uni.edu", "bea@uni.edu", false),
            ("a.da@uni.edu", "ada@uni.edu", false),
        ] {
            let parse = |text| EmailAddress::new(text).unwrap();
            assert_eq!(parse(one).may_be_of_the_same_person(&parse(other)), expected, "{one} and {other}");
        }
    }

    #[test]
    fn the_error_never_repeats_the_text() {
        let error = EmailAddress::new("secret person@uni.edu").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(local in "[a-zA-Z0-9+_-]{1,9}", domain in "[a-zA-Z0-9]{1,9}\\.[a-z]{2,5}") {
            let address = EmailAddress::new(&format!("{local}@{domain}")).unwrap();
            prop_assert_eq!(&EmailAddress::new(&address.to_string()).unwrap(), &address);
            let json = serde_json::to_string(&address).unwrap();
            prop_assert_eq!(serde_json::from_str::<EmailAddress>(&json).unwrap(), address);
        }

        #[test]
        fn reading_any_text_never_panics(text in "\\PC{0,40}") {
            drop(EmailAddress::new(&text));
        }
    }
}
