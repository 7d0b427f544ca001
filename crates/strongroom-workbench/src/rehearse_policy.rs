use std::collections::BTreeMap;

use strongroom_audit::{Action as Recorded, Actor, AuditEvent, Entry};
use strongroom_gate::{
    Ask, Edition, RecordedDecision, Rehearsal, ReplayDifference, rehearse, replay, tier_objections,
};
use strongroom_primitives::{Id, NonEmpty, Timestamp, kind};
use strongroom_store::{PersonRecord, Stored};
use strongroom_workspaces::{Action, Ownership, Workspace};

use crate::{Workbench, WorkbenchError};

/// How many entries of the trail are read at once.
const PAGE: usize = 5_000;

/// What a policy would change that is not in force.
#[derive(Debug)]
#[non_exhaustive]
pub struct PolicyRehearsal {
    /// For the people, as they stand now.
    pub people: Rehearsal,
    /// For what they were told before.
    pub decisions: ReplayedDecisions,
}

/// What would have been decided by the new policy, of what was asked within workspaces.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ReplayedDecisions {
    /// How many decisions were made again.
    pub again: usize,
    /// How many were not: by the old policy they come out otherwise than they were recorded, since they
    /// were made on what is no longer stored (another role, a deleted workspace), by a policy before it,
    /// or with the word of a rule that has changed.
    pub not_again: usize,
    /// How many a yes would have been a no.
    pub refused: usize,
    /// How many a no would have been a yes.
    pub admitted: usize,
    /// How many a yes would have ended earlier.
    pub shortened: usize,
    /// How many a yes would have ended later.
    pub prolonged: usize,
    /// The first that would have been refused, with what the new policy has against it.
    pub example_of_refused: Option<ReplayDifference>,
    /// The first that would have been admitted.
    pub example_of_admitted: Option<ReplayDifference>,
}

impl Workbench {
    /// What a policy would change in the place of another: who gains and who loses a tier now, and which of
    /// the decisions that the trail holds would have come out differently, from `since` on. That `by` may
    /// see how everybody stands must have been established before; that they did is recorded first.
    ///
    /// A decision is made again on what was known at its instant of evidence and bypasses, and on the
    /// workspaces, the institutions and the releases as they are now. Whether that is what it was made on
    /// shows: the old policy must come to what is recorded, or it is counted and left aside.
    ///
    /// All people are held in memory at once.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn rehearse_policy(
        &self,
        by: Actor,
        old: &Edition,
        new: &Edition,
        since: Option<Timestamp>,
    ) -> Result<PolicyRehearsal, WorkbenchError> {
        let now = self.now();
        let rehearsed = Recorded::PolicyRehearsed { policy: new.policy().digest() };
        self.record(NonEmpty::new(AuditEvent::new(now, self.new_id(), by, rehearsed))).await?;
        let mut people = BTreeMap::new();
        self.for_each_person(|record| drop(people.insert(record.person().id(), record))).await?;
        let population = people.values().map(|record| self.facts_of_person(record));
        let rehearsal = rehearse(old, new, population, now);
        let mut replaying = Replaying { workbench: self, old, new, people, workspaces: BTreeMap::new() };
        let decisions = replaying.replay_since(since).await?;
        Ok(PolicyRehearsal { people: rehearsal, decisions })
    }
}

/// What decisions are made again from.
struct Replaying<'a> {
    workbench: &'a Workbench,
    old: &'a Edition,
    new: &'a Edition,
    people: BTreeMap<Id<kind::Person>, PersonRecord>,
    /// Those that were asked about so far; `None` if there is none.
    workspaces: BTreeMap<Id<kind::Workspace>, Option<Workspace>>,
}

