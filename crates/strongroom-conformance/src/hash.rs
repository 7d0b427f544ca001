//! The digest by which cohorts of different implementations are compared.

use std::io::Write;

use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;

use crate::CohortRow;

/// The SHA-256 of the cohort's lines `subject_id,cohort_start_date,cohort_end_date`, each ended by
/// a line feed, ordered by number and days. The order of `rows` does not matter; that rows are
/// repeated does. The empty cohort has the digest of the empty text.
#[must_use]
pub fn rows(rows: &[CohortRow]) -> Sha256Digest {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let mut text = Vec::with_capacity(sorted.len() * 32);
    for row in sorted {
        // Writing to memory does not fail.
        drop(writeln!(text, "{row}"));
    }
    Sha256Digest::from_bytes(Sha256::digest(&text).into())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use strongroom_omop::SubjectId;

    use super::*;

    fn row(subject: i64, start: i32, end: i32) -> CohortRow {
        let day = |day| NaiveDate::from_epoch_days(day).unwrap();
        CohortRow { subject: SubjectId::new(subject), start: day(start), end: day(end) }
    }

    /// The digests are those of Python's hashlib over the lines written out.
    #[test]
    fn known_digests() {
        let check = |cohort: &[CohortRow], expected: &str| {
            assert_eq!(rows(cohort).to_string(), expected);
        };
        check(&[], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let cohort = [row(10, 18_262, 18_293), row(9, 18_262, 18_300), row(9, 18_262, 18_263), row(9, -1, 0)];
        check(&cohort, "baf961d16ccce6e85b8982b9785661dcf868b897faecc3048bf0c3ed6877d408");
        check(&[cohort[1], cohort[1]], "a4b896cdab71ad41481ed92207de9fd52333ec9dc10b3e10bdbe97d0bdddd44f");
    }

    proptest! {
        #[test]
        fn order_does_not_matter(
            cohort in prop::collection::vec((-5_i64..50, -9000_i32..20_000, 0_i32..400), 0..20)
                .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        ) {
            let of = |cohort: &[(i64, i32, i32)]| {
                rows(&cohort.iter().map(|(who, start, days)| row(*who, *start, start + days)).collect::<Vec<_>>())
            };
            prop_assert_eq!(of(&cohort.0), of(&cohort.1));
        }
    }
}
