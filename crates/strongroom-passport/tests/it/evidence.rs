//! What visas become, for whom, and for how long.

use serde_json::{Value, json};
use strongroom_access::{Actor, Evidence, Requirement, RequirementKind, RequirementStatus};
use strongroom_passport::{
    Authority, EvidenceRule, EvidenceRules, Identity, REGISTERED_ACCESS, VerifiedVisas, VisaPattern,
    VisaType, verify_visas,
};
use strongroom_primitives::{Label, Paragraph, RequirementName, Timestamp};

use crate::mint::{now, policy, trust, url, visa_of};

/// 2026-03-01T09:00:00Z.
const NOW: i64 = 1_772_355_600;
const DAY: i64 = 86_400;
const ISSUER: &str = "https://issuer.example.org";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_microseconds(seconds * 1_000_000)
}

fn account(subject: &str) -> Identity {
    Identity::new(ISSUER, subject).unwrap()
}

fn status(days_ago: i64) -> Value {
    json!({"type": "ResearcherStatus", "value": REGISTERED_ACCESS, "by": "so", "asserted": NOW - days_ago * DAY})
}

fn terms(days_ago: i64) -> Value {
    json!({"type": "AcceptedTermsAndPolicies", "value": REGISTERED_ACCESS, "by": "self", "asserted": NOW - days_ago * DAY})
}

fn link(to: &str) -> Value {
    json!({"type": "LinkedIdentities", "source": "https://linker.example.org", "value": format!("{to},https:%2F%2Fissuer.example.org"), "by": "system"})
}

fn verified(visas: &[String]) -> VerifiedVisas {
    let tokens: Vec<&str> = visas.iter().map(String::as_str).collect();
    let visas = verify_visas(&tokens, trust(), &policy(), now()).unwrap();
    assert_eq!(visas.refused().count(), 0, "{:?}", visas.refused().collect::<Vec<_>>());
    visas
}

fn pattern(visa_type: VisaType) -> VisaPattern {
    VisaPattern::new(visa_type, REGISTERED_ACCESS, url("https://source.example.org"))
}

fn rule(visa: VisaPattern, days: u32) -> EvidenceRule {
    EvidenceRule::new(RequirementName::new("identity").unwrap(), visa, days, Label::new("visa").unwrap())
}

fn evidence(visas: &[String], person: &str, rule: EvidenceRule) -> Option<Evidence> {
    let mut found = EvidenceRules::new(vec![rule]).evidence(&verified(visas), &account(person), now());
    assert!(found.len() <= 1);
    found.pop()
}

/// From when and until when the person has evidence, in seconds from now.
fn span(visas: &[String], person: &str, rule: EvidenceRule) -> Option<(i64, i64)> {
    let relative = |instant: Timestamp| instant.unix_microseconds() / 1_000_000 - NOW;
    evidence(visas, person, rule).map(|one| (relative(one.obtained()), relative(one.valid_until().unwrap())))
}

#[test]
fn evidence_ends_with_the_visa_or_some_days_after_the_assertion() {
    for (days_ago, expires, days, expected) in [
        (10, 3_600, 365, Some((-10 * DAY, 3_600))),
        (10, 400 * DAY, 365, Some((-10 * DAY, 355 * DAY))),
        (365, 3_600, 365, None),
        (364, 3_600, 365, Some((-364 * DAY, 3_600))),
        (0, 3_600, 0, None),
    ] {
        let mut object = status(days_ago);
        object["asserted"] = json!(object["asserted"].as_i64().unwrap() - 60);
        let visas = [visa_of("ada", NOW + expires, &object)];
        let expected =
            expected.map(|(from, until)| (from - 60, if until > 3_600 { until - 60 } else { until }));
        assert_eq!(
            span(&visas, "ada", rule(pattern(VisaType::ResearcherStatus), days)),
            expected,
            "{days_ago} {days}"
        );
    }
}

