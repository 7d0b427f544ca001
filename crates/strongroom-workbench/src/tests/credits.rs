//! What work costs, who pays, and where it stops.

use strongroom_cdr::Extent;
use strongroom_primitives::Id;
use strongroom_workspaces::{
    Action, Amount, Billing, ComputeSuspension, CostModel, CreditError, LedgerEntry, LedgerEntryKind,
    LedgerEvent, Threshold, WorkspaceError,
};

use super::copies::open_release;
use super::use_cases::definition;
use super::world::*;
use crate::{WorkbenchError, WorkspaceRequest};

fn entry(world: &World, id: u128, micros: u64) -> LedgerEntry {
    let kind = LedgerEntryKind::Charged { amount: amount(micros) };
    LedgerEntry { id: Id::from_u128(id), at: world.workbench.now(), workspace: world.workspace, kind }
}

#[tokio::test]
async fn a_query_is_paid_by_the_creator_and_stops_where_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new().await;
    let opened = open_release(&world, folder.path(), "R2").await;
    world.workbench.releases.insert(release("R2"), opened);
    let reader = Who::Reader.id();
    let estimate = world.workbench.estimate_cohort(reader, world.workspace, &definition()).await.unwrap();
    assert!(estimate >= amount(10), "{estimate}");
    world.workbench.count_cohort(reader, world.workspace, &definition()).await.unwrap();
    let costs = world.workbench.view_costs(Who::Writer.id(), world.workspace).await.unwrap();
    assert_eq!((costs.spent_here, costs.left), (estimate, GIVEN.amount.minus(estimate)));
    assert_eq!(costs.suspension, None);

    // A definition that cannot be run costs nothing, and neither does one that cannot be paid.
    let dear = CostModel::new(Amount::from_units(1_000_000), Amount::ZERO, amount(10));
    world.workbench = world.workbench.with_credits(GIVEN, dear);
    let length = world.trail().await.len();
    let stopped = world.workbench.count_cohort(reader, world.workspace, &definition()).await;
    let limit = matches!(&stopped, Err(WorkbenchError::Credit(CreditError::LimitReached { .. })));
    assert!(limit, "{stopped:?}");
    assert_eq!(world.last_events(2).await, ["admitted", "refused"]);
    assert_eq!(world.trail().await.len(), length + 2);
    let after = world.workbench.view_costs(Who::Writer.id(), world.workspace).await.unwrap();
    assert_eq!(after.left, costs.left);

    // With an account of their own, the credits stop nobody.
    let (billing, etag) = (Billing::OwnAccount { account: label("x") }, world.etag().await);
    world.workbench.change_billing(Who::Owner.id(), world.workspace, etag, billing).await.unwrap();
    world.workbench.count_cohort(reader, world.workspace, &definition()).await.unwrap();
}

/// Whoever closes the page while a query runs leaves what it reserved behind.
#[tokio::test]
async fn what_a_query_reserved_that_was_given_up_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new().await;
    let opened = open_release(&world, folder.path(), "R2").await;
    world.workbench.releases.insert(release("R2"), opened);
    let left = async || world.workbench.view_costs(Who::Writer.id(), world.workspace).await.unwrap().left;
    let workspace = world.seen().await;
    let mut extent = Extent::default();
    extent.rows = 300;
    let (request, reader) = (Id::from_u128(99), Who::Reader.id());
    let reserve = async || {
        let reserved = world.workbench.reserve(request, reader, &workspace, extent, Action::CountCohort);
        reserved.await.map(drop)
    };
    reserve().await.unwrap();
    let kept = GIVEN.amount.minus(left().await);
    assert!(kept > Amount::ZERO);
    world.clock.advance_minutes(strongroom_gate::LONGEST_LEASE_MINUTES - 1);
    reserve().await.unwrap();
    assert_eq!(GIVEN.amount.minus(left().await), kept.plus(kept), "both can still be running");
    world.clock.advance_minutes(1);
    let length = world.trail().await.len();
    reserve().await.unwrap();
    assert_eq!(GIVEN.amount.minus(left().await), kept.plus(kept), "the first is over, and the third began");
    assert!(world.trail().await.len() > length);
}

