use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::NaiveDate;
use strongroom_omop::{Column, Table};
use strongroom_primitives::{Sha256Digest, Timestamp};

use super::BuildRequest;
use super::chunk::Chunks;
use super::csv_source::CsvSource;
use super::error::BuildError;
use super::facts::Facts;
use super::journal::Done;
use super::parallel::in_parallel;
use super::parquet_source::ParquetSource;
use super::person_index::PersonIndex;
use super::progress::Progress;
use super::row_checks::{People, PersonRule, RowChecks, Tally};
use super::shard_table::write_table;
use super::site::Site;
use super::snapshot::View;
use super::source::{TableFiles, TableSource};
use super::spill::Spilled;
use crate::release::{ReleaseFile, TableName, TableQuality, TableReport};

/// What the source gave: tables that are not about people are written, rows about people wait for
/// their shards.
pub(super) struct Converted {
    pub(super) people: PersonIndex,
    pub(super) files: Vec<ReleaseFile>,
    /// Of the tables that are written.
    pub(super) qualities: Vec<TableQuality>,
    /// In the order of the CDM.
    pub(super) reports: Vec<TableReport>,
    pub(super) facts: Facts,
}

/// One table of the source.
struct ConvertedTable {
    file: Option<(ReleaseFile, TableQuality)>,
    report: TableReport,
    facts: Facts,
}

/// A table whose columns have been looked at, and suffice.
struct Inspected<'s> {
    source: &'s TableSource,
    columns_missing: Vec<String>,
    columns_left_out: Vec<String>,
}

/// Converts every table: first `person`, because the others may speak only of those people, then
/// the largest first.
pub(super) fn convert_all(
    sources: &[TableSource],
    site: &Site,
    request: &BuildRequest,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Converted, BuildError> {
    // All headers are read before the first row, so that a missing column is known at once.
    let inspected = sources.iter().map(inspect).collect::<Result<Vec<_>, _>>()?;
    let (person, mut others): (Vec<_>, Vec<_>) =
        inspected.into_iter().partition(|table| table.source.table.name() == "person");
    others.sort_by_key(|table| Reverse(table.source.bytes()));

    let mut people = PersonIndex::default();
    let mut converted = Vec::new();
    for person in &person {
        // Read twice: who comes first is known when all have been seen.
        let mut checks = RowChecks::new(person.source.table, PersonRule::Collect(People::new()));
        for chunk in chunks(person.source)? {
            checks.check(chunk?).map_err(|_| encode(person.source.table))?;
        }
        let (found, tally) = checks.finish();
        people = PersonIndex::new(found);
        if people.is_empty() {
            return Err(no_people(&report(person, &tally)));
        }
        if u32::try_from(people.len()).is_err() {
            return Err(BuildError::TooManyPeople);
        }
    }
    let (snapshot, tier) = (request.snapshot.as_ref(), request.tier);
    let cut_off = match snapshot.is_some_and(|snapshot| View::asks_for_ages(snapshot, tier)) {
        true => last_observed_day(&others, &people)?.unwrap_or(now.date()),
        false => now.date(),
    };
    let view = View::new(snapshot, tier, &people, cut_off);
    let run = Run { site, people: &people, digest: people.digest(), view: &view, progress };
    for person in &person {
        converted.push(run.convert(person, PersonRule::Collect(People::new()), &AtomicBool::new(false))?);
    }
    let convert =
        |table: &Inspected<'_>, failed: &AtomicBool| run.convert(table, PersonRule::Known(&people), failed);
    converted.extend(in_parallel(&others, convert)?);

    let order =
        |table: &ConvertedTable| sources.iter().position(|source| source.table == table.report.table.table());
    converted.sort_by_key(order);
    let (mut files, mut qualities) = (Vec::new(), Vec::new());
    let (mut reports, mut facts) = (Vec::new(), Facts::default());
    for table in converted {
        let (file, quality) = table.file.unzip();
        files.extend(file);
        qualities.extend(quality);
        reports.push(table.report);
        facts = facts.and(table.facts);
    }
    Ok(Converted { people, files, qualities, reports, facts })
}

/// The last day on which anybody was observed, by the source.
fn last_observed_day(
    tables: &[Inspected<'_>],
    people: &PersonIndex,
) -> Result<Option<NaiveDate>, BuildError> {
    let mut facts = Facts::default();
    for table in tables.iter().map(|table| table.source) {
        if table.table.name() == "observation_period" {
            let mut checks = RowChecks::new(table.table, PersonRule::Known(people));
            for chunk in chunks(table)? {
                facts.observe(table.table, &checks.check(chunk?).map_err(|_| encode(table.table))?);
            }
        }
    }
    Ok(facts.cut_off())
}

/// What all conversions of one build share.
struct Run<'r> {
    site: &'r Site,
    people: &'r PersonIndex,
    digest: Sha256Digest,
    view: &'r View<'r>,
    progress: &'r dyn Progress,
}

impl Run<'_> {
    fn convert(
        &self,
        inspected: &Inspected<'_>,
        person: PersonRule<'_>,
        failed: &AtomicBool,
    ) -> Result<ConvertedTable, BuildError> {
        let source = inspected.source;
        let table = source.table;
        if let Some((report, facts, file)) = self.site.journal.table(&self.site.release, table, self.digest) {
            return Ok(ConvertedTable { file, report, facts });
        }
        self.progress.table_started(table, source.bytes());
        let mut checks = RowChecks::new(table, person);
        let mut spill = self.site.spill(table);
        let mut facts = Facts::default();
        for chunk in chunks(source)? {
            let mut chunk = chunk?;
            let bytes = chunk.bytes;
            self.view.hide(table, &mut chunk);
            let batch = checks.check(chunk).map_err(|_| encode(table))?;
            let batch = self.view.show(table, batch, self.people).ok_or_else(|| encode(table))?;
            facts.observe(table, &batch);
            spill.push(&batch, &self.shards(table, &batch).ok_or_else(|| encode(table))?)?;
            self.progress.table_advanced(table, bytes, checks.tally().read());
            // Half a table does no harm: the build fails, and with it goes all that was written.
            if failed.load(Ordering::Relaxed) {
                break;
            }
        }
        spill.finish()?;
        let file = match table.person_column() {
            Some(_) => None,
            None => {
                let spilled = Spilled::open(&self.site.spills, table, 0)?;
                Some(write_table(&spilled, &self.site.release)?)
            }
        };
        let (_, tally) = checks.finish();
        let mut report = report(inspected, &tally);
        self.view.hidden(table).for_each(|column| report.leave_out(column));
        if !failed.load(Ordering::Relaxed) {
            let (report, facts, file) = (report.clone(), facts.clone(), file.clone());
            self.site.journal.note(&Done::Table { report, facts, file, people: self.digest })?;
        }
        self.progress.table_finished(table, report.written);
        Ok(ConvertedTable { file, report, facts })
    }

    /// The shard of every row; 0 in tables that are not about people.
    fn shards(&self, table: &Table, batch: &RecordBatch) -> Option<Vec<u32>> {
        let Some(person) = table.person_column() else {
            return Some(vec![0; batch.num_rows()]);
        };
        let ids = batch.column_by_name(person.name())?.as_primitive_opt::<Int64Type>()?;
        let shard = |id: &i64| Some(self.people.ordinal(*id)? / self.site.shard_people.get());
        ids.values().iter().map(shard).collect()
    }
}

