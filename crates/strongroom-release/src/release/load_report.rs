use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_omop::{Column, Table};

use super::table_name::TableName;

/// What became of every row of the source: nothing is lost without standing here.
///
/// It names tables, columns and files, and counts; it never holds a value of the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LoadReport {
    /// The tables that were found, in the order of the CDM.
    pub tables: Vec<TableReport>,
    /// The tables of the CDM that the source does not have.
    pub tables_missing: Vec<TableName>,
    /// The files and folders of the source that belong to no table of the CDM, by name.
    pub files_left_out: Vec<String>,
}

/// What became of the rows of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableReport {
    /// The table.
    pub table: TableName,
    /// What it was read from.
    pub source: SourceKind,
    /// The rows that the source holds, without headers and blank lines.
    pub read: u64,
    /// The rows that the release holds: those read, less those rejected.
    pub written: u64,
    /// The rows left out, each counted once, under the first reason that holds for it.
    pub rejected: Vec<RejectedRows>,
    /// The rows that are odd and kept as they are.
    pub noted: Vec<NotedRows>,
    /// The cells that hold something else than the column's type. They are null in the release;
    /// if the column is required, their row is rejected as well.
    pub unreadable: Vec<UnreadableCells>,
    /// The optional columns that the source does not have; they are null in the release.
    pub columns_missing: Vec<String>,
    /// The columns of the source that the CDM does not know, by name; they are not in the release.
    pub columns_left_out: Vec<String>,
}

/// What a table was read from, and therefore what its [`Occurrences`] count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SourceKind {
    /// A CSV file: places are lines of the file, the header being line 1.
    Csv,
    /// One or more Parquet files: places are rows, counted from 1 through all parts in the order
    /// of their names.
    Parquet,
    /// Other tables of the release: every row that was built counts as read.
    Built,
}

/// How often something occurred, and where first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Occurrences {
    /// How often.
    pub count: u64,
    /// The first five places, in ascending order: lines or rows, as [`SourceKind`] says.
    pub first: Vec<u64>,
}

/// Rows left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RejectedRows {
    /// Why.
    pub reason: RejectReason,
    /// How many, and where.
    pub rows: Occurrences,
}

/// Why a row is not in the release. When several hold, the first in this order counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RejectReason {
    /// The line has more or fewer cells than the header.
    WrongNumberOfCells,
    /// The cell of this required column holds something else than the column's type.
    RequiredCellUnreadable(String),
    /// The cell of this required column is empty.
    RequiredCellMissing(String),
    /// The row speaks of a person who is not in the table `person`.
    UnknownPerson,
    /// The table `person` has an earlier row for the same person.
    PersonTwice,
}

/// Odd rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NotedRows {
    /// What is odd.
    pub reason: NoteReason,
    /// How many, and where.
    pub rows: Occurrences,
}

/// What is odd about a row that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoteReason {
    /// The end date lies before the start date. What that means is the rule of a cohort's profile.
    EndBeforeStart,
}

/// Cells of one column that hold something else than its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UnreadableCells {
    /// The column.
    pub column: String,
    /// How many, and where.
    pub cells: Occurrences,
}

impl Occurrences {
    const FIRST: usize = 5;

    /// Counts one more, at this place; places must come in ascending order.
    pub(crate) fn add(&mut self, place: u64) {
        self.count += 1;
        if self.first.len() < Self::FIRST {
            self.first.push(place);
        }
    }
}

impl TableReport {
    /// The report of a table of which nothing was read yet.
    pub(crate) fn new(table: &'static Table, source: SourceKind) -> Self {
        Self {
            table: TableName::new(table),
            source,
            read: 0,
            written: 0,
            rejected: Vec::new(),
            noted: Vec::new(),
            unreadable: Vec::new(),
            columns_missing: Vec::new(),
            columns_left_out: Vec::new(),
        }
    }

