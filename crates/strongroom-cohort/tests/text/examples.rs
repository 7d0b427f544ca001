//! The worked examples of the language.

use std::fs;
use std::path::Path;

use strongroom_cohort::text::{format, parse, print};
use strongroom_cohort::{Definition, Limits};

const EXAMPLES: [&str; 8] = [
    "type_2_diabetes",
    "include_and_exclude_groups",
    "imaged_in_the_same_stay",
    "new_users_of_metformin",
    "survey_record_wearable_and_genome",
    "count_under_a_policy",
    "kidney_disease_after_diabetes",
    "matched_controls",
];

pub(crate) fn texts() -> Vec<(&'static str, String)> {
    let folder = Path::new("cases/text");
    EXAMPLES
        .iter()
        .map(|name| (*name, fs::read_to_string(folder.join(format!("{name}.cohort"))).unwrap()))
        .collect()
}

fn read(name: &str, text: &str) -> Definition {
    let parsed = parse(text, &Limits::default());
    assert!(parsed.errors.is_empty(), "{name}: {:#?}", parsed.errors);
    parsed.definition.unwrap()
}

#[test]
fn every_example_is_read_and_printed() {
    for (name, text) in texts() {
        let definition = read(name, &text);
        let printed = print(&definition);
        assert_eq!(read(name, &printed), definition, "{name}");
        insta::assert_snapshot!(format!("printed_{name}"), printed);
    }
}

#[test]
fn every_example_is_laid_out_as_it_is_meant_to_be() {
    for (name, text) in texts() {
        let laid_out = format(&text, &Limits::default()).unwrap();
        assert_eq!(read(name, &laid_out), read(name, &text), "{name}");
        insta::assert_snapshot!(format!("formatted_{name}"), laid_out);
    }
}
