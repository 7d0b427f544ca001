use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::command::{Outcome, names_in, run, strongroom, succeed};
use crate::omop::{self, DIABETES};

/// A window that does not say whether the index day counts, a misspelt word and a bad column.
const BROKEN: &str = r#"language 1

concepts diabetes { include SNOMED:44054006 with descendants }

cohort broken {
  observed by observation_period
  entry:  conditons in diabetes, first
  index:  start
  require any measurements in hba1c within 30d after index
  exit:   end of observation
}
"#;

/// It can be read; one name is wrong, and a concept set is not used.
const UNKNOWN: &str = r#"language 1

concepts diabetes { include SNOMED:44054006 with descendants }
concepts unused { include SNOMED:1 }

cohort typo {
  observed by observation_period
  entry:  conditions in diabtes, first
  index:  start
  exit:   end of observation
}
"#;

const CIRCE: &str = r#"{
  "ConceptSets": [],
  "PrimaryCriteria": {
    "CriteriaList": [{"ConditionOccurrence": {"CodesetId": 4}}],
    "ObservationWindow": {"PriorDays": 0, "PostDays": 0},
    "PrimaryCriteriaLimit": {"Type": "First"}}
}"#;

#[test]
fn checking_text() {
    let folder = prepared();
    let outcome = in_folder(folder.path(), "cohort check broken.cohort unknown.cohort diabetes.cohort");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(4), ""));
    assert!(!outcome.stdout.contains('\u{1b}'), "coloured without a terminal: {}", outcome.stdout);
    assert_snapshot!("check", outcome.stdout);

    let sound = in_folder(folder.path(), "cohort check diabetes.cohort");
    assert_eq!((sound.code, sound.stdout.as_str()), (Some(0), "1 file, 0 errors, 0 warnings\n"));
}

#[test]
fn importing_from_files() {
    let folder = prepared();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    fs::create_dir(folder.path().join("sets")).unwrap();
    write("sets/all.concepts", "language 1\nimport { diabetes } from \"diabetes.concepts\"\n");
    write(
        "sets/diabetes.concepts",
        "language 1\nconcepts diabetes { include SNOMED:44054006 with descendants }\n",
    );
    write("sets/circle.concepts", "language 1\nimport { diabetes } from \"circle.concepts\"\n");
    let importing = |from: &str| {
        let sets = DIABETES.lines().find(|line| line.starts_with("concepts")).unwrap();
        DIABETES.replace(sets, &format!("import {{ diabetes }} from \"{from}\""))
    };
    for (file, from) in [
        ("one.cohort", "sets/diabetes.concepts"),
        ("all.cohort", "sets/all.concepts"),
        ("none.cohort", "sets/none.concepts"),
        ("circle.cohort", "sets/circle.concepts"),
    ] {
        write(file, &importing(from));
    }
    let meaning = |file: &str| {
        let said = succeed(folder.path(), &format!("cohort hash {file}"));
        said.lines().find(|line| line.starts_with("meaning")).unwrap().to_owned()
    };
    assert_eq!(meaning("one.cohort"), meaning("diabetes.cohort"));
    assert_eq!(meaning("all.cohort"), meaning("diabetes.cohort"));
    assert!(succeed(folder.path(), "cohort convert --to text one.cohort").contains("import { diabetes }"));
    assert!(succeed(folder.path(), "cohort convert --to markdown all.cohort").contains("44054006"));
    for file in ["none.cohort", "circle.cohort"] {
        let outcome = in_folder(folder.path(), &format!("cohort check {file}"));
        assert_eq!(outcome.code, Some(4), "{}", outcome.stderr);
        assert!(outcome.stdout.contains("E072"), "{}", outcome.stdout);
    }
}

#[test]
fn checking_for_editors() {
    let folder = prepared();
    let outcome = in_folder(folder.path(), "cohort check --json broken.cohort unknown.cohort circe.json");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(4), ""));
    let listed: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert!(listed.as_array().is_some_and(|list| list.len() > 3), "{listed}");
    assert_snapshot!("check_json", outcome.stdout);
    assert_eq!(in_folder(folder.path(), "cohort check --json diabetes.cohort").stdout, "[]\n");
}

#[test]
fn checking_json() {
    let folder = prepared();
    for (file, text) in [
        ("not.json", "{\n  \"format\": \"cohort-ast/1\",,\n}"),
        ("shape.json", r#"{"format": "cohort-ast/1", "profile": "native/1", "cohort": []}"#),
        ("empty.json", r#"{"format": "cohort-ast/1", "profile": "native/1"}"#),
        ("aou.json", r#"{"includes": [{}]}"#),
    ] {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let outcome = in_folder(folder.path(), "cohort check not.json shape.json empty.json aou.json circe.json");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(4), ""));
    assert_snapshot!("check_of_json", outcome.stdout);

    fs::write(folder.path().join("other.json"), "{}").unwrap();
    let other = in_folder(folder.path(), "cohort check other.json");
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("name its form with --from"), "{}", other.stderr);
}

#[test]
fn laying_out() {
    let folder = prepared();
    let ragged = folder.path().join("ragged.cohort");
    fs::write(&ragged, DIABETES.replace("  ", " ").replace("{ include", "{\ninclude")).unwrap();
    let otherwise = in_folder(folder.path(), "cohort fmt --check ragged.cohort diabetes.cohort");
    assert_eq!((otherwise.code, otherwise.stderr.as_str()), (Some(1), ""));
    assert!(otherwise.stdout.starts_with("ragged.cohort is laid out otherwise\n"), "{}", otherwise.stdout);
    let before = names_in(folder.path());
    assert!(succeed(folder.path(), "cohort fmt ragged.cohort").contains("ragged.cohort was laid out"));
    assert_eq!(names_in(folder.path()), before);
    assert_snapshot!("fmt", fs::read_to_string(&ragged).unwrap());
    assert_eq!(succeed(folder.path(), "cohort fmt --check ragged.cohort"), "");

    let broken = in_folder(folder.path(), "cohort fmt broken.cohort");
    assert_eq!((broken.code, broken.stdout.as_str()), (Some(4), ""));
    assert_eq!(fs::read_to_string(folder.path().join("broken.cohort")).unwrap(), BROKEN);
}

#[test]
fn converting() {
    let folder = prepared();
    for form in ["text", "json", "markdown", "prose", "flow", "svg"] {
        let written = succeed(folder.path(), &format!("cohort convert diabetes.cohort --to {form}"));
        assert_snapshot!(format!("convert_to_{form}"), written);
    }
    // Circe has rules of its own, which the text must name.
    let refused = in_folder(folder.path(), "cohort convert diabetes.cohort --to circe");
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(4), ""));
    assert_snapshot!("convert_to_circe_refused", refused.stderr);

    // There and back again is the same document.
    let json = succeed(folder.path(), "cohort convert diabetes.cohort --to json");
    fs::write(folder.path().join("again.json"), json).unwrap();
    let digests = |file| succeed(folder.path(), &format!("cohort hash {file}"));
    assert_eq!(digests("again.json"), digests("diabetes.cohort"));
}

