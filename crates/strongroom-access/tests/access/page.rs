//! The page of data access requirements, as people read it.

use insta::assert_snapshot;
use strongroom_access::{AccessView, AccountState, Dossier, Evidence, RequirementKind, Subject, SubjectKind};
use strongroom_primitives::RowTier;

use crate::world::{World, bypass, day, done, label, name, paragraph, plain, requirement, workspace};

fn page(world: &World, on: i64) -> AccessView {
    AccessView::of(&world.standing(day(on)), day(on))
}

#[test]
fn somebody_who_has_everything() {
    let world = World::complete(RowTier::Registered);
    assert_snapshot!(page(&world, 0));
}

#[test]
fn somebody_whose_year_is_almost_over() {
    let world = World::complete(RowTier::Controlled);
    assert_snapshot!(page(&world, 340));
}

#[test]
fn somebody_with_gaps_and_a_bypass_in_a_workspace() {
    let mut world = World::complete(RowTier::Controlled);
    for lacking in ["identity", "controlled-training", "code-of-conduct"] {
        world.forget(lacking);
    }
    world.evidence.extend(done(&requirement("controlled-training"), -400));
    world.bypasses.push(bypass(&requirement("code-of-conduct"), 0, 14));
    world.requirements.push(plain("ethics", RequirementKind::Record).with_subject(SubjectKind::Workspace));
    world
        .requirements
        .push(plain("desk", RequirementKind::Record).with_subject(SubjectKind::PersonInWorkspace));
    let ethics = Evidence::new(name("ethics"), day(-5), label("board")).with_valid_until(day(100));
    world.dossiers.push(Dossier::new(Subject::Workspace(workspace())).with_evidence(ethics));
    world.in_workspace = true;
    assert_snapshot!(page(&world, 0));
}

#[test]
fn somebody_without_an_institution_whose_account_is_suspended() {
    let reason = paragraph("a secret inquiry");
    let suspended = AccountState::Suspended { since: day(-1), until: day(6), reason };
    let mut world = World::complete(RowTier::Registered);
    world.person = world.person.with_account(suspended);
    world.institution = None;
    let page = page(&world, 0);
    assert_snapshot!(page);
    assert!(!serde_json::to_string(&page).unwrap().contains("secret"));
}

#[test]
fn the_same_as_data() {
    let mut world = World::complete(RowTier::Registered);
    world.requirements.retain(|one| one.name().as_str() == "code-of-conduct");
    world.forget("code-of-conduct");
    world.bypasses.push(bypass(&requirement("code-of-conduct"), 0, 14));
    assert_snapshot!(serde_json::to_string_pretty(&page(&world, 0)).unwrap());
}
