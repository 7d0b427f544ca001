use std::fmt::Debug;
use std::future::Future;

use strongroom_access::{
    Bypass, BypassedBy, EmailAddress, Evidence, Person, Requirement, RequirementKind, Retraction,
};
use strongroom_primitives::{Id, Label, Paragraph, ReleaseName, RequirementName, RowTier, Timestamp};
use strongroom_workspaces::{
    Action, Actor, Change, Circumstances, Command, Purpose, PurposeCategory, RateLimit, RateWindow, Workspace,
};

use crate::{
    Commit, PersonRecord, PersonStore, StoreError, Stored, UsageRecord, UsageStore, Version, WorkspaceStore,
};

/// Something that stores keep, on which their promises about commits are checked.
pub(super) trait Subject: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// The subject with this number, at revision 0.
    fn numbered(number: u128) -> Self;
    /// The same subject at another revision, of which it keeps the number.
    fn at_revision(&self, revision: u64) -> Self;
    fn revision(&self) -> u64;
}

/// The subject's part in a store of type `S`.
pub(super) trait KeptBy<S>: Subject {
    fn load(store: &S, number: u128) -> impl Future<Output = Result<Stored<Self>, StoreError>> + Send;
    fn commit(store: &S, commit: Commit<Self>) -> impl Future<Output = Result<Version, StoreError>> + Send;
}

impl Subject for PersonRecord {
    /// With something in every list, so that a store which forgets one is found.
    fn numbered(number: u128) -> Self {
        let person = Person::new(Id::from_u128(number), label("Revision 0"), address(number));
        let subject = strongroom_access::Subject::Person(person.id());
        let now = Timestamp::from_unix_microseconds(1_772_355_600_000_000);
        let name = RequirementName::new("house-rules").expect("a requirement's name");
        let text = Paragraph::new("Read them.").expect("a paragraph");
        let rules = Requirement::new(
            name.clone(),
            label("House rules"),
            RequirementKind::SelfAttestation,
            text.clone(),
        );
        let retraction = Retraction::new(now.plus_days(1), now.plus_days(1), Id::from_u128(1), text.clone());
        let by =
            BypassedBy { granted_by: Id::from_u128(u128::MAX), confirmed_by: Id::from_u128(u128::MAX - 1) };
        let bypass =
            Bypass::new(&rules, subject, text, by, now, now.plus_days(2)).expect("a bypass by two others");
        Self::new(person)
            .with_evidence(Evidence::new(name, now, label("the person")).retracted(retraction))
            .with_bypass(bypass)
    }

    fn at_revision(&self, revision: u64) -> Self {
        let person = self.person();
        let name = label(&format!("Revision {revision}"));
        self.clone().with_person(Person::new(person.id(), name, person.email().clone()))
    }

    fn revision(&self) -> u64 {
        number_in(self.person().name())
    }
}

impl<S: PersonStore> KeptBy<S> for PersonRecord {
    async fn load(store: &S, number: u128) -> Result<Stored<Self>, StoreError> {
        store.load(Id::from_u128(number)).await
    }

    async fn commit(store: &S, commit: Commit<Self>) -> Result<Version, StoreError> {
        store.commit(commit).await
    }
}

impl Subject for Workspace {
    fn numbered(number: u128) -> Self {
        let text = Paragraph::new("Revision 0").expect("a paragraph");
        Self::new(
            Id::from_u128(number),
            label("Revision 0"),
            Purpose::new(PurposeCategory::MethodsDevelopment, text.clone(), text.clone(), text),
            Id::from_u128(1),
            ReleaseName::new("R2026Q1").expect("a release's name"),
            RowTier::Registered,
            Timestamp::from_unix_microseconds(1_772_355_600_000_000),
        )
    }

    fn at_revision(&self, revision: u64) -> Self {
        changed(self, Change::Rename(label(&format!("Revision {revision}"))))
    }

    fn revision(&self) -> u64 {
        number_in(self.title())
    }
}

impl<S: WorkspaceStore> KeptBy<S> for Workspace {
    async fn load(store: &S, number: u128) -> Result<Stored<Self>, StoreError> {
        store.load(Id::from_u128(number)).await
    }

    async fn commit(store: &S, commit: Commit<Self>) -> Result<Version, StoreError> {
        store.commit(commit).await
    }
}

impl Subject for UsageRecord {
    fn numbered(number: u128) -> Self {
        Self::new(Id::from_u128(number))
    }

    /// A revision is so many searches.
    fn at_revision(&self, revision: u64) -> Self {
        let (limit, now) = (RateLimit::new(usize::MAX, 1), Timestamp::from_unix_microseconds(0));
        let searches = (0..revision).try_fold(RateWindow::default(), |window, _| window.take(limit, now));
        self.clone().with_searches(searches.expect("there is no limit"))
    }

    fn revision(&self) -> u64 {
        self.searches().len().try_into().expect("a small number")
    }
}

impl<S: UsageStore> KeptBy<S> for UsageRecord {
    async fn load(store: &S, number: u128) -> Result<Stored<Self>, StoreError> {
        store.load(Id::from_u128(number)).await
    }

    async fn commit(store: &S, commit: Commit<Self>) -> Result<Version, StoreError> {
        store.commit(commit).await
    }
}

/// The workspace after its creator has made this change.
pub(super) fn changed(workspace: &Workspace, change: Change) -> Workspace {
    let action = change.action().unwrap_or(Action::View);
    let actor = Actor::member(workspace.creator(), workspace.id(), action, Timestamp::LAST);
    let command = Command::change(workspace.etag(), change);
    let around = Circumstances::at(workspace.created());
    let mut changed = workspace.clone();
    changed.apply_all(&workspace.decide(&actor, &command, &around).expect("a change by the owner"));
    changed
}

pub(super) fn label(text: &str) -> Label {
    Label::new(text).expect("a label")
}

pub(super) fn address(number: u128) -> EmailAddress {
    EmailAddress::new(&format!("person{number}@example.org")).expect("an address")
}

fn number_in(label: &Label) -> u64 {
    label.as_str().trim_start_matches("Revision ").parse().expect("a revision's number")
}
