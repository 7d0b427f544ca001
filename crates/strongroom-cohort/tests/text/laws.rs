//! Laws of the text and JSON spellings over any definition.

use proptest::prelude::*;
use strongroom_cohort::ast::{Comparison, Entry, Number, Predicate, Value};
use strongroom_cohort::text::{format as lay_out, parse, print};
use strongroom_cohort::{Cohort, CohortName, Definition, Limits};

use crate::any_definition::definition;
use crate::examples::texts;

/// Limits that no random definition passes.
fn roomy() -> Limits {
    Limits::default()
}

fn read(text: &str) -> Result<Definition, String> {
    let parsed = parse(text, &roomy());
    parsed.definition.ok_or_else(|| {
        let errors: Vec<String> =
            parsed.errors.iter().map(|error| format!("{error}: {:?}", error.span.of(text))).collect();
        format!("{}\n{text}", errors.join("\n"))
    })
}

proptest! {
    #[test]
    fn every_number_reads_back(number in any::<f64>()) {
        if let Ok(number) = Number::new(number) {
            let is = Predicate::compare(Value::Number(number), Comparison::Equal, Value::Number(number));
            let cohort = Cohort::new(CohortName::new("a").unwrap(), Entry::People(is));
            let definition = Definition::of(cohort);
            prop_assert_eq!(read(&print(&definition)), Ok(definition));
        }
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same(definition in definition()) {
        let text = print(&definition);
        match read(&text) {
            Ok(again) => prop_assert!(again == definition, "{}\n--- became ---\n{}", text, print(&again)),
            Err(why) => prop_assert!(false, "{}", why),
        }
    }

    #[test]
    fn json_reads_back_as_the_same(definition in definition()) {
        let json = definition.to_json();
        let again = Definition::from_json(&json, &roomy());
        prop_assert!(again.as_ref() == Ok(&definition), "{:?}\n{}", again.err(), json);
        prop_assert_eq!(again.unwrap().digest(), definition.digest());
    }
}

/// The same text with other blanks, line breaks and comments between its words.
fn disturbed(text: &str, choices: &[u8]) -> String {
    let mut choices = choices.iter().copied().cycle();
    let mut disturbed = String::new();
    let mut quote = None;
    let mut comment = false;
    let mut last = ' ';
    for c in text.chars() {
        comment = c != '\n' && (comment || (quote.is_none() && last == '/' && c == '/'));
        last = c;
        if comment {
            disturbed.push(c);
            continue;
        }
        match quote {
            Some(open) if c == open || c == '\n' => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            _ => {}
        }
        disturbed.push(c);
        if c == ' ' && quote.is_none() && !text.contains("\\\"") {
            disturbed.push_str(match choices.next() {
                Some(0) => " // why\n",
                Some(1) => "  ",
                Some(2) => "\t",
                Some(3) => "\n\n// alone\n",
                _ => "",
            });
        } else if c == '\n' && quote.is_none() {
            disturbed.push_str(match choices.next() {
                Some(0) => "\n\n\n",
                Some(1) => "// alone\n\n",
                Some(2) => "      ",
                _ => "",
            });
        }
    }
    disturbed
}

fn check_layout(text: &str) -> Result<(), TestCaseError> {
    let Some(meaning) = parse(text, &roomy()).definition else { return Ok(()) };
    let once = lay_out(text, &roomy()).unwrap();
    let twice = lay_out(&once, &roomy());
    prop_assert_eq!(twice.as_ref(), Ok(&once), "{}", text);
    prop_assert!(parse(&once, &roomy()).definition == Some(meaning), "{}\n--- became ---\n{}", text, once);
    prop_assert_eq!(
        once.matches("//").count(),
        text.matches("//").count(),
        "{}\n--- became ---\n{}",
        text,
        once
    );
    Ok(())
}

proptest! {
    #[test]
    fn laying_out_changes_nothing_twice_and_the_meaning_never(
        definition in definition(),
        choices in prop::collection::vec(0..12_u8, 1..40),
    ) {
        check_layout(&disturbed(&print(&definition), &choices))?;
    }

    #[test]
    fn examples_are_laid_out_whatever_their_blanks(
        at in 0..8_usize,
        choices in prop::collection::vec(0..12_u8, 1..40),
    ) {
        let text = disturbed(&texts()[at].1, &choices);
        prop_assert_eq!(parse(&text, &roomy()).errors, [], "{}", text);
        check_layout(&text)?;
    }

    #[test]
    fn every_text_is_read(text in "\\PC{0,200}|[ -~\n]{0,200}") {
        let parsed = parse(&text, &roomy());
        prop_assert_eq!(parsed.definition.is_none(), !parsed.errors.is_empty());
    }

    #[test]
    fn bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(!parse(&text, &roomy()).errors.is_empty());
    }

    /// Examples from which words are taken out, doubled, exchanged or cut.
    #[test]
    fn broken_examples_are_read(
        at in 0..8_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8), 1..4),
    ) {
        let text = &texts()[at].1;
        let mut words: Vec<&str> = text.split_inclusive([' ', '\n', '{', '}', '(', ')', ',']).collect();
        for (one, other, change) in &changes {
            if words.is_empty() {
                break;
            }
            let (one, other) = (one.index(words.len()), other.index(words.len()));
            match change {
                0 => { words.remove(one); }
                1 => words.insert(one, words[other]),
                2 => words.swap(one, other),
                _ => words.truncate(one.max(1)),
            }
        }
        let text = words.concat();
        let parsed = parse(&text, &roomy());
        prop_assert_eq!(parsed.definition.is_none(), !parsed.errors.is_empty());
        for error in &parsed.errors {
            prop_assert!(text.get(error.span.start..error.span.end).is_some(), "{error}");
            for suggestion in &error.help {
                prop_assert!(text.get(suggestion.span.start..suggestion.span.end).is_some(), "{error}");
            }
        }
    }

    /// What is known about places can be found in the JSON form, so that it can be pointed at.
    #[test]
    fn places_are_paths_of_the_json_form(definition in definition()) {
        let text = print(&definition);
        let json: serde_json::Value = serde_json::from_str(&definition.to_json()).unwrap();
        for (path, span) in parse(&text, &roomy()).places.iter() {
            prop_assert!(span.end <= text.len());
            prop_assert!(stands_in(&json, &path.to_string()), "{path} of\n{json:#}\n{text}");
        }
    }
}