#[test]
fn a_visa_is_evidence_only_where_all_of_the_pattern_fits() {
    let visas = [visa_of("ada", NOW + 60, &status(1))];
    let status = || pattern(VisaType::ResearcherStatus);
    let of = |visa_type, value: &str, source| VisaPattern::new(visa_type, value, url(source));
    let source = "https://source.example.org";
    for (name, pattern, expected) in [
        ("the pattern", status(), true),
        ("by this authority", status().with_by(Authority::SigningOfficial), true),
        ("by one of these", status().with_by(Authority::Peer).with_by(Authority::SigningOfficial), true),
        ("by another authority", status().with_by(Authority::System), false),
        ("another type", pattern(VisaType::AcceptedTermsAndPolicies), false),
        (
            "another value",
            of(VisaType::ResearcherStatus, "https://doi.org/10.1038/s41431-018-0219-Y", source),
            false,
        ),
        ("the value as beginning", of(VisaType::ResearcherStatus, "https://doi.org/", source), false),
        (
            "another source",
            of(VisaType::ResearcherStatus, REGISTERED_ACCESS, "https://linker.example.org"),
            false,
        ),
        (
            "one of these sources",
            of(VisaType::ResearcherStatus, REGISTERED_ACCESS, "https://a.example.org")
                .with_source(url(source)),
            true,
        ),
    ] {
        assert_eq!(evidence(&visas, "ada", rule(pattern, 365)).is_some(), expected, "{name}");
    }
    assert_eq!(evidence(&visas, "bob", rule(status(), 365)), None, "another person");
}

#[test]
fn an_unknown_authority_is_none_that_a_rule_asks_for() {
    let mut object = status(1);
    object["by"] = Value::Null;
    let visas = [visa_of("ada", NOW + 60, &object)];
    let every = Authority::ALL.into_iter().fold(pattern(VisaType::ResearcherStatus), VisaPattern::with_by);
    assert_eq!(evidence(&visas, "ada", rule(every, 365)), None);
    assert!(evidence(&visas, "ada", rule(pattern(VisaType::ResearcherStatus), 365)).is_some());
}

#[test]
fn registered_access_needs_both_visas_and_ends_with_the_first() {
    let both = || {
        rule(pattern(VisaType::ResearcherStatus), 365).with_visa(pattern(VisaType::AcceptedTermsAndPolicies))
    };
    let (early, late) = (NOW + 100, NOW + 200);
    for (name, visas, expected) in [
        (
            "both",
            vec![visa_of("ada", early, &status(3)), visa_of("ada", late, &terms(5))],
            Some((-5 * DAY, 100)),
        ),
        ("no terms", vec![visa_of("ada", early, &status(3))], None),
        ("no status", vec![visa_of("ada", late, &terms(5))], None),
        (
            "another person's terms",
            vec![visa_of("ada", early, &status(3)), visa_of("bob", late, &terms(5))],
            None,
        ),
        (
            "the longest-lived of several",
            vec![
                visa_of("ada", early, &status(3)),
                visa_of("ada", late, &status(9)),
                visa_of("ada", late, &terms(5)),
            ],
            Some((-9 * DAY, 200)),
        ),
        (
            "terms of a linked account, until the link ends",
            vec![
                visa_of("ada", late, &status(3)),
                visa_of("ada2", late, &terms(5)),
                visa_of("ada", NOW + 50, &link("ada2")),
            ],
            Some((-5 * DAY, 50)),
        ),
        (
            "linked the other way round",
            vec![
                visa_of("ada", late, &status(3)),
                visa_of("ada2", late, &terms(5)),
                visa_of("ada2", NOW + 50, &link("ada")),
            ],
            Some((-5 * DAY, 50)),
        ),
        (
            "linked by a third account, in a chain that ends with its first link",
            vec![
                visa_of("ada", late, &status(3)),
                visa_of("ada2", late, &terms(5)),
                visa_of("ada3", NOW + 70, &link("ada")),
                visa_of("ada3", NOW + 60, &link("ada2")),
            ],
            Some((-5 * DAY, 60)),
        ),
        (
            "the better of two chains",
            vec![
                visa_of("ada", late, &status(3)),
                visa_of("ada2", late, &terms(5)),
                visa_of("ada", NOW + 20, &link("ada2")),
                visa_of("ada", NOW + 90, &link("ada3")),
                visa_of("ada3", NOW + 80, &link("ada2")),
            ],
            Some((-5 * DAY, 80)),
        ),
    ] {
        assert_eq!(span(&visas, "ada", both()), expected, "{name}");
    }
}

