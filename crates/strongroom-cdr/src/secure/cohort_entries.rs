use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::error::{DataFusionError, Result};
use strongroom_cohort::ResolvedCohort;
use strongroom_engine::{Day, EngineError, Entries, People, Program, Settings, Shard, entries};
use tokio::sync::OnceCell;

use crate::lease::{Lease, LeaseExpired, StopOnDrop};
use crate::secure::SecureShard;

/// The columns of a cohort's entries, as the CDM calls those of its table `cohort`.
pub(crate) const COHORT_COLUMNS: [&str; 3] = ["subject_id", "cohort_start_date", "cohort_end_date"];

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let [subject, start, end] = COHORT_COLUMNS;
    Arc::new(Schema::new(vec![
        Field::new(subject, DataType::Int64, false),
        Field::new(start, DataType::Date32, true),
        Field::new(end, DataType::Date32, true),
    ]))
});

/// The entries of one cohort, shard by shard, as one session sees its people: found before, or found
/// by the cohort engine when a shard is first asked for.
pub(crate) struct CohortEntries {
    shards: Vec<ShardEntries>,
    run: Option<Run>,
}

struct ShardEntries {
    number: u32,
    rows: OnceCell<RecordBatch>,
}

/// How entries are found that are not known yet.
struct Run {
    program: Arc<Program>,
    /// All shards of the release.
    shards: Arc<[SecureShard]>,
    /// For cohorts that hold a part of their people: who is drawn depends on all shards.
    whole: Option<OnceCell<Vec<RecordBatch>>>,
    lease: Lease,
}

impl CohortEntries {
    pub(crate) fn schema() -> SchemaRef {
        Arc::clone(&SCHEMA)
    }

    /// Entries that are known, with the part of them that belongs to each shard of the release.
    pub(crate) fn known(entries: &Entries, parts: &[Range<usize>]) -> Result<Self> {
        let shards = (0..).zip(parts).map(|(number, part)| {
            let rows = OnceCell::new_with(Some(rows_of(entries, part.clone())?));
            Ok(ShardEntries { number, rows })
        });
        Ok(Self { shards: shards.collect::<Result<_>>()?, run: None })
    }

    /// The entries of this cohort in the shards of these numbers, of all those of the release.
    /// `samples` says whether the cohort, or one that it is made of, keeps only some of its people.
    pub(crate) fn of(
        cohort: &ResolvedCohort,
        samples: bool,
        shards: Vec<SecureShard>,
        numbers: &[u32],
        lease: Lease,
    ) -> Self {
        let run = Run {
            program: Arc::new(Program::new([cohort])),
            shards: shards.into(),
            whole: samples.then(OnceCell::new),
            lease,
        };
        let cells = numbers.iter().map(|number| ShardEntries { number: *number, rows: OnceCell::new() });
        Self { shards: cells.collect(), run: Some(run) }
    }

    /// The numbers of the shards, in ascending order.
    pub(crate) fn numbers(&self) -> impl ExactSizeIterator<Item = u32> {
        self.shards.iter().map(|shard| shard.number)
    }

    /// How many entries the shard at a position has, if that is known.
    pub(super) fn known_rows(&self, position: usize) -> Option<usize> {
        Some(self.shards.get(position)?.rows.get()?.num_rows())
    }

    /// The entries of the shard at a position, in the order of their people and days.
    pub(super) async fn rows(&self, position: usize) -> Result<RecordBatch> {
        let Some(shard) = self.shards.get(position) else {
            return Ok(RecordBatch::new_empty(Self::schema()));
        };
        let rows = shard.rows.get_or_try_init(|| self.find(shard.number)).await?;
        Ok(rows.clone())
    }

    async fn find(&self, number: u32) -> Result<RecordBatch> {
        let none = || RecordBatch::new_empty(Self::schema());
        let Some(run) = &self.run else { return Ok(none()) };
        let number = number as usize;
        match &run.whole {
            None => Ok(run.on(number..number + 1).await?.pop().unwrap_or_else(none)),
            Some(whole) => {
                let all = whole.get_or_try_init(|| run.on(0..run.shards.len())).await?;
                Ok(all.get(number).cloned().unwrap_or_else(none))
            }
        }
    }
}

impl Run {
    /// Runs the cohort over some shards, on a thread of its own: the entries of each.
    async fn on(&self, numbers: Range<usize>) -> Result<Vec<RecordBatch>> {
        let stop = StopOnDrop::default();
        let (program, shards) = (Arc::clone(&self.program), Arc::clone(&self.shards));
        let (lease, stopped) = (self.lease.clone(), stop.stopped());
        let work = move || {
            let shards = shards.get(numbers).unwrap_or_default();
            let found = entries(&program, shards, &Settings::default(), &lease, &stopped);
            // What was found in the session's last moments is not handed out either.
            lease.check().map_err(|expired| DataFusionError::External(Box::new(expired)))?;
            let found = found.map_err(engine_error)?.pop().unwrap_or_default();
            let (mut parts, mut rows) = (Vec::new(), Vec::new());
            for shard in shards {
                let people = shard.people().map_err(|error| engine_error(error.into()))?;
                let part = next_part(&parts, &found, &people);
                rows.push(rows_of(&found, part.clone())?);
                parts.push(part);
            }
            Ok(rows)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| DataFusionError::External(Box::new(error)))?
    }
}

/// Which entries belong to the people of the next shard, where those of the shards before it are known.
pub(crate) fn next_part(before: &[Range<usize>], entries: &Entries, people: &People) -> Range<usize> {
    let begin = before.last().map_or(0, |part| part.end);
    let last = people.subjects.last();
    let end = last.map_or(begin, |last| entries.subjects.partition_point(|subject| subject <= last));
    begin..end.max(begin)
}

fn rows_of(entries: &Entries, part: Range<usize>) -> Result<RecordBatch> {
    let days = |days: &[Day]| -> ArrayRef {
        let days = days.get(part.clone()).unwrap_or_default();
        Arc::new(days.iter().map(|day| day.epoch_days()).collect::<Date32Array>())
    };
    let subjects = entries.subjects.get(part.clone()).unwrap_or_default().iter();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(subjects.map(|subject| subject.value()))),
        days(&entries.starts),
        days(&entries.ends),
    ];
    Ok(RecordBatch::try_new(CohortEntries::schema(), columns)?)
}

fn engine_error(error: EngineError) -> DataFusionError {
    match error {
        EngineError::TooLarge { .. } => DataFusionError::ResourcesExhausted(error.to_string()),
        EngineError::Unreadable(error) => DataFusionError::External(Box::new(error)),
        // It is stopped when its lease ends, or when nobody waits for it, who then hears nothing.
        EngineError::Stopped => DataFusionError::External(Box::new(LeaseExpired)),
        other => DataFusionError::External(Box::new(other)),
    }
}

impl fmt::Debug for CohortEntries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CohortEntries").field("shards", &self.shards.len()).finish_non_exhaustive()
    }
}
