//! Renderings as reviewed, and that no foreign text becomes markup in them.

use proptest::prelude::*;
use strongroom_cohort::Definition;
use strongroom_cohort::ast::{Code, ConceptItem, Title};
use strongroom_cohort::render::{markdown, mermaid, prose, svg};

use super::{circe_imports, definition, examples};

fn all(definition: &Definition) -> String {
    let mut all = markdown(definition);
    for cohort in &definition.cohorts {
        all.push_str("\n----- prose\n");
        all.push_str(&prose(definition, cohort));
        all.push_str("\n----- mermaid\n");
        all.push_str(&mermaid(definition, cohort));
        all.push_str("----- svg\n");
        all.push_str(&svg(definition, cohort));
    }
    all
}

#[test]
fn examples_are_rendered_as_reviewed() {
    for (name, text) in examples() {
        insta::assert_snapshot!(format!("rendered_{name}"), all(&definition(&text)));
    }
}

#[test]
fn imports_are_rendered_as_reviewed() {
    let mut imports = circe_imports();
    // The shortest, so that a person can review them.
    imports.sort_by_key(|(_, definition)| strongroom_cohort::text::print(definition).len());
    let chosen = imports.iter().filter(|(_, definition)| {
        definition.cohorts.iter().any(|cohort| cohort.steps.len() > 1 && cohort.merge.is_some())
    });
    for (number, (_, definition)) in chosen.take(3).enumerate() {
        insta::assert_snapshot!(format!("rendered_circe_{number}"), all(definition));
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<script>",
        "</text>",
        "\"]",
        "|",
        "\n",
        "\r\n",
        "`",
        "](javascript:x)",
        "&lt;",
        "#quot;",
        "\u{202e}",
        "\u{1b}[31m",
        "]]>",
        "-->",
        "{{",
        "$x$",
        "\u{0}",
        "\u{2028}",
        "*b*",
        "“",
        "a",
        " ",
    ]);
    prop::collection::vec(pieces, 1..8).prop_map(|pieces| format!("x{}x", pieces.concat()))
}

proptest! {
    #[test]
    fn hostile_titles_stay_text(text in hostile()) {
        let (_, source) = examples().remove(5);
        let mut hostile = definition(&source);
        prop_assert!(hostile.cohorts.iter().any(|cohort| !cohort.steps.is_empty()));
        let allowed = |one: &char| Title::new(format!("x{one}x")).is_ok();
        let title = Title::new(text.chars().filter(allowed).collect::<String>()).unwrap();
        for cohort in &mut hostile.cohorts {
            cohort.title = Some(title.clone());
            for step in &mut cohort.steps {
                step.label = Some(title.clone());
            }
        }
        for set in hostile.concept_sets.values_mut() {
            set.title = Some(title.clone());
            let mut item = ConceptItem::new(Code::of(text.as_str(), text.as_str()));
            item.label = Some(title.clone());
            set.include.push(item);
        }
        let written = all(&hostile);
        // The same markup as before, line by line: nothing of the text became a tag or a row.
        let tags = |text: &str| text.matches('<').count();
        let bars = |text: &str| {
            let rows = text.lines().filter(|line| line.starts_with("| "));
            rows.map(|row| row.replace("\\|", "").matches('|').count()).collect::<Vec<_>>()
        };
        let page = markdown(&hostile);
        prop_assert_eq!(tags(&page), 0);
        prop_assert!(bars(&page).iter().all(|bars| *bars == 4 || *bars == 5), "{}", page);
        for cohort in &hostile.cohorts {
            let chart = mermaid(&hostile, cohort);
            prop_assert_eq!(tags(&chart), 0);
            prop_assert!(chart.lines().all(|line| line.matches('"').count() % 2 == 0 && !line.contains('`')));
            let picture = svg(&hostile, cohort);
            let texts = picture.matches("<text ").count() * 2 + picture.matches("<rect ").count()
                + picture.matches("<line ").count() + 4;
            prop_assert_eq!(tags(&picture), texts);
        }
        let odd = |one: char| (one.is_control() && one != '\n')
            || matches!(one, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        prop_assert!(!written.chars().any(odd), "{:?}", written);
    }
}
