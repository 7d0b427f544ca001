use std::fmt;
use std::ops::Range;

use datafusion::error::{DataFusionError, Result};
use strongroom_cohort::ast::{Column, EventKind};
use strongroom_engine::Shard;
use strongroom_omop::ConceptId;
use strongroom_release::{Release, column_of_event, table_of_events};

use crate::predicate::{ColumnPredicate, IntegerSet};
use crate::secure::stored_table::StoredFile;

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

    /// For each file the rows of these concepts, in ascending order; nothing where they are not known:
    /// if the file belongs to no shard, or has another number of rows than its directory knows of.
    pub(super) fn of_files(
        &self,
        files: &[StoredFile],
        concepts: &IntegerSet,
    ) -> Result<Vec<Option<Vec<Range<usize>>>>> {
        let concepts: Vec<_> = concepts.values().iter().copied().map(ConceptId::new).collect();
        let shards = self.release.shards();
        let runs = |file: &StoredFile| {
            let Some(shard) = file.shard().and_then(|shard| shards.get(shard as usize)) else {
                return Ok(None);
            };
            let directory = shard.directory(self.kind);
            let directory = directory.map_err(|error| DataFusionError::External(Box::new(error)))?;
            if directory.rows() != file.row_groups().sum::<usize>() {
                return Ok(None);
            }
            let positions = directory.positions(&concepts).into_iter();
            Ok(Some(positions.map(|position| directory.run(position)).collect()))
        };
        files.iter().map(runs).collect()
    }
}

impl fmt::Debug for ConceptRuns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConceptRuns").field("kind", &self.kind).finish_non_exhaustive()
    }
}
