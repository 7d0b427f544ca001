//! One person and everything recorded about them, as rows of the CDM. The writers write what
//! stands here and nothing else.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use strongroom_omop::{ConceptId, Domain, RecordId, SubjectId};

/// A person with all records. Fields that the synthetic data never fills (providers, care sites,
/// notes …) are left out here and null in the files.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Person {
    /// `person_id`: the person's number, from 1.
    pub id: SubjectId,
    /// `gender_concept_id`; 0 if unknown.
    pub gender: ConceptId,
    /// `year_of_birth`
    pub year_of_birth: i32,
    /// `month_of_birth`, 1 to 12.
    pub month_of_birth: Option<u32>,
    /// `day_of_birth`, 1 to 31; missing wherever the month is.
    pub day_of_birth: Option<u32>,
    /// `race_concept_id`; 0 if unknown.
    pub race: ConceptId,
    /// `ethnicity_concept_id`; 0 if unknown.
    pub ethnicity: ConceptId,
    /// The spans in which the person was observed; may be none, may overlap.
    pub observation_periods: Vec<ObservationPeriod>,
    /// `visit_occurrence`
    pub visits: Vec<VisitOccurrence>,
    /// `condition_occurrence`
    pub conditions: Vec<ConditionOccurrence>,
    /// `drug_exposure`
    pub drugs: Vec<DrugExposure>,
    /// `procedure_occurrence`
    pub procedures: Vec<ProcedureOccurrence>,
    /// `measurement`
    pub measurements: Vec<Measurement>,
    /// `observation`
    pub observations: Vec<Observation>,
    /// `death`
    pub death: Option<Death>,
}

/// A row of `observation_period`; a closed interval of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObservationPeriod {
    /// `observation_period_id`
    pub id: RecordId,
    /// `person_id`
    pub person: SubjectId,
    /// `observation_period_start_date`
    pub start: NaiveDate,
    /// `observation_period_end_date`
    pub end: NaiveDate,
}

/// A row of `visit_occurrence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct VisitOccurrence {
    /// `visit_occurrence_id`
    pub id: RecordId,
    /// `person_id`
    pub person: SubjectId,
    /// `visit_concept_id`
    pub concept: ConceptId,
    /// `visit_start_date`
    pub start: NaiveDate,
    /// The time of day in `visit_start_datetime`.
    pub start_time: NaiveTime,
    /// `visit_end_date`
    pub end: NaiveDate,
}

/// A row of `condition_occurrence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConditionOccurrence {
    /// `condition_occurrence_id`
    pub id: RecordId,
    /// `person_id`
    pub person: SubjectId,
    /// `condition_concept_id`; 0 where the source concept has no mapping.
    pub concept: ConceptId,
    /// `condition_start_date`
    pub start: NaiveDate,
    /// `condition_end_date`
    pub end: Option<NaiveDate>,
    /// `condition_type_concept_id`
    pub record_type: ConceptId,
    /// `condition_status_concept_id`
    pub status: ConceptId,
    /// `visit_occurrence_id`
    pub visit: Option<RecordId>,
    /// `condition_source_concept_id`; its code is the `condition_source_value`.
    pub source_concept: ConceptId,
}

/// A row of `drug_exposure`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DrugExposure {
    /// `drug_exposure_id`
    pub id: RecordId,
    /// `person_id`
    pub person: SubjectId,
    /// `drug_concept_id`
    pub concept: ConceptId,
    /// `drug_exposure_start_date`
    pub start: NaiveDate,
    /// `drug_exposure_end_date`
    pub end: Option<NaiveDate>,
    /// `drug_type_concept_id`
    pub record_type: ConceptId,
    /// `days_supply`; sometimes 0.
    pub days_supply: Option<i32>,
    /// `quantity`, in tablets, doses or the like.
    pub quantity: Option<f64>,
    /// `refills`
    pub refills: Option<i32>,
    /// `route_concept_id`
    pub route: ConceptId,
    /// `visit_occurrence_id`
    pub visit: Option<RecordId>,
    /// `drug_source_concept_id`; its code is the `drug_source_value`.
    pub source_concept: ConceptId,
}

/// A row of `procedure_occurrence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcedureOccurrence {
    /// `procedure_occurrence_id`
    pub id: RecordId,
    /// `person_id`
    pub person: SubjectId,
    /// `procedure_concept_id`
    pub concept: ConceptId,
    /// `procedure_date`
    pub start: NaiveDate,
    /// `procedure_end_date`
    pub end: Option<NaiveDate>,
    /// `visit_occurrence_id`
    pub visit: Option<RecordId>,
}

