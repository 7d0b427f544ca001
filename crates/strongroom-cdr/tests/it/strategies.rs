//! Random people, and random definitions over them.
//!
//! Few concepts, days and domains, so that random people meet random criteria, on their very edges
//! and on one day.

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use strongroom_cohort::ast::{
    Anchor, AnchorPick, Code, Column, Comparison, ConceptItem, ConceptSet, CountUnit, Edge, Entry, Events,
    Filter, Offset, Predicate, Step, Title, Value, Window,
};
use strongroom_cohort::reference::{Birth, EventRecord, PersonRecord};
use strongroom_cohort::{Cohort, CohortName, Definition, SetName};
use strongroom_omop::{ConceptId, Domain, RecordId, SubjectId};

use crate::vocabulary;

/// Events with an end that may be missing, with one that may not, and without own key and concept.
pub(crate) const DOMAINS: [Domain; 4] = [Domain::Condition, Domain::Drug, Domain::Visit, Domain::Death];
/// Mostly those with many events.
fn domain() -> impl Strategy<Value = Domain> {
    prop_oneof![
        3 => Just(Domain::Condition), 2 => Just(Domain::Drug), 1 => Just(Domain::Visit), 1 => Just(Domain::Death),
    ]
}

const SETS: [&str; 3] = ["a", "b", "c"];
/// Not in the order of ids, beyond 32 and beyond 53 bits.
const SUBJECTS: [i64; 12] = [7, 1, 2, 3, 4, 5, 6, 40, 41, 5_000_000_000, 9_007_199_254_740_993, i64::MAX];
/// Known concepts, none, and one that the vocabulary lacks.
const EVENT_CONCEPTS: [i64; 12] = [10, 10, 11, 11, 12, 20, 21, 22, 30, 40, 0, 99];
const DAYS: u64 = 25;

/// From 10 February to 5 March 2020, so that 29 February is one of them.
fn day() -> impl Strategy<Value = NaiveDate> {
    (0..DAYS).prop_map(|offset| NaiveDate::from_ymd_opt(2020, 2, 10).unwrap() + Days::new(offset))
}

/// On the same days of earlier years, so that birthdays fall among the events; and in the same
/// year, so that events come before the birth.
fn birth() -> impl Strategy<Value = Birth> {
    let year = select(vec![1999, 2000, 2001, 2020]);
    prop_oneof![
        1 => year.clone().prop_map(Birth::Year),
        3 => (year, day()).prop_filter_map("no such day", |(year, day)| day.with_year(year)).prop_map(Birth::Day),
        1 => Just(Birth::Day(NaiveDate::from_ymd_opt(2000, 2, 29).unwrap())),
    ]
}

/// An event's domain, concept, start, end, and how often it is recorded: under another key, and
/// under the same.
fn events() -> impl Strategy<Value = Vec<EventRecord>> {
    let copies = prop_oneof![8 => Just((1, 1)), 1 => Just((2, 1)), 1 => Just((1, 2))];
    let day = || prop_oneof![30 => day().boxed(), 1 => select(vec![first_day(), last_day()]).boxed()];
    let event =
        (domain(), prop::option::weighted(0.9, select(&EVENT_CONCEPTS)), day(), prop::option::of(day()));
    prop::collection::vec((event, copies), 0..16).prop_map(|events| {
        let mut records = Vec::new();
        for ((domain, concept, start, end), (keys, rows)) in events {
            for _ in 0..keys {
                let record = RecordId::new(records.len() as i64 + 1);
                let mut event =
                    EventRecord::new(domain.into(), record, ConceptId::NO_MATCHING_CONCEPT, start);
                event.concept = concept.map(ConceptId::new);
                event.end = end.filter(|end| start <= *end);
                records.extend(std::iter::repeat_n(event, rows));
            }
        }
        records
    })
}

/// The first and the last day that a release can hold.
fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap()
}

fn last_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap()
}

/// 1 to 12 people with different ids, in any order.
pub(crate) fn people() -> impl Strategy<Value = Vec<PersonRecord>> {
    let sex = prop::option::of(select(vec![0, 8507, 8532]));
    let subjects = subsequence(&SUBJECTS, 1..=SUBJECTS.len()).prop_shuffle();
    subjects.prop_flat_map(move |subjects| {
        let lives = prop::collection::vec((birth(), sex.clone(), events()), subjects.len());
        lives.prop_map(move |lives| {
            let people = subjects.iter().zip(lives).map(|(subject, (birth, sex, events))| {
                let mut person = PersonRecord::new(SubjectId::new(*subject));
                person.birth = birth;
                person.gender = sex.map(ConceptId::new);
                person.sex_at_birth = person.gender;
                person.events = events;
                person
            });
            people.collect()
        })
    })
}

fn comparison() -> impl Strategy<Value = Comparison> {
    let all =
        [Comparison::Less, Comparison::AtMost, Comparison::Equal, Comparison::AtLeast, Comparison::Greater];
    select(all.to_vec())
}

fn years() -> impl Strategy<Value = i32> {
    select(vec![0, 1, 18, 19, 20, 21])
}

fn filter() -> impl Strategy<Value = Filter> {
    let dates = (comparison(), day())
        .prop_map(|(op, day)| Predicate::compare(Value::Column(Column::Start), op, Value::Date(day)));
    let ages = (comparison(), years()).prop_map(|(op, years)| Predicate::age(op, years));
    prop_oneof![dates, ages].prop_map(Filter::Where)
}

