use std::future::Future;
use std::pin::Pin;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;
use datafusion::dataframe::DataFrame;
use futures::TryStreamExt;
use roaring::RoaringBitmap;
use strongroom_cohort::ResolvedCohort;
use strongroom_omop::{ConceptId, SubjectId};

use crate::query::events::EventPlans;
use crate::query::slice::{Range, SliceEntry, SlicePredicate, SliceStep, slice};
use crate::query::tables::{integers, unexpected_shape, value};
use crate::query::truths::Truths;
use crate::query::{People, QueryError, SessionTables};

/// A cohort over the people of one release, as the session sees them. Exact, and therefore not for
/// showing: what leaves the crate of it is released by a disclosure rule or exported by a permit.
pub(crate) struct Evaluated {
    pub(crate) people: People,
    /// The index day of each person, in days since 1970-01-01; `None` without one.
    pub(crate) index_days: Vec<Option<i32>>,
    pub(crate) entered: RoaringBitmap,
    /// Who is left after each step.
    pub(crate) steps: Vec<RoaringBitmap>,
}

impl Evaluated {
    /// Who is in the cohort.
    pub(crate) fn members(&self) -> &RoaringBitmap {
        self.steps.last().unwrap_or(&self.entered)
    }

    /// The person's index day, if they have one.
    pub(crate) fn index_day(&self, ordinal: u32) -> Option<i32> {
        *self.index_days.get(usize::try_from(ordinal).ok()?)?
    }
}

/// Runs the cohort: the entry, then the steps in their order (rule R10).
pub(crate) async fn evaluate(
    tables: &SessionTables,
    cohort: &ResolvedCohort,
) -> Result<Evaluated, QueryError> {
    let cohort = slice(cohort)?;
    let people = People::read(tables).await?;
    let mut index_days = vec![None; people.iter().count()];
    let plans = EventPlans { tables, people: people.batch(&index_days)? };
    let entered = match &cohort.entry {
        SliceEntry::People(predicate) => {
            let evaluation = Evaluation { people: &people, index_days: &index_days, plans };
            evaluation.truths(predicate).await?.yes().clone()
        }
        SliceEntry::First(events) => {
            first_days(tables, &people, plans.first_days(events)?, &mut index_days).await?
        }
    };

    let plans = EventPlans { tables, people: people.batch(&index_days)? };
    let evaluation = Evaluation { people: &people, index_days: &index_days, plans };
    let mut left = entered.clone();
    let mut steps = Vec::new();
    for step in &cohort.steps {
        // Whoever is unknown is dropped by `require` and kept by `exclude` (rule R7).
        match step {
            SliceStep::Require(predicate) => left &= evaluation.truths(predicate).await?.yes(),
            SliceStep::Exclude(predicate) => left -= evaluation.truths(predicate).await?.yes(),
        }
        steps.push(left.clone());
    }
    drop(evaluation);
    Ok(Evaluated { people, index_days, entered, steps })
}

/// Sets the index days of the people whom the plan names, and says who they are.
async fn first_days(
    tables: &SessionTables,
    people: &People,
    plan: DataFrame,
    index_days: &mut [Option<i32>],
) -> Result<RoaringBitmap, QueryError> {
    let mut entered = RoaringBitmap::new();
    let mut batches = tables.run(plan).await?;
    while let Some(batch) = batches.try_next().await? {
        let subjects = integers(&batch, 0)?;
        let days = batch.columns().get(1).and_then(|column| column.as_primitive_opt::<Date32Type>());
        let days = days.ok_or_else(unexpected_shape)?;
        for row in 0..batch.num_rows() {
            let ordinal = value(subjects, row).and_then(|subject| people.ordinal(SubjectId::new(subject)));
            let (Some(ordinal), true) = (ordinal, days.is_valid(row)) else { continue };
            if let Some(day) = usize::try_from(ordinal).ok().and_then(|place| index_days.get_mut(place)) {
                *day = Some(days.value(row));
                entered.insert(ordinal);
            }
        }
    }
    Ok(entered)
}

struct Evaluation<'a> {
    people: &'a People,
    index_days: &'a [Option<i32>],
    plans: EventPlans<'a>,
}

impl Evaluation<'_> {
    /// Of whom the predicate is true, and of whom it is false.
    ///
    /// Recursion is bounded by the nesting limit that every resolved cohort has passed.
    fn truths<'a>(
        &'a self,
        predicate: &'a SlicePredicate,
    ) -> Pin<Box<dyn Future<Output = Result<Truths, QueryError>> + Send + 'a>> {
        Box::pin(async move {
            let people = self.people.count();
            match predicate {
                SlicePredicate::Any(events) => {
                    Ok(Truths::known(self.set(self.plans.people_with(events)?).await?, people))
                }
                SlicePredicate::AtLeastDates { n, of } => {
                    Ok(Truths::known(self.set(self.plans.people_with_dates(of, *n)?).await?, people))
                }
                SlicePredicate::AgeAtIndex(range) => Ok(self.age_at_index(*range)),
                SlicePredicate::SexAtBirth(concepts) => Ok(self.sex_at_birth(concepts)),
                SlicePredicate::All(parts) => {
                    let mut all = Truths::constant(true, people);
                    for part in parts {
                        all = all.and(&self.truths(part).await?);
                    }
                    Ok(all)
                }
                SlicePredicate::AnyOf(parts) => {
                    let mut any = Truths::constant(false, people);
                    for part in parts {
                        any = any.or(&self.truths(part).await?);
                    }
                    Ok(any)
                }
                SlicePredicate::Not(inner) => Ok(self.truths(inner).await?.negated()),
            }
        })
    }

    async fn set(&self, plan: DataFrame) -> Result<RoaringBitmap, QueryError> {
        let mut set = RoaringBitmap::new();
        let mut batches = self.plans.tables.run(plan).await?;
        while let Some(batch) = batches.try_next().await? {
            let subjects = integers(&batch, 0)?;
            let subjects = (0..batch.num_rows()).filter_map(|row| value(subjects, row));
            set.extend(subjects.filter_map(|subject| self.people.ordinal(SubjectId::new(subject))));
        }
        Ok(set)
    }

    fn age_at_index(&self, range: Range<i64>) -> Truths {
        Truths::each(self.people.iter().zip(self.index_days).map(|(person, day)| {
            let day = day.and_then(Date32Type::to_naive_date_opt)?;
            person.birth.age_on(day).map(|age| range.contains(&age.into()))
        }))
    }

    fn sex_at_birth(&self, concepts: &[ConceptId]) -> Truths {
        Truths::each(self.people.iter().map(|person| {
            (person.sex != ConceptId::NO_MATCHING_CONCEPT).then(|| concepts.contains(&person.sex))
        }))
    }
}