fn report(inspected: &Inspected<'_>, tally: &Tally) -> TableReport {
    let rejected = tally.rejected();
    TableReport {
        table: TableName::new(inspected.source.table),
        source: inspected.source.kind(),
        read: tally.read(),
        written: tally.read() - rejected.iter().map(|rejected| rejected.rows.count).sum::<u64>(),
        rejected,
        noted: tally.noted(),
        unreadable: tally.unreadable(inspected.source.table),
        columns_missing: inspected.columns_missing.clone(),
        columns_left_out: inspected.columns_left_out.clone(),
    }
}

fn encode(table: &Table) -> BuildError {
    BuildError::Encode { path: table.name().to_owned() }
}

fn inspect(source: &TableSource) -> Result<Inspected<'_>, BuildError> {
    let mut missing = BTreeSet::new();
    let mut left_out = Vec::new();
    for file in source.files() {
        let header = match source.files {
            TableFiles::Csv(_) => CsvSource::open(source.table, file)?.1,
            TableFiles::Parquet(_) => ParquetSource::header(source.table, file)?,
        };
        missing.extend(header.missing().map(Column::name));
        let new = header.left_out().iter().filter(|name| !left_out.contains(*name)).cloned();
        left_out.extend(new.collect::<Vec<_>>());
    }
    let columns = source.table.columns().iter().map(Column::name);
    Ok(Inspected {
        source,
        columns_missing: columns.filter(|name| missing.contains(name)).map(str::to_owned).collect(),
        columns_left_out: left_out,
    })
}

fn chunks(source: &TableSource) -> Result<Chunks, BuildError> {
    Ok(match &source.files {
        TableFiles::Csv(file) => Box::new(CsvSource::open(source.table, file)?.0),
        TableFiles::Parquet(parts) => Box::new(ParquetSource::new(source.table, parts.clone())),
    })
}

fn no_people(report: &TableReport) -> BuildError {
    let most = report.rejected.iter().max_by_key(|rejected| rejected.rows.count);
    BuildError::NoPeople {
        read: report.read,
        rejected: report.rows_rejected(),
        reason: most.map(|rejected| rejected.reason.to_string()),
    }
}
