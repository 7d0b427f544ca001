use std::path::Path;

use chrono::NaiveDate;
use strongroom_cohort::ast::PersonColumn;
use strongroom_cohort::reference::Birth;

use super::error::BuildError;
use super::event_index::{encoded, write};
use super::spill::Spilled;
use crate::index::integers::UNKNOWN;
use crate::index::section;
use crate::index::{Content, SectionWriter};
use crate::release::{FilePath, ReleaseFile};

/// The columns of `person` that cohorts speak of.
const CONCEPTS: [(PersonColumn, &str); 3] = [
    (PersonColumn::Gender, "gender_concept_id"),
    (PersonColumn::Race, "race_concept_id"),
    (PersonColumn::Ethnicity, "ethnicity_concept_id"),
];

/// Writes the index of the people of a shard, from their rows of `person` in any order.
pub(super) fn write_people(spilled: &Spilled, release: &Path, shard: u32) -> Result<ReleaseFile, BuildError> {
    let column = |name: &str| Ok(spilled.integers_of(name)?.unwrap_or_else(|| vec![UNKNOWN; spilled.rows()]));
    let ids = column("person_id")?;
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|row| ids.get(*row));
    let ordered =
        |values: Vec<i64>| -> Vec<i64> { order.iter().filter_map(|row| values.get(*row).copied()).collect() };
    let [years, months, days] = ["year_of_birth", "month_of_birth", "day_of_birth"].map(&column);
    let (years, months, days) = (ordered(years?), ordered(months?), ordered(days?));
    let births = years.iter().zip(months.iter().zip(&days)).map(|(year, (month, day))| {
        let part = |part: i64| u32::try_from(part).ok();
        Birth::from_parts(i32::try_from(*year).ok(), part(*month), part(*day))
    });
    let births = births.map(|birth| match birth {
        Birth::Unknown => (UNKNOWN, UNKNOWN),
        Birth::Year(year) => (i64::from(year), UNKNOWN),
        Birth::Day(day) => (UNKNOWN, i64::from(NaiveDate::to_epoch_days(&day))),
    });
    let (birth_years, birth_days): (Vec<_>, Vec<_>) = births.unzip();

    let rows = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let mut sections = SectionWriter::new(Content::People, rows);
    sections.add(section::SUBJECT, encoded(&ordered(ids)));
    sections.add(section::BIRTH_YEAR, encoded(&birth_years));
    sections.add(section::BIRTH_DAY, encoded(&birth_days));
    for (meaning, name) in CONCEPTS {
        if let Some(values) = spilled.integers_of(name)? {
            sections.add(meaning.name(), encoded(&ordered(values)));
        }
    }
    write(&sections, release, FilePath::ShardPeople { shard }, u64::from(rows))
}
