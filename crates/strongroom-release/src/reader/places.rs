use std::collections::HashMap;
use std::path::Path;

use strongroom_engine::UNKNOWN_ID;
use strongroom_omop::Table;

use crate::release::{FilePath, TableName};
use crate::table_rows::{self, TableRowsError};

/// Concepts of care sites and providers, by id. Of rows with the same id the least concept counts.
#[derive(Debug, Default)]
pub(super) struct Concepts(HashMap<i64, i64>);

impl Concepts {
    /// `care_site.place_of_service_concept_id`
    pub(super) fn of_care_sites(release: &Path) -> Result<Self, TableRowsError> {
        Self::read(release, "care_site", ["care_site_id", "place_of_service_concept_id"])
    }

    /// `provider.specialty_concept_id`
    pub(super) fn of_providers(release: &Path) -> Result<Self, TableRowsError> {
        Self::read(release, "provider", ["provider_id", "specialty_concept_id"])
    }

    fn read(release: &Path, table: &str, columns: [&str; 2]) -> Result<Self, TableRowsError> {
        let mut found = HashMap::new();
        let Some(table) = Table::named(table) else { return Ok(Self::default()) };
        let file = release.join(FilePath::Table(TableName::new(table)).to_string());
        let read = table_rows::for_each_batch(&file, &columns, None, |batch| {
            let [ids, concepts] = columns.map(|column| table_rows::integers(batch, column));
            for row in 0..batch.num_rows() {
                let id = table_rows::integer(ids, row);
                if let Some((id, concept)) = id.zip(table_rows::integer(concepts, row)) {
                    let known = found.entry(id).or_insert(concept);
                    *known = concept.min(*known);
                }
            }
        });
        match read {
            Err(TableRowsError::Read(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            read => read.map(|()| Self(found)),
        }
    }

    /// The memory that they take, about.
    pub(super) fn memory(&self) -> usize {
        self.0.capacity() * 20
    }

    /// The concepts of some ids.
    pub(super) fn of(&self, ids: impl Iterator<Item = i64>) -> Vec<i64> {
        // Neighbours often have the same id.
        let mut last = (UNKNOWN_ID, UNKNOWN_ID);
        let concept = |id| {
            if last.0 != id {
                last = (id, self.0.get(&id).copied().unwrap_or(UNKNOWN_ID));
            }
            last.1
        };
        ids.map(concept).collect()
    }
}
