//! Every command by cases: who may give it, what it comes to, and why it is refused.

use strongroom_primitives::RowTier;
use strongroom_workspaces::{
    Action, Actor, Authority, Billing, Category, Change, Circumstances, Command, Content, ContentCommand,
    Etag, Event, EventKind, ItemKind, Obstacle, Ownership, Purpose, PurposeCategory, PurposeQuestion,
    ReviewCommand, ReviewPolicy, ReviewState, Role, Tabs, WorkspaceError, choose_release, create,
};

use crate::world::*;

/// What happened, in words.
fn codes(result: Result<Vec<Event>, WorkspaceError>) -> Result<Vec<&'static str>, WorkspaceError> {
    result.map(|events| events.iter().map(|event| event.kind.code()).collect())
}

fn share(with: u128, role: Role) -> Change {
    Change::Share { with: person(with), role }
}

#[test]
fn changes_by_owners() {
    let bare = Purpose::new(PurposeCategory::Genetic, text("Who?"), text("So."), text("This."));
    let open = vec![PurposeQuestion::Dissemination, PurposeQuestion::Outcomes, PurposeQuestion::Populations];
    let last_owner = WorkspaceError::LastOwner(strongroom_workspaces::LastOwner);
    for (change, expected) in [
        (Change::Rename(label("Study")), Ok(vec![])),
        (Change::Rename(label("Statins")), Ok(vec!["renamed"])),
        (Change::RestatePurpose(Box::new(purpose("Who?"))), Ok(vec![])),
        (Change::RestatePurpose(Box::new(purpose("Why?"))), Ok(vec!["purpose-restated"])),
        (Change::RestatePurpose(Box::new(bare)), Err(WorkspaceError::PurposeIncomplete(open))),
        (Change::ChangeBilling(Billing::InitialCredits), Ok(vec![])),
        (Change::ChangeBilling(Billing::OwnAccount { account: label("x") }), Ok(vec!["billing-changed"])),
        (share(STRANGER, Role::Reader), Ok(vec!["role-given"])),
        (share(WRITER, Role::Writer), Ok(vec![])),
        (share(WRITER, Role::Owner), Ok(vec!["role-given"])),
        (share(CREATOR, Role::Writer), Err(last_owner.clone())),
        (Change::ChangeRole { of: person(WRITER), role: Role::Reader }, Ok(vec!["role-given"])),
        (Change::ChangeRole { of: person(WRITER), role: Role::Writer }, Ok(vec![])),
        (Change::ChangeRole { of: person(STRANGER), role: Role::Reader }, Err(WorkspaceError::NoSuchMember)),
        (Change::ChangeRole { of: person(CREATOR), role: Role::Reader }, Err(last_owner.clone())),
        (Change::Leave, Err(last_owner.clone())),
        (Change::Unshare(person(WRITER)), Ok(vec!["role-taken"])),
        (Change::Unshare(person(STRANGER)), Ok(vec![])),
        (Change::Unshare(person(CREATOR)), Err(last_owner)),
        (Change::Publish(Category::Community), Ok(vec!["published"])),
        (Change::Publish(Category::Tutorials), Err(WorkspaceError::CategoryNotForOwners)),
        (Change::Withdraw, Err(WorkspaceError::NotPublished)),
        (Change::Delete, Ok(vec!["deleted"])),
        (Change::Review(ReviewCommand::Submit { note: None }), Ok(vec!["reviewed"])),
        (
            Change::Review(ReviewCommand::Approve),
            Err(WorkspaceError::NeedsAuthority(Authority::ResourceAccessBoard)),
        ),
        (Change::Unlock, Err(WorkspaceError::NeedsAuthority(Authority::AccessControl))),
        (
            Change::AppointOwner(person(CREATOR)),
            Err(WorkspaceError::NeedsAuthority(Authority::AccessControl)),
        ),
    ] {
        let mut workspace = furnished(RowTier::Registered);
        let before = workspace.clone();
        assert_eq!(codes(run(&mut workspace, CREATOR, change.clone())), expected, "{change:?}");
        let changed = expected.is_ok_and(|codes| !codes.is_empty());
        assert_eq!(workspace != before, changed, "{change:?}");
        assert_eq!(workspace.version() > before.version(), changed, "{change:?}");
        let fixed = |one: &strongroom_workspaces::Workspace| {
            (one.id(), one.creator(), one.created(), one.release().clone(), one.tier())
        };
        assert_eq!(fixed(&workspace), fixed(&before));
    }
}

