use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::dataframe::DataFrame;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::col;
use datafusion::prelude::{SessionConfig, SessionContext};
use strongroom_omop::Table;
use strongroom_primitives::Sha256Digest;
use strongroom_release::Release;

use crate::lease::Lease;
use crate::query::QueryError;
use crate::secure::{ConceptRuns, SecureShard, SecureTable, StoredTable, Visibility};

/// The tables of a release as one session may see them, and the engine that runs plans over them.
///
/// The only maker of [`SecureTable`]s, and the only holder of a `SessionContext`; neither leaves
/// the crate.
pub(crate) struct SessionTables {
    release: Release,
    /// Of the manifest.
    digest: Sha256Digest,
    stored: Arc<BTreeMap<&'static str, StoredTable>>,
    visibility: Visibility,
    lease: Lease,
    context: SessionContext,
}

impl SessionTables {
    pub(crate) fn new(
        release: Release,
        digest: Sha256Digest,
        stored: Arc<BTreeMap<&'static str, StoredTable>>,
        visibility: Visibility,
        lease: Lease,
    ) -> Self {
        let context = SessionContext::new_with_config(SessionConfig::new().with_information_schema(false));
        Self { release, digest, stored, visibility, lease, context }
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Refuses once the session's time is over: asked before every plan.
    pub(crate) fn check_lease(&self) -> Result<(), QueryError> {
        self.lease.check().map_err(|_| QueryError::SessionEnded)
    }

    /// The release that they are tables of.
    pub(crate) const fn release(&self) -> &Release {
        &self.release
    }

    /// The digest of the release's manifest.
    pub(crate) const fn digest(&self) -> Sha256Digest {
        self.digest
    }

    /// What plans run in.
    pub(crate) fn task_context(&self) -> Arc<TaskContext> {
        self.context.task_ctx()
    }

    /// The shards of the release, for the cohort engine.
    pub(crate) fn shards(&self) -> Vec<SecureShard> {
        let shards = self.release.shards().into_iter();
        shards.map(|shard| SecureShard::new(shard, self.visibility.clone())).collect()
    }

    /// Whether the release has a table of this name, whoever may see it.
    pub(crate) fn has(&self, table: &str) -> bool {
        self.stored.contains_key(table)
    }

    /// Refuses a table that the session may not see or the release does not have.
    pub(crate) fn check_table(&self, table: &'static str) -> Result<(), QueryError> {
        self.table(table).map(drop)
    }

    /// Refuses a column that the session may not see or the table does not have.
    pub(crate) fn check_column(&self, table: &'static str, column: &'static str) -> Result<(), QueryError> {
        if self.table(table)?.has_column(column) {
            Ok(())
        } else {
            Err(QueryError::NoColumn { table, column: column.to_owned() })
        }
    }

    /// The table, if the release has it and the session may see it.
    pub(crate) fn table(&self, name: &'static str) -> Result<SecureTable, QueryError> {
        let unknown = || QueryError::NoTable { table: name };
        let table = Table::named(name).ok_or_else(unknown)?;
        let visibility = self.visibility.of(table).ok_or_else(unknown)?;
        let stored = self.stored.get(name).ok_or_else(unknown)?;
        let runs = ConceptRuns::of(&self.release, name);
        let table = SecureTable::new(name, stored.clone(), &visibility, self.lease.clone());
        Ok(table.ok_or_else(unknown)?.with_runs(runs))
    }

    /// A plan that reads these columns of the table, if the session may see them.
    pub(crate) fn read(&self, table: SecureTable, columns: &[&str]) -> Result<DataFrame, QueryError> {
        if let Some(missing) = columns.iter().find(|name| !table.has_column(name)) {
            return Err(QueryError::NoColumn { table: table.name(), column: (*missing).to_owned() });
        }
        Ok(self.plan(table)?.select(columns.iter().map(|name| col(*name)))?)
    }

    /// A plan that reads the table.
    pub(crate) fn plan(&self, table: impl TableProvider + 'static) -> Result<DataFrame, QueryError> {
        Ok(self.context.read_table(Arc::new(table))?)
    }

    /// Runs the plan.
    pub(crate) async fn run(&self, plan: DataFrame) -> Result<SendableRecordBatchStream, QueryError> {
        self.check_lease()?;
        // The data frame, and with it the plan, is dropped here: a plan that is kept goes on
        // working after its stream was dropped.
        Ok(plan.execute_stream().await?)
    }
}
