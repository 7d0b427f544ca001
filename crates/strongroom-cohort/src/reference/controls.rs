use std::collections::BTreeSet;

use chrono::NaiveDate;
use strongroom_omop::{ConceptId, SubjectId};

use super::context::Context;
use super::entries::{Candidate, take_step};
use super::evaluate::{draw, evaluate_with, keyed_order};
use super::record::{Birth, PersonRecord};
use crate::ast::{Duration, MatchTolerance, PersonColumn};
use crate::resolved::ResolvedMatch;

/// Controls, and the cases that got none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MatchedControls {
    /// The controls, in the order in which they were found.
    pub controls: Vec<Control>,
    /// Cases without any control.
    pub unmatched: Vec<SubjectId>,
}

/// A control of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "who, for whom, and when")]
pub struct Control {
    /// Who.
    pub control: SubjectId,
    /// For whom.
    pub case: SubjectId,
    /// The index day: that of the case.
    pub index: NaiveDate,
}

/// Finds controls (R17). Cases and candidates are visited in the order of a keyed hash. A person's
/// index day as a case is the first day of their first entry; candidates are the people of the
/// other cohort, but for the case itself. Steps that keep by position keep everybody.
#[must_use]
pub fn match_controls(matching: &ResolvedMatch, people: &[PersonRecord]) -> MatchedControls {
    let ResolvedMatch { profile, units, from, to, ratio, seed, .. } = matching;
    let drawn = draw(*profile, units, &[from, to], people);
    let in_order = |plan| {
        let evaluations = evaluate_with(*profile, units, plan, people, &drawn);
        let mut members: Vec<_> = evaluations
            .iter()
            .zip(people)
            .filter_map(|(evaluation, person)| Some((person, *evaluation.entries().first()?)))
            .collect();
        members.sort_by_key(|(person, _)| keyed_order(*seed, person.subject));
        members
    };
    let (cases, candidates) = (in_order(to), in_order(from));
    let mut found = MatchedControls::default();
    let mut used = BTreeSet::new();
    for (case, entry) in cases {
        let Some(index) = entry.start else {
            found.unmatched.push(case.subject);
            continue;
        };
        let mut left = *ratio;
        for (candidate, _) in &candidates {
            if left == 0 {
                break;
            }
            let free = !matching.without_replacement || !used.contains(&candidate.subject);
            if free
                && candidate.subject != case.subject
                && is_alike(matching, case, candidate)
                && passes(matching, candidate, index)
            {
                used.insert(candidate.subject);
                found.controls.push(Control { control: candidate.subject, case: case.subject, index });
                left -= 1;
            }
        }
        if left == *ratio {
            found.unmatched.push(case.subject);
        }
    }
    found
}

/// Whether a candidate passes the steps on the index day of the case.
fn passes(matching: &ResolvedMatch, candidate: &PersonRecord, index: NaiveDate) -> bool {
    let drawn = super::context::Drawn::new();
    let context = Context::new(matching.profile, &matching.units, candidate, &drawn);
    let observed = context.observed(matching.from.observed);
    let mut candidates = [Candidate::on_day(index, &observed)];
    for (position, step) in matching.steps.iter().enumerate() {
        take_step(&context, step, position, &mut candidates, &observed);
    }
    candidates.iter().all(Candidate::stays)
}

fn is_alike(matching: &ResolvedMatch, case: &PersonRecord, candidate: &PersonRecord) -> bool {
    let equal = |column: &PersonColumn| {
        let value = trait_of(case, *column);
        value.is_some() && value == trait_of(candidate, *column)
    };
    let near = |(column, tolerance): &(PersonColumn, MatchTolerance)| {
        let pair = trait_of(case, *column).zip(trait_of(candidate, *column));
        pair.is_some_and(|pair| match (pair, tolerance) {
            ((Trait::Day(one), Trait::Day(other)), MatchTolerance::Duration(duration)) => {
                let (first, last) = (one.min(other), one.max(other));
                duration.after(first).is_none_or(|reach| last <= reach)
            }
            ((Trait::Day(one), Trait::Day(other)), MatchTolerance::Number(days)) => {
                let apart = one.signed_duration_since(other).num_days().unsigned_abs();
                i32::try_from(apart).is_ok_and(|apart| f64::from(apart) <= days.value())
            }
            ((Trait::Number(one), Trait::Number(other)), MatchTolerance::Number(most)) => {
                (f64::from(one) - f64::from(other)).abs() <= most.value()
            }
            // A year of birth is a number of years.
            (
                (Trait::Number(one), Trait::Number(other)),
                MatchTolerance::Duration(Duration::Months(most)),
            ) => one.abs_diff(other).saturating_mul(12) <= most.unsigned_abs(),
            _ => false,
        })
    };
    matching.exact.iter().all(equal) && matching.near.iter().all(near)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trait {
    Concept(ConceptId),
    Day(NaiveDate),
    Number(i32),
}

/// A known value; concept 0 is none.
fn trait_of(person: &PersonRecord, column: PersonColumn) -> Option<Trait> {
    let concept =
        |id: Option<ConceptId>| id.filter(|id| *id != ConceptId::NO_MATCHING_CONCEPT).map(Trait::Concept);
    match column {
        PersonColumn::Gender => concept(person.gender),
        PersonColumn::SexAtBirth => concept(person.sex_at_birth),
        PersonColumn::Race => concept(person.race),
        PersonColumn::Ethnicity => concept(person.ethnicity),
        PersonColumn::SelfReportedCategory => concept(person.self_reported_category),
        PersonColumn::BirthDate => match person.birth {
            Birth::Day(day) => Some(Trait::Day(day)),
            Birth::Year(_) | Birth::Unknown => None,
        },
        PersonColumn::BirthYear => match person.birth {
            Birth::Day(day) => Some(Trait::Number(chrono::Datelike::year(&day))),
            Birth::Year(year) => Some(Trait::Number(year)),
            Birth::Unknown => None,
        },
        PersonColumn::AgeAtConsent => person.age_at_consent.map(Trait::Number),
        PersonColumn::AgeAtRelease => person.age_at_release.map(Trait::Number),
    }
}
