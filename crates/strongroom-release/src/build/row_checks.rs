use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter;
use arrow::datatypes::{Date32Type, Int64Type, SchemaRef};
use arrow::error::ArrowError;
use strongroom_omop::{Column, ColumnType, Table};

use super::chunk::Chunk;
use super::column_builder::ReadColumn;
use super::person_index::PersonIndex;
use crate::release::{
    NoteReason, NotedRows, Occurrences, RejectReason, RejectedRows, UnreadableCells, table_schema,
};

/// The people of a release, by `person_id`.
pub(super) type People = HashSet<i64>;

/// Decides which rows of one table are kept, and counts everything.
#[derive(Debug)]
pub(super) struct RowChecks<'p> {
    table: &'static Table,
    schema: SchemaRef,
    person: PersonRule<'p>,
    /// Positions of the columns in which a period begins and ends.
    period: Option<(usize, usize)>,
    tally: Tally,
}

/// What a table's `person_id` has to keep.
#[derive(Debug)]
pub(super) enum PersonRule<'p> {
    /// The table says who there is: each person once.
    Collect(People),
    /// The table speaks of people who must be known.
    Known(&'p PersonIndex),
}

/// What was found in the rows of one table.
#[derive(Debug, Default)]
pub(super) struct Tally {
    read: u64,
    rejected: BTreeMap<RejectReason, Occurrences>,
    noted: BTreeMap<NoteReason, Occurrences>,
    /// By position of the column.
    unreadable: BTreeMap<usize, Occurrences>,
}

/// Which rows of a chunk are still kept, and where each stands.
struct Kept<'c> {
    places: &'c [u64],
    rows: Vec<bool>,
}

impl<'p> RowChecks<'p> {
    pub(super) fn new(table: &'static Table, person: PersonRule<'p>) -> Self {
        Self { table, schema: table_schema(table), person, period: period(table), tally: Tally::default() }
    }

    /// The rows of the chunk that are kept, in the schema of the release.
    pub(super) fn check(&mut self, chunk: Chunk) -> Result<RecordBatch, ArrowError> {
        let Chunk { columns, places, ragged, .. } = chunk;
        let mut kept = Kept { places: &places, rows: vec![true; places.len()] };
        self.tally.read += (places.len() + ragged.len()) as u64;
        self.tally.reject(RejectReason::WrongNumberOfCells, ragged.iter().copied());
        self.check_cells(&columns, &mut kept);
        self.check_people(&columns, &mut kept);
        self.note_period(&columns, &kept);

        let all = kept.rows.iter().all(|row| *row);
        let mask = BooleanArray::from(kept.rows);
        let arrays = columns.into_iter().map(|column| match all {
            true => Ok(column.values),
            false => filter(&column.values, &mask),
        });
        RecordBatch::try_new(Arc::clone(&self.schema), arrays.collect::<Result<_, _>>()?)
    }

    /// What was found so far.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The people collected, if the table says who there is, and what was found in its rows.
    pub(super) fn finish(self) -> (People, Tally) {
        match self.person {
            PersonRule::Collect(people) => (people, self.tally),
            PersonRule::Known(_) => (People::new(), self.tally),
        }
    }

    fn check_cells(&mut self, columns: &[ReadColumn], kept: &mut Kept<'_>) {
        for (position, (column, read)) in self.table.columns().iter().zip(columns).enumerate() {
            if !read.unreadable.is_empty() {
                let cells = self.tally.unreadable.entry(position).or_default();
                kept.places_of(&read.unreadable).for_each(|place| cells.add(place));
            }
            if column.is_required() && read.values.null_count() > 0 {
                let name = column.name().to_owned();
                let unreadable = kept.drop_rows(read.unreadable.iter().copied());
                self.tally.reject(RejectReason::RequiredCellUnreadable(name.clone()), unreadable);
                let missing = kept.drop_rows((0..read.values.len()).filter(|row| read.values.is_null(*row)));
                self.tally.reject(RejectReason::RequiredCellMissing(name), missing);
            }
        }
    }

    fn check_people(&mut self, columns: &[ReadColumn], kept: &mut Kept<'_>) {
        let ids = self.table.person_column().and_then(|person| {
            let position = self.table.columns().iter().position(|column| column == person)?;
            columns.get(position)?.values.as_primitive_opt::<Int64Type>()
        });
        let Some(ids) = ids else { return };
        let ids = ids.iter().enumerate().filter_map(|(row, id)| id.map(|id| (row, id)));
        let (reason, dropped) = match &mut self.person {
            PersonRule::Collect(people) => {
                let ids: Vec<_> = ids.filter(|(row, _)| kept.holds(*row)).collect();
                let twice = ids.into_iter().filter(|(_, id)| !people.insert(*id));
                (RejectReason::PersonTwice, kept.drop_rows(twice.map(|(row, _)| row)))
            }
            PersonRule::Known(people) => {
                let unknown = ids.filter(|(_, id)| people.ordinal(*id).is_none());
                (RejectReason::UnknownPerson, kept.drop_rows(unknown.map(|(row, _)| row)))
            }
        };
        self.tally.reject(reason, dropped);
    }

