use std::borrow::Cow;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use strongroom_omop::{ConceptId, RecordId, Table};

use super::cells::Cell::{Concept, Date, Float, Integer, Text, Timestamp};
use super::cells::{Cells, batch};
use crate::concepts::{CLAIM, EHR_ENCOUNTER_RECORD, EHR_RECORD, FEMALE, LABORATORY_RECORD, MALE};
use crate::person::{
    ConditionOccurrence, Death, DrugExposure, Measurement, Observation, ObservationPeriod, Person,
    ProcedureOccurrence, VisitOccurrence,
};
use crate::vocabulary::Vocabulary;

/// A table about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ClinicalTable {
    Person,
    ObservationPeriod,
    VisitOccurrence,
    ConditionOccurrence,
    DrugExposure,
    ProcedureOccurrence,
    Measurement,
    Observation,
    Death,
}

impl ClinicalTable {
    pub(super) const ALL: [Self; 9] = [
        Self::Person,
        Self::ObservationPeriod,
        Self::VisitOccurrence,
        Self::ConditionOccurrence,
        Self::DrugExposure,
        Self::ProcedureOccurrence,
        Self::Measurement,
        Self::Observation,
        Self::Death,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::ObservationPeriod => "observation_period",
            Self::VisitOccurrence => "visit_occurrence",
            Self::ConditionOccurrence => "condition_occurrence",
            Self::DrugExposure => "drug_exposure",
            Self::ProcedureOccurrence => "procedure_occurrence",
            Self::Measurement => "measurement",
            Self::Observation => "observation",
            Self::Death => "death",
        }
    }

    /// Whether its rows are clinical events, other than people and the time they were observed.
    pub(super) const fn holds_events(self) -> bool {
        !matches!(self, Self::Person | Self::ObservationPeriod)
    }

    /// The table's rows about these people.
    pub(super) fn batch(self, table: &'static Table, people: &[Person]) -> Result<RecordBatch, ArrowError> {
        fn rows<'a, Row>(people: &'a [Person], of: fn(&'a Person) -> &'a [Row]) -> Vec<&'a Row> {
            people.iter().flat_map(of).collect()
        }
        match self {
            Self::Person => batch(table, PERSON, &people.iter().collect::<Vec<_>>()),
            Self::ObservationPeriod => {
                batch(table, OBSERVATION_PERIOD, &rows(people, |person| &person.observation_periods))
            }
            Self::VisitOccurrence => batch(table, VISIT_OCCURRENCE, &rows(people, |person| &person.visits)),
            Self::ConditionOccurrence => {
                batch(table, CONDITION_OCCURRENCE, &rows(people, |person| &person.conditions))
            }
            Self::DrugExposure => batch(table, DRUG_EXPOSURE, &rows(people, |person| &person.drugs)),
            Self::ProcedureOccurrence => {
                batch(table, PROCEDURE_OCCURRENCE, &rows(people, |person| &person.procedures))
            }
            Self::Measurement => batch(table, MEASUREMENT, &rows(people, |person| &person.measurements)),
            Self::Observation => batch(table, OBSERVATION, &rows(people, |person| &person.observations)),
            Self::Death => batch(table, DEATH, &rows(people, |person| person.death.as_slice())),
        }
    }
}

fn visit_id(visit: Option<RecordId>) -> Option<i64> {
    visit.map(RecordId::value)
}

/// The code of a concept, which is what the source system had written.
fn code(concept: ConceptId) -> Option<Cow<'static, str>> {
    if concept == ConceptId::NO_MATCHING_CONCEPT {
        return None;
    }
    let concept = Vocabulary::get().concept(concept)?;
    Some(Cow::Borrowed(concept.code.as_str()))
}

