use std::fs;

use super::*;

fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    (folder, path)
}

const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const OTHER: &str = "0000000000000000000000000000000000000000000000000000000000000001";

#[test]
fn expected_results() {
    let text = format!(
        r#"{{"id": 2, "rows": 3, "persons": 2, "sha256": "{DIGEST}"}}
{{"id": "x", "name": "a", "rows": 3, "persons": 2, "sha256": "{DIGEST}", "tie_sensitive": true, "sha256_other_tie": "{OTHER}"}}

{{"id": 900283, "name": "b", "ok": false, "error": "no such column"}}
"#
    );
    let (_folder, path) = file("expected.jsonl", &text);
    let read = expected(&path).unwrap();
    let other = |id: &str| match &read[&CaseId::new(id)] {
        Expected::Cohort(cohort) => {
            assert_eq!((cohort.rows, cohort.persons, cohort.digest.to_string().as_str()), (3, 2, DIGEST));
            Some(cohort.other_digest.map(|digest| digest.to_string()))
        }
        _ => None,
    };
    assert_eq!(other("2"), Some(None));
    assert_eq!(other("x"), Some(Some(OTHER.to_owned())));
    assert_eq!(read[&CaseId::new("900283")], Expected::Failure);
}

#[test]
fn lines_that_are_no_expected_results_are_named() {
    for (text, expected) in [
        ("\n{\"id\": 1}\n", "line 2 of `"),
        ("{\"id\": 1, \"rows\": 1}", "it lacks `rows`, `persons` or `sha256`"),
        ("{\"id\": 1, \"ok\": false, \"row\": 1}", "unknown field `row`"),
        ("{\"id\": 1, \"ok\": false}\n{\"id\": \"1\", \"ok\": false}", "has the case `1` twice"),
        ("{\"id\": 1.5, \"ok\": false}", "a number or a text"),
    ] {
        let (_folder, path) = file("expected.jsonl", text);
        let error = super::expected(&path).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn definitions_of_folders_and_lines() {
    let (folder, _) = file("10.json", "{\"a\" : 1}");
    fs::write(folder.path().join("9.json"), "{}").unwrap();
    fs::write(folder.path().join("LICENSE.txt"), "free").unwrap();
    let read = definitions(folder.path()).unwrap();
    let shown: Vec<_> = read.iter().map(|one| (one.id.as_str(), one.text.as_str())).collect();
    assert_eq!(shown, [("9", "{}"), ("10", "{\"a\" : 1}")]);
    assert_eq!(definitions(&folder.path().join("9.json")).unwrap().len(), 1);

    let lines =
        "{\"id\": 7, \"name\": \"seven\", \"definition\": {\"a\": [1.5]}}\n{\"id\": 6, \"definition\": {}}\n";
    let (_folder, path) = file("probes.jsonl", lines);
    let read = definitions(&path).unwrap();
    let shown: Vec<_> =
        read.iter().map(|one| (one.id.as_str(), one.name.as_deref(), one.text.as_str())).collect();
    assert_eq!(shown, [("6", None, "{}"), ("7", Some("seven"), "{\"a\":[1.5]}")]);

    let (_folder, path) = file("empty.jsonl", "");
    assert!(definitions(&path).unwrap_err().to_string().contains("holds no definitions"));
}

#[test]
fn searches_of_the_workbench() {
    let line = |count: usize| {
        format!(
            "{{\"id\": 1, \"name\": \"a\", \"today\": \"2026-08-21\", \"definition\": {{}}, \"count\": {count}, \
             \"persons\": [7, 1], \"persons_if_events_are_filtered_by_domain\": [1]}}"
        )
    };
    let (_folder, path) = file("cases.jsonl", &line(2));
    let read = workbench(&path).unwrap();
    let ids = |people: &[strongroom_omop::SubjectId]| people.iter().map(|id| id.value()).collect::<Vec<_>>();
    assert_eq!(ids(&read[0].persons), [1, 7]);
    assert_eq!(read[0].persons_of_domain.as_deref().map(ids), Some(vec![1]));
    assert_eq!(read[0].today.to_string(), "2026-08-21");

    let (_folder, path) = file("cases.jsonl", &line(3));
    assert!(workbench(&path).unwrap_err().to_string().contains("`count` is not the number of `persons`"));
}
