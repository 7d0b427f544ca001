use chrono::{Datelike, NaiveDate};
use strongroom_omop::ConceptId;

use crate::calendar::{DATA_CUT_OFF, age_on, day, days_between, plus_days};
use crate::concepts::{
    DEMENTIA, FEMALE, HEART_FAILURE, HISPANIC, LUNG_CANCER, MALE, MYOCARDIAL_INFARCTION, NOT_HISPANIC,
    PNEUMONIA, RACE_AMERICAN_INDIAN, RACE_ASIAN, RACE_BLACK, RACE_OTHER, RACE_PACIFIC_ISLANDER, RACE_WHITE,
    SEPSIS,
};
use crate::random::Random;

const UNKNOWN: ConceptId = ConceptId::NO_MATCHING_CONCEPT;
const GENDERS: [(ConceptId, u32); 3] = [(FEMALE, 510), (MALE, 475), (UNKNOWN, 15)];
const RACES: [(ConceptId, u32); 7] = [
    (RACE_WHITE, 600),
    (RACE_BLACK, 160),
    (RACE_ASIAN, 80),
    (RACE_OTHER, 80),
    (RACE_PACIFIC_ISLANDER, 5),
    (RACE_AMERICAN_INDIAN, 15),
    (UNKNOWN, 60),
];
const ETHNICITIES: [(ConceptId, u32); 3] = [(NOT_HISPANIC, 790), (HISPANIC, 170), (UNKNOWN, 40)];
const CAUSES_OF_DEATH: [(Option<ConceptId>, u32); 7] = [
    (None, 30),
    (Some(MYOCARDIAL_INFARCTION), 20),
    (Some(HEART_FAILURE), 15),
    (Some(LUNG_CANCER), 10),
    (Some(PNEUMONIA), 10),
    (Some(SEPSIS), 10),
    (Some(DEMENTIA), 5),
];

/// Births lie so far after 1930 that even an event before birth does not fall before that year.
const FIRST_YEAR_OF_BIRTH: i32 = 1932;
const FIRST_RECORD: NaiveDate = day(2004, 1, 1);

/// A closed interval of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
}

impl Span {
    pub(super) fn contains(self, date: NaiveDate) -> bool {
        (self.start..=self.end).contains(&date)
    }

    /// Days in the span, its first and last included.
    pub(super) fn days(self) -> i32 {
        days_between(self.start, self.end) + 1
    }
}

/// Who a person is, and when they are observed.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) birth: NaiveDate,
    /// How much of the date of birth is recorded.
    pub(super) month_known: bool,
    pub(super) day_known: bool,
    pub(super) gender: ConceptId,
    pub(super) race: ConceptId,
    pub(super) ethnicity: ConceptId,
    /// In order of their start; at least one, and none after death.
    pub(super) observed: Vec<Span>,
    /// The day of death and its cause.
    pub(super) death: Option<(NaiveDate, Option<ConceptId>)>,
}

impl Life {
    pub(super) fn draw(random: &mut Random) -> Self {
        let birth = birth(random);
        let whole = whole_span(random, birth);
        let dies = random.chance(mortality(age_on(birth, whole.end)));
        let cause = random.weighted(&CAUSES_OF_DEATH).flatten();
        Self {
            birth,
            month_known: !random.chance(25),
            day_known: !random.chance(40),
            gender: random.weighted(&GENDERS).unwrap_or(UNKNOWN),
            race: random.weighted(&RACES).unwrap_or(UNKNOWN),
            ethnicity: random.weighted(&ETHNICITIES).unwrap_or(UNKNOWN),
            observed: observed(random, whole),
            death: dies.then_some((whole.end, cause)),
        }
    }
}

fn birth(random: &mut Random) -> NaiveDate {
    let year = random.around(1970, 21).max(FIRST_YEAR_OF_BIRTH);
    let first_of_march = day(year, 3, 1);
    // More births on 29 February than there are, so that small data has some.
    let leap_day = plus_days(first_of_march, -1);
    if leap_day.day() == 29 && random.chance(10) {
        return leap_day;
    }
    plus_days(day(year, 1, 1), random.between(0, 364))
}

/// From the first to the last record that the person could have.
fn whole_span(random: &mut Random, birth: NaiveDate) -> Span {
    let start = plus_days(FIRST_RECORD, random.between(0, 16 * 365)).max(birth);
    let end = if random.chance(650) {
        DATA_CUT_OFF
    } else {
        plus_days(start, random.between(200, days_between(start, DATA_CUT_OFF)))
    };
    Span { start, end }
}

/// Deaths in a thousand people who were last seen at this age.
fn mortality(age: i32) -> u32 {
    match age {
        ..18 => 4,
        18..45 => 10,
        45..65 => 45,
        65..80 => 150,
        80.. => 400,
    }
}

/// Most people are observed without interruption; the others are the cases that engines get wrong.
fn observed(random: &mut Random, whole: Span) -> Vec<Span> {
    if whole.days() < 300 || random.chance(720) {
        return vec![whole];
    }
    let cut = plus_days(whole.start, random.between(100, whole.days() - 150));
    let rest = days_between(cut, whole.end);
    let resumed = match random.below(10) {
        0 | 1 => plus_days(cut, 1),
        2 | 3 => plus_days(cut, random.between(-90, 0)),
        4 => plus_days(cut, 2),
        _ => plus_days(cut, random.between(3, rest - 100)),
    };
    let first = Span { start: whole.start, end: cut };
    let second = Span { start: resumed, end: whole.end };
    // What resumes may be interrupted again, so that some people have three periods and more.
    std::iter::once(first).chain(observed(random, second)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_observed_before_birth_after_death_or_after_the_cut_off() {
        for number in 1..5_000 {
            let life = Life::draw(&mut Random::of_person(11, number));
            assert!(life.birth.year() >= FIRST_YEAR_OF_BIRTH);
            let last = life.observed.iter().map(|span| span.end).max().unwrap();
            assert!(last <= DATA_CUT_OFF);
            for span in &life.observed {
                assert!(life.birth <= span.start && span.start <= span.end, "{life:?}");
            }
            assert!(life.observed.is_sorted_by_key(|span| span.start), "{life:?}");
            assert!(life.death.is_none_or(|(date, _)| date == last), "{life:?}");
        }
    }
}
