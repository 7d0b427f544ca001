//! What we issue, we and others believe.

use proptest::prelude::*;
use serde_json::Value;
use strongroom_passport::{
    AffiliationAndRole, Assertion, Authority, Clause, ClauseClaim, Conditions, Identity, ImportPolicy,
    IssueError, Issuer, KeySet, Match, Signer, SigningKey, Trust, VisaType, VisaValue, verify_passport,
    verify_visas,
};
use strongroom_primitives::{NonEmpty, SequentialIds, Timestamp};

use crate::mint::{now, url};

const OURS: &str = "https://strongroom.example.org";
const SOURCE: &str = "https://source.example.org";

fn issuer() -> Issuer {
    let key = SigningKey::from_bytes(&[7; 32]).unwrap();
    Issuer::new(url(OURS), url("https://strongroom.example.org/jwks"), "2026-03", key)
}

fn ada() -> Identity {
    Identity::new(OURS, "ada").unwrap()
}

fn trust() -> Trust {
    let ours = Signer::new(url(OURS), KeySet::from_jwks(&issuer().jwks()).unwrap())
        .with_key_address(url("https://strongroom.example.org/jwks"))
        .with_linking();
    Trust::new().with_broker(ours.clone()).with_issuer(ours).with_source(url(SOURCE), VisaType::ALL)
}

fn assertions() -> Vec<Assertion> {
    let asserted = Timestamp::parse("2026-02-01T09:00:00Z").unwrap();
    let (source, policy) = (url(SOURCE), url("https://doi.org/10.1038/s41431-018-0219-y"));
    let role = AffiliationAndRole::parse("faculty@uni.edu").unwrap();
    let clause =
        Clause::new(VisaType::AffiliationAndRole, ClauseClaim::Value, Match::Pattern("faculty@*".into()));
    let other = Identity::new("https://older.example.org/a,b;c", "ada lovelace").unwrap();
    vec![
        Assertion::researcher_status(policy.clone(), source.clone(), asserted)
            .with_by(Authority::SigningOfficial),
        Assertion::affiliation_and_role(role, source.clone(), asserted),
        Assertion::accepted_terms_and_policies(policy, source.clone(), asserted, Authority::Oneself),
        Assertion::controlled_access_grant(
            url("https://data.example.org/datasets/710"),
            source.clone(),
            asserted,
            Authority::DataAccessCommittee,
        )
        .with_conditions(Conditions::new(NonEmpty::new(NonEmpty::new(clause)))),
        Assertion::linked_identities(NonEmpty::new(other), source, asserted),
    ]
}

fn passport() -> (Vec<String>, String) {
    let (issuer, ids) = (issuer(), SequentialIds::default());
    let visas: Vec<String> = assertions()
        .iter()
        .map(|one| issuer.visa(&ada(), one, 60, now(), &ids).unwrap().expose().to_owned())
        .collect();
    let texts: Vec<&str> = visas.iter().map(String::as_str).collect();
    let passport =
        issuer.passport(&ada(), &texts, &[url("https://there.example.org")], 10, now(), &ids).unwrap();
    (visas, passport.expose().to_owned())
}

#[test]
fn our_verifier_reads_what_we_issue() {
    let policy = ImportPolicy::new().with_audience(url("https://there.example.org"));
    let (_, token) = passport();
    let passport = verify_passport(&token, &trust(), &policy, now()).unwrap();
    assert_eq!(passport.visas().refused().next(), None);
    assert_eq!(passport.identity(), &ada());
    assert_eq!(passport.expires(), now().plus_minutes(10));
    let read: Vec<_> = passport.visas().accepted().collect();
    let types: Vec<_> = read.iter().map(|visa| visa.value().visa_type()).collect();
    assert_eq!(types.len(), VisaType::ALL.len());
    for visa in read {
        assert_eq!(visa.identity(), &ada());
        assert_eq!((visa.issued(), visa.expires()), (now(), now().plus_minutes(60)));
        assert!(visa.token_id().unwrap().starts_with("visa-00000000-0000-0000-0000-00000000000"));
        if let VisaValue::LinkedIdentities(others) = visa.value() {
            assert_eq!(others.first().subject(), "ada lovelace");
        }
    }
}