/// Lists that nearly fit on a line, at every depth and before, behind and without comments.
#[test]
fn what_nearly_fits_is_laid_out_once() {
    let comments = ["", " // why\n", "\n\n// alone\n\n// why\n\n", "\n// alone\n", " // why\n\n// alone\n\n"];
    for depth in 0..4 {
        let (open, close) = ("any of {\n".repeat(depth), "}".repeat(depth));
        for length in 50..120 {
            let list = format!("OMOP:{}{}", "1".repeat(length % 8 + 1), ", OMOP:3".repeat(length / 8));
            for comment in comments {
                let text = format!(
                    "language 1\ncohort a {{ observed unbounded\npeople where {open}any conditions{comment} as \
                     interval [start +1d, 1970-01-01]{comment} where concept in {{{list}}}{close} }}"
                );
                assert_eq!(parse(&text, &roomy()).errors, [], "{text}");
                check_layout(&text).unwrap();
            }
        }
    }
}

/// Whether the path leads somewhere, or to the exit, which is left out where it is the default.
fn stands_in(json: &serde_json::Value, path: &str) -> bool {
    let mut at = json;
    let steps = path.trim_start_matches('$').split(['.', '[']).skip(1);
    for step in steps {
        let next = match step.strip_suffix(']') {
            Some(position) => at.get(position.parse::<usize>().unwrap()),
            None => at.get(step),
        };
        match next {
            Some(next) => at = next,
            None => return at.is_object() && step == "exit",
        }
    }
    true
}

#[test]
fn deep_and_long_texts_are_refused_before_they_exhaust_anything() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(100_000), close.repeat(100_000));
        format!("language 1\ncohort a {{\n observed unbounded\n people where {open} {close}\n}}")
    };
    let texts = [
        deep("(", ")"),
        deep("not ", ""),
        deep("all {", "}"),
        deep("any (", ")"),
        deep("any union {", "}"),
        deep("any deaths where ", ""),
        deep("any deaths during [0d, 0d] of (deaths during [0d,0d] of (", "))"),
        deep("1 + ", "1"),
        deep("band(", ", 1)"),
        deep("(1 + ", "1)"),
        "language 1 ".repeat(1_000_000),
    ];
    for text in texts {
        let errors = parse(&text, &Limits::default()).errors;
        assert!(!errors.is_empty() && errors.len() <= 100, "{}", errors.len());
    }
}
