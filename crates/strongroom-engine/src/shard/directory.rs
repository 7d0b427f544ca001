use std::ops::Range;

use strongroom_omop::ConceptId;

/// Where the events of each concept stand in a table: a run of consecutive rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    concepts: Vec<ConceptId>,
    /// One more than concepts: a run ends where the next begins. Rows before the first run have no
    /// concept.
    begins: Vec<u32>,
}

impl Directory {
    /// The directory of a table: its distinct concepts in ascending order, and the row with which
    /// each of their runs begins, followed by the number of rows. Nothing unless both ascend and
    /// fit each other.
    #[must_use]
    pub fn new(concepts: Vec<ConceptId>, begins: Vec<u32>) -> Option<Self> {
        let fits = begins.len() == concepts.len() + 1;
        let ascends = concepts.is_sorted_by(|one, next| one < next) && begins.is_sorted();
        (fits && ascends).then_some(Self { concepts, begins })
    }

    /// The distinct concepts, in ascending order.
    #[must_use]
    pub fn concepts(&self) -> &[ConceptId] {
        &self.concepts
    }

    /// How many rows the table has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.begins.last().map_or(0, |last| *last as usize)
    }

    /// The rows without a concept.
    #[must_use]
    pub fn without_concept(&self) -> Range<usize> {
        0..self.begins.first().map_or(0, |first| *first as usize)
    }

    /// The rows of the concept at a position; none where there is no such position.
    #[must_use]
    pub fn run(&self, position: usize) -> Range<usize> {
        match (self.begins.get(position), self.begins.get(position.saturating_add(1))) {
            (Some(begin), Some(end)) => *begin as usize..*end as usize,
            _ => 0..0,
        }
    }

    /// The positions of those of the given concepts that occur. The given ones are in ascending
    /// order.
    #[must_use]
    pub fn positions(&self, concepts: &[ConceptId]) -> Vec<usize> {
        let mut found = Vec::new();
        // The longer list is searched, the shorter one is walked.
        if concepts.len() < self.concepts.len() / 8 {
            found.extend(concepts.iter().filter_map(|concept| self.concepts.binary_search(concept).ok()));
        } else {
            let mut wanted = concepts.iter().peekable();
            for (position, concept) in self.concepts.iter().enumerate() {
                while wanted.next_if(|next| *next < concept).is_some() {}
                if wanted.next_if_eq(&concept).is_some() {
                    found.push(position);
                }
            }
        }
        found
    }

    /// The concept of a row; nothing where it has none.
    #[must_use]
    pub fn concept(&self, row: usize) -> Option<ConceptId> {
        let after = self.begins.partition_point(|begin| *begin as usize <= row);
        self.concepts.get(after.checked_sub(1)?).copied()
    }
}
