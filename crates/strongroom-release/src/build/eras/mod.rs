//! Condition and drug eras of sources that have none, from the rows that wait for their shards.

mod condense;
mod ingredients;

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use strongroom_omop::Table;
use strongroom_tiers::ColumnClass;

use self::condense::{Era, Record, eras};
use self::ingredients::Ingredients;
use super::BuildRequest;
use super::error::BuildError;
use super::site::Site;
use super::spill::Spilled;
use crate::index::integers::UNKNOWN;
use crate::release::{LoadReport, SourceKind, TableReport, table_schema};

/// The rows of a batch.
const BATCH_ROWS: usize = 1 << 16;

/// A table of eras, and the records that they are made of.
struct EraTable {
    table: &'static str,
    of: &'static str,
    concept: &'static str,
    start: &'static str,
    end: &'static str,
    days_supply: Option<&'static str>,
    /// Whether records count by the ingredients of their concepts.
    by_ingredient: bool,
    /// The columns after the identifier, the person and the concept: what they are made of.
    columns: &'static [fn(&[Era]) -> ArrayRef],
}

const ERA_TABLES: [EraTable; 2] = [
    EraTable {
        table: "condition_era",
        of: "condition_occurrence",
        concept: "condition_concept_id",
        start: "condition_start_date",
        end: "condition_end_date",
        days_supply: None,
        by_ingredient: false,
        columns: &[starts, ends, counts],
    },
    EraTable {
        table: "drug_era",
        of: "drug_exposure",
        concept: "drug_concept_id",
        start: "drug_exposure_start_date",
        end: "drug_exposure_end_date",
        days_supply: Some("days_supply"),
        by_ingredient: true,
        columns: &[starts, ends, counts, gaps],
    },
];

/// Lets eras wait for their shards, of the tables that were asked for, are not in the source, and can be
/// made of what is; they are no longer missing then. The tables, in the order of the CDM.
pub(super) fn build_eras(
    request: &BuildRequest,
    report: &mut LoadReport,
    site: &Site,
    shards: u32,
) -> Result<Vec<&'static Table>, BuildError> {
    let mut built = Vec::new();
    for eras in ERA_TABLES.iter().filter(|_| request.eras) {
        let has_records = report.tables.iter().any(|table| table.table.table().name() == eras.of);
        let missing = report.tables_missing.iter().map(|name| name.table());
        let Some(table) = missing.into_iter().find(|table| table.name() == eras.table) else { continue };
        if !has_records || !eras.shown_by(request) {
            continue;
        }
        let Some(counted) = eras.build(table, site, shards)? else { continue };
        report.tables_missing.retain(|name| name.table() != table);
        report.tables.push(counted);
        built.push(table);
    }
    report.tables.sort_by_key(|report| Table::all().iter().position(|table| table == report.table.table()));
    Ok(built)
}

impl EraTable {
    /// Whether the tier's rules leave the records and the eras as they are, but for dates that are moved.
    /// Of days that were made coarser, none could be counted.
    fn shown_by(&self, request: &BuildRequest) -> bool {
        let Some(snapshot) = &request.snapshot else { return true };
        let rules = snapshot.rules(request.tier);
        let shown = |table: &str, column: &str| {
            matches!(rules.class_of(table, column), ColumnClass::Shown | ColumnClass::DateShifted)
        };
        let records = [self.concept, self.start, self.end].into_iter().chain(self.days_supply);
        let columns = Table::named(self.table).map_or(&[][..], Table::columns);
        !rules.hidden().hides_table(self.table)
            && records.into_iter().all(|column| shown(self.of, column))
            && columns.iter().all(|column| shown(self.table, column.name()))
    }

    /// Builds the eras of every shard; nothing where the vocabulary does not say what they are eras of.
    fn build(
        &self,
        table: &'static Table,
        site: &Site,
        shards: u32,
    ) -> Result<Option<TableReport>, BuildError> {
        let Some(records) = Table::named(self.of) else { return Ok(None) };
        let open = |shard| Spilled::open(&site.spills, records, shard);
        let ingredients = if self.by_ingredient {
            let mut drugs = HashSet::new();
            for shard in 0..shards {
                drugs.extend(open(shard)?.integers_of(self.concept)?.unwrap_or_default());
            }
            let ingredients = Ingredients::read(&site.release, &drugs)?;
            if ingredients.is_empty() {
                return Ok(None);
            }
            Some(ingredients)
        } else {
            None
        };
        let mut report = TableReport::new(table, SourceKind::Built);
        let mut spill = site.spill(table);
        for shard in 0..shards {
            let spilled = open(shard)?;
            for some in eras(self.records(&spilled, ingredients.as_ref())?).chunks(BATCH_ROWS) {
                spill.push(&self.batch(table, some, report.written)?, &vec![shard; some.len()])?;
                report.written += some.len() as u64;
            }
        }
        report.read = report.written;
        spill.finish()?;
        Ok(Some(report))
    }

    /// The records of a shard that have a concept and a start.
    fn records(
        &self,
        spilled: &Spilled,
        ingredients: Option<&Ingredients>,
    ) -> Result<Vec<Record>, BuildError> {
        let column = |name| Ok(spilled.integers_of(name)?.unwrap_or_else(|| vec![UNKNOWN; spilled.rows()]));
        let [persons, concepts, starts, ends] = ["person_id", self.concept, self.start, self.end].map(column);
        let supplies = self.days_supply.map(column).transpose()?;
        let mut records = Vec::with_capacity(spilled.rows());
        let rows = persons?.into_iter().zip(concepts?).zip(starts?.into_iter().zip(ends?)).enumerate();
        for (row, ((person, concept), (start, end))) in rows {
            if concept == UNKNOWN || concept == 0 || start == UNKNOWN {
                continue;
            }
            let supply = supplies.as_ref().and_then(|supplies| supplies.get(row)).copied().unwrap_or(UNKNOWN);
            let record = |concept| Record::new(person, concept, start, end, supply);
            match ingredients {
                Some(ingredients) => records.extend(ingredients.of(concept).map(record)),
                None => records.push(record(concept)),
            }
        }
        Ok(records)
    }

    /// Rows of the table, numbered after so many others.
    fn batch(&self, table: &'static Table, eras: &[Era], before: u64) -> Result<RecordBatch, BuildError> {
        let numbers = (before.cast_signed() + 1..).take(eras.len());
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(numbers)),
            Arc::new(Int64Array::from_iter_values(eras.iter().map(|era| era.person))),
            Arc::new(Int64Array::from_iter_values(eras.iter().map(|era| era.concept))),
        ];
        columns.extend(self.columns.iter().map(|column| column(eras)));
        RecordBatch::try_new(table_schema(table), columns)
            .map_err(|_| BuildError::Encode { path: table.name().to_owned() })
    }
}

fn starts(eras: &[Era]) -> ArrayRef {
    days(eras.iter().map(|era| era.start))
}

fn ends(eras: &[Era]) -> ArrayRef {
    days(eras.iter().map(|era| era.end))
}

fn counts(eras: &[Era]) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(eras.iter().map(|era| era.count)))
}

fn gaps(eras: &[Era]) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(eras.iter().map(|era| era.gap_days)))
}

/// Days since 1970, which fit because those of the records did.
fn days(days: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(days.map(|day| i32::try_from(day).unwrap_or(i32::MAX))))
}
