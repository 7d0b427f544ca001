use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use strongroom_omop::{ConceptId, RecordId, SubjectId};

use super::criteria::add_concept;
use super::rows::{Death, Event, Person, SearchPerson, rows};
use super::{TableError, Tables};
use crate::aou::flags::kind_of_data;
use crate::ast::{Column, EventKind};
use crate::reference::{Birth, Datum, EventRecord, PersonRecord};
use crate::{Concept, StandardConcept, Vocabulary};

/// The people with what `cb_search_all_events`, `person` and `death` say of them. Rows about
/// anybody else are left out: nobody counts who is not in `cb_search_person`.
pub(super) fn read(
    tables: &Tables<'_>,
    vocabulary: &mut Vocabulary,
) -> Result<Vec<PersonRecord>, TableError> {
    let mut people = Vec::new();
    let mut by_id = BTreeMap::new();
    for (position, row) in rows::<SearchPerson>("cb_search_person", tables.search_person)?.iter().enumerate()
    {
        let person = search_person(row)
            .map_err(|problem| TableError::row("cb_search_person", position + 1, problem))?;
        if by_id.insert(person.subject.value(), people.len()).is_some() {
            return Err(TableError::row(
                "cb_search_person",
                position + 1,
                "this person has a row before; keep one of them",
            ));
        }
        people.push(person);
    }
    let find = |people: &mut Vec<PersonRecord>, id: i64, change: &mut dyn FnMut(&mut PersonRecord)| {
        if let Some(person) = by_id.get(&id).and_then(|position| people.get_mut(*position)) {
            change(person);
        }
    };
    for row in rows::<Person>("person", tables.person)? {
        find(&mut people, row.person_id, &mut |person| demographics(person, &row));
    }
    for (position, row) in rows::<Death>("death", tables.death)?.iter().enumerate() {
        let mut death = event(EventKind::Death, record("death", position)?);
        death.start = row.death_date;
        find(&mut people, row.person_id, &mut |person| person.events.push(death.clone()));
    }
    for (position, row) in rows::<Event>("cb_search_all_events", tables.search_all_events)?.iter().enumerate()
    {
        let Some(kind) = kind(&row.domain) else {
            return Err(TableError::row(
                "cb_search_all_events",
                position + 1,
                "unknown domain; use one such as `Condition`",
            ));
        };
        let standard =
            if row.is_standard == 1 { StandardConcept::Standard } else { StandardConcept::NonStandard };
        add_concept(vocabulary, ConceptId::new(row.concept_id), Concept::new(standard));
        let event = search_event(row, kind, record("cb_search_all_events", position)?);
        find(&mut people, row.person_id, &mut |person| person.events.push(event.clone()));
    }
    Ok(people)
}

fn search_person(row: &SearchPerson) -> Result<PersonRecord, &'static str> {
    let id = row.get("person_id").and_then(Value::as_i64).ok_or("the person has no `person_id`; add it")?;
    let mut person = PersonRecord::new(SubjectId::new(id));
    let known = |column: &str| row.get(column).filter(|value| !value.is_null());
    if let Some(dob) = known("dob") {
        let day = dob.as_str().and_then(|text| text.get(..10)?.parse::<NaiveDate>().ok());
        person.birth = Birth::Day(day.ok_or("`dob` is not a day; write it as YYYY-MM-DD")?);
    }
    let age = |column: &str| match known(column) {
        None => Ok(None),
        Some(age) => {
            let age = age.as_i64().and_then(|age| i32::try_from(age).ok());
            age.map(Some).ok_or("an age is not a whole number; correct it")
        }
    };
    person.age_at_consent = age("age_at_consent")?;
    person.age_at_release = age("age_at_cdr")?;
    let flags = row.iter().filter(|(_, value)| value.as_i64() == Some(1));
    person.has = flags.filter_map(|(column, _)| kind_of_data(column)).map(str::to_owned).collect();
    Ok(person)
}

fn demographics(person: &mut PersonRecord, row: &Person) {
    person.gender = row.gender_concept_id.map(ConceptId::new);
    person.sex_at_birth = row.sex_at_birth_concept_id.map(ConceptId::new).or(person.gender);
    person.race = row.race_concept_id.map(ConceptId::new);
    person.ethnicity = row.ethnicity_concept_id.map(ConceptId::new);
    person.self_reported_category = row.self_reported_category_concept_id.map(ConceptId::new);
}

/// The kind of event that the column `domain` means. Answers to surveys are observations.
fn kind(domain: &str) -> Option<EventKind> {
    Some(match domain.to_ascii_lowercase().as_str() {
        "condition" => EventKind::Condition,
        "procedure" => EventKind::Procedure,
        "drug" => EventKind::Drug,
        "measurement" | "physical_measurement" | "physical measurement" | "lab" | "vital" => {
            EventKind::Measurement
        }
        "observation" | "survey" => EventKind::Observation,
        "device" => EventKind::Device,
        "visit" => EventKind::Visit,
        _ => return None,
    })
}

fn search_event(row: &Event, kind: EventKind, record: RecordId) -> EventRecord {
    let mut event = event(kind, record);
    let concept = Some(ConceptId::new(row.concept_id));
    if row.is_standard == 1 {
        event.concept = concept;
    } else {
        event.source_concept = concept;
    }
    event.start = row.entry_date;
    event.visit = row.visit_occurrence_id.filter(|visit| *visit != 0);
    for (column, number) in [
        (Column::RecordedAge, row.age_at_event.map(f64::from)),
        (Column::Value, row.value_as_number),
        (Column::Systolic, row.systolic),
        (Column::Diastolic, row.diastolic),
    ] {
        event.values.extend(number.map(|number| (column, Datum::Number(number))));
    }
    for (column, concept) in [
        (Column::VisitKind, row.visit_concept_id),
        (Column::ValueConcept, row.value_as_concept_id),
        (Column::ValueSourceConcept, row.value_source_concept_id),
        (Column::Version, row.survey_version_concept_id),
        (Column::CollectionMethod, row.cati_concept_id),
    ] {
        event.values.extend(concept.map(|concept| (column, Datum::Concept(ConceptId::new(concept)))));
    }
    event
}

/// An event of which nothing is recorded but that it is one.
pub(super) const fn event(kind: EventKind, record: RecordId) -> EventRecord {
    EventRecord {
        kind,
        record,
        concept: None,
        source_concept: None,
        start: None,
        end: None,
        visit: None,
        values: Vec::new(),
    }
}

/// The record id of a row: its number, from 1.
pub(super) fn record(table: &'static str, position: usize) -> Result<RecordId, TableError> {
    let number = i64::try_from(position).ok().and_then(|position| position.checked_add(1));
    number.map(RecordId::new).ok_or(TableError::row(table, position, "there are too many rows"))
}
