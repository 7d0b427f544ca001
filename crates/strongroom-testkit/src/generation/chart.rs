use chrono::{Datelike, NaiveDate, NaiveTime};
use strongroom_omop::{ConceptId, RecordId, SubjectId};

use super::life::{Life, Span};
use super::scale::Reading;
use crate::calendar::{age_on, days_between, plus_days};
use crate::concepts::{
    CLAIM, COVID_19_VACCINE_INJECTION, DOCETAXEL_INFUSION, EHR_PRESCRIPTION, EHR_RECORD, FLUTICASONE_INHALER,
    INFLUENZA_VACCINE_INJECTION, INSULIN_GLARGINE_PEN, INSULIN_LISPRO_PEN, ORAL_ROUTE, PHARMACY_CLAIM,
    PRIMARY_DIAGNOSIS, SALBUTAMOL_INHALER, SECONDARY_DIAGNOSIS, SEMAGLUTIDE_PEN, SUBCUTANEOUS_ROUTE,
    TIOTROPIUM_INHALER,
};
use crate::person::{
    ConditionOccurrence, Death, DrugExposure, Measurement, Observation, ObservationPeriod, Person,
    ProcedureOccurrence, VisitOccurrence,
};
use crate::random::Random;
use crate::vocabulary::{LOCAL_CODES, Vocabulary, source_concept};

/// Every person has room for so many records in each table.
const RECORDS_PER_PERSON: i64 = 10_000;

/// The key of a person's next record in a table that holds so many of them.
pub(super) fn record_id(person: SubjectId, records: usize) -> RecordId {
    let next = i64::try_from(records).unwrap_or(i64::MAX).saturating_add(1);
    RecordId::new(person.value().saturating_mul(RECORDS_PER_PERSON).saturating_add(next))
}

/// A contact with care: where and when records of the same occasion belong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contact {
    pub(super) visit: Option<RecordId>,
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
}

impl Contact {
    /// A day on which something is recorded outside any visit.
    pub(super) const fn without_visit(date: NaiveDate) -> Self {
        Self { visit: None, start: date, end: date }
    }
}

/// What an observation says about its concept.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    /// Nothing more: the concept says it all.
    None,
    Concept(ConceptId),
    Number(i32),
    Text(&'static str),
}

/// A person's record while it is being written, up to the number of events it may have.
#[derive(Debug)]
pub(super) struct Chart<'a> {
    life: &'a Life,
    person: Person,
    remaining: u32,
}

impl<'a> Chart<'a> {
    pub(super) fn new(id: SubjectId, life: &'a Life, events: u32) -> Self {
        let month_of_birth = life.month_known.then_some(life.birth.month());
        let observation_periods = (0..)
            .zip(&life.observed)
            .map(|(index, span)| ObservationPeriod {
                id: record_id(id, index),
                person: id,
                start: span.start,
                end: span.end,
            })
            .collect();
        let person = Person {
            id,
            gender: life.gender,
            year_of_birth: life.birth.year(),
            month_of_birth,
            day_of_birth: month_of_birth.and(life.day_known.then_some(life.birth.day())),
            race: life.race,
            ethnicity: life.ethnicity,
            observation_periods,
            visits: Vec::new(),
            conditions: Vec::new(),
            drugs: Vec::new(),
            procedures: Vec::new(),
            measurements: Vec::new(),
            observations: Vec::new(),
            death: None,
        };
        Self { life, person, remaining: events }
    }

    pub(super) fn close(self) -> Person {
        self.person
    }

    /// How many events are still to be written.
    pub(super) fn remaining(&self) -> u32 {
        self.remaining
    }

    pub(super) fn gender(&self) -> ConceptId {
        self.life.gender
    }

    pub(super) fn age_on(&self, date: NaiveDate) -> i32 {
        age_on(self.life.birth, date)
    }

    /// The last day on which anything happens to the person.
    pub(super) fn last_day(&self) -> NaiveDate {
        self.spans().map(|span| span.end).max().unwrap_or(self.life.birth)
    }

    pub(super) fn is_observed_on(&self, date: NaiveDate) -> bool {
        self.spans().any(|span| span.contains(date))
    }

    /// A day on which the person is observed.
    pub(super) fn observed_day(&self, random: &mut Random) -> NaiveDate {
        let days: i32 = self.spans().map(Span::days).sum();
        let mut offset = random.between(0, days - 1);
        for span in self.spans() {
            if offset < span.days() {
                return plus_days(span.start, offset);
            }
            offset -= span.days();
        }
        self.last_day()
    }

    fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        self.life.observed.iter().copied()
    }

    /// Uses up one event; false if none is left.
    fn spend(&mut self) -> bool {
        let left = self.remaining > 0;
        self.remaining = self.remaining.saturating_sub(1);
        left
    }

    pub(super) fn die(&mut self) {
        if let Some((date, cause)) = self.life.death
            && self.spend()
        {
            self.person.death = Some(Death { person: self.person.id, date, cause });
        }
    }

    /// Opens a visit of so many nights; without one left, the contact goes unrecorded as a visit.
    pub(super) fn visit(
        &mut self,
        random: &mut Random,
        concept: ConceptId,
        start: NaiveDate,
        nights: i32,
    ) -> Contact {
        if !self.spend() {
            return Contact::without_visit(start);
        }
        let id = record_id(self.person.id, self.person.visits.len());
        let end = plus_days(start, nights).min(self.last_day()).max(start);
        self.person.visits.push(VisitOccurrence {
            id,
            person: self.person.id,
            concept,
            start,
            start_time: time_of_day(random),
            end,
        });
        Contact { visit: Some(id), start, end }
    }

    /// Records a condition that lasts so many days, or whose end nobody writes down.
    pub(super) fn condition(
        &mut self,
        random: &mut Random,
        contact: Contact,
        concept: ConceptId,
        days: Option<i32>,
    ) {
        if !self.spend() {
            return;
        }
        let start = random_day(random, contact);
        let end = days.map(|days| plus_days(start, days).min(self.last_day()).max(start));
        let (concept, source_concept) = if random.chance(15) {
            let local = random.pick(&LOCAL_CODES);
            (ConceptId::NO_MATCHING_CONCEPT, local.unwrap_or(ConceptId::NO_MATCHING_CONCEPT))
        } else {
            (concept, coded(random, concept))
        };
        let first_of_visit = self.person.conditions.last().is_none_or(|last| last.visit != contact.visit);
        self.person.conditions.push(ConditionOccurrence {
            id: record_id(self.person.id, self.person.conditions.len()),
            person: self.person.id,
            concept,
            start,
            end,
            record_type: if random.chance(300) { CLAIM } else { EHR_RECORD },
            status: if first_of_visit { PRIMARY_DIAGNOSIS } else { SECONDARY_DIAGNOSIS },
            visit: contact.visit,
            source_concept,
        });
    }

    /// Records a supply of a drug for so many days.
    pub(super) fn drug(&mut self, random: &mut Random, contact: Contact, concept: ConceptId, days: i32) {
        if !self.spend() {
            return;
        }
        let start = random_day(random, contact);
        let end = plus_days(start, days - 1).min(self.last_day()).max(start);
        self.person.drugs.push(DrugExposure {
            id: record_id(self.person.id, self.person.drugs.len()),
            person: self.person.id,
            concept,
            start,
            end: (!random.chance(100)).then_some(end),
            record_type: if random.chance(400) { PHARMACY_CLAIM } else { EHR_PRESCRIPTION },
            days_supply: match random.below(100) {
                0..6 => None,
                6 => Some(0),
                _ => Some(days),
            },
            quantity: (!random.chance(80)).then(|| f64::from(days * random.between(1, 2))),
            refills: random.pick(&[None, Some(0), Some(0), Some(1), Some(3)]).flatten(),
            route: route(concept),
            visit: contact.visit,
            source_concept: coded(random, concept),
        });
    }

    pub(super) fn procedure(&mut self, random: &mut Random, contact: Contact, concept: ConceptId) {
        if !self.spend() {
            return;
        }
        let start = random_day(random, contact);
        self.person.procedures.push(ProcedureOccurrence {
            id: record_id(self.person.id, self.person.procedures.len()),
            person: self.person.id,
            concept,
            start,
            end: random.chance(500).then_some(start),
            visit: contact.visit,
        });
    }

    pub(super) fn measurement(&mut self, random: &mut Random, contact: Contact, reading: Reading) {
        if !self.spend() {
            return;
        }
        self.person.measurements.push(Measurement {
            id: record_id(self.person.id, self.person.measurements.len()),
            person: self.person.id,
            concept: reading.concept,
            date: random_day(random, contact),
            time: random.chance(700).then(|| time_of_day(random)),
            operator: reading.operator,
            value: reading.value,
            value_concept: reading.value_concept,
            unit: reading.unit,
            range_low: reading.range_low,
            range_high: reading.range_high,
            visit: contact.visit,
        });
    }

    pub(super) fn observation(
        &mut self,
        contact: Contact,
        record_type: ConceptId,
        concept: ConceptId,
        answer: Answer,
    ) {
        if !self.spend() {
            return;
        }
        let (value, text, value_concept) = match answer {
            Answer::None => (None, None, None),
            Answer::Concept(concept) => (None, None, Some(concept)),
            Answer::Number(number) => (Some(f64::from(number)), None, None),
            Answer::Text(text) => (None, Some(text), None),
        };
        self.person.observations.push(Observation {
            id: record_id(self.person.id, self.person.observations.len()),
            person: self.person.id,
            concept,
            date: contact.start,
            record_type,
            value,
            text,
            value_concept,
            visit: contact.visit,
        });
    }
}

fn random_day(random: &mut Random, contact: Contact) -> NaiveDate {
    plus_days(contact.start, random.between(0, days_between(contact.start, contact.end)))
}

fn time_of_day(random: &mut Random) -> NaiveTime {
    let seconds = 60 * (7 * 60 + random.below(13 * 60));
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or(NaiveTime::MIN)
}

/// The source concept under which the source system had the concept; 0 if it had none.
fn coded(random: &mut Random, concept: ConceptId) -> ConceptId {
    let source = source_concept(concept, random.chance(300));
    match Vocabulary::get().concept(source) {
        Some(source) => source.id,
        None => ConceptId::NO_MATCHING_CONCEPT,
    }
}

fn route(drug: ConceptId) -> ConceptId {
    match drug {
        INSULIN_GLARGINE_PEN | INSULIN_LISPRO_PEN | SEMAGLUTIDE_PEN => SUBCUTANEOUS_ROUTE,
        INFLUENZA_VACCINE_INJECTION
        | COVID_19_VACCINE_INJECTION
        | DOCETAXEL_INFUSION
        | SALBUTAMOL_INHALER
        | FLUTICASONE_INHALER
        | TIOTROPIUM_INHALER => ConceptId::NO_MATCHING_CONCEPT,
        _ => ORAL_ROUTE,
    }
}