#[test]
fn whoever_is_a_member_can_leave_also_where_nobody_can_work() {
    let left = |by, ownership| {
        let mut workspace = furnished(RowTier::Registered);
        let actor = member(&workspace, by, Action::View);
        let leave = Command::change(workspace.etag(), Change::Leave);
        give(&mut workspace, &actor, &leave, &around().with_ownership(ownership))?;
        assert_eq!(workspace.role_of(person(by)), None);
        assert!(workspace.former_members().contains(&person(by)), "a reviewer later on");
        Ok::<_, WorkspaceError>(())
    };
    for ownership in [Ownership::Held, Ownership::Orphaned] {
        assert_eq!(left(READER, ownership), Ok(()));
        assert_eq!(left(WRITER, ownership), Ok(()));
        assert_eq!(left(STRANGER, ownership), Err(WorkspaceError::NotAMember));
    }
    let mut locked = furnished(RowTier::Registered);
    lock(&mut locked);
    assert_eq!(codes(run(&mut locked, READER, Change::Leave)), Ok(vec!["role-taken"]));
    // A reader by publication has nothing to give up.
    let mut published = empty(RowTier::Registered);
    run(&mut published, CREATOR, Change::Publish(Category::Community)).unwrap();
    assert_eq!(codes(run(&mut published, STRANGER, Change::Leave)), Ok(vec![]));
}

#[test]
fn each_change_needs_the_role_of_its_action() {
    for change in [
        Change::Rename(label("Statins")),
        share(STRANGER, Role::Reader),
        Change::Publish(Category::Community),
        Change::Delete,
        Change::Review(ReviewCommand::Submit { note: None }),
    ] {
        let action = change.action().unwrap();
        for by in [WRITER, READER] {
            let refused = run(&mut furnished(RowTier::Registered), by, change.clone());
            assert_eq!(refused, Err(WorkspaceError::RoleTooLow { action, needed: Role::Owner }));
        }
        let refused = run(&mut furnished(RowTier::Registered), STRANGER, change.clone());
        assert_eq!(refused, Err(WorkspaceError::NotAMember), "{change:?}");
    }
    for kind in ItemKind::ALL {
        let create = || create_item(99, kind, "New", if kind == ItemKind::Review { &[2] } else { &[] });
        for (by, allowed) in [(CREATOR, true), (WRITER, true), (READER, false), (STRANGER, false)] {
            assert_eq!(edit(&mut furnished(RowTier::Registered), by, create()).is_ok(), allowed, "{kind}");
        }
    }
}

#[test]
fn a_change_is_made_from_the_present_version_or_not_at_all() {
    let workspace = furnished(RowTier::Registered);
    let present = workspace.version();
    for expected in [0, 1, present - 1, present + 1, u64::MAX] {
        for change in [Change::Rename(label("x")), share(STRANGER, Role::Reader), Change::Delete] {
            let actor = member(&workspace, CREATOR, change.action().unwrap());
            let command = Command::change(Etag::from_number(expected), change);
            let refused = workspace.decide(&actor, &command, &around());
            assert_eq!(refused, Err(WorkspaceError::StaleVersion { expected, present }));
        }
    }
    // Items have tags of their own: work on one is not in the way of work on the workspace.
    let mut worked = workspace.clone();
    edit(&mut worked, WRITER, rename_item(5, Etag::FIRST, "Other")).unwrap();
    assert_eq!(worked.etag(), workspace.etag());
    let stale = edit(&mut worked, WRITER, rename_item(5, Etag::FIRST, "Third"));
    assert_eq!(stale, Err(WorkspaceError::StaleItem { item: item(5), expected: 1, present: 2 }));
    assert!(edit(&mut worked, WRITER, rename_item(5, Etag::FIRST.next(), "Third")).is_ok());
}

