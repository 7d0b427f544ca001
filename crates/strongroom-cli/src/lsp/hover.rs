use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};
use strongroom::cohort::ast::{Code, ConceptSet, Definition};
use strongroom::cohort::text::Span;
use strongroom::cohort::{Limits, SetName, Vocabulary};

use super::server::range;
use crate::cohort::{LineIndex, read_text};

/// What is known of the concept or concept set at this byte.
pub(super) fn about(
    text: &str,
    byte: usize,
    vocabulary: Option<&Vocabulary>,
    limits: &Limits,
) -> Option<Hover> {
    let span = word_at(text, byte)?;
    let (definition, _, _) = read_text(text, limits);
    let said = match code(span.of(text)) {
        Some(code) => about_concept(&code, definition.as_ref(), vocabulary),
        None => about_set(span.of(text), definition.as_ref()?),
    }?;
    // Plain text: names of a document or a vocabulary must not become markup.
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::PlainText, value: said });
    Some(Hover { contents, range: Some(range(&LineIndex::new(text), span)) })
}

fn about_concept(
    code: &Code,
    definition: Option<&Definition>,
    vocabulary: Option<&Vocabulary>,
) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(vocabulary) = vocabulary {
        let id = vocabulary.find(code);
        match id.and_then(|id| vocabulary.concept(id).map(|concept| (id, concept))) {
            Some((id, concept)) => {
                let name = concept.name.as_deref().unwrap_or("a concept without a name");
                let withdrawn = if concept.valid { "" } else { ", withdrawn" };
                lines.push(format!("{name} (OMOP:{id}{withdrawn})"));
            }
            None => lines.push("the vocabulary does not have this concept".to_owned()),
        }
    }
    let items = definition.into_iter().flat_map(|definition| definition.concept_sets.values());
    let label = items
        .flat_map(ConceptSet::items)
        .filter(|item| item.concept == *code)
        .find_map(|item| item.label.as_ref());
    if let Some(label) = label {
        lines.push(format!("labelled “{}”", label.as_str()));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn about_set(name: &str, definition: &Definition) -> Option<String> {
    let name = SetName::new(name).ok()?;
    let set = definition.concept_sets.get(&name)?;
    let title = set.title.as_ref().map_or(name.as_str(), |title| title.as_str());
    Some(format!("{title}: {} concepts included, {} excluded", set.include.len(), set.exclude.len()))
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
}
