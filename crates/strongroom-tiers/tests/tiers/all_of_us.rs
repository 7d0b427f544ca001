use strongroom_primitives::{RequirementName, RowTier};
use strongroom_tiers::{
    ArchivedUse, ColumnClass, EvidenceKind, ExportKind, Exporter, Generalisation, Policy, Rounding, Syntax,
    check,
};

fn declaration<'p>(policy: &'p Policy, name: &str) -> &'p strongroom_tiers::Declaration {
    policy.declaration(&RequirementName::new(name).unwrap()).unwrap()
}

#[test]
fn the_shipped_policies_have_neither_errors_nor_warnings() {
    for policy in [Policy::all_of_us(), Policy::small_hospital()] {
        assert_eq!(policy.unwrap().warnings(), []);
    }
}

/// The table of access modules: what each tier asks for, for how long it holds, and in how many
/// last days it can be renewed.
#[test]
fn the_shipped_policy_asks_for_what_is_documented() {
    let policy = Policy::all_of_us().unwrap();
    let table = [
        ("two-step-verification", "two-step-verification", None, None, true),
        ("identity", "identity-proofing", None, None, true),
        ("registered-training", "training", Some(365), Some(30), true),
        ("code-of-conduct", "code-of-conduct", Some(365), Some(330), true),
        ("profile-confirmation", "profile-confirmation", Some(365), Some(330), true),
        ("publication-confirmation", "publication-confirmation", Some(365), Some(330), true),
        ("controlled-training", "training", Some(365), Some(30), false),
    ];
    for (name, kind, valid, renewable, of_registered) in table {
        let declaration = declaration(&policy, name);
        assert_eq!(declaration.evidence().name(), kind, "{name}");
        assert_eq!(declaration.valid_for_days(), valid, "{name}");
        assert_eq!(declaration.renewable_for_days(), renewable, "{name}");
        assert_eq!(declaration.bypass(), None, "{name}");
        let asked = |tier| policy.requirements(tier).contains(&declaration.name());
        assert_eq!((asked(RowTier::Registered), asked(RowTier::Controlled)), (of_registered, true), "{name}");
    }
    assert_eq!(policy.all_declarations().count(), table.len());
    assert_eq!(policy.declarations(RowTier::Controlled).count(), table.len());
    let EvidenceKind::CodeOfConduct { versions } = declaration(&policy, "code-of-conduct").evidence() else {
        panic!("the code of conduct is of another kind");
    };
    assert_eq!(versions.iter().map(|one| one.version.as_str()).collect::<Vec<_>>(), ["6", "7"]);
    let training = declaration(&policy, "registered-training").evidence();
    assert!(matches!(training, EvidenceKind::Training { minimum_score_percent: 80, .. }));
    let identity = declaration(&policy, "identity").evidence();
    assert!(matches!(identity, EvidenceKind::IdentityProofing { assurance_level: 2, .. }));
    assert_eq!(policy.notices().warn_days_before().iter().copied().collect::<Vec<_>>(), [1, 7, 15, 30]);
}

#[test]
fn the_shipped_policy_shows_what_is_documented() {
    use ColumnClass::{DateShifted, Generalised, Hidden, Shown};
    let policy = Policy::all_of_us().unwrap();
    for (table, column, in_registered, in_controlled) in [
        ("person", "year_of_birth", Generalised(Generalisation::AgeAtMost { years: 88 }), Shown),
        ("person", "month_of_birth", Hidden, Hidden),
        ("person", "race_source_concept_id", Hidden, Shown),
        ("death", "cause_concept_id", Hidden, Shown),
        ("death", "death_date", DateShifted, Shown),
        ("note", "note_text", Hidden, Hidden),
        ("location", "zip", Hidden, Shown),
        ("condition_occurrence", "condition_source_value", Hidden, Shown),
        ("condition_occurrence", "condition_concept_id", Shown, Shown),
        ("condition_occurrence", "condition_start_date", DateShifted, Shown),
    ] {
        let class = |tier| policy.rules(tier).class_of(table, column);
        assert_eq!(
            (class(RowTier::Registered), class(RowTier::Controlled)),
            (in_registered, in_controlled),
            "{table}.{column}"
        );
    }
    let shift = policy.rules(RowTier::Registered).date_shift().unwrap();
    assert_eq!((shift.earliest_days(), shift.latest_days(), shift.choices()), (-365, -1, 365));
    for tier in RowTier::ALL {
        assert_eq!(policy.rules(tier).suppress_up_to(), 20);
        let export = policy.rules(tier).export();
        assert_eq!(export.rule(ExportKind::RowsOutside).who(), Exporter::Nobody);
        assert_eq!(export.rule(ExportKind::RowsToWorkspace).who(), Exporter::Writer);
    }
    assert_eq!(policy.public().disclosure().rounding(), Rounding::Up { to_multiple_of: 20 });
    assert_eq!(policy.releases().archived(), ArchivedUse::ReplicationAndExistingWork);
    assert!(policy.releases().one_tier_per_session());
}

