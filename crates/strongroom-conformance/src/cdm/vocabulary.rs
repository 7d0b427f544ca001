use strongroom_cohort::ast::Unit;
use strongroom_cohort::{Concept, StandardConcept, Vocabulary};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use super::error::CdmError;
use super::source::Source;
use super::table_data::{TableData, Wanted};

/// What stands for the version where the folder does not say it.
const NO_VERSION: &str = "not stated";
const UCUM: &str = "UCUM";
const MAPS_TO: &str = "Maps to";

pub(super) fn read(source: &Source) -> Result<Vocabulary, CdmError> {
    let stated = match all_together(source)? {
        Some(version) => Some(version),
        None => stated_by_source(source)?,
    };
    #[expect(clippy::expect_used, reason = "the constant keeps the rule for labels")]
    let version = stated.unwrap_or_else(|| Label::new(NO_VERSION).expect("a label"));
    let mut vocabulary = Vocabulary::new(version);
    read_concepts(source, &mut vocabulary)?;
    read_ancestors(source, &mut vocabulary)?;
    read_mappings(source, &mut vocabulary)?;
    Ok(vocabulary)
}

/// The version of the vocabulary `None`, under which OHDSI publishes that of all together.
fn all_together(source: &Source) -> Result<Option<Label>, CdmError> {
    let wanted = ["vocabulary_id", "vocabulary_version"].map(Wanted::text);
    let data = TableData::read(source, "vocabulary", wanted.to_vec())?;
    let row = data.as_ref().and_then(|data| data.rows().find(|row| row.text(0) == Some("None")));
    Ok(row.and_then(|row| Label::new(row.text(1)?.trim()).ok()))
}

fn stated_by_source(source: &Source) -> Result<Option<Label>, CdmError> {
    let data = TableData::read(source, "cdm_source", vec![Wanted::text("vocabulary_version")])?;
    Ok(data.and_then(|data| Label::new(data.rows().next()?.text(0)?.trim()).ok()))
}

fn read_concepts(source: &Source, vocabulary: &mut Vocabulary) -> Result<(), CdmError> {
    let mut wanted = vec![Wanted::integer("concept_id")];
    wanted.extend(
        ["standard_concept", "invalid_reason", "concept_name", "vocabulary_id", "concept_code", "domain_id"]
            .map(Wanted::text),
    );
    let Some(data) = TableData::read(source, "concept", wanted)? else {
        return Ok(());
    };
    for row in data.rows() {
        let id = ConceptId::new(row.key(0)?);
        let mut concept = Concept::new(match row.text(1) {
            Some("S") => StandardConcept::Standard,
            Some("C") => StandardConcept::Classification,
            _ => StandardConcept::NonStandard,
        });
        concept.valid = row.text(2).is_none();
        concept.name = row.text(3).map(str::to_owned);
        concept.domain = row.text(6).map(str::to_owned);
        if let Some((of, code)) = row.text(4).zip(row.text(5)) {
            if of == UCUM
                && let Ok(unit) = Unit::new(code)
            {
                vocabulary.units_mut().add_unit(id, unit);
            }
            concept = concept.coded(of, code);
        }
        vocabulary.add_concept(id, concept);
    }
    Ok(())
}

fn read_ancestors(source: &Source, vocabulary: &mut Vocabulary) -> Result<(), CdmError> {
    let wanted = ["ancestor_concept_id", "descendant_concept_id"].map(Wanted::integer);
    if let Some(data) = TableData::read(source, "concept_ancestor", wanted.to_vec())? {
        for row in data.rows() {
            vocabulary.add_descendants(ConceptId::new(row.key(0)?), [ConceptId::new(row.key(1)?)]);
        }
    }
    Ok(())
}

fn read_mappings(source: &Source, vocabulary: &mut Vocabulary) -> Result<(), CdmError> {
    let mut wanted = ["concept_id_1", "concept_id_2"].map(Wanted::integer).to_vec();
    wanted.extend(["relationship_id", "invalid_reason"].map(Wanted::text));
    if let Some(data) = TableData::read(source, "concept_relationship", wanted)? {
        for row in data.rows().filter(|row| row.text(2) == Some(MAPS_TO) && row.text(3).is_none()) {
            vocabulary.add_mapping(ConceptId::new(row.key(0)?), ConceptId::new(row.key(1)?));
        }
    }
    Ok(())
}
