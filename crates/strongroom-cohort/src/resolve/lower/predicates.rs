use super::{Lowered, Lowering};
use crate::ast::{Comparison, CountTest, CountUnit, Counted, Literal, Match, Moment, Predicate, Value};
use crate::path::JsonPath;
use crate::resolved::{ResolvedCount, ResolvedEvents, ResolvedPredicate, ResolvedValue};

impl<'a> Lowering<'a> {
    pub(super) fn predicate(
        &mut self,
        predicate: &'a Predicate,
        at: &JsonPath,
    ) -> Lowered<ResolvedPredicate> {
        self.nested(at, |lowering| lowering.predicate_here(predicate, at))
    }

    fn predicate_here(&mut self, predicate: &'a Predicate, at: &JsonPath) -> Lowered<ResolvedPredicate> {
        Ok(match predicate {
            Predicate::Any(events) => {
                self.events(events, &at.field("any"))?.map(|of| rows(CountTest::AtLeast(1), of))
            }
            Predicate::No(events) => {
                self.events(events, &at.field("no"))?.map(|of| rows(CountTest::AtMost(0), of))
            }
            Predicate::Count(counted) => {
                let Counted { test, unit, per_concept, of, within } = &**counted;
                self.events(of, &at.field("count").field("of"))?.map(|of| {
                    ResolvedPredicate::Count(Box::new(ResolvedCount {
                        test: *test,
                        unit: *unit,
                        per_concept: *per_concept,
                        of,
                        within: *within,
                    }))
                })
            }
            Predicate::All(members) => {
                self.all(members, &at.field("all"), Self::predicate)?.map(ResolvedPredicate::All)
            }
            Predicate::AnyOf(members) => {
                self.all(members, &at.field("any_of"), Self::predicate)?.map(ResolvedPredicate::AnyOf)
            }
            Predicate::NoneOf(members) => self
                .all(members, &at.field("none_of"), Self::predicate)?
                .map(|members| negated(ResolvedPredicate::AnyOf(members))),
            Predicate::NumberOf { test, of } => self
                .all(of, &at.field("number_of").field("of"), Self::predicate)?
                .map(|of| ResolvedPredicate::NumberOf { test: *test, of }),
            Predicate::Not(inner) => self.predicate(inner, &at.field("not"))?.map(negated),
            Predicate::Observed { window, of } => {
                let at = at.field("observed");
                let window = self.window(window, &at.field("window"));
                let of = self.anchor(of, &at.field("of"))?;
                window.zip(of).map(|(window, of)| ResolvedPredicate::Observed { window, of })
            }
            Predicate::MemberOf { cohort, during } => {
                let at = at.field("member_of");
                let at_cohort = at.field("cohort");
                let cohort = self.nested(&at_cohort, |lowering| lowering.cohort(cohort, &at_cohort))?;
                let during = match during {
                    None => Some(None),
                    Some((window, anchor)) => {
                        let at = at.field("during");
                        let window = self.window(window, &at.position(0));
                        let anchor = self.anchor(anchor, &at.position(1))?;
                        window.zip(anchor).map(Some)
                    }
                };
                cohort.zip(during).map(|(cohort, during)| ResolvedPredicate::MemberOf { cohort, during })
            }
            Predicate::PersonHas(kind) => Some(ResolvedPredicate::PersonHas(kind.clone())),
            Predicate::Compare { left, op, right } => {
                let at = at.field("compare");
                let left = self.value(left, &at.field("left"))?;
                let right = self.value(right, &at.field("right"))?;
                left.zip(right).map(|(left, right)| ResolvedPredicate::Compare { left, op: *op, right })
            }
            Predicate::Between { value, low, high } => {
                let at = at.field("between");
                // The value stands there twice and counts twice: one inside another would else double
                // with every level.
                let place = at.field("value");
                let (once, again) = (self.value(value, &place)?, self.value(value, &place)?);
                let low = self.value(low, &at.field("low"))?;
                let high = self.value(high, &at.field("high"))?;
                once.zip(again).zip(low).zip(high).map(|(((once, again), low), high)| {
                    ResolvedPredicate::All(vec![
                        ResolvedPredicate::Compare { left: once, op: Comparison::AtLeast, right: low },
                        ResolvedPredicate::Compare { left: again, op: Comparison::AtMost, right: high },
                    ])
                })
            }
            Predicate::In { value, concepts } => {
                let at = at.field("in");
                // A column of its own is no standard concept column to warn about.
                let concepts = self.concepts(concepts, Match::Source, &at.field("concepts"))?;
                let value = self.value(value, &at.field("value"))?;
                value.zip(concepts).map(|(value, concepts)| ResolvedPredicate::In { value, concepts })
            }
            Predicate::Like { value, pattern } => {
                let value = self.value(value, &at.field("like").field("value"))?;
                value.map(|value| ResolvedPredicate::Like { value, pattern: pattern.clone() })
            }
            Predicate::Missing(value) => {
                self.value(value, &at.field("missing"))?.map(ResolvedPredicate::Missing)
            }
        })
    }

