use std::path::Path;

use chrono::NaiveDate;
use strongroom_cohort::reference::Birth;
use strongroom_omop::Table;

use super::error::BuildError;
use super::spill::Spilled;
use crate::index::integers::UNKNOWN;
use crate::release::PeopleQuality;

/// When the people of a shard were born, died, and were observed, by ordinal.
#[derive(Debug, Default)]
pub(super) struct Lives {
    births: Vec<i64>,
    deaths: Vec<i64>,
    died_again: u64,
    /// First and last days of each person in turn; what overlaps or touches is one.
    periods: Vec<(i64, i64)>,
    /// Where the periods of each person end.
    period_ends: Vec<usize>,
}

impl Lives {
    /// Reads them from the rows that wait for a shard of so many people.
    pub(super) fn read(
        spills: &Path,
        shard: u32,
        count: u32,
        persons: impl Fn(&Spilled) -> Result<Vec<u32>, BuildError>,
    ) -> Result<Self, BuildError> {
        let open = |name| Table::named(name).map(|table| Spilled::open(spills, table, shard)).transpose();
        let nobody = || vec![UNKNOWN; count as usize];
        let mut lives = Self { births: nobody(), deaths: nobody(), ..Self::default() };
        if let Some(spilled) = open("person")? {
            let column =
                |name| Ok(spilled.integers_of(name)?.unwrap_or_else(|| vec![UNKNOWN; spilled.rows()]));
            let [years, months, days] = ["year_of_birth", "month_of_birth", "day_of_birth"].map(column);
            let parts = years?.into_iter().zip(months?.into_iter().zip(days?));
            for (person, (year, (month, day))) in persons(&spilled)?.into_iter().zip(parts) {
                if let Some(birth) = lives.births.get_mut(person as usize) {
                    *birth = first_day(year, month, day);
                }
            }
        }
        if let Some(spilled) = open("death")? {
            let days = spilled.integers_of("death_date")?.unwrap_or_default();
            for (person, day) in persons(&spilled)?.into_iter().zip(days) {
                if let Some(death) = lives.deaths.get_mut(person as usize) {
                    lives.died_again += u64::from(*death != UNKNOWN);
                    *death = if *death == UNKNOWN { day } else { day.min(*death) };
                }
            }
        }
        if let Some(spilled) = open("observation_period")? {
            let column = |name| Ok(spilled.integers_of(name)?.unwrap_or_default());
            let starts = column("observation_period_start_date")?;
            let ends = column("observation_period_end_date")?;
            let periods = persons(&spilled)?.into_iter().zip(starts.into_iter().zip(ends));
            let mut periods: Vec<_> = periods.map(|(person, (start, end))| (person, start, end)).collect();
            periods.sort_unstable();
            periods.dedup_by(|next, last| {
                let joins = next.0 == last.0 && next.1 <= last.2.saturating_add(1);
                last.2 = if joins { last.2.max(next.2) } else { last.2 };
                joins
            });
            let mut rest = periods.as_slice();
            for person in 0..count {
                let (own, others) = rest.split_at(rest.partition_point(|(other, ..)| *other <= person));
                lives.periods.extend(own.iter().map(|(_, start, end)| (*start, *end)));
                lives.period_ends.push(lives.periods.len());
                rest = others;
            }
        }
        Ok(lives)
    }

    /// The day of birth, or the first day of the year of birth.
    pub(super) fn birth(&self, person: u32) -> Option<i64> {
        self.births.get(person as usize).copied().filter(|day| *day != UNKNOWN)
    }

    /// The first day of death.
    pub(super) fn death(&self, person: u32) -> Option<i64> {
        self.deaths.get(person as usize).copied().filter(|day| *day != UNKNOWN)
    }

    /// Whether a person was observed on a day.
    pub(super) fn is_observed(&self, person: u32, day: i64) -> bool {
        self.periods_of(person).iter().any(|(start, end)| (*start..=*end).contains(&day))
    }

    fn periods_of(&self, person: u32) -> &[(i64, i64)] {
        let person = person as usize;
        let begin =
            person.checked_sub(1).and_then(|before| self.period_ends.get(before)).copied().unwrap_or(0);
        let end = self.period_ends.get(person).copied().unwrap_or(begin);
        self.periods.get(begin..end).unwrap_or_default()
    }

    /// What there is to say about the people themselves.
    pub(super) fn quality(&self) -> PeopleQuality {
        let known = |days: &[i64]| days.iter().filter(|day| **day != UNKNOWN).count() as u64;
        let count = self.births.len() as u64;
        let never = (0..).zip(&self.births).filter(|(person, _)| self.periods_of(*person).is_empty());
        let never = never.count() as u64;
        let lives = self.births.iter().zip(&self.deaths);
        let backwards = lives.filter(|(birth, death)| **death != UNKNOWN && death < birth).count() as u64;
        PeopleQuality {
            count,
            birth_unknown: count - known(&self.births),
            never_observed: never,
            died: known(&self.deaths),
            died_again: self.died_again,
            died_before_birth: backwards,
        }
    }
}

fn first_day(year: i64, month: i64, day: i64) -> i64 {
    let part = |part: i64| u32::try_from(part).ok();
    let date = match Birth::from_parts(i32::try_from(year).ok(), part(month), part(day)) {
        Birth::Day(day) => Some(day),
        Birth::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1),
        Birth::Unknown => None,
    };
    date.map_or(UNKNOWN, |date| i64::from(date.to_epoch_days()))
}
