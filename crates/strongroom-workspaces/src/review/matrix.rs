use std::fmt;

use strongroom_primitives::{BoundedText, Id, Timestamp, kind};

use super::{Party, Review, ReviewCommand, ReviewEvent, ReviewState, ReviewStep, decide};

/// Who can have a part in a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a new party must be given its column")]
pub enum ReviewParty {
    /// An owner of the workspace.
    Owner,
    /// Another member of it.
    OtherMember,
    /// Somebody of the board who was assigned.
    Reviewer,
    /// Somebody of the board who was not.
    BoardMember,
    /// An owner of the workspace who is of the board, and whom the board assigned before they joined.
    OwnerOfTheBoard,
    /// The programme's policy.
    Policy,
    /// Anybody else.
    Stranger,
}

impl ReviewParty {
    /// All parties, in the order of the matrix.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::OtherMember,
        Self::Reviewer,
        Self::BoardMember,
        Self::OwnerOfTheBoard,
        Self::Policy,
        Self::Stranger,
    ];

    fn person(self) -> Option<Id<kind::Person>> {
        (self != Self::Policy).then(|| Id::from_u128(self as u128 + 1))
    }

    fn party(self) -> Party {
        Party {
            person: self.person(),
            is_owner: matches!(self, Self::Owner | Self::OwnerOfTheBoard),
            is_of_the_board: matches!(self, Self::Reviewer | Self::BoardMember | Self::OwnerOfTheBoard),
        }
    }

    fn has_a_part(person: Id<kind::Person>) -> bool {
        [Self::Owner, Self::OtherMember, Self::OwnerOfTheBoard]
            .into_iter()
            .any(|member| member.person() == Some(person))
    }

    /// The commands that this party may give to a review in this state, as the code decides it.
    #[must_use]
    pub fn commands(self, state: ReviewState) -> Vec<&'static str> {
        let review = sample(state);
        commands()
            .into_iter()
            .filter(|(_, command)| decide(&review, &self.party(), Self::has_a_part, command).is_ok())
            .map(|(name, _)| name)
            .collect()
    }
}

/// What each party may do in each state of a review, as Markdown. It is made from what is decided,
/// and not from what somebody wrote down.
#[must_use]
pub fn review_matrix_markdown() -> String {
    let mut page = String::from("| State |");
    for party in ReviewParty::ALL {
        page.push_str(&format!(" {party} |"));
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(ReviewParty::ALL.len()));
    page.push('\n');
    for state in ReviewState::ALL {
        page.push_str(&format!("| {state} |"));
        for party in ReviewParty::ALL {
            let commands = party.commands(state).join(", ");
            page.push_str(&if commands.is_empty() { " – |".to_owned() } else { format!(" {commands} |") });
        }
        page.push('\n');
    }
    page
}

fn commands() -> Vec<(&'static str, ReviewCommand)> {
    // The text is one word within its limits; without it there is nothing to ask.
    let Ok(text) = BoundedText::new("words") else { return Vec::new() };
    let newcomer = Id::from_u128(100);
    vec![
        ("submit", ReviewCommand::Submit { note: None }),
        ("assign", ReviewCommand::Assign { reviewer: newcomer }),
        ("comment", ReviewCommand::Comment { text: text.clone() }),
        ("return", ReviewCommand::Return { reason: text.clone() }),
        ("approve", ReviewCommand::Approve),
        ("decline", ReviewCommand::Decline { reason: text.clone() }),
        ("appeal", ReviewCommand::Appeal { reason: text }),
    ]
}

/// A review that has come to this state.
fn sample(state: ReviewState) -> Review {
    let Ok(text) = BoundedText::new("words") else { return Review::default() };
    let reviewers = [ReviewParty::Reviewer, ReviewParty::OwnerOfTheBoard];
    let assigned = reviewers
        .into_iter()
        .filter_map(|party| party.person())
        .map(|reviewer| ReviewStep::Assigned { reviewer });
    let submitted = || vec![ReviewStep::Submitted { note: None }];
    let in_review = || submitted().into_iter().chain(assigned.clone()).collect::<Vec<_>>();
    let after = |mut steps: Vec<ReviewStep>, last| {
        steps.push(last);
        steps
    };
    let declined = || after(in_review(), ReviewStep::Declined { reason: text.clone() });
    let steps = match state {
        ReviewState::NotRequested => Vec::new(),
        ReviewState::Submitted => submitted(),
        ReviewState::InReview => in_review(),
        ReviewState::Returned => after(in_review(), ReviewStep::Returned { reason: text.clone() }),
        ReviewState::Approved => after(in_review(), ReviewStep::Approved),
        ReviewState::Declined => declined(),
        ReviewState::Appealed => after(declined(), ReviewStep::Appealed { reason: text.clone() }),
    };
    let mut review = Review::default();
    for step in steps {
        let by = match step {
            ReviewStep::Submitted { .. } | ReviewStep::Appealed { .. } => ReviewParty::Owner,
            ReviewStep::Assigned { .. } => ReviewParty::BoardMember,
            _ => ReviewParty::Reviewer,
        };
        review.apply(&ReviewEvent { at: Timestamp::from_unix_microseconds(0), by: by.person(), step });
    }
    review
}

impl fmt::Display for ReviewParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Owner => "owner",
            Self::OtherMember => "other member",
            Self::Reviewer => "assigned reviewer",
            Self::BoardMember => "other board member",
            Self::OwnerOfTheBoard => "owner who is of the board",
            Self::Policy => "policy",
            Self::Stranger => "anybody else",
        })
    }
}
