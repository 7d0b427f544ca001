use std::fmt;

use chrono::NaiveDate;
use strongroom_omop::SubjectId;

/// One row of a cohort table: somebody is in the cohort from one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a cohort table has these columns and no others")]
pub struct CohortRow {
    /// Who: `subject_id`.
    pub subject: SubjectId,
    /// The first day: `cohort_start_date`.
    pub start: NaiveDate,
    /// The last day: `cohort_end_date`.
    pub end: NaiveDate,
}

/// `subject_id,cohort_start_date,cohort_end_date`, the days as in ISO 8601.
impl fmt::Display for CohortRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{}", self.subject, self.start, self.end)
    }
}
