use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, BooleanArray, Int64Array, RecordBatch};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::{StreamExt, TryStreamExt, stream};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicate, ArrowPredicateFn, RowFilter};

use crate::lease::Lease;
use crate::secure::StoredTable;
use crate::secure::stored_table::StoredFile;

/// The values of one integer column by which rows stay or go, in ascending order.
#[derive(Clone)]
pub(super) struct ValueSet {
    column: usize,
    values: Arc<[i64]>,
}

impl ValueSet {
    /// `column` is the position in the file; `values` must be in ascending order.
    pub(super) fn new(column: usize, values: Arc<[i64]>) -> Self {
        Self { column, values }
    }

    /// Keeps the rows whose value is in the set (`keep` true) or not in it (`keep` false). A row
    /// without a value goes in either case: what cannot be checked is not shown.
    fn predicate(&self, file: &StoredFile, keep: bool) -> Box<dyn ArrowPredicate> {
        let mask = ProjectionMask::roots(file.reader().parquet_schema(), [self.column]);
        let values = Arc::clone(&self.values);
        Box::new(ArrowPredicateFn::new(mask, move |batch: RecordBatch| {
            let column =
                batch.columns().first().and_then(|column| column.as_any().downcast_ref::<Int64Array>());
            let Some(column) = column else {
                return Err(ArrowError::SchemaError("the guarded column is not an integer".into()));
            };
            let is_member = |value: i64| values.binary_search(&value).is_ok();
            Ok(BooleanArray::from_iter(
                column.iter().map(|value| Some(value.is_some_and(|value| is_member(value) == keep))),
            ))
        }))
    }
}

/// The opaque leaf of every plan; see the module.
pub(super) struct SecureScan {
    name: &'static str,
    table: StoredTable,
    /// Positions in each file of the columns that leave the leaf.
    columns: Vec<usize>,
    hidden: Option<ValueSet>,
    wanted: Option<ValueSet>,
    lease: Lease,
    /// Files of each partition, by position, with their row groups.
    partitions: Vec<Vec<(usize, Vec<usize>)>>,
    properties: Arc<PlanProperties>,
}

impl SecureScan {
    #[expect(clippy::too_many_arguments, reason = "one caller, and every argument is another concern")]
    pub(super) fn new(
        name: &'static str,
        table: StoredTable,
        columns: Vec<usize>,
        schema: SchemaRef,
        hidden: Option<ValueSet>,
        wanted: Option<ValueSet>,
        lease: Lease,
        target_partitions: usize,
    ) -> Self {
        let groups = table.files().iter().map(StoredFile::row_group_count);
        let count = groups.sum::<usize>().min(target_partitions).max(1);
        let mut partitions: Vec<Vec<(usize, Vec<usize>)>> = vec![Vec::new(); count];
        let mut next = 0;
        for (at, file) in table.files().iter().enumerate() {
            for row_group in 0..file.row_group_count() {
                if let Some(partition) = partitions.get_mut(next % count) {
                    match partition.last_mut() {
                        Some((last, row_groups)) if *last == at => row_groups.push(row_group),
                        _ => partition.push((at, vec![row_group])),
                    }
                }
                next += 1;
            }
        }
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(count),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self { name, table, columns, hidden, wanted, lease, partitions, properties }
    }
}

impl ExecutionPlan for SecureScan {
    fn name(&self) -> &'static str {
        "SecureScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.lease.check().map_err(|expired| DataFusionError::External(Box::new(expired)))?;
        let mut streams = Vec::new();
        for (file, row_groups) in self.partitions.get(partition).into_iter().flatten() {
            let Some(file) = self.table.files().get(*file) else { continue };
            let mut reader = file.reader();
            let mask = ProjectionMask::roots(reader.parquet_schema(), self.columns.iter().copied());
            // Hidden rows first: no later predicate, not even a vetted one, is evaluated on them.
            let hidden = self.hidden.iter().map(|set| set.predicate(file, false));
            let wanted = self.wanted.iter().map(|set| set.predicate(file, true));
            let predicates: Vec<_> = hidden.chain(wanted).collect();
            if !predicates.is_empty() {
                reader = reader.with_row_filter(RowFilter::new(predicates));
            }
            streams.push(
                reader
                    .with_projection(mask)
                    .with_row_groups(row_groups.clone())
                    .with_batch_size(context.session_config().batch_size())
                    .build()?,
            );
        }
        // One file after the other: a partition reads no two at once.
        let batches = stream::iter(streams).flatten();

        let schema = Arc::clone(self.schema_ref());
        let order = self.order_in_reader();
        let lease = self.lease.clone();
        let batches = batches.map_err(DataFusionError::from).map(move |batch| {
            lease.check().map_err(|expired| DataFusionError::External(Box::new(expired)))?;
            Ok(batch?.project(&order)?)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

impl SecureScan {
    fn schema_ref(&self) -> &SchemaRef {
        self.properties.equivalence_properties().schema()
    }

    /// A Parquet reader gives columns in file order; the plan may want them in another.
    fn order_in_reader(&self) -> Vec<usize> {
        let mut sorted = self.columns.clone();
        sorted.sort_unstable();
        self.columns.iter().filter_map(|column| sorted.binary_search(column).ok()).collect()
    }
}

impl DisplayAs for SecureScan {
    /// The table and the columns: nothing about how many rows there are, or were hidden.
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> = self.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
        write!(f, "SecureScan: {}[{}]", self.name, columns.join(", "))
    }
}

impl fmt::Debug for SecureScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}
