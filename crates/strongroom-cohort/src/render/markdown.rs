use super::prose::{columns, events_phrase, paragraph, step_sentences};
use super::words::{escape, readable};
use crate::ast::{Code, ConceptItem, Definition, FeatureValue};

/// A definition as a Markdown page: what each cohort means in words, its steps, its concept sets,
/// its datasets.
#[must_use]
pub fn markdown(definition: &Definition) -> String {
    let mut page = Vec::new();
    for cohort in &definition.cohorts {
        let title = cohort.title.as_ref().map_or_else(|| readable(cohort.name.as_str()), ToString::to_string);
        page.push(format!("# {}\n", plain(&title)));
        page.push(format!("`{}` · profile `{}`\n", cohort.name, definition.profile.name()));
        let sentences = step_sentences(definition, cohort);
        page.push(format!("{}\n", plain(&paragraph(definition, cohort, &sentences))));
        if !cohort.steps.is_empty() {
            page.push("| Step | Name | What it asks |\n|---|---|---|".to_owned());
            for (number, (step, sentence)) in (1..).zip(cohort.steps.iter().zip(&sentences)) {
                let label = step.label.as_ref().map_or("", |label| label.as_str());
                page.push(format!("| {number} | {} | {} |", plain(label), plain(sentence)));
            }
            page.push(String::new());
        }
    }
    if !definition.concept_sets.is_empty() {
        page.push("## Concept sets\n".to_owned());
        for (name, set) in &definition.concept_sets {
            let title =
                set.title.as_ref().map_or_else(String::new, |title| format!(": {}", plain(title.as_str())));
            page.push(format!("### `{name}`{title}\n"));
            page.push("| | Concept | Name | With |\n|---|---|---|---|".to_owned());
            page.extend(set.include.iter().map(|item| row("include", item)));
            page.extend(set.exclude.iter().map(|item| row("exclude", item)));
            page.push(String::new());
        }
    }
    for dataset in &definition.datasets {
        page.push(format!("## Dataset `{}` of `{}`\n", dataset.name, dataset.from));
        for feature in &dataset.per_entry {
            let kind = match &feature.is {
                FeatureValue::Value(_) => "value",
                FeatureValue::Predicate(_) => "true or false",
            };
            page.push(format!("- `{}` per entry: {kind}", feature.name));
        }
        for table in &dataset.tables {
            let events = plain(&events_phrase(definition, &table.of));
            page.push(format!("- table `{}`: {} of {events}", table.name, columns(&table.columns)));
        }
        page.push(String::new());
    }
    page.join("\n")
}

fn row(word: &str, item: &ConceptItem) -> String {
    let concept = match &item.concept {
        Code::Id(id) => format!("OMOP:{id}"),
        Code::Code(code) => format!("{}:{}", code.vocabulary, code.code),
    };
    let with: Vec<_> =
        [(item.descendants, "descendants"), (item.mapped, "mapped"), (item.children, "children")]
            .into_iter()
            .filter_map(|(flag, word)| flag.then_some(word))
            .collect();
    let label = item.label.as_ref().map_or("", |label| label.as_str());
    format!("| {word} | {} | {} | {} |", plain(&concept), plain(label), with.join(", "))
}

/// Foreign text that stays text: no markup, no table cell, no HTML comes out of it.
fn plain(text: &str) -> String {
    let text = escape(text);
    if !text.bytes().fold(false, |found, byte| found | is_markup(byte)) {
        return text.into_owned();
    }
    let mut written = String::with_capacity(text.len() + 16);
    let mut rest = &*text;
    // All of it is ASCII, so bytes do.
    while let Some((ordinary, from)) =
        rest.bytes().position(is_markup).and_then(|at| rest.split_at_checked(at))
    {
        let mut behind = from.chars();
        written.push_str(ordinary);
        match behind.next() {
            Some('<') => written.push_str("&lt;"),
            Some('>') => written.push_str("&gt;"),
            Some('&') => written.push_str("&amp;"),
            other => {
                written.push('\\');
                written.extend(other);
            }
        }
        rest = behind.as_str();
    }
    written.push_str(rest);
    written
}

const fn is_markup(one: u8) -> bool {
    matches!(
        one,
        b'<' | b'>' | b'&' | b'\\' | b'`' | b'*' | b'_' | b'[' | b']' | b'|' | b'#' | b'!' | b'~' | b'$'
    )
}
