use std::fmt;
use std::ops::Range;

use datafusion::error::{DataFusionError, Result};
use strongroom_cohort::ast::{Column, EventKind};
use strongroom_engine::Shard;
use strongroom_omop::ConceptId;
use strongroom_release::{Release, column_of_event, table_of_events};

use crate::predicate::{ColumnPredicate, IntegerSet};

/// Where the rows of each concept stand in the files of a table of events: they are clustered by
/// concept, so that those of a concept set are a few runs.
#[derive(Clone)]
pub(crate) struct ConceptRuns {
    release: Release,
    kind: EventKind,
    column: &'static str,
}

impl ConceptRuns {
    /// Nothing for tables that are not clustered by concept.
    pub(crate) fn of(release: &Release, table: &str) -> Option<Self> {
        let kind = EventKind::ALL.iter().copied().find(|kind| table_of_events(*kind) == Some(table))?;
        let (of, column) = column_of_event(kind, Column::Concept)?;
        (of == table).then(|| Self { release: release.clone(), kind, column })
    }

    /// The concepts that alone may pass all the predicates, if those say so.
    pub(super) fn wanted(&self, predicates: &[ColumnPredicate]) -> Option<IntegerSet> {
        let about = predicates.iter().filter(|predicate| predicate.column() == self.column);
        let sets = about.filter_map(|predicate| predicate.test().only_integers());
        sets.min_by_key(|set| set.values().len())
    }

    /// The rows of these concepts in the file of a shard, in ascending order; nothing if the file has
    /// another number of rows than the directory knows of.
    pub(super) fn runs(
        &self,
        shard: u32,
        rows: usize,
        concepts: &IntegerSet,
    ) -> Result<Option<Vec<Range<usize>>>> {
        let shards = self.release.shards();
        let Some(shard) = shards.get(shard as usize) else { return Ok(None) };
        let directory =
            shard.directory(self.kind).map_err(|error| DataFusionError::External(Box::new(error)))?;
        if directory.rows() != rows {
            return Ok(None);
        }
        let concepts: Vec<_> = concepts.values().iter().copied().map(ConceptId::new).collect();
        let positions = directory.positions(&concepts);
        Ok(Some(positions.into_iter().map(|position| directory.run(position)).collect()))
    }
}

impl fmt::Debug for ConceptRuns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConceptRuns").field("kind", &self.kind).finish_non_exhaustive()
    }
}
