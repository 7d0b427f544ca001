//! Folders of the OMOP CDM as people and a vocabulary in memory.

mod cell;
mod csv_file;
mod error;
mod events;
mod joins;
mod layout;
mod lookup;
mod parquet_file;
mod people;
mod source;
mod table_data;
#[cfg(test)]
mod tests;
mod values;
mod vocabulary;

use std::path::Path;

use strongroom_cohort::Vocabulary;
use strongroom_cohort::reference::PersonRecord;

pub use error::CdmError;

/// What an OMOP folder holds, as far as cohort definitions can speak of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Cdm {
    /// Everybody, by id.
    pub people: Vec<PersonRecord>,
    /// Every concept, and how they hang together.
    pub vocabulary: Vocabulary,
}

/// Reads an OMOP CDM 5.3 or 5.4 from a folder of `<table>.parquet` or `<table>.csv` files, or of
/// folders `<table>` with Parquet parts. Names of files and columns may be in any case, columns in
/// any order. `person`, `observation_period` and `concept` must be there; whatever else is missing
/// has no rows.
///
/// Values are taken as recorded: nothing is repaired, and a day that is missing stays so. Empty
/// texts and numbers that are not finite count as missing, because files of CSV and of common tools
/// cannot say the difference. Who has
/// rows and is not in `person` is a person of whom nothing else is known.
///
/// Joined columns follow OHDSI Circe: the visit of a record counts if it is one of the same
/// person's; the place is that of the visit's care site, of visits and their details that of their
/// own; the specialty is that of the record's own provider.
///
/// # Errors
/// If the folder or a file cannot be read, a required table or column is missing, a cell does not
/// hold what its column holds, or a record has no key or no person.
pub fn read(folder: &Path) -> Result<Cdm, CdmError> {
    let source = source::Source::discover(folder)?;
    let mut people = people::People::read(&source)?;
    let vocabulary = vocabulary::read(&source)?;
    events::read(&source, &mut people)?;
    Ok(Cdm { people: people.into_records(), vocabulary })
}

/// Reads the vocabulary of such a folder alone: `concept`, and `concept_ancestor` and
/// `concept_relationship` where they are there.
///
/// # Errors
/// As [`read`].
pub fn read_vocabulary(folder: &Path) -> Result<Vocabulary, CdmError> {
    vocabulary::read(&source::Source::discover(folder)?)
}
