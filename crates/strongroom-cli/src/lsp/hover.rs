use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};
use strongroom::cohort::ast::{Code, ConceptItem, ConceptSet, Definition};
use strongroom::cohort::text::{Span, print_concept};
use strongroom::cohort::{Limits, SetName, StandardConcept};
use strongroom::disclosure::ReleasedCount;

use super::concepts::{Concepts, ConceptsError, Known, PeopleWith, SetFacts};
use super::server::range;
use crate::cohort::{LineIndex, read_text};

/// How many items of a concept set are listed.
const MOST_ITEMS: usize = 12;

/// What is known of the concept or concept set at this byte.
pub(super) fn about(
    text: &str,
    byte: usize,
    concepts: &Concepts,
    limits: &Limits,
) -> Result<Option<Hover>, ConceptsError> {
    let Some(span) = word_at(text, byte) else { return Ok(None) };
    let (definition, _, _) = read_text(text, limits);
    let said = match (code(span.of(text)), &definition) {
        (Some(code), _) => about_concept(&code, definition.as_ref(), concepts)?,
        (None, Some(definition)) => about_set(span.of(text), definition, concepts, limits)?,
        (None, None) => None,
    };
    Ok(said.map(|said| {
        // Plain text: names of a document or a vocabulary must not become markup.
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::PlainText, value: said });
        Hover { contents, range: Some(range(&LineIndex::new(text), span)) }
    }))
}

fn about_concept(
    code: &Code,
    definition: Option<&Definition>,
    concepts: &Concepts,
) -> Result<Option<String>, ConceptsError> {
    let mut lines = Vec::new();
    let known = concepts.find(code)?;
    match &known {
        Some(known) => lines.push(name_of(known)),
        None if concepts.is_nothing() => {}
        None => lines.push("the vocabulary does not have this concept".to_owned()),
    }
    let items = definition.into_iter().flat_map(|definition| definition.concept_sets.values());
    let label = items
        .flat_map(ConceptSet::items)
        .filter(|item| item.concept == *code)
        .find_map(|item| item.label.as_ref());
    if let Some(label) = label {
        lines.push(format!("labelled “{}”", label.as_str()));
    }
    if let Some(known) = &known {
        lines.extend(known.people.map(|people| counts(&people, known.standard)));
    }
    Ok((!lines.is_empty()).then(|| lines.join("\n")))
}

fn name_of(known: &Known) -> String {
    let name = known.name.as_deref().unwrap_or("a concept without a name");
    let withdrawn = if known.valid { "" } else { ", withdrawn" };
    format!("{name} (OMOP:{}{withdrawn})", known.id)
}

fn counts(people: &PeopleWith, standard: StandardConcept) -> String {
    let PeopleWith { itself, or_descendant } = people;
    match or_descendant {
        Some(or_descendant) => format!("people with it: {itself}; with it or a descendant: {or_descendant}"),
        // Its records stand under what it maps to, so that none would be said of many.
        None if standard == StandardConcept::NonStandard && *itself == ReleasedCount::Exact(0) => {
            "a source concept: people are counted by standard concepts".to_owned()
        }
        None => format!("people with it: {itself}"),
    }
}

fn about_set(
    name: &str,
    definition: &Definition,
    concepts: &Concepts,
    limits: &Limits,
) -> Result<Option<String>, ConceptsError> {
    let Ok(name) = SetName::new(name) else { return Ok(None) };
    let Some(set) = definition.concept_sets.get(&name) else { return Ok(None) };
    let facts = concepts.set(&name, definition, limits)?;
    let title = set.title.as_ref().map_or(name.as_str(), |title| title.as_str());
    Ok(Some(set_in_words(title, set, facts)))
}

fn set_in_words(title: &str, set: &ConceptSet, facts: Option<SetFacts>) -> String {
    let line = |word: &str, item: &ConceptItem| format!("  {word} {}", print_concept(item));
    let included = set.include.iter().map(|item| line("include", item));
    let items: Vec<_> = included.chain(set.exclude.iter().map(|item| line("exclude", item))).collect();
    let mut lines = vec![title.to_owned()];
    lines.extend(items.iter().take(MOST_ITEMS).cloned());
    if items.len() > MOST_ITEMS {
        lines.push(format!("  and {} more", items.len() - MOST_ITEMS));
    }
    if let Some(SetFacts { concepts, people }) = facts {
        let plural = if concepts == 1 { "" } else { "s" };
        let people = people.map_or_else(String::new, |people| format!("; people with any of them: {people}"));
        lines.push(format!("{concepts} concept{plural}{people}"));
    }
    lines.join("\n")
}

