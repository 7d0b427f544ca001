use std::mem;
use std::sync::Arc;

use strongroom_cohort::ast::AnchorPick;
use strongroom_cohort::{
    ResolvedAnchor, ResolvedAnchorBase, ResolvedEvents, ResolvedFilter, ResolvedPredicate, ResolvedSource,
    ResolvedValue,
};

use super::nodes::{
    Anchor, AnchorBase, Count, EnvironmentId, Events, Filter, Leaf, Origin, SetId, SetNode, Source, Test,
    Value,
};
use super::{Compiler, Rules, free};

/// The lowering of the parts of one cohort.
pub(super) struct Lowering<'a> {
    pub(super) compiler: &'a mut Compiler,
    pub(super) rules: &'a Rules,
    pub(super) environment: EnvironmentId,
    /// The sets that were asked for.
    pub(super) uses: Vec<SetId>,
}

impl Lowering<'_> {
    /// Events that leave nothing open, as a set. What is left open after all is asked of no entry
    /// event: where an entry is collected there is none.
    pub(super) fn set(&mut self, events: &ResolvedEvents) -> SetId {
        let key = (self.environment, events.clone());
        let known = self.compiler.known_sets.get(&key).copied();
        let id = known.unwrap_or_else(|| {
            let id = self.new_set(events);
            self.compiler.known_sets.insert(key, id);
            id
        });
        self.uses.push(id);
        id
    }

    fn new_set(&mut self, events: &ResolvedEvents) -> SetId {
        let uses_outside = mem::take(&mut self.uses);
        let source = match &events.from {
            ResolvedSource::Recorded { kind, concepts, matching } => {
                Source::Recorded { kind: *kind, concepts: concepts.clone(), matching: *matching }
            }
            ResolvedSource::Cohort(plan) => Source::Cohort(self.compiler.plan(self.rules, plan)),
            ResolvedSource::Union(members) => {
                Source::Union(members.iter().map(|member| self.set(member)).collect())
            }
        };
        let filters = events.filters.iter().map(|filter| self.filter(filter, &mut Vec::new())).collect();
        let uses = mem::replace(&mut self.uses, uses_outside);
        self.compiler.program.sets.push(SetNode { environment: self.environment, source, filters, uses });
        SetId(self.compiler.program.sets.len() - 1)
    }

    /// Events as a set with the filters that leave nothing open, up to the first that does, and the
    /// filters that follow.
    pub(super) fn events(&mut self, events: &ResolvedEvents) -> Events {
        let closed =
            |filter: &&ResolvedFilter| free::in_filter(filter).nothing() && !free::takes_turns(filter);
        let (from, fixed) = match &events.from {
            ResolvedSource::Union(members) if !free::in_source(&events.from).nothing() => {
                (Origin::Union(members.iter().map(|member| self.events(member)).collect()), 0)
            }
            source => {
                let fixed = events.filters.iter().take_while(closed).count();
                let filters = events.filters.iter().take(fixed).cloned().collect();
                let set = ResolvedEvents { from: source.clone(), filters };
                (Origin::Set(self.set(&set)), fixed)
            }
        };
        let mut turns = Vec::new();
        let rest = events.filters.iter().skip(fixed);
        let filters = rest.map(|filter| self.filter(filter, &mut turns)).collect();
        let each = turns.iter().map(|events| self.events(events)).collect();
        Events { from, filters, each }
    }

    /// A filter; the events of its anchor of `each` are added to the turns, equal ones once.
    fn filter(&mut self, filter: &ResolvedFilter, turns: &mut Vec<ResolvedEvents>) -> Filter {
        match filter {
            ResolvedFilter::Where(predicate) => Filter::Where {
                test: self.test(predicate),
                asks_for_observation: free::asks_for_observation(predicate),
            },
            ResolvedFilter::During { test, window, of, ignoring_observation } => Filter::During {
                test: *test,
                window: *window,
                of: self.anchor_in_turn(of, turns),
                ignoring_observation: *ignoring_observation,
            },
            ResolvedFilter::SameVisit { or, as_anchor } => {
                Filter::SameVisit { or: *or, as_anchor: self.anchor_in_turn(as_anchor, turns) }
            }
            ResolvedFilter::Keep(pick) => Filter::Keep(*pick),
            ResolvedFilter::Interval { start, end } => Filter::Interval { start: *start, end: *end },
        }
    }

    fn anchor_in_turn(&mut self, anchor: &ResolvedAnchor, turns: &mut Vec<ResolvedEvents>) -> Anchor {
        let ResolvedAnchorBase::Events { pick: AnchorPick::Each, of } = &anchor.on else {
            return self.anchor(anchor);
        };
        // The same words mean the same row.
        let position = turns.iter().position(|known| *known == **of).unwrap_or_else(|| {
            turns.push((**of).clone());
            turns.len() - 1
        });
        let of = Box::new(self.events(of));
        Anchor { on: AnchorBase::Each { position, of }, endpoint: anchor.endpoint }
    }

    fn anchor(&mut self, anchor: &ResolvedAnchor) -> Anchor {
        let on = match &anchor.on {
            ResolvedAnchorBase::Index => AnchorBase::Index,
            ResolvedAnchorBase::This => AnchorBase::This,
            ResolvedAnchorBase::Events { pick, of } => {
                AnchorBase::Events { pick: *pick, of: Box::new(self.events(of)) }
            }
        };
        Anchor { on, endpoint: anchor.endpoint }
    }

    pub(super) fn test(&mut self, predicate: &ResolvedPredicate) -> Test {
        match predicate {
            ResolvedPredicate::Count(count) => Test::Count(Box::new(Count {
                test: count.test,
                unit: count.unit,
                per_concept: count.per_concept,
                within: count.within,
                of: self.events(&count.of),
            })),
            ResolvedPredicate::All(members) => Test::All(self.tests(members)),
            ResolvedPredicate::AnyOf(members) => Test::AnyOf(self.tests(members)),
            ResolvedPredicate::NumberOf { test, of } => Test::NumberOf { test: *test, of: self.tests(of) },
            ResolvedPredicate::Not(inner) => Test::Not(Box::new(self.test(inner))),
            ResolvedPredicate::Observed { window, of } => {
                Test::Observed { window: *window, of: self.anchor(of) }
            }
            ResolvedPredicate::MemberOf { cohort, during } => Test::MemberOf {
                cohort: self.compiler.plan(self.rules, cohort),
                during: during.as_ref().map(|(window, anchor)| (*window, self.anchor(anchor))),
            },
            ResolvedPredicate::PersonHas(kind) => Test::PersonHas(kind.clone()),
            ResolvedPredicate::Compare { left, op, right } => {
                Test::Leaf(Leaf::Compare { left: self.value(left), op: *op, right: self.value(right) })
            }
            ResolvedPredicate::In { value, concepts } => {
                Test::Leaf(Leaf::In { value: self.value(value), concepts: Arc::clone(concepts) })
            }
            ResolvedPredicate::Like { value, pattern } => {
                Test::Leaf(Leaf::Like { value: self.value(value), pattern: pattern.clone() })
            }
            ResolvedPredicate::Missing(value) => Test::Leaf(Leaf::Missing(self.value(value))),
        }
    }

    fn tests(&mut self, members: &[ResolvedPredicate]) -> Vec<Test> {
        members.iter().map(|member| self.test(member)).collect()
    }

    fn value(&mut self, value: &ResolvedValue) -> Value {
        match value {
            ResolvedValue::Number(number) => Value::Number(number.value()),
            ResolvedValue::Quantity(quantity) => Value::Quantity(quantity.clone()),
            ResolvedValue::Date(date) => Value::Date(*date),
            ResolvedValue::Text(text) => Value::Text(text.as_str().into()),
            ResolvedValue::Column(column) => Value::Column(*column),
            ResolvedValue::Person(column) => Value::Person(*column),
            ResolvedValue::AgeAt(anchor) => Value::AgeAt(self.anchor(anchor)),
            ResolvedValue::AgeOn(date) => Value::AgeOn(*date),
            ResolvedValue::DateOf(anchor) => Value::DateOf(self.anchor(anchor)),
            ResolvedValue::Aggregate { function, of, column, unit } => Value::Aggregate {
                function: *function,
                of: Box::new(self.events(of)),
                column: *column,
                unit: unit.clone(),
            },
            ResolvedValue::CountOf { unit, of } => {
                Value::CountOf { unit: *unit, of: Box::new(self.events(of)) }
            }
            ResolvedValue::Arithmetic { left, op, right } => Value::Arithmetic {
                left: Box::new(self.value(left)),
                op: *op,
                right: Box::new(self.value(right)),
            },
            ResolvedValue::Band { value, width } => {
                Value::Band { value: Box::new(self.value(value)), width: width.value() }
            }
        }
    }
}
