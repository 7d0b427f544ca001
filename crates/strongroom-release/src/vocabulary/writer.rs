use std::collections::BTreeMap;

use super::integers::encode;
use super::{BETWEEN, STRIDE, hash};
use crate::index::{Content, SectionWriter};

/// A concept as the release's table has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConceptRow {
    pub(crate) standard: Option<String>,
    pub(crate) invalid_reason: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) vocabulary: Option<String>,
    pub(crate) code: Option<String>,
}

/// The sections of the vocabulary: from concepts, pairs of ancestor and descendant, and pairs of
/// concepts and those that map to them, both in order.
pub(crate) fn sections(
    concepts: &BTreeMap<i64, ConceptRow>,
    below: &[(i64, i64)],
    mapped: &[(i64, i64)],
) -> SectionWriter {
    let mut sections =
        SectionWriter::new(Content::Vocabulary, u32::try_from(concepts.len()).unwrap_or(u32::MAX));
    add_keys(&mut sections, "concept", &concepts.keys().copied().collect::<Vec<_>>());
    sections.add("concept.facts", concepts.values().map(facts).collect());
    for (name, pairs) in [("below", below), ("mapped", mapped)] {
        let (mut keys, mut ends, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for list in pairs.chunk_by(|one, next| one.0 == next.0) {
            keys.extend(list.first().map(|(key, _)| *key));
            values.extend(list.iter().map(|(_, value)| *value));
            ends.push(i64::try_from(values.len()).unwrap_or(i64::MAX));
        }
        add_keys(&mut sections, name, &keys);
        sections.add(format!("{name}.ends"), encode(&ends));
        sections.add(format!("{name}.values"), encode(&values));
    }
    let coded = concepts.iter().filter_map(|(id, row)| {
        let (vocabulary, code) = row.vocabulary.as_deref().zip(row.code.as_deref())?;
        Some((hash(vocabulary, code), *id, vocabulary, code))
    });
    let mut codes: Vec<_> = coded.clone().collect();
    codes.sort_unstable();
    add_keys(&mut sections, "code", &codes.iter().map(|(hash, ..)| *hash).collect::<Vec<_>>());
    sections.add("code.values", encode(&codes.iter().map(|(_, id, ..)| *id).collect::<Vec<_>>()));
    let texts = codes.iter().map(|(_, _, vocabulary, code)| format!("{vocabulary}{BETWEEN}{code}"));
    add_texts(&mut sections, "code", texts);
    add_texts(&mut sections, "name", concepts.values().map(|row| row.name.clone().unwrap_or_default()));
    let units = coded.filter(|(_, _, vocabulary, _)| *vocabulary == "UCUM");
    sections.add("unit.values", encode(&units.clone().map(|(_, id, ..)| id).collect::<Vec<_>>()));
    add_texts(&mut sections, "unit", units.map(|(.., code)| code.to_owned()));
    sections
}

fn facts(row: &ConceptRow) -> u8 {
    let standard = match row.standard.as_deref() {
        Some("S") => 1,
        Some("C") => 2,
        _ => 0,
    };
    let valid = row.invalid_reason.as_deref().is_none_or(str::is_empty);
    standard + if valid { 4 } else { 0 }
}

fn add_keys(sections: &mut SectionWriter, name: &str, keys: &[i64]) {
    sections.add(format!("{name}.tops"), encode(&keys.iter().step_by(STRIDE).copied().collect::<Vec<_>>()));
    sections.add(format!("{name}.keys"), encode(keys));
}

fn add_texts(sections: &mut SectionWriter, name: &str, texts: impl Iterator<Item = String>) {
    let (mut ends, mut all) = (Vec::new(), Vec::new());
    for text in texts {
        all.extend(text.as_bytes());
        ends.push(i64::try_from(all.len()).unwrap_or(i64::MAX));
    }
    sections.add(format!("{name}.texts.ends"), encode(&ends));
    sections.add(format!("{name}.texts"), all);
}
