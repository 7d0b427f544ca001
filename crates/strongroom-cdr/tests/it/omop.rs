//! People as a folder of OMOP tables.

use std::fs;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use strongroom_cohort::reference::{Birth, EventRecord, PersonRecord};
use strongroom_omop::{ConceptId, Domain};

use crate::vocabulary;

/// Texts that stand in the data and nowhere else, so that they are noticed where they must not be.
pub(crate) const SECRET: &str = "SECRET-ZIP-90210";

/// The order in which rows are written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RowOrder {
    /// Person by person.
    AsGiven,
    /// Any other, in every table on its own.
    Shuffled(u64),
}

impl RowOrder {
    fn arrange(self, rows: &mut [String]) {
        if let Self::Shuffled(seed) = self {
            let hasher = BuildHasherDefault::<DefaultHasher>::default();
            rows.sort_by_cached_key(|row| hasher.hash_one((seed, row)));
        }
    }
}

/// The day on which everybody's observation, and so the release, ends.
pub(crate) fn cut_off() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 12, 31).unwrap()
}

/// Writes these people, the vocabulary and a table for each of these domains.
pub(crate) fn write(folder: &Path, people: &[PersonRecord], domains: &[Domain], order: RowOrder) {
    let put = |name: &str, header: &str, mut rows: Vec<String>| {
        order.arrange(&mut rows);
        let text: String = [header.to_owned()].into_iter().chain(rows).map(|line| line + "\n").collect();
        fs::write(folder.join(name), text).unwrap();
    };
    for (name, content) in vocabulary::files(SECRET) {
        fs::write(folder.join(name), content).unwrap();
    }
    put(
        "person.csv",
        "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,person_source_value",
        people.iter().map(person_row).collect(),
    );
    put(
        "observation_period.csv",
        "observation_period_id,person_id,observation_period_start_date,observation_period_end_date",
        people.iter().map(|person| format!("{0},{0},2000-01-01,{1}", person.subject, cut_off())).collect(),
    );
    for domain in domains {
        let events = people.iter().flat_map(|person| person.events.iter().map(move |event| (person, event)));
        let rows = events.filter(|(_, event)| event.kind == (*domain).into());
        let rows = rows.map(|(person, event)| event_row(*domain, person, event)).collect();
        put(&format!("{}.csv", domain.columns().table), &event_header(*domain), rows);
    }
}

fn person_row(person: &PersonRecord) -> String {
    let subject = person.subject;
    let sex = person.sex_at_birth.unwrap_or(ConceptId::NO_MATCHING_CONCEPT);
    let birth = match person.birth {
        Birth::Day(day) => format!("{},{},{}", day.year(), day.month(), day.day()),
        // Everything that leaves the year alone.
        Birth::Year(year) => match subject.value() % 4 {
            0 => format!("{year},,"),
            1 => format!("{year},6,"),
            2 => format!("{year},,31"),
            _ => format!("{year},2,30"),
        },
        Birth::Unknown => panic!("a release has nobody without a year of birth"),
    };
    format!("{subject},{sex},{birth},{SECRET} {subject}")
}

/// The columns in which events are told, and those that the table has to have besides.
fn event_header(domain: Domain) -> String {
    let columns = domain.columns();
    let record = Some(columns.record_id).filter(|record| *record != "person_id");
    let told = record.into_iter().chain(["person_id", columns.concept, columns.start]).chain(columns.end);
    told.chain(other_required_column(domain)).collect::<Vec<_>>().join(",")
}

/// The visit that a visit's detail belongs to.
fn other_required_column(domain: Domain) -> Option<&'static str> {
    (domain == Domain::VisitDetail).then_some("visit_occurrence_id")
}

/// Rows that lack what the CDM requires have no place in a release, so what means the same is
/// written: concept 0 for none, the start for no end.
fn event_row(domain: Domain, person: &PersonRecord, event: &EventRecord) -> String {
    let columns = domain.columns();
    let start = event.start.unwrap();
    let required = |name| domain.table().unwrap().column(name).unwrap().is_required();
    let record = (columns.record_id != "person_id").then(|| event.record.to_string());
    let concept = match event.concept {
        Some(concept) => concept.to_string(),
        None if required(columns.concept) => ConceptId::NO_MATCHING_CONCEPT.to_string(),
        None => String::new(),
    };
    let end = columns.end.map(|name| match event.end {
        Some(end) => end.to_string(),
        None if required(name) => start.to_string(),
        None => String::new(),
    });
    let other = other_required_column(domain).map(|_| "1".to_owned());
    let told = [person.subject.to_string(), concept, start.to_string()];
    record.into_iter().chain(told).chain(end).chain(other).collect::<Vec<_>>().join(",")
}
