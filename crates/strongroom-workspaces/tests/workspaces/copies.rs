//! Duplication of workspaces, and copies of single items.

use std::collections::BTreeSet;

use proptest::prelude::*;
use strongroom_primitives::{Id, RowTier};
use strongroom_workspaces::{
    Action, Change, DuplicateRequest, Duplication, Item, ItemKind, Obstacle, Role, Workspace, WorkspaceError,
    copy_item, duplicate,
};

use crate::world::*;

/// The person duplicates the workspace onto the release, which lacks the concepts 7 and 8 of cohorts.
fn copy(source: &Workspace, by: u128, on: &str, with_members: bool) -> Result<Duplication, WorkspaceError> {
    let mut id = 1000;
    let fresh = || {
        id += 1;
        item(id)
    };
    let lacks = |one: &Item| if one.kind() == ItemKind::Cohort { vec![7, 8] } else { vec![] };
    let actor = member(source, by, Action::Duplicate);
    let request = DuplicateRequest { new: new_workspace(11), with_members };
    let grant = grant(by, on, source.tier());
    duplicate(source, (&actor, &around()), request, &grant, &releases(), fresh, lacks)
}

#[test]
fn a_reader_duplicates_and_owns_the_copy() {
    let source = furnished(RowTier::Registered);
    let done = copy(&source, READER, "R3", false).unwrap();
    let made = &done.workspace;
    assert_eq!((made.creator(), made.role_of(person(READER))), (person(READER), Some(Role::Owner)));
    assert_eq!(made.members().iter().count(), 1);
    assert_eq!((made.release(), made.tier()), (&release("R3"), RowTier::Registered));
    let origin = made.origin().unwrap();
    assert_eq!((origin.workspace, &origin.release), (source.id(), source.release()));

    // Everything is there under fresh ids, and refers to what it referred to.
    assert_eq!(made.content().len(), source.content().len());
    for one in source.content().iter() {
        let copied = made.content().get(done.copies[&one.id()]).unwrap();
        assert_eq!((copied.name(), copied.kind(), copied.body()), (one.name(), one.kind(), one.body()));
        let expected: Vec<_> = one.references().iter().map(|to| done.copies[to]).collect();
        assert_eq!((copied.references(), copied.copy_of()), (expected.as_slice(), Some(one.id())));
        assert_eq!(source.content().get(copied.id()), None);
    }
    let lacking: Vec<_> = done.lacking.iter().map(|one| (one.name.as_str(), one.concepts.clone())).collect();
    assert_eq!(lacking, [("Diabetics", vec![7, 8])]);
    assert_eq!(done.reviews_to_check, [done.copies[&item(4)]]);
}

#[test]
fn members_come_along_if_asked_for() {
    let source = furnished(RowTier::Registered);
    let made = copy(&source, READER, "R2", true).unwrap().workspace;
    let roles: Vec<_> = made.members().iter().collect();
    assert_eq!(
        roles,
        [
            (person(CREATOR), Role::Owner),
            (person(WRITER), Role::Writer),
            // Who makes a copy owns it, whatever they were.
            (person(READER), Role::Owner)
        ]
    );
}

#[test]
fn on_the_same_release_nothing_lacks() {
    let done = copy(&furnished(RowTier::Registered), READER, "R2", false).unwrap();
    assert!(done.lacking.is_empty() && done.reviews_to_check.is_empty());
}

#[test]
fn what_a_copy_does_not_inherit() {
    let mut source = furnished(RowTier::Registered);
    run(&mut source, CREATOR, Change::Publish(strongroom_workspaces::Category::Community)).unwrap();
    let submit = strongroom_workspaces::ReviewCommand::Submit { note: None };
    run(&mut source, CREATOR, Change::Review(submit)).unwrap();
    let made = copy(&source, READER, "R2", false).unwrap().workspace;
    assert!(made.publication().is_none() && made.lock().is_none() && made.review().events().is_empty());
}

