use std::cmp::Ordering;
use std::ops::Range;

use strongroom_cohort::ast::{Column, ColumnType, Comparison, EventKind, Profile};
use strongroom_omop::ConceptId;
use strongroom_timeline::Day;

use super::machine::Machine;
use super::rules;
use crate::compile::{Filter, Leaf, Test, Value};
use crate::shard::UNKNOWN_ID;

/// A filter of the rows of a table by what stands in their columns: whoever does not pass is never
/// put in order. What is unknown does not pass.
pub(super) enum RowFilter<'m> {
    Number { values: &'m [f64], op: Comparison, than: f64 },
    Concept { ids: &'m [i64], among: &'m [ConceptId], zero_is_known: bool },
    Start { days: &'m [Day], op: Comparison, than: Day },
    All(Vec<Self>),
    AnyOf(Vec<Self>),
}

/// How many of some filters, from the first one, are of rows.
pub(super) fn of_rows(filters: &[Filter]) -> usize {
    let is_of_rows = |filter: &&Filter| matches!(filter, Filter::Where { test, .. } if is_test_of_rows(test));
    filters.iter().take_while(is_of_rows).count()
}

fn is_test_of_rows(test: &Test) -> bool {
    match test {
        Test::All(members) | Test::AnyOf(members) => members.iter().all(is_test_of_rows),
        Test::Leaf(Leaf::Compare { left: Value::Column(column), right, .. }) => match right {
            Value::Number(_) => is_number(*column),
            Value::Date(_) => *column == Column::Start,
            _ => false,
        },
        Test::Leaf(Leaf::In { value: Value::Column(column), .. }) => is_concept(*column),
        // Of what is unknown, the opposite is unknown, too.
        Test::Count(_)
        | Test::NumberOf { .. }
        | Test::Not(_)
        | Test::Observed { .. }
        | Test::MemberOf { .. }
        | Test::PersonHas(_)
        | Test::Leaf(_) => false,
    }
}

/// Whether it is a column of recorded numbers.
fn is_number(column: Column) -> bool {
    column.holds() == ColumnType::Number && column != Column::Duration
}

/// Whether it is a column of recorded concepts besides the one that a table is clustered by.
fn is_concept(column: Column) -> bool {
    column.holds() == ColumnType::Concept && column != Column::Concept
}

impl Machine<'_> {
    /// The filter of the rows of a kind that all of some filters are, each [of rows](of_rows).
    pub(super) fn row_filter<'m>(
        &'m self,
        filters: &'m [Filter],
        kind: EventKind,
        profile: Profile,
    ) -> Option<RowFilter<'m>> {
        let of_rows = filters.iter().map(|filter| match filter {
            Filter::Where { test, .. } => self.row_test_of(test, kind, profile),
            Filter::During { .. } | Filter::SameVisit { .. } | Filter::Keep(_) | Filter::Interval { .. } => {
                None
            }
        });
        of_rows.collect::<Option<_>>().map(RowFilter::All).filter(|_| !filters.is_empty())
    }

    fn row_test_of<'m>(&'m self, test: &'m Test, kind: EventKind, profile: Profile) -> Option<RowFilter<'m>> {
        let each = |members: &'m [Test]| -> Option<Vec<_>> {
            members.iter().map(|member| self.row_test_of(member, kind, profile)).collect()
        };
        Some(match test {
            Test::All(members) => RowFilter::All(each(members)?),
            Test::AnyOf(members) => RowFilter::AnyOf(each(members)?),
            Test::Leaf(Leaf::Compare { left: Value::Column(column), op, right }) => match right {
                Value::Number(than) => {
                    RowFilter::Number { values: self.tables.numbers(kind, *column), op: *op, than: *than }
                }
                Value::Date(date) => RowFilter::Start {
                    days: self.tables.days(kind, Column::Start),
                    op: *op,
                    than: (*date).into(),
                },
                _ => return None,
            },
            Test::Leaf(Leaf::In { value: Value::Column(column), concepts }) => RowFilter::Concept {
                ids: self.tables.ids(kind, *column),
                among: concepts,
                zero_is_known: rules::known_concept(profile, Some(0)).is_some(),
            },
            _ => return None,
        })
    }
}

impl RowFilter<'_> {
    /// The rows of some runs that pass, those that stand together as one run.
    pub(super) fn passing(&self, runs: &[Range<usize>]) -> Vec<Range<usize>> {
        match self {
            Self::Number { values, op, than } => {
                kept(runs, values, |value| value.is_finite() && passes(value.partial_cmp(than), *op))
            }
            Self::Concept { ids, among, zero_is_known } => kept(runs, ids, |id| {
                let is_known = *id != UNKNOWN_ID && (*zero_is_known || *id != 0);
                is_known && among.binary_search(&ConceptId::new(*id)).is_ok()
            }),
            Self::Start { days, op, than } => {
                kept(runs, days, |day| day.is_known() && passes(Some(day.cmp(than)), *op))
            }
            Self::All(members) => {
                members.iter().fold(runs.to_vec(), |passing, member| member.passing(&passing))
            }
            Self::AnyOf(members) => {
                let mut passing: Vec<_> = members.iter().flat_map(|member| member.passing(runs)).collect();
                passing.sort_unstable_by_key(|run| run.start);
                passing.dedup_by(|next, last| {
                    let touches = next.start <= last.end;
                    if touches {
                        last.end = last.end.max(next.end);
                    }
                    touches
                });
                passing
            }
        }
    }
}

#[inline]
fn passes(order: Option<Ordering>, op: Comparison) -> bool {
    order.is_some_and(|order| op.holds(order))
}

/// The rows of some runs whose value in a column is taken; none where there is no such column.
#[inline]
fn kept<T>(runs: &[Range<usize>], column: &[T], takes: impl Fn(&T) -> bool) -> Vec<Range<usize>> {
    let mut kept: Vec<Range<usize>> = Vec::new();
    for run in runs {
        let values = column.get(run.clone()).unwrap_or_default();
        for (row, _) in run.clone().zip(values).filter(|(_, value)| takes(value)) {
            match kept.last_mut() {
                Some(last) if last.end == row => last.end += 1,
                _ => kept.push(row..row + 1),
            }
        }
    }
    kept
}
