use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::command::{names_in, run, strongroom, succeed};

const CHAPTERS: [&str; 12] = [
    "1. The data",
    "2. The release",
    "3. A researcher knocks",
    "4. The steps are taken",
    "5. A colleague looks in",
    "6. The question",
    "7. The rows",
    "8. What it costs",
    "9. A newer release",
    "10. The workspace is deleted",
    "11. The audit trail",
    "12. Where everything lies",
];

/// What stands between the researcher and the registered tier, and who can take the step.
const MISSING_STEPS: [(&str, &str); 7] = [
    ("Institution's agreement, registered tier no known institution", "the researcher"),
    ("Two-step verification missing", "the researcher"),
    ("Identity verification missing", "the researcher"),
    ("Responsible conduct of research training missing", "the researcher"),
    ("Data User Code of Conduct missing", "the researcher"),
    ("Profile confirmation missing", "the researcher"),
    ("Publication confirmation missing", "the researcher"),
];

const READER_MISSES: [(&str, &str); 1] =
    [("the person is a reader; to export needs a writer", "an owner of the workspace")];

/// What the story says of workspaces, by chapter.
const TOLD: &[(usize, &str)] = &[
    (5, "Charles  shared"),
    (5, "Grace    invited, access pending: missing Two-step verification, Identity verification"),
    (8, "and 0.00 of the credits is left"),
    (9, "on DEMO-2, of which he is owner; 2 items"),
    (9, "“From the old register” names concepts that DEMO-2 lacks: 2000000417"),
    (10, "✗ the workspace was deleted at "),
    (10, "Diabetes in the clinic           Analytical University    deleted"),
    (10, "Diabetes in the clinic, again    Analytical University    active"),
];

const FILES: [&str; 9] = [
    ".strongroom-demo",
    "answer.json",
    "cohort.json",
    "export",
    "omop",
    "question.cohort",
    "release",
    "release-2",
    "workbench.journal",
];

/// What every export has, beside the rows of its tables.
const EXPORT: [&str; 4] = ["cohort.parquet", "dataset.ipynb", "dataset.json", "definition.json"];

#[test]
fn the_demo_tells_the_whole_story_and_can_be_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let story = succeed(folder.path(), "demo --out demo");
    assert!(!story.contains('\u{1b}'), "bold without a terminal: {story}");
    let headings: Vec<_> =
        story.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
    assert_eq!(headings, CHAPTERS);
    check_objections(chapter(&story, 3), &MISSING_STEPS);
    assert_eq!(chapter(&story, 4).lines().filter(|line| line.contains(" ✓ ")).count(), MISSING_STEPS.len());
    check_objections(chapter(&story, 5), &READER_MISSES);
    for (number, expected) in TOLD {
        assert!(chapter(&story, *number).contains(expected), "{expected}: {}", chapter(&story, *number));
    }
    assert!(chapter(&story, 11).contains("chain intact"), "{}", chapter(&story, 11));
    assert_eq!(names_in(&demo), FILES);
    succeed(folder.path(), "cdr verify demo/release");
    succeed(folder.path(), "cohort check demo/question.cohort demo/cohort.json");
    assert!(chapter(&story, 6).contains("cohort diabetes_followed_up"), "{}", chapter(&story, 6));
    check_notebook(&json(&demo.join("export/dataset.ipynb")));
    let answer = json(&demo.join("answer.json"));
    check_answer(&answer);
    check_export(&demo.join("export"), &answer);

    fs::write(demo.join("export/of-the-first-run"), "").unwrap();
    fs::write(demo.join("notes.txt"), "mine").unwrap();
    let again = succeed(folder.path(), "demo --out demo");
    assert!(!demo.join("export/of-the-first-run").exists(), "the first demo was not replaced");
    assert_eq!(fs::read_to_string(demo.join("notes.txt")).unwrap(), "mine");
    assert_eq!(json(&demo.join("answer.json")), answer);
    assert_eq!(chapter(&again, 6), chapter(&story, 6));
}

#[test]
fn a_folder_with_anything_else_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let thesis = folder.path().join("work/thesis.txt");
    fs::create_dir(folder.path().join("work")).unwrap();
    fs::write(&thesis, "three years").unwrap();
    let outcome = run(&mut strongroom(folder.path(), "demo --out work"));
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert_eq!(
        outcome.stderr,
        "error: `work` exists and holds something other than an earlier demo; choose another with --out\n"
    );
    assert_eq!(outcome.stdout, "");
    assert_eq!(names_in(&folder.path().join("work")), ["thesis.txt"]);
    assert_eq!(fs::read_to_string(thesis).unwrap(), "three years");
}

