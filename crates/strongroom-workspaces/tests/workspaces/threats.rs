//! Threats to workspaces, one test or more for each.

use proptest::prelude::*;
use strongroom_primitives::{RowTier, Timestamp};
use strongroom_workspaces::{
    Action, Actor, Authority, Change, Command, DuplicateRequest, Event, EventKind, Obstacle, Ownership,
    ReviewCommand, ReviewError, Role, Workspace, WorkspaceError, copy_item, duplicate,
};

use crate::world::*;

fn share(with: u128, role: Role) -> Change {
    Change::Share { with: person(with), role }
}

#[test]
fn t12_who_was_removed_does_not_add_themselves_again() {
    let mut workspace = furnished(RowTier::Registered);
    run(&mut workspace, CREATOR, share(WRITER, Role::Owner)).unwrap();
    // A permit from before the removal, good for a while still.
    let permit = member(&workspace, CREATOR, Action::Share);
    run(&mut workspace, WRITER, Change::Unshare(person(CREATOR))).unwrap();
    let command = Command::change(workspace.etag(), share(CREATOR, Role::Owner));
    assert_eq!(workspace.decide(&permit, &command, &around()), Err(WorkspaceError::NotAMember));
}

#[test]
fn t12_nobody_gives_more_than_their_own_role_lets_them() {
    for by in [WRITER, READER, STRANGER] {
        for role in Role::ALL {
            for with in [CREATOR, WRITER, READER, STRANGER] {
                assert!(run(&mut furnished(RowTier::Registered), by, share(with, role)).is_err());
            }
        }
    }
}

#[test]
fn t12_a_permit_is_good_for_one_action_in_one_workspace() {
    let workspace = furnished(RowTier::Registered);
    for permitted in Action::ALL {
        for asked in Action::ALL {
            let actor = member(&workspace, CREATOR, permitted);
            assert_eq!(workspace.authorize(&actor, asked, &around()).is_ok(), permitted == asked);
        }
    }
    let elsewhere = Actor::member(
        person(CREATOR),
        strongroom_primitives::Id::from_u128(99),
        Action::Share,
        Timestamp::LAST,
    );
    let wrong = WorkspaceError::WrongPermit { action: Action::Share };
    assert_eq!(workspace.authorize(&elsewhere, Action::Share, &around()), Err(wrong));
}

#[test]
fn t12_no_authority_does_what_another_one_does() {
    let all = [Authority::AccessControl, Authority::Publication, Authority::ResourceAccessBoard];
    for (change, needed) in [
        (Change::Lock(text("an inquiry is running")), Authority::AccessControl),
        (Change::Publish(strongroom_workspaces::Category::Tutorials), Authority::Publication),
    ] {
        for authority in all {
            let done = administer(&mut furnished(RowTier::Registered), authority, change.clone());
            assert_eq!(done.is_ok(), authority == needed, "{change:?} by {authority}");
        }
    }
    for authority in all {
        for change in [share(ADMINISTRATOR, Role::Owner), Change::Delete, Change::Rename(label("x"))] {
            assert!(administer(&mut furnished(RowTier::Registered), authority, change).is_err());
        }
        for action in Action::ALL {
            let workspace = furnished(RowTier::Registered);
            assert!(workspace.authorize(&administrator(authority), action, &around()).is_err(), "{action}");
        }
    }
}

#[test]
fn t12_a_reviewer_who_belongs_or_belonged_to_the_workspace_decides_nothing() {
    let submit = || Change::Review(ReviewCommand::Submit { note: None });
    let assign = || Change::Review(ReviewCommand::Assign { reviewer: person(BOARD) });
    let not_impartial = Err(WorkspaceError::Review(ReviewError::NotImpartial));
    let board = Authority::ResourceAccessBoard;

    // A member at the time of the assignment.
    let mut workspace = furnished(RowTier::Registered);
    run(&mut workspace, CREATOR, submit()).unwrap();
    run(&mut workspace, CREATOR, share(BOARD, Role::Reader)).unwrap();
    assert_eq!(administer(&mut workspace, board, assign()), not_impartial);
    // Leaving does not help.
    run(&mut workspace, CREATOR, Change::Unshare(person(BOARD))).unwrap();
    assert_eq!(administer(&mut workspace, board, assign()), not_impartial);

    // A member since the assignment.
    let mut workspace = furnished(RowTier::Registered);
    run(&mut workspace, CREATOR, submit()).unwrap();
    administer(&mut workspace, board, assign()).unwrap();
    run(&mut workspace, CREATOR, share(BOARD, Role::Reader)).unwrap();
    for decision in [ReviewCommand::Approve, ReviewCommand::Decline { reason: text("no") }] {
        assert_eq!(administer(&mut workspace, board, Change::Review(decision)), not_impartial);
    }
}

