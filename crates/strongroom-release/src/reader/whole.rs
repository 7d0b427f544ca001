use std::sync::Arc;

use strongroom_cohort::ast::Column;
use strongroom_engine::{ColumnData, ShardColumn};
use strongroom_timeline::PersonSet;

use super::decode;
use super::sets::Sets;
use crate::index::relative::{Needs, Reference};
use crate::index::{Content, Header, IndexError, section};

/// Decodes everything in the bytes of an index file, of people or of events of so many people, and
/// throws it away: whether a file can be read at all. Any bytes are read or refused.
///
/// # Errors
/// The first thing that is wrong.
pub fn read_index(bytes: &[u8], people: u32) -> Result<(), IndexError> {
    if Header::of_bytes(bytes, Content::People).is_ok() {
        return decode::people(bytes).map(drop);
    }
    let header = Header::of_bytes(bytes, Content::Events)?;
    let rows = header.rows as usize;
    let section = |name| header.bytes(bytes, name).ok_or(IndexError::Damaged(name));
    let directory = decode::directory(section(section::CONCEPTS)?, section(section::BEGINS)?, header.rows)?;
    let ends = decode::list(section(section::SET_ENDS)?, section::SET_ENDS)?;
    let sets = Sets::new(ends, section(section::SETS)?.to_vec(), !directory.without_concept().is_empty())?;
    let persons = match decode::persons(section(section::PERSON)?, rows, people, &sets)? {
        ColumnData::Ordinals(persons) => persons,
        _ => Arc::default(),
    };
    for position in 0..directory.concepts().len() {
        sets.add(position, &mut PersonSet::none(people))?;
    }
    let mut starts = Vec::new();
    let columns = Column::ALL.iter().map(|column| ShardColumn::Of(*column));
    for column in columns.chain([ShardColumn::Record]) {
        let Some(part) = decode::section_of(column).and_then(|(name, _)| header.bytes(bytes, name)) else {
            continue;
        };
        let reference = match decode::needs(column, part)? {
            Needs::Nothing => Reference::Nothing,
            Needs::Persons => Reference::Persons(&persons, people),
            Needs::Starts => Reference::Starts(&starts),
        };
        let decoded = decode::column(column, part, rows, reference)?;
        if let (ShardColumn::Of(Column::Start), Some(ColumnData::Days(days))) = (column, decoded) {
            starts = decode::starts(&days);
        }
    }
    Ok(())
}