    /// Makes a column as if the source did not have it.
    pub(crate) fn leave_out(&mut self, column: &Column) {
        if !self.columns_missing.iter().any(|missing| missing == column.name()) {
            self.columns_missing.push(column.name().to_owned());
        }
        let place = |name: &String| self.table.table().columns().iter().position(|one| one.name() == name);
        self.columns_missing.sort_by_key(place);
    }

    /// The rows rejected, for whatever reason.
    #[must_use]
    pub fn rows_rejected(&self) -> u64 {
        self.rejected.iter().map(|rejected| rejected.rows.count).sum()
    }

    /// The odd rows that were kept.
    #[must_use]
    pub fn rows_noted(&self) -> u64 {
        self.noted.iter().map(|noted| noted.rows.count).sum()
    }

    /// The cells that could not be read, in all columns.
    #[must_use]
    pub fn cells_unreadable(&self) -> u64 {
        self.unreadable.iter().map(|unreadable| unreadable.cells.count).sum()
    }

    /// What a steward should look at, one line each; none if every cell was read as it stands.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let Self { table, source, .. } = self;
        let place = |occurrences: &Occurrences| source.place(occurrences);
        let rejected = self.rejected.iter().map(|RejectedRows { reason, rows }| {
            format!("{table}: {} rows rejected, {reason} ({})", rows.count, place(rows))
        });
        let noted = self.noted.iter().map(|NotedRows { reason, rows }| {
            format!("{table}: {} rows kept though {reason} ({})", rows.count, place(rows))
        });
        let unreadable = self.unreadable.iter().map(|UnreadableCells { column, cells }| {
            let places = place(cells);
            format!("{table}: {} cells of `{column}` unreadable, now null ({places})", cells.count)
        });
        rejected.chain(noted).chain(unreadable).collect()
    }
}

impl SourceKind {
    fn place(self, occurrences: &Occurrences) -> String {
        let unit = match self {
            Self::Csv => "line",
            Self::Parquet | Self::Built => "row",
        };
        let places: Vec<_> = occurrences.first.iter().map(u64::to_string).collect();
        let more = if occurrences.count > places.len() as u64 { ", …" } else { "" };
        format!("{unit} {}{more}", places.join(", "))
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongNumberOfCells => f.write_str("more or fewer cells than the header"),
            Self::RequiredCellUnreadable(column) => write!(f, "required `{column}` unreadable"),
            Self::RequiredCellMissing(column) => write!(f, "required `{column}` empty"),
            Self::UnknownPerson => f.write_str("the person is not in `person`"),
            Self::PersonTwice => f.write_str("the person has an earlier row"),
        }
    }
}

impl fmt::Display for NoteReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndBeforeStart => f.write_str("the end lies before the start"),
        }
    }
}

#[cfg(test)]
mod tests {
    use strongroom_omop::Table;

    use super::*;

    #[test]
    fn only_the_first_places_are_kept() {
        let mut occurrences = Occurrences::default();
        (1..=7).for_each(|place| occurrences.add(place));
        assert_eq!((occurrences.count, occurrences.first.len()), (7, 5));
        assert_eq!(SourceKind::Csv.place(&occurrences), "line 1, 2, 3, 4, 5, …");
    }

    #[test]
    fn remarks_say_what_happened_and_where() {
        let once = |place| Occurrences { count: 1, first: vec![place] };
        let report = TableReport {
            table: TableName::new(Table::named("death").unwrap()),
            source: SourceKind::Parquet,
            read: 3,
            written: 2,
            rejected: vec![RejectedRows {
                reason: RejectReason::RequiredCellMissing("death_date".into()),
                rows: once(2),
            }],
            noted: Vec::new(),
            unreadable: vec![UnreadableCells { column: "death_datetime".into(), cells: once(3) }],
            columns_missing: Vec::new(),
            columns_left_out: Vec::new(),
        };
        assert_eq!(
            report.remarks(),
            [
                "death: 1 rows rejected, required `death_date` empty (row 2)",
                "death: 1 cells of `death_datetime` unreadable, now null (row 3)",
            ]
        );
    }
}
