use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use chrono::NaiveDate;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::{count_distinct, min};
use datafusion::logical_expr::{
    ColumnarValue, Expr, JoinType, ScalarUDF, Volatility, cast, col, create_udf, lit,
};
use datafusion::scalar::ScalarValue;
use strongroom_cohort::ResolvedConcepts;
use strongroom_cohort::reference::Birth;

use crate::query::people::{BIRTH_DAY, BIRTH_YEAR, INDEX_DAY, SUBJECT};
use crate::query::slice::{Range, SliceAnchor, SliceEvents, SliceFilter};
use crate::query::tables::unexpected_shape;
use crate::query::{QueryError, SessionTables};

const EVENT_SUBJECT: &str = "event_subject_id";
const EVENT_START: &str = "event_start";
const ANCHOR_SUBJECT: &str = "anchor_subject_id";
const ANCHOR_DAY: &str = "anchor_day";

/// Makes the plans of event expressions.
pub(super) struct EventPlans<'a> {
    pub(super) tables: &'a SessionTables,
    /// The people, their births and index days: see [`People::batch`](super::people::People::batch).
    pub(super) people: RecordBatch,
}

impl EventPlans<'_> {
    /// One row per person with such an event: the person's id.
    pub(super) fn people_with(&self, events: &SliceEvents) -> Result<DataFrame, QueryError> {
        Ok(self.events(events)?.select(vec![col(EVENT_SUBJECT)])?.distinct()?)
    }

    /// One row per person with such events on at least `n` distinct days: the person's id.
    pub(super) fn people_with_dates(&self, events: &SliceEvents, n: u32) -> Result<DataFrame, QueryError> {
        let dates = self
            .events(events)?
            .aggregate(vec![col(EVENT_SUBJECT)], vec![count_distinct(col(EVENT_START)).alias("dates")])?;
        Ok(dates.filter(col("dates").gt_eq(lit(i64::from(n))))?.select(vec![col(EVENT_SUBJECT)])?)
    }

    /// One row per person with such an event: the person's id, and the day on which the first of
    /// them starts.
    pub(super) fn first_days(&self, events: &SliceEvents) -> Result<DataFrame, QueryError> {
        let first = min(col(EVENT_START)).alias(ANCHOR_DAY);
        let first = self.events(events)?.aggregate(vec![col(EVENT_SUBJECT)], vec![first])?;
        Ok(first.select(vec![col(EVENT_SUBJECT).alias(ANCHOR_SUBJECT), col(ANCHOR_DAY)])?)
    }

    /// The events: person id and start day.
    fn events(&self, events: &SliceEvents) -> Result<DataFrame, QueryError> {
        // In full, so that a part which a later version adds cannot be forgotten here.
        let SliceEvents { domain, concepts, filters } = events;
        let columns = domain.columns();
        let person = "person_id";
        let mut table = self.tables.table(columns.table)?;
        if let ResolvedConcepts::Only(concepts) = concepts {
            let values = concepts.iter().map(|concept| concept.value()).collect();
            let missing =
                || QueryError::NoColumn { table: columns.table, column: columns.concept.to_owned() };
            table = table.with_values(columns.concept, values).ok_or_else(missing)?;
        }
        let mut plan = self
            .tables
            .read(table, &[person, columns.start])?
            .select(vec![col(person).alias(EVENT_SUBJECT), col(columns.start).alias(EVENT_START)])?;
        for filter in filters {
            plan = match filter {
                SliceFilter::Start(range) => plan.filter(start_in(*range))?,
                SliceFilter::Age(range) => self.with_age(plan, *range)?,
                SliceFilter::During { from, to, of } => self.in_window(plan, *from, *to, of)?,
            };
        }
        Ok(plan)
    }

    fn with_age(&self, events: DataFrame, range: Range<i64>) -> Result<DataFrame, QueryError> {
        let years = age_function().call(vec![col(BIRTH_YEAR), col(BIRTH_DAY), col(EVENT_START)]);
        let people = self.tables.read_memory(self.people.clone())?;
        let joined = events.join(people, JoinType::Inner, &[EVENT_SUBJECT], &[SUBJECT], None)?;
        let mut kept = joined.filter(years.clone().is_not_null())?;
        if let Some(min) = range.min {
            kept = kept.filter(years.clone().gt_eq(lit(min)))?;
        }
        if let Some(max) = range.max {
            kept = kept.filter(years.lt_eq(lit(max)))?;
        }
        Ok(kept.select(vec![col(EVENT_SUBJECT), col(EVENT_START)])?)
    }

    fn in_window(
        &self,
        events: DataFrame,
        from: Option<i32>,
        to: Option<i32>,
        of: &SliceAnchor,
    ) -> Result<DataFrame, QueryError> {
        let anchors = match of {
            SliceAnchor::Index => self
                .tables
                .read_memory(self.people.clone())?
                .filter(col(INDEX_DAY).is_not_null())?
                .select(vec![col(SUBJECT).alias(ANCHOR_SUBJECT), col(INDEX_DAY).alias(ANCHOR_DAY)])?,
            SliceAnchor::First(first) => self.first_days(first)?,
        };
        let mut joined = events.join(anchors, JoinType::Inner, &[EVENT_SUBJECT], &[ANCHOR_SUBJECT], None)?;
        let days = || number_of_day(EVENT_START) - number_of_day(ANCHOR_DAY);
        if let Some(from) = from {
            joined = joined.filter(days().gt_eq(lit(i64::from(from))))?;
        }
        if let Some(to) = to {
            joined = joined.filter(days().lt_eq(lit(i64::from(to))))?;
        }
        Ok(joined.select(vec![col(EVENT_SUBJECT), col(EVENT_START)])?)
    }
}

