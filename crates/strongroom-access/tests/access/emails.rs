//! Whom an institution vouches for, against everything that looks like it.

use proptest::prelude::*;
use strongroom_access::{EmailAddress, EmailDomain, Membership};

fn covers(membership: &Membership, text: &str) -> bool {
    EmailAddress::new(text).is_ok_and(|address| membership.covers(&address))
}

fn domain() -> Membership {
    Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into())
}

fn address() -> Membership {
    Membership::Addresses([EmailAddress::new("ada@uni.edu").unwrap()].into())
}

/// What an institution could be deceived with: separators, invisible and look-alike characters,
/// case that folds oddly, encodings of `@` and `.`, other domains.
fn pieces() -> Vec<&'static str> {
    vec![
        "@",
        ".",
        "..",
        "@@",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\0",
        "\"",
        "\\",
        "(",
        ")",
        "<",
        ">",
        "[",
        "]",
        ",",
        ";",
        ":",
        "%40",
        "%2e",
        "uni.edu",
        "UNI.EDU",
        "Uni.Edu",
        "evil.org",
        "@uni.edu",
        "@evil.org",
        "not",
        "lab.",
        "xn--",
        "-",
        "_",
        "+",
        "i",
        "I",
        "\u{131}",
        "\u{130}",
        "\u{456}",
        "\u{3bf}",
        "\u{ff55}\u{ff4e}\u{ff49}",
        "\u{212a}",
        "\u{17f}",
        "\u{df}",
        "e\u{301}",
        "\u{e9}",
        "\u{200b}",
        "\u{200d}",
        "\u{ad}",
        "\u{feff}",
        "\u{202e}",
        "\u{2024}",
        "\u{3002}",
        "\u{ff0e}",
        "\u{ff20}",
        "\u{fe6b}",
        "\u{a0}",
    ]
}

/// The address, with things put in, cut out or changed in case at random places.
fn mangled() -> impl Strategy<Value = String> {
    let edit = (0usize..14, 0usize..4, prop::sample::select(pieces()), any::<bool>());
    prop::collection::vec(edit, 0..4).prop_map(|edits| {
        edits.into_iter().fold("ada@uni.edu".to_owned(), |text, (position, cut, put, upper)| {
            let mut characters: Vec<char> = text.chars().collect();
            let start = position.min(characters.len());
            let end = (start + cut).min(characters.len());
            let put = if upper { put.to_uppercase() } else { put.to_owned() };
            characters.splice(start..end, put.chars());
            characters.into_iter().collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, ..ProptestConfig::default() })]

    /// Whoever is covered wrote the domain letter for letter after the only `@`, in ASCII, in
    /// whatever case; nothing else ever passes. The reading is done over with bytes alone.
    #[test]
    fn nothing_passes_as_the_domain_but_the_domain(text in mangled()) {
        let halves: Vec<&str> = text.split('@').collect();
        if covers(&domain(), &text) {
            prop_assert_eq!(halves.len(), 2);
            prop_assert!(text.is_ascii() && !text.bytes().any(|byte| byte <= b' ' || byte == 0x7f));
            prop_assert!(halves[1].eq_ignore_ascii_case("uni.edu"));
            prop_assert!(!halves[0].is_empty());
            prop_assert!(!halves[0].contains(['"', '(', ')', '<', '>', ',', ';', ':', '\\']));
        }
        // And whoever wrote it plainly is covered.
        let plain = |half: &str| !half.is_empty() && half.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if halves.len() == 2 && plain(halves[0]) && halves[1].eq_ignore_ascii_case("uni.edu") {
            prop_assert!(covers(&domain(), &text));
        }
    }

    #[test]
    fn nothing_passes_as_the_address_but_the_address(text in mangled()) {
        let is_it = text.strip_prefix("ada@").is_some_and(|domain| domain.eq_ignore_ascii_case("uni.edu"));
        prop_assert_eq!(covers(&address(), &text), is_it);
    }

    #[test]
    fn what_is_an_address_is_written_and_read_again(text in mangled()) {
        if let Ok(address) = EmailAddress::new(&text) {
            let written = address.to_string();
            prop_assert_eq!(&EmailAddress::new(&written).unwrap(), &address);
            prop_assert!(written.eq_ignore_ascii_case(&text));
            prop_assert!(address.may_be_of_the_same_person(&address));
            let json = serde_json::to_string(&address).unwrap();
            prop_assert_eq!(serde_json::from_str::<EmailAddress>(&json).unwrap(), address);
        }
    }

    #[test]
    fn two_spellings_of_one_domain_are_one(
        text in "[a-zA-Z0-9]{1,8}(\\.[a-zA-Z0-9]{1,8}){0,2}\\.[a-zA-Z]{2,5}",
    ) {
        let domain = EmailDomain::new(&text).unwrap();
        prop_assert_eq!(&domain, &EmailDomain::new(&text.to_ascii_uppercase()).unwrap());
        prop_assert_ne!(&domain, &EmailDomain::new(&format!("x.{text}")).unwrap());
        prop_assert_ne!(&domain, &EmailDomain::new(&format!("x{text}")).unwrap());
        prop_assert_ne!(&domain, &EmailDomain::new(&format!("{text}.org")).unwrap());
    }
}