    pub(super) fn value(&mut self, value: &'a Value, at: &JsonPath) -> Lowered<ResolvedValue> {
        self.nested(at, |lowering| lowering.value_here(value, at))
    }

    fn value_here(&mut self, value: &'a Value, at: &JsonPath) -> Lowered<ResolvedValue> {
        Ok(match value {
            Value::Number(number) => Some(ResolvedValue::Number(*number)),
            Value::Quantity(quantity) => Some(ResolvedValue::Quantity(quantity.clone())),
            Value::Date(date) => Some(ResolvedValue::Date(*date)),
            Value::Text(text) => Some(ResolvedValue::Text(text.clone())),
            Value::Parameter(name) => self.parameter(name, &at.field("parameter"), |value| match value {
                Literal::Number(number) => Some(ResolvedValue::Number(*number)),
                Literal::Quantity(quantity) => Some(ResolvedValue::Quantity(quantity.clone())),
                Literal::Date(date) => Some(ResolvedValue::Date(*date)),
                Literal::Text(text) => Some(ResolvedValue::Text(text.clone())),
                Literal::Duration(_) | Literal::Concepts(_) => None,
            }),
            Value::Column(column) => Some(ResolvedValue::Column(*column)),
            Value::Person(column) => Some(ResolvedValue::Person(*column)),
            Value::Age(Moment::Anchor(anchor)) => {
                self.anchor(anchor, &at.field("age").field("anchor"))?.map(ResolvedValue::AgeAt)
            }
            Value::Age(Moment::Date(date)) => Some(ResolvedValue::AgeOn(*date)),
            Value::Age(Moment::Parameter(name)) => {
                let date = self.parameter(name, &at.field("age").field("parameter"), |value| match value {
                    Literal::Date(date) => Some(*date),
                    _ => None,
                });
                date.map(ResolvedValue::AgeOn)
            }
            Value::DateOf(anchor) => self.anchor(anchor, &at.field("date_of"))?.map(ResolvedValue::DateOf),
            Value::Aggregate { function, of, column, unit } => {
                self.events(of, &at.field("aggregate").field("of"))?.map(|of| ResolvedValue::Aggregate {
                    function: *function,
                    of: Box::new(of),
                    column: *column,
                    unit: unit.clone(),
                })
            }
            Value::CountOf { unit, of } => self
                .events(of, &at.field("count_of").field("of"))?
                .map(|of| ResolvedValue::CountOf { unit: *unit, of: Box::new(of) }),
            Value::Arithmetic { left, op, right } => {
                let at = at.field("arithmetic");
                let left = self.value(left, &at.field("left"))?;
                let right = self.value(right, &at.field("right"))?;
                left.zip(right).map(|(left, right)| ResolvedValue::Arithmetic {
                    left: Box::new(left),
                    op: *op,
                    right: Box::new(right),
                })
            }
            Value::Band { value, width } => self
                .value(value, &at.field("band").field("value"))?
                .map(|value| ResolvedValue::Band { value: Box::new(value), width: *width }),
        })
    }
}

fn rows(test: CountTest, of: ResolvedEvents) -> ResolvedPredicate {
    let count = ResolvedCount { test, unit: CountUnit::Rows, per_concept: false, of, within: None };
    ResolvedPredicate::Count(Box::new(count))
}

fn negated(predicate: ResolvedPredicate) -> ResolvedPredicate {
    ResolvedPredicate::Not(Box::new(predicate))
}