impl Replaying<'_> {
    async fn replay_since(&mut self, since: Option<Timestamp>) -> Result<ReplayedDecisions, WorkbenchError> {
        let mut counted = ReplayedDecisions::default();
        let mut from = 0;
        loop {
            let page = self.workbench.stores.read(from, PAGE).await?;
            let Some(last) = page.last() else { return Ok(counted) };
            from = last.sequence().saturating_add(1);
            for decision in page.iter().filter_map(recorded_decision) {
                if since.is_none_or(|since| decision.decided_at >= since) {
                    self.load_workspace(decision.ask.workspace()).await?;
                    counted.add(self.again(&decision));
                }
            }
        }
    }

    async fn load_workspace(&mut self, id: Id<kind::Workspace>) -> Result<(), WorkbenchError> {
        if !self.workspaces.contains_key(&id) {
            let found = self.workbench.find_workspace(id).await?.map(Stored::into_value);
            self.workspaces.insert(id, found);
        }
        Ok(())
    }

    fn again(&self, decision: &RecordedDecision) -> Again {
        let known = decision.decided_at;
        let Some(record) = self.people.get(&decision.person) else { return Again::OnOtherFacts };
        let record = record.as_known_at(known);
        let workspace = self.workspaces.get(&decision.ask.workspace()).and_then(Option::as_ref);
        let by = |edition: &Edition| {
            let ownership = workspace.map_or(Ownership::Orphaned, |one| self.ownership(edition, one, known));
            let facts = self.workbench.facts_in(workspace, &record, ownership);
            replay(edition, [(decision.clone(), facts)], &self.workbench.rules()).pop()
        };
        match by(self.old) {
            Some(_) => Again::OnOtherFacts,
            None => by(self.new).map_or(Again::AsItWas, |difference| Again::Otherwise(Box::new(difference))),
        }
    }

    /// Whether any owner of the workspace had access to its tier, as was known then.
    fn ownership(&self, edition: &Edition, workspace: &Workspace, known: Timestamp) -> Ownership {
        workspace.ownership(|owner| {
            self.people.get(&owner).is_some_and(|record| {
                let record = record.as_known_at(known);
                let facts = self.workbench.facts_of_person(&record).with_requirements(edition.requirements());
                tier_objections(edition.policy(), &facts, workspace.tier(), known).is_empty()
            })
        })
    }
}

/// What became of a decision.
enum Again {
    /// By the old policy it comes out otherwise than it was recorded.
    OnOtherFacts,
    AsItWas,
    Otherwise(Box<ReplayDifference>),
}

impl ReplayedDecisions {
    fn add(&mut self, again: Again) {
        let difference = match again {
            Again::OnOtherFacts => return self.not_again += 1,
            Again::AsItWas => return self.again += 1,
            Again::Otherwise(difference) => *difference,
        };
        self.again += 1;
        match (difference.decision.admitted_until, difference.would_be_until) {
            (Some(was), Some(would_be)) if would_be < was => self.shortened += 1,
            (Some(_), Some(_)) => self.prolonged += 1,
            (_, None) => {
                self.refused += 1;
                self.example_of_refused.get_or_insert(difference);
            }
            (None, Some(_)) => {
                self.admitted += 1;
                self.example_of_admitted.get_or_insert(difference);
            }
        }
    }

    /// How many would have come out differently.
    #[must_use]
    pub fn differences(&self) -> usize {
        self.refused + self.admitted + self.shortened + self.prolonged
    }
}

/// What an entry says of a decision on an action in a workspace.
fn recorded_decision(entry: &Entry) -> Option<RecordedDecision> {
    let event = entry.event();
    let (asked, admitted_until) = match event.action() {
        Recorded::Admitted { asked, not_after, .. } => (asked, Some(*not_after)),
        Recorded::Refused { asked, .. } => (asked, None),
        _ => return None,
    };
    let person = match event.actor() {
        Actor::Person(person) => Some(*person),
        _ => event.represented(),
    }?;
    let action = Action::ALL.into_iter().find(|action| action.to_string() == asked.as_str())?;
    let ask = Ask::new(event.workspace()?, action);
    Some(RecordedDecision { person, ask, decided_at: event.at(), admitted_until })
}
