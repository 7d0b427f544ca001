use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

use strongroom_omop::Column;

use super::chunk::Chunks;
use super::csv_source::CsvSource;
use super::error::BuildError;
use super::facts::Facts;
use super::parquet_source::ParquetSource;
use super::progress::Progress;
use super::row_checks::{People, PersonRule, RowChecks};
use super::source::{TableFiles, TableSource};
use super::table_writer::{TableWriter, arrow_error};
use crate::release::{TableFile, TableName, TablePath, TableReport};

/// Tables converted at the same time. Each holds a row group in memory.
const AT_A_TIME: usize = 2;

/// All tables of a release, in the order of the CDM.
pub(super) struct Converted {
    pub(super) files: Vec<TableFile>,
    pub(super) tables: Vec<TableReport>,
    pub(super) facts: Facts,
}

/// One table of a release.
struct ConvertedTable {
    file: TableFile,
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
    release: &Path,
    progress: &dyn Progress,
) -> Result<Converted, BuildError> {
    // All headers are read before the first row, so that a missing column is known at once.
    let inspected = sources.iter().map(inspect).collect::<Result<Vec<_>, _>>()?;
    let (person, mut others): (Vec<_>, Vec<_>) =
        inspected.into_iter().partition(|table| table.source.table.name() == "person");
    others.sort_by_key(|table| Reverse(table.source.bytes()));

    let run = Run { release, progress, failed: AtomicBool::new(false) };
    let mut people = People::new();
    let mut converted = Vec::new();
    for person in &person {
        let (table, found) = run.convert(person, PersonRule::Collect(People::new()))?;
        if found.is_empty() {
            return Err(no_people(&table.report));
        }
        people = found;
        converted.push(table);
    }
    converted.extend(run.convert_in_parallel(&others, &people)?);

    let order =
        |table: &ConvertedTable| sources.iter().position(|source| source.table == table.file.path.table());
    converted.sort_by_key(order);
    let mut all = Converted { files: Vec::new(), tables: Vec::new(), facts: Facts::default() };
    for ConvertedTable { file, report, facts } in converted {
        all.files.push(file);
        all.tables.push(report);
        all.facts = all.facts.and(facts);
    }
    Ok(all)
}

/// What all conversions of one build share.
struct Run<'r> {
    release: &'r Path,
    progress: &'r dyn Progress,
    /// Whether the build is lost, and going on would be in vain.
    failed: AtomicBool,
}

impl Run<'_> {
    fn convert_in_parallel(
        &self,
        tables: &[Inspected<'_>],
        people: &People,
    ) -> Result<Vec<ConvertedTable>, BuildError> {
        let next = AtomicUsize::new(0);
        let convert_some = || {
            let mut converted = Vec::new();
            while let Some(table) = tables.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.failed.load(Ordering::Relaxed) {
                    break;
                }
                let (table, _) = self
                    .convert(table, PersonRule::Known(people))
                    .inspect_err(|_| self.failed.store(true, Ordering::Relaxed))?;
                converted.push(table);
            }
            Ok(converted)
        };
        let results: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(convert_some)).collect();
            let join =
                |worker: ScopedJoinHandle<'_, _>| worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            workers.into_iter().map(join).collect()
        });
        results.into_iter().try_fold(Vec::new(), |mut all, some| {
            all.extend(some?);
            Ok(all)
        })
    }

    fn convert(
        &self,
        inspected: &Inspected<'_>,
        person: PersonRule<'_>,
    ) -> Result<(ConvertedTable, People), BuildError> {
        let source = inspected.source;
        let table = source.table;
        self.progress.table_started(table, source.bytes());
        let mut checks = RowChecks::new(table, person);
        let mut writer = TableWriter::create(self.release, table)?;
        let mut facts = Facts::default();
        for chunk in chunks(source)? {
            let chunk = chunk?;
            let bytes = chunk.bytes;
            let batch = checks.check(chunk).map_err(|error| arrow_error(TablePath::new(table), error))?;
            facts.observe(table, &batch);
            writer.write(batch)?;
            self.progress.table_advanced(table, bytes, checks.tally().read());
            // Half a table does no harm: the build fails, and with it goes all that was written.
            if self.failed.load(Ordering::Relaxed) {
                break;
            }
        }
        let file = writer.finish()?;
        self.progress.table_finished(table, file.rows);
        let (people, tally) = checks.finish();
        let report = TableReport {
            table: TableName::new(table),
            source: source.kind(),
            read: tally.read(),
            written: file.rows,
            rejected: tally.rejected(),
            repaired: tally.repaired(),
            unreadable: tally.unreadable(table),
            columns_missing: inspected.columns_missing.clone(),
            columns_left_out: inspected.columns_left_out.clone(),
        };
        Ok((ConvertedTable { file, report, facts }, people))
    }
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
