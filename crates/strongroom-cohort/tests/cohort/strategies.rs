//! Random definitions over the concept sets `a`, `b`, `c` of `people`, and random people.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use strongroom_cohort::reference::{Birth, EventRecord, PersonRecord};
use strongroom_cohort::{
    AgeRange, Anchor, CohortName, ConceptItem, ConceptSetExpression, DateRange, Definition, Entry, Events,
    Predicate, RowPredicate, SetName, Step, Window, WindowEdge,
};
use strongroom_omop::{ConceptId, Domain, RecordId, SubjectId};
use strongroom_primitives::Label;

/// Few domains, concepts and days, so that random people meet random criteria.
const DOMAINS: [Domain; 2] = [Domain::Condition, Domain::Drug];
const CONCEPTS: [i64; 7] = [0, 10, 11, 12, 20, 21, 30];
const DAYS: u64 = 40;

fn day() -> impl Strategy<Value = NaiveDate> {
    (0..DAYS).prop_map(|offset| NaiveDate::from_ymd_opt(2020, 2, 10).unwrap() + Days::new(offset))
}

fn birth() -> impl Strategy<Value = Birth> {
    prop_oneof![
        Just(Birth::Unknown),
        (1999..2003_i32).prop_map(Birth::Year),
        (1999..2003_i32, 1..=366_u32)
            .prop_filter_map("no such day", |(year, day)| NaiveDate::from_yo_opt(year, day))
            .prop_map(Birth::Day),
    ]
}

pub(crate) fn person() -> impl Strategy<Value = PersonRecord> {
    let event =
        (prop::sample::select(&DOMAINS), prop::sample::select(&CONCEPTS), day(), prop::option::of(day()));
    let sex = prop::option::of(prop::sample::select(vec![0, 8507, 8532]));
    (birth(), sex, prop::collection::vec(event, 0..8)).prop_map(|(birth, sex, events)| {
        let mut person = PersonRecord::new(SubjectId::new(1));
        person.birth = birth;
        person.sex_at_birth = sex.map(ConceptId::new);
        person.events = (1..)
            .zip(events)
            .map(|(record, (domain, concept, start, end))| {
                let mut event =
                    EventRecord::new(domain, RecordId::new(record), ConceptId::new(concept), start);
                event.end = end;
                event
            })
            .collect();
        person
    })
}

fn age_range() -> impl Strategy<Value = AgeRange> {
    (17..22_u32, 0..3_u32, 0..3_u8).prop_map(|(min, more, shape)| AgeRange {
        min: (shape != 0).then_some(min),
        max: (shape != 1).then_some(min + more),
    })
}

fn filter() -> impl Strategy<Value = RowPredicate> {
    let dates = (day(), 0..DAYS, 0..3_u8).prop_map(|(from, more, shape)| {
        RowPredicate::Start(DateRange {
            from: (shape != 0).then_some(from),
            to: (shape != 1).then_some(from + Days::new(more)),
        })
    });
    prop_oneof![dates, age_range().prop_map(RowPredicate::Age)]
}

fn edges() -> impl Strategy<Value = (WindowEdge, WindowEdge)> {
    (-20..20_i32, 0..30_i32, 0..6_u8).prop_map(|(from, more, shape)| {
        let edge = |open: bool, days: i32| if open { WindowEdge::Unbounded } else { WindowEdge::Days(days) };
        (edge(shape == 0, from), edge(shape == 1, from + more))
    })
}

/// Events that read neither the index nor other events.
fn plain_events() -> impl Strategy<Value = Events> {
    let set = prop::option::weighted(0.9, prop::sample::select(vec!["a", "b", "c"]));
    let filters = prop::collection::vec(filter(), 0..2);
    (prop::sample::select(&DOMAINS), set, filters).prop_map(|(domain, set, filters)| {
        let mut events = Events::of(domain);
        if let Some(set) = set {
            events = events.in_set(SetName::new(set).unwrap());
        }
        filters.into_iter().fold(events, Events::with_filter)
    })
}

/// Events with windows around the index, where there is one, and around other events.
pub(crate) fn events(has_index: bool) -> impl Strategy<Value = Events> {
    plain_events().prop_recursive(2, 4, 1, move |anchor| {
        let first = anchor.prop_map(|events| Anchor::First(Box::new(events)));
        let anchor = if has_index { prop_oneof![Just(Anchor::Index), first].boxed() } else { first.boxed() };
        (plain_events(), edges(), anchor)
            .prop_map(|(events, (from, to), of)| events.during(Window::new(from, to, of)))
    })
}

fn predicate(has_index: bool) -> impl Strategy<Value = Predicate> {
    let sex = prop::collection::vec(prop::sample::select(vec![8507, 8532]), 1..3)
        .prop_map(|concepts| Predicate::SexAtBirth(concepts.into_iter().map(ConceptId::new).collect()));
    let about_index =
        if has_index { age_range().prop_map(Predicate::AgeAtIndex).boxed() } else { sex.clone().boxed() };
    let leaf = prop_oneof![
        3 => events(has_index).prop_map(Predicate::Any),
        1 => events(has_index).prop_map(Predicate::No),
        2 => (1..4_u32, events(has_index)).prop_map(|(n, of)| Predicate::at_least_dates(n, of)),
        1 => sex,
        1 => about_index,
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let members = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            members.clone().prop_map(Predicate::All),
            members.prop_map(Predicate::AnyOf),
            inner.prop_map(Predicate::negated),
        ]
    })
}

/// An entry, and whether it gives people an index.
fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![Just(Entry::Everyone), events(false).prop_map(Entry::First)]
}

/// An entry and a predicate that makes sense after it.
pub(crate) fn entry_and_predicate() -> impl Strategy<Value = (Entry, Predicate)> {
    entry().prop_flat_map(|entry| {
        let has_index = matches!(entry, Entry::First(_));
        (Just(entry), predicate(has_index))
    })
}

pub(crate) fn definition() -> impl Strategy<Value = Definition> {
    let steps = |has_index| {
        let label = prop::option::of("[a-zäß]{1,5}");
        prop::collection::vec((any::<bool>(), predicate(has_index), label), 0..4)
    };
    entry()
        .prop_flat_map(move |entry| {
            let has_index = matches!(entry, Entry::First(_));
            (Just(entry), steps(has_index))
        })
        .prop_map(|(entry, steps)| {
            steps
                .into_iter()
                .map(|(require, predicate, label)| {
                    let step = if require { Step::require(predicate) } else { Step::exclude(predicate) };
                    label.into_iter().fold(step, |step, label| step.with_label(Label::new(label).unwrap()))
                })
                .fold(bare(entry), Definition::with_step)
        })
}

/// A definition with this entry, the three concept sets and no steps.
pub(crate) fn bare(entry: Entry) -> Definition {
    [
        ("a", ConceptItem::with_descendants(ConceptId::new(10))),
        ("b", ConceptItem::with_descendants(ConceptId::new(20))),
        ("c", ConceptItem::only(ConceptId::new(30))),
    ]
    .into_iter()
    .fold(Definition::new(CohortName::new("c").unwrap(), entry), |definition, (name, item)| {
        definition.with_concept_set(SetName::new(name).unwrap(), ConceptSetExpression::including([item]))
    })
}
