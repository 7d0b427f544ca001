use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use strongroom_omop::Table;

use super::error::BuildError;
use super::spill::Spilled;
use crate::index::integers::UNKNOWN;
use crate::release::{FilePath, TableName};

/// What events say by reference to tables that are not about people. Of rows with the same id the
/// least concept counts.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// `care_site.place_of_service_concept_id`, by care site.
    pub(super) places: HashMap<i64, i64>,
    /// `provider.specialty_concept_id`, by provider.
    pub(super) specialties: HashMap<i64, i64>,
}

/// The visits of one shard. Of rows with the same id and person the least counts.
#[derive(Debug, Default)]
pub(super) struct Visits {
    /// In order: id, person, concept, care site.
    rows: Vec<(i64, u32, i64, i64)>,
}

impl Places {
    /// Reads them from the tables that the release has.
    pub(super) fn read(release: &Path) -> Result<Self, BuildError> {
        Ok(Self {
            places: concepts(release, "care_site", "care_site_id", "place_of_service_concept_id")?,
            specialties: concepts(release, "provider", "provider_id", "specialty_concept_id")?,
        })
    }
}

fn concepts(release: &Path, table: &str, id: &str, concept: &str) -> Result<HashMap<i64, i64>, BuildError> {
    let mut found = HashMap::new();
    for_each_row(release, table, [id, concept], |[id, concept]| {
        if id != UNKNOWN && concept != UNKNOWN {
            let known = found.entry(id).or_insert(concept);
            *known = concept.min(*known);
        }
    })?;
    Ok(found)
}

/// Reads some columns of integers of a table of the release that is not about people.
pub(super) fn for_each_row<const N: usize>(
    release: &Path,
    table: &str,
    columns: [&str; N],
    mut row: impl FnMut([i64; N]),
) -> Result<(), BuildError> {
    let Some(table) = Table::named(table) else { return Ok(()) };
    let path = FilePath::Table(TableName::new(table)).to_string();
    let file = release.join(&path);
    if !file.exists() {
        return Ok(());
    }
    let encode = || BuildError::Encode { path: path.clone() };
    let file = File::open(file).map_err(BuildError::writing(path.clone()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|_| encode())?;
    let mask = ProjectionMask::columns(reader.parquet_schema(), columns);
    for batch in reader.with_projection(mask).with_batch_size(8192).build().map_err(|_| encode())? {
        let batch = batch.map_err(|_| encode())?;
        let columns = columns
            .map(|name| batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>()));
        for at in 0..batch.num_rows() {
            row(columns.map(|column| {
                column.filter(|column| column.is_valid(at)).map_or(UNKNOWN, |column| column.value(at))
            }));
        }
    }
    Ok(())
}

impl Visits {
    /// The visits of a shard, whose people's ordinals are given row by row.
    pub(super) fn read(spilled: &Spilled, persons: &[u32]) -> Result<Self, BuildError> {
        let column = |name| Ok(spilled.integers_of(name)?.unwrap_or_else(|| vec![UNKNOWN; spilled.rows()]));
        let (ids, concepts) = (column("visit_occurrence_id")?, column("visit_concept_id")?);
        let sites = column("care_site_id")?;
        let columns = ids.into_iter().zip(persons).zip(concepts).zip(sites);
        let mut rows: Vec<_> =
            columns.map(|(((id, person), concept), site)| (id, *person, concept, site)).collect();
        rows.sort_unstable();
        Ok(Self { rows })
    }

    /// Concept and care site of each record's visit, if it is one of the same person's. Records of
    /// one visit mostly follow each other.
    pub(super) fn of<'v>(
        &'v self,
        ids: &'v [i64],
        persons: &'v [u32],
    ) -> impl Iterator<Item = Option<(i64, i64)>> + 'v {
        let mut place = 0;
        ids.iter().zip(persons).map(move |(id, person)| {
            if *id == UNKNOWN {
                return None;
            }
            let key = (*id, *person);
            let key_at = |place: usize| self.rows.get(place).map(|(id, person, ..)| (*id, *person));
            if key_at(place) != Some(key) {
                place = match key_at(place + 1) {
                    Some(next) if next == key && key_at(place).is_none_or(|this| this < key) => place + 1,
                    _ => self.rows.partition_point(|(id, person, ..)| (*id, *person) < key),
                };
            }
            let (.., concept, site) =
                self.rows.get(place).filter(|(id, person, ..)| (*id, *person) == key)?;
            Some((*concept, *site))
        })
    }
}
