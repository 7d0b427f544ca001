//! A workbench with a workspace in it, and everybody who can want something of it.

use std::sync::Arc;

use strongroom_access::{AccountState, Agreement, EmailDomain, Institution, Membership};
use strongroom_audit::{Action as Recorded, Actor as By, AuditEvent, Entry, verify};
use strongroom_gate::Edition;
use strongroom_primitives::{
    BoundedText, Id, Label, ManualClock, NonEmpty, Paragraph, ReleaseName, RequirementName, RowTier,
    SequentialIds, Sha256Digest, Timestamp, kind,
};
use strongroom_store::{AuditLog, Commit, MemoryStore, PersonStore, Stored, WorkspaceStore};
use strongroom_tiers::{NewWork, Policy, Release, ReleaseRules, TierRules};
use strongroom_workspaces::{
    Action, Actor, Amount, Authority, Category, Change, Choices, Circumstances, Command, CostModel,
    CreditPolicy, Dissemination, Etag, IntendedOutcomes, ItemKind, LockReason, Ownership,
    PopulationsOfInterest, Purpose, PurposeCategory, ReviewPolicy, Role, Workspace,
};

use super::watched_store::WatchedStore;
use crate::{Invitee, Workbench, WorkbenchError, WorkspaceRequest};

/// Who there is. The creator has left the workspace that they made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Owner,
    Writer,
    Reader,
    /// An owner who no longer has access to the tier.
    Lapsed,
    /// Somebody with access to the tier and nothing to do with the workspace.
    Stranger,
    Creator,
    OfAccess,
    OfPublications,
    OfTheBoard,
}

impl Who {
    pub(super) const ALL: [Self; 9] = [
        Self::Owner,
        Self::Writer,
        Self::Reader,
        Self::Lapsed,
        Self::Stranger,
        Self::Creator,
        Self::OfAccess,
        Self::OfPublications,
        Self::OfTheBoard,
    ];

    /// Their letter in the tables.
    pub(super) fn letter(self) -> char {
        ['o', 'w', 'r', 'l', 's', 'c', 'a', 'p', 'b'][self as usize]
    }

    /// People are registered in this order, before anything else gets an id.
    pub(super) fn id(self) -> Id<kind::Person> {
        Id::from_u128(PERSON_IDS[self as usize])
    }
}

/// Each registration takes an id for the person and one for the request.
const PERSON_IDS: [u128; 9] = [1, 3, 5, 7, 9, 11, 13, 15, 17];

pub(super) struct World {
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Arc<WatchedStore>,
    pub(super) workbench: Workbench,
    pub(super) workspace: Id<kind::Workspace>,
    /// One of each kind, in the order of [`ItemKind::ALL`].
    pub(super) items: Vec<Id<kind::Item>>,
}

pub(super) fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

pub(super) fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

pub(super) fn paragraph(text: &str) -> Paragraph {
    Paragraph::new(text).unwrap()
}

pub(super) fn release(name: &str) -> ReleaseName {
    ReleaseName::new(name).unwrap()
}

pub(super) fn digest(number: u8) -> Sha256Digest {
    Sha256Digest::from_bytes([number; 32])
}

pub(super) fn reason() -> LockReason {
    BoundedText::new("an inquiry is running").unwrap()
}

pub(super) fn purpose() -> Purpose {
    let words = || paragraph("How many?");
    Purpose::new(PurposeCategory::PopulationHealth, words(), words(), words())
        .with_dissemination(Choices::one(Dissemination::PeerReviewedJournals))
        .with_outcomes(IntendedOutcomes::NoneApply)
        .with_populations(PopulationsOfInterest::NobodyInParticular)
}

pub(super) fn amount(micros: u64) -> Amount {
    Amount::from_micros(micros).unwrap()
}

pub(super) const GIVEN: CreditPolicy =
    CreditPolicy { amount: Amount::from_units(1), days: 100, extension_days: 50 };

fn requirement() -> RequirementName {
    RequirementName::new("self-attestation").unwrap()
}

impl World {
    /// The workspace is on R2 of the registered tier, which also has R1 and R3; the controlled tier has C1.
    pub(super) async fn new() -> Self {
        let mut world = Self::without_workspace().await;
        let asked = WorkspaceRequest::on_release(release("R2"), label("Study"), purpose());
        world.workspace = world.workbench.create_workspace(Who::Creator.id(), asked).await.unwrap();
        for (who, role) in [
            (Who::Owner, Role::Owner),
            (Who::Writer, Role::Writer),
            (Who::Reader, Role::Reader),
            (Who::Lapsed, Role::Owner),
        ] {
            world.share(Who::Creator, who, role).await.unwrap();
        }
        let etag = world.etag().await;
        world.workbench.leave_workspace(Who::Creator.id(), world.workspace, etag).await.unwrap();
        for kind in ItemKind::ALL {
            let references = match kind {
                ItemKind::ConceptSet | ItemKind::Notebook => vec![],
                // Each refers to the first of a kind that it can refer to.
                _ => world.items[usize::from(kind == ItemKind::Review)..][..1].to_vec(),
            };
            let name = label(&format!("A {kind}"));
            let created = world.workbench.create_item(
                Who::Writer.id(),
                world.workspace,
                kind,
                name,
                digest(kind as u8),
                references,
            );
            let created = created.await.unwrap();
            world.items.push(created);
        }
        world.lapse(Who::Lapsed).await;
        world
    }