#[test]
fn a_conditional_visa_ends_with_the_best_visa_that_meets_its_conditions() {
    let role = |by: &str| json!({"type": "AffiliationAndRole", "value": "faculty@uni.edu", "by": by});
    let mut object = status(1);
    object["conditions"] = json!([
        [{"type": "AffiliationAndRole", "by": "const:so"}, {"type": "AcceptedTermsAndPolicies", "by": "const:self"}],
        [{"type": "AffiliationAndRole", "by": "const:system"}]
    ]);
    let conditional = visa_of("ada", NOW + 1_000, &object);
    let expected_until = |others: Vec<String>| {
        let visas = [vec![conditional.clone()], others].concat();
        span(&visas, "ada", rule(pattern(VisaType::ResearcherStatus), 365)).map(|(_, until)| until)
    };
    let role = |by, until| visa_of("ada", NOW + until, &role(by));
    let terms = |until| visa_of("ada", NOW + until, &terms(1));
    assert_eq!(expected_until(vec![role("so", 300), terms(200)]), Some(200));
    assert_eq!(expected_until(vec![role("so", 300), terms(200), role("system", 100)]), Some(200));
    assert_eq!(expected_until(vec![role("so", 300), terms(200), role("system", 250)]), Some(250));
    assert_eq!(expected_until(vec![role("system", 5_000)]), Some(1_000));
}

#[test]
fn a_link_with_conditions_joins_nothing() {
    let mut object = link("ada2");
    object["conditions"] = json!([[{"type": "ResearcherStatus", "by": "const:so"}]]);
    let visas = [visa_of("ada", NOW + 60, &status(1)), visa_of("ada", NOW + 60, &object)];
    let rule = || rule(pattern(VisaType::ResearcherStatus), 365);
    assert!(evidence(&visas, "ada", rule()).is_some());
    assert_eq!(evidence(&visas, "ada2", rule()), None);
}

#[test]
fn no_evidence_is_left_at_the_visas_end() {
    let visas = verified(&[visa_of("ada", NOW + 60, &status(1))]);
    let rules = EvidenceRules::new(vec![rule(pattern(VisaType::ResearcherStatus), 365)]);
    assert_eq!(rules.evidence(&visas, &account("ada"), at(NOW + 59)).len(), 1);
    assert_eq!(rules.evidence(&visas, &account("ada"), at(NOW + 60)), []);
}

#[test]
fn a_visa_is_a_record_and_never_a_bypass_or_another_proof() {
    let text = |text: &str| Paragraph::new(text).unwrap();
    let visas = [visa_of("ada", NOW + 60, &status(1))];
    let pieces = [evidence(&visas, "ada", rule(pattern(VisaType::ResearcherStatus), 365)).unwrap()];
    assert_eq!((pieces[0].proof(), pieces[0].recorded_at()), (None, now()));
    let asked = |kind| {
        let title = Label::new("Identity").unwrap();
        Requirement::new(RequirementName::new("identity").unwrap(), title, kind, text("Show a visa."))
    };
    let record = asked(RequirementKind::Record);
    let met = |until| RequirementStatus::Met { until };
    assert_eq!(record.status(&pieces, at(NOW + 59)), met(at(NOW + 60)));
    assert!(matches!(record.status(&pieces, at(NOW + 60)), RequirementStatus::NotMet(_)));
    let approval = asked(RequirementKind::Approval(Actor::ProgrammeStaff));
    assert!(matches!(approval.status(&pieces, at(NOW)), RequirementStatus::NotMet(_)));
}

#[test]
fn the_rules_round_trip_and_say_nothing_unknown() {
    let rules = EvidenceRules::new(vec![
        rule(pattern(VisaType::ResearcherStatus).with_by(Authority::SigningOfficial), 365)
            .with_visa(pattern(VisaType::AcceptedTermsAndPolicies)),
    ]);
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<EvidenceRules>(&json).unwrap(), rules);
    for (from, to) in [
        ("{\"requirement\"", "{\"bypass\":true,\"requirement\""),
        ("{\"type\"", "{\"any\":true,\"type\""),
        ("strongroom-visa-rules/1", "strongroom-visa-rules/2"),
        ("\"so\"", "\"admin\""),
        ("[\"https://source.example.org\"]", "[]"),
    ] {
        assert!(json.contains(from));
        assert!(serde_json::from_str::<EvidenceRules>(&json.replace(from, to)).is_err(), "{to} was read");
    }
}
