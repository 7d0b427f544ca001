use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::lease::Lease;
use crate::secure::StoredTable;
use crate::secure::scan::{SecureScan, ValueSet};
use crate::secure::visibility::TableVisibility;

/// A table as one session may see it: only its visible columns exist, and its scan is the opaque
/// leaf.
#[derive(Clone)]
pub(crate) struct SecureTable {
    name: &'static str,
    file: StoredTable,
    /// Positions in the file of the visible columns.
    columns: Vec<usize>,
    schema: SchemaRef,
    hidden: Option<ValueSet>,
    wanted: Option<ValueSet>,
    lease: Lease,
}

impl SecureTable {
    /// `None` if hidden rows cannot be told by this file: then nothing of it may be shown.
    pub(crate) fn new(
        name: &'static str,
        file: StoredTable,
        visibility: &TableVisibility,
        lease: Lease,
    ) -> Option<Self> {
        let fields = file.schema().fields();
        let columns: Vec<usize> =
            (0..fields.len()).filter(|at| visibility.shows_column(fields[*at].name())).collect();
        let schema =
            Arc::new(Schema::new(columns.iter().map(|at| Arc::clone(&fields[*at])).collect::<Vec<_>>()));
        let hidden = match &visibility.hidden_rows {
            None => None,
            Some((column, values)) => {
                Some(ValueSet::new(file.schema().index_of(column).ok()?, Arc::clone(values)))
            }
        };
        Some(Self { name, file, columns, schema, hidden, wanted: None, lease })
    }

    /// The table's name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the session sees a column of this name.
    pub(crate) fn has_column(&self, name: &str) -> bool {
        self.schema.index_of(name).is_ok()
    }

    /// The columns that the session sees, in the order of the CDM.
    pub(crate) fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The same table, restricted inside the leaf to rows whose integer column holds one of the
    /// values, which must be in ascending order.
    ///
    /// This is the vetted predicate: a comparison of one column with constants, applied after the
    /// hidden rows are gone. It never enters DataFusion's plan, so a set of a million concepts
    /// costs the planner nothing.
    pub(crate) fn with_values(mut self, column: &str, values: Arc<[i64]>) -> Option<Self> {
        let column = self.schema.index_of(column).ok().and_then(|at| self.columns.get(at).copied())?;
        self.wanted = Some(ValueSet::new(column, values));
        Some(self)
    }
}

#[async_trait]
impl TableProvider for SecureTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    // `supports_filters_pushdown` keeps its default: no filter of a query reaches the leaf.
    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (columns, schema) = match projection {
            None => (self.columns.clone(), Arc::clone(&self.schema)),
            Some(projection) => (
                projection.iter().filter_map(|at| self.columns.get(*at).copied()).collect(),
                Arc::new(self.schema.project(projection)?),
            ),
        };
        Ok(Arc::new(SecureScan::new(
            self.name,
            self.file.clone(),
            columns,
            schema,
            self.hidden.clone(),
            self.wanted.clone(),
            self.lease.clone(),
            state.config().target_partitions(),
        )))
    }
}

impl fmt::Debug for SecureTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureTable").field("name", &self.name).finish_non_exhaustive()
    }
}
