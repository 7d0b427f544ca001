//! A session is good for its own release, and only until it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::StreamExt;
use strongroom_cdr::{AuthorizedCdr, QueryError};
use strongroom_cohort::ResolvedConcepts;
use strongroom_cohort::reference::PersonRecord;
use strongroom_disclosure::ReleasedCount;
use strongroom_omop::Domain;
use strongroom_primitives::{Clock, ManualClock, RowTier, Timestamp};

use crate::access::{Access, LEASE_MINUTES, now};
use crate::questions::{all, answer, everyone, first_condition, patients, resolved, with_event};
use crate::release::Release;

/// More rows than the engine reads at once, several times over.
const BATCHES: usize = 4;
const ENGINE_BATCH_ROWS: usize = 8192;

fn end() -> Timestamp {
    now().plus_minutes(LEASE_MINUTES)
}

/// Shows an instant within the session until it was read so often, and from then on its end.
struct RunsOut {
    reads: AtomicU64,
    good: u64,
}

impl RunsOut {
    fn after(good: u64) -> Arc<Self> {
        Arc::new(Self { reads: AtomicU64::new(0), good })
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

impl Clock for RunsOut {
    fn now(&self) -> Timestamp {
        if self.reads.fetch_add(1, Ordering::SeqCst) < self.good { now() } else { end() }
    }
}

/// People whose conditions fill several batches.
fn much_recorded_patients() -> Vec<PersonRecord> {
    let more = |person| {
        (0..BATCHES * ENGINE_BATCH_ROWS / 50)
            .fold(person, |person, _| with_event(person, Domain::Condition, 10, "2020-03-02"))
    };
    patients(50).into_iter().map(more).collect()
}

#[tokio::test]
async fn a_session_of_another_release_or_tier_opens_nothing() {
    let release = Release::of(&patients(1));
    let cdr = release.open().await;
    let other_release = Access { release: "R2025Q1", ..Access::usual() };
    let other_tier = Access { tier: RowTier::Controlled, ..Access::usual() };
    for access in [other_release, other_tier] {
        let refused = cdr.authorize(access.session());
        assert!(matches!(refused, Err(QueryError::OtherRelease)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_opens_nothing() {
    let clock = Arc::new(ManualClock::at(now()));
    let release = Release::of(&patients(1));
    let cdr = release.open_with(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let last_instant = Timestamp::from_unix_microseconds(end().unix_microseconds() - 1);
    for (instant, opens) in [(now(), true), (last_instant, true), (end(), false), (end().plus_days(1), false)]
    {
        clock.set(instant);
        let outcome = cdr.authorize(Access::usual().session());
        assert_eq!(outcome.is_ok(), opens, "at {instant}");
        assert!(opens || matches!(outcome, Err(QueryError::SessionEnded)));
    }
}

#[tokio::test]
async fn nothing_begins_after_the_end() {
    let clock = Arc::new(ManualClock::at(now()));
    let release = Release::of(&patients(30));
    let cdr = release.open_with(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let cdr = cdr.authorize(Access::usual().session()).unwrap();
    let cohort = resolved(&cdr, &first_condition()).await;
    let without_concepts = resolved(&cdr, &everyone()).await;
    let result = cdr.run(&cohort).await.unwrap();
    let permit = cdr.session().export_permit(now()).unwrap();
    let entries = cdr.entries(&result, &permit).unwrap();
    let events = cdr.events(&result, Domain::Condition, &ResolvedConcepts::Every, &permit).await.unwrap();

    clock.set(end());
    let every = &ResolvedConcepts::Every;
    let outcomes = [
        ("resolve", cdr.resolve(&first_condition()).err()),
        ("run", cdr.run(&cohort).await.err()),
        ("run everyone", cdr.run(&without_concepts).await.err()),
        ("entries", cdr.entries(&result, &permit).err()),
        ("events", cdr.events(&result, Domain::Condition, every, &permit).await.err()),
        ("entries begun", all(entries).await.err()),
        ("events begun", all(events).await.err()),
    ];
    for (what, error) in outcomes {
        assert!(matches!(error, Some(QueryError::SessionEnded)), "{what}: {error:?}");
    }
    // What was released before stays known.
    assert_eq!(result.count().exact(), Some(30));
}

/// Authorises under this clock and counts.
async fn count(release: &Release, clock: Arc<RunsOut>) -> Result<ReleasedCount, QueryError> {
    let cdr = release.open_with(clock).await.authorize(Access::usual().session())?;
    Ok(answer(&cdr, &first_condition()).await?.count())
}

/// Authorises and counts under this clock, then reads events; says how many batches came.
async fn export(release: &Release, clock: Arc<RunsOut>) -> (usize, Result<(), QueryError>) {
    let mut delivered = 0;
    let outcome = async {
        let cdr = release.open_with(clock).await.authorize(Access::usual().session())?;
        let result = answer(&cdr, &first_condition()).await?;
        let permit = cdr.session().export_permit(now()).unwrap();
        let mut rows = cdr.events(&result, Domain::Condition, &ResolvedConcepts::Every, &permit).await?;
        while let Some(batch) = rows.next().await {
            delivered += usize::from(batch?.num_rows() > 0);
        }
        Ok(())
    };
    let outcome = outcome.await;
    (delivered, outcome)
}

/// Whenever the session ends while a query is under way, the query stops.
#[tokio::test]
async fn a_count_stops_at_whichever_shard_the_session_ends() {
    let (small, large) = (Release::of(&patients(50)), Release::in_shards(&patients(50), 10));
    let mut reads = Vec::new();
    for release in [&small, &large] {
        let patient = RunsOut::after(u64::MAX);
        count(release, Arc::clone(&patient)).await.unwrap();
        reads.push(patient.reads());
    }
    assert_eq!(reads[1], reads[0] + 4, "a shard more is a look at the clock more");
    for good in 0..reads[1] {
        let outcome = count(&large, RunsOut::after(good)).await;
        assert!(matches!(outcome, Err(QueryError::SessionEnded)), "ended at look {good}: {outcome:?}");
    }
    assert_eq!(count(&large, RunsOut::after(reads[1])).await.unwrap().exact(), Some(50));
}

#[tokio::test]
async fn an_export_stops_in_the_middle() {
    let release = Release::of(&much_recorded_patients());
    let patient = RunsOut::after(u64::MAX);
    let (batches, outcome) = export(&release, Arc::clone(&patient)).await;
    outcome.unwrap();
    assert!(batches >= BATCHES, "{batches} batches");

    let mut stopped_after = Vec::new();
    for good in 0..patient.reads() {
        let (delivered, outcome) = export(&release, RunsOut::after(good)).await;
        assert!(matches!(outcome, Err(QueryError::SessionEnded)), "ended at look {good}: {outcome:?}");
        stopped_after.push(delivered);
    }
    assert!(stopped_after.is_sorted() && stopped_after.iter().all(|delivered| *delivered < batches));
    assert_eq!(stopped_after.last(), Some(&(batches - 1)), "{stopped_after:?}");
}

#[tokio::test]
async fn clones_share_one_session() {
    let clock = Arc::new(ManualClock::at(now()));
    let release = Release::of(&patients(30));
    let cdr = release.open_with(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let cdr = cdr.authorize(Access::usual().session()).unwrap();
    let clone: AuthorizedCdr = cdr.clone();
    let result = answer(&cdr, &first_condition()).await.unwrap();
    let permit = clone.session().export_permit(now()).unwrap();
    assert_eq!(all(clone.entries(&result, &permit).unwrap()).await.unwrap()[0].num_rows(), 30);
    clock.set(end());
    assert!(matches!(clone.resolve(&first_condition()), Err(QueryError::SessionEnded)));
}