/// Days since 1970-01-01 in 64 bits: differences of dates then never overflow.
fn number_of_day(column: &str) -> Expr {
    cast(cast(col(column), DataType::Int32), DataType::Int64)
}

fn start_in(range: Range<NaiveDate>) -> Expr {
    let day = |date: NaiveDate| lit(ScalarValue::Date32(Some(Date32Type::from_naive_date(date))));
    let known = col(EVENT_START).is_not_null();
    let from = range.min.map(|from| col(EVENT_START).gt_eq(day(from)));
    let to = range.max.map(|to| col(EVENT_START).lt_eq(day(to)));
    from.into_iter().chain(to).fold(known, Expr::and)
}

/// Age in completed years as the cohort language defines it (rule R13): the same function that the
/// reference evaluator calls, so the two cannot differ.
fn age_function() -> ScalarUDF {
    let evaluate = |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let [year, birthday, on] = arrays.as_slice() else { return Err(unexpected_shape()) };
        let year = year.as_primitive_opt::<Int64Type>();
        let days = [birthday, on].map(|column| column.as_primitive_opt::<Date32Type>());
        let (Some(year), [Some(birthday), Some(on)]) = (year, days) else { return Err(unexpected_shape()) };
        let day = |column: &Date32Array, row| {
            column.is_valid(row).then(|| Date32Type::to_naive_date_opt(column.value(row))).flatten()
        };
        let ages = (0..on.len()).map(|row| {
            let birth = match (day(birthday, row), year.is_valid(row)) {
                (Some(birthday), _) => Birth::Day(birthday),
                (None, true) => Birth::Year(i32::try_from(year.value(row)).ok()?),
                (None, false) => Birth::Unknown,
            };
            birth.age_on(day(on, row)?).map(i64::from)
        });
        Ok::<_, DataFusionError>(ColumnarValue::Array(Arc::new(ages.collect::<Int64Array>()) as ArrayRef))
    };
    let arguments = vec![DataType::Int64, DataType::Date32, DataType::Date32];
    create_udf("age_in_years", arguments, DataType::Int64, Volatility::Immutable, Arc::new(evaluate))
}
