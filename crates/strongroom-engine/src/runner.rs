use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use strongroom_cohort::ast::Sample;
use strongroom_cohort::reference::Attrition;
use strongroom_omop::SubjectId;
use strongroom_timeline::Day;

use crate::compile::{PlanId, Program};
use crate::error::EngineError;
use crate::run::{Drawn, Halt, Machine, Watch};
use crate::shard::Shard;

/// How a program runs.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Settings {
    /// How many shards are worked on at once.
    pub threads: NonZeroUsize,
    /// How many bytes of event sets may be held for one shard, by each thread.
    pub memory: usize,
}

/// The entries of a cohort, in the order of (subject, first day, last day).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Entries {
    /// Who.
    pub subjects: Vec<SubjectId>,
    /// The first days; unknown where people enter without days.
    pub starts: Vec<Day>,
    /// The last days; unknown where people enter without days.
    pub ends: Vec<Day>,
}

impl Entries {
    /// How many people have entries.
    #[must_use]
    pub fn people(&self) -> usize {
        self.subjects.chunk_by(|one, other| one == other).count()
    }

    fn with_capacity(count: usize) -> Self {
        Self {
            subjects: Vec::with_capacity(count),
            starts: Vec::with_capacity(count),
            ends: Vec::with_capacity(count),
        }
    }

    /// Adds the entries of the people of the next shard.
    fn append(&mut self, mut next: Self) {
        if self.subjects.is_empty() {
            *self = next;
            return;
        }
        self.subjects.append(&mut next.subjects);
        self.starts.append(&mut next.starts);
        self.ends.append(&mut next.ends);
    }
}

/// What a cohort came to. For the enclave only: it holds unreleased numbers and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CohortRun {
    /// Who is in, and when.
    pub entries: Entries,
    /// What became of the others.
    pub attrition: Attrition,
}

/// Whoever watches a run: asked before each shard, from any of its threads.
pub trait Watcher: Sync {
    /// Whether to go on, when so many of so many shards are done. A run that is not to go on ends
    /// with [`EngineError::Stopped`], at the latest some milliseconds later.
    fn goes_on(&self, done: usize, of: usize) -> bool;
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to add to nobody")]
pub struct Unwatched;

impl Watcher for Unwatched {
    fn goes_on(&self, _: usize, _: usize) -> bool {
        true
    }
}

impl Default for Settings {
    /// One thread, and 1 GiB.
    fn default() -> Self {
        Self { threads: NonZeroUsize::MIN, memory: 1 << 30 }
    }
}

impl Settings {
    /// The same with so many threads.
    #[must_use]
    pub const fn with_threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads;
        self
    }

    /// The same with so many bytes for each thread.
    #[must_use]
    pub const fn with_memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }
}

/// Runs a program over the shards of a release. Its results are those of its cohorts, in their
/// order; they do not depend on how people are cut into shards, or on threads.
///
/// # Errors
/// If a shard cannot be read, if the event sets of a shard take up more memory than the settings
/// allow, or if `stop` is set or the watcher does not go on.
pub fn run<S: Shard>(
    program: &Program,
    shards: &[S],
    settings: &Settings,
    watcher: &dyn Watcher,
    stop: &AtomicBool,
) -> Result<Vec<CohortRun>, EngineError> {
    let work = Work { program, shards, settings, watcher, stop, tells_attrition: true };
    let drawn = work.drawn()?;
    let parts = work.on_every_shard(&drawn, |machine| part(machine, program))?;
    Ok(together(program, parts))
}

/// Who is in the cohorts of a program and when, without what became of the others: as [`run`], and
/// sooner, since nobody is looked at who lacks an event that is required.
///
/// # Errors
/// As for [`run`].
pub fn entries<S: Shard>(
    program: &Program,
    shards: &[S],
    settings: &Settings,
    watcher: &dyn Watcher,
    stop: &AtomicBool,
) -> Result<Vec<Entries>, EngineError> {
    let work = Work { program, shards, settings, watcher, stop, tells_attrition: false };
    let drawn = work.drawn()?;
    let of_shard = |machine: &Machine<'_>| -> Vec<Entries> {
        program.cohorts.iter().map(|id| entries_in(machine, *id)).collect()
    };
    let mut all = vec![Entries::default(); program.len()];
    for part in work.on_every_shard(&drawn, of_shard)? {
        for (sum, one) in all.iter_mut().zip(part) {
            sum.append(one);
        }
    }
    Ok(all)
}

struct Work<'w, S> {
    program: &'w Program,
    shards: &'w [S],
    settings: &'w Settings,
    watcher: &'w dyn Watcher,
    stop: &'w AtomicBool,
    tells_attrition: bool,
}