#[test]
fn items() {
    let delete = |id, expected| ContentCommand::Delete { item: item(id), expected };
    let replace = |id, references: &[u128]| ContentCommand::Replace {
        item: item(id),
        expected: Etag::FIRST,
        body: digest(2),
        references: references.iter().copied().map(item).collect(),
    };
    let wrong = |of, to| Err(WorkspaceError::WrongReference { of, to: item(to) });
    for (command, expected) in [
        (create_item(6, ItemKind::Cohort, "New", &[1]), Ok(vec!["item-put"])),
        (create_item(6, ItemKind::Cohort, "Diabetes", &[]), Ok(vec!["item-put"])),
        (
            create_item(6, ItemKind::Cohort, "DIABETICS", &[]),
            Err(WorkspaceError::NameTaken(ItemKind::Cohort)),
        ),
        (create_item(5, ItemKind::Cohort, "New", &[]), Err(WorkspaceError::IdTaken(item(5)))),
        (create_item(6, ItemKind::Cohort, "New", &[9]), wrong(ItemKind::Cohort, 9)),
        (create_item(6, ItemKind::Cohort, "New", &[2]), wrong(ItemKind::Cohort, 2)),
        (create_item(6, ItemKind::Cohort, "New", &[6]), wrong(ItemKind::Cohort, 6)),
        (create_item(6, ItemKind::Dataset, "New", &[4]), wrong(ItemKind::Dataset, 4)),
        (create_item(6, ItemKind::Review, "New", &[1]), wrong(ItemKind::Review, 1)),
        (create_item(6, ItemKind::Notebook, "New", &[2]), wrong(ItemKind::Notebook, 2)),
        (rename_item(2, Etag::FIRST, "Others"), Ok(vec!["item-put"])),
        (rename_item(2, Etag::FIRST, "diabetics"), Ok(vec!["item-put"])),
        (rename_item(9, Etag::FIRST, "Others"), Err(WorkspaceError::NoSuchItem(item(9)))),
        (replace(3, &[2]), Ok(vec!["item-put"])),
        (replace(3, &[3]), wrong(ItemKind::Dataset, 3)),
        (delete(3, Etag::FIRST), Ok(vec!["item-taken"])),
        (delete(2, Etag::FIRST), Err(WorkspaceError::InUse { by: 2 })),
        (delete(1, Etag::FIRST), Err(WorkspaceError::InUse { by: 2 })),
        (
            delete(3, Etag::FIRST.next()),
            Err(WorkspaceError::StaleItem { item: item(3), expected: 2, present: 1 }),
        ),
    ] {
        let mut workspace = furnished(RowTier::Registered);
        assert_eq!(codes(edit(&mut workspace, WRITER, command.clone())), expected, "{command:?}");
    }
    // What uses something is deleted first; then the name is free.
    let mut workspace = furnished(RowTier::Registered);
    for id in [3, 4, 2, 1] {
        edit(&mut workspace, WRITER, delete(id, Etag::FIRST)).unwrap();
    }
    assert_eq!(workspace.content().len(), 1);
    edit(&mut workspace, WRITER, create_item(7, ItemKind::Cohort, "Diabetics", &[])).unwrap();
    assert_eq!(workspace.content().find(ItemKind::Cohort, "diabetics").unwrap().id(), item(7));
}

#[test]
fn a_workspace_holds_so_many_items_and_no_more() {
    let mut workspace = empty(RowTier::Registered);
    for id in 0..Content::LIMIT as u128 {
        edit(&mut workspace, CREATOR, create_item(id, ItemKind::Notebook, &format!("N{id}"), &[])).unwrap();
    }
    let limit = Content::LIMIT;
    let refused = edit(&mut workspace, CREATOR, create_item(99_999, ItemKind::Notebook, "One more", &[]));
    assert_eq!(refused, Err(WorkspaceError::TooManyItems { limit }));
}

