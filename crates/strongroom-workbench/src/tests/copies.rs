//! Copies of workspaces: onto newer releases, out of archived ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use strongroom_cdr::{BuildRequest, Cdr, Silent, build};
use strongroom_cohort::ast::{ConceptItem, ConceptSet, Entry, EventKind, Events};
use strongroom_cohort::{Cohort, CohortName, Definition, SetName};
use strongroom_omop::ConceptId;
use strongroom_primitives::RowTier;
use strongroom_testkit::{Synthetic, concepts};
use strongroom_workspaces::{ItemKind, Role};

use super::use_cases::{copy_to, definition};
use super::world::*;
use crate::{CopyRequest, WorkspaceRequest};

/// The first diagnoses of these concepts.
fn of_concepts(ids: &[ConceptId]) -> Definition {
    let set = SetName::new("conditions").unwrap();
    let items = ids.iter().map(|concept| ConceptItem::with_descendants(*concept));
    let first = Entry::first(Events::of(EventKind::Condition).in_set(set.clone()));
    let cohort = Cohort::new(CohortName::new("first").unwrap(), first);
    Definition::of(cohort).with_concept_set(set, ConceptSet::including(items))
}

/// Builds a release of a few synthetic people, in a folder of its name.
pub(super) fn build_release(folder: &Path, name: &str) -> PathBuf {
    let (omop, out) = (folder.join(format!("{name}-omop")), folder.join(name));
    Synthetic::new(60, 1).write_parquet(&omop, &mut |_| {}).unwrap();
    let request = BuildRequest::new(omop, out.clone(), release(name), RowTier::Registered);
    build(&request, now(), &Silent).unwrap();
    out
}

/// Builds one, and opens it.
pub(super) async fn open_release(world: &World, folder: &Path, name: &str) -> Cdr {
    Cdr::open(&build_release(folder, name), Arc::clone(&world.clock) as Arc<_>).await.unwrap()
}

#[tokio::test]
async fn a_copy_is_the_copiers_and_the_source_stays_as_it_is() {
    let world = World::new().await;
    let before = world.seen().await;
    for (with_members, expected) in [(false, 1), (true, 4)] {
        let asked = CopyRequest { with_members, ..copy_to("R3") };
        let made =
            world.workbench.duplicate_workspace(Who::Reader.id(), world.workspace, asked).await.unwrap();
        let copy = world.workbench.open_workspace(Who::Reader.id(), made.workspace).await.unwrap();
        assert_eq!(copy.role, Role::Owner);
        assert_eq!(copy.tabs.about.members.len(), expected);
        assert_eq!(copy.tabs.about.creator, Who::Reader.id());
        assert_eq!(copy.tabs.about.release, release("R3"));
        assert_eq!(made.items.len(), ItemKind::ALL.len());
        assert_eq!(made.reviews_to_check, [made.items[&world.item(ItemKind::Review)]]);
    }
    assert_eq!(world.seen().await, before);
}

#[tokio::test]
async fn a_copy_is_the_way_out_of_an_archived_release() {
    let mut world = World::new().await;
    world.workbench.catalogue.withdraw(&release("R2"), now(), paragraph("consent")).unwrap();
    let shut = world.workbench.open_workspace(Who::Reader.id(), world.workspace).await;
    assert!(shut.is_err(), "{shut:?}");
    let newest = WorkspaceRequest::on_newest(RowTier::Registered, label("Again"), purpose());
    let asked = CopyRequest { new: newest, ..copy_to("R3") };
    let made = world.workbench.duplicate_workspace(Who::Reader.id(), world.workspace, asked).await.unwrap();
    let copy = world.workbench.open_workspace(Who::Reader.id(), made.workspace).await.unwrap();
    assert_eq!(copy.tabs.about.release, release("R3"));
}

#[tokio::test]
async fn concepts_that_a_newer_release_lacks_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new().await;
    let newer = open_release(&world, folder.path(), "R3").await;
    world.workbench.releases.insert(release("R3"), newer);
    let (known, retired) = (concepts::DIABETES_MELLITUS, ConceptId::new(99_999_999));
    let (good, bad) = (of_concepts(&[known]), of_concepts(&[known, retired]));
    let writer = Who::Writer.id();
    let mut ids = Vec::new();
    for (name, body) in [("Good", &good), ("Bad", &bad), ("Elsewhere", &definition())] {
        let (kind, digest) = (ItemKind::Cohort, body.digest());
        let created = world.workbench.create_item(writer, world.workspace, kind, label(name), digest, vec![]);
        ids.push(created.await.unwrap());
    }
    let asked = CopyRequest { definitions: vec![good.clone(), bad.clone()], ..copy_to("R3") };
    let made = world.workbench.duplicate_workspace(writer, world.workspace, asked).await.unwrap();
    let lacking: Vec<_> =
        made.lacking.iter().map(|one| (one.name.to_string(), one.concepts.clone())).collect();
    assert_eq!(lacking, [("Bad".to_owned(), vec![retired.value()])]);
    // What was not at hand is not said to be fine.
    let mut unchecked = made.unchecked.clone();
    let mut expected = vec![
        made.items[&ids[2]],
        made.items[&world.item(ItemKind::Cohort)],
        made.items[&world.item(ItemKind::ConceptSet)],
    ];
    unchecked.sort();
    expected.sort();
    assert_eq!(unchecked, expected);

    // On the same release there is nothing to look for.
    let same = CopyRequest { definitions: vec![bad], ..copy_to("R2") };
    let made = world.workbench.duplicate_workspace(writer, world.workspace, same).await.unwrap();
    assert!(made.lacking.is_empty() && made.unchecked.is_empty());
}
