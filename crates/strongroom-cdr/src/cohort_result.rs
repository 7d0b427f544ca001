use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use strongroom_cohort::{ResolvedCohort, ResolvedExit};
use strongroom_disclosure::{
    Attrition, Breakdown, DisclosureRule, InconsistentCounts, RawCount, ReleasedCount, release_attrition,
    release_count, release_partition,
};
use strongroom_omop::ConceptId;

use crate::AuthorizedCdr;
use crate::query::{Evaluated, Person};

/// A cohort that was run. It holds the people, and says of them only what the session's disclosure
/// rule allows: there is no way from here to an unprotected number.
///
/// Rows leave through [`AuthorizedCdr`](crate::AuthorizedCdr), with an export permit.
pub struct CohortResult {
    run_by: AuthorizedCdr,
    labels: Vec<String>,
    evaluated: Evaluated,
    rule: DisclosureRule,
    cut_off: Option<NaiveDate>,
}

/// One cell of the breakdown by age and sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeAndSex {
    /// The age.
    pub age: AgeBand,
    /// `person.gender_concept_id`; concept 0 if it is not recorded.
    pub sex: ConceptId,
}

/// Ages in completed years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever shows ages must handle the unknown")]
pub enum AgeBand {
    /// From the first to the last, both included; without a last, everyone older.
    Years {
        /// The lowest age.
        from: i32,
        /// The highest.
        to: Option<i32>,
    },
    /// Not known, or before birth.
    Unknown,
}

impl AgeBand {
    const STARTS: [i32; 5] = [0, 18, 45, 65, 75];

    /// The bands, youngest first, the unknown last: 0–17, 18–44, 45–64, 65–74, 75 and over. They are
    /// those of most public health statistics, and wide: the fewer the cells, the more of them
    /// can be shown.
    pub fn all() -> impl Iterator<Item = Self> {
        let ends = Self::STARTS.into_iter().skip(1).map(|next| Some(next - 1)).chain([None]);
        Self::STARTS.into_iter().zip(ends).map(|(from, to)| Self::Years { from, to }).chain([Self::Unknown])
    }

    fn of(age: Option<i32>) -> Self {
        let holds = |band: &Self| match (band, age) {
            (Self::Years { from, to }, Some(age)) => *from <= age && to.is_none_or(|to| age <= to),
            (Self::Unknown, _) | (_, None) => false,
        };
        Self::all().find(holds).unwrap_or(Self::Unknown)
    }
}

impl fmt::Display for AgeBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Years { from, to: Some(to) } => f.pad(&format!("{from}–{to}")),
            Self::Years { from, to: None } => f.pad(&format!("{from} and over")),
            Self::Unknown => f.pad("unknown"),
        }
    }
}

impl CohortResult {
    pub(crate) fn new(
        run_by: AuthorizedCdr,
        cohort: &ResolvedCohort,
        evaluated: Evaluated,
        rule: DisclosureRule,
    ) -> Self {
        let steps = (1..).zip(&cohort.plan().steps).map(|(number, step)| match &step.label {
            Some(label) => label.to_string(),
            None => format!("step {number}"),
        });
        // Where people can leave without a step, who is left is told besides.
        let plan = cohort.plan();
        let leaves = plan.exit != ResolvedExit::EndOfObservation
            || !plan.censor.is_empty()
            || plan.clip.is_some()
            || plan.sample.is_some();
        let last = leaves.then(|| "in the cohort".to_owned());
        let labels = std::iter::once("entered".to_owned()).chain(steps).chain(last).collect();
        let cut_off = run_by.manifest().cut_off;
        Self { run_by, labels, evaluated, rule, cut_off }
    }

    /// How many people are in the cohort, as far as it may be told.
    #[must_use]
    pub fn count(&self) -> ReleasedCount {
        release_count(self.rule, self.universe(), self.total())
    }

    /// How many people were left after the entry and after each step, as far as it may be told.
    ///
    /// # Errors
    /// Never for a result of this crate: its steps only take people away.
    pub fn attrition(&self) -> Result<Attrition<String>, InconsistentCounts> {
        let attrition = &self.evaluated.attrition;
        let after = attrition.steps.iter().map(|step| step.before.people - step.dropped.people);
        let left = std::iter::once(attrition.entered.people).chain(after).chain([attrition.included.people]);
        let steps = self.labels.iter().cloned().zip(left.map(RawCount::of_persons));
        release_attrition(self.rule, self.universe(), steps.collect())
    }

    /// The cohort's people by age and sex, as far as it may be told. Ages are those on the index
    /// day; without one, on the release's cut-off date. Every age band has a cell for every sex
    /// that is recorded of anybody in the release.
    ///
    /// # Errors
    /// Never for a result of this crate: every person is in exactly one cell.
    pub fn by_age_and_sex(&self) -> Result<Breakdown<AgeAndSex>, InconsistentCounts> {
        let mut cells = BTreeMap::new();
        for person in &self.evaluated.people {
            for age in AgeBand::all() {
                cells.entry(AgeAndSex { age, sex: person.sex }).or_insert(0_u64);
            }
        }
        for (position, person) in self.evaluated.members() {
            let age = AgeBand::of(self.age(position, person));
            *cells.entry(AgeAndSex { age, sex: person.sex }).or_insert(0) += 1;
        }
        let cells = cells.into_iter().map(|(cell, persons)| (cell, RawCount::of_persons(persons)));
        release_partition(self.rule, self.universe(), self.total(), cells.collect())
    }

    /// What ran it.
    pub(crate) fn run_by(&self) -> &AuthorizedCdr {
        &self.run_by
    }

    pub(crate) fn evaluated(&self) -> &Evaluated {
        &self.evaluated
    }

    /// Completed years on the first day of an entry, or else on the cut-off date.
    pub(crate) fn age(&self, position: usize, person: &Person) -> Option<i32> {
        let index = self.evaluated.entries.starts.get(position).and_then(|day| day.date());
        person.birth.age_on(index.or(self.cut_off)?)
    }

    fn universe(&self) -> RawCount {
        RawCount::of_persons(self.evaluated.attrition.universe)
    }

    fn total(&self) -> RawCount {
        RawCount::of_persons(self.evaluated.attrition.included.people)
    }
}

impl fmt::Debug for CohortResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CohortResult").field("steps", &self.labels).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_age_is_in_one_band() {
        for (age, band) in [
            (Some(0), "0–17"),
            (Some(17), "0–17"),
            (Some(18), "18–44"),
            (Some(74), "65–74"),
            (Some(75), "75 and over"),
            (Some(120), "75 and over"),
            (Some(-1), "unknown"),
            (None, "unknown"),
        ] {
            assert_eq!(AgeBand::of(age).to_string(), band, "{age:?}");
        }
    }
}