#[test]
fn copies_that_are_refused() {
    let source = || furnished(RowTier::Registered);
    assert_eq!(
        copy(&source(), READER, "R1", false).unwrap_err(),
        WorkspaceError::OlderRelease(release("R1"))
    );
    assert_eq!(
        copy(&source(), READER, "R9", false).unwrap_err(),
        WorkspaceError::OlderRelease(release("R9"))
    );
    assert_eq!(copy(&source(), STRANGER, "R2", false).unwrap_err(), WorkspaceError::NotAMember);
    let source = source();
    let actor = member(&source, READER, Action::Duplicate);
    let attempt = |grant| {
        let request = DuplicateRequest { new: new_workspace(11), with_members: false };
        let mut id = 1000;
        let fresh = || {
            id += 1;
            item(id)
        };
        duplicate(&source, (&actor, &around()), request, &grant, &releases(), fresh, |_| vec![]).unwrap_err()
    };
    assert_eq!(attempt(grant(WRITER, "R2", RowTier::Registered)), WorkspaceError::WrongGrant);
    assert_eq!(
        attempt(grant(READER, "R2", RowTier::Controlled)),
        WorkspaceError::OtherTier { from: RowTier::Registered, to: RowTier::Controlled }
    );
    let mut deleted = source.clone();
    run(&mut deleted, CREATOR, Change::Delete).unwrap();
    let refused = copy(&deleted, READER, "R2", false).unwrap_err();
    assert_eq!(refused, WorkspaceError::Obstacle(Obstacle::Deleted { since: now() }));
}

#[test]
fn single_items_go_to_workspaces_of_the_same_tier_only() {
    let source = furnished(RowTier::Registered);
    let target = |tier| {
        let grant = grant(READER, "R3", tier);
        let policy = around().review_policy();
        strongroom_workspaces::create(new_workspace(12), &grant, policy, now()).unwrap().0
    };
    let attempt = |id, tier, by| {
        let mut target = target(tier);
        let kind = source.content().get(item(id)).unwrap().kind();
        let (reader, writer) = (member(&source, by, Action::CopyOut), member(&target, READER, kind.edit()));
        let (from, to) = ((&source, &reader, &around()), (&target, &writer, &around()));
        let copied = copy_item(from, to, item(id), (item(77), label("Copy")))?;
        target.apply(&copied);
        let copied = target.content().get(item(77)).unwrap();
        assert_eq!((copied.copy_of(), copied.made_on()), (Some(item(id)), &release("R3")));
        Ok(())
    };
    assert_eq!(attempt(1, RowTier::Registered, READER), Ok(()));
    assert_eq!(attempt(5, RowTier::Registered, READER), Ok(()));
    let other_tier = WorkspaceError::OtherTier { from: RowTier::Registered, to: RowTier::Controlled };
    assert_eq!(attempt(1, RowTier::Controlled, READER), Err(other_tier));
    for (id, kind) in [(2, ItemKind::Cohort), (3, ItemKind::Dataset), (4, ItemKind::Review)] {
        assert_eq!(attempt(id, RowTier::Registered, READER), Err(WorkspaceError::NotCopied(kind)));
    }
    assert_eq!(attempt(1, RowTier::Registered, STRANGER), Err(WorkspaceError::NotAMember));
    assert_eq!(attempt(1, RowTier::Registered, WRITER), Err(WorkspaceError::WrongGrant), "two people");
}

proptest! {
    /// Whatever a workspace holds, its copy holds the same, and shares no id with it.
    #[test]
    fn a_copy_has_the_shape_of_its_source(
        drawn in prop::collection::vec((0usize..5, prop::collection::vec(0u128..30, 0..3)), 0..30),
    ) {
        let mut source = empty(RowTier::Controlled);
        for (id, (kind, references)) in (0u128..).zip(drawn) {
            // Most of what is drawn refers to something that it cannot refer to, and is left out.
            let name = format!("Item {id}");
            edit(&mut source, CREATOR, create_item(id, ItemKind::ALL[kind], &name, &references)).ok();
        }
        let done = copy(&source, CREATOR, "R3", false).unwrap();
        let shape = |workspace: &Workspace| -> BTreeSet<(String, Vec<String>)> {
            let name = |id: &Id<_>| workspace.content().get(*id).unwrap().name().to_string();
            let items = workspace.content().iter();
            items.map(|one| (name(&one.id()), one.references().iter().map(name).collect())).collect()
        };
        prop_assert_eq!(shape(&source), shape(&done.workspace));
        let fresh: BTreeSet<_> = done.copies.values().collect();
        prop_assert_eq!(fresh.len(), source.content().len());
        prop_assert!(done.workspace.content().iter().all(|one| *one.made_on() == release("R3")));
    }
}
