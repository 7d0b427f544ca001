use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use strongroom_cohort::{Definition, Limits, ResolvedCohort, ResolvedConcepts, resolve};
use strongroom_disclosure::DisclosureRule;
use strongroom_engine::Reads;
use strongroom_gate::{ExportPermit, TierSession};
use strongroom_omop::Domain;
use strongroom_release::{Manifest, ReleaseError, table_of_events};
use strongroom_workspaces::Action;

use crate::CohortResult;
use crate::lease::RowLease;
use crate::query::{EngineFailure, QueryError, SessionTables, check_vocabulary, evaluate};
use crate::rows::{RowBatches, entry_rows, event_rows};

/// How much there is to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extent {
    /// Rows of tables.
    pub rows: u64,
    /// Bytes of files.
    pub bytes: u64,
}

/// A release in the hands of one session: the only thing that answers questions about it.
///
/// Cloning is cheap; all clones share the session and its lease. Everything here is refused once
/// the session has ended, and a query that is under way then stops at its next batch.
#[derive(Clone)]
pub struct AuthorizedCdr {
    shared: Arc<Shared>,
}

struct Shared {
    session: TierSession,
    tables: SessionTables,
}

impl AuthorizedCdr {
    pub(crate) fn new(session: TierSession, tables: SessionTables) -> Self {
        Self { shared: Arc::new(Shared { session, tables }) }
    }

    /// The session that was given up for this.
    pub fn session(&self) -> &TierSession {
        &self.shared.session
    }

    /// What the release consists of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        self.shared.tables.release().manifest()
    }

    /// Looks up the definition's concepts in the release's vocabulary and resolves it, within the
    /// default limits.
    ///
    /// # Errors
    /// [`QueryError::Unresolved`] with everything that is wrong with the definition; or why the
    /// vocabulary could not be read.
    pub fn resolve(&self, definition: &Definition) -> Result<ResolvedCohort, QueryError> {
        let limits = Limits::default();
        limits.check(definition).map_err(|error| QueryError::Unresolved(error.into()))?;
        self.shared.tables.check_lease()?;
        check_vocabulary(definition, &self.shared.tables)?;
        let unreadable = |error: ReleaseError| QueryError::Storage(EngineFailure::new(error.to_string()));
        let vocabulary = self.shared.tables.release().vocabulary().map_err(unreadable)?;
        let vocabulary = vocabulary.read_for(definition).map_err(unreadable)?;
        resolve(definition, &vocabulary, &limits).map_err(QueryError::Unresolved)
    }

    /// The most that running the cohort reads: all rows of the tables that it needs, and the bytes of their
    /// files. Known from the manifest, before anything is read.
    #[must_use]
    pub fn extent(&self, cohort: &ResolvedCohort) -> Extent {
        let reads = Reads::of(cohort);
        let tables: BTreeSet<&str> =
            reads.events.keys().filter_map(|kind| table_of_events(*kind)).chain(["person"]).collect();
        let files = tables.into_iter().flat_map(|table| self.manifest().files_of(table));
        files.fold(Extent::default(), |extent, file| Extent {
            rows: extent.rows.saturating_add(file.rows),
            bytes: extent.bytes.saturating_add(file.bytes),
        })
    }

    /// Runs the cohort over everybody whom the session may see.
    ///
    /// # Errors
    /// If the session has ended, may not count cohorts, may not see a table that the cohort needs, or
    /// the release cannot be read.
    pub async fn run(&self, cohort: &ResolvedCohort) -> Result<CohortResult, QueryError> {
        // One reading of the clock: a session that ends between two would be told the wrong reason.
        let now = self.shared.tables.lease().now();
        self.session().check(now).map_err(|_| QueryError::SessionEnded)?;
        self.session().check_action(Action::CountCohort, now)?;
        let evaluated = evaluate(&self.shared.tables, cohort).await?;
        // A limit that would hide nothing is read as the default, never as none.
        let rule = DisclosureRule::suppressing_up_to(self.session().suppress_up_to()).unwrap_or_default();
        Ok(CohortResult::new(self.clone(), cohort, evaluated, rule))
    }

    /// The cohort's entries, in ascending order of `subject_id` and day: `subject_id`,
    /// `cohort_start_date` and `cohort_end_date` (null if the cohort has no index), `age_at_start` in
    /// completed years, `sex_concept_id`.
    ///
    /// # Errors
    /// If the permit was given for another session or has expired, or the cohort was run under
    /// another session.
    pub fn entries(&self, cohort: &CohortResult, permit: &ExportPermit) -> Result<RowBatches, QueryError> {
        let lease = self.check(cohort, permit)?;
        entry_rows(cohort, &lease)
    }

    /// The events of the cohort's people in one domain, with every column that the session may
    /// see, in no particular order.
    ///
    /// # Errors
    /// If the permit was given for another session or has expired, the cohort was run under another
    /// session, or the session may not see the domain's table.
    pub async fn events(
        &self,
        cohort: &CohortResult,
        domain: Domain,
        concepts: &ResolvedConcepts,
        permit: &ExportPermit,
    ) -> Result<RowBatches, QueryError> {
        let lease = self.check(cohort, permit)?;
        event_rows(&self.shared.tables, cohort, domain, concepts, lease).await
    }

    /// Until when the cohort's rows may leave.
    fn check(&self, cohort: &CohortResult, permit: &ExportPermit) -> Result<RowLease, QueryError> {
        let lease = self.row_lease(permit)?;
        if !Arc::ptr_eq(&self.shared, &cohort.run_by().shared) {
            return Err(QueryError::OtherCohort);
        }
        Ok(lease)
    }

    /// Until when rows may leave. Only an export permit of this very session gives it.
    pub(crate) fn row_lease(&self, permit: &ExportPermit) -> Result<RowLease, QueryError> {
        let session = self.session();
        let same = permit.person() == session.person()
            && permit.workspace() == session.workspace()
            && permit.release() == session.release()
            && permit.tier() == session.tier();
        if !same {
            return Err(QueryError::OtherPermit);
        }
        let lease = self.shared.tables.lease().for_rows(permit);
        lease.lease().check().map_err(|_| QueryError::SessionEnded)?;
        Ok(lease)
    }

    pub(crate) fn tables(&self) -> &SessionTables {
        &self.shared.tables
    }
}

impl fmt::Debug for AuthorizedCdr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedCdr").field("session", self.session()).finish_non_exhaustive()
    }
}