#[test]
fn converting_from_circe_and_back() {
    let folder = prepared();
    let circe = CIRCE.replace(
        r#""ConceptSets": []"#,
        r#""ConceptSets": [{"id": 4, "name": "Diabetes", "expression": {"items": [{"concept": {"CONCEPT_ID": 201826}}]}}]"#,
    );
    fs::write(folder.path().join("from atlas.json"), &circe).unwrap();
    fs::rename(folder.path().join("from atlas.json"), folder.path().join("1-atlas.json")).unwrap();
    let text = succeed(folder.path(), "cohort convert 1-atlas.json --to text");
    assert_snapshot!("convert_from_circe", text);
    fs::write(folder.path().join("atlas.cohort"), text).unwrap();
    let again = succeed(folder.path(), "cohort convert atlas.cohort --to circe");
    fs::write(folder.path().join("again.json"), again).unwrap();
    let meaning = |file| {
        let said = succeed(folder.path(), &format!("cohort hash {file}"));
        said.lines().last().map(str::to_owned)
    };
    assert_eq!(meaning("again.json"), meaning("1-atlas.json"));
}

#[test]
fn digests() {
    let folder = prepared();
    assert_snapshot!("hash", succeed(folder.path(), "cohort hash diabetes.cohort"));
    let renamed = DIABETES.replace("first_diabetes", "other").replace("First diabetes", "Other");
    fs::write(folder.path().join("renamed.cohort"), renamed).unwrap();
    let [one, other] = ["diabetes", "renamed"]
        .map(|name| succeed(folder.path(), &format!("cohort hash {name}.cohort")))
        .map(|said| said.lines().map(str::to_owned).collect::<Vec<_>>());
    assert_ne!(one[0], other[0], "the document is another");
    assert_eq!(one[1], other[1], "it means the same");
    assert_eq!(in_folder(folder.path(), "cohort hash unknown.cohort").code, Some(4));
}

#[test]
fn explaining() {
    let folder = prepared();
    assert_snapshot!(
        "explain",
        succeed(folder.path(), "cohort explain diabetes.cohort --omop omop --person 1")
    );
    let nobody = in_folder(folder.path(), "cohort explain diabetes.cohort --omop omop --person 3");
    assert_eq!((nobody.code, nobody.stdout.as_str()), (Some(2), ""));
    assert!(nobody.stderr.contains("nobody in the OMOP folder"), "{}", nobody.stderr);
}

#[test]
fn locking_concepts() {
    let folder = prepared();
    let missing = in_folder(folder.path(), "cohort lock diabetes.cohort --omop omop --diff");
    assert_eq!(missing.code, Some(2), "{}", missing.stderr);
    let said = succeed(folder.path(), "cohort lock diabetes.cohort --omop omop");
    assert!(said.ends_with("locked in diabetes.cohort.lock\n"), "{said}");
    assert_snapshot!("lock", fs::read_to_string(folder.path().join("diabetes.cohort.lock")).unwrap());
    assert_eq!(succeed(folder.path(), "cohort lock diabetes.cohort --omop omop --diff"), "");

    let narrower = DIABETES.replace(" with descendants", "");
    fs::write(folder.path().join("diabetes.cohort"), narrower).unwrap();
    let changed = in_folder(folder.path(), "cohort lock diabetes.cohort --omop omop --diff");
    assert_eq!(changed.code, Some(4));
    assert_snapshot!("lock_diff", format!("{}\n{}", changed.stdout, changed.stderr));

    let unknown = DIABETES.replace("44054006", "44054007");
    fs::write(folder.path().join("diabetes.cohort"), unknown).unwrap();
    let refused = in_folder(folder.path(), "cohort lock diabetes.cohort --omop omop");
    assert_eq!(refused.code, Some(4));
    assert!(refused.stderr.contains("E060"), "{}", refused.stderr);
}

fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    omop::write(&folder.path().join("omop"));
    for (name, text) in [
        ("broken.cohort", BROKEN),
        ("unknown.cohort", UNKNOWN),
        ("diabetes.cohort", DIABETES),
        ("circe.json", CIRCE),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn in_folder(folder: &Path, arguments: &str) -> Outcome {
    run(&mut strongroom(folder, arguments))
}
