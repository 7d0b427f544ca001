use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use strongroom_omop::{ConceptId, Domain};

use crate::calendar::plus_days;
use crate::concepts::ANSWER_SKIP;
use crate::person::Person;
use crate::vocabulary::Vocabulary;

/// Something that real repositories contain and that readers get wrong. Every case occurs among
/// the first 5,000 people of any seed with the default number of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EdgeCase {
    /// The month of birth is missing, and the day with it.
    MissingMonthOfBirth,
    /// The day of birth is missing, its month is known.
    MissingDayOfBirth,
    /// Born on 29 February, a birthday that most years lack.
    BornOnLeapDay,
    /// The gender concept is 0.
    UnknownGender,
    /// Observed, but nothing happens.
    NoEvents,
    /// No observation period, though there are events.
    NoObservationPeriod,
    /// Two observation periods with at least one day between them.
    PeriodsWithGap,
    /// An observation period starts on the day after another ends.
    PeriodsThatTouch,
    /// Two observation periods share days.
    PeriodsThatOverlap,
    /// An event before the year of birth has begun.
    EventBeforeBirth,
    /// An event of a person with observation periods lies in none of them.
    EventOutsidePeriods,
    /// An event ends before it starts.
    EndBeforeStart,
    /// A condition or drug exposure has no end.
    MissingEnd,
    /// Two rows differ in nothing but their key.
    DuplicateRows,
    /// Ten events or more on one day.
    ManyEventsOnOneDay,
    /// An event belongs to no visit.
    EventWithoutVisit,
    /// The concept is 0, the source concept is not.
    UnmappedConcept,
    /// A record uses a concept that is no longer valid.
    InvalidConcept,
    /// A record lies after the day of death.
    EventAfterDeath,
    /// The cause of death is missing.
    DeathWithoutCause,
    /// The supply of a drug is missing or 0 days.
    MissingDaysSupply,
    /// A number without a unit: the unit is missing or concept 0.
    MissingUnit,
    /// The same measurement in two units.
    TwoUnits,
    /// A measurement that ought to have a number has none.
    MissingValue,
    /// A survey question was skipped.
    SkippedQuestion,
}

impl EdgeCase {
    /// Every case.
    pub const ALL: [Self; 25] = [
        Self::MissingMonthOfBirth,
        Self::MissingDayOfBirth,
        Self::BornOnLeapDay,
        Self::UnknownGender,
        Self::NoEvents,
        Self::NoObservationPeriod,
        Self::PeriodsWithGap,
        Self::PeriodsThatTouch,
        Self::PeriodsThatOverlap,
        Self::EventBeforeBirth,
        Self::EventOutsidePeriods,
        Self::EndBeforeStart,
        Self::MissingEnd,
        Self::DuplicateRows,
        Self::ManyEventsOnOneDay,
        Self::EventWithoutVisit,
        Self::UnmappedConcept,
        Self::InvalidConcept,
        Self::EventAfterDeath,
        Self::DeathWithoutCause,
        Self::MissingDaysSupply,
        Self::MissingUnit,
        Self::TwoUnits,
        Self::MissingValue,
        Self::SkippedQuestion,
    ];

    /// Whether the person is an example of it.
    #[must_use]
    pub fn occurs_in(self, person: &Person) -> bool {
        match self {
            Self::MissingMonthOfBirth => person.month_of_birth.is_none(),
            Self::MissingDayOfBirth => person.month_of_birth.is_some() && person.day_of_birth.is_none(),
            Self::BornOnLeapDay => (person.month_of_birth, person.day_of_birth) == (Some(2), Some(29)),
            Self::UnknownGender => person.gender == ConceptId::NO_MATCHING_CONCEPT,
            Self::NoEvents => person.events().next().is_none(),
            Self::NoObservationPeriod => {
                person.observation_periods.is_empty() && person.events().next().is_some()
            }
            Self::PeriodsWithGap => next_periods(person).any(|(end, start)| start > plus_days(end, 1)),
            Self::PeriodsThatTouch => next_periods(person).any(|(end, start)| start == plus_days(end, 1)),
            Self::PeriodsThatOverlap => next_periods(person).any(|(end, start)| start <= end),
            Self::EventBeforeBirth => person.events().any(|event| event.start.year() < person.year_of_birth),
            Self::EventOutsidePeriods => {
                !person.observation_periods.is_empty()
                    && person.events().any(|event| {
                        !person
                            .observation_periods
                            .iter()
                            .any(|period| (period.start..=period.end).contains(&event.start))
                    })
            }
            Self::EndBeforeStart => {
                person.events().any(|event| event.end.is_some_and(|end| end < event.start))
            }
            Self::MissingEnd => person
                .events()
                .any(|event| matches!(event.domain, Domain::Condition | Domain::Drug) && event.end.is_none()),
            Self::DuplicateRows => has_duplicate_condition(person),
            Self::ManyEventsOnOneDay => {
                let mut events: BTreeMap<NaiveDate, usize> = BTreeMap::new();
                person.events().for_each(|event| *events.entry(event.start).or_default() += 1);
                events.into_values().any(|count| count >= 10)
            }
            Self::EventWithoutVisit => {
                person.events().any(|event| event.domain == Domain::Condition && event.visit.is_none())
            }
            Self::UnmappedConcept => person.events().any(|event| {
                event.concept == ConceptId::NO_MATCHING_CONCEPT
                    && event.source_concept != ConceptId::NO_MATCHING_CONCEPT
            }),
            Self::InvalidConcept => person.events().any(|event| {
                let concept = Vocabulary::get().concept(event.concept);
                concept.is_some_and(|concept| concept.invalid_reason.is_some())
            }),
            Self::EventAfterDeath => {
                person.death.is_some_and(|death| person.events().any(|event| event.start > death.date))
            }
            Self::DeathWithoutCause => person.death.is_some_and(|death| death.cause.is_none()),
            Self::MissingDaysSupply => {
                person.drugs.iter().any(|drug| drug.days_supply.is_none_or(|days| days == 0))
            }
            Self::MissingUnit => person.measurements.iter().any(|row| {
                row.value.is_some() && row.unit.is_none_or(|unit| unit == ConceptId::NO_MATCHING_CONCEPT)
            }),
            Self::TwoUnits => has_two_units(person),
            Self::MissingValue => {
                person.measurements.iter().any(|row| row.value.is_none() && row.value_concept.is_none())
            }
            Self::SkippedQuestion => {
                person.observations.iter().any(|row| row.value_concept == Some(ANSWER_SKIP))
            }
        }
    }
}

/// The end of every period but the last, and the start of the next one.
fn next_periods(person: &Person) -> impl Iterator<Item = (NaiveDate, NaiveDate)> + '_ {
    let ends = person.observation_periods.iter().map(|period| period.end);
    let starts = person.observation_periods.iter().map(|period| period.start);
    ends.zip(starts.skip(1))
}

fn has_duplicate_condition(person: &Person) -> bool {
    let mut pairs = person.conditions.iter().zip(person.conditions.iter().skip(1));
    pairs.any(|(one, other)| {
        let mut copy = *other;
        copy.id = one.id;
        copy == *one
    })
}

fn has_two_units(person: &Person) -> bool {
    let with_unit = person
        .measurements
        .iter()
        .filter(|row| row.unit.is_some_and(|unit| unit != ConceptId::NO_MATCHING_CONCEPT));
    let pairs: BTreeSet<_> = with_unit.map(|row| (row.concept, row.unit)).collect();
    let concepts: BTreeSet<_> = pairs.iter().map(|(concept, _)| concept).collect();
    concepts.len() < pairs.len()
}
