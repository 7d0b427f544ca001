//! Finding people, sharing with them, and what each of them sees then.

use strongroom_workspaces::{FoundPeople, ItemKind, PeopleQuery, Role, ShareOutcome};

use super::world::*;
use crate::{Invitee, WorkbenchError};

#[tokio::test]
async fn whoever_shares_is_told_what_came_of_it() {
    let world = World::new().await;
    world.lapse(Who::Stranger).await;
    let missing = strongroom_primitives::NonEmpty::new(label("Confirmation"));
    for (email, expected) in [
        ("c@uni.edu", ShareOutcome::Shared),
        ("s@uni.edu", ShareOutcome::AccessPending { missing }),
        ("nobody@uni.edu", ShareOutcome::NoSuchAccount),
    ] {
        let before = world.seen().await;
        let with = Invitee::Email(email.parse().unwrap());
        let etag = world.etag().await;
        let shared = world
            .workbench
            .share_workspace(Who::Owner.id(), world.workspace, etag, &with, Role::Reader)
            .await
            .unwrap();
        assert_eq!(shared.outcome, expected);
        assert_eq!(shared.etag, world.etag().await);
        assert_eq!(world.seen().await == before, expected == ShareOutcome::NoSuchAccount);
        assert!(!format!("{with:?}").contains("uni.edu"));
    }
    // Who lacks something is a member, and comes in as soon as they lack nothing.
    let shut = world.workbench.open_workspace(Who::Stranger.id(), world.workspace).await;
    assert!(matches!(shut, Err(WorkbenchError::Refused(_))), "{shut:?}");
    assert!(world.workbench.list_workspaces(Who::Stranger.id()).await.unwrap().is_empty());
    world.attest(Who::Stranger).await;
    world.workbench.open_workspace(Who::Stranger.id(), world.workspace).await.unwrap();
    assert_eq!(world.workbench.list_workspaces(Who::Stranger.id()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn people_are_found_by_those_who_may_share_and_not_without_end() {
    let world = World::new().await;
    let find = async |who: Who, text: &str| {
        let query = PeopleQuery::new(text).unwrap();
        world.workbench.find_people(who.id(), world.workspace, &query).await
    };
    let FoundPeople::People(found) = find(Who::Owner, "stranger").await.unwrap() else { panic!("too many") };
    assert_eq!(found.iter().map(|one| one.person).collect::<Vec<_>>(), [Who::Stranger.id()]);
    for searches in 2..=30 {
        find(Who::Owner, "s@uni.edu").await.unwrap_or_else(|error| panic!("{searches}: {error}"));
    }
    let stopped = find(Who::Owner, "s@uni.edu").await;
    assert!(matches!(stopped, Err(WorkbenchError::TooOften(_))), "{stopped:?}");
    world.clock.set(now().plus_minutes(60));
    find(Who::Owner, "s@uni.edu").await.unwrap();
    assert!(matches!(find(Who::Writer, "stranger").await, Err(WorkbenchError::Refused(_))));

    // Invitations too: whoever tries addresses learns few of them.
    let with = Invitee::Email("guess@uni.edu".parse().unwrap());
    let mut stopped = 0;
    for _ in 0..25 {
        let etag = world.etag().await;
        let asked =
            world.workbench.share_workspace(Who::Owner.id(), world.workspace, etag, &with, Role::Reader);
        stopped += usize::from(matches!(asked.await, Err(WorkbenchError::TooOften(_))));
    }
    assert_eq!(stopped, 5);
}

#[tokio::test]
async fn lists_show_what_somebody_may_see_and_nothing_else() {
    let mut world = World::new().await;
    let count = async |world: &World, who: Who| {
        let own = world.workbench.list_workspaces(who.id()).await.unwrap().len();
        let featured = world.workbench.list_featured_workspaces(who.id()).await.unwrap().len();
        (own, featured)
    };
    for (who, expected) in [
        (Who::Owner, (1, 0)),
        (Who::Reader, (1, 0)),
        (Who::Lapsed, (0, 0)),
        (Who::Stranger, (0, 0)),
        (Who::Creator, (0, 0)),
        (Who::OfAccess, (0, 0)),
    ] {
        assert_eq!(count(&world, who).await, expected, "{who:?}");
    }
    world.bring_into(Condition::Published).await;
    assert_eq!(count(&world, Who::Stranger).await, (0, 1));
    assert_eq!(count(&world, Who::Lapsed).await, (0, 0));
    world.bring_into(Condition::Locked).await;
    assert_eq!(count(&world, Who::Owner).await, (1, 1), "what it is about is shown still");
    let etag = world.etag().await;
    world.workbench.unlock_workspace(Who::OfAccess.id(), world.workspace, etag).await.unwrap();
    world.bring_into(Condition::Deleted).await;
    assert_eq!(count(&world, Who::Owner).await, (0, 0));
}

#[tokio::test]
async fn what_somebody_worked_on_last_is_shown_as_long_as_they_may_see_it() {
    let mut world = World::new().await;
    let reader = Who::Reader.id();
    world.workbench.open_workspace(reader, world.workspace).await.unwrap();
    for kind in [ItemKind::Cohort, ItemKind::Notebook] {
        world.workbench.open_item(reader, world.workspace, world.item(kind)).await.unwrap();
    }
    let recent = world.workbench.list_recents(reader).await.unwrap();
    assert_eq!(recent.workspaces.len(), 1);
    let kinds: Vec<_> = recent.items.iter().map(|(_, kind, _)| *kind).collect();
    assert_eq!(kinds, [ItemKind::Notebook, ItemKind::Cohort]);
    world.bring_into(Condition::Locked).await;
    let recent = world.workbench.list_recents(reader).await.unwrap();
    assert_eq!((recent.workspaces.len(), recent.items.len()), (1, 0), "a lock hides what is in it");
    let etag = world.etag().await;
    world.workbench.unlock_workspace(Who::OfAccess.id(), world.workspace, etag).await.unwrap();
    Revocation::Removed(Who::Reader).carry_out(&world.store.store).await;
    let recent = world.workbench.list_recents(reader).await.unwrap();
    assert_eq!((recent.workspaces.len(), recent.items.len()), (0, 0));
}
