//! Events, predicates and values that stand inside of each other.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use strongroom_cohort::ast::{
    AggregateFunction, Anchor, AnchorBase, AnchorPick, ArithmeticOperator, Column, Comparison, CountTest,
    CountUnit, Counted, DateSource, Edge, EventKind, EventSource, Events, Filter, Match, Moment, Offset,
    PersonColumn, Predicate, SameVisit, Value, Window, WindowTest,
};
use strongroom_cohort::{CohortName, EventsName, ParameterName};

use super::{concept_ref, date, duration, endpoint, named, number, pick, quantity, text, unit};

/// How deep events, predicates and values stand inside of each other at most.
const DEPTH: u32 = 4;

pub(crate) fn column() -> impl Strategy<Value = Column> {
    select(Column::ALL)
}

pub(crate) fn events() -> BoxedStrategy<Events> {
    level(DEPTH).events
}

pub(crate) fn predicate() -> BoxedStrategy<Predicate> {
    level(DEPTH).predicate
}

pub(crate) fn value() -> BoxedStrategy<Value> {
    level(DEPTH).value
}

/// What may stand inside of the next level. Each level is made once, and shared.
#[derive(Clone)]
struct Level {
    events: BoxedStrategy<Events>,
    predicate: BoxedStrategy<Predicate>,
    value: BoxedStrategy<Value>,
    anchor: BoxedStrategy<Anchor>,
}

fn level(depth: u32) -> Level {
    let anchor = anchor_within(None);
    let value = simple_value(&anchor).boxed();
    let predicate = simple_predicate(&value, &anchor).boxed();
    let events = simple_source().prop_map(|from| Events { from, filters: Vec::new() }).boxed();
    let mut level = Level { events, predicate, value, anchor };
    for _ in 0..depth {
        level = Level {
            events: events_within(&level),
            predicate: predicate_within(&level),
            value: value_within(&level),
            anchor: anchor_within(Some(&level)),
        };
    }
    level
}

fn window() -> impl Strategy<Value = Window> {
    let offset = prop_oneof![
        duration().prop_map(Offset::from),
        Just(Offset::InfinitelyBefore),
        Just(Offset::InfinitelyAfter),
        named(ParameterName::new).prop_map(Offset::Parameter),
        named(ParameterName::new).prop_map(Offset::MinusParameter),
    ];
    let edge = (offset, any::<bool>()).prop_map(|(at, open)| Edge { at, open });
    let edge = edge.boxed();
    (edge.clone(), edge).prop_map(|(from, to)| Window { from, to })
}

fn unit_of_count() -> impl Strategy<Value = CountUnit> {
    prop_oneof![
        select(vec![CountUnit::Rows, CountUnit::Dates, CountUnit::Visits, CountUnit::Concepts]),
        column().prop_map(CountUnit::Distinct),
    ]
}

fn count_test() -> impl Strategy<Value = CountTest> {
    (any::<u32>(), 0..9_u32, 0..5_u8).prop_map(|(large, n, which)| match which {
        0 => CountTest::AtLeast(n),
        1 => CountTest::AtMost(large),
        2 => CountTest::Exactly(n),
        3 => CountTest::Not(n),
        _ => CountTest::Between(n, large),
    })
}

fn anchor_within(below: Option<&Level>) -> BoxedStrategy<Anchor> {
    let simple = select(vec![AnchorBase::Index, AnchorBase::This]);
    let base = match below {
        None => simple.boxed(),
        Some(below) => {
            let picks = select(vec![AnchorPick::Any, AnchorPick::First, AnchorPick::Last, AnchorPick::Each]);
            let of = (picks, below.events.clone())
                .prop_map(|(pick, of)| AnchorBase::Events { pick, of: Box::new(of) });
            prop_oneof![2 => simple, 1 => of].boxed()
        }
    };
    (base, endpoint()).prop_map(|(on, endpoint)| Anchor { on, endpoint }).boxed()
}

fn filter_within(below: &Level) -> BoxedStrategy<Filter> {
    let date_source = || {
        prop_oneof![
            prop_oneof![Just(0), any::<i32>()].prop_map(DateSource::Start),
            any::<i32>().prop_map(DateSource::End),
            date().prop_map(DateSource::Date),
        ]
    };
    let tests = select(vec![WindowTest::Start, WindowTest::End, WindowTest::AnyDay]);
    let during = (tests, window(), below.anchor.clone(), any::<bool>()).prop_map(
        |(test, window, of, ignoring_observation)| Filter::During { test, window, of, ignoring_observation },
    );
    let visits = select(vec![SameVisit::Visit, SameVisit::VisitOrDay, SameVisit::VisitAndDay]);
    prop_oneof![
        3 => below.predicate.clone().prop_map(Filter::Where),
        2 => during,
        1 => (visits, below.anchor.clone()).prop_map(|(or, as_anchor)| Filter::SameVisit { or, as_anchor }),
        1 => pick().prop_map(Filter::Keep),
        1 => (date_source(), date_source()).prop_map(|(start, end)| Filter::Interval { start, end }),
    ]
    .boxed()
}

