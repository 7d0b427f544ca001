use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricBuilder, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::{StreamExt, TryStreamExt, stream};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicate, ArrowPredicateFn, RowFilter, RowSelection};

use crate::lease::Lease;
use crate::predicate::{ColumnPredicate, RowTest};
use crate::secure::StoredTable;
use crate::secure::stored_table::StoredFile;

/// A test that the rows of a file must pass.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    /// The position of the column in the file.
    pub(super) column: usize,
    pub(super) test: RowTest,
}

impl Guard {
    fn predicate(&self, file: &StoredFile) -> Box<dyn ArrowPredicate> {
        let mask = ProjectionMask::roots(file.reader().parquet_schema(), [self.column]);
        let test = self.test.clone();
        Box::new(ArrowPredicateFn::new(mask, move |batch: RecordBatch| {
            let missing = || ArrowError::SchemaError("a guarded column is not in its file".into());
            test.passes(batch.columns().first().ok_or_else(missing)?)
        }))
    }
}

/// How the rows of a table are cut into partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Row group by row group, into so many partitions at most.
    RowGroups {
        /// The most partitions.
        partitions: usize,
    },
    /// A partition for each of these shards.
    Shards(Vec<u32>),
    /// One partition.
    Whole,
}

/// The opaque leaf of every plan; see the module.
pub(crate) struct SecureScan {
    name: &'static str,
    table: StoredTable,
    /// Positions in each file of the columns that leave the leaf.
    columns: Vec<usize>,
    /// What was asked, and how it is tested, behind the test that hides rows.
    predicates: Vec<ColumnPredicate>,
    guards: Vec<Guard>,
    /// For each file the rows that are looked at, in ascending order; all if nothing is said.
    selected: Vec<Option<Vec<Range<usize>>>>,
    cut: Cut,
    lease: Lease,
    /// Files of each partition, by position, with their row groups.
    partitions: Vec<Vec<(usize, Vec<usize>)>>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

impl SecureScan {
    #[expect(clippy::too_many_arguments, reason = "one caller, and every argument is another concern")]
    pub(super) fn new(
        name: &'static str,
        table: StoredTable,
        columns: Vec<usize>,
        schema: SchemaRef,
        predicates: Vec<ColumnPredicate>,
        guards: Vec<Guard>,
        selected: Vec<Option<Vec<Range<usize>>>>,
        cut: &Cut,
        lease: Lease,
    ) -> Self {
        let partitions = match cut {
            Cut::RowGroups { partitions } => by_row_groups(&table, *partitions),
            Cut::Shards(shards) => {
                shards.iter().map(|shard| whole_files(&table, |file| file.shard() == Some(*shard))).collect()
            }
            Cut::Whole => vec![whole_files(&table, |_| true)],
        };
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(partitions.len()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        let (cut, metrics) = (cut.clone(), ExecutionPlanMetricsSet::new());
        Self {
            name,
            table,
            columns,
            predicates,
            guards,
            selected,
            cut,
            lease,
            partitions,
            metrics,
            properties,
        }
    }

    /// The name of the table.
    pub(crate) const fn table_name(&self) -> &'static str {
        self.name
    }

    /// What its rows were asked.
    pub(crate) fn predicates(&self) -> &[ColumnPredicate] {
        &self.predicates
    }

    /// How it is cut.
    pub(crate) const fn cut(&self) -> &Cut {
        &self.cut
    }

    /// How many rows of the files are looked at, hidden ones among them: it says nothing of this.
    #[cfg(test)]
    pub(super) fn rows_looked_at(&self) -> usize {
        let of_file = |(file, selected): (&StoredFile, &Option<Vec<Range<usize>>>)| match selected {
            None => file.row_groups().sum::<usize>(),
            Some(runs) => runs.iter().map(ExactSizeIterator::len).sum(),
        };
        self.table.files().iter().zip(&self.selected).map(of_file).sum()
    }

    /// The rows of these row groups that are looked at; all if nothing is said.
    fn selection(&self, position: usize, row_groups: &[usize]) -> Option<RowSelection> {
        let runs = self.selected.get(position)?.as_ref()?;
        let sizes: Vec<usize> = self.table.files().get(position)?.row_groups().collect();
        let (mut read, mut total) = (Vec::new(), 0);
        for row_group in row_groups {
            let size = *sizes.get(*row_group)?;
            let begin: usize = sizes.iter().take(*row_group).sum();
            for run in runs {
                let (from, to) = (run.start.max(begin), run.end.min(begin + size));
                if from < to {
                    read.push(from - begin + total..to - begin + total);
                }
            }
            total += size;
        }
        Some(RowSelection::from_consecutive_ranges(read.into_iter(), total))
    }

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

fn by_row_groups(table: &StoredTable, most: usize) -> Vec<Vec<(usize, Vec<usize>)>> {
    let groups = table.files().iter().map(StoredFile::row_group_count);
    let count = groups.sum::<usize>().min(most).max(1);
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
    partitions
}

fn whole_files(table: &StoredTable, takes: impl Fn(&StoredFile) -> bool) -> Vec<(usize, Vec<usize>)> {
    let files = table.files().iter().enumerate().filter(|(_, file)| takes(file));
    files.map(|(at, file)| (at, (0..file.row_group_count()).collect())).collect()
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
        for (position, row_groups) in self.partitions.get(partition).into_iter().flatten() {
            let Some(file) = self.table.files().get(*position) else { continue };
            let mut reader = file.reader();
            let mask = ProjectionMask::roots(reader.parquet_schema(), self.columns.iter().copied());
            if let Some(selection) = self.selection(*position, row_groups) {
                reader = reader.with_row_selection(selection);
            }
            if !self.guards.is_empty() {
                let guards = self.guards.iter().map(|guard| guard.predicate(file));
                reader = reader.with_row_filter(RowFilter::new(guards.collect()));
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
        let left = MetricBuilder::new(&self.metrics).output_rows(partition);
        let batches = batches.map_err(DataFusionError::from).map(move |batch| {
            lease.check().map_err(|expired| DataFusionError::External(Box::new(expired)))?;
            let batch = batch?.project(&order)?;
            left.add(batch.num_rows());
            Ok(batch)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    /// How many rows left the leaf: those that the session sees and that were asked for, no others.
    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
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
