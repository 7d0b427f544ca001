use strongroom_primitives::RowTier;
use strongroom_tiers::{Catalogue, EvidenceKind, ExportKind, Exporter, Policy, Syntax, check, diff, migrate};

const FIRST: &str = include_str!("cases/all_of_us.policy-1.json");

#[test]
fn the_first_format_keeps_its_meaning() {
    let policy = migrate(FIRST.as_bytes()).into_result().unwrap();
    let today = Policy::all_of_us().unwrap();
    assert_eq!(policy.version(), 1);
    for tier in RowTier::ALL {
        assert_eq!(policy.requirements(tier), today.requirements(tier));
        assert_eq!(policy.rules(tier).hidden(), today.rules(tier).hidden());
        assert_eq!(policy.rules(tier).suppress_up_to(), 20);
        assert_eq!(policy.rules(tier).maximum_lease_minutes(), 15);
        assert_eq!(policy.rules(tier).export().rule(ExportKind::RowsToWorkspace).who(), Exporter::Writer);
        assert!(policy.rules(tier).date_shift().is_none());
    }
    // What it never said is now written down, so that it reads back as it is.
    assert_eq!(Policy::from_toml(&policy.to_toml()).unwrap(), policy);
    assert!(
        !diff(&policy, &today).changes().iter().any(|one| one.path().to_string().ends_with("requirements"))
    );
}

#[test]
fn what_the_first_format_left_out_is_strict() {
    let policy = migrate(
        br#"{"format": "strongroom-policy/1", "version": 3,
             "tiers": {"registered": {"requirements": ["training"]}, "controlled": {"requirements": []}}}"#,
    )
    .into_result()
    .unwrap();
    let rules = policy.rules(RowTier::Controlled);
    assert_eq!((rules.suppress_up_to(), rules.maximum_lease_minutes()), (20, 15));
    let asked: Vec<_> = policy.declarations(RowTier::Controlled).map(|one| one.evidence().clone()).collect();
    assert!(matches!(asked[..], [EvidenceKind::Training { minimum_score_percent: 80, .. }]));
}

#[test]
fn what_cannot_be_migrated_is_told_with_its_place() {
    for (from, to, expected) in [
        (
            "\"identity\"",
            "\"vetting\"",
            "tiers.registered.requirements[1] (line 8, column 9): the first format does not say what vetting \
             is; write the policy anew, and declare it there",
        ),
        (
            "\"hidden\"",
            "\"hiden\"",
            "tiers.registered (line 16, column 7): a field is not known here; did you mean `hidden`?",
        ),
        (
            "\"version\": 1",
            "\"version\": 0",
            "version (line 3, column 3): the number is outside 1 to 9007199254740991; choose one within",
        ),
        (
            "policy/1",
            "policy/2",
            "format (line 2, column 3): it is a strongroom-policy/2 document already; read it as it is",
        ),
    ] {
        let text = FIRST.replacen(from, to, 1);
        assert_ne!(text, FIRST);
        let checked = migrate(text.as_bytes());
        assert!(checked.policy().is_none());
        assert_eq!(checked.findings().iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }
    let told = check(FIRST.as_bytes(), Syntax::Json);
    assert_eq!(
        told.findings()[0].to_string(),
        "format (line 2, column 3): it is a strongroom-policy/1 document; migrate it first"
    );
}

#[test]
fn the_first_catalogue_reads_as_the_same_releases() {
    let first = r#"{"format": "strongroom-catalogue/1", "releases": [
        {"name": "R1", "tier": "registered", "state": "archived"},
        {"name": "R2", "tier": "registered", "state": "live"},
        {"name": "R3", "tier": "registered", "state": "live"}]}"#;
    let catalogue: Catalogue = serde_json::from_str(first).unwrap();
    let now = strongroom_primitives::Timestamp::from_unix_microseconds(0);
    let states: Vec<_> = catalogue.releases().iter().map(|one| one.state_at(now)).collect();
    use strongroom_tiers::ReleaseState::{Archived, Current};
    assert_eq!(states, [Archived, Current, Current]);
    assert_eq!(catalogue.newest(RowTier::Registered, now).unwrap().name().as_str(), "R3");
    let again = serde_json::to_string(&catalogue).unwrap();
    assert!(again.starts_with(r#"{"format":"strongroom-catalogue/2""#), "{again}");
    assert_eq!(serde_json::from_str::<Catalogue>(&again).unwrap(), catalogue);
    for odd in [
        first.replace("catalogue/1", "catalogue/3"),
        first.replace("\"live\"", "\"withdrawn\""),
        first.replace("\"R2\"", "\"R1\""),
        first.replace("\"state\": \"archived\"", "\"state\": \"archived\", \"default\": true"),
        first.replace("]}", "], \"default\": \"R2\"}"),
        again.replace("\"family\"", "\"famly\""),
    ] {
        assert!(serde_json::from_str::<Catalogue>(&odd).is_err(), "{odd}");
    }
}
