use std::sync::atomic::AtomicBool;

use strongroom_cohort::reference::PersonRecord;
use strongroom_cohort::{Definition, Limits, Vocabulary, resolve};
use strongroom_engine::{CohortRun, MemoryShard, Program, Settings, Shard, Unwatched, run};
use strongroom_omop::SubjectId;

use crate::{CohortRow, Engine, EngineError};

/// The cohort engine over the shards of a release.
#[derive(Debug, Clone)]
pub struct NativeEngine<S> {
    shards: Vec<S>,
    vocabulary: Vocabulary,
    limits: Limits,
}

impl<S: Shard> NativeEngine<S> {
    /// The engine over these shards, with concepts from this vocabulary.
    #[must_use]
    pub const fn new(shards: Vec<S>, vocabulary: Vocabulary, limits: Limits) -> Self {
        Self { shards, vocabulary, limits }
    }

    fn evaluate(&self, definition: &Definition) -> Result<CohortRun, EngineError> {
        let refused = |error: &dyn std::fmt::Display| EngineError::Refused(error.to_string());
        let resolved =
            resolve(definition, &self.vocabulary, &self.limits).map_err(|error| refused(&error))?;
        let program = Program::new([&resolved]);
        let never = AtomicBool::new(false);
        let runs = run(&program, &self.shards, &Settings::default(), &Unwatched, &never);
        let mut runs = runs.map_err(|error| refused(&error))?;
        runs.pop().ok_or_else(|| refused(&"a program of one cohort has one result"))
    }
}

impl NativeEngine<MemoryShard> {
    /// The engine over these people in memory, cut into shards of so many.
    #[must_use]
    pub fn in_memory(
        mut people: Vec<PersonRecord>,
        each: usize,
        vocabulary: Vocabulary,
        limits: Limits,
    ) -> Self {
        people.sort_by_key(|person| person.subject);
        Self::new(people.chunks(each.max(1)).map(MemoryShard::new).collect(), vocabulary, limits)
    }
}

impl<S: Shard> Engine for NativeEngine<S> {
    fn run(&self, definition: &Definition) -> Result<Vec<CohortRow>, EngineError> {
        let entries = self.evaluate(definition)?.entries;
        let days = entries.starts.iter().zip(&entries.ends);
        let rows = entries.subjects.iter().zip(days).map(|(subject, (start, end))| {
            let (start, end) = start.date().zip(end.date())?;
            Some(CohortRow { subject: *subject, start, end })
        });
        rows.collect::<Option<_>>().ok_or_else(|| {
            EngineError::Refused("people enter without days; ask for people instead of rows".to_owned())
        })
    }

    fn people(&self, definition: &Definition) -> Result<Vec<SubjectId>, EngineError> {
        let mut people = self.evaluate(definition)?.entries.subjects;
        people.dedup();
        Ok(people)
    }
}
