use std::path::Path;

use strongroom_cohort::ast::{Column as Meaning, ColumnType};

use super::error::BuildError;
use super::joins::{Places, Visits};
use super::order::Keys;
use super::shard_table::Column;
use super::spill::Spilled;
use super::table_writer::HashingFile;
use crate::events::EventTable;
use crate::index::integers::UNKNOWN;
use crate::index::section;
use crate::index::{Content, SectionWriter, integers, numbers, people_sets, texts};
use crate::release::{FilePath, ReleaseFile};

/// Makes the index of one table of events of one shard.
pub(super) struct EventIndex {
    events: &'static EventTable,
    rows: usize,
    sections: SectionWriter,
}

impl EventIndex {
    /// Begins with the directory, the people of each concept and those of each row, from rows in
    /// this order.
    pub(super) fn new(events: &'static EventTable, keys: &Keys, order: &[u32]) -> Self {
        let rows = u32::try_from(order.len()).unwrap_or(u32::MAX);
        let mut sections = SectionWriter::new(Content::Events, rows);
        let persons: Vec<u32> =
            order.iter().filter_map(|row| keys.persons.get(*row as usize).copied()).collect();
        let concept = |row: &u32| {
            let concepts = keys.concepts.as_ref()?;
            concepts.get(*row as usize).copied().filter(|concept| *concept != UNKNOWN)
        };
        let (mut concepts, mut begins) = (Vec::new(), Vec::new());
        let (mut ends, mut sets) = (Vec::new(), Vec::new());
        let mut begin = 0;
        for run in order.chunk_by(|one, next| concept(one) == concept(next)) {
            let end = begin + run.len();
            if let Some(concept) = run.first().and_then(concept) {
                concepts.push(concept);
                begins.push(integer(begin));
                let mut people = persons.get(begin..end).unwrap_or_default().to_vec();
                people.dedup();
                people_sets::encode(&people, &mut sets);
                ends.push(integer(sets.len()));
            }
            begin = end;
        }
        begins.push(integer(begin));
        sections.add(section::CONCEPTS, encoded(&concepts));
        sections.add(section::BEGINS, counted(&begins));
        sections.add(section::SET_ENDS, counted(&ends));
        sections.add(section::SETS, sets);
        let persons: Vec<i64> = persons.into_iter().map(i64::from).collect();
        sections.add(section::PERSON, encoded(&persons));
        Self { events, rows: order.len(), sections }
    }

    /// Adds what the rows say by reference.
    pub(super) fn join(
        &mut self,
        spilled: &Spilled,
        keys: &Keys,
        order: &[u32],
        visits: &Visits,
        places: &Places,
    ) -> Result<(), BuildError> {
        let found: Option<Vec<_>> =
            spilled.integers_of("visit_occurrence_id")?.map(|ids| visits.of(&ids, &keys.persons).collect());
        let place = |site: i64| places.places.get(&site).copied().unwrap_or(UNKNOWN);
        let kinds =
            found.as_ref().map(|found| found.iter().map(|visit| visit.map_or(UNKNOWN, |(kind, _)| kind)));
        self.joined(Meaning::VisitKind, kinds.map(Iterator::collect), order);
        let sites = match spilled.position("care_site_id") {
            Some(_) => spilled.integers_of("care_site_id")?,
            None => {
                found.map(|found| found.iter().map(|visit| visit.map_or(UNKNOWN, |(_, site)| site)).collect())
            }
        };
        self.joined(Meaning::VisitPlace, sites.map(|sites| sites.into_iter().map(place).collect()), order);
        let providers = spilled.integers_of("provider_id")?;
        let specialty = |provider| places.specialties.get(&provider).copied().unwrap_or(UNKNOWN);
        let specialties = providers.map(|providers| providers.into_iter().map(specialty).collect());
        self.joined(Meaning::ProviderSpecialty, specialties, order);
        Ok(())
    }

    fn joined(&mut self, meaning: Meaning, values: Option<Vec<i64>>, order: &[u32]) {
        if let Some(values) = values {
            let values: Vec<i64> =
                order.iter().map(|row| values.get(*row as usize).copied().unwrap_or(UNKNOWN)).collect();
            self.add_integers(meaning.name(), &values);
        }
    }

    /// Adds a column of the table, if cohorts speak of it.
    pub(super) fn add(&mut self, name: &str, values: &Column) {
        if let Column::Integers(values) = values {
            if name == self.events.record {
                self.add_integers(section::RECORD, values);
            }
            // A visit's own id stands there already.
            if name == "visit_occurrence_id" && name != self.events.record {
                self.add_integers(Meaning::Visit.name(), values);
            }
        }
        let Some(meaning) = self.events.meaning(name) else { return };
        match (meaning.holds(), values) {
            (ColumnType::Number, Column::Numbers(values)) => self.add_numbers(meaning.name(), values),
            (ColumnType::Number, Column::Integers(values)) => {
                let number = |value: &i64| if *value == UNKNOWN { f64::NAN } else { *value as f64 };
                self.add_numbers(meaning.name(), &values.iter().map(number).collect::<Vec<_>>());
            }
            (ColumnType::Text, Column::Texts(values)) => {
                // A text without a character says nothing: files of CSV cannot tell it from none.
                let known = || values.iter().map(|text| text.filter(|text| !text.is_empty()));
                if known().any(|text| text.is_some()) {
                    let mut bytes = Vec::new();
                    texts::encode(known(), &mut bytes);
                    self.sections.add(meaning.name(), bytes);
                }
            }
            (_, Column::Integers(values)) => self.add_integers(meaning.name(), values),
            _ => {}
        }
    }

    fn add_integers(&mut self, name: &str, values: &[i64]) {
        if values.iter().any(|value| *value != UNKNOWN) {
            self.sections.add(name, encoded(values));
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
        write(&self.sections, release, path, self.rows as u64)
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
