use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use futures::TryStreamExt;
use strongroom_cohort::ast::{Code, VocabularyCode};
use strongroom_cohort::{Concept, Definition, StandardConcept, Vocabulary};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use crate::query::tables::{integers, unexpected_shape, value};
use crate::query::{QueryError, SessionTables};

/// The relationship from a source concept to its standard concept.
const MAPS_TO: &str = "Maps to";

/// Reads what the release's vocabulary knows of the concepts that a definition names, by scans of
/// opaque leaves, after which resolving is pure: the concepts named by id, those named by code, what
/// is below them, and what maps to them.
pub(crate) async fn read_vocabulary(
    tables: &SessionTables,
    version: Label,
    definition: &Definition,
) -> Result<Vocabulary, QueryError> {
    let mut vocabulary = Vocabulary::new(version);
    read_concepts(tables, &definition.named_concepts(), &mut vocabulary).await?;
    read_codes(tables, &definition.named_codes(), &mut vocabulary).await?;

    let ancestors = found(&vocabulary, &definition.named_ancestors());
    // A release without a hierarchy: nothing is below any concept.
    unless_missing(read_ancestors(tables, &ancestors, &mut vocabulary).await)?;

    let mut mapped = found(&vocabulary, &definition.named_mapped());
    let below: Vec<_> =
        mapped.intersection(&ancestors).flat_map(|ancestor| vocabulary.descendants(*ancestor)).collect();
    mapped.extend(below);
    // Likewise: nothing maps to any concept.
    unless_missing(read_mappings(tables, &mapped, &mut vocabulary).await)?;
    Ok(vocabulary)
}

fn found(vocabulary: &Vocabulary, codes: &BTreeSet<Code>) -> BTreeSet<ConceptId> {
    codes.iter().filter_map(|code| vocabulary.find(code)).collect()
}

fn unless_missing(read: Result<(), QueryError>) -> Result<(), QueryError> {
    match read {
        Err(QueryError::NoTable { .. }) => Ok(()),
        other => other,
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
            vocabulary.add_concept(ConceptId::new(id), concept(text(kinds, row), text(reasons, row)));
        }
    }
    Ok(())
}

/// Looks for every code in one pass over the table, which has no order by code.
async fn read_codes(
    tables: &SessionTables,
    codes: &BTreeSet<VocabularyCode>,
    vocabulary: &mut Vocabulary,
) -> Result<(), QueryError> {
    if codes.is_empty() {
        return Ok(());
    }
    let wanted: BTreeSet<(&str, &str)> =
        codes.iter().map(|code| (code.vocabulary.as_str(), code.code.as_str())).collect();
    let columns = ["concept_id", "standard_concept", "invalid_reason", "vocabulary_id", "concept_code"];
    let mut batches = tables.run(tables.read(tables.table("concept")?, &columns)?).await?;
    while let Some(batch) = batches.try_next().await? {
        let ids = integers(&batch, 0)?;
        let (kinds, reasons) = (texts(&batch, 1)?, texts(&batch, 2)?);
        let (vocabularies, codes) = (texts(&batch, 3)?, texts(&batch, 4)?);
        for row in 0..batch.num_rows() {
            let pair = text(vocabularies, row).zip(text(codes, row)).filter(|pair| wanted.contains(pair));
            if let (Some(id), Some((of, code))) = (value(ids, row), pair) {
                let concept = concept(text(kinds, row), text(reasons, row)).coded(of, code);
                vocabulary.add_concept(ConceptId::new(id), concept);
            }
        }
    }
    Ok(())
}

fn concept(standard: Option<&str>, invalid_reason: Option<&str>) -> Concept {
    let concept = Concept::new(match standard {
        Some("S") => StandardConcept::Standard,
        Some("C") => StandardConcept::Classification,
        _ => StandardConcept::NonStandard,
    });
    if invalid_reason.is_some_and(|reason| !reason.is_empty()) { concept.withdrawn() } else { concept }
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

async fn read_mappings(
    tables: &SessionTables,
    standard: &BTreeSet<ConceptId>,
    vocabulary: &mut Vocabulary,
) -> Result<(), QueryError> {
    if standard.is_empty() {
        return Ok(());
    }
    let columns = ["concept_id_1", "concept_id_2", "relationship_id", "invalid_reason"];
    let table = tables.table("concept_relationship")?.with_values("concept_id_2", ascending(standard));
    let missing =
        || QueryError::NoColumn { table: "concept_relationship", column: "concept_id_2".to_owned() };
    let mut batches = tables.run(tables.read(table.ok_or_else(missing)?, &columns)?).await?;
    while let Some(batch) = batches.try_next().await? {
        let (sources, standards) = (integers(&batch, 0)?, integers(&batch, 1)?);
        let (relationships, reasons) = (texts(&batch, 2)?, texts(&batch, 3)?);
        for row in 0..batch.num_rows() {
            let valid = text(reasons, row).is_none_or(str::is_empty);
            if let (Some(source), Some(standard), true, Some(MAPS_TO)) =
                (value(sources, row), value(standards, row), valid, text(relationships, row))
            {
                vocabulary.add_mapping(ConceptId::new(source), ConceptId::new(standard));
            }
        }
    }
    Ok(())
}

fn ascending(concepts: &BTreeSet<ConceptId>) -> Arc<[i64]> {
    concepts.iter().map(|concept| concept.value()).collect()
}
