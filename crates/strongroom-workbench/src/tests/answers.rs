//! What is told of the data and what leaves with it, when a call to a store fails, somebody revokes
//! something, or time passes in between.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use strongroom_audit::Action as Recorded;
use strongroom_cdr::{Cdr, QueryError};
use strongroom_datasets::DatasetDefinition;
use strongroom_store::StoreErrorKind;
use strongroom_workspaces::{Action, Role};
use tempfile::TempDir;

use super::copies::build_release;
use super::use_cases::{Outcome, definition};
use super::watched_store::Interference;
use super::world::*;
use crate::WorkbenchError;

/// A release, and a folder for what is exported from it.
struct Place {
    folder: TempDir,
    release: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let release = build_release(folder.path(), "R2");
        std::fs::create_dir(folder.path().join("exports")).unwrap();
        Self { folder, release }
    }

    /// A world in which the workspace's release is open.
    async fn world(&self) -> World {
        let mut world = World::new().await;
        let cdr = Cdr::open(&self.release, Arc::clone(&world.clock) as Arc<_>).await.unwrap();
        world.workbench.releases.insert(release("R2"), cdr);
        world
    }

    fn exports(&self) -> PathBuf {
        self.folder.path().join("exports")
    }
}

/// Everything that gives an answer from the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Count,
    Export,
}

impl Asked {
    const ALL: [Self; 2] = [Self::Count, Self::Export];

    const fn action(self) -> Action {
        match self {
            Self::Count => Action::CountCohort,
            Self::Export => Action::Export,
        }
    }

    async fn ask(self, world: &World, exports: &Path) -> Outcome {
        let (who, workspace) = (Who::Writer.id(), world.workspace);
        match self {
            Self::Count => world.workbench.count_cohort(who, workspace, &definition()).await.map(drop),
            Self::Export => {
                let (definition, dataset) = (definition(), DatasetDefinition::new(label("All")));
                let target = exports.join("files");
                let exported = world.workbench.export_dataset(who, workspace, &definition, &dataset, &target);
                exported.await.map(drop)
            }
        }
    }
}

/// Asks in a world where something comes in between at this call; gives the world, unless there was no
/// such call.
async fn asked_with(
    place: &Place,
    asked: Asked,
    call: usize,
    what: Interference,
) -> Option<(World, Outcome)> {
    let world = place.world().await;
    world.store.interfere(call, what);
    let outcome = asked.ask(&world, &place.exports()).await;
    (world.store.calls() >= call).then_some((world, outcome))
}

/// What has left: files, or the names of what was left behind by an export that was not finished.
fn left(place: &Place) -> Vec<String> {
    let entries = std::fs::read_dir(place.exports()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn clear(place: &Place) {
    std::fs::remove_dir_all(place.exports()).unwrap();
    std::fs::create_dir(place.exports()).unwrap();
}

/// Whether the trail says that something of the data was told or has left.
async fn is_recorded(world: &World) -> bool {
    let told = |action: &Recorded| {
        matches!(action, Recorded::CohortCounted { .. } | Recorded::DatasetExported { .. })
    };
    world.trail().await.iter().any(|entry| told(entry.event().action()))
}

#[tokio::test]
async fn t16_nothing_is_told_and_no_file_appears_where_a_call_fails() {
    let place = Place::new();
    let mut failures = 0;
    for asked in Asked::ALL {
        for interference in [Interference::FailsBefore, Interference::FailsAfter] {
            for call in 1.. {
                let Some((world, outcome)) = asked_with(&place, asked, call, interference).await else {
                    break;
                };
                failures += 1;
                let Err(WorkbenchError::Store(error)) = &outcome else {
                    panic!("{asked:?}: call {call} {interference:?}: {outcome:?}")
                };
                assert_eq!(error.kind(), StoreErrorKind::Unavailable);
                assert_eq!(left(&place), [""; 0], "{asked:?}: call {call} {interference:?}");
                // Only the last call of all can be one that took effect though its answer was lost.
                let recorded = is_recorded(&world).await;
                assert!(!recorded || matches!(interference, Interference::FailsAfter));
            }
            // With no call left to fail, it was told, and was recorded before.
            assert_eq!(left(&place).is_empty(), asked == Asked::Count);
            clear(&place);
        }
    }
    assert!(failures > 20, "{failures} calls failed");
}

/// Whoever was let in may be told what they asked within their lease; from the next decision on they are
/// not let in, and without its record nothing leaves.
#[tokio::test]
async fn t14_a_revocation_counts_from_the_next_decision_on_and_nothing_leaves_unrecorded() {
    let place = Place::new();
    let (mut refused, mut told) = (0, 0);
    for asked in Asked::ALL {
        for revocation in [
            Revocation::Removed(Who::Writer),
            Revocation::Demoted(Who::Writer),
            Revocation::Locked,
            Revocation::Deleted,
            Revocation::Disabled(Who::Writer),
        ] {
            for call in 1.. {
                let what = Interference::Comes(revocation);
                let Some((world, outcome)) = asked_with(&place, asked, call, what).await else { break };
                assert_eq!(outcome.is_ok(), is_recorded(&world).await, "{asked:?} after {revocation:?}");
                assert_eq!(!left(&place).is_empty(), outcome.is_ok() && asked == Asked::Export);
                match outcome {
                    Ok(()) => told += 1,
                    Err(_) => refused += 1,
                }
                clear(&place);
                let again = asked.ask(&world, &place.exports()).await;
                let is_left = match revocation {
                    Revocation::Demoted(_) => Role::Reader.may(asked.action()),
                    Revocation::Locked => asked.action().row().while_locked,
                    _ => false,
                };
                assert_eq!(again.is_ok(), is_left, "{asked:?} after {revocation:?}: {again:?}");
                clear(&place);
            }
            clear(&place);
        }
    }
    assert!(refused > 10 && told > 10, "{refused} were refused, {told} were within their lease");
}

/// However long a call takes: when the lease is over, nothing is told any more.
#[tokio::test]
async fn t14_nothing_is_told_after_the_lease() {
    let place = Place::new();
    let end = now().plus_minutes(strongroom_gate::LONGEST_LEASE_MINUTES);
    for asked in Asked::ALL {
        for call in 1.. {
            let what = Interference::TakesUntil(end);
            let Some((world, outcome)) = asked_with(&place, asked, call, what).await else { break };
            if outcome.is_ok() {
                // The facts were loaded late, and decided on afterwards; or the record of the answer,
                // which was begun in time, took so long.
                let trail = world.trail().await;
                let admitted = trail.iter().rev().find_map(|entry| match entry.event().action() {
                    Recorded::Admitted { not_after, .. } => Some(*not_after),
                    _ => None,
                });
                let answered = trail.last().unwrap().event().at();
                assert!(answered < admitted.unwrap(), "{asked:?}: call {call} took until {end}");
            } else {
                let ended = matches!(
                    outcome,
                    Err(WorkbenchError::Query(QueryError::SessionEnded) | WorkbenchError::Refused(_))
                );
                assert!(ended, "{asked:?}: call {call}: {outcome:?}");
                assert!(!is_recorded(&world).await && left(&place).is_empty());
            }
            clear(&place);
        }
        clear(&place);
    }
}
