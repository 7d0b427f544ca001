//! Threats to workspaces, as far as use cases and stores have a part in them.

use strongroom_audit::Action as Recorded;
use strongroom_primitives::{Id, Timestamp, kind};
use strongroom_store::{StoreErrorKind, UsageRecord, UsageStore, WorkspaceStore};
use strongroom_workspaces::{ItemKind, Role, Workspace, WorkspaceError};

use super::use_cases::{UseCase, copy_to, use_cases, was_allowed};
use super::watched_store::Interference;
use super::world::*;
use crate::{CopyRequest, WorkbenchError, WorkspaceRequest};

/// Whoever may do it, of those who are at work in the workspace.
fn at_work(use_case: &UseCase) -> Option<Who> {
    let letters = [Who::Writer, Who::Owner, Who::OfAccess, Who::OfPublications, Who::OfTheBoard, Who::Reader];
    letters.into_iter().find(|who| use_case.allowed.contains(who.letter()))
}

/// Everything that stays of a try, but for the trail.
async fn state(world: &World) -> (Vec<Workspace>, Vec<Option<UsageRecord>>) {
    let store = &world.store.store;
    let workspaces = WorkspaceStore::list(store, None, usize::MAX).await.unwrap();
    let mut usage = Vec::new();
    for who in Who::ALL {
        let stored = UsageStore::load(store, who.id()).await.ok();
        usage.push(stored.map(strongroom_store::Stored::into_value));
    }
    (workspaces.into_iter().map(strongroom_store::Stored::into_value).collect(), usage)
}

#[tokio::test]
async fn t12_nobody_gives_themselves_more_than_they_have() {
    for who in [Who::Writer, Who::Reader, Who::Stranger, Who::Creator, Who::Lapsed] {
        for role in Role::ALL {
            let world = World::new().await;
            let before = world.seen().await;
            let refused = world.share(who, who, role).await;
            assert!(!was_allowed("share", &refused), "{who:?} made themselves {role}");
            let changed = world
                .workbench
                .change_role(who.id(), world.workspace, before.etag(), who.id(), role)
                .await
                .map(drop);
            assert!(!was_allowed("change role", &changed), "{who:?} made themselves {role}");
            assert_eq!(world.seen().await, before);
        }
    }
    // Nor does somebody who was removed come back with a tag and a permit from before.
    let world = World::new().await;
    let etag = world.etag().await;
    Revocation::Removed(Who::Owner).carry_out(&world.store.store).await;
    let back = world.workbench.rename_workspace(Who::Owner.id(), world.workspace, etag, label("Mine")).await;
    assert!(matches!(back, Err(WorkbenchError::Refused(_))), "{back:?}");
}

#[tokio::test]
async fn t13_the_last_owner_does_not_leave_and_a_lapsed_one_leaves_it_read_only() {
    let mut world = World::new().await;
    Revocation::Removed(Who::Owner).carry_out(&world.store.store).await;
    // The other owner has no access: nobody answers for it, until administrators appoint somebody.
    let write = world
        .workbench
        .create_item(Who::Writer.id(), world.workspace, ItemKind::Notebook, label("New"), digest(9), vec![])
        .await;
    let Err(WorkbenchError::Refused(refusal)) = write else { panic!("{write:?}") };
    assert_eq!(refusal.objections().first().code(), "workspace-orphaned");
    world.workbench.open_workspace(Who::Writer.id(), world.workspace).await.unwrap();
    let etag = world.etag().await;
    let by = Who::OfAccess.id();
    world.workbench.appoint_owner(by, world.workspace, etag, Who::Writer.id()).await.unwrap();
    world.share(Who::Writer, Who::Reader, Role::Writer).await.unwrap();

    // As soon as the first is back, nobody appoints any more.
    world.attest(Who::Lapsed).await;
    let etag = world.etag().await;
    let late = world.workbench.appoint_owner(by, world.workspace, etag, Who::Stranger.id()).await;
    assert!(matches!(late, Err(WorkbenchError::Workspace(WorkspaceError::NotOrphaned))), "{late:?}");

    world.workspace = world
        .workbench
        .create_workspace(
            Who::Stranger.id(),
            WorkspaceRequest::on_release(release("R3"), label("Alone"), purpose()),
        )
        .await
        .unwrap();
    let left = world.workbench.leave_workspace(Who::Stranger.id(), world.workspace, world.etag().await).await;
    assert!(matches!(left, Err(WorkbenchError::Workspace(WorkspaceError::LastOwner(_)))), "{left:?}");
}