    async fn without_workspace() -> Self {
        let clock = Arc::new(ManualClock::at(now()));
        let store = Arc::new(WatchedStore::new(Arc::clone(&clock)));
        let rules = || TierRules::new(vec![requirement()]);
        let releases = ReleaseRules::default().with_new_work(NewWork::AnyCurrent);
        let policy = Policy::new(1, rules(), rules()).unwrap().into_draft().with_releases(releases);
        let edition = Edition::new(policy.build().unwrap()).unwrap();
        let university = RowTier::ALL.into_iter().fold(
            Institution::new(Id::from_u128(7_000), label("University")),
            |university, tier| {
                let members = Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into());
                university.with_agreement(tier, Agreement::new(now(), now().plus_days(900), members).unwrap())
            },
        );
        let mut workbench = Workbench::new(
            Arc::clone(&store) as Arc<_>,
            edition,
            Arc::clone(&clock) as Arc<_>,
            Arc::new(SequentialIds::default()),
        )
        .with_institution(university)
        .with_credits(GIVEN, CostModel::new(amount(1_000), amount(1_000), amount(10)))
        .with_administrator(Who::OfAccess.id(), Authority::AccessControl)
        .with_administrator(Who::OfPublications.id(), Authority::Publication)
        .with_administrator(Who::OfTheBoard.id(), Authority::ResourceAccessBoard);
        for (days, name, tier) in [
            (30, "R1", RowTier::Registered),
            (20, "R2", RowTier::Registered),
            (10, "R3", RowTier::Registered),
            (10, "C1", RowTier::Controlled),
        ] {
            let entry = Release::new(release(name), tier).with_published(now().minus_days(days));
            workbench.catalogue.publish(entry).unwrap();
        }
        for who in Who::ALL {
            let email = format!("{}@uni.edu", who.letter()).parse().unwrap();
            let name = label(&format!("{who:?} Person"));
            let id = workbench.register_person(name, email, Some(Id::from_u128(7_000))).await.unwrap();
            assert_eq!(id, who.id());
        }
        let world = Self { clock, store, workbench, workspace: Id::from_u128(0), items: Vec::new() };
        for who in Who::ALL {
            world.attest(who).await;
        }
        world
    }

    /// Somebody meets what the tiers ask for.
    pub(super) async fn attest(&self, who: Who) {
        let asked = self.workbench.requirements().iter().find(|one| *one.name() == requirement()).unwrap();
        for piece in asked.sufficient_evidence(self.workbench.now(), &label("test")).unwrap() {
            self.workbench.record_evidence(who.id(), piece).await.unwrap();
        }
    }

    /// Somebody meets it no longer.
    pub(super) async fn lapse(&self, who: Who) {
        let by = Who::OfAccess.id();
        let since = self.workbench.now();
        self.workbench
            .withdraw_evidence(by, who.id(), requirement(), since, paragraph("it was somebody else's"))
            .await
            .unwrap();
    }

    pub(super) async fn share(&self, by: Who, with: Who, role: Role) -> Result<(), WorkbenchError> {
        let (etag, with) = (self.etag().await, Invitee::Person(with.id()));
        self.workbench.share_workspace(by.id(), self.workspace, etag, &with, role).await.map(drop)
    }

    pub(super) async fn stored(&self) -> Stored<Workspace> {
        WorkspaceStore::load(&self.store.store, self.workspace).await.unwrap()
    }

    pub(super) async fn seen(&self) -> Workspace {
        self.stored().await.into_value()
    }

    pub(super) async fn etag(&self) -> Etag {
        match WorkspaceStore::load(&self.store.store, self.workspace).await {
            Ok(stored) => stored.value().etag(),
            Err(_) => Etag::FIRST,
        }
    }

    pub(super) fn item(&self, kind: ItemKind) -> Id<kind::Item> {
        let place = ItemKind::ALL.iter().position(|one| *one == kind).unwrap();
        self.items[place]
    }

    /// The trail, which holds.
    pub(super) async fn trail(&self) -> Vec<Entry> {
        let entries = self.store.read(0, usize::MAX).await.unwrap();
        verify(entries.clone(), Some(&self.store.head().await.unwrap())).unwrap();
        entries
    }

    /// The kinds of the last events, oldest first.
    pub(super) async fn last_events(&self, number: usize) -> Vec<String> {
        let entries = self.trail().await;
        let kind = |entry: &Entry| {
            let event = serde_json::to_value(entry.event()).unwrap();
            event["action"]["kind"].as_str().unwrap().to_owned()
        };
        entries[entries.len() - number..].iter().map(kind).collect()
    }

    /// Brings the workspace into this condition.
    pub(super) async fn bring_into(&mut self, condition: Condition) {
        let (bench, workspace) = (&self.workbench, self.workspace);
        let (owner, board) = (Who::Owner.id(), Who::OfTheBoard.id());
        match condition {
            Condition::AsItIs => {}
            Condition::Locked => {
                let by = Who::OfAccess.id();
                bench.lock_workspace(by, workspace, self.etag().await, reason()).await.unwrap();
            }
            Condition::Orphaned => {
                self.lapse(Who::Owner).await;
            }
            Condition::AwaitingReview => {
                self.workbench.review_policy = ReviewPolicy { required: true, blocks_work: true };
            }
            Condition::Published => {
                bench.publish_workspace(owner, workspace, self.etag().await).await.unwrap();
            }
            Condition::Featured => {
                let by = Who::OfPublications.id();
                let category = Category::Tutorials;
                bench.feature_workspace(by, workspace, self.etag().await, category).await.unwrap();
            }
            Condition::Submitted | Condition::InReview | Condition::Declined => {
                bench.request_review(owner, workspace, self.etag().await, None).await.unwrap();
                if condition != Condition::Submitted {
                    bench.assign_reviewer(board, workspace, self.etag().await, board).await.unwrap();
                }
                if condition == Condition::Declined {
                    let why = paragraph("too vague");
                    bench.decline_purpose(board, workspace, self.etag().await, why).await.unwrap();
                }
            }
            Condition::Deleted => {
                bench.delete_workspace(owner, workspace, self.etag().await).await.unwrap();
            }
        }
    }
}