/// What the workbench of All of Us lets happen, and no policy here can say.
#[test]
fn known_weaknesses_cannot_be_written() {
    let shipped = include_str!("../../policies/all_of_us.toml");
    let two_step = "[requirements.two-step-verification]\n";
    for (weakness, from, to, expected) in [
        (
            "a module that is switched off in an environment counts as met",
            two_step,
            "[requirements.two-step-verification]\nenabled = false\n".to_owned(),
            "requirements.two-step-verification: a field is not known here",
        ),
        (
            "an excuse never ends",
            two_step,
            format!("{two_step}bypass = {{}}\n"),
            "requirements.two-step-verification.bypass: the field `longest_days` is missing",
        ),
        (
            "an excuse lasts for years",
            two_step,
            format!("{two_step}bypass.longest_days = 3650\n"),
            "requirements.two-step-verification.bypass.longest_days: the number is outside 1 to 30",
        ),
        (
            "somebody is excused from proving who they are",
            "[requirements.identity]\n",
            "[requirements.identity]\nbypass.longest_days = 1\n".to_owned(),
            "requirements.identity.bypass: nobody can be excused from evidence of the kind identity-proofing",
        ),
        (
            "somebody is excused from a training",
            "[requirements.controlled-training]\n",
            "[requirements.controlled-training]\nbypass.longest_days = 1\n".to_owned(),
            "requirements.controlled-training.bypass: nobody can be excused from evidence of the kind training",
        ),
        (
            "a training is complete without a passing score",
            ", minimum_score_percent = 80",
            String::new(),
            "requirements.registered-training.evidence: the field `minimum_score_percent` is missing",
        ),
        (
            "a requirement of an unknown kind is ignored",
            "kind = \"profile-confirmation\"",
            "kind = \"era-commons\"".to_owned(),
            "requirements.profile-confirmation.evidence.kind: the word is not known here",
        ),
        (
            "a requirement that nobody defined is asked for and silently met",
            "[requirements.publication-confirmation]",
            "[requirements.publication]".to_owned(),
            "tiers.registered.requirements[5]: the requirement publication-confirmation is not declared",
        ),
        (
            "the controlled tier is entered without the registered tier's requirements",
            "    \"code-of-conduct\",\n    \"profile-confirmation\",\n    \"publication-confirmation\",\n    \
             \"controlled-training\",\n",
            "    \"profile-confirmation\",\n    \"publication-confirmation\",\n    \"controlled-training\",\n".to_owned(),
            "tiers.controlled.requirements: code-of-conduct is missing, which the registered tier asks for",
        ),
        (
            "a text is signed that nobody can point to later",
            "text_sha256 = \"c2df63fb30badb30243b0d075d9a32c88ede7ccd00e9a78bfca8dff4de0d1548\"\n",
            String::new(),
            "requirements.code-of-conduct.evidence.versions[1]: the field `text_sha256` is missing",
        ),
    ] {
        let text = shipped.replacen(from, &to, 1);
        assert_ne!(text, shipped, "{weakness}");
        let checked = check(text.as_bytes(), Syntax::Toml);
        assert!(checked.policy().is_none(), "{weakness}");
        let told: Vec<String> = checked
            .findings()
            .iter()
            .map(|finding| format!("{}: {}", finding.path(), finding.problem()))
            .collect();
        assert!(told.iter().any(|one| one == expected), "{weakness}: {told:#?}");
    }
}
