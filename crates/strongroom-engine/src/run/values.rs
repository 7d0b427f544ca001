use chrono::Datelike;
use strongroom_cohort::ast::{AggregateFunction, Column, ColumnType, PersonColumn, Pick, Profile, Unit};
use strongroom_cohort::reference::Birth;
use strongroom_omop::ConceptId;
use strongroom_timeline::{Day, Event};

use super::machine::{Machine, Scope};
use super::picks::PickedAt;
use super::rules;
use super::scalars::{arithmetic, as_number, compare, finite, in_unit, plain};
use super::tables::{id_at, kind_of_table};
use crate::compile::{Events, Value};

/// A known value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar<'v> {
    Number(f64),
    Quantity(f64, &'v Unit),
    /// A number of a record, which has the record's unit.
    Measured(Measured),
    Day(Day),
    Concept(i64),
    Text(&'v str),
    Id(i64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    pub(super) value: f64,
    /// What was measured.
    pub(super) concept: Option<i64>,
    /// The unit as recorded.
    pub(super) unit: Option<i64>,
}

/// A value by which equal ones are found: numbers are equal if their bits are.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'v> {
    Number(u64),
    Day(Day),
    Concept(i64),
    Text(&'v str),
    Id(i64),
}

impl<'v> Key<'v> {
    pub(super) fn of(value: &Scalar<'v>) -> Self {
        match value {
            // Adding zero makes the negative one positive.
            Scalar::Number(number) | Scalar::Quantity(number, _) => Self::Number((number + 0.0).to_bits()),
            Scalar::Measured(measured) => Self::Number((measured.value + 0.0).to_bits()),
            Scalar::Day(day) => Self::Day(*day),
            Scalar::Concept(concept) => Self::Concept(*concept),
            Scalar::Text(text) => Self::Text(text),
            Scalar::Id(id) => Self::Id(*id),
        }
    }
}

impl Machine<'_> {
    /// The value, if it is known.
    pub(super) fn value<'v>(&'v self, value: &'v Value, scope: Scope<'_>) -> Option<Scalar<'v>> {
        match value {
            Value::Number(number) => Some(Scalar::Number(*number)),
            Value::Quantity(quantity) => Some(Scalar::Quantity(quantity.number.value(), &quantity.unit)),
            Value::Date(date) => Some(Scalar::Day((*date).into())),
            Value::Text(text) => Some(Scalar::Text(text)),
            Value::Column(column) => self.column(scope.this?, *column, scope),
            Value::Person(column) => self.person(*column, scope),
            Value::AgeAt(anchor) => self.age(self.day_of(anchor, scope)?, scope),
            Value::AgeOn(date) => self.age((*date).into(), scope),
            Value::DateOf(anchor) => self.day_of(anchor, scope).map(Scalar::Day),
            Value::Aggregate { function, of, column, unit } => {
                self.aggregate(*function, of, *column, unit.as_ref(), scope)
            }
            Value::CountOf { unit, of } => {
                let mut rows = self.spare();
                self.collect(of, scope, &[], &mut rows);
                let number = self.number(*unit, scope, &rows);
                self.give_back(rows);
                Some(Scalar::Number(as_number(number)))
            }
            Value::Arithmetic { left, op, right } => {
                arithmetic(self.value(left, scope)?, *op, self.value(right, scope)?)
            }
            Value::Band { value, width } => {
                let number = plain(&self.value(value, scope)?)?;
                finite((number / width).floor() * width)
            }
        }
    }

    /// The age in years on a day (R13). `circe/1` only ever subtracts years.
    fn age(&self, day: Day, scope: Scope<'_>) -> Option<Scalar<'static>> {
        let age = match (scope.profile, self.tables.people().birth(scope.person)) {
            (Profile::Circe1, Birth::Day(birth)) => Some(day.year()? - birth.year()),
            (_, birth) => birth.age_on(day.date()?),
        };
        age.map(|age| Scalar::Number(age.into()))
    }

    fn person(&self, column: PersonColumn, scope: Scope<'_>) -> Option<Scalar<'static>> {
        let people = self.tables.people();
        match column {
            PersonColumn::Gender
            | PersonColumn::SexAtBirth
            | PersonColumn::Race
            | PersonColumn::Ethnicity
            | PersonColumn::SelfReportedCategory => {
                let recorded = people.concept(column, scope.person).map(ConceptId::value);
                rules::known_concept(scope.profile, recorded).map(Scalar::Concept)
            }
            PersonColumn::BirthDate => match people.birth(scope.person) {
                Birth::Day(day) => Some(Scalar::Day(day.into())),
                Birth::Year(_) | Birth::Unknown => None,
            },
            PersonColumn::BirthYear => match people.birth(scope.person) {
                Birth::Day(day) => Some(Scalar::Number(day.year().into())),
                Birth::Year(year) => Some(Scalar::Number(year.into())),
                Birth::Unknown => None,
            },
            PersonColumn::AgeAtConsent | PersonColumn::AgeAtRelease => {
                people.age(column, scope.person).map(|age| Scalar::Number(age.into()))
            }
        }
    }

    /// A column of an event.
    pub(super) fn column(&self, event: &Event, column: Column, scope: Scope<'_>) -> Option<Scalar<'_>> {
        match column {
            Column::Start => return event.start.known().map(Scalar::Day),
            Column::End => return event.end.known().map(Scalar::Day),
            Column::Visit => return self.visit(event).map(Scalar::Id),
            Column::Duration => {
                return event.end.since(event.start).map(|days| Scalar::Number(days.into()));
            }
            _ => {}
        }
        let concept = |id| rules::known_concept(scope.profile, id).map(Scalar::Concept);
        let kind = kind_of_table(event.table)?;
        if column == Column::Concept {
            return concept(self.tables.concept(event));
        }
        match column.holds() {
            ColumnType::Number => {
                let value = *self.tables.numbers(kind, column).get(event.row as usize)?;
                if !value.is_finite() {
                    return None;
                }
                let with_unit = matches!(column, Column::Value | Column::RangeLow | Column::RangeHigh)
                    && rules::numbers_have_units(scope.profile);
                if !with_unit {
                    return Some(Scalar::Number(value));
                }
                let unit = id_at(self.tables.ids(kind, Column::Unit), event.row);
                let unit = rules::known_concept(scope.profile, unit);
                Some(Scalar::Measured(Measured { value, concept: self.tables.concept(event), unit }))
            }
            ColumnType::Text => {
                let text = self.tables.texts(kind, column)?.get(event.row as usize)?;
                Some(Scalar::Text(text))
            }
            ColumnType::Concept | ColumnType::Id | ColumnType::Date => {
                concept(id_at(self.tables.ids(kind, column), event.row))
            }
        }
    }

    /// One value out of many: only known ones count, and of none it is unknown (R7).
    fn aggregate<'v>(
        &'v self,
        function: AggregateFunction,
        of: &Events,
        from: Column,
        unit: Option<&'v Unit>,
        scope: Scope<'_>,
    ) -> Option<Scalar<'v>> {
        let mut rows = self.spare();
        self.collect(of, scope, &[], &mut rows);
        let known = rows.iter().filter_map(|row| {
            let found = self.column(row, from, scope)?;
            let found = match unit {
                Some(unit) => Scalar::Quantity(in_unit(scope.units, &found, unit)?, unit),
                None => found,
            };
            Some((*row, found))
        });
        let known: Vec<_> = known.collect();
        self.give_back(rows);
        let by_position = |mut known: Vec<(Event, Scalar<'v>)>, pick| {
            self.pick(scope.profile, PickedAt::Events, &mut known, pick, |(row, _)| *row);
            // Of those that tie on a day, the smallest record.
            known.into_iter().min_by_key(|(row, _)| self.identity(row)).map(|(_, found)| found)
        };
        match function {
            AggregateFunction::First => by_position(known, Pick::First),
            AggregateFunction::Last => by_position(known, Pick::Last),
            AggregateFunction::Nearest => {
                let index = scope.index?.day;
                let distance = |row: &Event| row.start.since(index).map(i32::unsigned_abs);
                let nearest = known.iter().filter_map(|(row, _)| distance(row)).min()?;
                let mut known = known;
                known.retain(|(row, _)| distance(row) == Some(nearest));
                by_position(known, Pick::First)
            }
            AggregateFunction::Min | AggregateFunction::Max => {
                let mut best: Option<Scalar<'v>> = None;
                for (_, found) in known {
                    let better = match &best {
                        None => true,
                        Some(best) => {
                            let order = compare(scope.units, &found, best)?;
                            if function == AggregateFunction::Min { order.is_lt() } else { order.is_gt() }
                        }
                    };
                    if better {
                        best = Some(found);
                    }
                }
                best
            }
            AggregateFunction::Mean | AggregateFunction::Sum => {
                // In the order of their sizes, so that rounding does not depend on the order of rows.
                let mut numbers: Vec<_> = known.iter().filter_map(|(_, found)| plain(found)).collect();
                numbers.sort_by(f64::total_cmp);
                if numbers.is_empty() {
                    return None;
                }
                let sum: f64 = numbers.iter().sum();
                let result = match function {
                    AggregateFunction::Mean => sum / as_number(u64::try_from(numbers.len()).ok()?),
                    _ => sum,
                };
                match unit {
                    Some(unit) if result.is_finite() => Some(Scalar::Quantity(result, unit)),
                    Some(_) => None,
                    None => finite(result),
                }
            }
        }
    }
}
