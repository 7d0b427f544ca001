use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;
use strongroom::access::{EmailAddress, Person, Requirement};
use strongroom::audit::{Action, Actor, AuditEvent};
use strongroom::primitives::{Id, Label, NonEmpty, RequirementName, RowTier, Timestamp};
use strongroom::store::{Commit, JournalStore, PersonRecord, PersonStore, Version};
use strongroom::tiers::{Policy, TierRules};

use crate::command::{Outcome, names_in, run, strongroom, succeed};

/// Two requirements, of which the controlled tier alone asks for the second.
const POLICY: &str = r#"format = "strongroom-policy/2"
version = 7
[tiers.registered]
requirements = ["house-rules"]
disclosure.suppress_up_to = 20
[tiers.controlled]
requirements = ["house-rules", "course"]
[requirements.house-rules]
title = "House rules"
next_step = "Read and confirm them."
evidence.kind = "self-attestation"
[requirements.course]
title = "Course"
next_step = "Pass it."
valid_for_days = 365
evidence = { kind = "training", courses = ["Privacy"], minimum_score_percent = 80 }
"#;

const FIRST_FORMAT: &str = r#"{"format": "strongroom-policy/1", "version": 3,
"tiers": {"registered": {"requirements": ["identity"]}, "controlled": {"requirements": ["training"]}}}"#;

/// Everything that a run of the command said.
fn said(outcome: &Outcome) -> String {
    format!("{}{}ends with {}", outcome.stdout, outcome.stderr, outcome.code.unwrap())
}

fn ask(folder: &Path, arguments: &str) -> String {
    said(&run(&mut strongroom(folder, arguments)))
}

/// A policy in a file, what was changed in it, and its folder.
fn with_policy(name: &str, changes: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_policy(folder.path(), name, changes);
    folder
}

fn write_policy(folder: &Path, name: &str, changes: &[(&str, &str)]) {
    let text = changes.iter().fold(POLICY.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    fs::write(folder.join(name), text).unwrap();
}

#[test]
fn check_tells_everything_at_once_with_its_place_and_its_remedy() {
    let folder = with_policy("good.toml", &[]);
    write_policy(
        folder.path(),
        "bad.toml",
        &[("version = 7", "version = 0"), ("suppress_up_to", "supress_up_to"), ("Pass it.", "")],
    );
    write_policy(folder.path(), "odd.toml", &[("\"house-rules\", \"course\"", "\"house-rules\"")]);
    fs::write(folder.path().join("bad.json"), "{\"format\": \"strongroom-policy/2\",\n \"version\": }")
        .unwrap();
    fs::write(folder.path().join("old.json"), FIRST_FORMAT).unwrap();
    // The ending decides, and what the text looks like where there is none.
    fs::copy(folder.path().join("good.toml"), folder.path().join("toml.json")).unwrap();
    fs::copy(folder.path().join("good.toml"), folder.path().join("policy")).unwrap();
    let mut page = String::new();
    for name in [
        "good.toml",
        "policy",
        "all-of-us",
        "small-hospital",
        "bad.toml",
        "odd.toml",
        "bad.json",
        "old.json",
        "toml.json",
    ] {
        page.push_str(&format!(
            "$ check {name}\n{}\n\n",
            ask(folder.path(), &format!("policy check {name}"))
        ));
    }
    assert_snapshot!(page);
}

#[test]
fn check_answers_programs_in_json() {
    let folder = with_policy("bad.toml", &[("suppress_up_to", "supress_up_to")]);
    assert_snapshot!(ask(folder.path(), "policy check --json bad.toml"));
    let good: Value = serde_json::from_str(&succeed(folder.path(), "policy check --json all-of-us")).unwrap();
    assert_eq!(good["sha256"], Policy::all_of_us().unwrap().digest().to_string());
    assert!(good["findings"].as_array().unwrap().iter().all(|one| one["severity"] == "warning"), "{good}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        "policy check nowhere.toml",
        "policy show nowhere.toml",
        "policy diff all-of-us nowhere.toml",
        "policy migrate nowhere.toml",
    ] {
        let outcome = run(&mut strongroom(folder.path(), arguments));
        assert_eq!(outcome.code, Some(5), "{arguments}: {}", outcome.stderr);
        assert!(outcome.stderr.starts_with("error: `nowhere.toml` cannot be read; "), "{}", outcome.stderr);
    }
}

#[test]
fn show_prints_the_policy_and_what_the_gate_makes_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = succeed(folder.path(), "policy show small-hospital");
    let (_, matrix) = text.split_once("What a role may do").unwrap();
    assert_snapshot!(matrix);
    for table in strongroom::tiers::show(&Policy::small_hospital().unwrap()) {
        assert!(text.contains(&table.to_string()), "{text}");
    }
    let broken = with_policy("bad.toml", &[("version = 7", "version = 0")]);
    assert_snapshot!(ask(broken.path(), "policy show bad.toml"));
}

#[test]
fn diff_says_which_changes_loosen() {
    let folder = with_policy("old.toml", &[]);
    write_policy(
        folder.path(),
        "new.toml",
        &[
            ("version = 7", "version = 8"),
            ("suppress_up_to = 20", "suppress_up_to = 5"),
            ("requirements = [\"house-rules\"]", "requirements = [\"house-rules\", \"course\"]"),
        ],
    );
    let text = ask(folder.path(), "policy diff old.toml new.toml");
    let json = ask(folder.path(), "policy diff old.toml new.toml --json");
    assert_snapshot!(format!("{text}\n\n{json}"));
    assert_eq!(succeed(folder.path(), "policy diff all-of-us all-of-us"), "The policies say the same.\n");
}

