//! Group commit: what arrives while a transaction is under way shares the next one, and with it
//! one flush to stable storage.

use std::sync::Arc;
use std::time::Duration;

use strongroom_audit::Checkpoint;
use strongroom_store::StoreError;
use tokio::sync::{mpsc, oneshot};

use crate::backend::Backend;
use crate::batch::{Act, BatchError, LastEdge, carry_out};
use crate::settings::Settings;

/// How often a transaction that met another one is tried in all, with pauses that grow.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(5);

type Outcome = Result<Checkpoint, StoreError>;

struct Job {
    act: Act,
    reply: oneshot::Sender<Outcome>,
}

/// The way to the one task that writes.
pub(crate) struct Appender {
    jobs: mpsc::Sender<Job>,
}

impl Appender {
    /// Starts the task; it ends when the appender is dropped and all that waits is done.
    pub(crate) fn start(backend: Arc<dyn Backend>, settings: &Settings) -> Self {
        let (jobs, waiting) = mpsc::channel(settings.waiting);
        let tolerance = i64::try_from(settings.clock_tolerance.as_micros()).unwrap_or(i64::MAX);
        let writer = Writer { backend, batch: settings.batch, tolerance, last: LastEdge::default() };
        drop(tokio::spawn(writer.run(waiting)));
        Self { jobs }
    }

    /// Carries out the act. If the caller gives up waiting, it is carried out all the same.
    pub(crate) async fn carry_out(&self, act: Act) -> Outcome {
        let (reply, outcome) = oneshot::channel();
        self.jobs.send(Job { act, reply }).await.map_err(|_| StoreError::unavailable(Stopped))?;
        outcome.await.map_err(|_| StoreError::unavailable(Stopped))?
    }
}

struct Writer {
    backend: Arc<dyn Backend>,
    batch: usize,
    tolerance: i64,
    last: LastEdge,
}

impl Writer {
    async fn run(mut self, mut waiting: mpsc::Receiver<Job>) {
        let mut jobs = Vec::new();
        while waiting.recv_many(&mut jobs, self.batch).await > 0 {
            let (acts, replies): (Vec<_>, Vec<_>) = jobs.drain(..).map(|job| (job.act, job.reply)).unzip();
            let outcomes = match self.try_repeatedly(&acts).await {
                Ok(outcomes) => outcomes,
                Err(error) => refuse_all(error.into(), acts.len()),
            };
            for (reply, outcome) in replies.into_iter().zip(outcomes) {
                // Whoever is no longer there has given up waiting.
                drop(reply.send(outcome));
            }
        }
    }

    async fn try_repeatedly(&mut self, acts: &[Act]) -> Result<Vec<Outcome>, BatchError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match carry_out(self.backend.as_ref(), &mut self.last, acts, self.tolerance).await {
                Err(error) if error.is_collision() => tokio::time::sleep(pause).await,
                outcome => return outcome,
            }
            pause = pause.saturating_mul(2);
        }
        carry_out(self.backend.as_ref(), &mut self.last, acts, self.tolerance).await
    }
}

/// The same error for each: errors hold what the database said, and that is one value.
fn refuse_all(error: StoreError, acts: usize) -> Vec<Outcome> {
    let error = Arc::new(error);
    (0..acts).map(|_| Err(error.to_another_caller().because(Shared(Arc::clone(&error))))).collect()
}

/// What failed for all of a transaction's commits.
#[derive(Debug, thiserror::Error)]
#[error("the transaction failed")]
struct Shared(#[source] Arc<StoreError>);

#[derive(Debug, thiserror::Error)]
#[error("the store is closed; open it again")]
struct Stopped;
