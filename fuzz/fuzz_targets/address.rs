//! Whether an institution vouches for an address: compared with an oracle that reads bytes one by one
//! and knows nothing of the types. The first line is the address; each other line is `+` and a domain
//! or anything else, which is an address that is vouched for by itself.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use strongroom_access::{Agreement, EmailAddress, EmailDomain, Institution, Membership};
use strongroom_primitives::{Id, Label, RowTier, Timestamp};

static NOW: LazyLock<Timestamp> =
    LazyLock::new(|| Timestamp::parse("2026-03-01T09:00:00Z").expect("an instant"));

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let address = lines.next().unwrap_or_default();
    let (domains, addresses): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with('+'));
    let domains: Vec<&str> = domains.into_iter().filter_map(|line| line.strip_prefix('+')).collect();

    let read = EmailAddress::new(address);
    assert_eq!(read.is_ok(), oracle::address(address).is_some(), "{address:?}: another opinion of its form");
    for domain in &domains {
        let well_formed = oracle::domain(domain.as_bytes()).is_some();
        assert_eq!(EmailDomain::new(domain).is_ok(), well_formed, "{domain:?}: another opinion of its form");
    }
    let Ok(read) = read else { return };
    assert!(
        read.to_string().parse::<EmailAddress>().as_ref() == Ok(&read),
        "written and read again it is another"
    );

    let by_domain =
        Membership::Domains(domains.iter().filter_map(|one| EmailDomain::new(one).ok()).collect());
    let by_address =
        Membership::Addresses(addresses.iter().filter_map(|one| EmailAddress::new(one).ok()).collect());
    for (membership, expected) in [
        (by_domain, domains.iter().any(|domain| oracle::is_at(address, domain))),
        (by_address, addresses.iter().any(|other| oracle::is_same(address, other))),
    ] {
        let institution = institution(membership);
        let stored = serde_json::to_string(&institution).expect("it can be written");
        let stored: Institution = serde_json::from_str(&stored).expect("what was written is read");
        for institution in [institution, stored] {
            let vouches = institution.vouches_for(RowTier::Registered, &read, *NOW);
            assert_eq!(vouches, expected, "{address:?} among {domains:?} and {addresses:?}");
            assert!(!institution.vouches_for(RowTier::Controlled, &read, *NOW), "nothing was signed");
        }
    }
});

fn institution(membership: Membership) -> Institution {
    let agreement = Agreement::new(*NOW, NOW.plus_days(1), membership).expect("a time");
    Institution::new(Id::from_u128(1), Label::new("University").expect("a name"))
        .with_agreement(RowTier::Registered, agreement)
}

/// RFC 5321, sections 4.1.2 and 4.5.3.1, and RFC 1035, section 2.3.1, byte by byte.
mod oracle {
    /// The local part as written and the domain in lower case, of what is an address.
    pub fn address(text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
        let bytes = text.as_bytes();
        let mut local = Vec::new();
        let mut at = 0;
        let mut after_dot = true;
        while *bytes.get(at)? != b'@' {
            let byte = bytes[at];
            let special = matches!(
                byte,
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'/'
                    | b'='
                    | b'?'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'{'
                    | b'|'
                    | b'}'
                    | b'~'
            );
            let letter = (b'a'..=b'z').contains(&byte) || (b'A'..=b'Z').contains(&byte);
            let digit = (b'0'..=b'9').contains(&byte);
            match byte {
                b'.' if after_dot => return None,
                b'.' => after_dot = true,
                _ if letter || digit || special => after_dot = false,
                _ => return None,
            }
            local.push(byte);
            at += 1;
        }
        if after_dot || local.len() > 64 || bytes.len() > 254 {
            return None;
        }
        Some((local, domain(&bytes[at + 1..])?))
    }

    /// In lower case, of what is a domain.
    pub fn domain(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut lower = Vec::new();
        let (mut labels, mut length, mut only_digits, mut last) = (1, 0, true, b'-');
        for &byte in bytes {
            match byte {
                b'.' => {
                    if length == 0 || last == b'-' {
                        return None;
                    }
                    (labels, length, only_digits, last) = (labels + 1, 0, true, b'-');
                    lower.push(byte);
                    continue;
                }
                b'-' if length == 0 => return None,
                b'-' | b'a'..=b'z' => only_digits = false,
                b'A'..=b'Z' => only_digits = false,
                b'0'..=b'9' => {}
                _ => return None,
            }
            length += 1;
            last = byte;
            lower.push(if byte.is_ascii_uppercase() { byte + 32 } else { byte });
            if length > 63 {
                return None;
            }
        }
        let complete = length > 0 && last != b'-' && labels >= 2 && !only_digits && bytes.len() <= 253;
        complete.then_some(lower)
    }

    pub fn is_at(text: &str, wanted: &str) -> bool {
        match (address(text), domain(wanted.as_bytes())) {
            (Some((_, actual)), Some(wanted)) => actual == wanted,
            _ => false,
        }
    }

    pub fn is_same(text: &str, other: &str) -> bool {
        address(text).is_some() && address(text) == address(other)
    }
}