#[test]
fn a_lock_needs_a_reason_an_administrator_and_an_end() {
    for (length, taken) in [(9, false), (10, true), (4000, true), (4001, false)] {
        let reason = strongroom_workspaces::LockReason::new("x".repeat(length));
        assert_eq!(reason.is_ok(), taken, "{length} characters");
    }
    let mut workspace = furnished(RowTier::Registered);
    for other in [Authority::Publication, Authority::ResourceAccessBoard] {
        let refused = administer(&mut workspace, other, Change::Lock(text("an inquiry is running")));
        assert_eq!(refused, Err(WorkspaceError::NeedsAuthority(Authority::AccessControl)));
    }
    lock(&mut workspace);
    assert_eq!(workspace.lock().unwrap().by, person(ADMINISTRATOR));
    let again = administer(&mut workspace, Authority::AccessControl, Change::Lock(text("another inquiry")));
    assert_eq!(again, Err(WorkspaceError::LockUnchanged { locked: true }));
    administer(&mut workspace, Authority::AccessControl, Change::Unlock).unwrap();
    assert_eq!(workspace.lock(), None);
    let again = administer(&mut workspace, Authority::AccessControl, Change::Unlock);
    assert_eq!(again, Err(WorkspaceError::LockUnchanged { locked: false }));
}

#[test]
fn owners_publish_once_and_administrators_anything() {
    let mut workspace = furnished(RowTier::Registered);
    assert_eq!(workspace.role_of(person(STRANGER)), None);
    run(&mut workspace, CREATOR, Change::Publish(Category::Community)).unwrap();
    assert_eq!(workspace.role_of(person(STRANGER)), Some(Role::Reader));
    assert_eq!(workspace.role_of(person(WRITER)), Some(Role::Writer));
    let publish = Change::Publish(Category::Community);
    assert_eq!(run(&mut workspace, CREATOR, publish.clone()), Err(WorkspaceError::AlreadyPublished));
    run(&mut workspace, CREATOR, Change::Withdraw).unwrap();
    assert_eq!(workspace.role_of(person(STRANGER)), None);
    assert_eq!(run(&mut workspace, CREATOR, publish), Err(WorkspaceError::PublishedBefore));

    administer(&mut workspace, Authority::Publication, Change::Publish(Category::Tutorials)).unwrap();
    let refused = run(&mut workspace, CREATOR, Change::Withdraw);
    assert_eq!(refused, Err(WorkspaceError::NeedsAuthority(Authority::Publication)));
    administer(&mut workspace, Authority::Publication, Change::Withdraw).unwrap();
    lock(&mut workspace);
    let refused = administer(&mut workspace, Authority::Publication, Change::Publish(Category::Tutorials));
    assert!(matches!(refused, Err(WorkspaceError::Obstacle(Obstacle::Locked { .. }))), "{refused:?}");
}

#[test]
fn the_creator_may_delete_and_do_nothing_else_when_no_longer_a_member() {
    let mut workspace = furnished(RowTier::Registered);
    run(&mut workspace, CREATOR, share(WRITER, Role::Owner)).unwrap();
    run(&mut workspace, WRITER, Change::Unshare(person(CREATOR))).unwrap();
    let creator = Actor::Creator(person(CREATOR));
    let rename = Command::change(workspace.etag(), Change::Rename(label("x")));
    assert_eq!(give(&mut workspace, &creator, &rename, &around()), Err(WorkspaceError::NotAMember));
    let delete = Command::change(workspace.etag(), Change::Delete);
    let pretender = Actor::Creator(person(READER));
    assert_eq!(give(&mut workspace, &pretender, &delete, &around()), Err(WorkspaceError::NotAMember));
    assert!(give(&mut workspace, &creator, &delete, &around()).is_ok());
}

