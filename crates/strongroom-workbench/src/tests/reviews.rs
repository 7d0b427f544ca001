//! The review of a purpose, from the request to the appeal.

use strongroom_workspaces::{ReviewError, ReviewPolicy, ReviewState, WorkspaceError};

use super::world::*;
use crate::{WorkbenchError, WorkspaceRequest};

#[tokio::test]
async fn a_purpose_goes_to_the_board_and_back_and_nobody_decides_on_their_own() {
    let mut world = World::new().await;
    world.bring_into(Condition::InReview).await;
    let (owner, board, workspace) = (Who::Owner.id(), Who::OfTheBoard.id(), world.workspace);
    let bench = &world.workbench;
    bench.return_purpose(board, workspace, world.etag().await, paragraph("say more")).await.unwrap();
    let better = purpose().with_notes("more".parse().unwrap());
    bench.edit_purpose(owner, workspace, world.etag().await, better).await.unwrap();
    bench.request_review(owner, workspace, world.etag().await, None).await.unwrap();
    bench.approve_purpose(board, workspace, world.etag().await).await.unwrap();
    assert_eq!(world.seen().await.review().state(), ReviewState::Approved);
    assert_eq!(world.last_events(1).await, ["workspace_changed"]);

    // Whoever joins the workspace decides on it no more.
    let mut world = World::new().await;
    world.bring_into(Condition::InReview).await;
    world.share(Who::Owner, Who::OfTheBoard, strongroom_workspaces::Role::Reader).await.unwrap();
    let own = world.workbench.approve_purpose(board, workspace, world.etag().await).await;
    let not_impartial = WorkspaceError::Review(ReviewError::NotImpartial);
    assert!(matches!(&own, Err(WorkbenchError::Workspace(error)) if *error == not_impartial), "{own:?}");
}

#[tokio::test]
async fn a_policy_that_asks_for_reviews_has_every_new_purpose_reviewed() {
    let mut world = World::new().await;
    world.workbench.review_policy = ReviewPolicy { required: true, blocks_work: true };
    let asked = WorkspaceRequest::on_release(release("R3"), label("New"), purpose());
    world.workspace = world.workbench.create_workspace(Who::Owner.id(), asked).await.unwrap();
    assert_eq!(world.seen().await.review().state(), ReviewState::Submitted);
    assert_eq!(world.last_events(2).await, ["workspace_created", "workspace_changed"]);
    let wait = world.workbench.view_costs(Who::Owner.id(), world.workspace).await;
    wait.unwrap();
    let create = world
        .workbench
        .create_item(
            Who::Owner.id(),
            world.workspace,
            strongroom_workspaces::ItemKind::Notebook,
            label("New"),
            digest(1),
            vec![],
        )
        .await;
    let Err(WorkbenchError::Refused(refusal)) = create else { panic!("{create:?}") };
    assert_eq!(refusal.objections().first().code(), "purpose-in-review");
}