/// A row of `measurement`: a number with a unit, or a concept such as "positive".
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Measurement {
    /// `measurement_id`
    pub id: RecordId,
    /// `person_id`
    pub person: SubjectId,
    /// `measurement_concept_id`
    pub concept: ConceptId,
    /// `measurement_date`
    pub date: NaiveDate,
    /// The time of day in `measurement_datetime`, which is null without it.
    pub time: Option<NaiveTime>,
    /// `operator_concept_id`
    pub operator: Option<ConceptId>,
    /// `value_as_number`
    pub value: Option<f64>,
    /// `value_as_concept_id`
    pub value_concept: Option<ConceptId>,
    /// `unit_concept_id`
    pub unit: Option<ConceptId>,
    /// `range_low`, in the record's unit.
    pub range_low: Option<f64>,
    /// `range_high`, in the record's unit.
    pub range_high: Option<f64>,
    /// `visit_occurrence_id`
    pub visit: Option<RecordId>,
}

/// A row of `observation`: an answer to a survey question, or a finding about the person's life.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Observation {
    /// `observation_id`
    pub id: RecordId,
    /// `person_id`
    pub person: SubjectId,
    /// `observation_concept_id`, and `observation_source_concept_id` of survey answers: the question.
    pub concept: ConceptId,
    /// `observation_date`
    pub date: NaiveDate,
    /// `observation_type_concept_id`
    pub record_type: ConceptId,
    /// `value_as_number`
    pub value: Option<f64>,
    /// `value_as_string`
    pub text: Option<&'static str>,
    /// `value_as_concept_id`: the answer.
    pub value_concept: Option<ConceptId>,
    /// `visit_occurrence_id`
    pub visit: Option<RecordId>,
}

/// A row of `death`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Death {
    /// `person_id`
    pub person: SubjectId,
    /// `death_date`
    pub date: NaiveDate,
    /// `cause_concept_id`
    pub cause: Option<ConceptId>,
}

/// What the events of all domains have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Which table records it.
    pub domain: Domain,
    /// The record's key; of a death, the person's.
    pub record: RecordId,
    /// The standard concept; of a death, the cause, 0 if it is not recorded.
    pub concept: ConceptId,
    /// The source concept, 0 where none is recorded.
    pub source_concept: ConceptId,
    /// The first day.
    pub start: NaiveDate,
    /// The last day as recorded: may be missing, may lie before the first.
    pub end: Option<NaiveDate>,
    /// The visit in which it was recorded.
    pub visit: Option<RecordId>,
}

impl Person {
    /// Midnight of the day of birth, if the whole date is known.
    #[must_use]
    pub fn birth_datetime(&self) -> Option<NaiveDateTime> {
        let date = NaiveDate::from_ymd_opt(self.year_of_birth, self.month_of_birth?, self.day_of_birth?)?;
        Some(date.and_time(NaiveTime::MIN))
    }

    /// Every event of the person: tables in CDM order, rows in the order of their keys.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        const NONE: ConceptId = ConceptId::NO_MATCHING_CONCEPT;
        let visits = self.visits.iter().map(|row| Event {
            domain: Domain::Visit,
            record: row.id,
            concept: row.concept,
            source_concept: NONE,
            start: row.start,
            end: Some(row.end),
            visit: Some(row.id),
        });
        let conditions = self.conditions.iter().map(|row| Event {
            domain: Domain::Condition,
            record: row.id,
            concept: row.concept,
            source_concept: row.source_concept,
            start: row.start,
            end: row.end,
            visit: row.visit,
        });
        let drugs = self.drugs.iter().map(|row| Event {
            domain: Domain::Drug,
            record: row.id,
            concept: row.concept,
            source_concept: row.source_concept,
            start: row.start,
            end: row.end,
            visit: row.visit,
        });
        let procedures = self.procedures.iter().map(|row| Event {
            domain: Domain::Procedure,
            record: row.id,
            concept: row.concept,
            source_concept: NONE,
            start: row.start,
            end: row.end,
            visit: row.visit,
        });
        let measurements = self.measurements.iter().map(|row| Event {
            domain: Domain::Measurement,
            record: row.id,
            concept: row.concept,
            source_concept: NONE,
            start: row.date,
            end: None,
            visit: row.visit,
        });
        let observations = self.observations.iter().map(|row| Event {
            domain: Domain::Observation,
            record: row.id,
            concept: row.concept,
            source_concept: row.source_concept(),
            start: row.date,
            end: None,
            visit: row.visit,
        });
        let deaths = self.death.iter().map(|row| Event {
            domain: Domain::Death,
            record: RecordId::new(row.person.value()),
            concept: row.cause.unwrap_or(NONE),
            source_concept: NONE,
            start: row.date,
            end: None,
            visit: None,
        });
        visits
            .chain(conditions)
            .chain(drugs)
            .chain(procedures)
            .chain(measurements)
            .chain(observations)
            .chain(deaths)
    }
}

impl Observation {
    /// `observation_source_concept_id`: the question of a survey answer, else 0.
    #[must_use]
    pub fn source_concept(&self) -> ConceptId {
        if self.record_type == crate::concepts::SURVEY_RECORD {
            self.concept
        } else {
            ConceptId::NO_MATCHING_CONCEPT
        }
    }
}
