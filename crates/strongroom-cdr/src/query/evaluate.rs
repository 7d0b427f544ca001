use std::ops::Range;
use std::sync::atomic::AtomicBool;

use strongroom_cohort::ResolvedCohort;
use strongroom_cohort::reference::{Attrition, Birth};
use strongroom_engine::{EngineError, Entries, Program, Reads, Settings, Shard, ShardError, run};
use strongroom_omop::{ConceptId, SubjectId};

use crate::lease::{Lease, StopOnDrop};
use crate::query::{EngineFailure, QueryError, SessionTables, reads};
use crate::secure::{SecureShard, next_part};

/// A cohort over the people of one release, as the session sees them. Exact, and therefore not for
/// showing: what leaves the crate of it is released by a disclosure rule or exported by a permit.
pub(crate) struct Evaluated {
    pub(crate) people: Vec<Person>,
    pub(crate) entries: Entries,
    /// Shard by shard, the entries of its people.
    pub(crate) shards: Vec<Range<usize>>,
    pub(crate) attrition: Attrition,
}

/// One visible person of the release.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    pub(crate) subject: SubjectId,
    /// Concept 0 if it is not recorded.
    pub(crate) sex: ConceptId,
    pub(crate) birth: Birth,
}

impl Evaluated {
    /// The members in ascending order, each with the position of their first entry.
    pub(crate) fn members(&self) -> impl Iterator<Item = (usize, &Person)> {
        let subjects = &self.entries.subjects;
        let first = |position: &usize| {
            position.checked_sub(1).and_then(|before| subjects.get(before)) != subjects.get(*position)
        };
        (0..subjects.len()).filter(first).filter_map(|position| Some((position, self.person(position)?)))
    }

    /// The person of an entry.
    pub(crate) fn person(&self, position: usize) -> Option<&Person> {
        let subject = self.entries.subjects.get(position)?;
        let place = self.people.binary_search_by_key(subject, |person| person.subject).ok()?;
        self.people.get(place)
    }
}

/// Runs the cohort on threads of its own, so that whoever waits for it keeps theirs. It ends when
/// nobody waits any longer, and, with [`QueryError::SessionEnded`], when the session does.
pub(crate) async fn evaluate(
    tables: &SessionTables,
    cohort: &ResolvedCohort,
) -> Result<Evaluated, QueryError> {
    tables.check_lease()?;
    reads::check(&Reads::of(cohort), tables)?;
    let stop = StopOnDrop::default();
    let (stopped, shards) = (stop.stopped(), tables.shards());
    let (lease, program) = (tables.lease().clone(), Program::new([cohort]));
    let work = move || on_shards(&program, &shards, &lease, &stopped);
    let evaluated = tokio::task::spawn_blocking(work).await;
    evaluated.map_err(|error| QueryError::Engine(EngineFailure::new(error.to_string())))?
}

fn on_shards(
    program: &Program,
    shards: &[SecureShard],
    lease: &Lease,
    stopped: &AtomicBool,
) -> Result<Evaluated, QueryError> {
    let ran = run(program, shards, &Settings::default(), lease, stopped);
    // What was found in the session's last moments is not handed out either.
    lease.check().map_err(|_| QueryError::SessionEnded)?;
    let cohort = ran?.pop();
    let cohort = cohort.ok_or_else(|| QueryError::Engine(EngineFailure::new("no result".to_owned())))?;
    let (mut people, mut parts) = (Vec::new(), Vec::new());
    for shard in shards {
        let own = shard.people()?;
        parts.push(next_part(&parts, &cohort.entries, &own));
        for (person, subject) in (0..).zip(&own.subjects) {
            if !own.absent.contains(&person) {
                let sex = own.concept(strongroom_cohort::ast::PersonColumn::Gender, person);
                let sex = sex.unwrap_or(ConceptId::NO_MATCHING_CONCEPT);
                people.push(Person { subject: *subject, sex, birth: own.birth(person) });
            }
        }
    }
    Ok(Evaluated { people, entries: cohort.entries, shards: parts, attrition: cohort.attrition })
}

impl From<ShardError> for QueryError {
    fn from(error: ShardError) -> Self {
        Self::Storage(EngineFailure::new(error.to_string()))
    }
}

impl From<EngineError> for QueryError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Unreadable(error) => error.into(),
            EngineError::TooLarge { .. } => Self::TooLarge,
            other => Self::Engine(EngineFailure::new(other.to_string())),
        }
    }
}
