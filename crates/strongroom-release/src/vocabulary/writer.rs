use super::hash;
use super::integers::IntegersWriter;
use crate::index::{Content, SectionWriter};

/// A concept as the release's table has it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ConceptRow<'r> {
    pub(crate) id: i64,
    pub(crate) standard: Option<&'r str>,
    pub(crate) invalid_reason: Option<&'r str>,
    pub(crate) vocabulary: Option<&'r str>,
    pub(crate) code: Option<&'r str>,
}

/// Makes the sections of a vocabulary from rows that come one by one, so that only what they
/// become is in memory.
#[derive(Debug, Default)]
pub(crate) struct VocabularyWriter {
    ids: IntegersWriter,
    facts: IntegersWriter,
    codes: Vec<(i64, i64)>,
    units: Vec<(i64, String)>,
    below: Ends,
    mapped: Vec<(i64, i64)>,
}

/// Where lists end, each under a key.
#[derive(Debug, Default)]
struct Ends {
    last: Option<i64>,
    count: i64,
    keys: IntegersWriter,
    ends: IntegersWriter,
}

impl VocabularyWriter {
    /// The next row of the table, in the order of ids.
    pub(crate) fn concept(&mut self, row: ConceptRow<'_>) {
        if let (Some(vocabulary), Some(code)) = (row.vocabulary, row.code) {
            let place = i64::try_from(self.ids.count()).unwrap_or(i64::MAX);
            self.codes.push((hash(vocabulary, code), place));
            if vocabulary == "UCUM" {
                self.units.push((row.id, code.to_owned()));
            }
        }
        self.ids.push(row.id);
        self.facts.push(facts(row));
    }

    /// The ancestor of the next row of the table of ancestors, in their order.
    pub(crate) fn below(&mut self, ancestor: i64) {
        self.below.push(ancestor);
    }

    /// A concept, and one that maps to it.
    pub(crate) fn mapped(&mut self, standard: i64, source: i64) {
        self.mapped.push((standard, source));
    }

    /// How many concepts came, and the sections.
    pub(crate) fn finish(mut self) -> (u64, SectionWriter) {
        let rows = self.ids.count();
        let mut sections = SectionWriter::new(Content::Vocabulary, u32::try_from(rows).unwrap_or(u32::MAX));
        add_keys(&mut sections, "concept", self.ids);
        sections.add("concept.facts", self.facts.finish().0);
        self.below.add(&mut sections, "below");
        self.mapped.sort_unstable();
        self.mapped.dedup();
        let mut mapped = Ends::default();
        self.mapped.iter().for_each(|(standard, _)| mapped.push(*standard));
        mapped.add(&mut sections, "mapped");
        let sources: IntegersWriter = self.mapped.iter().map(|(_, source)| *source).collect();
        sections.add("mapped.values", sources.finish().0);
        self.codes.sort_unstable();
        add_keys(&mut sections, "code", self.codes.iter().map(|(hash, _)| *hash).collect());
        let places: IntegersWriter = self.codes.iter().map(|(_, place)| *place).collect();
        sections.add("code.rows", places.finish().0);
        let units: IntegersWriter = self.units.iter().map(|(id, _)| *id).collect();
        sections.add("unit.values", units.finish().0);
        let (mut ends, mut texts) = (IntegersWriter::default(), Vec::new());
        for (_, code) in &self.units {
            texts.extend(code.as_bytes());
            ends.push(i64::try_from(texts.len()).unwrap_or(i64::MAX));
        }
        sections.add("unit.texts.ends", ends.finish().0);
        sections.add("unit.texts", texts);
        (rows as u64, sections)
    }
}

impl Ends {
    /// One more in the list of a key.
    fn push(&mut self, key: i64) {
        if self.last != Some(key) {
            self.close();
        }
        self.last = Some(key);
        self.count += 1;
    }

    fn close(&mut self) {
        if let Some(last) = self.last {
            self.keys.push(last);
            self.ends.push(self.count);
        }
    }

    fn add(mut self, sections: &mut SectionWriter, name: &str) {
        self.close();
        add_keys(sections, name, self.keys);
        sections.add(format!("{name}.ends"), self.ends.finish().0);
    }
}

fn facts(row: ConceptRow<'_>) -> i64 {
    let standard = match row.standard {
        Some("S") => 1,
        Some("C") => 2,
        _ => 0,
    };
    let valid = row.invalid_reason.is_none_or(str::is_empty);
    standard + if valid { 4 } else { 0 }
}

fn add_keys(sections: &mut SectionWriter, name: &str, keys: IntegersWriter) {
    let (keys, tops) = keys.finish();
    sections.add(format!("{name}.tops"), tops);
    sections.add(format!("{name}.keys"), keys);
}
