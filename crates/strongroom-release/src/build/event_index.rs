use std::path::Path;

use strongroom_cohort::ast::{Column as Meaning, ColumnType};

use super::error::BuildError;
use super::order::Keys;
use super::shard_table::Column;
use super::table_writer::HashingFile;
use crate::events::EventTable;
use crate::index::integers::UNKNOWN;
use crate::index::relative::{self, Reference};
use crate::index::section;
use crate::index::{Content, SectionWriter, integers, numbers, people_sets};
use crate::release::{FilePath, ReleaseFile};

/// Makes the index of one table of events of one shard.
pub(super) struct EventIndex {
    events: &'static EventTable,
    /// The people of the shard.
    people: u32,
    /// Whom each row is about.
    persons: Vec<u32>,
    /// The start of each row, once it was added.
    starts: Option<Vec<i64>>,
    sections: SectionWriter,
}

impl EventIndex {
    /// Begins with the directory, the people of each concept and those of each row, from rows in
    /// this order about so many people.
    pub(super) fn new(events: &'static EventTable, keys: &Keys, order: &[u32], people: u32) -> Self {
        let rows = u32::try_from(order.len()).unwrap_or(u32::MAX);
        let mut sections = SectionWriter::new(Content::Events, rows);
        let persons: Vec<u32> =
            order.iter().filter_map(|row| keys.persons.get(*row as usize).copied()).collect();
        let concept = |row: &u32| keys.concept(*row);
        let (mut concepts, mut begins) = (Vec::new(), Vec::new());
        let (mut ends, mut sets) = (Vec::new(), Vec::new());
        let mut others = Vec::with_capacity(persons.len());
        let mut begin = 0;
        for run in order.chunk_by(|one, next| concept(one) == concept(next)) {
            let end = begin + run.len();
            if let Some(concept) = run.first().and_then(concept) {
                concepts.push(concept);
                begins.push(integer(begin));
            }
            let run = persons.get(begin..end).unwrap_or_default();
            let before = [None].into_iter().chain(run.iter().map(Some));
            others.extend(run.iter().zip(before).map(|(person, before)| i64::from(Some(person) != before)));
            let mut people = run.to_vec();
            people.dedup();
            people_sets::encode(&people, &mut sets);
            ends.push(integer(sets.len()));
            begin = end;
        }
        begins.push(integer(begin));
        sections.add(section::CONCEPTS, encoded(&concepts));
        sections.add(section::BEGINS, counted(&begins));
        sections.add(section::SET_ENDS, counted(&ends));
        sections.add(section::SETS, sets);
        sections.add(section::PERSON, encoded(&others));
        Self { events, people, persons, starts: None, sections }
    }

    /// Adds the kinds of the records' visits, of rows as they came, of which this is the order.
    pub(super) fn add_visit_kinds(&mut self, kinds: &[i64], order: &[u32]) {
        let kind = |row: &u32| kinds.get(*row as usize).copied().unwrap_or(UNKNOWN);
        let kinds: Vec<i64> = order.iter().map(kind).collect();
        add_integers(&mut self.sections, Meaning::VisitKind.name(), &kinds, Reference::Nothing);
    }

    /// Adds a column of the table, if it stands in the index.
    pub(super) fn add(&mut self, name: &str, values: &Column) {
        if let Column::Integers(values) = values {
            let by_person = Reference::Persons(&self.persons, self.people);
            if name == self.events.record {
                add_integers(&mut self.sections, section::RECORD, values, by_person);
            }
            // A visit's own id stands there already.
            if name == "visit_occurrence_id" && name != self.events.record {
                add_integers(&mut self.sections, Meaning::Visit.name(), values, by_person);
            }
        }
        let Some(meaning) = self.events.meaning(name) else { return };
        if let (Meaning::Start, Column::Integers(values)) = (meaning, values) {
            self.starts = Some(values.clone());
        }
        if !EventTable::has_in_index(meaning) {
            return;
        }
        match (meaning.holds(), values) {
            (ColumnType::Number, Column::Numbers(values)) => self.add_numbers(meaning.name(), values),
            (ColumnType::Number, Column::Integers(values)) => {
                let number = |value: &i64| if *value == UNKNOWN { f64::NAN } else { *value as f64 };
                self.add_numbers(meaning.name(), &values.iter().map(number).collect::<Vec<_>>());
            }
            (_, Column::Integers(values)) => {
                let reference = match (meaning, &self.starts) {
                    (Meaning::End, Some(starts)) => Reference::Starts(starts),
                    _ => Reference::Nothing,
                };
                add_integers(&mut self.sections, meaning.name(), values, reference);
            }
            _ => {}
        }
    }

    fn add_numbers(&mut self, name: &str, values: &[f64]) {
        if values.iter().any(|value| !value.is_nan()) {
            let mut bytes = Vec::new();
            numbers::encode(values, &mut bytes);
            self.sections.add(name, bytes);
        }
    }

    pub(super) fn write(self, release: &Path, path: FilePath) -> Result<ReleaseFile, BuildError> {
        write(&self.sections, release, path, self.persons.len() as u64)
    }
}

/// Adds a column in which some row has a value.
fn add_integers(sections: &mut SectionWriter, name: &str, values: &[i64], reference: Reference<'_>) {
    if values.iter().any(|value| *value != UNKNOWN) {
        let mut bytes = Vec::new();
        relative::encode(values, reference, &mut bytes);
        sections.add(name, bytes);
    }
}

/// Writes a file of sections.
pub(super) fn write(
    sections: &SectionWriter,
    release: &Path,
    path: FilePath,
    rows: u64,
) -> Result<ReleaseFile, BuildError> {
    let mut file = HashingFile::create(release, path)?;
    sections.write(&mut file).map_err(BuildError::writing(path.to_string()))?;
    file.finish(path, rows)
}

pub(super) fn encoded(values: &[i64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    integers::encode(values, &mut bytes);
    bytes
}

/// A column whose length the number of rows does not tell: it stands before it.
fn counted(values: &[i64]) -> Vec<u8> {
    let mut bytes = u32::try_from(values.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    integers::encode(values, &mut bytes);
    bytes
}

fn integer(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