impl<S: Shard> Work<'_, S> {
    /// Who is drawn into cohorts with a sample, which takes everybody who qualifies.
    fn drawn(&self) -> Result<Drawn, EngineError> {
        let mut drawn = Drawn::new();
        for (plan, sample) in self.program.sampled() {
            let members = self.on_every_shard(&drawn, |machine| members(machine, plan))?;
            drawn.insert(plan, draw(sample, members.into_iter().flatten().collect()));
        }
        Ok(drawn)
    }

    /// What `ask` is answered by the machine of each shard, in the order of shards.
    fn on_every_shard<T: Send>(
        &self,
        drawn: &Drawn,
        ask: impl Fn(&Machine<'_>) -> T + Sync,
    ) -> Result<Vec<T>, EngineError> {
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let failed = AtomicBool::new(false);
        let answers = Mutex::new(BTreeMap::new());
        let worker = || {
            loop {
                let position = next.fetch_add(1, Ordering::Relaxed);
                let Some(shard) = self.shards.get(position) else { break };
                if failed.load(Ordering::Relaxed) {
                    break;
                }
                let goes_on = self.watcher.goes_on(done.load(Ordering::Relaxed), self.shards.len());
                let answer = if goes_on { self.on(shard, drawn, &ask) } else { Err(EngineError::Stopped) };
                failed.fetch_or(answer.is_err(), Ordering::Relaxed);
                answers.lock().unwrap_or_else(PoisonError::into_inner).insert(position, answer);
                done.fetch_add(1, Ordering::Relaxed);
            }
        };
        let helpers = self.settings.threads.get().min(self.shards.len()).saturating_sub(1);
        std::thread::scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(worker);
            }
            worker();
        });
        answers.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
    }

    fn on<T>(&self, shard: &S, drawn: &Drawn, ask: impl Fn(&Machine<'_>) -> T) -> Result<T, EngineError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(EngineError::Stopped);
        }
        let watch = Watch::new(self.stop, self.settings.memory);
        let machine = Machine::new(self.program, shard, drawn, self.tells_attrition, watch)?;
        let answer = ask(&machine);
        if let Some(failure) = machine.take_failure() {
            return Err(failure.into());
        }
        match machine.halted() {
            None => Ok(answer),
            Some(Halt::Stopped) => Err(EngineError::Stopped),
            Some(Halt::TooLarge) => Err(EngineError::TooLarge { limit: self.settings.memory }),
        }
    }
}

/// The people of a shard who qualify for a cohort.
fn members(machine: &Machine<'_>, plan: PlanId) -> Vec<SubjectId> {
    let people = machine.plan(plan).into_iter().flat_map(|run| run.people());
    people.filter_map(|person| machine.subjects().get(person as usize).copied()).collect()
}

/// The first of a random order that does not change when others come or go (R17): by the first 8
/// bytes of the SHA-256 of the seed and the id, both as 8 bytes, most significant first.
fn draw(sample: Sample, mut members: Vec<SubjectId>) -> std::collections::BTreeSet<SubjectId> {
    members.sort_by_cached_key(|subject| {
        let mut hash = Sha256::new();
        hash.update(sample.seed.to_be_bytes());
        hash.update(subject.value().to_be_bytes());
        (hash.finalize().first_chunk::<8>().copied(), *subject)
    });
    members.truncate(usize::try_from(sample.n).unwrap_or(usize::MAX));
    members.into_iter().collect()
}

/// What the cohorts came to in one shard, and how many people it has.
struct Part {
    people: u64,
    cohorts: Vec<CohortRun>,
}

fn part(machine: &Machine<'_>, program: &Program) -> Part {
    let mut cohorts = Vec::with_capacity(program.len());
    for (id, none) in program.cohorts.iter().zip(&program.attritions) {
        let mut result = CohortRun { entries: entries_in(machine, *id), attrition: none.clone() };
        if let Some(run) = machine.plan(*id) {
            let (attrition, found) = (&mut result.attrition, &run.attrition);
            attrition.entered = found.entered;
            attrition.without_days = found.without_days;
            attrition.included = run.included();
            for (step, tally) in attrition.steps.iter_mut().zip(&found.steps) {
                (step.before, step.dropped, step.unknown) = (tally.before, tally.dropped, tally.unknown);
            }
        }
        cohorts.push(result);
    }
    Part { people: machine.present(), cohorts }
}

/// The entries of a cohort in one shard.
fn entries_in(machine: &Machine<'_>, id: PlanId) -> Entries {
    let Some(run) = machine.plan(id) else { return Entries::default() };
    let mut entries = Entries::with_capacity(run.len());
    for (person, entry) in run.iter() {
        entries.subjects.extend(machine.subjects().get(person as usize));
        entries.starts.push(entry.start);
        entries.ends.push(entry.end);
    }
    entries
}

/// Puts the parts of shards together: people are in one shard only, so numbers add up.
fn together(program: &Program, parts: Vec<Part>) -> Vec<CohortRun> {
    let nothing =
        |attrition: &Attrition| CohortRun { entries: Entries::default(), attrition: attrition.clone() };
    let mut all: Vec<CohortRun> = program.attritions.iter().map(nothing).collect();
    for part in parts {
        for (sum, one) in all.iter_mut().zip(part.cohorts) {
            sum.entries.append(one.entries);
            let (sum, one) = (&mut sum.attrition, one.attrition);
            sum.universe += part.people;
            sum.entered += one.entered;
            sum.without_days += one.without_days;
            sum.included += one.included;
            for (sum, one) in sum.steps.iter_mut().zip(one.steps) {
                sum.before += one.before;
                sum.dropped += one.dropped;
                sum.unknown += one.unknown;
            }
        }
    }
    all
}
