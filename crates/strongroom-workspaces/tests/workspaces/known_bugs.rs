//! Faults that another platform is known to have had, each as a test that this one does not have it.

use strongroom_primitives::RowTier;
use strongroom_workspaces::{
    Action, Change, DuplicateRequest, ItemKind, Obstacle, Role, WorkspaceError, cost_bearers_changed,
    duplicate,
};

use crate::world::*;

/// There, owners were compared before and after the new list had been written, which is the new list
/// with itself: new owners could not run anything, and former ones went on.
#[test]
fn bug_the_right_to_run_up_costs_was_compared_with_itself_and_never_changed() {
    let mut workspace = furnished(RowTier::Registered);
    for (change, expected) in [
        (Change::Share { with: person(WRITER), role: Role::Owner }, vec![(person(WRITER), true)]),
        (Change::Share { with: person(READER), role: Role::Writer }, vec![]),
        (Change::Share { with: person(WRITER), role: Role::Reader }, vec![(person(WRITER), false)]),
        (Change::Share { with: person(READER), role: Role::Owner }, vec![(person(READER), true)]),
        (Change::Unshare(person(READER)), vec![(person(READER), false)]),
        (Change::Unshare(person(WRITER)), vec![]),
    ] {
        let events = run(&mut workspace, CREATOR, change).unwrap();
        assert_eq!(cost_bearers_changed(&events), expected);
    }
}

/// There, copied reviews stayed on the release of the source, and showed people whom the copy's release
/// may not have.
#[test]
fn bug_reviews_of_a_duplicate_stayed_on_the_release_of_the_source() {
    let source = furnished(RowTier::Registered);
    let mut id = 1000;
    let fresh = || {
        id += 1;
        item(id)
    };
    let actor = member(&source, READER, Action::Duplicate);
    let request = DuplicateRequest { new: new_workspace(11), with_members: false };
    let grant = grant(READER, "R3", RowTier::Registered);
    let done =
        duplicate(&source, (&actor, &around()), request, &grant, &releases(), fresh, |_| vec![]).unwrap();
    let review = done.workspace.content().of_kind(ItemKind::Review).next().unwrap();
    assert_eq!(review.made_on(), &release("R3"));
    assert_eq!(done.reviews_to_check, [review.id()], "whoever copies is told which reviews to look at");
}

/// There, a lock was a flag that pages looked at: data, cohorts, notebooks and duplication went on for
/// whoever asked the server.
#[test]
fn bug_a_lock_was_not_looked_at_by_data_cohorts_notebooks_and_duplication() {
    let mut workspace = furnished(RowTier::Registered);
    lock(&mut workspace);
    let locked = WorkspaceError::Obstacle(Obstacle::Locked { since: now() });
    for action in Action::ALL {
        let actor = member(&workspace, CREATOR, action);
        let found = workspace.authorize(&actor, action, &around());
        let open = [Action::View, Action::ViewCosts, Action::EditPurpose].contains(&action);
        assert_eq!(found.is_ok(), open, "{action}");
        assert!(open || found == Err(locked.clone()), "{action}");
    }
    for kind in ItemKind::ALL {
        let references: &[u128] = if kind == ItemKind::Review { &[2] } else { &[] };
        let created = edit(&mut workspace, WRITER, create_item(99, kind, "New", references));
        assert_eq!(created, Err(locked.clone()), "{kind}");
    }
    let delete = run(&mut workspace, CREATOR, Change::Delete);
    assert_eq!(delete, Err(locked.clone()));
    let actor = member(&workspace, READER, Action::Duplicate);
    let request = DuplicateRequest { new: new_workspace(11), with_members: false };
    let grant = grant(READER, "R3", RowTier::Registered);
    let copied =
        duplicate(&workspace, (&actor, &around()), request, &grant, &releases(), || item(1), |_| vec![]);
    assert_eq!(copied.unwrap_err(), locked);
    let share = run(&mut workspace, CREATOR, Change::Share { with: person(STRANGER), role: Role::Owner });
    assert_eq!(share, Err(locked));
}