#[tokio::test]
async fn costs_are_posted_once_each_and_people_are_told_at_thresholds() {
    let world = World::new().await;
    let post = async |id, micros| {
        let events = world.workbench.post_cost(&entry(&world, id, micros)).await;
        events.map(|events| {
            let reached = |event: &LedgerEvent| match event {
                LedgerEvent::ThresholdReached(threshold) => Some(*threshold),
                _ => None,
            };
            events.iter().filter_map(reached).collect::<Vec<_>>()
        })
    };
    assert_eq!(post(1, 400_000).await.unwrap(), []);
    assert_eq!(post(2, 100_000).await.unwrap(), [Threshold::Half]);
    let length = world.trail().await.len();
    assert_eq!(post(2, 100_000).await.unwrap(), [], "sent again");
    assert_eq!(world.trail().await.len(), length, "what counts once is on record once");
    // Under one id there is one charge: neither a smaller nor a larger one is the same.
    for other in [50_000, 100_001] {
        let taken = post(2, other).await;
        assert!(matches!(taken, Err(WorkbenchError::Credit(CreditError::IdTaken))), "{taken:?}");
    }
    assert_eq!(
        post(3, 600_000).await.unwrap(),
        [Threshold::ThreeQuarters, Threshold::NineTenths, Threshold::All]
    );
    let costs = world.workbench.view_costs(Who::Owner.id(), world.workspace).await.unwrap();
    assert_eq!((costs.left, costs.spent_here), (Amount::ZERO, GIVEN.amount));
    assert_eq!(costs.suspension, Some(ComputeSuspension::CreditsUsedUp));

    let by = Who::OfAccess.id();
    world.workbench.change_credit_limit(by, Who::Creator.id(), Amount::from_units(2)).await.unwrap();
    let costs = world.workbench.view_costs(Who::Owner.id(), world.workspace).await.unwrap();
    assert_eq!((costs.left, costs.suspension), (Amount::from_units(1), None));
    let own = world.workbench.change_credit_limit(Who::Owner.id(), Who::Owner.id(), amount(5)).await;
    assert!(matches!(own, Err(WorkbenchError::Workspace(WorkspaceError::NeedsAuthority(_)))), "{own:?}");
}

#[tokio::test]
async fn credits_last_for_longer_once() {
    let world = World::new().await;
    let creator = Who::Creator.id();
    assert_eq!(world.workbench.extend_credits(creator).await.unwrap(), now().plus_days(150));
    let again = world.workbench.extend_credits(creator).await;
    assert!(matches!(again, Err(WorkbenchError::Credit(CreditError::ExtendedBefore))), "{again:?}");
}

/// Many queries at the same time: what they reserve together is never more than there is.
#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_costs_are_never_more_than_there_is() {
    let world = std::sync::Arc::new(World::new().await);
    let tasks: Vec<_> = (1..=12_u128)
        .map(|id| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move {
                let kind = LedgerEntryKind::Reserved { amount: amount(150_000), until: None };
                let entry = LedgerEntry { kind, ..entry(&world, id, 0) };
                world.workbench.post_cost(&entry).await.is_ok()
            })
        })
        .collect();
    let mut reserved = 0;
    for task in tasks {
        reserved += u64::from(task.await.unwrap());
    }
    assert_eq!(reserved, 6, "six of them fit into the credits");
    let costs = world.workbench.view_costs(Who::Owner.id(), world.workspace).await.unwrap();
    assert_eq!(costs.left, amount(100_000));
}

#[tokio::test]
async fn where_nothing_costs_anything_there_are_no_credits() {
    let mut world = World::new().await;
    world.workbench.prices = None;
    let costs = world.workbench.view_costs(Who::Owner.id(), world.workspace).await;
    assert!(matches!(costs, Err(WorkbenchError::NoCredits)), "{costs:?}");
    let asked = WorkspaceRequest::on_release(release("R3"), label("Free"), purpose());
    world.workbench.create_workspace(Who::Owner.id(), asked).await.unwrap();
}
