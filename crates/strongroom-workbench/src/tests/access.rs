//! What stands between somebody and a release, and how it is set aside or taken back.

use std::sync::Arc;

use super::world::{label, paragraph, purpose};
use crate::{BypassRequest, Workbench, WorkbenchError, WorkspaceRequest};
use strongroom_access::{
    AccessLineState, AccessView, AccountState, Agreement, BypassError, BypassedBy, EmailDomain, Evidence,
    Institution, Membership, RequirementCatalogue, RequirementGap,
};
use strongroom_audit::verify;
use strongroom_gate::{Edition, declared_requirements, tier_objections};
use strongroom_primitives::{
    Id, ManualClock, NonEmpty, ReleaseName, RequirementName, RowTier, SequentialIds, Timestamp, kind,
};
use strongroom_store::{AuditLog, Commit, MemoryStore, PersonStore};
use strongroom_tiers::{BypassRule, Policy, Release};

const CODE: &str = "code-of-conduct";

fn day(day: u32) -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap().plus_days(day)
}

fn requirement(name: &str) -> RequirementName {
    RequirementName::new(name).unwrap()
}

fn release() -> ReleaseName {
    ReleaseName::new("R1").unwrap()
}

/// A policy that excuses from the code of conduct, and from nothing else, for so many days.
fn policy(longest_days: u32) -> Policy {
    let policy = Policy::all_of_us().unwrap();
    let code = policy.declaration(&requirement(CODE)).unwrap().clone();
    policy.into_draft().with_declaration(code.with_bypass(BypassRule { longest_days })).build().unwrap()
}

/// A workbench with Ada, who has brought everything but these, and two of the staff.
struct World {
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    workbench: Workbench,
    ada: Id<kind::Person>,
    staff: [Id<kind::Person>; 2],
}

impl World {
    async fn without(missing: &[&str]) -> Self {
        let clock = Arc::new(ManualClock::at(day(0)));
        let store = Arc::new(MemoryStore::new());
        let members = Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into());
        let university = Institution::new(Id::from_u128(7), label("University"))
            .with_agreement(RowTier::Registered, Agreement::new(day(0), day(900), members).unwrap());
        let mut workbench = Workbench::new(
            Arc::clone(&store) as Arc<_>,
            Edition::new(policy(14)).unwrap(),
            Arc::clone(&clock) as Arc<_>,
            Arc::new(SequentialIds::default()),
        )
        .with_institution(university);
        workbench.catalogue.publish(Release::new(release(), RowTier::Registered)).unwrap();
        let mut people = Vec::new();
        for name in ["ada", "bea", "eve"] {
            let email = format!("{name}@uni.edu").parse().unwrap();
            people.push(workbench.register_person(label(name), email, Some(Id::from_u128(7))).await.unwrap());
        }
        let world = Self { clock, store, workbench, ada: people[0], staff: [people[1], people[2]] };
        for asked in world.workbench.requirements().to_vec() {
            if !missing.contains(&asked.name().as_str()) {
                world.bring(asked.name().as_str()).await;
            }
        }
        world
    }

    async fn bring(&self, name: &str) {
        for piece in evidence(name, self.workbench.now()) {
            self.workbench.record_evidence(self.ada, piece).await.unwrap();
        }
    }

    fn two(&self) -> BypassedBy {
        BypassedBy { granted_by: self.staff[0], confirmed_by: self.staff[1] }
    }

    fn excuse(&self, name: &str, ends: Timestamp) -> BypassRequest {
        BypassRequest {
            person: self.ada,
            requirement: requirement(name),
            reason: paragraph("the text is being revised"),
            ends,
        }
    }

    async fn withdraw(&self, name: &str, since: Timestamp) -> Result<(), WorkbenchError> {
        let reason = paragraph("the certificate was somebody else's");
        self.workbench.withdraw_evidence(self.staff[0], self.ada, requirement(name), since, reason).await
    }

    /// Ada's page, after comparing it with what the gate says.
    async fn page(&self) -> AccessView {
        let page = self.workbench.missing_steps(self.ada, &release()).await.unwrap();
        let record = PersonStore::load(self.store.as_ref(), self.ada).await.unwrap().into_value();
        let facts = self.workbench.facts_of_person(&record);
        let now = self.workbench.now();
        let objections = tier_objections(self.workbench.policy(), &facts, RowTier::Registered, now);
        assert_eq!(page.missing().count(), objections.len(), "{page}");
        page
    }

    async fn is_open(&self) -> bool {
        let asked = WorkspaceRequest::on_release(release(), label("Work"), purpose());
        let open = match self.workbench.create_workspace(self.ada, asked).await {
            Ok(_) => true,
            Err(WorkbenchError::Refused(_)) => false,
            Err(other) => panic!("{other}"),
        };
        assert_eq!(open, self.page().await.missing().next().is_none());
        open
    }

    /// The kinds of the last events, oldest first, each with who acted, in a trail that holds.
    async fn last_events(&self, number: usize) -> Vec<String> {
        let entries = self.store.read(0, usize::MAX).await.unwrap();
        verify(entries.clone(), Some(&self.store.head().await.unwrap())).unwrap();
        let events = entries[entries.len() - number..].iter().map(|entry| {
            let event = serde_json::to_value(entry.event()).unwrap();
            let who = event["actor"]["person"].as_str().unwrap().to_owned();
            let who = [self.ada, self.staff[0], self.staff[1]].iter().position(|one| one.to_string() == who);
            format!(
                "{} by {}",
                event["action"]["kind"].as_str().unwrap(),
                ["ada", "bea", "eve"][who.unwrap()]
            )
        });
        events.collect()
    }
}