/// In what condition a workspace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    AsItIs,
    Locked,
    Orphaned,
    AwaitingReview,
    Published,
    Featured,
    Submitted,
    InReview,
    Declined,
    Deleted,
}

/// What somebody takes away from a member while they are at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revocation {
    Removed(Who),
    Demoted(Who),
    Locked,
    Deleted,
    Disabled(Who),
}

impl Revocation {
    /// Carries it out behind the workbench's back.
    pub(super) async fn carry_out(self, store: &MemoryStore) {
        let event = |action| NonEmpty::new(AuditEvent::new(now(), Id::from_u128(0), By::System, action));
        if let Self::Disabled(who) = self {
            let stored = PersonStore::load(store, who.id()).await.unwrap();
            let version = stored.version();
            let disabled = AccountState::Disabled { since: now(), reason: paragraph("inquiry") };
            let person = stored.value().person().clone().with_account(disabled);
            let record = stored.into_value().with_person(person);
            let action = Recorded::WorkspaceUnshared { with: who.id() };
            PersonStore::commit(store, Commit::new(record, version, event(action))).await.unwrap();
            return;
        }
        // The workspace of these tests is the first.
        let stored = WorkspaceStore::list(store, None, 1).await.unwrap().remove(0);
        let version = stored.version();
        let mut workspace = stored.into_value();
        let change = match self {
            Self::Removed(who) => Change::Unshare(who.id()),
            Self::Demoted(who) => Change::ChangeRole { of: who.id(), role: Role::Reader },
            Self::Locked => Change::Lock(reason()),
            Self::Deleted | Self::Disabled(_) => Change::Delete,
        };
        let around = Circumstances::at(now()).with_ownership(Ownership::Held);
        let actor = match change.action() {
            None => Actor::administrator(Who::OfAccess.id(), Authority::AccessControl),
            Some(Action::Delete) => Actor::Creator(workspace.creator()),
            // By the other owner, so that the one at work can be the one who loses something.
            Some(action) => Actor::member(Who::Lapsed.id(), workspace.id(), action, Timestamp::LAST),
        };
        let command = Command::change(workspace.etag(), change);
        let events = workspace.decide(&actor, &command, &around).unwrap_or_default();
        // Of who is no member, nothing can be taken.
        if !events.is_empty() {
            workspace.apply_all(&events);
            let action = Recorded::WorkspaceChanged { fact: "revocation".parse().unwrap() };
            WorkspaceStore::commit(store, Commit::new(workspace, version, event(action))).await.unwrap();
        }
    }
}
