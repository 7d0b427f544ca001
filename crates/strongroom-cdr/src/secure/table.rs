use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::lease::Lease;
use crate::predicate::{ColumnPredicate, IntegerSet, RowTest};
use crate::secure::concept_runs::ConceptRuns;
use crate::secure::scan::{Cut, Guard, SecureScan};
use crate::secure::stored_table::StoredTable;
use crate::secure::vet::vet;
use crate::secure::visibility::TableVisibility;

/// A table as one session may see it: only its visible columns exist, and its scan is the opaque
/// leaf.
#[derive(Clone)]
pub(crate) struct SecureTable {
    name: &'static str,
    stored: StoredTable,
    /// Positions in each file of the visible columns.
    columns: Vec<usize>,
    schema: SchemaRef,
    hidden: Option<Guard>,
    predicates: Vec<ColumnPredicate>,
    runs: Option<ConceptRuns>,
    lease: Lease,
}

impl SecureTable {
    /// `None` if hidden rows cannot be told by this file: then nothing of it may be shown.
    pub(crate) fn new(
        name: &'static str,
        stored: StoredTable,
        visibility: &TableVisibility,
        lease: Lease,
    ) -> Option<Self> {
        let fields = stored.schema().fields();
        let columns: Vec<usize> =
            (0..fields.len()).filter(|at| visibility.shows_column(fields[*at].name())).collect();
        let schema =
            Arc::new(Schema::new(columns.iter().map(|at| Arc::clone(&fields[*at])).collect::<Vec<_>>()));
        let hidden = match &visibility.hidden_rows {
            None => None,
            Some((column, values)) => {
                let column = stored.schema().index_of(column).ok()?;
                let values = IntegerSet::from_iter(values.iter().copied());
                Some(Guard { column, test: RowTest::NoneOf(values) })
            }
        };
        Some(Self { name, stored, columns, schema, hidden, predicates: Vec::new(), runs: None, lease })
    }

    /// The same table, whose rows stand in runs of one concept each.
    pub(crate) fn with_runs(self, runs: Option<ConceptRuns>) -> Self {
        Self { runs, ..self }
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

    /// The numbers of the shards that it is cut into, in ascending order; none of a table that is not
    /// about people.
    pub(crate) fn shards(&self) -> Vec<u32> {
        self.stored.files().iter().filter_map(|file| file.shard()).collect()
    }

    /// The same table, restricted inside the leaf to rows that pass. Nothing if the session does not
    /// see the column, or it has another type.
    ///
    /// Other than a filter of a query it never enters DataFusion's plan, so a set of a million
    /// concepts costs the planner nothing.
    pub(crate) fn with_predicate(mut self, predicate: ColumnPredicate) -> Option<Self> {
        self.guard(&predicate)?;
        self.predicates.push(predicate);
        Some(self)
    }

    /// The leaf that reads the columns at these positions of the schema, cut as asked.
    pub(crate) fn leaf(
        &self,
        columns: &[usize],
        more: Vec<ColumnPredicate>,
        cut: &Cut,
    ) -> Result<SecureScan> {
        let schema = Arc::new(self.schema.project(columns)?);
        let columns = columns.iter().filter_map(|at| self.columns.get(*at).copied()).collect();
        let predicates: Vec<_> = self.predicates.iter().cloned().chain(more).collect();
        // Hidden rows first: no later predicate, not even a vetted one, is evaluated on them.
        let guards = self.hidden.iter().cloned().chain(predicates.iter().filter_map(|one| self.guard(one)));
        let guards = guards.collect();
        let files = self.stored.files();
        let wanted = self.runs.as_ref().and_then(|runs| Some((runs, runs.wanted(&predicates)?)));
        let selected = match wanted {
            Some((runs, concepts)) => runs.of_files(files, &concepts)?,
            None => vec![None; files.len()],
        };
        let (stored, lease) = (self.stored.clone(), self.lease.clone());
        Ok(SecureScan::new(self.name, stored, columns, schema, predicates, guards, selected, cut, lease))
    }

    fn guard(&self, predicate: &ColumnPredicate) -> Option<Guard> {
        let position = self.schema.index_of(predicate.column()).ok()?;
        let test = predicate.test().of_rows(self.schema.field(position).data_type())?;
        Some(Guard { column: *self.columns.get(position)?, test })
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

    /// The leaf drops what a vetted filter would drop, and the filter stays above it; no other filter
    /// of a query reaches the leaf.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let support = |filter: &&Expr| match vet(filter, &self.schema) {
            Some(_) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(support).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all = || (0..self.schema.fields().len()).collect();
        let columns = projection.cloned().unwrap_or_else(all);
        let vetted = filters.iter().filter_map(|filter| vet(filter, &self.schema)).collect();
        let cut = Cut::RowGroups { partitions: state.config().target_partitions() };
        Ok(Arc::new(self.leaf(&columns, vetted, &cut)?))
    }
}

impl fmt::Debug for SecureTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureTable").field("name", &self.name).finish_non_exhaustive()
    }
}
