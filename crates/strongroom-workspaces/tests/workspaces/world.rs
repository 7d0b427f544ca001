//! A workspace with some people, and short ways to give commands in it.

use strongroom_primitives::{BoundedText, Id, Label, ReleaseName, RowTier, Sha256Digest, Timestamp, kind};
use strongroom_workspaces::{
    Action, Actor, Authority, Change, Choices, Circumstances, Command, ContentCommand, CreateGrant,
    Dissemination, Etag, Event, IntendedOutcomes, ItemKind, NewWorkspace, PopulationsOfInterest, Purpose,
    PurposeCategory, Role, Workspace, WorkspaceError,
};

/// Who there is. The creator is an owner at first.
pub(crate) const CREATOR: u128 = 1;
pub(crate) const WRITER: u128 = 2;
pub(crate) const READER: u128 = 3;
pub(crate) const STRANGER: u128 = 4;
pub(crate) const ADMINISTRATOR: u128 = 50;
pub(crate) const BOARD: u128 = 60;

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

pub(crate) fn around() -> Circumstances {
    Circumstances::at(now())
}

pub(crate) fn person(number: u128) -> Id<kind::Person> {
    Id::from_u128(number)
}

pub(crate) fn item(number: u128) -> Id<kind::Item> {
    Id::from_u128(number)
}

pub(crate) fn text<const MIN: usize, const MAX: usize>(text: &str) -> BoundedText<MIN, MAX> {
    BoundedText::new(text).unwrap()
}

pub(crate) fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

pub(crate) fn release(name: &str) -> ReleaseName {
    ReleaseName::new(name).unwrap()
}

pub(crate) fn releases() -> Vec<ReleaseName> {
    ["R1", "R2", "R3"].map(release).into()
}

pub(crate) fn digest(number: u8) -> Sha256Digest {
    Sha256Digest::from_bytes([number; 32])
}

pub(crate) fn purpose(question: &str) -> Purpose {
    Purpose::new(PurposeCategory::PopulationHealth, text(question), text("So."), text("This."))
        .with_dissemination(Choices::one(Dissemination::PeerReviewedJournals))
        .with_outcomes(IntendedOutcomes::NoneApply)
        .with_populations(PopulationsOfInterest::NobodyInParticular)
}

pub(crate) fn grant(by: u128, on: &str, tier: RowTier) -> CreateGrant {
    CreateGrant { person: person(by), release: release(on), tier, not_after: now().plus_minutes(15) }
}

pub(crate) fn new_workspace(id: u128) -> NewWorkspace {
    NewWorkspace {
        id: Id::from_u128(id),
        title: label("Study"),
        purpose: purpose("Who?"),
        billing: strongroom_workspaces::Billing::InitialCredits,
    }
}

/// The creator alone, on the release R2 of the tier.
pub(crate) fn empty(tier: RowTier) -> Workspace {
    let grant = grant(CREATOR, "R2", tier);
    strongroom_workspaces::create(new_workspace(10), &grant, around().review_policy(), now()).unwrap().0
}

/// The creator, a writer and a reader; a concept set 1, a cohort 2 that uses it, a data set 3 that uses
/// both, a review 4 of the cohort, and a notebook 5.
pub(crate) fn furnished(tier: RowTier) -> Workspace {
    let mut workspace = empty(tier);
    for (with, role) in [(WRITER, Role::Writer), (READER, Role::Reader)] {
        run(&mut workspace, CREATOR, Change::Share { with: person(with), role }).unwrap();
    }
    for (id, kind, name, references) in [
        (1, ItemKind::ConceptSet, "Diabetes", vec![]),
        (2, ItemKind::Cohort, "Diabetics", vec![1]),
        (3, ItemKind::Dataset, "Their drugs", vec![2, 1]),
        (4, ItemKind::Review, "Charts", vec![2]),
        (5, ItemKind::Notebook, "Analysis", vec![]),
    ] {
        edit(&mut workspace, WRITER, create_item(id, kind, name, &references)).unwrap();
    }
    workspace
}

pub(crate) fn create_item(id: u128, kind: ItemKind, name: &str, references: &[u128]) -> ContentCommand {
    ContentCommand::Create {
        id: item(id),
        kind,
        name: label(name),
        body: digest(1),
        references: references.iter().copied().map(item).collect(),
    }
}

pub(crate) fn member(workspace: &Workspace, by: u128, action: Action) -> Actor {
    Actor::member(person(by), workspace.id(), action, now().plus_minutes(15))
}

pub(crate) fn administrator(authority: Authority) -> Actor {
    let by = if authority == Authority::ResourceAccessBoard { BOARD } else { ADMINISTRATOR };
    Actor::administrator(person(by), authority)
}

/// Decides and carries out.
pub(crate) fn give(
    workspace: &mut Workspace,
    actor: &Actor,
    command: &Command,
    around: &Circumstances,
) -> Result<Vec<Event>, WorkspaceError> {
    let events = workspace.decide(actor, command, around)?;
    workspace.apply_all(&events);
    Ok(events)
}

/// A member changes the present state.
pub(crate) fn run(workspace: &mut Workspace, by: u128, change: Change) -> Result<Vec<Event>, WorkspaceError> {
    let actor = member(workspace, by, change.action().unwrap_or(Action::View));
    let command = Command::change(workspace.etag(), change);
    give(workspace, &actor, &command, &around())
}

/// An administrator changes the present state.
pub(crate) fn administer(
    workspace: &mut Workspace,
    authority: Authority,
    change: Change,
) -> Result<Vec<Event>, WorkspaceError> {
    let command = Command::change(workspace.etag(), change);
    give(workspace, &administrator(authority), &command, &around())
}

/// A member changes an item.
pub(crate) fn edit(
    workspace: &mut Workspace,
    by: u128,
    command: ContentCommand,
) -> Result<Vec<Event>, WorkspaceError> {
    let id = match &command {
        ContentCommand::Create { kind, .. } => Some(*kind),
        ContentCommand::Rename { item, .. }
        | ContentCommand::Replace { item, .. }
        | ContentCommand::Delete { item, .. } => workspace.content().get(*item).map(|item| item.kind()),
    };
    let actor = member(workspace, by, id.map_or(Action::EditCohort, ItemKind::edit));
    give(workspace, &actor, &Command::Content(command), &around())
}

pub(crate) fn lock(workspace: &mut Workspace) {
    let reason = text("an inquiry is running");
    administer(workspace, Authority::AccessControl, Change::Lock(reason)).unwrap();
}

pub(crate) fn rename_item(id: u128, expected: Etag, name: &str) -> ContentCommand {
    ContentCommand::Rename { item: item(id), expected, name: label(name) }
}
