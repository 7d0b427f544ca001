use strongroom_cohort::ast::Column;
use strongroom_engine::ShardColumn;
use strongroom_timeline::PersonSet;

use super::decode;
use crate::index::{Content, Header, IndexError, people_sets, section};

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
    let section = |name| header.bytes(bytes, name).ok_or(IndexError::Damaged(name));
    decode::directory(section(section::CONCEPTS)?, section(section::BEGINS)?, header.rows)?;
    let columns = Column::ALL.iter().map(|column| ShardColumn::Of(*column));
    for column in columns.chain([ShardColumn::Person, ShardColumn::Record]) {
        let part = decode::section_of(column).and_then(|(name, _)| header.bytes(bytes, name));
        if let Some(part) = part {
            decode::column(column, part, header.rows as usize, people)?;
        }
    }
    let sets = section(section::SETS)?;
    let mut begin = 0;
    for end in decode::list(section(section::SET_ENDS)?, section::SET_ENDS)? {
        let end = usize::try_from(end).map_err(|_| IndexError::Damaged(section::SET_ENDS))?;
        let set = sets.get(begin..end).ok_or(IndexError::Damaged(section::SET_ENDS))?;
        people_sets::add(set, &mut PersonSet::none(people))?;
        begin = end;
    }
    Ok(())
}
