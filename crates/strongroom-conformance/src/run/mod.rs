//! Running cases, and what came out.

mod case;
mod compare;
mod report;
#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use strongroom_cohort::Definition;

pub use case::Case;
pub(crate) use compare::persons;
pub use compare::{Difference, DifferingLine, Size, Verdict};
pub use report::{JudgedCase, Report};

use crate::{Engine, EngineError};

/// Evaluation recurses along the definition; a debug build needs several times the stack of a
/// release build.
const STACK: usize = 64 << 20;

/// How to run cases.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// How many threads run cases, one case each at a time. Two.
    pub threads: NonZeroUsize,
    /// Runs the first case and every so many-th after it. Every one.
    pub every: NonZeroUsize,
    /// How many differing lines of a case are kept, where the expected ones are known. None.
    pub differing_lines: usize,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The case that was run last.
    pub case: &'a JudgedCase,
    /// How many were run, with it.
    pub done: usize,
    /// How many are to be run.
    pub total: usize,
}

impl Default for Options {
    fn default() -> Self {
        const ONE: NonZeroUsize = NonZeroUsize::MIN;
        Self { threads: ONE.saturating_add(1), every: ONE, differing_lines: 0 }
    }
}

/// Imports the cases, runs them on the engine, and compares. `progress` is called after each case,
/// from one thread at a time.
///
/// A case that cannot be imported or run does not end the run; the report says what became of it.
pub fn run(
    cases: &[Case],
    import: &(dyn Fn(&Case) -> Result<Definition, EngineError> + Sync),
    engine: &(impl Engine + Sync + ?Sized),
    options: &Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Report {
    let lines = options.differing_lines;
    let judge = |case: &Case| compare::judge(import(case), case.expected.as_ref(), engine, lines);
    run_each(cases, &judge, options, progress)
}

/// The same, where what must come out is what a second engine says. What is expected of the cases is of no
/// account; where the second engine has no answer, any clear answer or error is right.
pub fn run_beside(
    cases: &[Case],
    import: &(dyn Fn(&Case) -> Result<Definition, EngineError> + Sync),
    engine: &(impl Engine + Sync + ?Sized),
    second: &(impl Engine + Sync + ?Sized),
    options: &Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Report {
    let judge = |case: &Case| {
        let definition = import(case);
        let expected = compare::answer(definition.as_ref(), second);
        compare::judge(definition, Some(&expected), engine, options.differing_lines)
    };
    run_each(cases, &judge, options, progress)
}

fn run_each(
    cases: &[Case],
    judge: &(dyn Fn(&Case) -> Verdict + Sync),
    options: &Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Report {
    let chosen: Vec<&Case> = cases.iter().step_by(options.every.get()).collect();
    let next = AtomicUsize::new(0);
    let judged: Mutex<Vec<(usize, JudgedCase)>> = Mutex::new(Vec::with_capacity(chosen.len()));
    let work = || {
        loop {
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = chosen.get(position) else { break };
            let (id, name) = (case.id().clone(), case.definition.name.clone());
            let case = JudgedCase { id, name, verdict: judge(case) };
            let mut judged = judged.lock().unwrap_or_else(PoisonError::into_inner);
            progress(Progress { case: &case, done: judged.len() + 1, total: chosen.len() });
            judged.push((position, case));
        }
    };
    thread::scope(|scope| {
        let threads = options.threads.get().min(chosen.len());
        let spawned = (0..threads)
            .map_while(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok())
            .count();
        if spawned == 0 {
            work();
        }
    });
    let mut judged = judged.into_inner().unwrap_or_else(PoisonError::into_inner);
    judged.sort_by_key(|(position, _)| *position);
    Report { cases: judged.into_iter().map(|(_, case)| case).collect() }
}