#[test]
fn t13_the_last_owner_stays_or_nobody_answers_for_it_and_it_is_read_only() {
    let mut workspace = furnished(RowTier::Registered);
    for change in [share(CREATOR, Role::Reader), Change::Unshare(person(CREATOR))] {
        let refused = run(&mut workspace, CREATOR, change);
        assert_eq!(refused, Err(WorkspaceError::LastOwner(strongroom_workspaces::LastOwner)));
    }
    // Whose access lapsed is an owner still, and the workspace is orphaned by that alone.
    assert_eq!(workspace.ownership(|_| false), Ownership::Orphaned);
    let orphaned = around().with_ownership(Ownership::Orphaned);
    let actor = member(&workspace, WRITER, Action::EditCohort);
    let refused = workspace.authorize(&actor, Action::EditCohort, &orphaned);
    assert_eq!(refused, Err(WorkspaceError::Obstacle(Obstacle::Orphaned)));
    // It ends when an owner is back.
    assert_eq!(workspace.ownership(|owner| owner == person(CREATOR)), Ownership::Held);
}

#[test]
fn t14_a_permit_from_before_a_demotion_a_lock_or_a_deletion_is_of_no_use() {
    let permit = |workspace: &Workspace| member(workspace, WRITER, Action::EditNotebook);
    let fresh = furnished(RowTier::Registered);
    let early = permit(&fresh);
    assert!(fresh.authorize(&early, Action::EditNotebook, &around()).is_ok());
    let mut demoted = fresh.clone();
    run(&mut demoted, CREATOR, share(WRITER, Role::Reader)).unwrap();
    let mut removed = fresh.clone();
    run(&mut removed, CREATOR, Change::Unshare(person(WRITER))).unwrap();
    let mut locked = fresh.clone();
    lock(&mut locked);
    let mut deleted = fresh.clone();
    run(&mut deleted, CREATOR, Change::Delete).unwrap();
    for later in [&demoted, &removed, &locked, &deleted] {
        assert!(later.authorize(&early, Action::EditNotebook, &around()).is_err());
    }
    let late = strongroom_workspaces::Circumstances::at(now().plus_minutes(15));
    let expired = WorkspaceError::PermitExpired { since: now().plus_minutes(15) };
    assert_eq!(fresh.authorize(&early, Action::EditNotebook, &late), Err(expired));
}

#[test]
fn t14_of_two_changes_from_the_same_state_one_is_refused() {
    let workspace = furnished(RowTier::Registered);
    let etag = workspace.etag();
    let actor = member(&workspace, CREATOR, Action::Share);
    let changes = [share(STRANGER, Role::Reader), Change::Unshare(person(WRITER))];
    for [first, second] in [[0, 1], [1, 0]] {
        let mut workspace = workspace.clone();
        let command = |place: usize| Command::change(etag, changes[place].clone());
        assert!(give(&mut workspace, &actor, &command(first), &around()).is_ok());
        let refused = give(&mut workspace, &actor, &command(second), &around());
        assert!(matches!(refused, Err(WorkspaceError::StaleVersion { .. })), "{refused:?}");
    }
}

/// What somebody has after only a part of the events of a command took effect.
#[test]
fn t16_a_revocation_that_was_not_carried_out_leaves_the_old_state_and_never_half_a_new_one() {
    let before = furnished(RowTier::Registered);
    for change in [
        Change::Unshare(person(WRITER)),
        share(WRITER, Role::Reader),
        Change::Delete,
        Change::RestatePurpose(Box::new(purpose("Why?"))),
    ] {
        let actor = member(&before, CREATOR, change.action().unwrap());
        let events = before.decide(&actor, &Command::change(before.etag(), change), &around()).unwrap();
        for applied in 0..=events.len() {
            let mut after = before.clone();
            after.apply_all(&events[..applied]);
            for who in [CREATOR, WRITER, READER, STRANGER] {
                assert!(after.role_of(person(who)) <= before.role_of(person(who)), "{events:?}");
            }
            assert_eq!(after == before, applied == 0, "it happened, or nothing did");
        }
        // Carried out twice, as after a store that did not answer, it gives nobody anything either.
        let mut twice = before.clone();
        twice.apply_all(&events);
        let once = twice.clone();
        twice.apply_all(&events);
        for who in [CREATOR, WRITER, READER, STRANGER] {
            assert_eq!(twice.role_of(person(who)), once.role_of(person(who)));
        }
        assert!(twice.content().len() <= once.content().len());
    }
}

