use strongroom_timeline::PersonSet;

use crate::index::{IndexError, people_sets, section};

/// The people of each run of a table's rows.
#[derive(Debug, Default)]
pub(super) struct Sets {
    /// Where each set ends.
    ends: Vec<usize>,
    bytes: Vec<u8>,
    /// The sets before that of the first concept: one, where there are rows without a concept.
    before: usize,
}

impl Sets {
    pub(super) fn new(ends: Vec<i64>, bytes: Vec<u8>, without_concept: bool) -> Result<Self, IndexError> {
        let ends: Option<Vec<usize>> = ends.into_iter().map(|end| usize::try_from(end).ok()).collect();
        let fits = |ends: &Vec<usize>| ends.is_sorted() && ends.last().copied().unwrap_or(0) == bytes.len();
        let ends = ends.filter(fits).ok_or(IndexError::Damaged(section::SET_ENDS))?;
        Ok(Self { ends, bytes, before: usize::from(without_concept) })
    }

    /// The memory that they take, about.
    pub(super) const fn memory(&self) -> usize {
        self.ends.len() * 8 + self.bytes.len()
    }

    /// Adds the people of the concept at a position; nobody where there is no such position.
    pub(super) fn add(&self, position: usize, people: &mut PersonSet) -> Result<(), IndexError> {
        match self.set(position.saturating_add(self.before)) {
            Some(set) => people_sets::add(set, people),
            None => Ok(()),
        }
    }

    /// The people of all runs, one after the other. Each run has a row for each of its people, so
    /// there are no more of them than rows, of which the caller has seen that the file can hold them.
    pub(super) fn list(&self, rows: usize) -> Result<Vec<u32>, IndexError> {
        let mut people = Vec::with_capacity(rows);
        for place in 0..self.ends.len() {
            let set = self.set(place).unwrap_or_default();
            people_sets::list(set, rows - people.len(), &mut people)?;
            if people.len() > rows {
                return Err(IndexError::Damaged(section::SETS));
            }
        }
        Ok(people)
    }

    fn set(&self, place: usize) -> Option<&[u8]> {
        let end = *self.ends.get(place)?;
        let begin = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(begin..end)
    }
}