/// Mostly days that events are apart; sometimes as many as can be written.
fn window() -> impl Strategy<Value = Window> {
    let (before, after) = (Offset::InfinitelyBefore, Offset::InfinitelyAfter);
    let edges = (-12..8_i32, 0..20_i32, 0..12_u8).prop_map(move |(from, more, shape)| match shape {
        0 => (before.clone(), Offset::Days(from)),
        1 => (Offset::Days(from), after.clone()),
        2 => (before.clone(), after.clone()),
        3 => (Offset::Days(i32::MIN), Offset::Days(from)),
        4 => (Offset::Days(from), Offset::Days(i32::MAX)),
        5 => (Offset::Days(0), Offset::Days(0)),
        _ => (Offset::Days(from), Offset::Days(from + more)),
    });
    (edges, any::<bool>())
        .prop_map(|((from, to), open)| Window { from: Edge { at: from, open }, to: Edge::at(to) })
}

/// Events that read neither the index nor other events.
fn plain_events() -> impl Strategy<Value = Events> {
    let set = prop::option::weighted(0.8, select(&SETS));
    let filters = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(filter(), 1..3)];
    (domain(), set, filters).prop_map(|(domain, set, filters)| {
        let mut events = Events::of(domain.into());
        if let Some(set) = set {
            events = events.in_set(SetName::new(set).unwrap());
        }
        filters.into_iter().fold(events, Events::filtered)
    })
}

/// Events, half of them in windows around the index, where there is one, and around other events,
/// which may have windows themselves.
fn event_expression(has_index: bool) -> impl Strategy<Value = Events> {
    let once = windowed(has_index, plain_events().boxed());
    let twice = windowed(has_index, once.clone());
    prop_oneof![5 => plain_events().boxed(), 3 => once, 1 => twice]
}

fn windowed(has_index: bool, anchor: BoxedStrategy<Events>) -> BoxedStrategy<Events> {
    let first = anchor.prop_map(|events| Anchor::events(AnchorPick::First, events));
    let anchor = if has_index { prop_oneof![Just(Anchor::index()), first].boxed() } else { first.boxed() };
    (plain_events(), window(), anchor).prop_map(|(events, window, of)| events.during(window, of)).boxed()
}

fn predicate(has_index: bool) -> impl Strategy<Value = Predicate> {
    let sex = prop::collection::vec(select(vec![8507, 8532]), 1..3)
        .prop_map(|concepts| Predicate::sex_at_birth(concepts.into_iter().map(ConceptId::new)));
    let age = (comparison(), years()).prop_map(|(op, years)| Predicate::age_at_index(op, years));
    let about_index = if has_index { age.boxed() } else { sex.clone().boxed() };
    let leaf = prop_oneof![
        4 => event_expression(has_index).prop_map(Predicate::Any),
        1 => event_expression(has_index).prop_map(Predicate::No),
        2 => (1..4_u32, event_expression(has_index)).prop_map(|(n, of)| Predicate::at_least(n, CountUnit::Dates, of)),
        1 => sex,
        1 => about_index,
    ];
    leaf.prop_recursive(3, 6, 3, |inner| {
        let members = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            members.clone().prop_map(Predicate::All),
            members.prop_map(Predicate::AnyOf),
            inner.prop_map(Predicate::negated),
        ]
    })
}

fn concept_set() -> impl Strategy<Value = ConceptSet> {
    // Those that have others below them more often than the rest.
    let concept = prop_oneof![select(vocabulary::concepts()), select(vec![10, 20, 41])];
    let item = || {
        (concept.clone(), any::<[bool; 3]>()).prop_map(|(concept, [by_code, descendants, mapped])| {
            let mut item = match by_code {
                true => ConceptItem::new(Code::of("SNOMED", concept.to_string())),
                false => ConceptItem::only(ConceptId::new(concept)),
            };
            item.descendants = descendants;
            item.mapped = mapped;
            item
        })
    };
    (prop::collection::vec(item(), 1..6), prop::collection::vec(item(), 0..2))
        .prop_map(|(include, exclude)| ConceptSet::including(include).excluding(exclude))
}

fn steps(has_index: bool) -> impl Strategy<Value = Vec<Step>> {
    let label = prop::option::of("[a-zäß]{1,5}");
    let step = (any::<bool>(), predicate(has_index), label).prop_map(|(require, predicate, label)| {
        let step = if require { Step::require(predicate) } else { Step::exclude(predicate) };
        label.into_iter().fold(step, |step, label| step.with_label(Title::new(label).unwrap()))
    });
    prop::collection::vec(step, 0..4)
}

pub(crate) fn definition() -> impl Strategy<Value = Definition> {
    let entry = prop_oneof![
        1 => Just(Entry::everyone()).boxed(),
        1 => predicate(false).prop_map(Entry::People).boxed(),
        3 => event_expression(false).prop_map(Entry::first).boxed(),
    ];
    let sets = [concept_set(), concept_set(), concept_set()];
    let parts = entry.prop_flat_map(|entry| {
        let has_index = matches!(entry, Entry::Events(_));
        (Just(entry), steps(has_index))
    });
    (parts, sets).prop_map(|((entry, steps), sets)| {
        let cohort = Cohort::new(CohortName::new("c").unwrap(), entry);
        let cohort = steps.into_iter().fold(cohort, Cohort::with_step);
        SETS.into_iter().zip(sets).fold(Definition::of(cohort), |definition, (name, set)| {
            definition.with_concept_set(SetName::new(name).unwrap(), set)
        })
    })
}