/// The name or code around a byte; quotes keep blanks in it.
fn word_at(text: &str, byte: usize) -> Option<Span> {
    let before = text.get(..byte)?;
    let begins = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(begins..)?.lines().next()?;
    let (mut from, mut quoted) = (0, false);
    for (at, letter) in line.char_indices().chain([(line.len(), ' ')]) {
        match letter {
            '"' => quoted = !quoted,
            // A label right after a code is no part of it.
            letter if !quoted && !letter.is_alphanumeric() && !"_:-./".contains(letter) => {
                if (begins + from..=begins + at).contains(&byte) && from < at {
                    return Some(Span::new(begins + from, begins + at));
                }
                from = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    None
}

/// A code as text writes it, such as `SNOMED:44054006` or `"RxNorm Extension":"OMOP47"`.
fn code(word: &str) -> Option<Code> {
    let part = |part: &str| {
        let inner = part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(part);
        (!inner.is_empty() && !inner.contains('"')).then(|| inner.to_owned())
    };
    let colon = match word.strip_prefix('"') {
        Some(rest) => rest.find("\":").map(|at| at + 2)?,
        None => word.find(':')?,
    };
    let (vocabulary, code) = (part(word.get(..colon)?)?, part(word.get(colon + 1..)?)?);
    match (vocabulary.as_str(), code.parse::<i64>()) {
        ("OMOP", Ok(id)) => Some(Code::Id(strongroom::omop::ConceptId::new(id))),
        _ => Some(Code::of(vocabulary, code)),
    }
}

#[cfg(test)]
mod tests {
    use StandardConcept::{NonStandard, Standard};

    use super::*;

    #[test]
    fn words_and_codes() {
        let text =
            "x\n  include SNOMED:44054006 \"type 2\" with\n  include \"RxNorm Extension\":\"OMOP 47\"\n";
        for (at, word) in
            [("MED", "SNOMED:44054006"), ("with", "with"), ("Norm E", "\"RxNorm Extension\":\"OMOP 47\"")]
        {
            let byte = text.find(at).unwrap();
            assert_eq!(word_at(text, byte).unwrap().of(text), word);
        }
        assert_eq!(word_at("a  b", 2), None);
        assert_eq!(code("OMOP:201826"), Some(Code::Id(strongroom::omop::ConceptId::new(201_826))));
        assert_eq!(code("\"RxNorm Extension\":\"OMOP 47\""), Some(Code::of("RxNorm Extension", "OMOP 47")));
        assert_eq!(code("ATC:C10AA"), Some(Code::of("ATC", "C10AA")));
        assert_eq!(code("plain"), None);
        assert_eq!(code("\"type 2\""), None);
    }

    #[test]
    fn a_concept_has_its_count_unless_it_is_counted_under_another() {
        let suppressed = ReleasedCount::Suppressed { at_most: 20 };
        let cases = [
            (Standard, ReleasedCount::Exact(0), None, "people with it: 0"),
            (
                Standard,
                suppressed,
                Some(ReleasedCount::Exact(42)),
                "people with it: ≤ 20; with it or a descendant: 42",
            ),
            (NonStandard, suppressed, None, "people with it: ≤ 20"),
            (
                NonStandard,
                ReleasedCount::Exact(0),
                None,
                "a source concept: people are counted by standard concepts",
            ),
        ];
        for (standard, itself, or_descendant, expected) in cases {
            assert_eq!(counts(&PeopleWith { itself, or_descendant }, standard), expected);
        }
    }

    #[test]
    fn a_set_lists_its_items_and_what_they_come_to() {
        let items = |count: i64| {
            (1..=count).map(|id| ConceptItem::with_descendants(strongroom::omop::ConceptId::new(id)))
        };
        let set = ConceptSet::including(items(1)).excluding(items(1));
        let both = "Diabetes\n  include OMOP:1 with descendants\n  exclude OMOP:1 with descendants";
        assert_eq!(set_in_words("Diabetes", &set, None), both);
        let facts = SetFacts { concepts: 1, people: None };
        assert_eq!(set_in_words("Diabetes", &set, Some(facts)), format!("{both}\n1 concept"));
        let facts = SetFacts { concepts: 7, people: Some(ReleasedCount::Withheld) };
        let said = set_in_words("Many", &ConceptSet::including(items(14)), Some(facts));
        assert!(said.contains("OMOP:12 ") && !said.contains("OMOP:13 "), "{said}");
        assert!(said.ends_with("\n  and 2 more\n7 concepts; people with any of them: withheld"), "{said}");
    }
}
