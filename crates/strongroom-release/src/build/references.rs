use std::collections::HashSet;
use std::path::Path;

use super::error::BuildError;
use super::joins::for_each_row;
use crate::index::integers::UNKNOWN;

/// What rows refer to outside of the tables about people.
#[derive(Debug, Default)]
pub(super) struct References {
    providers: HashSet<i64>,
    care_sites: HashSet<i64>,
    /// In ascending order.
    concepts: Vec<i64>,
}

impl References {
    /// Reads them from the tables that the release has.
    pub(super) fn read(release: &Path) -> Result<Self, BuildError> {
        let mut references = Self::default();
        let known = |ids: &mut HashSet<i64>, id| id != UNKNOWN && ids.insert(id);
        for_each_row(release, "provider", ["provider_id"], |[id]| {
            known(&mut references.providers, id);
        })?;
        for_each_row(release, "care_site", ["care_site_id"], |[id]| {
            known(&mut references.care_sites, id);
        })?;
        for_each_row(release, "concept", ["concept_id"], |[id]| references.concepts.push(id))?;
        references.concepts.sort_unstable();
        Ok(references)
    }

    pub(super) fn has_concept(&self, id: i64) -> bool {
        self.concepts.binary_search(&id).is_ok()
    }

    /// The rows that name a provider that is not there.
    pub(super) fn without_provider(&self, ids: &[i64]) -> u64 {
        unknown(&self.providers, ids)
    }

    /// The rows that name a care site that is not there.
    pub(super) fn without_care_site(&self, ids: &[i64]) -> u64 {
        unknown(&self.care_sites, ids)
    }
}

fn unknown(known: &HashSet<i64>, ids: &[i64]) -> u64 {
    // Many rows in a row often name the same.
    let runs = ids.chunk_by(|one, next| one == next);
    let unknown = |run: &&[i64]| run.first().is_some_and(|id| *id != UNKNOWN && !known.contains(id));
    runs.filter(unknown).map(|run| run.len() as u64).sum()
}