/// Whatever somebody takes away, at whatever point of a change: either the change was committed before,
/// or it does not happen.
#[tokio::test]
async fn t14_a_change_is_committed_before_a_revocation_or_not_at_all() {
    let (mut stopped, mut before) = (0, 0);
    for use_case in use_cases().into_iter().filter(|one| one.changes) {
        let Some(who) = at_work(&use_case) else { continue };
        for revocation in [
            Revocation::Removed(who),
            Revocation::Demoted(who),
            Revocation::Locked,
            Revocation::Deleted,
            Revocation::Disabled(who),
        ] {
            for call in 1.. {
                let mut world = World::new().await;
                world.bring_into(use_case.condition).await;
                let (etag, length) = (world.etag().await, world.trail().await.len());
                world.store.interfere(call, Interference::Comes(revocation));
                let outcome = (use_case.run)(&world, who, etag).await;
                if world.store.calls() < call {
                    break;
                }
                let trail = world.trail().await;
                // Nothing but the revocation and its refusal, where it was not let through.
                let revoked = trail[length..]
                    .iter()
                    .position(|entry| *entry.event().actor() == strongroom_audit::Actor::System);
                let Some(revoked) = revoked else {
                    // An administrator cannot be removed from where they are no member.
                    continue;
                };
                let changed = trail[length..].iter().skip(revoked + 1).any(|entry| {
                    matches!(
                        entry.event().action(),
                        Recorded::WorkspaceShared { .. }
                            | Recorded::WorkspaceUnshared { .. }
                            | Recorded::WorkspaceChanged { .. }
                            | Recorded::DefinitionSaved { .. }
                    )
                });
                // Whose account was closed may finish what they were let begin, within the lease.
                let person = matches!(revocation, Revocation::Disabled(_));
                if !person {
                    assert!(!changed, "{} by {who:?} after {revocation:?} at call {call}", use_case.name);
                    assert!(outcome.is_err(), "{} by {who:?} after {revocation:?}", use_case.name);
                }
                if outcome.is_ok() {
                    before += 1;
                } else {
                    stopped += 1;
                }
                // From then on nobody is let in whom it was taken from.
                let again = (use_case.run)(&world, who, world.etag().await).await;
                let is_members = use_case.action.is_some();
                let is_left = revocation == Revocation::Locked
                    && use_case.action.is_some_and(|action| action.row().while_locked);
                let is_reader_still = matches!(revocation, Revocation::Demoted(_))
                    && use_case.action.is_some_and(|action| Role::Reader.may(action));
                if is_members && !is_left && !is_reader_still {
                    assert!(again.is_err(), "{} by {who:?} after {revocation:?}", use_case.name);
                }
            }
        }
    }
    assert!(stopped > 100 && before > 0, "{stopped} were stopped, {before} were within their lease");
}

/// Nothing lets anybody go on for longer than the lease, however slow what they began is.
#[tokio::test]
async fn t14_nothing_begun_outlives_the_lease() {
    let world = World::new().await;
    let admission = world
        .workbench
        .admit(Who::Owner.id(), world.workspace, strongroom_workspaces::Action::EditPurpose)
        .await
        .unwrap();
    let end: Timestamp = admission.session.not_after();
    assert!(end <= now().plus_minutes(strongroom_gate::LONGEST_LEASE_MINUTES));
    world.clock.set(end);
    let late = world.workbench.actor(&admission);
    assert!(matches!(late, Err(WorkbenchError::Refused(_))), "{late:?}");
}

