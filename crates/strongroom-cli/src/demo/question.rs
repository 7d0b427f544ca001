use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use strongroom::cohort::text::parse;
use strongroom::cohort::{Definition, Limits, SetName};
use strongroom::datasets::DatasetDefinition;
use strongroom::omop::{ConceptId, Domain};
use strongroom::primitives::Label;
use strongroom::release::open_manifest;
use strongroom_testkit::concepts;

use crate::Failure;
use crate::failure::CommandError;

/// What the demo asks of the data.
pub(super) struct Question {
    /// In a sentence.
    pub(super) words: String,
    /// In the cohort language.
    pub(super) text: String,
    /// What the text means.
    pub(super) definition: Definition,
    /// What the researcher takes along.
    pub(super) dataset: DatasetDefinition,
}

impl Question {
    /// Adults with diabetes whose HbA1c was measured soon after the diagnosis.
    pub(super) fn diabetes() -> Result<Self, Failure> {
        let words = "Adults with a first diagnosis of diabetes, never in pregnancy, whose HbA1c was measured \
                     within a year.";
        let text = format!(
            r#"language 1

concepts diabetes {{ include OMOP:{diabetes} with descendants }}
concepts gestational {{ include OMOP:{gestational} with descendants }}
concepts hba1c {{ include OMOP:{hba1c} with descendants }}

cohort diabetes_followed_up "Diabetes, followed up within a year" {{
  observed unbounded
  entry:  conditions in diabetes, first
  index:  start
  require age at index >= 18                                    as "adult at the first diagnosis"
  exclude any conditions in gestational                         as "never gestational diabetes"
  require any measurements in hba1c during [0d, 365d] of index  as "HbA1c measured within a year"
  exit:   end of observation
}}
"#,
            diabetes = concepts::DIABETES_MELLITUS,
            gestational = concepts::GESTATIONAL_DIABETES,
            hba1c = concepts::HBA1C,
        );
        let dataset = DatasetDefinition::new(Label::new("Diabetes, followed up")?)
            .with_table(Domain::Condition, Some(SetName::new("diabetes")?))
            .with_table(Domain::Measurement, Some(SetName::new("hba1c")?));
        Self::new(words.to_owned(), text, dataset)
    }

    /// Adults with the condition that most people of the release have, who came again within a
    /// year. The steward looks it up: it needs the rows.
    pub(super) fn about(release: &Path) -> Result<Self, Failure> {
        let (condition, name) = commonest_condition(release)?;
        let words = format!(
            "Adults with a first diagnosis of the commonest condition here, “{name}” ({condition}), and visits \
             on two days within a year."
        );
        let text = format!(
            r#"language 1

concepts condition {{ include OMOP:{condition} with descendants }}

cohort commonest_condition "The commonest condition, followed up" {{
  observed unbounded
  entry:  conditions in condition, first
  index:  start
  require age at index >= 18                                     as "adult at the first diagnosis"
  require at least 2 dates of visits during [0d, 365d] of index  as "two visit days within a year"
  exit:   end of observation
}}
"#
        );
        let dataset = DatasetDefinition::new(Label::new("The commonest condition")?)
            .with_table(Domain::Condition, Some(SetName::new("condition")?))
            .with_table(Domain::Visit, None);
        Self::new(words, text, dataset)
    }

    fn new(words: String, text: String, dataset: DatasetDefinition) -> Result<Self, Failure> {
        let parsed = parse(&text, &Limits::default());
        if let Some(error) = parsed.errors.into_iter().next() {
            return Err(Failure::new(Failure::DEFINITION, error));
        }
        let definition = parsed.definition.ok_or(CommandError::UnexpectedAnswer)?;
        Ok(Self { words, text, definition, dataset })
    }
}

/// The valid standard condition that most people have, and its name.
fn commonest_condition(release: &Path) -> Result<(ConceptId, String), Failure> {
    let mut people: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for batch in read(release, "condition_occurrence", &["person_id", "condition_concept_id"])? {
        let (persons, concepts) = (integers(&batch, "person_id")?, integers(&batch, "condition_concept_id")?);
        for (person, concept) in persons.iter().zip(concepts.iter()) {
            if let (Some(person), Some(concept)) = (person, concept) {
                people.entry(concept).or_default().insert(person);
            }
        }
    }
    let mut names = BTreeMap::new();
    let columns = ["concept_id", "concept_name", "standard_concept", "invalid_reason"];
    for batch in read(release, "concept", &columns)? {
        let ids = integers(&batch, "concept_id")?;
        let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let (Some(labels), Some(standard), Some(invalid)) =
            (text("concept_name"), text("standard_concept"), text("invalid_reason"))
        else {
            return Err(CommandError::NoQuestion.into());
        };
        for row in 0..batch.num_rows() {
            let usable = standard.is_valid(row) && standard.value(row) == "S" && invalid.is_null(row);
            if usable && people.contains_key(&ids.value(row)) {
                names.insert(ids.value(row), labels.value(row).to_owned());
            }
        }
    }
    let commonest =
        people.iter().filter(|(concept, _)| names.contains_key(concept)).max_by_key(|(_, who)| who.len());
    let (concept, _) = commonest.ok_or(CommandError::NoQuestion)?;
    Ok((ConceptId::new(*concept), names.remove(concept).unwrap_or_default()))
}

/// These columns of a table, from every file of it.
fn read(release: &Path, table: &'static str, columns: &[&str]) -> Result<Vec<RecordBatch>, Failure> {
    let manifest = open_manifest(release)?;
    let mut batches = Vec::new();
    for file in manifest.files_of(table) {
        let file = File::open(release.join(file.path.to_string()))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)?;
        let mask = ProjectionMask::columns(reader.parquet_schema(), columns.iter().copied());
        for batch in reader.with_projection(mask).build()? {
            batches.push(batch?);
        }
    }
    Ok(batches)
}

fn integers<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a arrow::array::Int64Array, Failure> {
    let column = batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
    column.ok_or_else(|| CommandError::NoQuestion.into())
}
