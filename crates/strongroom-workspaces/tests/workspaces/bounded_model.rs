//! All that can come of two small worlds, looked through. A permit for every action is in everybody's
//! hands here, so that nothing but the workspace itself stands in their way.
//!
//! In the world of members there are three people, an administrator of access and one of publications,
//! one notebook, and every command about members, publication, lock, deletion and the notebook: 666
//! states. In the world of reviews there are the creator, a colleague and two people of the board, who
//! can become members, and every command about members, the purpose and its review but comments: 3,551
//! states. Sequences have four commands at most; every state is the start of all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use strongroom_primitives::RowTier;
use strongroom_workspaces::{
    Action, Actor, Authority, Category, Change, Command, ContentCommand, Directory, DirectoryEntry, Etag,
    ItemKind, Ownership, ProjectKind, ProjectStatus, ReviewCommand, ReviewState, ReviewStep, Role, Workspace,
};

use crate::world::*;

const PUBLISHER: u128 = 51;
const OTHER_OF_THE_BOARD: u128 = 61;
const PEOPLE: [u128; 3] = [CREATOR, WRITER, READER];
const IN_MEMBERS: [u128; 5] = [CREATOR, WRITER, READER, ADMINISTRATOR, PUBLISHER];
const IN_REVIEWS: [u128; 4] = [CREATOR, WRITER, BOARD, OTHER_OF_THE_BOARD];
const LONGEST: usize = 4;

/// Every state that can come about, and for each the states that each person can make of it.
struct World {
    states: Vec<Workspace>,
    next: Vec<BTreeSet<(u128, usize)>>,
}

impl World {
    fn explore(
        people: &[u128],
        key: impl Fn(&Workspace) -> String,
        attempts: impl Fn(&Workspace, u128) -> Vec<(Actor, Command)>,
    ) -> Self {
        let start = empty(RowTier::Registered);
        let mut numbers = BTreeMap::from([(key(&start), 0)]);
        let mut world = Self { states: vec![start], next: Vec::new() };
        while let Some(state) = world.states.get(world.next.len()).cloned() {
            let mut next = BTreeSet::new();
            for by in people {
                for (actor, command) in attempts(&state, *by) {
                    // With and without owners in good standing: whichever lets more through.
                    for ownership in [Ownership::Held, Ownership::Orphaned] {
                        let around = around().with_ownership(ownership);
                        let Ok(events) = state.decide(&actor, &command, &around) else { continue };
                        let mut after = state.clone();
                        after.apply_all(&events);
                        let fresh = world.states.len();
                        let number = *numbers.entry(key(&after)).or_insert(fresh);
                        if number == fresh {
                            world.states.push(after);
                        }
                        next.insert((*by, number));
                    }
                }
            }
            world.next.push(next);
        }
        world
    }

    /// From every state, no sequence of commands by people without something yields it.
    ///
    /// `without` says who has it not in a state; `yields` whether any of them has it in a later one.
    #[track_caller]
    fn check_never(
        &self,
        without: impl Fn(&Workspace) -> Vec<u128>,
        yields: impl Fn(&Workspace, &Workspace, &[u128]) -> bool,
    ) {
        for (number, state) in self.states.iter().enumerate() {
            let people = without(state);
            let mut seen = BTreeSet::from([number]);
            let mut border = vec![number];
            for _ in 0..LONGEST {
                let next = border.iter().flat_map(|one| &self.next[*one]);
                let next: Vec<usize> =
                    next.filter(|(by, _)| people.contains(by)).map(|(_, to)| *to).collect();
                border = next.into_iter().filter(|to| seen.insert(*to)).collect();
            }
            for after in seen.into_iter().map(|one| &self.states[one]) {
                assert!(!yields(state, after, &people), "{people:?} made {after:#?} of {state:#?}");
            }
        }
    }
}

