//! A short way to write people and cohorts.
//!
//! A person is a list of parts between semicolons: `born 1980-02-29`, `gender 8532`, `has ehr`,
//! `id 5`, `obs 0..100` (an observation period), and events such as
//! `c10/100 5..8 #3 @7 value=4.5`: a condition with standard concept 10 and source concept 100, from
//! day 5 to day 8, record 3, of visit 7. Days are counted from 1 January 2020, or written in full;
//! `?` is an unknown one. Events without a number are numbered as they stand.

use std::fmt::Write;

use chrono::{NaiveDate, TimeDelta};
use strongroom_cohort::ast::{Column, ColumnType, EventKind};
use strongroom_cohort::reference::{Birth, Datum, Evaluation, EventRecord, PersonRecord, evaluate};
use strongroom_cohort::text::parse;
use strongroom_cohort::{
    Concept, Definition, Limits, ResolveError, ResolvedCohort, StandardConcept, Vocabulary, resolve,
};
use strongroom_omop::{ConceptId, RecordId, SubjectId};
use strongroom_primitives::Label;

pub(crate) const NATIVE: &str = "native/1";
pub(crate) const CIRCE: &str = "circe/1";
pub(crate) const AOU: &str = "aou-workbench/1";

/// The day from which days are counted.
pub(crate) fn day_zero() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    match text.parse::<i64>() {
        Ok(days) => day_zero() + TimeDelta::days(days),
        Err(_) => text.parse().unwrap_or_else(|_| panic!("no day: {text}")),
    }
}

pub(crate) fn number_of(day: NaiveDate) -> i64 {
    (day - day_zero()).num_days()
}

fn kind(letters: &str) -> EventKind {
    match letters {
        "c" => EventKind::Condition,
        "d" => EventKind::Drug,
        "p" => EventKind::Procedure,
        "m" => EventKind::Measurement,
        "o" => EventKind::Observation,
        "v" => EventKind::Visit,
        "obs" => EventKind::ObservationPeriod,
        "payer" => EventKind::PayerPlanPeriod,
        "ce" => EventKind::ConditionEra,
        other => {
            *EventKind::ALL.iter().find(|kind| kind.name() == other).unwrap_or_else(|| panic!("{other}"))
        }
    }
}

fn concept(text: &str) -> Option<ConceptId> {
    text.parse().ok().map(ConceptId::new)
}

fn event(text: &str, number: usize) -> EventRecord {
    let mut words = text.split_whitespace();
    let what = words.next().unwrap();
    let letters = what.find(|c: char| c.is_ascii_digit() || c == '/').unwrap_or(what.len());
    let (letters, concepts) = what.split_at(letters);
    let (standard, source) = concepts.split_once('/').unwrap_or((concepts, ""));
    let record = RecordId::new(i64::try_from(number).unwrap());
    let mut event = EventRecord::new(kind(letters), record, ConceptId::NO_MATCHING_CONCEPT, day_zero());
    (event.concept, event.source_concept) = (concept(standard), concept(source));
    let days = words.next().unwrap_or_else(|| panic!("no day: {text}"));
    let (start, end) = days.split_once("..").map_or((days, None), |(start, end)| (start, Some(end)));
    event.start = (start != "?").then(|| day(start));
    event.end = end.map(day);
    for word in words {
        if let Some(record) = word.strip_prefix('#') {
            event.record = RecordId::new(record.parse().unwrap());
        } else if let Some(visit) = word.strip_prefix('@') {
            event.visit = Some(visit.parse().unwrap());
        } else {
            let (column, value) = word.split_once('=').unwrap();
            let column = *Column::ALL.iter().find(|known| known.name() == column).unwrap();
            let value = match value.parse::<f64>() {
                Ok(_) if column.holds() == ColumnType::Concept => Datum::Concept(concept(value).unwrap()),
                Ok(number) => Datum::Number(number),
                Err(_) => Datum::Text(value.into()),
            };
            event.values.push((column, value));
        }
    }
    event
}

pub(crate) fn person(text: &str) -> PersonRecord {
    let mut person = PersonRecord::new(SubjectId::new(1));
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
        match word {
            "id" => person.subject = SubjectId::new(rest.parse().unwrap()),
            "born" => {
                let year = rest.parse().map(Birth::Year);
                person.birth = year.unwrap_or_else(|_| Birth::Day(rest.parse().unwrap()));
            }
            "gender" => {
                person.gender = concept(rest);
                person.sex_at_birth = person.gender;
            }
            "race" => person.race = concept(rest),
            "has" => drop(person.has.insert(rest.to_owned())),
            _ => {
                let number = person.events.len() + 1;
                person.events.push(event(part, number));
            }
        }
    }
    person
}