#[test]
fn t16_an_event_that_does_not_fit_breaks_nothing() {
    let mut workspace = empty(RowTier::Registered);
    let event = |kind| {
        let mut event = some_event();
        event.kind = kind;
        event
    };
    workspace.apply(&event(EventKind::RoleTaken { person: person(CREATOR), before: Role::Owner }));
    assert_eq!(workspace.role_of(person(CREATOR)), Some(Role::Owner), "the last owner");
    run(&mut workspace, CREATOR, Change::Delete).unwrap();
    let tombstone = workspace.clone();
    workspace.apply(&event(EventKind::RoleGiven {
        person: person(STRANGER),
        role: Role::Owner,
        before: None,
    }));
    workspace.apply(&event(EventKind::Unlocked));
    assert_eq!(workspace, tombstone, "nothing happens in a deleted workspace");
}

fn some_event() -> Event {
    let mut workspace = furnished(RowTier::Registered);
    run(&mut workspace, CREATOR, Change::Rename(label("x"))).unwrap().remove(0)
}

proptest! {
    /// The tier of whatever is made is that of all it was made from.
    #[test]
    fn t32_nothing_goes_from_one_tier_to_another(from in 0usize..2, to in 0usize..2, copied in 1u128..=5) {
        let (from, to) = (RowTier::ALL[from], RowTier::ALL[to]);
        let source = furnished(from);
        let actor = member(&source, READER, Action::Duplicate);
        let request = DuplicateRequest { new: new_workspace(11), with_members: false };
        let mut id = 1000;
        let fresh = || { id += 1; item(id) };
        let grant = grant(READER, "R3", to);
        let made =
            duplicate(&source, (&actor, &around()), request, &grant, &releases(), fresh, |_| vec![]);
        prop_assert_eq!(made.is_ok(), from == to);

        let target = strongroom_workspaces::create(new_workspace(12), &grant, around().review_policy(), now());
        let target = target.unwrap().0;
        let kind = source.content().get(item(copied)).unwrap().kind();
        let (reader, writer) = (member(&source, READER, Action::CopyOut), member(&target, READER, kind.edit()));
        let (source, target) = ((&source, &reader, &around()), (&target, &writer, &around()));
        let made = copy_item(source, target, item(copied), (item(77), label("Copy")));
        prop_assert_eq!(made.is_ok(), from == to && kind.is_copied_alone());
    }
}

/// A definition that lists people is kept in a body, and bodies of cohorts, data sets and reviews go
/// with their workspace, in its tier, or not at all.
#[test]
fn t33_what_may_list_people_is_not_copied_alone() {
    use strongroom_workspaces::ItemKind;

    let alone: Vec<ItemKind> = ItemKind::ALL.into_iter().filter(|kind| kind.is_copied_alone()).collect();
    assert_eq!(alone, [ItemKind::ConceptSet, ItemKind::Notebook]);
}

#[test]
fn t34_a_workspace_stays_on_its_release_and_a_copy_says_where_it_came_from() {
    let source = furnished(RowTier::Registered);
    let actor = member(&source, READER, Action::Duplicate);
    let request = DuplicateRequest { new: new_workspace(11), with_members: false };
    let mut id = 1000;
    let fresh = || {
        id += 1;
        item(id)
    };
    let grant = grant(READER, "R3", RowTier::Registered);
    let done =
        duplicate(&source, (&actor, &around()), request, &grant, &releases(), fresh, |_| vec![]).unwrap();
    // Whoever watches for the same cohort over two releases finds the pairs here.
    for copied in done.workspace.content().iter() {
        let original = source.content().get(copied.copy_of().unwrap()).unwrap();
        assert_eq!((original.body(), original.made_on()), (copied.body(), &release("R2")));
        assert_eq!(copied.made_on(), &release("R3"));
    }
    assert_eq!(done.workspace.origin().unwrap().release, release("R2"));
    assert_eq!(source.release(), &release("R2"));
}