    /// Ends before their start are counted and stay.
    fn note_period(&mut self, columns: &[ReadColumn], kept: &Kept<'_>) {
        let Some((start, end)) = self.period else { return };
        let dates = |position: usize| columns.get(position)?.values.as_primitive_opt::<Date32Type>();
        let (Some(starts), Some(ends)) = (dates(start), dates(end)) else { return };

        // `None` is less than every day, so a missing end must be excluded.
        let backwards = |start: Option<i32>, end: Option<i32>| end.is_some() && end < start;
        let periods = starts.iter().zip(ends).enumerate();
        let rows = periods.filter(|(row, (start, end))| backwards(*start, *end) && kept.holds(*row));
        let rows: Vec<_> = rows.map(|(row, _)| row).collect();
        if !rows.is_empty() {
            let occurrences = self.tally.noted.entry(NoteReason::EndBeforeStart).or_default();
            kept.places_of(&rows).for_each(|place| occurrences.add(place));
        }
    }
}

impl Kept<'_> {
    fn holds(&self, row: usize) -> bool {
        self.rows.get(row).copied().unwrap_or(false)
    }

    /// Drops the rows, and returns the places of those that had not been dropped before.
    fn drop_rows(&mut self, rows: impl Iterator<Item = usize>) -> Vec<u64> {
        let mut dropped = Vec::new();
        for row in rows {
            if let (Some(kept @ true), Some(place)) = (self.rows.get_mut(row), self.places.get(row)) {
                *kept = false;
                dropped.push(*place);
            }
        }
        dropped
    }

    fn places_of(&self, rows: &[usize]) -> impl Iterator<Item = u64> {
        rows.iter().filter_map(|row| self.places.get(*row).copied())
    }
}

impl Tally {
    fn reject(&mut self, reason: RejectReason, places: impl IntoIterator<Item = u64>) {
        let mut places = places.into_iter().peekable();
        if places.peek().is_some() {
            let occurrences = self.rejected.entry(reason).or_default();
            places.for_each(|place| occurrences.add(place));
        }
    }

    /// The rows read so far, whether kept or not.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    pub(super) fn rejected(&self) -> Vec<RejectedRows> {
        let rejected = self.rejected.iter();
        rejected.map(|(reason, rows)| RejectedRows { reason: reason.clone(), rows: rows.clone() }).collect()
    }

    pub(super) fn noted(&self) -> Vec<NotedRows> {
        let noted = self.noted.iter();
        noted.map(|(reason, rows)| NotedRows { reason: *reason, rows: rows.clone() }).collect()
    }

    pub(super) fn unreadable(&self, table: &Table) -> Vec<UnreadableCells> {
        let columns = self.unreadable.iter();
        columns
            .filter_map(|(position, cells)| {
                Some(UnreadableCells {
                    column: table.columns().get(*position)?.name().to_owned(),
                    cells: cells.clone(),
                })
            })
            .collect()
    }
}

/// The columns in which a table about people keeps the first and the last day of a period:
/// `x_start_date` or `x_date`, and `x_end_date`.
fn period(table: &Table) -> Option<(usize, usize)> {
    table.person_column()?;
    let date = |name: &str| {
        let mut columns = table.columns().iter();
        columns.position(|column| column.column_type() == ColumnType::Date && column.name() == name)
    };
    table.columns().iter().map(Column::name).find_map(|end| {
        let stem = end.strip_suffix("_end_date")?;
        let start = date(&format!("{stem}_start_date")).or_else(|| date(&format!("{stem}_date")))?;
        Some((start, date(end)?))
    })
}

#[cfg(test)]
mod tests {
    use strongroom_omop::Domain;

    use super::*;

    #[test]
    fn the_period_of_every_domain_is_found() {
        for domain in Domain::ALL {
            let columns = domain.columns();
            let table = domain.table().unwrap();
            let name = |position: usize| table.columns()[position].name();
            let found = period(table).map(|(start, end)| (name(start), name(end)));
            assert_eq!(found, columns.end.map(|end| (columns.start, end)), "{domain}");
        }
    }

    #[test]
    fn validity_of_concepts_is_no_period_of_a_person() {
        assert_eq!(period(Table::named("concept").unwrap()), None);
    }
}
