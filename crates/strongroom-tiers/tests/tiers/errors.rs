use strongroom_primitives::RowTier;
use strongroom_tiers::{
    DateShift, Generalisation, Generalised, Hidden, Policy, PolicyError, Severity, Syntax, TierRules, check,
};

const GOOD: &str = r#"format = "strongroom-policy/2"
version = 7
[tiers.registered]
requirements = ["rules"]
[tiers.registered.disclosure]
suppress_up_to = 20
[tiers.registered.hidden]
tables = ["note"]
columns.person = ["day_of_birth"]
[tiers.controlled]
requirements = ["rules"]
[requirements.rules]
title = "House rules"
next_step = "Read them."
evidence.kind = "self-attestation"
"#;

fn told(text: &[u8], syntax: Syntax) -> String {
    let checked = check(text, syntax);
    checked.findings().iter().map(|finding| format!("{finding}\n")).collect()
}

/// One good document, one thing changed, and what is told about it.
#[test]
fn every_slip_is_told_with_its_place_and_its_remedy() {
    assert_eq!(told(GOOD.as_bytes(), Syntax::Toml), "");
    for (from, to, expected) in [
        (
            "version = 7\n",
            "",
            "the document (line 1, column 1): the field `version` is missing; write `version`\n",
        ),
        (
            "= 7",
            "= 0",
            "version (line 2, column 1): the number is outside 1 to 9007199254740991; choose one within\n",
        ),
        (
            "= 7",
            "= 7.5",
            "version (line 2, column 1): it is a number that is not an integer of 64 bits, and must be an integer from 1 to 9007199254740991; write an integer from 1 to 9007199254740991\n",
        ),
        (
            "version = 7\n",
            "version = 7\n[reviews]\ngenetics = \"before-work\"\n",
            "reviews (line 4, column 1): a field is not known here; did you mean `genetic`?\n",
        ),
        (
            "version = 7\n",
            "version = 7\n[reviews]\ngenetic = \"before\"\n",
            "reviews.genetic (line 4, column 1): the word is not known here; known are `on-request`, `beside-work`, `before-work`\n",
        ),
        (
            "policy/2",
            "policy/1",
            "format (line 1, column 1): it is a strongroom-policy/1 document; migrate it first\n",
        ),
        (
            "policy/2",
            "policy/3",
            "format (line 1, column 1): it is no strongroom-policy/2 document; write `format = \"strongroom-policy/2\"` if it is one\n",
        ),
        (
            "suppress_up_to",
            "supress_up_to",
            "tiers.registered.disclosure (line 6, column 1): a field is not known here; did you mean `suppress_up_to`?\n",
        ),
        (
            "suppress_up_to",
            "colour",
            "tiers.registered.disclosure (line 6, column 1): a field is not known here; known are `suppress_up_to`, `rounding`, `zero`\n",
        ),
        (
            "= 20",
            "= -1",
            "tiers.registered.disclosure.suppress_up_to (line 6, column 1): the number is outside 0 to 1000000; choose one within\n",
        ),
        (
            "= 20",
            "= \"20\"",
            "tiers.registered.disclosure.suppress_up_to (line 6, column 1): it is a text, and must be an integer from 0 to 1000000; write an integer from 0 to 1000000\n",
        ),
        (
            "[\"note\"]",
            "[\"Note\"]",
            "tiers.registered.hidden.tables[0] (line 8, column 11): a table of the CDM cannot have this name; write it in lower case, with digits and underscores only\n",
        ),
        (
            "[\"note\"]",
            "[\"note\", \"note\"]",
            "tiers.registered.hidden.tables[1] (line 8, column 19): the table is named twice; remove one\n",
        ),
        (
            "columns.person",
            "columns.Person",
            "tiers.registered.hidden.columns (line 9, column 9): a field is no table of the CDM; rename it\n",
        ),
        (
            "self-attestation",
            "self-atestation",
            "requirements.rules.evidence.kind (line 15, column 10): the word is not known here; did you mean `self-attestation`?\n",
        ),
        (
            "[requirements.rules]",
            "[requirements.\"a b\"]",
            "requirements (line 12, column 15): a field is no requirement name; rename it\n",
        ),
        (
            "title = \"House rules\"",
            "title = \" House rules\"",
            "requirements.rules.title (line 13, column 1): not a valid text: it begins or ends with white space; remove it; write one that keeps the rule\n",
        ),
        (
            "[\"rules\"]\n[tiers.registered.d",
            "[\"rules\", \"rules\"]\n[tiers.registered.d",
            "tiers.registered.requirements[1] (line 4, column 26): the requirement is named twice; remove one\n",
        ),
        (
            "[\"rules\"]\n[tiers.registered.d",
            "[\"rule\"]\n[tiers.registered.d",
            "tiers.registered.requirements[0] (line 4, column 17): the requirement rule is not declared; declare it in `requirements.rule`, or correct the name\ntiers.controlled.requirements (line 11, column 1): rule is missing, which the registered tier asks for; add \"rule\"\n",
        ),
        (
            "version = 7",
            "version = ",
            "the document (line 2, column 11): it is not TOML: string values must be quoted, expected literal string; correct the notation\n",
        ),
        (
            "version = 7",
            "version = 7\nversion = 8",
            "the document (line 3, column 1): it is not TOML: duplicate key; correct the notation\n",
        ),
    ] {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        assert_eq!(told(text.as_bytes(), Syntax::Toml), expected, "{from} → {to}");
    }
}

