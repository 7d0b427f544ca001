//! Everybody tries everything, in every condition of a workspace.

use std::collections::BTreeSet;
use std::fs;

use strongroom_workspaces::{Action, Role};

use super::use_cases::{UseCase, use_cases, was_allowed};
use super::world::*;

/// The names of the public functions that wait for a store: those are the use cases.
fn offered() -> BTreeSet<String> {
    let files = fs::read_dir("src").unwrap().map(|entry| entry.unwrap().path());
    let texts = files.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).unwrap());
    let names = texts.flat_map(|text| {
        let functions = text.split("pub async fn ").skip(1);
        functions.map(|rest| rest.split(['(', '<']).next().unwrap().to_owned()).collect::<Vec<_>>()
    });
    names.collect()
}

async fn tried(use_case: &UseCase, who: Who, condition: Condition) -> bool {
    let mut world = World::new().await;
    world.bring_into(use_case.condition).await;
    world.bring_into(condition).await;
    let (etag, before, length) = (world.etag().await, world.seen().await, world.trail().await.len());
    let outcome = (use_case.run)(&world, who, etag).await;
    let allowed = was_allowed(use_case.name, &outcome);
    let after = world.seen().await;
    if !allowed {
        assert_eq!(after, before, "{} was refused to {who:?}, and changed something", use_case.name);
    }
    assert_eq!(outcome.is_ok() && use_case.changes, after != before, "{} by {who:?}", use_case.name);
    // What is refused is on record too, and so is what is let through.
    let silent = ["missing_steps", "directory", "directory_entry", "grant_bypass"].contains(&use_case.name);
    assert!(
        silent || condition != Condition::AsItIs || world.trail().await.len() > length,
        "{}",
        use_case.name
    );
    allowed
}

#[test]
fn every_use_case_has_its_row() {
    let rows: Vec<_> = use_cases().iter().map(|one| one.name.to_owned()).collect();
    let known: BTreeSet<_> = rows.iter().cloned().collect();
    assert_eq!(known.len(), rows.len(), "a use case has two rows");
    assert_eq!(offered(), known, "what the workbench offers, and the rows of the table");
}

#[tokio::test]
async fn everybody_does_what_the_table_lets_them_and_nothing_else() {
    for use_case in use_cases() {
        let mut allowed = String::new();
        for who in Who::ALL {
            if tried(&use_case, who, Condition::AsItIs).await {
                allowed.push(who.letter());
            }
        }
        let expected = if use_case.allowed == "*" { "owrlscapb" } else { use_case.allowed };
        assert_eq!(allowed, expected, "{}", use_case.name);
    }
}

/// What the roles and the conditions of a workspace let through is the page that people read, and nothing
/// that a use case says for itself.
#[tokio::test]
async fn in_every_condition_members_do_what_the_table_of_actions_leaves_them() {
    let left = |action: Action, condition| {
        let row = action.row();
        match condition {
            Condition::Locked => row.while_locked,
            Condition::Orphaned => !row.changes,
            Condition::AwaitingReview => row.while_reviewed,
            _ => false,
        }
    };
    for use_case in use_cases() {
        let Some(action) = use_case.action else { continue };
        if use_case.condition != Condition::AsItIs {
            continue;
        }
        for condition in
            [Condition::Locked, Condition::Orphaned, Condition::AwaitingReview, Condition::Deleted]
        {
            for (who, role) in
                [(Who::Owner, Role::Owner), (Who::Writer, Role::Writer), (Who::Reader, Role::Reader)]
            {
                // The last owner's access lapsed: that is what the condition is.
                let has_access = condition != Condition::Orphaned || who != Who::Owner;
                let expected = role.may(action) && left(action, condition) && has_access;
                let found = tried(&use_case, who, condition).await;
                assert_eq!(found, expected, "{} by {who:?} in {condition:?}", use_case.name);
            }
        }
    }
}
