use crate::index::integers::UNKNOWN;

/// The days without a record after which a new era begins.
const PERSISTENCE: i64 = 30;

/// One record of a person with a concept, in days since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    pub(super) person: i64,
    pub(super) concept: i64,
    pub(super) start: i64,
    /// The last day, never before the first.
    pub(super) end: i64,
}

/// The time through which a person had a concept, by records that follow each other closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Era {
    pub(super) person: i64,
    pub(super) concept: i64,
    pub(super) start: i64,
    pub(super) end: i64,
    /// The records.
    pub(super) count: i64,
    /// The days between a record's end and the next one's start, all together.
    pub(super) gap_days: i64,
}

impl Record {
    /// A record without an end lasts for as many days as are supplied, or else for one.
    pub(super) fn new(person: i64, concept: i64, start: i64, end: i64, days_supply: i64) -> Self {
        let supplied = if days_supply == UNKNOWN { 0 } else { days_supply.max(0) };
        let end = match end {
            UNKNOWN => start.saturating_add(supplied.max(1)),
            end => end.max(start),
        };
        Self { person, concept, start, end }
    }
}

/// The eras of these records, by person, concept and start.
///
/// A record belongs to the era before it if it starts at most 30 days after that one's end (OHDSI,
/// scripts for the CDM's condition and drug eras).
pub(super) fn eras(mut records: Vec<Record>) -> Vec<Era> {
    records.sort_unstable();
    let mut eras: Vec<Era> = Vec::new();
    for record in records {
        let Record { person, concept, start, end } = record;
        match eras.last_mut() {
            Some(era)
                if (era.person, era.concept) == (person, concept)
                    && start.saturating_sub(era.end) <= PERSISTENCE =>
            {
                era.count += 1;
                era.gap_days += (start - era.end).max(0);
                era.end = era.end.max(end);
            }
            _ => eras.push(Era { person, concept, start, end, count: 1, gap_days: 0 }),
        }
    }
    eras
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(records: &[(i64, i64)], expected: &[(i64, i64, i64, i64)]) {
        let records = records.iter().map(|(start, end)| Record::new(1, 2, *start, *end, UNKNOWN));
        let found = eras(records.collect());
        let found: Vec<_> = found.iter().map(|era| (era.start, era.end, era.count, era.gap_days)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn records_that_follow_closely_are_one_era() {
        check(&[], &[]);
        check(&[(10, 12)], &[(10, 12, 1, 0)]);
        check(&[(10, 12), (42, 50)], &[(10, 50, 2, 30)]);
        check(&[(10, 12), (43, 50)], &[(10, 12, 1, 0), (43, 50, 1, 0)]);
        check(&[(43, 50), (10, 12)], &[(10, 12, 1, 0), (43, 50, 1, 0)]);
        check(&[(10, 100), (20, 30), (110, 111)], &[(10, 111, 3, 10)]);
        check(&[(10, 10), (10, 10)], &[(10, 10, 2, 0)]);
    }

    #[test]
    fn a_record_without_an_end_lasts_as_long_as_its_supply() {
        for (end, supply, expected) in [
            (UNKNOWN, UNKNOWN, 11),
            (UNKNOWN, 0, 11),
            (UNKNOWN, -5, 11),
            (UNKNOWN, 30, 40),
            (12, 30, 12),
            (9, UNKNOWN, 10),
        ] {
            assert_eq!(Record::new(1, 2, 10, end, supply).end, expected, "{end} {supply}");
        }
    }

    proptest! {
        /// Every record lies in one era of its person and concept, no era is near the next one, and the
        /// days of an era without a record are its gaps.
        #[test]
        fn eras_are_what_their_records_make(
            records in prop::collection::vec((0..3_i64, 0..3_i64, 0..400_i64, 0..40_i64), 0..60),
        ) {
            let records: Vec<_> = records
                .into_iter()
                .map(|(person, concept, start, days)| Record { person, concept, start, end: start + days })
                .collect();
            let found = eras(records.clone());
            prop_assert_eq!(found.iter().map(|era| era.count).sum::<i64>(), records.len() as i64);
            for pair in found.windows(2) {
                let same = (pair[0].person, pair[0].concept) == (pair[1].person, pair[1].concept);
                prop_assert!(!same || pair[1].start - pair[0].end > PERSISTENCE);
            }
            for era in found {
                let of = |record: &&Record| {
                    (record.person, record.concept) == (era.person, era.concept)
                        && (era.start..=era.end).contains(&record.start)
                };
                let own: Vec<_> = records.iter().filter(of).collect();
                prop_assert_eq!(own.len() as i64, era.count);
                prop_assert_eq!(own.iter().map(|record| record.end).max(), Some(era.end));
                let covered = |day: &i64| own.iter().any(|own| own.start <= *day && *day < own.end);
                let uncovered = (era.start..era.end).filter(|day| !covered(day)).count();
                prop_assert_eq!(uncovered as i64, era.gap_days);
            }
        }
    }
}