#[test]
fn json_has_places_too() {
    let good = Policy::from_toml(GOOD).unwrap().to_json();
    for (from, to, expected) in [
        (
            "\"version\": 7",
            "\"version\": \"7\"",
            "version (line 3, column 3): it is a text, and must be an integer from 1 to 9007199254740991; write an integer from 1 to 9007199254740991",
        ),
        (
            "\"version\": 7",
            "\"version\": 7,\n  \"version\": 8",
            "the document (line 4, column 3): the field is there twice; remove one",
        ),
        (
            "\"version\": 7",
            "\"version\": 7,\n  \"\\u0066ormat\": 8",
            "the document (line 4, column 3): the field is there twice; remove one",
        ),
        (
            "\"version\": 7",
            "\"version\": null",
            "version (line 3, column 3): it is null, and must be an integer from 1 to 9007199254740991; write an integer from 1 to 9007199254740991",
        ),
        (
            "\"version\": 7,",
            "\"version\": 7",
            "the document (line 4, column 3): it is not JSON; correct the notation here or just before",
        ),
        ("\"version\": 7", "\"ä\": 1, \"versions\": 7", "the document (line 2, column 1): x"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        let told = told(text.as_bytes(), Syntax::Json);
        if expected.ends_with('x') {
            assert_eq!(
                told,
                "the document (line 1, column 1): the field `version` is missing; write `version`\n\
                 the document (line 3, column 3): a field is not known here; known are `format`, `version`, \
                 `programme`, `releases`, `notices`, `reviews`, `tiers`, `requirements`\n\
                 the document (line 3, column 11): a field is not known here; did you mean `version`?\n"
            );
        } else {
            assert_eq!(told, format!("{expected}\n"), "{from} → {to}");
        }
    }
}

#[test]
fn all_errors_are_told_at_once_in_the_order_of_the_text() {
    let text = GOOD.replace("= 7", "= 0").replace("\"note\"", "\"Note\"").replace("self-attestation", "x");
    let checked = check(text.as_bytes(), Syntax::Toml);
    let lines: Vec<_> =
        checked.findings().iter().filter_map(|one| one.position()).map(|one| one.line()).collect();
    assert_eq!(lines, [2, 8, 15]);
    let error = checked.into_result().unwrap_err();
    assert_eq!(error.findings().count(), 3);
    assert_eq!(error.to_string().lines().count(), 4);
}

#[test]
fn a_strangers_text_is_never_repeated() {
    for poison in
        ["hunter2", "hunter2 = 1", "[hunter2]", "\"hunter2\" = {", "x = \"\\hunter2\"", "hunter2\u{0}"]
    {
        for text in [
            poison.to_owned(),
            format!("{poison}\n{GOOD}"),
            format!("{GOOD}\n{poison}"),
            GOOD.replacen("House rules", &format!(" {poison}"), 1),
            GOOD.replacen("\"note\"", &format!("\"{poison}\""), 1),
            GOOD.replacen("= 20", &format!("= \"{poison}\""), 1),
            GOOD.replacen("self-attestation", poison, 1),
            GOOD.replacen("suppress_up_to", "hunter2", 1),
            GOOD.replacen("columns.person", "columns.\"hunter2 \"", 1),
            GOOD.replacen("requirements.rules", "requirements.\"hunter2 \"", 1),
            format!("{{\"hunter2\": \"{poison}\"}}"),
            format!("{{\"format\": \"strongroom-policy/2\", \"version\": \"{poison}\"}}"),
        ] {
            for syntax in [Syntax::Toml, Syntax::Json] {
                let told = told(text.as_bytes(), syntax);
                assert!(!told.contains("hunter2"), "{text}\n{told}");
            }
        }
    }
}

fn rules() -> TierRules {
    TierRules::new(Vec::new())
}

fn errors(policy: Result<Policy, PolicyError>) -> Vec<String> {
    policy.unwrap_err().findings().map(|one| format!("{}: {}", one.path(), one.problem())).collect()
}

/// The same promises, kept where a program writes the policy.
#[test]
fn a_broken_promise_is_refused() {
    let hiding = |hidden| rules().with_hidden(hidden);
    let showing = |form| rules().with_generalised(Generalised::nothing().with_column("person", "zip", form));
    for (registered, controlled, expected) in [
        (
            rules(),
            rules().with_maximum_lease_minutes(0),
            "tiers.controlled.maximum_lease_minutes: the number is outside 1 to 1440",
        ),
        (
            rules().with_maximum_lease_minutes(1_441),
            rules(),
            "tiers.registered.maximum_lease_minutes: the number is outside 1 to 1440",
        ),
        (
            hiding(Hidden::nothing().with_table("Note")),
            rules(),
            "tiers.registered.hidden.tables[0]: a table of the CDM cannot have this name",
        ),
        (
            hiding(Hidden::nothing().with_column("note", "nöte")),
            rules(),
            "tiers.registered.hidden.columns: a table or column of the CDM cannot have this name",
        ),
        (
            rules(),
            hiding(Hidden::nothing().with_table("note")),
            "tiers.controlled.hidden.tables: note: hidden here, and shown in the registered tier",
        ),
        (
            rules(),
            hiding(Hidden::nothing().with_column("note", "note_text")),
            "tiers.controlled.hidden.columns.note: note.note_text: hidden here, and shown in the registered tier",
        ),
        (
            rules(),
            hiding(Hidden::nothing().with_source_values()),
            "tiers.controlled.hidden.source_values: source values: hidden here, and shown in the registered tier",
        ),
        (
            showing(Generalisation::Bands { width: 5 }),
            showing(Generalisation::Bands { width: 10 }),
            "tiers.controlled.generalised.person.zip: the registered tier shows the column in a finer form",
        ),
        (
            rules(),
            showing(Generalisation::Year),
            "tiers.controlled.generalised.person.zip: the registered tier shows the column in a finer form",
        ),
        (
            showing(Generalisation::Bands { width: 1 }),
            rules(),
            "tiers.registered.generalised.person.zip.width: the number is less than 2",
        ),
        (
            rules(),
            rules().with_date_shift(DateShift::between(-365, -1)),
            "tiers.controlled.date_shift: the registered tier shows the real dates",
        ),
        (
            rules().with_date_shift(DateShift::between(-1, -365)),
            rules(),
            "tiers.registered.date_shift.latest_days: there is no number of days between the earliest and the latest",
        ),
        (
            rules().with_date_shift(DateShift::between(0, 0)),
            rules(),
            "tiers.registered.date_shift.latest_days: there is no number of days between the earliest and the latest",
        ),
        (
            rules().with_date_shift(DateShift::between(-9_000, -1)),
            rules(),
            "tiers.registered.date_shift.earliest_days: the number is outside -3653 to 3653",
        ),
    ] {
        assert_eq!(errors(Policy::new(1, registered, controlled)), [expected]);
    }
    let unknown = strongroom_primitives::RequirementName::new("vetting").unwrap();
    assert_eq!(
        errors(Policy::new(0, TierRules::new(vec![unknown]), rules())),
        [
            "version: the version is outside 1 to 9007199254740991",
            "tiers.registered.requirements[0]: the requirement vetting is not declared",
            "tiers.controlled.requirements[0]: the requirement vetting is not declared",
        ]
    );
}

#[test]
fn what_is_odd_is_told_and_taken() {
    for (from, to, expected) in [
        (
            "[\"rules\"]\n[tiers.registered.d",
            "[]\n[tiers.registered.d",
            "tiers.registered.requirements: the tier asks for nothing",
        ),
        (
            "suppress_up_to = 20",
            "suppress_up_to = 0",
            "tiers.registered.disclosure.suppress_up_to: every number is shown, even a single person",
        ),
        (
            "suppress_up_to = 20",
            "suppress_up_to = 30",
            "tiers.public.disclosure: the public tier shows numbers that the registered tier suppresses",
        ),
        (
            "suppress_up_to = 20",
            "suppress_up_to = 10",
            "tiers.controlled.disclosure: the controlled tier suppresses numbers that the registered tier shows",
        ),
        (
            "[tiers.controlled]",
            "[tiers.registered.date_shift]\nearliest_days = -3\nlatest_days = -1\n[tiers.controlled]",
            "tiers.registered.date_shift: there are fewer than 30 offsets, which are soon guessed",
        ),
        (
            "[tiers.controlled]",
            "[tiers.controlled.export]\nrows_outside.who = \"owner\"\n[tiers.controlled]",
            "tiers.controlled.export.rows_outside: rows of people leave the environment without two reviewers",
        ),
        (
            "[tiers.controlled]",
            "[tiers.controlled.export]\ncounts.who = \"owner\"\n[tiers.controlled]",
            "tiers.controlled.export.counts: more people may export it from the controlled tier than from the registered tier",
        ),
        (
            "[tiers.controlled]",
            "[tiers.registered.generalised]\nnote.note_title.to = \"year\"\n[tiers.controlled]",
            "tiers.registered.generalised.note.note_title: the column is hidden as well, so its coarser form is never seen",
        ),
        (
            "[requirements.rules]",
            "[requirements.extra]\ntitle = \"x\"\nnext_step = \"x\"\nevidence.kind = \"record\"\n[requirements.rules]",
            "requirements.extra: no tier asks for it",
        ),
    ] {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        let checked = check(text.as_bytes(), Syntax::Toml);
        assert!(checked.policy().is_some(), "{to}: {:?}", checked.findings());
        let warnings: Vec<_> =
            checked.findings().iter().filter(|one| one.severity() == Severity::Warning).collect();
        let told: Vec<_> = warnings.iter().map(|one| format!("{}: {}", one.path(), one.problem())).collect();
        assert!(told.iter().any(|one| one == expected), "{to}: {told:?}");
        assert!(warnings.iter().all(|one| one.position().is_some()));
    }
}

#[test]
fn an_older_policy_never_comes_back() {
    let policy = |version, minutes| {
        Policy::new(version, rules().with_maximum_lease_minutes(minutes), rules()).unwrap()
    };
    for (new, in_force, expected) in [
        (policy(2, 15), policy(1, 15), None),
        (policy(1, 15), policy(1, 15), None),
        (
            policy(1, 15),
            policy(2, 15),
            Some("version: version 1 is older than version 2, which is in force; write a version from 3 on"),
        ),
        (
            policy(2, 15),
            policy(2, 14),
            Some("version: another policy of version 2 is in force; write a version from 3 on"),
        ),
    ] {
        let error = new.check_succeeds(&in_force).err();
        let told = error.map(|error| error.findings().map(ToString::to_string).collect::<String>());
        assert_eq!(told.as_deref(), expected);
    }
    assert_eq!(policy(3, 15).rules(RowTier::Registered).maximum_lease_minutes(), 15);
}
