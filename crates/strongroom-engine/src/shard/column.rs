use std::sync::Arc;

use strongroom_cohort::ast::Column;
use strongroom_timeline::Day;

/// What stands in a column of ids where none is recorded.
pub const UNKNOWN_ID: i64 = i64::MIN;

/// A column of a shard's table of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a shard must handle every column")]
pub enum ShardColumn {
    /// The ordinal of the person in the shard.
    Person,
    /// The primary key of the record.
    Record,
    /// What the column means, as recorded: `End` without any rule of a profile, `Concept` as it
    /// stands in the row. `Duration` is none of them: it follows from others.
    Of(Column),
}

/// The values of a column, one for each row of its table.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "the engine must handle every type")]
pub enum ColumnData {
    /// Ordinals of people.
    Ordinals(Arc<[u32]>),
    /// Days.
    Days(Arc<[Day]>),
    /// Ids and concepts; [`UNKNOWN_ID`] where none is recorded.
    Ids(Arc<[i64]>),
    /// Numbers; not a number where none is recorded.
    Numbers(Arc<[f64]>),
    /// Texts.
    Texts(Arc<Texts>),
}

/// A column of texts, equal ones kept once.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    distinct: Vec<Arc<str>>,
    /// The position among the distinct texts, and `u32::MAX` where there is none.
    rows: Vec<u32>,
}

impl Texts {
    /// The texts at these positions of the distinct ones; `u32::MAX` and positions that do not
    /// exist stand for none.
    #[must_use]
    pub const fn new(distinct: Vec<Arc<str>>, rows: Vec<u32>) -> Self {
        Self { distinct, rows }
    }

    /// The text of a row, if it has one.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&Arc<str>> {
        let position = *self.rows.get(row)?;
        self.distinct.get(usize::try_from(position).ok()?)
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
