use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::lease::RowLease;
use crate::secure::cohort_entries::CohortEntries;
use crate::secure::cohort_scan::CohortScan;

/// The entries of a cohort as a table, for one session that may carry rows out.
#[derive(Clone)]
pub(crate) struct CohortTable {
    entries: Arc<CohortEntries>,
    lease: RowLease,
}

impl CohortTable {
    pub(crate) const fn new(entries: Arc<CohortEntries>, lease: RowLease) -> Self {
        Self { entries, lease }
    }

    /// The leaf that reads the columns at these positions.
    pub(crate) fn leaf(&self, columns: Vec<usize>) -> Result<CohortScan> {
        CohortScan::new(Arc::clone(&self.entries), columns, self.lease.clone())
    }
}

#[async_trait]
impl TableProvider for CohortTable {
    fn schema(&self) -> SchemaRef {
        CohortEntries::schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    // `supports_filters_pushdown` keeps its default: no filter of a query reaches the leaf.
    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns = projection.cloned().unwrap_or_else(|| (0..self.schema().fields().len()).collect());
        Ok(Arc::new(self.leaf(columns)?))
    }
}

impl fmt::Debug for CohortTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CohortTable").finish_non_exhaustive()
    }
}
