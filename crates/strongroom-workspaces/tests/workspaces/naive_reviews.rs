//! Every command of a review against a model that is written as plainly as can be, while people come and
//! go and the purpose changes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use strongroom_primitives::RowTier;
use strongroom_workspaces::{
    Action, Actor, Authority, Change, Command, ReviewCommand, ReviewState, Role, Workspace,
};

use crate::world::*;

const PEOPLE: [u128; 4] = [CREATOR, WRITER, BOARD, BOARD + 1];

#[derive(Debug, Clone, PartialEq)]
struct Model {
    state: ReviewState,
    reviewers: BTreeSet<u128>,
    /// Who submitted or appealed.
    asked: BTreeSet<u128>,
    declined: BTreeSet<u128>,
    appealed: bool,
    roles: BTreeMap<u128, Role>,
    former: BTreeSet<u128>,
    question: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Try {
    Submit,
    Assign(u128),
    Comment,
    Return,
    Approve,
    Decline,
    Appeal,
    Restate(&'static str),
    Share(u128, Role),
    Unshare(u128),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum As {
    Member,
    OfTheBoard,
    Policy,
}

impl Model {
    fn new() -> Self {
        Self {
            state: ReviewState::NotRequested,
            reviewers: BTreeSet::new(),
            asked: BTreeSet::new(),
            declined: BTreeSet::new(),
            appealed: false,
            roles: BTreeMap::from([(CREATOR, Role::Owner)]),
            former: BTreeSet::new(),
            question: "Who?".to_owned(),
        }
    }

    fn is_impartial(&self, who: u128) -> bool {
        who != CREATOR
            && !self.roles.contains_key(&who)
            && !self.former.contains(&who)
            && !self.asked.contains(&who)
    }

    fn other_owner(&self, than: u128) -> bool {
        self.roles.iter().any(|(who, role)| *who != than && *role == Role::Owner)
    }

    /// Whether the try is let through, and what it makes.
    fn after(&self, what: Try, by: u128, how: As) -> Option<Self> {
        use ReviewState::{Appealed, Approved, Declined, InReview, NotRequested, Returned, Submitted};

        let mut after = self.clone();
        let owner = how == As::Member && self.roles.get(&by) == Some(&Role::Owner);
        let board = how == As::OfTheBoard;
        let reviewer = board && self.reviewers.contains(&by);
        let decides = reviewer && self.is_impartial(by) && self.state == InReview;
        let allowed = match what {
            Try::Submit => {
                owner && [NotRequested, Returned].contains(&self.state)
                    || how == As::Policy && self.state == NotRequested
            }
            Try::Assign(whom) => {
                board
                    && self.is_impartial(by)
                    && self.is_impartial(whom)
                    && !self.declined.contains(&whom)
                    && [Submitted, InReview, Appealed].contains(&self.state)
            }
            Try::Comment => {
                (owner || reviewer) && [Submitted, InReview, Returned, Appealed].contains(&self.state)
            }
            Try::Return | Try::Approve | Try::Decline => decides,
            Try::Appeal => owner && self.state == Declined && !self.appealed,
            Try::Restate(_) => owner,
            Try::Share(with, role) => owner && (role == Role::Owner || self.other_owner(with)),
            Try::Unshare(with) => owner && self.other_owner(with),
        };
        if !allowed {
            return None;
        }
        match what {
            Try::Submit => {
                after.state = if self.state == Returned { InReview } else { Submitted };
                after.asked.extend(owner.then_some(by));
            }
            Try::Assign(whom) => {
                after.state = InReview;
                after.reviewers.insert(whom);
            }
            Try::Comment => {}
            Try::Return => after.state = Returned,
            Try::Approve => after.state = Approved,
            Try::Decline => {
                after.state = Declined;
                after.declined.insert(by);
            }
            Try::Appeal => {
                (after.state, after.appealed) = (Appealed, true);
                after.reviewers.clear();
                after.asked.insert(by);
            }
            Try::Restate(question) if self.question == question => {}
            Try::Restate(question) => {
                after.question = question.to_owned();
                if self.state == Approved {
                    after.state = Submitted;
                    after.reviewers.clear();
                }
            }
            Try::Share(with, role) => {
                after.roles.insert(with, role);
            }
            Try::Unshare(with) => {
                after.former.extend(after.roles.remove(&with).map(|_| with));
            }
        }
        Some(after)
    }

    /// What of it shows.
    fn shown(&self) -> (ReviewState, BTreeSet<u128>, BTreeMap<u128, Role>, String) {
        (self.state, self.reviewers.clone(), self.roles.clone(), self.question.clone())
    }
}

fn shown(workspace: &Workspace) -> (ReviewState, BTreeSet<u128>, BTreeMap<u128, Role>, String) {
    (
        workspace.review().state(),
        workspace.review().reviewers().iter().map(|one| one.as_u128()).collect(),
        workspace.members().iter().map(|(one, role)| (one.as_u128(), role)).collect(),
        workspace.purpose().scientific_question().to_string(),
    )
}

fn command(workspace: &Workspace, what: Try, by: u128, how: As) -> (Actor, Command) {
    let change = match what {
        Try::Submit => Change::Review(ReviewCommand::Submit { note: None }),
        Try::Assign(whom) => Change::Review(ReviewCommand::Assign { reviewer: person(whom) }),
        Try::Comment => Change::Review(ReviewCommand::Comment { text: text("hm") }),
        Try::Return => Change::Review(ReviewCommand::Return { reason: text("say more") }),
        Try::Approve => Change::Review(ReviewCommand::Approve),
        Try::Decline => Change::Review(ReviewCommand::Decline { reason: text("no") }),
        Try::Appeal => Change::Review(ReviewCommand::Appeal { reason: text("yes") }),
        Try::Restate(question) => Change::RestatePurpose(Box::new(purpose(question))),
        Try::Share(with, role) => Change::Share { with: person(with), role },
        Try::Unshare(with) => Change::Unshare(person(with)),
    };
    let actor = match how {
        As::Member => member(workspace, by, change.action().unwrap_or(Action::EditPurpose)),
        As::OfTheBoard => Actor::administrator(person(by), Authority::ResourceAccessBoard),
        As::Policy => Actor::Policy,
    };
    (actor, Command::change(workspace.etag(), change))
}

fn any_try() -> impl Strategy<Value = (Try, u128, As)> {
    let who = || prop::sample::select(&PEOPLE[..]);
    let of_the_board = || prop_oneof![4 => Just(BOARD), 4 => Just(BOARD + 1), 1 => who()];
    let role = prop::sample::select(Role::ALL.to_vec());
    let owners = prop_oneof![
        4 => Just(Try::Submit),
        3 => Just(Try::Appeal),
        1 => Just(Try::Comment),
        2 => prop::sample::select(vec!["Who?", "Why?", "When?"]).prop_map(Try::Restate),
        2 => (who(), role).prop_map(|(with, role)| Try::Share(with, role)),
        2 => who().prop_map(Try::Unshare),
    ];
    let boards = prop_oneof![
        4 => of_the_board().prop_map(Try::Assign),
        1 => Just(Try::Comment),
        2 => Just(Try::Return),
        2 => Just(Try::Approve),
        3 => Just(Try::Decline),
    ];
    let how = || prop::sample::select(vec![As::Member, As::OfTheBoard, As::Policy]);
    prop_oneof![
        8 => (owners.clone(), prop_oneof![6 => Just(CREATOR), 1 => who()], Just(As::Member)),
        8 => (boards.clone(), of_the_board(), Just(As::OfTheBoard)),
        // And everything by anybody on any ground.
        2 => (prop_oneof![owners, boards], who(), how()),
    ]
}

proptest! {
    #[test]
    fn every_command_of_a_review_comes_to_what_the_model_says(
        tries in prop::collection::vec(any_try(), 0..60),
    ) {
        let mut workspace = empty(RowTier::Registered);
        let mut model = Model::new();
        for (what, by, how) in tries {
            let (actor, command) = command(&workspace, what, by, how);
            let given = give(&mut workspace, &actor, &command, &around());
            match model.after(what, by, how) {
                Some(after) => {
                    prop_assert!(given.is_ok(), "{what:?} by {by} as {how:?}: {given:?} in {model:?}");
                    model = after;
                }
                None => prop_assert!(given.is_err(), "{what:?} by {by} as {how:?} in {model:?}"),
            }
            prop_assert_eq!(shown(&workspace), model.shown());
            let json = serde_json::to_string(&workspace).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Workspace>(&json).unwrap(), &workspace);
        }
    }
}

/// Reviews that get far are drawn: otherwise the model would agree about nothing.
#[test]
fn the_model_knows_the_whole_way() {
    let mut model = Model::new();
    for (what, by, how, expected) in [
        (Try::Submit, CREATOR, As::Member, ReviewState::Submitted),
        (Try::Assign(BOARD), BOARD + 1, As::OfTheBoard, ReviewState::InReview),
        (Try::Decline, BOARD, As::OfTheBoard, ReviewState::Declined),
        (Try::Appeal, CREATOR, As::Member, ReviewState::Appealed),
        (Try::Assign(BOARD + 1), BOARD + 1, As::OfTheBoard, ReviewState::InReview),
        (Try::Approve, BOARD + 1, As::OfTheBoard, ReviewState::Approved),
        (Try::Restate("Why?"), CREATOR, As::Member, ReviewState::Submitted),
    ] {
        model = model.after(what, by, how).unwrap();
        assert_eq!(model.state, expected);
    }
    assert_eq!(model.after(Try::Assign(BOARD), BOARD + 1, As::OfTheBoard), None, "who declined it once");
}
