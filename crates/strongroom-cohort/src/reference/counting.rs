use std::collections::BTreeMap;

use super::context::Context;
use super::rows::Row;
use super::rules;
use super::values::{self, Scalar};
use crate::ast::{Column, CountUnit};
use crate::resolved::ResolvedCount;

/// Whether so many of the rows are there (R8).
pub(super) fn passes(context: &Context<'_>, count: &ResolvedCount, rows: &[Row<'_>]) -> bool {
    if !count.per_concept {
        return passes_together(context, count, rows);
    }
    let mut by_concept: BTreeMap<_, Vec<Row<'_>>> = BTreeMap::new();
    for row in rows {
        if let Some(concept) = rules::known_concept(context.profile, row.concept) {
            by_concept.entry(concept).or_default().push(*row);
        }
    }
    by_concept.values().any(|rows| passes_together(context, count, rows))
}

fn passes_together(context: &Context<'_>, count: &ResolvedCount, rows: &[Row<'_>]) -> bool {
    let Some(within) = count.within else {
        return count.test.holds(number(context, count.unit, rows));
    };
    let mut dated: Vec<_> = rows.iter().filter_map(|row| Some((row.start?, *row))).collect();
    dated.sort_by_key(|(start, row)| (*start, row.id));
    if dated.is_empty() {
        return count.test.holds(0);
    }
    // Every largest set of rows that lie close enough begins with one of them.
    (0..dated.len()).any(|from| {
        let close: Vec<_> = dated
            .iter()
            .skip(from)
            .take_while(|(start, _)| {
                let last = dated.get(from).and_then(|(first, _)| within.after(*first));
                last.is_none_or(|last| *start <= last)
            })
            .map(|(_, row)| *row)
            .collect();
        count.test.holds(number(context, count.unit, &close))
    })
}

/// How many rows, or distinct known values, there are.
pub(super) fn number(context: &Context<'_>, unit: CountUnit, rows: &[Row<'_>]) -> u64 {
    let n = match unit {
        CountUnit::Rows => rows.len(),
        CountUnit::Dates => distinct(rows.iter().filter_map(|row| row.start)),
        CountUnit::Visits => distinct(rows.iter().filter_map(|row| row.visit)),
        CountUnit::Concepts => distinct_values(context, Column::Concept, rows),
        CountUnit::Distinct(column) => distinct_values(context, column, rows),
    };
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}

fn distinct_values(context: &Context<'_>, column: Column, rows: &[Row<'_>]) -> usize {
    distinct(rows.iter().filter_map(|row| values::column(context, row, column)).map(|value| Key::of(&value)))
}

/// A value by which equal ones are found: numbers are equal if their bits are.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    Day(chrono::NaiveDate),
    Concept(strongroom_omop::ConceptId),
    Text(String),
    Id(i64),
}

impl Key {
    fn of(value: &Scalar) -> Self {
        match value {
            // Adding zero makes the negative one positive.
            Scalar::Number(number) | Scalar::Quantity(number, _) => Self::Number((number + 0.0).to_bits()),
            Scalar::Measured(measured) => Self::Number((measured.value + 0.0).to_bits()),
            Scalar::Day(day) => Self::Day(*day),
            Scalar::Concept(concept) => Self::Concept(*concept),
            Scalar::Text(text) => Self::Text(text.to_string()),
            Scalar::Id(id) => Self::Id(*id),
        }
    }
}