static MEMBERS: LazyLock<World> = LazyLock::new(|| {
    let key = |one: &Workspace| {
        let roles = PEOPLE.map(|who| one.members().role_of(person(who)));
        let publication = one.publication().map(|one| one.by_administrators);
        let (locked, deleted) = (one.lock().is_some(), one.deletion().is_some());
        format!(
            "{roles:?} {locked} {publication:?} {} {deleted} {}",
            one.was_published(),
            one.content().len()
        )
    };
    World::explore(&IN_MEMBERS, key, |workspace, by| {
        let mut changes = vec![
            Change::Publish(Category::Community),
            Change::Publish(Category::Tutorials),
            Change::Withdraw,
            Change::Leave,
            Change::Delete,
            Change::Lock(text("an inquiry is running")),
            Change::Unlock,
        ];
        for with in PEOPLE {
            changes.extend([Change::Unshare(person(with)), Change::AppointOwner(person(with))]);
            changes.extend(Role::ALL.map(|role| Change::Share { with: person(with), role }));
            changes.extend(Role::ALL.map(|role| Change::ChangeRole { of: person(with), role }));
        }
        let notebook = [
            create_item(1, ItemKind::Notebook, "Notebook", &[]),
            ContentCommand::Delete { item: item(1), expected: Etag::FIRST },
        ];
        let notebook =
            notebook.map(|command| (member(workspace, by, Action::EditNotebook), Command::Content(command)));
        given_by(workspace, by, changes).into_iter().chain(notebook).collect()
    })
});

static REVIEWS: LazyLock<World> = LazyLock::new(|| {
    let key = |one: &Workspace| {
        let roles = IN_REVIEWS.map(|who| one.members().role_of(person(who)));
        let review = one.review();
        let asked: BTreeSet<_> = review
            .events()
            .iter()
            .filter(|event| !matches!(event.step(), ReviewStep::Assigned { .. } | ReviewStep::PurposeChanged))
            .map(|event| (event.by(), std::mem::discriminant(event.step())))
            .map(|(by, step)| format!("{by:?} {step:?}"))
            .collect();
        let question = one.purpose().scientific_question();
        let (state, reviewers) = (review.state(), review.reviewers());
        format!("{roles:?} {:?} {state} {reviewers:?} {asked:?} {question}", one.former_members())
    };
    World::explore(&IN_REVIEWS, key, |workspace, by| {
        let mut changes = vec![
            Change::RestatePurpose(Box::new(purpose("Why?"))),
            Change::Review(ReviewCommand::Submit { note: None }),
            Change::Review(ReviewCommand::Approve),
            Change::Review(ReviewCommand::Decline { reason: text("no") }),
            Change::Review(ReviewCommand::Appeal { reason: text("yes") }),
        ];
        for with in [CREATOR, WRITER, BOARD] {
            let reviewer = if with == WRITER { OTHER_OF_THE_BOARD } else { with };
            changes.push(Change::Review(ReviewCommand::Assign { reviewer: person(reviewer) }));
        }
        for with in [WRITER, BOARD] {
            changes.push(Change::Unshare(person(with)));
            changes.push(Change::Share { with: person(with), role: Role::Owner });
        }
        given_by(workspace, by, changes)
    })
});

/// Each change on every ground that this person can stand on.
fn given_by(workspace: &Workspace, by: u128, changes: Vec<Change>) -> Vec<(Actor, Command)> {
    let authority = match by {
        ADMINISTRATOR => Some(Authority::AccessControl),
        PUBLISHER => Some(Authority::Publication),
        BOARD | OTHER_OF_THE_BOARD => Some(Authority::ResourceAccessBoard),
        _ => None,
    };
    let mut given = Vec::new();
    for change in changes {
        let permitted = member(workspace, by, change.action().unwrap_or(Action::EditPurpose));
        let command = Command::change(workspace.etag(), change);
        given.push((permitted, command.clone()));
        given.push((Actor::Creator(person(by)), command.clone()));
        given.extend(authority.map(|authority| (Actor::administrator(person(by), authority), command)));
    }
    given
}

fn people_below(workspace: &Workspace, role: Role) -> Vec<u128> {
    PEOPLE.into_iter().filter(|one| workspace.role_of(person(*one)) < Some(role)).collect()
}

#[test]
fn the_small_worlds_are_as_large_as_they_are_said_to_be() {
    assert_eq!((MEMBERS.states.len(), REVIEWS.states.len()), (666, 3_551));
}

#[test]
fn there_is_always_an_owner() {
    for state in MEMBERS.states.iter().chain(&REVIEWS.states) {
        assert!(state.members().owners().next().is_some(), "{state:#?}");
    }
}

#[test]
fn t12_no_sequence_of_commands_by_people_without_a_role_yields_it() {
    for role in Role::ALL {
        MEMBERS.check_never(
            |state| people_below(state, role),
            |_, after, people| people.iter().any(|one| after.role_of(person(*one)) >= Some(role)),
        );
    }
}

