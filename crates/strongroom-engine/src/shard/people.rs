use std::collections::{BTreeMap, BTreeSet};

use strongroom_cohort::ast::PersonColumn;
use strongroom_cohort::reference::Birth;
use strongroom_omop::{ConceptId, SubjectId};

/// The people of a shard: column by column, in the order of their subject ids.
///
/// Columns shorter than the ids say nothing of the people behind their end, so an absent column is
/// an empty one.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct People {
    /// Who they are, in ascending order.
    pub subjects: Vec<SubjectId>,
    /// When they were born.
    pub births: Vec<Birth>,
    /// Concepts of the person, by column; [`UNKNOWN_ID`](super::UNKNOWN_ID) where none is recorded.
    pub concepts: BTreeMap<PersonColumn, Vec<i64>>,
    /// Ages in years that the release records, by column.
    pub ages: BTreeMap<PersonColumn, Vec<Option<i32>>>,
    /// Those who are not to be found, such as people who withdrew. Of them there is no event either.
    pub absent: BTreeSet<u32>,
    /// The kinds of data that the release marks a person as having.
    pub has: BTreeMap<String, BTreeSet<u32>>,
}

impl People {
    /// How many there are, with those who are not to be found.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.subjects.len()).unwrap_or(u32::MAX)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// What is known of a person's birth.
    #[must_use]
    pub fn birth(&self, person: u32) -> Birth {
        self.births.get(person as usize).copied().unwrap_or(Birth::Unknown)
    }

    /// A concept of a person, as recorded.
    #[must_use]
    pub fn concept(&self, column: PersonColumn, person: u32) -> Option<ConceptId> {
        let recorded = *self.concepts.get(&column)?.get(person as usize)?;
        (recorded != super::UNKNOWN_ID).then(|| ConceptId::new(recorded))
    }

    /// An age of a person that the release records.
    #[must_use]
    pub fn age(&self, column: PersonColumn, person: u32) -> Option<i32> {
        *self.ages.get(&column)?.get(person as usize)?
    }
}
