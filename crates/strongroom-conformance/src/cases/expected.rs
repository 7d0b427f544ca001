use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use strongroom_omop::SubjectId;
use strongroom_primitives::Sha256Digest;

use super::error::CasesError;
use super::id::CaseId;
use super::lines;
use crate::CohortRow;

/// What another implementation answers to a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A cohort.
    Cohort(ExpectedCohort),
    /// People, without dates, by id.
    People(Vec<SubjectId>),
    /// It fails, so that any clear answer or error is right.
    Failure,
}

/// A cohort, known by its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpectedCohort {
    /// How many rows it has.
    pub rows: u64,
    /// How many people are in it.
    pub persons: u64,
    /// The digest of [`hash::rows`](crate::hash::rows).
    pub digest: Sha256Digest,
    /// The digest that is right as well, where the choice among events of one day is open.
    pub other_digest: Option<Sha256Digest>,
    /// The rows themselves, where they are known.
    pub cohort: Option<Vec<CohortRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: CaseId,
    #[serde(rename = "name")]
    _name: Option<String>,
    rows: Option<u64>,
    persons: Option<u64>,
    sha256: Option<Sha256Digest>,
    #[serde(default)]
    tie_sensitive: bool,
    sha256_other_tie: Option<Sha256Digest>,
    #[serde(default = "yes")]
    ok: bool,
    #[serde(rename = "error")]
    _error: Option<String>,
}

const fn yes() -> bool {
    true
}

/// Reads expected results, one per line: `{"id", "rows", "persons", "sha256"}`, where ties leave
/// the choice open also `"tie_sensitive": true` and `"sha256_other_tie"`; `{"id", "ok": false}`
/// where the other implementation fails. A `"name"` and an `"error"` may stand beside.
///
/// # Errors
/// If the file cannot be read, a line is something else, or an id stands twice.
pub fn expected(path: &Path) -> Result<BTreeMap<CaseId, Expected>, CasesError> {
    let read: Vec<(CaseId, Expected)> = lines::read(path, |line: Line| {
        let expected = match (line.ok, line.rows, line.persons, line.sha256) {
            (false, ..) => Expected::Failure,
            (true, Some(rows), Some(persons), Some(digest)) => Expected::Cohort(ExpectedCohort {
                rows,
                persons,
                digest,
                other_digest: line.sha256_other_tie.filter(|_| line.tie_sensitive),
                cohort: None,
            }),
            _ => return Err("it lacks `rows`, `persons` or `sha256`".to_owned()),
        };
        Ok((line.id, expected))
    })?;
    lines::distinct(path, read.iter().map(|(id, _)| id))?;
    Ok(read.into_iter().collect())
}

impl ExpectedCohort {
    /// The expectation of exactly these rows.
    #[must_use]
    pub fn of(cohort: Vec<CohortRow>) -> Self {
        Self {
            rows: cohort.len() as u64,
            persons: crate::run::persons(&cohort),
            digest: crate::hash::rows(&cohort),
            other_digest: None,
            cohort: Some(cohort),
        }
    }

    /// Whether a cohort with this digest is right.
    #[must_use]
    pub fn accepts(&self, digest: Sha256Digest) -> bool {
        self.digest == digest || self.other_digest == Some(digest)
    }
}
