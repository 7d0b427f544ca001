use std::sync::Arc;

use chrono::NaiveDate;
use strongroom_cohort::ast::{Column, ColumnType, PersonColumn};
use strongroom_cohort::reference::Birth;
use strongroom_engine::{ColumnData, Directory, People, ShardColumn, UNKNOWN_ID};
use strongroom_omop::{ConceptId, SubjectId};
use strongroom_timeline::Day;

use super::sets::Sets;
use crate::index::relative::{self, Needs, Reference};
use crate::index::{Content, Cursor, Header, IndexError, integers, numbers, section};

// The stored and the decoded unknown are the same, so that ids are copied as they are.
const _: () = assert!(integers::UNKNOWN == UNKNOWN_ID);

/// The section that holds a column, and what it holds; nothing for columns that are none.
pub(super) const fn section_of(column: ShardColumn) -> Option<(&'static str, ColumnType)> {
    match column {
        ShardColumn::Person => Some((section::PERSON, ColumnType::Number)),
        ShardColumn::Record => Some((section::RECORD, ColumnType::Id)),
        ShardColumn::Of(Column::Duration | Column::Concept) => None,
        ShardColumn::Of(column) => Some((column.name(), column.holds())),
    }
}

/// What is needed to read a column whose bytes these are.
pub(super) fn needs(column: ShardColumn, bytes: &[u8]) -> Result<Needs, IndexError> {
    match section_of(column) {
        Some((name, ColumnType::Date | ColumnType::Concept | ColumnType::Id)) => relative::needs(bytes, name),
        _ => Ok(Needs::Nothing),
    }
}

/// Decodes a column of so many rows other than that of people, which is [`persons`].
pub(super) fn column(
    column: ShardColumn,
    bytes: &[u8],
    rows: usize,
    reference: Reference<'_>,
) -> Result<Option<ColumnData>, IndexError> {
    let Some((name, holds)) = section_of(column) else { return Ok(None) };
    let data = match holds {
        ColumnType::Date => ColumnData::Days(filled(bytes, rows, name, Day::UNKNOWN, reference, |day| {
            i32::try_from(day).map_or(Day::UNKNOWN, Day::from_epoch_days)
        })?),
        ColumnType::Concept | ColumnType::Id => {
            ColumnData::Ids(filled(bytes, rows, name, UNKNOWN_ID, reference, |id| id)?)
        }
        ColumnType::Number => {
            let mut values = room(bytes, rows, name, f64::NAN)?;
            let mut filled = 0;
            let places = Arc::get_mut(&mut values).unwrap_or_default();
            numbers::decode(bytes, rows, name, |block| copy(places, &mut filled, block, |value| value))?;
            ColumnData::Numbers(values)
        }
        // No texts stand in an index.
        ColumnType::Text => return Ok(None),
    };
    Ok(Some(data))
}

/// Decodes the ordinals of so many rows about so many people, from the sets of their runs.
pub(super) fn persons(bytes: &[u8], rows: usize, people: u32, sets: &Sets) -> Result<ColumnData, IndexError> {
    let mut persons = room(bytes, rows, section::PERSON, 0)?;
    let listed = sets.list(rows)?;
    let places = Arc::get_mut(&mut persons).unwrap_or_default();
    let (mut filled, mut next, mut most) = (0, 0_usize, 0);
    integers::decode(bytes, rows, section::PERSON, |block| {
        copy(places, &mut filled, block, |other| {
            next += usize::from(other != 0);
            let person = listed.get(next.wrapping_sub(1)).copied().unwrap_or(u32::MAX);
            most = most.max(person);
            person
        });
    })?;
    if next != listed.len() || rows > 0 && most >= people {
        return Err(IndexError::Damaged(section::PERSON));
    }
    Ok(ColumnData::Ordinals(persons))
}

fn filled<T: Copy>(
    bytes: &[u8],
    rows: usize,
    name: &'static str,
    unknown: T,
    reference: Reference<'_>,
    mut value: impl FnMut(i64) -> T,
) -> Result<Arc<[T]>, IndexError> {
    let mut values = room(bytes, rows, name, unknown)?;
    let mut filled = 0;
    let places = Arc::get_mut(&mut values).unwrap_or_default();
    relative::decode(bytes, rows, name, reference, |block| copy(places, &mut filled, block, &mut value))?;
    Ok(values)
}

/// Room for the rows, once the bytes are seen to hold so many.
fn room<T: Copy>(bytes: &[u8], rows: usize, name: &'static str, value: T) -> Result<Arc<[T]>, IndexError> {
    let rows = Cursor::new(bytes, name).plausible(rows)?;
    Ok(std::iter::repeat_n(value, rows).collect())
}

