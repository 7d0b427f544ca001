//! The Workbench's index tables as people and vocabulary of the reference evaluator.
//!
//! Each table is the text of a JSON list with one object per row, as exports of its database are;
//! `null` is the same as an absent column, and columns that are not needed are not read. How a table
//! is read is the source of the rules of `aou-workbench/1` about it:
//!
//! - The people are the rows of `cb_search_person`; `person` adds their concepts, `death` a death
//!   without a concept, because causes of death are not among the Workbench's events.
//! - Each row of `cb_search_all_events` is one event, with the row's number as its record id.
//!   `is_standard` says whether its concept is the standard or the source concept. Visit id 0 is no
//!   visit.
//! - Each pair of a variant and a carrier is one event or more: each has the whole
//!   `cb_variant_attribute`, and its own gene symbol (in upper case), position and `rs` number.
//! - A flag that is 1 becomes a kind of data that the person has.

mod criteria;
mod people;
mod rows;
mod variants;

use std::fmt;

use strongroom_primitives::Label;

use crate::Vocabulary;
use crate::reference::PersonRecord;

/// The texts of the tables; an empty text is a table without rows.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "one text for each table that is read")]
pub struct Tables<'a> {
    /// `cb_search_person`
    pub search_person: &'a str,
    /// `person`
    pub person: &'a str,
    /// `death`
    pub death: &'a str,
    /// `cb_search_all_events`
    pub search_all_events: &'a str,
    /// `cb_criteria`
    pub criteria: &'a str,
    /// `cb_criteria_ancestor`
    pub criteria_ancestor: &'a str,
    /// `cb_variant_attribute`
    pub variant_attribute: &'a str,
    /// `cb_variant_attribute_genes`
    pub variant_attribute_genes: &'a str,
    /// `cb_variant_attribute_contig_position`
    pub variant_attribute_contig_position: &'a str,
    /// `cb_variant_attribute_rs_number`
    pub variant_attribute_rs_number: &'a str,
    /// `cb_variant_to_person`
    pub variant_to_person: &'a str,
}

/// What the tables say.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Index {
    /// The people, in the order of `cb_search_person`.
    pub people: Vec<PersonRecord>,
    /// The concepts, with the criteria trees.
    pub vocabulary: Vocabulary,
}

/// A table cannot be read. It never repeats what the table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    table: &'static str,
    place: Place,
    problem: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Line and column, from 1.
    Text(usize, usize),
    /// The row, from 1.
    Row(usize),
}

/// Reads the tables. The vocabulary gets this version.
///
/// # Errors
/// If a table is not a JSON list of rows with the columns that are needed, or names an event's
/// domain that is unknown.
pub fn read(tables: &Tables<'_>, version: Label) -> Result<Index, TableError> {
    let mut vocabulary = Vocabulary::new(version);
    criteria::read(tables, &mut vocabulary)?;
    let mut people = people::read(tables, &mut vocabulary)?;
    variants::read(tables, &mut people)?;
    Ok(Index { people, vocabulary })
}

impl TableError {
    /// The name of the table.
    #[must_use]
    pub const fn table(&self) -> &'static str {
        self.table
    }

    const fn text(table: &'static str, line: usize, column: usize) -> Self {
        Self {
            table,
            place: Place::Text(line, column),
            problem: "this is not a list of rows with the columns of this table; correct it there",
        }
    }

    const fn row(table: &'static str, row: usize, problem: &'static str) -> Self {
        Self { table, place: Place::Row(row), problem }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.table)?;
        match self.place {
            Place::Text(line, column) => write!(f, "line {line}, column {column}: ")?,
            Place::Row(row) => write!(f, "row {row}: ")?,
        }
        f.write_str(self.problem)
    }
}

impl std::error::Error for TableError {}
