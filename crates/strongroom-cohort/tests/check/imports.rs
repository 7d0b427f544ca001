//! What the checker says to the definitions of other tools and to the worked examples.

use std::collections::BTreeMap;
use std::fs;

use strongroom_cohort::{Definition, Limits, Severity, check};

use super::{circe_imports, cohort_name, definition, examples};

fn counted<'d>(
    definitions: impl Iterator<Item = (&'d str, &'d Definition)>,
) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for (name, definition) in definitions {
        for problem in check(definition) {
            assert_eq!(problem.severity(), Severity::Warning, "{name}: {problem}");
            *counts.entry(problem.kind().code()).or_default() += 1;
        }
    }
    counts
}

#[test]
fn circe_imports_have_no_errors_and_few_warnings() {
    let all = circe_imports();
    let counts = counted(all.iter().map(|(name, definition)| (name.as_str(), definition)));
    println!("{} Circe definitions: {counts:?}", all.len());
    assert!(counts.values().sum::<usize>() <= all.len(), "{counts:?}");
}

#[test]
fn all_of_us_imports_have_no_errors_and_few_warnings() {
    let cases = fs::read_to_string("../../../shared/conformance/aou/cases.jsonl").unwrap_or_default();
    let mut all = Vec::new();
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = case["definition"].to_string();
        for read in [strongroom_cohort::aou::import, strongroom_cohort::aou::strict] {
            all.push((case["name"].to_string(), read(&text, cohort_name(), &Limits::default()).unwrap()));
        }
    }
    let counts = counted(all.iter().map(|(name, definition)| (name.as_str(), definition)));
    println!("{} All of Us definitions: {counts:?}", all.len());
    assert!(counts.values().sum::<usize>() <= all.len(), "{counts:?}");
}

#[test]
fn the_examples_have_the_warnings_that_they_deserve() {
    let mut all = String::new();
    for (name, text) in examples() {
        all.push_str(&format!("{name}\n"));
        for problem in check(&definition(&text)) {
            assert_eq!(problem.severity(), Severity::Warning, "{name}: {problem}");
            all.push_str(&format!("  {problem}\n"));
        }
    }
    insta::assert_snapshot!(all);
}