fn json(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// The chapter of this number, without its heading.
fn chapter(story: &str, number: usize) -> &str {
    let (_, rest) = story.split_once(&format!("{}\n", CHAPTERS[number - 1])).unwrap();
    CHAPTERS.get(number).and_then(|next| rest.split_once(next)).map_or(rest, |(chapter, _)| chapter)
}

fn check_objections(chapter: &str, expected: &[(&str, &str)]) {
    let told = objections(chapter);
    let told: Vec<_> = told.iter().map(|(objection, taken_by)| (objection.as_str(), *taken_by)).collect();
    assert_eq!(told, expected);
}

/// The objections in a chapter, each with whoever can take the next step.
fn objections(chapter: &str) -> Vec<(String, &str)> {
    let objections = chapter.lines().zip(chapter.lines().skip(1)).filter_map(|(objection, next_step)| {
        let objection = objection.trim_start().strip_prefix("✗ ")?;
        let (next_step, taken_by) = next_step.strip_suffix(')')?.rsplit_once(" (")?;
        let objection = objection.split_whitespace().collect::<Vec<_>>().join(" ");
        next_step.ends_with('.').then_some((objection, taken_by))
    });
    objections.collect()
}

/// What nbformat 4.5 asks of a notebook that nobody has run yet.
fn check_notebook(notebook: &Value) {
    assert_eq!((&notebook["nbformat"], &notebook["nbformat_minor"]), (&4.into(), &5.into()));
    assert!(notebook["metadata"].is_object());
    let cells = notebook["cells"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for cell in cells {
        let id = cell["id"].as_str().unwrap();
        assert!((1..=64).contains(&id.len()) && ids.insert(id), "the id `{id}` is no id, or there twice");
        assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "`{id}`");
        assert!(cell["metadata"].is_object() && cell["source"].is_array(), "{cell}");
        match cell["cell_type"].as_str() {
            Some("markdown") => assert_eq!(cell.get("outputs"), None, "{cell}"),
            Some("code") => {
                assert!(cell["execution_count"].is_null(), "{cell}");
                assert!(cell["outputs"].as_array().is_some_and(Vec::is_empty), "{cell}");
            }
            _ => panic!("a cell of another type: {cell}"),
        }
    }
    let code = cells.iter().filter(|cell| cell["cell_type"] == "code").count();
    assert!(code >= 2, "the notebook does nothing");
}

/// The export has the files that it lists, and as many entries as people were counted.
fn check_export(export: &Path, answer: &Value) {
    let dataset = json(&export.join("dataset.json"));
    let files = dataset["files"].as_array().unwrap();
    let tables: BTreeSet<_> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert!(tables.len() > 1 && tables.iter().all(|name| name.ends_with(".parquet")), "{tables:?}");
    let expected: BTreeSet<_> = EXPORT.into_iter().chain(tables).collect();
    assert_eq!(names_in(export), Vec::from_iter(expected));
    assert_eq!(files[0]["name"], "cohort.parquet");
    assert_eq!(files[0]["rows"], answer["persons"]["persons"]);
}

/// Under the rule of the registered tier, no number from 1 to 20 is told.
fn check_answer(answer: &Value) {
    let told = told(answer);
    assert!(told.len() > 10, "{answer}");
    assert!(told.iter().all(|number| *number == 0 || *number > 20), "{told:?}");
}

/// Every number of people in the answer that is shown.
fn told(answer: &Value) -> Vec<u64> {
    match answer {
        Value::Object(fields) if fields.get("kind") == Some(&"exact".into()) => {
            fields.get("persons").and_then(Value::as_u64).into_iter().collect()
        }
        Value::Object(fields) => fields.values().flat_map(told).collect(),
        Value::Array(elements) => elements.iter().flat_map(told).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn tables_inside_the_target_are_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let omop = folder.path().join("out/omop");
    fs::create_dir_all(&omop).unwrap();
    fs::write(folder.path().join("out/.strongroom-demo"), "").unwrap();
    fs::write(omop.join("person.csv"), "person_id\n").unwrap();
    let outcome = run(&mut strongroom(folder.path(), "demo --omop out/omop --out out"));
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(omop.join("person.csv").is_file());
}