#[test]
fn a_workspace_is_created_by_right_and_with_its_questions_answered() {
    let right = grant(CREATOR, "R2", RowTier::Registered);
    let policy = ReviewPolicy::default();
    let (workspace, events) = create(new_workspace(10), &right, policy, now()).unwrap();
    assert_eq!((workspace.creator(), workspace.version(), events.len()), (person(CREATOR), 1, 0));
    assert_eq!(workspace.members().iter().collect::<Vec<_>>(), [(person(CREATOR), Role::Owner)]);
    assert_eq!((workspace.release(), workspace.tier()), (&release("R2"), RowTier::Registered));

    let late = create(new_workspace(10), &right, policy, right.not_after);
    assert_eq!(late.unwrap_err(), WorkspaceError::PermitExpired { since: right.not_after });
    let bare = Purpose::new(PurposeCategory::Genetic, text("Who?"), text("So."), text("This."));
    let open = create(
        strongroom_workspaces::NewWorkspace { purpose: bare, ..new_workspace(10) },
        &right,
        policy,
        now(),
    );
    assert!(matches!(open, Err(WorkspaceError::PurposeIncomplete(open)) if open.len() == 3));

    let required = ReviewPolicy { required: true, blocks_work: false };
    let (reviewed, events) = create(new_workspace(10), &right, required, now()).unwrap();
    assert_eq!((reviewed.review().state(), events.len()), (ReviewState::Submitted, 1));

    let newest = release("R3");
    for (asked, newest, expected) in [
        (None, Some(&newest), Some("R3")),
        (Some("R1"), Some(&newest), Some("R1")),
        (Some("R1"), None, Some("R1")),
        (None, None, None),
    ] {
        assert_eq!(choose_release(asked.map(release), newest), expected.map(release));
    }
}

#[test]
fn nobody_answers_for_it_and_it_can_only_be_read() {
    let mut workspace = furnished(RowTier::Registered);
    let lapsed = workspace.ownership(|owner| owner != person(CREATOR));
    assert_eq!((lapsed, workspace.ownership(|_| true)), (Ownership::Orphaned, Ownership::Held));
    let orphaned = around().with_ownership(lapsed);
    for action in Action::ALL {
        for by in [CREATOR, WRITER, READER] {
            let actor = member(&workspace, by, action);
            let allowed = workspace.role_of(person(by)).unwrap().may(action) && !action.row().changes;
            assert_eq!(workspace.authorize(&actor, action, &orphaned).is_ok(), allowed, "{action}");
        }
    }
    let appoint = |workspace: &strongroom_workspaces::Workspace, with| {
        Command::change(workspace.etag(), Change::AppointOwner(person(with)))
    };
    let administrator = administrator(Authority::AccessControl);
    let command = appoint(&workspace, STRANGER);
    let refused = workspace.decide(&administrator, &command, &around());
    assert_eq!(refused, Err(WorkspaceError::NotOrphaned));
    let refused = workspace.decide(&administrator, &appoint(&workspace, ADMINISTRATOR), &orphaned);
    assert_eq!(refused, Err(WorkspaceError::SelfAppointed));
    give(&mut workspace, &administrator, &command, &orphaned).unwrap();
    assert_eq!(workspace.role_of(person(STRANGER)), Some(Role::Owner));
}

