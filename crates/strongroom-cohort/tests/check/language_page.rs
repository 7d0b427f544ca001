//! The page that describes the language says the truth: its examples run, its tables are complete.

use strongroom_cohort::ast::{Column, EventKind, PersonColumn};
use strongroom_cohort::text::{TextErrorCode, format};
use strongroom_cohort::{Limits, ProblemKind, Severity, check, run_tests};

use super::read;

fn page() -> String {
    std::fs::read_to_string("../../docs/language.md").unwrap()
}

/// The blocks of the page in the language: what stands after the word `cohort`, and the text.
pub(crate) fn blocks() -> Vec<(String, String)> {
    let page = page();
    let mut blocks = Vec::new();
    let mut rest = page.as_str();
    while let Some((_, after)) = rest.split_once("\n```cohort") {
        let (tag, after) = after.split_once('\n').unwrap();
        let (text, after) = after.split_once("\n```").unwrap();
        blocks.push((tag.trim().to_owned(), format!("{text}\n")));
        rest = after;
    }
    blocks
}

#[test]
fn every_block_is_what_the_page_says() {
    let blocks = blocks();
    assert!(blocks.len() >= 14, "{}", blocks.len());
    let limits = Limits::default();
    let mut tests = 0;
    for (tag, text) in blocks {
        let parsed = read(&text);
        if let Some(code) = tag.strip_prefix("fails=") {
            let first = parsed.errors.first().map(|error| error.code.as_str().to_owned());
            let first = first.or_else(|| {
                let problems = check(parsed.definition.as_ref().unwrap());
                problems.first().map(|problem| problem.kind().code().to_owned())
            });
            assert_eq!(first.as_deref(), Some(code), "{text}\n{:#?}", parsed.errors);
            continue;
        }
        assert_eq!(tag, "", "an unknown tag");
        assert!(parsed.errors.is_empty(), "{text}\n{:#?}", parsed.errors);
        let definition = parsed.definition.unwrap();
        let problems = check(&definition);
        assert!(
            problems.iter().all(|problem| problem.severity() != Severity::Error),
            "{text}\n{problems:#?}"
        );
        let once = format(&text, &limits).unwrap();
        assert_eq!(format(&once, &limits).unwrap(), once);
        assert_eq!(read(&once).definition.unwrap(), definition);
        for outcome in run_tests(&definition, &limits) {
            assert!(outcome.passed, "{text}\n{outcome}");
            tests += 1;
        }
    }
    assert!(tests >= 17, "{tests}");
}

#[test]
fn every_code_is_in_the_table_with_its_meaning() {
    let page = page();
    let mut codes: Vec<(&str, &str)> = Vec::new();
    for code in TextErrorCode::ALL {
        codes.push((code.as_str(), ""));
    }
    for kind in ProblemKind::ALL {
        codes.push((kind.code(), kind.message()));
    }
    for (code, message) in codes {
        let row = page.lines().find(|line| line.starts_with(&format!("| {code} |")));
        let row = row.unwrap_or_else(|| panic!("the page has no row for {code}: {message}"));
        assert!(row.contains(message), "{row}\nshould say: {message}");
    }
    let rows = page.lines().filter(|line| line.starts_with("| E0") || line.starts_with("| W2")).count();
    assert_eq!(rows, TextErrorCode::ALL.len() + ProblemKind::ALL.len(), "rows of codes that are none");
}

#[test]
fn every_kind_of_event_and_every_column_is_named() {
    let page = page();
    let words = EventKind::ALL.iter().map(|kind| kind.words());
    let words = words.chain(Column::ALL.iter().map(|column| column.name()));
    for word in words.chain(PersonColumn::ALL.iter().map(|column| column.name())) {
        assert!(page.contains(&format!("`{word}`")), "the page does not name `{word}`");
    }
}

#[test]
fn limits_are_as_written() {
    let (page, limits) = (page(), Limits::default());
    for number in [limits.nesting, limits.nodes, limits.list, limits.expanded_set] {
        assert!(page.contains(&grouped(number)), "the page does not say {number}");
    }
    assert!(page.contains("8 MiB") && limits.text == 8 << 20);
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