/// Each call to a store fails, before or after it took effect: whoever asked is told that it failed, and
/// all is as it was, or as it should be, never half of it.
#[tokio::test]
async fn t16_after_a_failure_all_is_as_before_or_as_it_should_be_and_nobody_is_told_that_it_is_done() {
    let mut failures = 0;
    for use_case in use_cases() {
        let Some(who) = at_work(&use_case).or((use_case.allowed == "*").then_some(Who::Owner)) else {
            continue;
        };
        let mut good = World::new().await;
        good.bring_into(use_case.condition).await;
        let etag = good.etag().await;
        let done = (use_case.run)(&good, who, etag).await;
        assert!(was_allowed(use_case.name, &done));
        let should_be = state(&good).await;
        for interference in [Interference::FailsBefore, Interference::FailsAfter] {
            for call in 1.. {
                let mut world = World::new().await;
                world.bring_into(use_case.condition).await;
                let before = state(&world).await;
                world.store.interfere(call, interference);
                let outcome = (use_case.run)(&world, who, etag).await;
                if world.store.calls() < call {
                    break;
                }
                failures += 1;
                let Err(WorkbenchError::Store(error)) = &outcome else {
                    panic!("{}: call {call} {interference:?}: {outcome:?}", use_case.name)
                };
                assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", use_case.name);
                // The trail is one chain still, and the state nothing that was not meant.
                world.trail().await;
                let after = state(&world).await;
                let workspaces = after.0 == before.0 || after.0 == should_be.0;
                let usage = after.1.iter().zip(before.1.iter().zip(&should_be.1));
                let usage = usage.into_iter().all(|(one, (old, new))| one == old || one == new);
                assert!(workspaces && usage, "{}: call {call} {interference:?}", use_case.name);
            }
        }
    }
    assert!(failures > 300, "{failures} calls failed");
}

#[tokio::test]
async fn t32_nothing_goes_from_one_tier_to_another() {
    let world = World::new().await;
    let who = Who::Reader.id();
    let copied = world.workbench.duplicate_workspace(who, world.workspace, copy_to("C1")).await;
    let Err(WorkbenchError::Refused(refusal)) = copied else { panic!("{copied:?}") };
    assert_eq!(refusal.objections().first().code(), "copy-to-other-tier");

    let controlled = WorkspaceRequest::on_release(release("C1"), label("Controlled"), purpose());
    let controlled = world.workbench.create_workspace(who, controlled).await.unwrap();
    let notebook = world.item(ItemKind::Notebook);
    let copied = world.workbench.copy_item(who, world.workspace, notebook, controlled, label("Copy")).await;
    let other_tier = matches!(copied, Err(WorkbenchError::Workspace(WorkspaceError::OtherTier { .. })));
    assert!(other_tier, "{copied:?}");
}

#[tokio::test]
async fn t33_what_may_list_people_leaves_with_its_workspace_or_not_at_all() {
    let world = World::new().await;
    let who = Who::Writer.id();
    let asked = WorkspaceRequest::on_release(release("R2"), label("Other"), purpose());
    let other = world.workbench.create_workspace(who, asked).await.unwrap();
    for kind in ItemKind::ALL {
        let copied =
            world.workbench.copy_item(who, world.workspace, world.item(kind), other, label("Copy")).await;
        assert_eq!(copied.is_ok(), kind.is_copied_alone(), "{kind}: {copied:?}");
    }
    assert_eq!(world.last_events(2).await, ["item_copied", "definition_saved"]);
}

#[tokio::test]
async fn t34_a_copy_on_a_newer_release_is_on_record_on_both_sides() {
    let world = World::new().await;
    let made =
        world.workbench.duplicate_workspace(Who::Reader.id(), world.workspace, copy_to("R3")).await.unwrap();
    // Whoever watches for the same cohort over two releases finds the pair here.
    let pairs: Vec<(Id<kind::Workspace>, Id<kind::Workspace>)> = world
        .trail()
        .await
        .iter()
        .filter_map(|entry| match entry.event().action() {
            Recorded::WorkspaceDuplicated { to } => Some((entry.event().workspace()?, *to)),
            _ => None,
        })
        .collect();
    assert_eq!(pairs, [(world.workspace, made.workspace)]);
    let older = CopyRequest { with_members: true, ..copy_to("R1") };
    let older = world.workbench.duplicate_workspace(Who::Reader.id(), world.workspace, older).await;
    let refused = matches!(
        older,
        Err(WorkbenchError::Refused(_) | WorkbenchError::Workspace(WorkspaceError::OlderRelease(_)))
    );
    assert!(refused, "{older:?}");
}