/// Concepts 10, 20, 30 and 40 are standard; below 10 are 11, 12 and the withdrawn 13, below 20 is
/// 21. Source concepts 100 and 110 are mapped to 10 and 11, the withdrawn 15 stands alone, 50 is a
/// classification above 30, and 8554 and 8840 are units.
pub(crate) fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new(Label::new("test 1").unwrap());
    let id = ConceptId::new;
    for standard in [10, 11, 12, 20, 21, 30, 40, 8507, 8532, 9201, 9202] {
        vocabulary.add_concept(id(standard), Concept::new(StandardConcept::Standard));
    }
    for source in [100, 110] {
        vocabulary.add_concept(id(source), Concept::new(StandardConcept::NonStandard));
    }
    for withdrawn in [13, 15] {
        vocabulary.add_concept(id(withdrawn), Concept::new(StandardConcept::NonStandard).withdrawn());
    }
    vocabulary.add_concept(id(50), Concept::new(StandardConcept::Classification));
    vocabulary.add_descendants(id(10), [10, 11, 12, 13].map(id));
    vocabulary.add_descendants(id(20), [20, 21].map(id));
    vocabulary.add_descendants(id(50), [50, 30].map(id));
    vocabulary.add_mapping(id(100), id(10));
    vocabulary.add_mapping(id(110), id(11));
    vocabulary
}

/// The text form of one cohort with the sets `a` (10 to 12), `b` (20, 21), `x` (30) and `y` (40).
/// Clauses may be separated by semicolons; without another `observed` all time is observed.
pub(crate) fn document(profile: &str, clauses: &str) -> String {
    let clauses = clauses.replace(';', "\n");
    let said = ["observed by", "observed unbounded"].iter().any(|words| clauses.contains(words));
    let observed = if said { "" } else { "observed unbounded\n" };
    with_sets(profile, &format!("cohort c {{\n{observed}{clauses}\n}}"))
}

pub(crate) fn with_sets(profile: &str, items: &str) -> String {
    format!(
        "language 1\nprofile {profile}
        concepts a {{ include OMOP:10 with descendants }}
        concepts b {{ include OMOP:20 with descendants }}
        concepts x {{ include OMOP:30 }}
        concepts y {{ include OMOP:40 }}
        {items}"
    )
}

pub(crate) fn read(text: &str) -> Definition {
    let parsed = parse(text, &Limits::default());
    assert!(parsed.errors.is_empty(), "{text}\n{:?}", parsed.errors);
    parsed.definition.unwrap()
}

pub(crate) fn try_resolved(text: &str) -> Result<ResolvedCohort, ResolveError> {
    resolve(&read(text), &vocabulary(), &Limits::default())
}

pub(crate) fn resolved(text: &str) -> ResolvedCohort {
    try_resolved(text).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// The problems that keep a text from being resolved, as `E050 at $.…`.
pub(crate) fn problems(text: &str) -> Vec<String> {
    match try_resolved(text) {
        Ok(_) => Vec::new(),
        Err(ResolveError::Problems(problems)) => problems
            .iter()
            .map(|problem| format!("{} at {}", problem.kind().code(), problem.path()))
            .collect(),
        Err(limit) => vec![limit.to_string()],
    }
}

/// Entries as days from day zero, `in` for somebody without days, `-` for nobody.
pub(crate) fn shown(evaluation: &Evaluation) -> String {
    let mut shown = String::new();
    for entry in evaluation.entries() {
        match entry.start.zip(entry.end) {
            Some((start, end)) => write!(shown, " {}..{}", number_of(start), number_of(end)).unwrap(),
            None => shown.push_str(" in"),
        }
    }
    if shown.is_empty() { "-".to_owned() } else { shown.trim_start().to_owned() }
}

/// The entries of a person in one cohort.
pub(crate) fn entries(profile: &str, clauses: &str, who: &str) -> String {
    shown(&evaluate(&resolved(&document(profile, clauses)), &person(who)))
}

/// The same for a document of several cohorts, of which the last one counts.
pub(crate) fn entries_of(profile: &str, items: &str, who: &str) -> String {
    shown(&evaluate(&resolved(&with_sets(profile, items)), &person(who)))
}

/// The records that are among these events, in the order of their numbers.
pub(crate) fn records(profile: &str, observed: &str, events: &str, who: &str) -> String {
    let cohort = resolved(&document(profile, &format!("observed {observed}\nentry: {events}, all")));
    let evaluation = evaluate(&cohort, &person(who));
    let mut found: Vec<_> = evaluation
        .trails()
        .iter()
        .filter_map(|trail| trail.event)
        .map(|(_, record)| record.value())
        .collect();
    found.sort_unstable();
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Whether a statement about a person holds who enters at day 0 by drug 20.
pub(crate) fn holds(profile: &str, statement: &str, who: &str) -> bool {
    let clauses = format!("entry: drugs in b where start = 2020-01-01, first\nrequire {statement}");
    entries(profile, &clauses, &format!("d20 0 #900; {who}")) != "-"
}

/// Whether a statement is true of a person without an index.
pub(crate) fn true_of(profile: &str, statement: &str, who: &str) -> bool {
    entries(profile, &format!("people where {statement}"), who) == "in"
}
