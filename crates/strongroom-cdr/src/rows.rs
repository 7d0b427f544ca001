use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{JoinType, col};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::stream;
use futures::{Stream, StreamExt};
use strongroom_cohort::ResolvedConcepts;
use strongroom_engine::Day;
use strongroom_omop::Domain;

use crate::CohortResult;
use crate::lease::{Lease, RowLease};
use crate::predicate::ColumnPredicate;
use crate::query::{QueryError, SessionTables};
use crate::secure::{CohortEntries, CohortTable};

const SUBJECT: &str = "subject_id";
const MEMBER: &str = "member_subject_id";

/// Rows on their way out, batch by batch. Whether session and permit still hold is checked at every
/// batch; once they do not, nothing more comes out.
pub struct RowBatches {
    batches: SendableRecordBatchStream,
    lease: Lease,
}

impl RowBatches {
    pub(crate) fn new(batches: SendableRecordBatchStream, lease: &RowLease) -> Self {
        Self { batches, lease: lease.lease().clone() }
    }

    /// The columns.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.batches.schema()
    }
}

impl Stream for RowBatches {
    type Item = Result<RecordBatch, QueryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let batch = ready!(self.batches.poll_next_unpin(context));
        // What the plan has read ahead is not handed out either.
        let batch = batch.map(|batch| match self.lease.check() {
            Ok(()) => batch.map_err(QueryError::from),
            Err(_) => Err(QueryError::SessionEnded),
        });
        Poll::Ready(batch)
    }
}

impl fmt::Debug for RowBatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowBatches").finish_non_exhaustive()
    }
}

/// One row per entry of the cohort.
pub(crate) fn entry_rows(cohort: &CohortResult, lease: &RowLease) -> Result<RowBatches, QueryError> {
    let (evaluated, entries) = (cohort.evaluated(), &cohort.evaluated().entries);
    let people = || (0..entries.subjects.len()).map(|position| (position, evaluated.person(position)));
    let days = |days: &[Day]| -> ArrayRef {
        Arc::new(days.iter().map(|day| day.epoch_days()).collect::<Date32Array>())
    };
    let subjects = entries.subjects.iter().map(|subject| subject.value());
    let ages = people().map(|(position, person)| cohort.age(position, person?).map(i64::from));
    let sexes = people().map(|(_, person)| person.map(|person| person.sex.value()));
    let columns: [(&str, ArrayRef); 5] = [
        ("subject_id", Arc::new(Int64Array::from_iter_values(subjects))),
        ("cohort_start_date", days(&entries.starts)),
        ("cohort_end_date", days(&entries.ends)),
        ("age_at_start", Arc::new(ages.collect::<Int64Array>())),
        ("sex_concept_id", Arc::new(sexes.collect::<Int64Array>())),
    ];
    let fields = columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(DataFusionError::from)?;
    let batches = stream::iter([Ok(batch)]);
    Ok(RowBatches::new(Box::pin(RecordBatchStreamAdapter::new(schema, batches)), lease))
}

/// The rows of the domain's table that belong to members and have one of the concepts.
pub(crate) async fn event_rows(
    tables: &SessionTables,
    cohort: &CohortResult,
    domain: Domain,
    concepts: &ResolvedConcepts,
    lease: RowLease,
) -> Result<RowBatches, QueryError> {
    let columns = domain.columns();
    let mut table = tables.table(columns.table)?;
    if let ResolvedConcepts::Only(concepts) = concepts {
        let wanted = concepts.iter().map(|concept| concept.value());
        let missing = || QueryError::NoColumn { table: columns.table, column: columns.concept.to_owned() };
        table = table.with_predicate(ColumnPredicate::one_of(columns.concept, wanted)).ok_or_else(missing)?;
    }
    let names = table.column_names();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    // The members are on the left, where the join keeps them, so that the events flow through.
    let members = CohortEntries::known(&cohort.evaluated().entries, &cohort.evaluated().shards)?;
    let members = CohortTable::new(Arc::new(members), lease.clone());
    let members = tables.plan(members)?.select(vec![col(SUBJECT).alias(MEMBER)])?;
    let events = tables.read(table, &names)?;
    let plan = members.join(events, JoinType::RightSemi, &[MEMBER], &["person_id"], None)?;
    Ok(RowBatches::new(tables.run(plan).await?, &lease))
}
