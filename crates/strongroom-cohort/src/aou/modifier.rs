use strongroom_omop::ConceptId;

use super::Mode;
use super::build::{Builder, all_of, any_of};
use super::compare::{compared, concept, counts, integers, inverted};
use super::problem::AouProblemKind as Kind;
use super::request::{Item, Modifier, Operands};
use super::words::{ModifierName, Operator};
use crate::ast::{Anchor, Column, CountTest, CountUnit, Counted, Events, Filter, Moment, Predicate, Value};

/// What the modifiers of an item ask.
pub(super) struct Modifiers {
    /// Of each event.
    pub(super) filters: Vec<Filter>,
    /// Of the number of dates: of every list one test has to be passed.
    pub(super) occurrences: Vec<Vec<CountTest>>,
}

impl Modifiers {
    pub(super) fn read(builder: &mut Builder<'_>, item: &Item) -> Self {
        let mut read = Self { filters: Vec::new(), occurrences: Vec::new() };
        let mut seen = Vec::new();
        for modifier in &item.modifiers {
            if seen.contains(&modifier.name) && builder.mode == Mode::Workbench {
                builder.problems.add(Kind::OnlyTheFirst, &modifier.path);
                continue;
            }
            seen.push(modifier.name);
            read.add(builder, modifier);
        }
        read
    }

    fn add(&mut self, builder: &mut Builder<'_>, modifier: &Modifier) {
        let operator = modifier.operator;
        let predicate = match (&modifier.operands, modifier.name) {
            (Operands::Days(days), _) => {
                if inverted(operator, days) {
                    builder.problems.add(Kind::NeverTrue, &modifier.path);
                }
                let days = days.iter().copied().map(Value::Date).collect();
                compared(&Value::Column(Column::Start), operator, days)
            }
            (Operands::Integers(numbers), ModifierName::Occurrences) => {
                let Some(tests) = counts(operator, numbers) else {
                    builder.problems.add(Kind::OperatorWithoutMeaning, &modifier.path);
                    return;
                };
                if tests.is_empty() {
                    builder.problems.add(Kind::NeverTrue, &modifier.path);
                }
                self.occurrences.push(tests);
                return;
            }
            (Operands::Integers(numbers), ModifierName::Encounters) => {
                one_concept(builder, modifier, Column::VisitKind, numbers)
            }
            (Operands::Integers(numbers), ModifierName::Cati) => {
                one_concept(builder, modifier, Column::CollectionMethod, numbers)
            }
            (Operands::Integers(numbers), ModifierName::AgeAtEvent | ModifierName::EventDate) => {
                if inverted(operator, numbers) {
                    builder.problems.add(Kind::NeverTrue, &modifier.path);
                }
                let age = match builder.mode {
                    Mode::Workbench => Value::Column(Column::RecordedAge),
                    Mode::Strict => Value::Age(Moment::Anchor(Anchor::this())),
                };
                compared(&age, operator, integers(numbers))
            }
        };
        match predicate {
            Some(predicate) => self.filters.push(Filter::Where(predicate)),
            None => builder.problems.add(Kind::OperatorWithoutMeaning, &modifier.path),
        }
    }

    /// Events that pass the modifiers.
    pub(super) fn on(&self, mut events: Events) -> Events {
        events.filters.extend(self.filters.iter().cloned());
        events
    }

    /// Whether the person has such events, and as many as asked.
    pub(super) fn exist(&self, mode: Mode, events: Events) -> Predicate {
        let events = self.on(events);
        if self.occurrences.is_empty() {
            return Predicate::Any(events);
        }
        let count = |test: CountTest| {
            Predicate::Count(Box::new(Counted {
                test,
                unit: CountUnit::Dates,
                // The Workbench counts the dates of each concept by itself.
                per_concept: mode == Mode::Workbench,
                of: events.clone(),
                within: None,
            }))
        };
        let never = [CountTest::AtLeast(u32::MAX)];
        let modifiers = self.occurrences.iter().map(|tests| {
            let tests = if tests.is_empty() { &never[..] } else { tests };
            any_of(tests.iter().copied().map(count).collect())
        });
        all_of(modifiers.collect())
    }
}

/// The Workbench reads the first operand alone, even of `IN`.
fn one_concept(
    builder: &mut Builder<'_>,
    modifier: &Modifier,
    column: Column,
    operands: &[i64],
) -> Option<Predicate> {
    let mut concepts: Vec<_> = operands.iter().copied().map(ConceptId::new).collect();
    if builder.mode == Mode::Workbench && concepts.len() > 1 && modifier.operator == Operator::In {
        builder.problems.add(Kind::OnlyTheFirstOperand, &modifier.path.field("operands"));
        concepts.truncate(1);
    }
    concept(Value::Column(column), modifier.operator, concepts)
}
