//! What errors look like: each text with its errors marked in it.

use std::fmt::Write as _;

use strongroom_cohort::Limits;
use strongroom_cohort::text::{TextError, parse};

/// A small picture of an error: the line, the marked part, the label and the help.
fn picture(source: &str, error: &TextError) -> String {
    let before = &source[..error.span.start];
    let line = before.matches('\n').count();
    let begins = before.rfind('\n').map_or(0, |at| at + 1);
    let column = source[begins..error.span.start].chars().count();
    let text = source[begins..].split('\n').next().unwrap_or_default();
    let marked = error.span.of(source).split('\n').next().unwrap_or_default().chars().count().max(1);
    let mut picture = String::new();
    writeln!(picture, "error[{}]: {} (line {})", error.code, error.message, line + 1).unwrap();
    writeln!(picture, "  {text}").unwrap();
    writeln!(picture, "  {}{} {}", " ".repeat(column), "^".repeat(marked), error.label).unwrap();
    if let Some(note) = error.note {
        writeln!(picture, "  = {note}").unwrap();
    }
    for help in &error.help {
        let fixed = help.apply(source);
        let at = help.span.start;
        let begins = fixed[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = at + help.replacement.len();
        let ends = fixed[end..].find('\n').map_or(fixed.len(), |more| end + more);
        let lines = fixed[begins..ends].trim().replace('\n', " / ");
        writeln!(picture, "  help: {}: {lines}", help.explanation).unwrap();
    }
    picture
}

/// A document around one line of a cohort.
fn in_cohort(line: &str) -> String {
    format!(
        "language 1\nparam cut: quantity = 5 'mg'\nlet dx = conditions in t2dm\nlet rx = drugs in x\n\
         cohort a {{\n  observed unbounded\n  entry: dx, first\n  index: start\n  {line}\n  exit: end of observation\n}}\n"
    )
}

fn pictures(source: &str) -> String {
    let parsed = parse(source, &Limits::default());
    assert!(!parsed.errors.is_empty(), "no error in:\n{source}");
    parsed.errors.iter().map(|error| picture(source, error)).collect::<Vec<String>>().join("\n")
}

/// One line of a cohort for each mistake.
const LINES: &[&str] = &[
    // What is not said.
    "require at least 2 dx during [0d, 365d] of index",
    "require at least 2 of dx",
    "require at least 2 date of dx",
    "require no rx within 365d before index",
    "require any rx within 30d after first dx",
    "require any rx within 30d of index",
    "require any rx before index",
    "require any rx after index",
    // Misspelt words.
    "reqire any rx",
    "require any conditons in x",
    "require any rxx",
    "require any rx durring [0d, 1d] of index",
    "require any dx where valu >= 5",
    "require any dx where visit.knd in x",
    "require any dx where value >= cutt",
    "require person.rase in x",
    "require last(dx).valu >= 5",
    "require at leest 2 rows of dx",
    "require any rx during [0d, 1d] of indx",
    // Values and statements.
    "require dx",
    "require dx >= 2",
    "require conditions in hba1c . value >= 7",
    "require age at index",
    "require any dx >= 2",
    "require any dx where value >= 5 >= 3",
    "require any rx during [0d, 1d] of conditions in x",
    // Brackets.
    "require any rx during [0d, 1d of index",
    "require (any rx or any dx",
    "require all { any rx",
    "require any dx where value in { SNOMED:1, SNOMED:2",
    // Numbers, dates, codes and texts.
    "require any rx during [0d, 30] of index",
    "require any rx during [0d, 30days] of index",
    "require any rx during [0d, 12h] of index",
    "require any dx where start >= 2015-3-1",
    "require any dx where start >= 2015-02-30",
    "require any dx where concept in { 201826 }",
    "require any dx where concept in { OMOP:diabetes }",
    "require at least 99999999999 rows of dx",
    "require at least 1.5 rows of dx",
    "require any rx as \"never closed",
    "require any rx as \"a \\q\"",
    "require any rx as \u{201c}typographic\u{201d}",
    // Signs of other languages.
    "require any dx where value == 5;",
    "require any dx where value >= 5 && unit in x",
    "require any dx where value \u{2265} 5",
    // Said twice.
    "index: end",
    // A later language.
    "require any dx as of index",
    "pathway dx then rx",
    "grain minute",
];

#[test]
fn mistakes_in_a_line_are_explained() {
    let mut all = String::new();
    for line in LINES {
        writeln!(all, "{line}\n\n{}\n{}\n", pictures(&in_cohort(line)).trim_end(), "-".repeat(60)).unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn mistakes_in_a_document_are_explained() {
    let documents = [
        "",
        "cohort a { observed unbounded people where all {} }",
        "language 2\ncohort a { observed unbounded people where all {} }",
        "language 1\nprofile circe/2\n",
        "language 1\ncohort a { people where all {} }",
        "language 1\ncohort a { observed unbounded }",
        "language 1\ncohort a { observed unbounded entry: deaths index: start }",
        "language 1\ncohort a {\n  observed unbounded\n  people where any deaths\n\ncohort b {\n  observed unbounded\n  people where any deaths\n}\n",
        "language 1\ncohort a {\n  observed unbounded\n  people where all {\n    any deaths\n  merge gap 3d\n}\ncohrt b {\n}\n",
        "language 1\ncohort a {\n  observed unbounded\n  people where any deths\n  merge gap 3\n  clip 2010-13-01 ..\n}\nconcept x { include SNOMED:1 }\nlet y = drgs in x\n",
        "language 1\nconcepts x {\n  inclde SNOMED:1\n  include SNOMED:2 with descendents\n}\n}\n",
        "language 1\nmeasure rate {}\nfunction f {}\n",
        "language 1\nlet a = deaths\nlet a = drugs\n",
        "language 1\nmatch c from a to b { exact sex }\n",
        "language 1\ndataset d from a {\n  per entry {\n    x = conditions in y\n    z = \n  }\n}\n",
        "language 1\ntest a {\n  person p femal born 1960-01-01 {\n    2015-01-01 conditon SNOMED:1\n  }\n  expect p inn\n}\n",
    ];
    let mut all = String::new();
    for document in documents {
        writeln!(all, "{document}\n\n{}\n{}\n", pictures(document).trim_end(), "-".repeat(60)).unwrap();
    }
    insta::assert_snapshot!(all);
}

/// The fixes that choose a meaning are themselves right.
#[test]
fn suggestions_can_be_read() {
    for line in LINES.iter().filter(|line| !line.contains("&&")) {
        let source = in_cohort(line);
        let errors = parse(&source, &Limits::default()).errors;
        let [error] = errors.as_slice() else { continue };
        for help in &error.help {
            let fixed = help.apply(&source);
            let left = parse(&fixed, &Limits::default()).errors;
            assert!(left.is_empty(), "{line}: {}: {left:#?}\n{fixed}", help.explanation);
        }
    }
}
