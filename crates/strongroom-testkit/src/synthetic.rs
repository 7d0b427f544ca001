use std::path::Path;

use crate::generation;
use crate::output::{self, Format, Summary, SynthesisError};
use crate::person::Person;

/// A synthetic repository: so many people, from a seed.
///
/// Equal settings give equal rows and equal bytes. Person *n* is the same for any number of people,
/// so a small repository is the beginning of a large one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synthetic {
    persons: u64,
    seed: u64,
    events_per_person: u32,
}

impl Synthetic {
    /// Events that a person has on average, unless told otherwise.
    pub const DEFAULT_EVENTS_PER_PERSON: u32 = 100;
    /// The most events that a person may have on average.
    pub const MAX_EVENTS_PER_PERSON: u32 = 1_000;

    /// A repository of so many people, numbered from 1.
    #[must_use]
    pub const fn new(persons: u64, seed: u64) -> Self {
        Self { persons, seed, events_per_person: Self::DEFAULT_EVENTS_PER_PERSON }
    }

    /// The same with another mean number of events of a person, at most
    /// [`MAX_EVENTS_PER_PERSON`](Self::MAX_EVENTS_PER_PERSON).
    #[must_use]
    pub fn with_events_per_person(self, events: u32) -> Self {
        Self { events_per_person: events.min(Self::MAX_EVENTS_PER_PERSON), ..self }
    }

    /// How many people there are.
    #[must_use]
    pub const fn persons(&self) -> u64 {
        self.persons
    }

    /// The people with all their records, by ascending number; each is made when asked for.
    pub fn people(&self) -> impl Iterator<Item = Person> + use<> {
        let Self { persons, seed, events_per_person } = *self;
        (1..=persons).map(move |number| generation::person(seed, number, events_per_person))
    }

    /// Writes `<table>.parquet` for every table into the directory, which is made if it is not
    /// there; files of these names are replaced. Calls `progress` now and then with the number of
    /// people done. Needs the memory of a few thousand people, however many there are.
    ///
    /// Integers are `Int64`, numbers `Float64`, days `Date32`, instants `Timestamp(Microsecond)`
    /// without time zone, texts `Utf8`.
    ///
    /// # Errors
    /// If the directory or a file in it cannot be written. What was written until then stays.
    pub fn write_parquet(
        &self,
        directory: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Summary, SynthesisError> {
        output::write(self.people(), directory, Format::Parquet, progress)
    }

    /// Writes `<table>.csv` for every table: a header line, commas, quotation marks where needed,
    /// days as `2024-12-31`, instants as `2024-12-31 08:30:00`, nothing for null. Meant for small
    /// repositories.
    ///
    /// # Errors
    /// If the directory or a file in it cannot be written. What was written until then stays.
    pub fn write_csv(&self, directory: &Path) -> Result<Summary, SynthesisError> {
        output::write(self.people(), directory, Format::Csv, &mut |_| {})
    }
}

#[cfg(test)]
mod tests;
