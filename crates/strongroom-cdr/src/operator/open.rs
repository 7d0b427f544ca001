use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use strongroom_cohort::{Definition, Limits, ResolvedCohort};
use strongroom_engine::Reads;
use strongroom_gate::ExportPermit;
use strongroom_omop::Table;
use strongroom_primitives::Sha256Digest;
use strongroom_release::TableName;
use strongroom_workspaces::Action;

use crate::lease::RowLease;
use crate::operator::state::{CohortLeaf, Leaf, Origin, TableLeaf};
use crate::operator::{OperatorError, OperatorState};
use crate::predicate::ColumnPredicate;
use crate::query::{QueryError, check_reads};
use crate::secure::{COHORT_COLUMNS, CohortEntries, CohortScan, CohortTable, Cut, SecureScan, SecureTable};
use crate::{AuthorizedCdr, RowBatches};

/// What a cohort is called where a table is meant.
const COHORT: &str = "cohort";

/// A leaf that was opened from its [`OperatorState`], in the hands of one session: it reads its
/// partitions, each by itself.
pub struct Operator {
    cdr: AuthorizedCdr,
    leaf: OpenLeaf,
    lease: RowLease,
    context: Arc<TaskContext>,
}

enum OpenLeaf {
    Table(Arc<SecureScan>),
    Cohort { scan: Arc<CohortScan>, definition: String, resolved: Sha256Digest },
}

impl OpenLeaf {
    fn plan(&self) -> Arc<dyn ExecutionPlan> {
        match self {
            Self::Table(scan) => Arc::clone(scan) as Arc<dyn ExecutionPlan>,
            Self::Cohort { scan, .. } => Arc::clone(scan) as Arc<dyn ExecutionPlan>,
        }
    }
}

impl AuthorizedCdr {
    /// An operator that reads these columns of the rows of a table that pass every predicate, in all
    /// shards.
    ///
    /// # Errors
    /// If the session may not see the table or a column, or the release does not have it; or if a
    /// predicate compares a column with a value of another type.
    pub fn table_operator(
        &self,
        table: &'static Table,
        columns: &[&str],
        predicates: Vec<ColumnPredicate>,
    ) -> Result<OperatorState, OperatorError> {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        let leaf = TableLeaf { table: TableName::new(table), columns, predicates };
        let shards = Some(self.opened_table(&leaf)?.0.shards()).filter(|shards| !shards.is_empty());
        OperatorState::new(self.origin(), Leaf::Table(leaf), shards)
    }

    /// An operator that reads the entries of the definition's cohort in all shards: `subject_id`,
    /// `cohort_start_date` and `cohort_end_date`, in ascending order of people and days.
    ///
    /// # Errors
    /// Those of [`resolve`](Self::resolve), and if the session may not see what the cohort needs.
    pub fn cohort_operator(&self, definition: &Definition) -> Result<OperatorState, OperatorError> {
        let cohort = self.resolve(definition)?;
        check_reads(&Reads::of(&cohort), self.tables())?;
        let leaf = CohortLeaf {
            definition: definition.to_json(),
            resolved: self.key_of(&cohort),
            columns: COHORT_COLUMNS.map(str::to_owned).into(),
        };
        OperatorState::new(self.origin(), Leaf::Cohort(leaf), Some(self.all_shards()))
    }

    /// Makes a leaf of a state, as far as this session may read what it says. What a predicate asks and
    /// what a cohort reads is looked at as if it had been asked here.
    ///
    /// # Errors
    /// If the permit is not of this session or has expired; if the state is of another release, policy
    /// or tier, names shards that there are not, or comes to another cohort here; if the session may not
    /// see a table or a column that it reads, or may not count cohorts.
    pub fn open_operator(
        &self,
        state: &OperatorState,
        permit: &ExportPermit,
    ) -> Result<Operator, OperatorError> {
        let lease = self.row_lease(permit)?;
        let (here, there) = (self.origin(), state.origin());
        let release = |origin: &Origin| (origin.release.clone(), origin.manifest, origin.tier);
        if release(&here) != release(there) {
            return Err(OperatorError::OtherRelease);
        }
        if here != *there {
            return Err(OperatorError::OtherPolicy);
        }
        let leaf = match state.leaf() {
            Leaf::Table(leaf) => self.open_table(leaf, state.shards())?,
            Leaf::Cohort(leaf) => self.open_cohort(leaf, state.shards(), &lease)?,
        };
        Ok(Operator { cdr: self.clone(), leaf, lease, context: self.tables().task_context() })
    }

    fn open_table(&self, leaf: &TableLeaf, shards: Option<&[u32]>) -> Result<OpenLeaf, OperatorError> {
        let (table, columns) = self.opened_table(leaf)?;
        let all = table.shards();
        let cut = match shards {
            Some(shards) if !all.is_empty() && are_among(shards, &all) => Cut::Shards(shards.to_vec()),
            None if all.is_empty() => Cut::Whole,
            _ => return Err(OperatorError::OtherShards),
        };
        let scan = table.leaf(&columns, leaf.predicates.clone(), &cut).map_err(QueryError::from)?;
        Ok(OpenLeaf::Table(Arc::new(scan)))
    }