/// The text of `cases/joserfc.json` was made with joserfc 1.6.5, a Python implementation of JOSE over
/// OpenSSL: it signed the visas, and verified the visa and the passport of ours that are kept there.
fn of_another_implementation() -> Value {
    serde_json::from_str(include_str!("../../cases/joserfc.json")).unwrap()
}

#[test]
fn another_implementation_read_what_we_issue() {
    let file = of_another_implementation();
    let (visas, passport) = passport();
    assert_eq!(issuer().jwks(), file["ours"]["jwks"].as_str().unwrap());
    assert_eq!(visas[0], file["ours"]["visa"].as_str().unwrap());
    assert_eq!(passport, file["ours"]["passport"].as_str().unwrap());
}

#[test]
fn we_read_what_another_implementation_issues() {
    let file = of_another_implementation();
    let theirs =
        Signer::new(url("https://theirs.example.org"), KeySet::from_jwks(&file["jwks"].to_string()).unwrap())
            .with_key_address(url("https://theirs.example.org/jwks"));
    let trust = Trust::new().with_issuer(theirs).with_source(url(SOURCE), VisaType::ALL);
    let tokens: Vec<&str> =
        file["visas"].as_array().unwrap().iter().map(|visa| visa.as_str().unwrap()).collect();
    let visas = verify_visas(&tokens, &trust, &ImportPolicy::new(), now()).unwrap();
    assert_eq!((visas.accepted().count(), visas.refused().next()), (2, None), "one by ES256, one by RS256");
    assert!(visas.accepted().all(|visa| visa.identity().subject() == "ada"));
}

#[test]
fn the_same_visa_has_the_same_signature_and_keys_are_never_shown() {
    assert_eq!(passport(), passport());
    let token = issuer().visa(&ada(), &assertions()[0], 60, now(), &SequentialIds::default()).unwrap();
    let shown = format!("{token:?} {:?}", issuer());
    assert!(!shown.contains(token.expose()) && !shown.contains("0707") && !shown.contains("7, 7"), "{shown}");
    assert!(!issuer().jwks().contains("\"d\""));
    assert!(SigningKey::from_bytes(&[0; 32]).is_err() && SigningKey::from_bytes(&[255; 32]).is_err());
}

#[test]
fn what_should_not_be_signed_is_refused() {
    let (issuer, ids, good) = (issuer(), SequentialIds::default(), assertions().remove(0));
    let source = || url(SOURCE);
    let future = Assertion::researcher_status(source(), source(), now().plus_minutes(1));
    let elsewhere = Identity::new("https://older.example.org", "ada").unwrap();
    let day = IssueError::Life { most: 1440 };
    for (about, assertion, minutes, expected) in [
        (&ada(), good.clone(), 1440, None),
        (&ada(), good.clone(), 1441, Some(day.clone())),
        (&ada(), good.clone(), 0, Some(day)),
        (&ada(), good.clone().with_end(now()), 60, Some(IssueError::Ended)),
        (&ada(), future, 60, Some(IssueError::NotYetAsserted)),
        (&elsewhere, good, 60, Some(IssueError::OtherIssuer)),
    ] {
        assert_eq!(issuer.visa(about, &assertion, minutes, now(), &ids).err(), expected);
    }
    let hour = IssueError::Life { most: 60 };
    assert_eq!(issuer.passport(&ada(), &[], &[], 61, now(), &ids).unwrap_err(), hour);
}

proptest! {
    #[test]
    fn no_visa_outlives_its_assertion_or_its_life(end in 1i64..200_000_000_000, minutes in 1u32..=1440) {
        let ends = Timestamp::from_unix_microseconds(now().unix_microseconds() + end);
        let assertion = assertions().remove(0).with_end(ends);
        match issuer().visa(&ada(), &assertion, minutes, now(), &SequentialIds::default()) {
            Ok(visa) => prop_assert!(now() < visa.expires() && visa.expires() <= ends.min(now().plus_minutes(minutes))),
            Err(error) => prop_assert!(error == IssueError::Ended && end < 1_000_000),
        }
    }
}
