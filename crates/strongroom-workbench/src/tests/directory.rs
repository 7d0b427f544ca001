//! The public directory, made of what is stored.

use strongroom_primitives::Timestamp;
use strongroom_workspaces::{DirectoryQuery, ProjectStatus};

use super::world::*;
use crate::WorkspaceRequest;

#[tokio::test]
async fn projects_are_found_and_stay_when_their_workspaces_are_deleted() {
    let world = World::new().await;
    let directory = world.workbench.directory().await.unwrap();
    let (number, hits) = directory.search(&DirectoryQuery::new("how many"), 0, 10);
    assert_eq!((number, hits[0].entry.workspace()), (1, world.workspace));
    assert_eq!(hits[0].entry.institution().unwrap().as_str(), "University");
    assert_eq!(hits[0].entry.status(), ProjectStatus::Active);
    let document = directory.export(Timestamp::from_unix_microseconds(i64::MIN), now());
    let text = serde_json::to_string(&document).unwrap();
    for who in Who::ALL {
        assert!(!text.contains(&who.id().to_string()) && !text.contains("uni.edu"), "{who:?} is in it");
    }

    let etag = world.etag().await;
    world.workbench.delete_workspace(Who::Creator.id(), world.workspace, etag).await.unwrap();
    // Gone for everybody, and public still.
    assert!(world.workbench.open_workspace(Who::Owner.id(), world.workspace).await.is_err());
    assert!(world.seen().await.content().is_empty());
    let entry = world.workbench.directory_entry(world.workspace).await.unwrap().unwrap();
    assert_eq!(entry.status(), ProjectStatus::Deleted);
    assert_eq!(entry.purpose(), &purpose());
    let again = world.workbench.directory().await.unwrap();
    assert_eq!(again.get(world.workspace), Some(&entry));
}

#[tokio::test]
async fn what_the_programmes_own_staff_do_is_not_listed() {
    let world = World::new().await;
    let asked = WorkspaceRequest::on_release(release("R3"), label("Nightly checks"), purpose());
    let own = world.workbench.create_workspace(Who::OfAccess.id(), asked).await.unwrap();
    assert_eq!(world.workbench.directory_entry(own).await.unwrap(), None);
    assert_eq!(world.workbench.directory().await.unwrap().len(), 1);
}