#[test]
fn an_approval_is_of_the_purpose_that_was_approved() {
    let mut workspace = furnished(RowTier::Registered);
    run(&mut workspace, CREATOR, Change::Review(ReviewCommand::Submit { note: None })).unwrap();
    let assign = Change::Review(ReviewCommand::Assign { reviewer: person(BOARD) });
    administer(&mut workspace, Authority::ResourceAccessBoard, assign).unwrap();
    let blocking = around().with_review_policy(ReviewPolicy { required: false, blocks_work: true });
    let blocked = |workspace: &strongroom_workspaces::Workspace, around: &Circumstances| {
        workspace.obstacle(Action::CountCohort, around)
    };
    assert_eq!(blocked(&workspace, &blocking), Some(Obstacle::AwaitingReview));
    assert_eq!(blocked(&workspace, &around()), None, "work waits only if the policy says so");
    let approve = Change::Review(ReviewCommand::Approve);
    administer(&mut workspace, Authority::ResourceAccessBoard, approve).unwrap();
    assert_eq!((workspace.review().state(), blocked(&workspace, &blocking)), (ReviewState::Approved, None));

    let events = run(&mut workspace, CREATOR, Change::RestatePurpose(Box::new(purpose("Which of them?"))));
    assert_eq!(codes(events), Ok(vec!["purpose-restated", "reviewed"]));
    assert_eq!(workspace.review().state(), ReviewState::Submitted);
    assert_eq!(blocked(&workspace, &blocking), Some(Obstacle::AwaitingReview));
}

#[test]
fn tabs_show_what_can_be_done() {
    let mut workspace = furnished(RowTier::Controlled);
    let tabs =
        |workspace: &strongroom_workspaces::Workspace, who| Tabs::of(workspace, person(who), &around());
    for (who, edits) in [(CREATOR, true), (WRITER, true), (READER, false)] {
        let shown = tabs(&workspace, who).unwrap();
        let (data, analysis) = (shown.data.unwrap(), shown.analysis.unwrap());
        let lists = [&data.cohorts, &data.concept_sets, &data.datasets, &data.reviews, &analysis.notebooks];
        for list in lists {
            assert_eq!((list.len(), list[0].can_edit), (1, edits));
        }
        assert!(analysis.controlled_tier_shield);
        assert_eq!((shown.about.members.len(), shown.about.review.as_str()), (3, "not requested"));
        assert_eq!(shown.about.obstacle, None);
    }
    assert_eq!(tabs(&workspace, STRANGER), None);
    assert!(!tabs(&furnished(RowTier::Registered), READER).unwrap().analysis.unwrap().controlled_tier_shield);

    lock(&mut workspace);
    let locked = tabs(&workspace, CREATOR).unwrap();
    assert!(locked.data.is_none() && locked.analysis.is_none());
    assert!(matches!(locked.about.obstacle, Some(Obstacle::Locked { .. })));
    administer(&mut workspace, Authority::AccessControl, Change::Unlock).unwrap();
    run(&mut workspace, CREATOR, Change::Delete).unwrap();
    assert_eq!(tabs(&workspace, CREATOR), None);
}

#[test]
fn an_event_says_what_it_was_made_of() {
    let mut workspace = furnished(RowTier::Registered);
    let events = run(&mut workspace, CREATOR, share(READER, Role::Owner)).unwrap();
    let expected =
        EventKind::RoleGiven { person: person(READER), role: Role::Owner, before: Some(Role::Reader) };
    assert_eq!((events[0].at, events[0].by, &events[0].kind), (now(), Some(person(CREATOR)), &expected));
}

#[test]
fn a_purpose_that_the_policy_gives_to_the_board_is_submitted_when_it_is_stated() {
    for (required, before, expected) in [
        (false, ReviewState::NotRequested, ReviewState::NotRequested),
        (true, ReviewState::NotRequested, ReviewState::Submitted),
        // Who asked has it submitted already.
        (true, ReviewState::Submitted, ReviewState::Submitted),
    ] {
        let mut workspace = furnished(RowTier::Registered);
        if before == ReviewState::Submitted {
            run(&mut workspace, CREATOR, Change::Review(ReviewCommand::Submit { note: None })).unwrap();
        }
        let policy = ReviewPolicy { required, blocks_work: true };
        let actor = member(&workspace, CREATOR, Action::EditPurpose);
        let restate = Change::RestatePurpose(Box::new(purpose("Why?")));
        let command = Command::change(workspace.etag(), restate);
        give(&mut workspace, &actor, &command, &around().with_review_policy(policy)).unwrap();
        assert_eq!((workspace.review().state(), workspace.review().events().len() <= 1), (expected, true));
    }
}
