use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use futures::TryStreamExt;
use strongroom_cohort::{Concept, Definition, StandardConcept, Vocabulary};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use crate::query::tables::{integers, unexpected_shape, value};
use crate::query::{QueryError, SessionTables};

/// Reads what the release's vocabulary knows of the concepts that a definition names: two scans of
/// opaque leaves, after which resolving is pure.
pub(crate) async fn read_vocabulary(
    tables: &SessionTables,
    version: Label,
    definition: &Definition,
) -> Result<Vocabulary, QueryError> {
    let mut vocabulary = Vocabulary::new(version);
    read_concepts(tables, &definition.named_concepts(), &mut vocabulary).await?;
    match read_ancestors(tables, &definition.named_ancestors(), &mut vocabulary).await {
        // A release without a hierarchy: every concept is its own and only descendant.
        Err(QueryError::NoTable { .. }) => Ok(vocabulary),
        other => other.map(|()| vocabulary),
    }
}

async fn read_concepts(
    tables: &SessionTables,
    concepts: &BTreeSet<ConceptId>,
    vocabulary: &mut Vocabulary,
) -> Result<(), QueryError> {
    if concepts.is_empty() {
        return Ok(());
    }
    let columns = ["concept_id", "standard_concept", "invalid_reason"];
    let table = tables.table("concept")?.with_values("concept_id", ascending(concepts));
    let missing = || QueryError::NoColumn { table: "concept", column: "concept_id".to_owned() };
    let mut batches = tables.run(tables.read(table.ok_or_else(missing)?, &columns)?).await?;
    while let Some(batch) = batches.try_next().await? {
        let ids = integers(&batch, 0)?;
        let (kinds, reasons) = (texts(&batch, 1)?, texts(&batch, 2)?);
        for row in 0..batch.num_rows() {
            let Some(id) = value(ids, row) else { continue };
            let concept = Concept::new(match text(kinds, row) {
                Some("S") => StandardConcept::Standard,
                Some("C") => StandardConcept::Classification,
                _ => StandardConcept::NonStandard,
            });
            let withdrawn = text(reasons, row).is_some_and(|reason| !reason.is_empty());
            vocabulary.add_concept(ConceptId::new(id), if withdrawn { concept.withdrawn() } else { concept });
        }
    }
    Ok(())
}

fn texts(batch: &RecordBatch, column: usize) -> Result<&StringArray, QueryError> {
    let column = batch.columns().get(column).and_then(|column| column.as_string_opt::<i32>());
    column.ok_or_else(|| unexpected_shape().into())
}

fn text(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

async fn read_ancestors(
    tables: &SessionTables,
    ancestors: &BTreeSet<ConceptId>,
    vocabulary: &mut Vocabulary,
) -> Result<(), QueryError> {
    if ancestors.is_empty() {
        return Ok(());
    }
    let columns = ["ancestor_concept_id", "descendant_concept_id"];
    let table = tables.table("concept_ancestor")?.with_values("ancestor_concept_id", ascending(ancestors));
    let missing =
        || QueryError::NoColumn { table: "concept_ancestor", column: "ancestor_concept_id".to_owned() };
    let mut batches = tables.run(tables.read(table.ok_or_else(missing)?, &columns)?).await?;
    while let Some(batch) = batches.try_next().await? {
        let (ancestors, descendants) = (integers(&batch, 0)?, integers(&batch, 1)?);
        for row in 0..batch.num_rows() {
            if let (Some(ancestor), Some(descendant)) = (value(ancestors, row), value(descendants, row)) {
                vocabulary.add_descendants(ConceptId::new(ancestor), [ConceptId::new(descendant)]);
            }
        }
    }
    Ok(())
}

fn ascending(concepts: &BTreeSet<ConceptId>) -> Arc<[i64]> {
    concepts.iter().map(|concept| concept.value()).collect()
}