#[test]
fn migrate_writes_the_second_format_and_never_over_a_file() {
    let folder = with_policy("taken.toml", &[]);
    let taken = fs::read(folder.path().join("taken.toml")).unwrap();
    fs::write(folder.path().join("old.json"), FIRST_FORMAT).unwrap();
    fs::write(folder.path().join("odd.json"), FIRST_FORMAT.replace("identity", "vetting")).unwrap();
    let migrated = Policy::from_toml(&succeed(folder.path(), "policy migrate old.json")).unwrap();
    assert_eq!(migrated, strongroom::tiers::migrate(FIRST_FORMAT.as_bytes()).into_result().unwrap());
    for name in ["new.toml", "new.json"] {
        let said = succeed(folder.path(), &format!("policy migrate old.json --out {name}"));
        assert!(
            said.ends_with(&format!("The policy is in {name}: version 3, digest {}.\n", migrated.digest()))
        );
        let text = fs::read(folder.path().join(name)).unwrap();
        assert_eq!(Policy::read(&text).unwrap(), migrated);
        succeed(folder.path(), &format!("policy check {name}"));
    }
    let before = names_in(folder.path());
    let mut page = String::new();
    for arguments in [
        "migrate odd.json --out odd.toml",
        "migrate taken.toml --out again.toml",
        "migrate old.json --out taken.toml",
        "migrate old.json --out new.yaml",
    ] {
        page.push_str(&format!("$ {arguments}\n{}\n\n", ask(folder.path(), &format!("policy {arguments}"))));
    }
    assert_snapshot!(page);
    assert_eq!(names_in(folder.path()), before);
    assert_eq!(fs::read(folder.path().join("taken.toml")).unwrap(), taken);
}

/// Four people: with everything, without the course, with nothing, and without an institution.
fn write_journal(file: &Path, now: Timestamp) {
    let policy = Policy::from_toml(POLICY).unwrap();
    let requirements = strongroom::gate::declared_requirements(&policy).unwrap();
    let evidence = |name: &str| {
        let name = RequirementName::new(name).unwrap();
        let asked: &Requirement = requirements.get(&name).unwrap();
        asked.sufficient_evidence(now, &Label::new("test").unwrap()).unwrap()
    };
    let store = JournalStore::create(file).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (number, institution, brought) in [
        (1_u128, true, &["house-rules", "course"][..]),
        (2, true, &["house-rules"]),
        (3, true, &[]),
        (4, false, &["house-rules", "course"]),
        (5, true, &["house-rules"]),
    ] {
        let email = EmailAddress::new(&format!("somebody{number}@uni.edu")).unwrap();
        let mut person = Person::new(Id::from_u128(number), Label::new("Somebody").unwrap(), email);
        if institution {
            person = person.with_institution(Id::from_u128(7));
        }
        let action = Action::AccountRegistered { person: person.id(), institution: person.institution() };
        let event = AuditEvent::new(now, Id::from_u128(number), Actor::System, action);
        let pieces = brought.iter().flat_map(|name| evidence(name));
        let record = pieces.fold(PersonRecord::new(person), PersonRecord::with_evidence);
        let commit = Commit::new(record, Version::ABSENT, NonEmpty::new(event));
        runtime.block_on(PersonStore::commit(&store, commit)).unwrap();
    }
}

#[test]
fn rehearse_says_who_gains_and_who_loses_with_the_reasons_of_one() {
    let folder = with_policy("old.toml", &[]);
    let now = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
    write_journal(&folder.path().join("people.journal"), now);
    write_policy(
        folder.path(),
        "new.toml",
        &[
            ("version = 7", "version = 8"),
            ("requirements = [\"house-rules\"]", "requirements = [\"house-rules\", \"course\"]"),
        ],
    );
    let rehearse = |old: &str, new: &str, at: &str| {
        let arguments = format!("policy rehearse {old} {new} --journal people.journal --at {at}");
        ask(folder.path(), &arguments)
    };
    let stricter = rehearse("old.toml", "new.toml", "2026-03-02T09:00:00Z");
    assert!(!stricter.contains("@uni.edu"), "an address is printed: {stricter}");
    let looser = rehearse("new.toml", "old.toml", "2026-03-02T09:00:00Z");
    let lapsed = rehearse("old.toml", "new.toml", "2027-03-01T09:00:00Z");
    let same = rehearse("old.toml", "old.toml", "2026-03-02T09:00:00Z");
    assert_snapshot!([stricter, looser, lapsed, same].join("\n\n---\n\n"));

    let missing =
        run(&mut strongroom(folder.path(), "policy rehearse old.toml new.toml --journal nowhere.journal"));
    assert_eq!(missing.code, Some(5), "{}", missing.stderr);
    assert_eq!(
        missing.stderr,
        "error: there is no journal at this path; check the path, or create the journal\n  because: No such \
         file or directory (os error 2)\n"
    );
    assert!(!folder.path().join("nowhere.journal").exists());
}

#[test]
fn a_shipped_name_is_a_policy_and_a_file_of_that_name_needs_its_folder() {
    let rules = || TierRules::new(Vec::new());
    let other = Policy::new(41, rules(), rules()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all-of-us"), other.to_toml()).unwrap();
    let shipped = succeed(folder.path(), "policy check all-of-us");
    assert!(shipped.contains(&Policy::all_of_us().unwrap().digest().to_string()), "{shipped}");
    let file = succeed(folder.path(), "policy check ./all-of-us");
    assert!(file.contains("version 41"), "{file}");
    assert!(Policy::all_of_us().unwrap().requirements(RowTier::Registered).len() > 1);
}