    /// The table, with the positions of the columns that are read, if the session may see all of it that
    /// is asked for.
    fn opened_table(&self, leaf: &TableLeaf) -> Result<(SecureTable, Vec<usize>), OperatorError> {
        let (model, name) = (leaf.table.table(), leaf.table.table().name());
        let table = self.tables().table(name)?;
        let known = |column: &str| {
            let known = model.column(column).ok_or(OperatorError::UnknownColumn { table: name })?;
            self.tables().check_column(name, known.name())?;
            Ok::<_, OperatorError>(known.name())
        };
        for predicate in &leaf.predicates {
            let column = known(predicate.column())?;
            if table.clone().with_predicate(predicate.clone()).is_none() {
                return Err(OperatorError::OtherType { table: name, column });
            }
        }
        let names = table.column_names();
        let position = |column: &String| {
            let column = known(column)?;
            let position = names.iter().position(|name| name == column);
            position.ok_or(OperatorError::UnknownColumn { table: name })
        };
        let columns = leaf.columns.iter().map(position).collect::<Result<_, _>>()?;
        Ok((table, columns))
    }

    fn open_cohort(
        &self,
        leaf: &CohortLeaf,
        shards: Option<&[u32]>,
        lease: &RowLease,
    ) -> Result<OpenLeaf, OperatorError> {
        let now = self.tables().lease().now();
        self.session().check_action(Action::CountCohort, now).map_err(QueryError::from)?;
        let position = |column: &String| COHORT_COLUMNS.iter().position(|name| name == column);
        let columns: Option<Vec<_>> = leaf.columns.iter().map(position).collect();
        let columns = columns.ok_or(OperatorError::UnknownColumn { table: COHORT })?;
        let shards = shards.filter(|shards| are_among(shards, &self.all_shards()));
        let shards = shards.ok_or(OperatorError::OtherShards)?;

        let definition = Definition::from_json(&leaf.definition, &Limits::default());
        let definition = definition.map_err(|_| OperatorError::Definition)?;
        let cohort = self.resolve(&definition)?;
        if self.key_of(&cohort) != leaf.resolved {
            return Err(OperatorError::OtherCohort);
        }
        check_reads(&Reads::of(&cohort), self.tables())?;
        let samples = definition.cohorts.iter().any(|cohort| cohort.sample.is_some());
        let rows = lease.lease().clone();
        let entries = CohortEntries::of(&cohort, samples, self.tables().shards(), shards, rows);
        let table = CohortTable::new(Arc::new(entries), lease.clone());
        let scan = Arc::new(table.leaf(columns).map_err(QueryError::from)?);
        Ok(OpenLeaf::Cohort { scan, definition: leaf.definition.clone(), resolved: leaf.resolved })
    }

    fn origin(&self) -> Origin {
        let manifest = self.manifest();
        Origin {
            release: manifest.name.clone(),
            manifest: self.tables().digest(),
            tier: manifest.tier,
            policy_version: self.session().policy_version(),
            built_by: manifest.snapshot.as_ref().map(|snapshot| snapshot.policy),
        }
    }

    /// What the cohort means, the concepts it came to, and the release, in 32 bytes.
    fn key_of(&self, cohort: &ResolvedCohort) -> Sha256Digest {
        cohort.result_key(&self.tables().digest().to_string())
    }

    fn all_shards(&self) -> Vec<u32> {
        (0..self.manifest().shards()).collect()
    }
}

/// Whether all of these shards are among all. Both ascend.
fn are_among(shards: &[u32], all: &[u32]) -> bool {
    shards.iter().all(|shard| all.binary_search(shard).is_ok())
}

impl Operator {
    /// The state that it can be opened from.
    ///
    /// # Errors
    /// Never for an operator that was opened.
    pub fn state(&self) -> Result<OperatorState, OperatorError> {
        let schema = self.schema();
        let columns = schema.fields().iter().map(|field| field.name().clone()).collect();
        let (leaf, shards) = match &self.leaf {
            OpenLeaf::Table(scan) => {
                let table = Table::named(scan.table_name());
                let table = table.ok_or(QueryError::NoTable { table: scan.table_name() })?;
                let predicates = scan.predicates().to_vec();
                let shards = match scan.cut() {
                    Cut::Shards(shards) => Some(shards.clone()),
                    Cut::Whole | Cut::RowGroups { .. } => None,
                };
                (Leaf::Table(TableLeaf { table: TableName::new(table), columns, predicates }), shards)
            }
            OpenLeaf::Cohort { scan, definition, resolved } => {
                let (definition, resolved) = (definition.clone(), *resolved);
                let shards = scan.entries().numbers().collect();
                (Leaf::Cohort(CohortLeaf { definition, resolved, columns }), Some(shards))
            }
        };
        OperatorState::new(self.cdr.origin(), leaf, shards)
    }

    /// The columns that it reads.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.leaf.plan().schema()
    }

    /// How many partitions it has: one for each of its shards, and one if it is not cut.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.leaf.plan().output_partitioning().partition_count()
    }

    /// Reads one partition, counted from 0 in the order of its shards.
    ///
    /// # Errors
    /// If there is no such partition, the session or the permit has ended, or a file cannot be read.
    pub fn rows(&self, partition: usize) -> Result<RowBatches, OperatorError> {
        let partitions = self.partitions();
        if partition >= partitions {
            return Err(OperatorError::NoPartition { partitions });
        }
        self.lease.lease().check().map_err(|_| QueryError::SessionEnded)?;
        let rows = self.leaf.plan().execute(partition, Arc::clone(&self.context));
        Ok(RowBatches::new(rows.map_err(QueryError::from)?, &self.lease))
    }
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator").field("leaf", &self.leaf.plan()).finish_non_exhaustive()
    }
}
