use strongroom_primitives::BoundedText;

use super::*;

const OWNER: u128 = 1;
const BOARD: [u128; 3] = [11, 12, 13];

fn person(number: u128) -> Id<kind::Person> {
    Id::from_u128(number)
}

fn text() -> Paragraph {
    BoundedText::new("words").unwrap()
}

fn party(number: u128) -> Party {
    Party {
        person: Some(person(number)),
        is_owner: number == OWNER,
        is_of_the_board: BOARD.contains(&number),
    }
}

/// Takes the steps one after the other and says where the review is then, or why a step was refused.
fn run(steps: &[(u128, ReviewCommand)]) -> Result<Review, ReviewError> {
    let mut review = Review::default();
    for (by, command) in steps {
        let step = decide(&review, &party(*by), |one| one == person(OWNER), command)?;
        let at = Timestamp::from_unix_microseconds(0);
        review.apply(&ReviewEvent { at, by: Some(person(*by)), step });
    }
    Ok(review)
}

#[test]
fn ways_through_a_review() {
    use ReviewCommand::{Appeal, Approve, Assign, Comment, Decline, Return, Submit};

    let submit = (OWNER, Submit { note: None });
    let assign = |reviewer| (13, Assign { reviewer: person(reviewer) });
    let decline = |by| (by, Decline { reason: text() });
    let appeal = (OWNER, Appeal { reason: text() });
    let back = (11, Return { reason: text() });
    let start = || vec![submit.clone(), assign(11)];
    let declined = || [start(), vec![decline(11)]].concat();
    let appealed = || [declined(), vec![appeal.clone()]].concat();
    for (steps, expected) in [
        (vec![], Ok(ReviewState::NotRequested)),
        (vec![submit.clone()], Ok(ReviewState::Submitted)),
        (start(), Ok(ReviewState::InReview)),
        ([start(), vec![(11, Approve)]].concat(), Ok(ReviewState::Approved)),
        ([start(), vec![back.clone()]].concat(), Ok(ReviewState::Returned)),
        ([start(), vec![back, submit.clone(), (11, Approve)]].concat(), Ok(ReviewState::Approved)),
        (declined(), Ok(ReviewState::Declined)),
        (appealed(), Ok(ReviewState::Appealed)),
        ([appealed(), vec![assign(12), (12, Approve)]].concat(), Ok(ReviewState::Approved)),
        ([start(), vec![(OWNER, Comment { text: text() })]].concat(), Ok(ReviewState::InReview)),
        (
            vec![submit.clone(), submit.clone()],
            Err(ReviewError::WrongState { state: ReviewState::Submitted, step: "submitted" }),
        ),
        (vec![(11, Approve)], Err(ReviewError::NotAllowed("a reviewer"))),
        (vec![submit.clone(), (11, Approve)], Err(ReviewError::NotAllowed("a reviewer"))),
        ([start(), vec![(12, Approve)]].concat(), Err(ReviewError::NotAllowed("a reviewer"))),
        ([start(), vec![(OWNER, Approve)]].concat(), Err(ReviewError::NotAllowed("a reviewer"))),
        (vec![submit.clone(), assign(OWNER)], Err(ReviewError::NotImpartial)),
        (
            vec![submit.clone(), (OWNER, Assign { reviewer: person(11) })],
            Err(ReviewError::NotAllowed("the Resource Access Board")),
        ),
        ([appealed(), vec![assign(11)]].concat(), Err(ReviewError::DecidedBefore)),
        ([appealed(), vec![(11, Approve)]].concat(), Err(ReviewError::NotAllowed("a reviewer"))),
        (
            [appealed(), vec![assign(12), decline(12), appeal.clone()]].concat(),
            Err(ReviewError::AppealedBefore),
        ),
        (
            [declined(), vec![(11, Appeal { reason: text() })]].concat(),
            Err(ReviewError::NotAllowed("an owner")),
        ),
    ] {
        assert_eq!(run(&steps).map(|review| review.state()), expected, "{steps:?}");
    }
}

#[test]
fn nobody_approves_what_they_asked_for_nor_their_own_workspace() {
    for state in ReviewState::ALL {
        for party in [
            ReviewParty::Owner,
            ReviewParty::OtherMember,
            ReviewParty::OwnerOfTheBoard,
            ReviewParty::BoardMember,
            ReviewParty::Policy,
            ReviewParty::Stranger,
        ] {
            for decision in ["approve", "decline", "return"] {
                assert!(!party.commands(state).contains(&decision), "{party} may {decision} what is {state}");
            }
        }
    }
    assert_eq!(
        ReviewParty::Reviewer.commands(ReviewState::InReview),
        ["assign", "comment", "return", "approve", "decline"]
    );
}

#[test]
fn work_waits_only_if_the_policy_says_so() {
    for (required, blocks_work, waits) in [
        (false, false, [false, false, false]),
        (true, false, [false, false, false]),
        (false, true, [false, true, false]),
        (true, true, [true, true, false]),
    ] {
        let policy = ReviewPolicy { required, blocks_work };
        let submit = (OWNER, ReviewCommand::Submit { note: None });
        let assign = (13, ReviewCommand::Assign { reviewer: person(11) });
        let reviews = [vec![], vec![submit.clone()], vec![submit, assign, (11, ReviewCommand::Approve)]]
            .map(|steps| run(&steps).unwrap());
        assert_eq!(reviews.map(|review| review.blocks_work(policy)), waits, "{policy:?}");
    }
}

#[test]
fn a_history_that_cannot_have_happened_is_not_read() {
    let review = run(&[
        (OWNER, ReviewCommand::Submit { note: Some(text()) }),
        (13, ReviewCommand::Assign { reviewer: person(11) }),
        (11, ReviewCommand::Approve),
    ])
    .unwrap();
    let json = serde_json::to_string(&review).unwrap();
    assert_eq!(serde_json::from_str::<Review>(&json).unwrap(), review);
    let mut events = review.events().to_vec();
    events.remove(1);
    assert!(Review::try_from(events).is_err(), "approved without a reviewer");
}

/// Also if it is not known that they have a part in the workspace.
#[test]
fn who_asked_for_a_review_neither_reviews_nor_chooses_who_does() {
    let asks = Party { person: Some(person(11)), is_owner: true, is_of_the_board: true };
    let mut review = Review::default();
    let step = decide(&review, &asks, |_| false, &ReviewCommand::Submit { note: None }).unwrap();
    let at = Timestamp::from_unix_microseconds(0);
    review.apply(&ReviewEvent { at, by: Some(person(11)), step });
    for (by, reviewer, expected) in [(13, 11, false), (11, 13, false), (13, 12, true)] {
        let assign = ReviewCommand::Assign { reviewer: person(reviewer) };
        let found = decide(&review, &party(by), |_| false, &assign);
        assert_eq!(found.is_ok(), expected, "{reviewer} by {by}");
        assert!(expected || found == Err(ReviewError::NotImpartial));
    }
}