const PERSON: &Cells<Person> = &[
    ("person_id", Integer(|row| Some(row.id.value()))),
    ("gender_concept_id", Concept(|row| Some(row.gender))),
    ("year_of_birth", Integer(|row| Some(i64::from(row.year_of_birth)))),
    ("month_of_birth", Integer(|row| row.month_of_birth.map(i64::from))),
    ("day_of_birth", Integer(|row| row.day_of_birth.map(i64::from))),
    ("birth_datetime", Timestamp(Person::birth_datetime)),
    ("race_concept_id", Concept(|row| Some(row.race))),
    ("ethnicity_concept_id", Concept(|row| Some(row.ethnicity))),
    ("person_source_value", Text(|row| Some(Cow::Owned(format!("P{:09}", row.id.value()))))),
    (
        "gender_source_value",
        Text(|row| match row.gender {
            FEMALE => Some(Cow::Borrowed("F")),
            MALE => Some(Cow::Borrowed("M")),
            _ => None,
        }),
    ),
    ("gender_source_concept_id", Concept(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
    ("race_source_concept_id", Concept(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
    ("ethnicity_source_concept_id", Concept(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
];

const OBSERVATION_PERIOD: &Cells<ObservationPeriod> = &[
    ("observation_period_id", Integer(|row| Some(row.id.value()))),
    ("person_id", Integer(|row| Some(row.person.value()))),
    ("observation_period_start_date", Date(|row| Some(row.start))),
    ("observation_period_end_date", Date(|row| Some(row.end))),
    ("period_type_concept_id", Concept(|_| Some(EHR_RECORD))),
];

const VISIT_OCCURRENCE: &Cells<VisitOccurrence> = &[
    ("visit_occurrence_id", Integer(|row| Some(row.id.value()))),
    ("person_id", Integer(|row| Some(row.person.value()))),
    ("visit_concept_id", Concept(|row| Some(row.concept))),
    ("visit_start_date", Date(|row| Some(row.start))),
    ("visit_start_datetime", Timestamp(|row| Some(row.start.and_time(row.start_time)))),
    ("visit_end_date", Date(|row| Some(row.end))),
    ("visit_type_concept_id", Concept(|_| Some(EHR_ENCOUNTER_RECORD))),
    ("visit_source_value", Text(|row| code(row.concept))),
    ("visit_source_concept_id", Concept(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
];

const CONDITION_OCCURRENCE: &Cells<ConditionOccurrence> = &[
    ("condition_occurrence_id", Integer(|row| Some(row.id.value()))),
    ("person_id", Integer(|row| Some(row.person.value()))),
    ("condition_concept_id", Concept(|row| Some(row.concept))),
    ("condition_start_date", Date(|row| Some(row.start))),
    ("condition_end_date", Date(|row| row.end)),
    ("condition_type_concept_id", Concept(|row| Some(row.record_type))),
    ("condition_status_concept_id", Concept(|row| Some(row.status))),
    ("visit_occurrence_id", Integer(|row| visit_id(row.visit))),
    ("condition_source_value", Text(|row| code(row.source_concept))),
    ("condition_source_concept_id", Concept(|row| Some(row.source_concept))),
];

const DRUG_EXPOSURE: &Cells<DrugExposure> = &[
    ("drug_exposure_id", Integer(|row| Some(row.id.value()))),
    ("person_id", Integer(|row| Some(row.person.value()))),
    ("drug_concept_id", Concept(|row| Some(row.concept))),
    ("drug_exposure_start_date", Date(|row| Some(row.start))),
    ("drug_exposure_end_date", Date(|row| row.end)),
    ("drug_type_concept_id", Concept(|row| Some(row.record_type))),
    ("refills", Integer(|row| row.refills.map(i64::from))),
    ("quantity", Float(|row| row.quantity)),
    ("days_supply", Integer(|row| row.days_supply.map(i64::from))),
    ("route_concept_id", Concept(|row| Some(row.route))),
    ("visit_occurrence_id", Integer(|row| visit_id(row.visit))),
    ("drug_source_value", Text(|row| code(row.source_concept))),
    ("drug_source_concept_id", Concept(|row| Some(row.source_concept))),
];

const PROCEDURE_OCCURRENCE: &Cells<ProcedureOccurrence> = &[
    ("procedure_occurrence_id", Integer(|row| Some(row.id.value()))),
    ("person_id", Integer(|row| Some(row.person.value()))),
    ("procedure_concept_id", Concept(|row| Some(row.concept))),
    ("procedure_date", Date(|row| Some(row.start))),
    ("procedure_end_date", Date(|row| row.end)),
    ("procedure_type_concept_id", Concept(|_| Some(CLAIM))),
    ("quantity", Integer(|_| Some(1))),
    ("visit_occurrence_id", Integer(|row| visit_id(row.visit))),
    ("procedure_source_value", Text(|row| code(row.concept))),
    ("procedure_source_concept_id", Concept(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
];

const MEASUREMENT: &Cells<Measurement> = &[
    ("measurement_id", Integer(|row| Some(row.id.value()))),
    ("person_id", Integer(|row| Some(row.person.value()))),
    ("measurement_concept_id", Concept(|row| Some(row.concept))),
    ("measurement_date", Date(|row| Some(row.date))),
    ("measurement_datetime", Timestamp(|row| row.time.map(|time| row.date.and_time(time)))),
    ("measurement_type_concept_id", Concept(|_| Some(LABORATORY_RECORD))),
    ("operator_concept_id", Concept(|row| row.operator)),
    ("value_as_number", Float(|row| row.value)),
    ("value_as_concept_id", Concept(|row| row.value_concept)),
    ("unit_concept_id", Concept(|row| row.unit)),
    ("range_low", Float(|row| row.range_low)),
    ("range_high", Float(|row| row.range_high)),
    ("visit_occurrence_id", Integer(|row| visit_id(row.visit))),
    ("measurement_source_value", Text(|row| code(row.concept))),
    ("measurement_source_concept_id", Concept(|_| Some(ConceptId::NO_MATCHING_CONCEPT))),
    ("unit_source_value", Text(|row| code(row.unit?))),
];

const OBSERVATION: &Cells<Observation> = &[
    ("observation_id", Integer(|row| Some(row.id.value()))),
    ("person_id", Integer(|row| Some(row.person.value()))),
    ("observation_concept_id", Concept(|row| Some(row.concept))),
    ("observation_date", Date(|row| Some(row.date))),
    ("observation_type_concept_id", Concept(|row| Some(row.record_type))),
    ("value_as_number", Float(|row| row.value)),
    ("value_as_string", Text(|row| row.text.map(Cow::Borrowed))),
    ("value_as_concept_id", Concept(|row| row.value_concept)),
    ("visit_occurrence_id", Integer(|row| visit_id(row.visit))),
    ("observation_source_value", Text(|row| code(row.concept))),
    ("observation_source_concept_id", Concept(|row| Some(row.source_concept()))),
];

const DEATH: &Cells<Death> = &[
    ("person_id", Integer(|row| Some(row.person.value()))),
    ("death_date", Date(|row| Some(row.date))),
    ("death_type_concept_id", Concept(|_| Some(EHR_RECORD))),
    ("cause_concept_id", Concept(|row| row.cause)),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_filled_column_exists_in_its_table() {
        fn check<Row>(table: ClinicalTable, cells: &Cells<Row>) {
            let columns = Table::named(table.name()).unwrap().columns();
            let known: BTreeSet<_> = columns.iter().map(|column| column.name()).collect();
            let filled: BTreeSet<_> = cells.iter().map(|(name, _)| *name).collect();
            assert_eq!(filled.difference(&known).count(), 0, "{table:?}");
            assert_eq!(filled.len(), cells.len(), "{table:?} fills a column twice");
        }
        check(ClinicalTable::Person, PERSON);
        check(ClinicalTable::ObservationPeriod, OBSERVATION_PERIOD);
        check(ClinicalTable::VisitOccurrence, VISIT_OCCURRENCE);
        check(ClinicalTable::ConditionOccurrence, CONDITION_OCCURRENCE);
        check(ClinicalTable::DrugExposure, DRUG_EXPOSURE);
        check(ClinicalTable::ProcedureOccurrence, PROCEDURE_OCCURRENCE);
        check(ClinicalTable::Measurement, MEASUREMENT);
        check(ClinicalTable::Observation, OBSERVATION);
        check(ClinicalTable::Death, DEATH);
    }
}