/// Fills the places that follow those filled.
fn copy<T, B: Copy>(places: &mut [T], filled: &mut usize, block: &[B], mut value: impl FnMut(B) -> T) {
    let free = places.get_mut(*filled..).unwrap_or_default();
    for (place, block) in free.iter_mut().zip(block) {
        *place = value(*block);
    }
    *filled += block.len();
}

/// The concepts of all rows.
pub(super) fn concepts(directory: &Directory) -> ColumnData {
    let unknown = std::iter::repeat_n(UNKNOWN_ID, directory.without_concept().len());
    let runs = directory.concepts().iter().enumerate();
    let known = runs.flat_map(|(at, concept)| std::iter::repeat_n(concept.value(), directory.run(at).len()));
    ColumnData::Ids(unknown.chain(known).collect())
}

/// The starts of the rows, as ends refer to them.
pub(super) fn starts(days: &[Day]) -> Vec<i64> {
    days.iter().map(|day| day.epoch_days().map_or(integers::UNKNOWN, i64::from)).collect()
}

/// Where the concepts of a table of so many rows stand.
pub(super) fn directory(concepts: &[u8], begins: &[u8], rows: u32) -> Result<Directory, IndexError> {
    const DAMAGED: IndexError = IndexError::Damaged(section::BEGINS);
    if rows == 0 {
        return Ok(Directory::default());
    }
    // Each concept has a row at least, and the file holds people for every row.
    let begins = list(begins, section::BEGINS)?;
    let count = begins.len().checked_sub(1).ok_or(DAMAGED)?;
    let mut found = Vec::with_capacity(count);
    integers::decode(concepts, count, section::CONCEPTS, |block| {
        found.extend(block.iter().map(|concept| ConceptId::new(*concept)));
    })?;
    let begins: Option<Vec<u32>> = begins.into_iter().map(|begin| u32::try_from(begin).ok()).collect();
    let directory = Directory::new(found, begins.ok_or(DAMAGED)?).ok_or(DAMAGED)?;
    if directory.rows() == rows as usize { Ok(directory) } else { Err(DAMAGED) }
}

/// A column of unknown length, of which the first four bytes tell it.
pub(super) fn list(bytes: &[u8], name: &'static str) -> Result<Vec<i64>, IndexError> {
    let mut cursor = Cursor::new(bytes, name);
    let count = cursor.length()?;
    let values = integers::decode_list(&mut cursor, count)?;
    cursor.end()?;
    Ok(values)
}

/// The people of a shard, from the bytes of their file.
pub(super) fn people(file: &[u8]) -> Result<People, IndexError> {
    let header = Header::of_bytes(file, Content::People)?;
    let rows = header.rows as usize;
    let optional = |name: &'static str| match header.bytes(file, name) {
        Some(bytes) => {
            let mut cursor = Cursor::new(bytes, name);
            let values = integers::decode_list(&mut cursor, rows)?;
            cursor.end()?;
            Ok(Some(values))
        }
        None => Ok(None),
    };
    let required = |name: &'static str| optional(name)?.ok_or(IndexError::Damaged(name));
    let subjects = required(section::SUBJECT)?;
    if !subjects.is_sorted_by(|one, next| one < next) {
        return Err(IndexError::Damaged(section::SUBJECT));
    }
    let (years, days) = (required(section::BIRTH_YEAR)?, required(section::BIRTH_DAY)?);
    let births = years.into_iter().zip(days).map(|(year, day)| {
        let day = i32::try_from(day).ok().and_then(NaiveDate::from_epoch_days);
        let year = i32::try_from(year).ok();
        day.map(Birth::Day).or(year.map(Birth::Year)).unwrap_or(Birth::Unknown)
    });
    let mut people = People::default();
    people.births = births.collect();
    people.subjects = subjects.into_iter().map(SubjectId::new).collect();
    for column in PersonColumn::ALL {
        match column.holds() {
            ColumnType::Concept => {
                // Where a release does not tell the sex at birth, the gender stands for it.
                let values = match (column, optional(column.name())?) {
                    (PersonColumn::SexAtBirth, None) => optional(PersonColumn::Gender.name())?,
                    (_, values) => values,
                };
                values.map(|values| people.concepts.insert(*column, values));
            }
            ColumnType::Number => {
                if let Some(values) = optional(column.name())? {
                    let ages = values.into_iter().map(|age| i32::try_from(age).ok()).collect();
                    people.ages.insert(*column, ages);
                }
            }
            ColumnType::Date | ColumnType::Text | ColumnType::Id => {}
        }
    }
    Ok(people)
}
