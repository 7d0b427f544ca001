use std::fmt;
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use datafusion::common::Statistics;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricBuilder, MetricsSet};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::{StreamExt, TryStreamExt, stream};

use crate::lease::RowLease;
use crate::secure::cohort_entries::CohortEntries;

/// The entries of a cohort as a leaf of a plan: a partition for each shard, each in the order of
/// people and days.
///
/// Like the leaf of tables it has no children and no expressions, and takes no filter. Other than
/// that one it says how many rows it has, where that is known: whoever holds it may carry those very
/// rows out. Nothing else of the entries is told before they are read.
pub(crate) struct CohortScan {
    entries: Arc<CohortEntries>,
    /// Positions of the columns that leave the leaf.
    columns: Vec<usize>,
    lease: RowLease,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

impl CohortScan {
    pub(super) fn new(entries: Arc<CohortEntries>, columns: Vec<usize>, lease: RowLease) -> Result<Self> {
        let schema = Arc::new(CohortEntries::schema().project(&columns)?);
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new_with_orderings(Arc::clone(&schema), [order(&schema, &columns)]),
            Partitioning::UnknownPartitioning(entries.numbers().len()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(Self { entries, columns, lease, metrics: ExecutionPlanMetricsSet::new(), properties })
    }

    /// The entries that it reads.
    pub(crate) const fn entries(&self) -> &Arc<CohortEntries> {
        &self.entries
    }

    fn schema_ref(&self) -> &SchemaRef {
        self.properties.equivalence_properties().schema()
    }
}

/// By people, then by first days, then by last days, as far as these columns are there.
fn order(schema: &SchemaRef, columns: &[usize]) -> Vec<PhysicalSortExpr> {
    let ascending = SortOptions { descending: false, nulls_first: true };
    let place = |column: usize| columns.iter().position(|other| *other == column);
    let sorted = (0..CohortEntries::schema().fields().len()).map_while(place);
    let name = |place: usize| schema.field(place).name().clone();
    sorted.map(|place| PhysicalSortExpr::new(Arc::new(Column::new(&name(place), place)), ascending)).collect()
}

impl ExecutionPlan for CohortScan {
    fn name(&self) -> &'static str {
        "CohortScan"
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
        let expired = |expired| DataFusionError::External(Box::new(expired));
        self.lease.lease().check().map_err(expired)?;
        let (entries, columns) = (Arc::clone(&self.entries), self.columns.clone());
        let (lease, each) = (self.lease.lease().clone(), context.session_config().batch_size().max(1));
        let counted = MetricBuilder::new(&self.metrics).output_rows(partition);
        let batches = stream::once(async move {
            let rows = entries.rows(partition).await?.project(&columns)?;
            let starts = (0..rows.num_rows()).step_by(each);
            let cut = starts.map(move |start| rows.slice(start, each.min(rows.num_rows() - start)));
            Ok::<_, DataFusionError>(stream::iter(cut.map(Ok)))
        });
        let batches = batches.try_flatten().map(move |batch| {
            lease.check().map_err(expired)?;
            batch.inspect(|batch| counted.add(batch.num_rows()))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(self.schema_ref()), batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    /// Exact numbers of rows of the shards whose entries are known, for as long as they may be read;
    /// nothing of their values.
    fn statistics_from_inputs(
        &self,
        _inputs: &[Arc<Statistics>],
        arguments: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let unknown = Statistics::new_unknown(self.schema_ref());
        let rows = match (self.lease.lease().check(), arguments.partition()) {
            (Err(_), _) => None,
            (Ok(()), Some(partition)) => self.entries.known_rows(partition),
            (Ok(()), None) => {
                let shards = 0..self.entries.numbers().len();
                shards.map(|position| self.entries.known_rows(position)).sum()
            }
        };
        Ok(Arc::new(rows.map_or(unknown.clone(), |rows| unknown.with_num_rows(Precision::Exact(rows)))))
    }
}

impl DisplayAs for CohortScan {
    /// The shards and the columns: nothing about how many people or entries there are.
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> = self.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
        write!(f, "CohortScan: shards={}, [{}]", self.entries.numbers().len(), columns.join(", "))
    }
}

impl fmt::Debug for CohortScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}