fn evidence(name: &str, now: Timestamp) -> Vec<Evidence> {
    let all = declared_requirements(&policy(14)).unwrap();
    let asked = all.requirements().iter().find(|one| one.name().as_str() == name).unwrap();
    asked.sufficient_evidence(now, &label("test")).unwrap()
}

#[tokio::test]
async fn the_page_says_what_is_missing_until_when_the_rest_holds_and_who_can_help() {
    let world = World::without(&[CODE, "identity"]).await;
    let page = world.page().await;
    let missing: Vec<String> =
        page.missing().map(|line| line.next_step.as_ref().unwrap().sentence.clone()).collect();
    assert_eq!(
        missing,
        [
            "Verify your identity with Login.gov or ID.me, or show a document to the programme's staff.",
            "Read and sign the current Data User Code of Conduct.",
        ]
    );
    assert_eq!(page.met_until(), None);
    assert!(!world.is_open().await);
    world.bring("identity").await;
    world.bring(CODE).await;
    let page = world.page().await;
    assert_eq!(page.met_until(), Some(day(365)));
    assert!(world.is_open().await);
    world.clock.set(day(365));
    assert_eq!(world.page().await.missing().count(), 4, "what was brought for a year has lapsed");
}

#[tokio::test]
async fn what_nobody_defined_is_an_error_and_no_open_door() {
    let mut world = World::without(&[]).await;
    let mut defined = world.workbench.requirements().to_vec();
    defined.retain(|one| one.name().as_str() != "identity");
    let defined = RequirementCatalogue::new(defined).unwrap();
    world.workbench.edition = Edition::with_requirements(world.workbench.policy().clone(), defined);
    let page = world.workbench.missing_steps(world.ada, &release()).await;
    assert!(
        matches!(&page, Err(WorkbenchError::RequirementUndefined { requirement }) if requirement.as_str() == "identity"),
        "{page:?}"
    );
}

#[tokio::test]
async fn two_others_excuse_for_a_time_for_all_to_see() {
    let world = World::without(&[CODE]).await;
    assert!(!world.is_open().await);
    world.workbench.grant_bypass(world.two(), world.excuse(CODE, day(14))).await.unwrap();
    assert_eq!(world.last_events(2).await, ["bypass_granted by bea", "bypass_confirmed by eve"]);
    assert!(world.is_open().await);
    let page = world.page().await;
    let excused: Vec<_> = page.lines().iter().filter(|line| line.bypass.is_some()).collect();
    assert_eq!(excused.len(), 1);
    assert_eq!(excused[0].state, AccessLineState::SetAside(RequirementGap::Missing));
    assert_eq!(page.met_until(), Some(day(14)));
    world.clock.set(day(14));
    assert!(!world.is_open().await);
}