fn simple_source() -> impl Strategy<Value = EventSource> {
    let matching = select(vec![Match::Standard, Match::Source, Match::Either]);
    let recorded = (select(EventKind::ALL), option::of(concept_ref()), matching)
        .prop_map(|(kind, concepts, matching)| EventSource::Recorded { kind, concepts, matching });
    prop_oneof![
        4 => recorded,
        1 => named(CohortName::new).prop_map(EventSource::Cohort),
        2 => named(EventsName::new).prop_map(EventSource::Named),
    ]
}

fn events_within(below: &Level) -> BoxedStrategy<Events> {
    let union = vec(below.events.clone(), 0..3).prop_map(EventSource::Union);
    let from = prop_oneof![4 => simple_source(), 1 => union];
    (from, vec(filter_within(below), 0..3)).prop_map(|(from, filters)| Events { from, filters }).boxed()
}

fn simple_predicate(
    value: &BoxedStrategy<Value>,
    anchor: &BoxedStrategy<Anchor>,
) -> impl Strategy<Value = Predicate> + use<> {
    let has = prop_oneof![super::name(), text()].prop_map(Predicate::PersonHas);
    let comparisons = select(vec![
        Comparison::Less,
        Comparison::AtMost,
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::AtLeast,
        Comparison::Greater,
    ]);
    let value = || value.clone();
    prop_oneof![
        has,
        (value(), comparisons, value()).prop_map(|(left, op, right)| Predicate::Compare { left, op, right }),
        (value(), value(), value()).prop_map(|(value, low, high)| Predicate::Between { value, low, high }),
        (value(), concept_ref()).prop_map(|(value, concepts)| Predicate::In { value, concepts }),
        (value(), text()).prop_map(|(value, pattern)| Predicate::Like { value, pattern }),
        value().prop_map(Predicate::Missing),
        (window(), anchor.clone()).prop_map(|(window, of)| Predicate::Observed { window, of }),
        (named(CohortName::new), option::of((window(), anchor.clone())))
            .prop_map(|(cohort, during)| Predicate::MemberOf { cohort, during }),
    ]
}

fn predicate_within(below: &Level) -> BoxedStrategy<Predicate> {
    let events = || below.events.clone();
    let members = || vec(below.predicate.clone(), 0..4);
    let counted = (count_test(), unit_of_count(), any::<bool>(), events(), option::of(duration())).prop_map(
        |(test, unit, per_concept, of, within)| {
            Predicate::Count(Box::new(Counted { test, unit, per_concept, of, within }))
        },
    );
    prop_oneof![
        3 => simple_predicate(&below.value, &below.anchor),
        1 => events().prop_map(Predicate::Any),
        1 => events().prop_map(Predicate::No),
        1 => counted,
        1 => members().prop_map(Predicate::All),
        1 => members().prop_map(Predicate::AnyOf),
        1 => members().prop_map(Predicate::NoneOf),
        1 => (count_test(), members()).prop_map(|(test, of)| Predicate::NumberOf { test, of }),
        1 => below.predicate.clone().prop_map(Predicate::negated),
    ]
    .boxed()
}

fn simple_value(anchor: &BoxedStrategy<Anchor>) -> impl Strategy<Value = Value> + use<> {
    let moment = prop_oneof![
        anchor.clone().prop_map(Moment::Anchor),
        date().prop_map(Moment::Date),
        named(ParameterName::new).prop_map(Moment::Parameter),
    ];
    prop_oneof![
        number().prop_map(Value::Number),
        quantity().prop_map(Value::Quantity),
        date().prop_map(Value::Date),
        text().prop_map(Value::Text),
        named(ParameterName::new).prop_map(Value::Parameter),
        column().prop_map(Value::Column),
        select(PersonColumn::ALL).prop_map(Value::Person),
        moment.prop_map(Value::Age),
        Just(Value::Age(Moment::Anchor(Anchor::this()))),
        anchor.clone().prop_map(Value::DateOf),
    ]
}

fn value_within(below: &Level) -> BoxedStrategy<Value> {
    let functions = select(vec![
        AggregateFunction::First,
        AggregateFunction::Last,
        AggregateFunction::Nearest,
        AggregateFunction::Min,
        AggregateFunction::Max,
        AggregateFunction::Mean,
        AggregateFunction::Sum,
    ]);
    let operators = select(vec![
        ArithmeticOperator::Add,
        ArithmeticOperator::Subtract,
        ArithmeticOperator::Multiply,
        ArithmeticOperator::Divide,
    ]);
    let aggregate = (functions, below.events.clone(), column(), option::of(unit())).prop_map(
        |(function, of, column, unit)| Value::Aggregate { function, of: Box::new(of), column, unit },
    );
    let value = || below.value.clone().prop_map(Box::new);
    prop_oneof![
        4 => simple_value(&below.anchor),
        1 => aggregate,
        1 => (unit_of_count(), below.events.clone())
            .prop_map(|(unit, of)| Value::CountOf { unit, of: Box::new(of) }),
        1 => (value(), operators, value())
            .prop_map(|(left, op, right)| Value::Arithmetic { left, op, right }),
        1 => (value(), number()).prop_map(|(value, width)| Value::Band { value, width }),
    ]
    .boxed()
}
