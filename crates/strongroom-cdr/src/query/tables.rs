use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::Int64Type;
use datafusion::catalog::TableProvider;
use datafusion::dataframe::DataFrame;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::col;
use datafusion::prelude::{SessionConfig, SessionContext};
use strongroom_omop::Table;

use crate::lease::Lease;
use crate::query::QueryError;
use crate::secure::{SecureTable, StoredTable, Visibility};

/// The tables of a release as one session may see them, and the engine that runs plans over them.
///
/// The only maker of [`SecureTable`]s, and the only holder of a `SessionContext`; neither leaves
/// the crate.
pub(crate) struct SessionTables {
    stored: Arc<BTreeMap<&'static str, StoredTable>>,
    visibility: Visibility,
    lease: Lease,
    context: SessionContext,
}

impl SessionTables {
    pub(crate) fn new(
        stored: Arc<BTreeMap<&'static str, StoredTable>>,
        visibility: Visibility,
        lease: Lease,
    ) -> Self {
        let context = SessionContext::new_with_config(SessionConfig::new().with_information_schema(false));
        Self { stored, visibility, lease, context }
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Refuses once the session's time is over: asked before every plan.
    pub(crate) fn check_lease(&self) -> Result<(), QueryError> {
        self.lease.check().map_err(|_| QueryError::SessionEnded)
    }

    /// The table, if the release has it and the session may see it.
    pub(crate) fn table(&self, name: &'static str) -> Result<SecureTable, QueryError> {
        let unknown = || QueryError::NoTable { table: name };
        let table = Table::named(name).ok_or_else(unknown)?;
        let visibility = self.visibility.of(table).ok_or_else(unknown)?;
        let stored = self.stored.get(name).ok_or_else(unknown)?;
        SecureTable::new(name, stored.clone(), &visibility, self.lease.clone()).ok_or_else(unknown)
    }

    /// A plan that reads these columns of the table, if the session may see them.
    pub(crate) fn read(&self, table: SecureTable, columns: &[&str]) -> Result<DataFrame, QueryError> {
        if let Some(missing) = columns.iter().find(|name| !table.has_column(name)) {
            return Err(QueryError::NoColumn { table: table.name(), column: (*missing).to_owned() });
        }
        let provider: Arc<dyn TableProvider> = Arc::new(table);
        Ok(self.context.read_table(provider)?.select(columns.iter().map(|name| col(*name)))?)
    }

    /// A plan over rows that are already in memory, and already allowed.
    pub(crate) fn read_memory(&self, rows: RecordBatch) -> Result<DataFrame, QueryError> {
        Ok(self.context.read_batch(rows)?)
    }

    /// Runs the plan.
    pub(crate) async fn run(&self, plan: DataFrame) -> Result<SendableRecordBatchStream, QueryError> {
        self.check_lease()?;
        // The data frame, and with it the plan, is dropped here: a plan that is kept goes on
        // working after its stream was dropped.
        Ok(plan.execute_stream().await?)
    }
}

/// The column as integers; a batch of another shape is a defect of the engine, not of the caller.
pub(crate) fn integers(batch: &RecordBatch, column: usize) -> Result<&Int64Array, QueryError> {
    let column =
        batch.columns().get(column).and_then(|column: &ArrayRef| column.as_primitive_opt::<Int64Type>());
    column.ok_or_else(|| QueryError::from(unexpected_shape()))
}

pub(crate) fn unexpected_shape() -> datafusion::error::DataFusionError {
    datafusion::error::DataFusionError::Internal(
        "a batch does not have the columns that were asked for".into(),
    )
}

/// The value at this row, if there is one.
pub(crate) fn value(column: &Int64Array, row: usize) -> Option<i64> {
    column.is_valid(row).then(|| column.value(row))
}
