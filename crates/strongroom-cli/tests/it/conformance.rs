use std::fs;
use std::path::Path;

use crate::command::{run, strongroom};
use crate::omop;

const CIRCE: &str = r#"{
  "ConceptSets": [{"id": 1, "name": "diabetes", "expression": {"items": [
    {"concept": {"CONCEPT_ID": 201826}, "includeDescendants": DESCENDANTS}]}}],
  "PrimaryCriteria": {
    "CriteriaList": [{"ConditionOccurrence": {"CodesetId": 1}}],
    "ObservationWindow": {"PriorDays": 365, "PostDays": 0},
    "PrimaryCriteriaLimit": {"Type": "First"}}
}"#;

/// Of the line `1,2015-03-01,2020-12-31`.
const FIRST_PERSON: &str = "beebd7aaf1417255d26c14b6c527693c31db832ababb3acc334e1fe2c528b57f";

const SEARCH: &str = r#"{"includes": [{"items": [{"type": "PERSON", "searchParameters": [
    {"domain": "PERSON", "type": "GENDER", "conceptId": 8532, "standard": true}]}]}]}"#;

#[test]
fn cases_of_circe() {
    let folder = tempfile::tempdir().unwrap();
    omop::write(&folder.path().join("omop"));
    fs::create_dir(folder.path().join("definitions")).unwrap();
    for (id, descendants) in [("7", "false"), ("8", "true")] {
        let text = CIRCE.replace("DESCENDANTS", descendants);
        fs::write(folder.path().join(format!("definitions/{id}.json")), text).unwrap();
    }
    expect(folder.path(), "right.jsonl", &[("7", 1, FIRST_PERSON)]);
    expect(folder.path(), "wrong.jsonl", &[("7", 1, FIRST_PERSON), ("8", 1, FIRST_PERSON)]);

    let circe = "conformance circe --cdm omop --definitions definitions";
    let right = run(&mut strongroom(folder.path(), &format!("{circe} --expected right.jsonl")));
    assert_eq!((right.code, right.stderr.as_str()), (Some(0), ""));
    assert_eq!(right.stdout, "8: no expected result; 2 rows of 2 people\n1 of 1 identical\n");

    let wrong = run(&mut strongroom(folder.path(), &format!("{circe} --expected wrong.jsonl --show-rows")));
    assert_eq!((wrong.code, wrong.stderr.as_str()), (Some(1), ""));
    assert_eq!(
        wrong.stdout,
        "the rows of 8:\n  1,2015-03-01,2020-12-31\n  2,2017-03-01,2020-12-31\n\
         8: 2 rows of 2 people; expected 1 rows of 1 people\n1 of 2 identical\n"
    );

    for engine in ["native", "reference"] {
        let beside = run(&mut strongroom(folder.path(), &format!("{circe} --engine {engine}")));
        assert_eq!(
            (beside.code, beside.stdout.as_str()),
            (Some(0), "2 of 2 identical\n"),
            "{}",
            beside.stderr
        );
    }

    let every = run(&mut strongroom(folder.path(), &format!("{circe} --expected wrong.jsonl --every 2")));
    assert_eq!((every.code, every.stdout.as_str()), (Some(0), "1 of 1 identical\n"));
    let nothing = run(&mut strongroom(folder.path(), &format!("{circe} --expected nothing.jsonl")));
    assert_eq!(nothing.code, Some(5));
    assert!(nothing.stderr.contains("`nothing.jsonl` cannot be read"), "{}", nothing.stderr);
}

#[test]
fn searches_of_the_workbench() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("tables")).unwrap();
    let people = r#"[{"person_id": 1, "dob": "1960-05-01", "age_at_consent": 50},
        {"person_id": 2, "dob": "1970-05-01", "age_at_consent": 40}]"#;
    fs::write(folder.path().join("tables/cb_search_person.json"), people).unwrap();
    let genders =
        r#"[{"person_id": 1, "gender_concept_id": 8532}, {"person_id": 2, "gender_concept_id": 8507}]"#;
    fs::write(folder.path().join("tables/person.json"), genders).unwrap();
    let case = |id: u8, persons: &str| {
        let search = SEARCH.replace('\n', " ");
        format!(
            r#"{{"id": {id}, "name": "women", "today": "2024-01-01", "definition": {search}, "count": 1, "persons": [{persons}]}}"#
        )
    };
    fs::write(folder.path().join("cases.jsonl"), format!("{}\n{}\n", case(1, "1"), case(2, "2"))).unwrap();

    let outcome = run(&mut strongroom(folder.path(), "conformance aou --tables tables --cases cases.jsonl"));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    assert_eq!(
        outcome.stdout,
        "2 (women): 1 people; expected as many, but others\n    + 1\n    - 2\n1 of 2 identical\n"
    );
}

fn expect(folder: &Path, file: &str, cohorts: &[(&str, u64, &str)]) {
    let lines = cohorts.iter().map(|(id, rows, digest)| {
        format!(r#"{{"id": "{id}", "rows": {rows}, "persons": {rows}, "sha256": "{digest}"}}"#)
    });
    fs::write(folder.join(file), lines.collect::<Vec<_>>().join("\n")).unwrap();
}
