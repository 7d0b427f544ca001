//! What is said against definitions, how it is corrected, tests inside of documents, the language's
//! own page, and renderings.
#![cfg(test)]

mod imports;
mod kinds;
mod language_page;
mod mutation;
mod renderings;
mod suite;

use std::fs;
use std::path::{Path, PathBuf};

use strongroom_cohort::text::{Parsed, parse};
use strongroom_cohort::{CohortName, Definition, Limits};

/// The eight worked examples: name and text.
fn examples() -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir("cases/text").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 8);
    files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn read(text: &str) -> Parsed {
    parse(text, &Limits::default())
}

fn definition(text: &str) -> Definition {
    let parsed = read(text);
    assert!(parsed.errors.is_empty(), "{text}\n{:#?}", parsed.errors);
    parsed.definition.unwrap()
}

/// The public Circe definitions, where they lie beside the repository: name and definition.
fn circe_imports() -> Vec<(String, Definition)> {
    let root = Path::new("../../../shared/conformance/circe");
    let mut texts: Vec<(String, String)> = fs::read_dir(root.join("definitions"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    texts.sort();
    for line in fs::read_to_string(root.join("probes.jsonl")).unwrap_or_default().lines() {
        let probe: serde_json::Value = serde_json::from_str(line).unwrap();
        texts.push((format!("probe {}", probe["id"]), probe["definition"].to_string()));
    }
    let import = |text: &str| strongroom_cohort::circe::import(text, cohort_name(), &Limits::default());
    texts.into_iter().map(|(name, text)| (name, import(&text).unwrap())).collect()
}

fn cohort_name() -> CohortName {
    CohortName::new("imported").unwrap()
}