#[test]
fn nobody_but_administrators_locks_and_unlocks() {
    MEMBERS.check_never(
        |_| vec![CREATOR, WRITER, READER, PUBLISHER],
        |before, after, _| before.lock().is_some() != after.lock().is_some(),
    );
}

#[test]
fn readers_and_strangers_change_nothing_but_that_they_leave() {
    // All that the world of members has, but for the roles of these people.
    let shown = |one: &Workspace, people: &[u128]| {
        let others = PEOPLE.map(|who| one.members().role_of(person(who)).filter(|_| !people.contains(&who)));
        let (items, publication) = (one.content().len(), one.publication().map(|one| one.by_administrators));
        (others, items, publication, one.lock().is_some(), one.deletion().is_some(), one.was_published())
    };
    MEMBERS.check_never(
        // Whoever created it can delete it.
        |state| people_below(state, Role::Writer).into_iter().filter(|one| *one != CREATOR).collect(),
        |before, after, people| shown(before, people) != shown(after, people),
    );
}

#[test]
fn what_was_deleted_is_out_of_everybodys_reach() {
    let deleted = MEMBERS.states.iter().zip(&MEMBERS.next).filter(|(state, _)| state.deletion().is_some());
    let mut number = 0;
    for (state, next) in deleted {
        number += 1;
        assert!(state.content().is_empty() && next.is_empty());
        for by in PEOPLE {
            for action in Action::ALL {
                assert!(state.authorize(&member(state, by, action), action, &around()).is_err());
            }
        }
    }
    assert!(number > 0);
}

#[test]
fn of_what_was_deleted_the_directory_keeps_what_was_public() {
    let mut number = 0;
    for (state, next) in MEMBERS.states.iter().zip(&MEMBERS.next) {
        let entry = |one: &Workspace| DirectoryEntry::of(one, None, ProjectKind::Research).unwrap();
        let mut directory: Directory = [entry(state)].into_iter().collect();
        for after in next.iter().map(|(_, to)| &MEMBERS.states[*to]) {
            if state.deletion().is_none() && after.deletion().is_some() {
                directory.put(entry(after));
                let found = directory.get(state.id()).unwrap();
                assert_eq!((found.status(), found.title()), (ProjectStatus::Deleted, state.title()));
                assert_eq!(found.purpose(), state.purpose());
                number += 1;
            }
        }
    }
    assert!(number > 0, "a world in which nothing is deleted shows nothing");
}

#[test]
fn t12_nobody_approves_what_they_have_a_part_in() {
    let approved = |state: &Workspace| state.review().state() == ReviewState::Approved;
    REVIEWS.check_never(
        |state| {
            // Everybody who belongs or belonged to it, of the board or not.
            let part = |who: &u128| {
                state.members().role_of(person(*who)).is_some()
                    || state.former_members().contains(&person(*who))
                    || state.creator() == person(*who)
            };
            IN_REVIEWS.into_iter().filter(part).collect()
        },
        |before, after, _| approved(after) && !approved(before),
    );
    let found = REVIEWS.states.iter().filter(|state| approved(state)).count();
    assert!(found > 0, "a world in which nothing is approved shows nothing");
}

#[test]
fn t12_who_asked_for_a_review_does_not_decide_on_it() {
    for state in &REVIEWS.states {
        let events = state.review().events();
        let by = |steps: fn(&ReviewStep) -> bool| -> BTreeSet<_> {
            events.iter().filter(|event| steps(event.step())).filter_map(|event| event.by()).collect()
        };
        let asked = by(|step| matches!(step, ReviewStep::Submitted { .. } | ReviewStep::Appealed { .. }));
        let decided = by(|step| matches!(step, ReviewStep::Approved | ReviewStep::Declined { .. }));
        // Whoever decided first and became an owner later may well ask; not the other way round.
        for person in asked.intersection(&decided) {
            let first = |steps: fn(&ReviewStep) -> bool| {
                events.iter().position(|event| event.by() == Some(*person) && steps(event.step()))
            };
            let asked =
                first(|step| matches!(step, ReviewStep::Submitted { .. } | ReviewStep::Appealed { .. }));
            let last = events.iter().rposition(|event| {
                event.by() == Some(*person)
                    && matches!(event.step(), ReviewStep::Approved | ReviewStep::Declined { .. })
            });
            assert!(last < asked, "{events:#?}");
        }
    }
}
