use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use strongroom::cohort::{
    AgeRange, Anchor, CohortName, ConceptItem, ConceptSetExpression, Definition, Entry, Events, Predicate,
    SetName, Step, Window, WindowEdge,
};
use strongroom::datasets::DatasetDefinition;
use strongroom::omop::{ConceptId, Domain};
use strongroom::primitives::{InvalidValue, Label};
use strongroom_testkit::concepts;

use crate::Failure;
use crate::failure::CommandError;

/// What the demo asks of the data.
pub(super) struct Question {
    /// In a sentence.
    pub(super) words: String,
    /// In the cohort language.
    pub(super) definition: Definition,
    /// What the researcher takes along.
    pub(super) dataset: DatasetDefinition,
}

impl Question {
    /// Adults with diabetes whose HbA1c was measured soon after the diagnosis.
    pub(super) fn diabetes() -> Result<Self, InvalidValue> {
        let [diabetes, gestational, hba1c] = ["diabetes", "gestational_diabetes", "hba1c"].map(SetName::new);
        let (diabetes, gestational, hba1c) = (diabetes?, gestational?, hba1c?);
        let diagnoses = Events::of(Domain::Condition).in_set(diabetes.clone());
        let in_pregnancy = Events::of(Domain::Condition).in_set(gestational.clone());
        let measured = Events::of(Domain::Measurement).in_set(hba1c.clone()).during(year_after_index());
        let definition = Definition::new(CohortName::new("diabetes_followed_up")?, Entry::First(diagnoses))
            .with_title(Label::new("Diabetes, followed up within a year")?)
            .with_concept_set(diabetes.clone(), with_descendants(concepts::DIABETES_MELLITUS))
            .with_concept_set(gestational, with_descendants(concepts::GESTATIONAL_DIABETES))
            .with_concept_set(hba1c.clone(), with_descendants(concepts::HBA1C))
            .with_step(adult()?)
            .with_step(
                Step::exclude(Predicate::Any(in_pregnancy))
                    .with_label(Label::new("never gestational diabetes")?),
            )
            .with_step(
                Step::require(Predicate::Any(measured))
                    .with_label(Label::new("HbA1c measured within a year")?),
            );
        let dataset = DatasetDefinition::new(Label::new("Diabetes, followed up")?)
            .with_table(Domain::Condition, Some(diabetes))
            .with_table(Domain::Measurement, Some(hba1c));
        let words =
            "Adults with a first diagnosis of diabetes, never in pregnancy, whose HbA1c was measured \
                     within a year."
                .to_owned();
        Ok(Self { words, definition, dataset })
    }

    /// Adults with the condition that most people of the release have, who came again within a
    /// year. The steward looks it up: it needs the rows.
    pub(super) fn about(release: &Path) -> Result<Self, Failure> {
        let (condition, name) = commonest_condition(&release.join("tables"))?;
        let set = SetName::new("condition")?;
        let first = Events::of(Domain::Condition).in_set(set.clone());
        let definition = Definition::new(CohortName::new("commonest_condition")?, Entry::First(first))
            .with_title(Label::new("The commonest condition, followed up")?)
            .with_concept_set(set.clone(), with_descendants(condition))
            .with_step(adult()?)
            .with_step(
                Step::require(Predicate::at_least_dates(
                    2,
                    Events::of(Domain::Visit).during(year_after_index()),
                ))
                .with_label(Label::new("two visit days within a year")?),
            );
        let dataset = DatasetDefinition::new(Label::new("The commonest condition")?)
            .with_table(Domain::Condition, Some(set))
            .with_table(Domain::Visit, None);
        let words = format!(
            "Adults with a first diagnosis of the commonest condition here, “{name}” ({condition}), and visits \
             on two days within a year."
        );
        Ok(Self { words, definition, dataset })
    }
}

fn with_descendants(concept: ConceptId) -> ConceptSetExpression {
    ConceptSetExpression::including([ConceptItem::with_descendants(concept)])
}

fn adult() -> Result<Step, InvalidValue> {
    let age = AgeRange { min: Some(18), max: None };
    Ok(Step::require(Predicate::AgeAtIndex(age)).with_label(Label::new("adult at the first diagnosis")?))
}

fn year_after_index() -> Window {
    Window::new(WindowEdge::Days(0), WindowEdge::Days(365), Anchor::Index)
}

/// The valid standard condition that most people have, and its name.
fn commonest_condition(tables: &Path) -> Result<(ConceptId, String), Failure> {
    let mut people: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    let conditions = tables.join("condition_occurrence.parquet");
    for batch in read(&conditions, &["person_id", "condition_concept_id"])? {
        let (persons, concepts) = (integers(&batch, "person_id")?, integers(&batch, "condition_concept_id")?);
        for (person, concept) in persons.iter().zip(concepts.iter()) {
            if let (Some(person), Some(concept)) = (person, concept) {
                people.entry(concept).or_default().insert(person);
            }
        }
    }
    let mut names = BTreeMap::new();
    let columns = ["concept_id", "concept_name", "standard_concept", "invalid_reason"];
    for batch in read(&tables.join("concept.parquet"), &columns)? {
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

fn read(file: &Path, columns: &[&str]) -> Result<Vec<RecordBatch>, Failure> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(file)?)?;
    let mask = ProjectionMask::columns(reader.parquet_schema(), columns.iter().copied());
    Ok(reader.with_projection(mask).build()?.collect::<Result<_, _>>()?)
}

fn integers<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a arrow::array::Int64Array, Failure> {
    let column = batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
    column.ok_or_else(|| CommandError::NoQuestion.into())
}