#[tokio::test]
async fn an_excuse_ends_with_the_policy_that_provided_for_it() {
    let mut world = World::without(&[CODE]).await;
    world.workbench.grant_bypass(world.two(), world.excuse(CODE, day(14))).await.unwrap();
    assert!(world.is_open().await);
    world.workbench.edition = Edition::new(policy(13)).unwrap();
    assert!(!world.is_open().await);
    world.workbench.edition = Edition::new(Policy::all_of_us().unwrap()).unwrap();
    assert!(!world.is_open().await);
}

#[tokio::test]
async fn nobody_is_excused_alone_for_long_from_everything_or_by_nobody() {
    let world = World::without(&[CODE, "identity"]).await;
    let (ada, [bea, eve]) = (world.ada, world.staff);
    let stranger = Id::from_u128(u128::MAX);
    let before = world.store.head().await.unwrap();
    for (granted_by, confirmed_by, name, ends, expected) in [
        (bea, bea, CODE, day(1), BypassError::SecondPersonMissing.to_string()),
        (ada, eve, CODE, day(1), BypassError::OwnCase.to_string()),
        (bea, ada, CODE, day(1), BypassError::OwnCase.to_string()),
        (bea, eve, CODE, day(0), BypassError::EndsBeforeItBegins.to_string()),
        (bea, eve, CODE, day(15), "the policy excuses for 14 days at most; choose an earlier end".to_owned()),
        (
            bea,
            eve,
            "identity",
            day(1),
            "the policy excuses nobody from identity; bring the evidence, or change the policy".to_owned(),
        ),
        (
            bea,
            eve,
            "handshake",
            day(1),
            "the policy excuses nobody from handshake; bring the evidence, or change the policy".to_owned(),
        ),
        (bea, stranger, CODE, day(1), "there is no such person".to_owned()),
    ] {
        let by = BypassedBy { granted_by, confirmed_by };
        let error = world.workbench.grant_bypass(by, world.excuse(name, ends)).await.unwrap_err();
        assert!(
            error.to_string().contains(&expected) || matches!(error, WorkbenchError::Store(_)),
            "{error}"
        );
        assert_eq!(matches!(error, WorkbenchError::Store(_)), confirmed_by == stranger, "{error}");
    }
    let stored = PersonStore::load(world.store.as_ref(), eve).await.unwrap();
    let version = stored.version();
    let closed = stored.value().person().clone().with_account(AccountState::Closed { since: day(0) });
    let event = world.store.read(0, 1).await.unwrap()[0].event().clone();
    let commit = Commit::new(stored.into_value().with_person(closed), version, NonEmpty::new(event));
    PersonStore::commit(world.store.as_ref(), commit).await.unwrap();
    let error = world.workbench.grant_bypass(world.two(), world.excuse(CODE, day(1))).await.unwrap_err();
    assert!(matches!(error, WorkbenchError::AccountNotUsable { person } if person == eve), "{error}");
    assert_eq!(world.store.head().await.unwrap().length(), before.length() + 1, "an error left an event");
    assert!(!world.is_open().await);
}

#[tokio::test]
async fn what_is_withdrawn_counts_no_longer_and_what_comes_later_does() {
    let world = World::without(&[]).await;
    assert!(world.is_open().await);
    world.clock.set(day(3));
    world.withdraw("identity", day(1)).await.unwrap();
    assert_eq!(world.last_events(1).await, ["evidence_withdrawn by bea"]);
    let page = world.page().await;
    let states: Vec<_> = page.missing().map(|line| line.state).collect();
    assert_eq!(states, [AccessLineState::NotMet(RequirementGap::Withdrawn { since: day(1) })]);
    assert!(!world.is_open().await);
    world.bring("identity").await;
    assert!(world.is_open().await);

    let error = world.withdraw("handshake", day(1)).await.unwrap_err();
    assert!(matches!(error, WorkbenchError::NothingToWithdraw { .. }), "{error}");
}
