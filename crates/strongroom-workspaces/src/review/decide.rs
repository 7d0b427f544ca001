use strongroom_primitives::{Id, kind};

use super::{Review, ReviewCommand, ReviewError, ReviewState, ReviewStep};

/// Who gives a command, as far as a review is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Party {
    /// Nobody if it is the policy.
    pub(crate) person: Option<Id<kind::Person>>,
    pub(crate) is_owner: bool,
    pub(crate) is_of_the_board: bool,
}

impl ReviewCommand {
    pub(super) fn step(&self) -> ReviewStep {
        match self.clone() {
            Self::Submit { note } => ReviewStep::Submitted { note },
            Self::Assign { reviewer } => ReviewStep::Assigned { reviewer },
            Self::Comment { text } => ReviewStep::Commented { text },
            Self::Return { reason } => ReviewStep::Returned { reason },
            Self::Approve => ReviewStep::Approved,
            Self::Decline { reason } => ReviewStep::Declined { reason },
            Self::Appeal { reason } => ReviewStep::Appealed { reason },
        }
    }

    fn in_the_past_tense(&self) -> &'static str {
        match self {
            Self::Submit { .. } => "submitted",
            Self::Assign { .. } => "assigned",
            Self::Comment { .. } => "commented on",
            Self::Return { .. } => "returned",
            Self::Approve => "approved",
            Self::Decline { .. } => "declined",
            Self::Appeal { .. } => "appealed",
        }
    }
}

/// The step that the command leads to.
///
/// `has_a_part` says who belongs to the workspace, or ever did: they do not review it, and neither do
/// those who asked for the review, nor does any of them choose who does. This is looked at when somebody
/// is assigned and again whenever they decide, for they may have joined meanwhile.
pub(crate) fn decide(
    review: &Review,
    party: &Party,
    has_a_part: impl Fn(Id<kind::Person>) -> bool,
    command: &ReviewCommand,
) -> Result<ReviewStep, ReviewError> {
    let impartial = |person: Id<kind::Person>| !has_a_part(person) && !review.has_asked(person);
    let reviewer = party.person.filter(|person| party.is_of_the_board && review.reviewers().contains(person));
    match command {
        ReviewCommand::Submit { .. } if party.is_owner => {}
        // The policy asks once; what was given back is the owners' to give again.
        ReviewCommand::Submit { .. }
            if party.person.is_none() && review.state() == ReviewState::NotRequested => {}
        ReviewCommand::Submit { .. } => return Err(ReviewError::NotAllowed("an owner or the policy")),
        ReviewCommand::Assign { reviewer } => {
            if !party.is_of_the_board {
                return Err(ReviewError::NotAllowed("the Resource Access Board"));
            }
            // Nor does anybody choose who reviews what they have a part in.
            if !impartial(*reviewer) || !party.person.is_some_and(impartial) {
                return Err(ReviewError::NotImpartial);
            }
            if review.has_declined(*reviewer) {
                return Err(ReviewError::DecidedBefore);
            }
        }
        ReviewCommand::Comment { .. } if party.is_owner || reviewer.is_some() => {}
        ReviewCommand::Comment { .. } => return Err(ReviewError::NotAllowed("an owner or a reviewer")),
        ReviewCommand::Return { .. } | ReviewCommand::Approve | ReviewCommand::Decline { .. } => {
            let reviewer = reviewer.ok_or(ReviewError::NotAllowed("a reviewer"))?;
            if !impartial(reviewer) {
                return Err(ReviewError::NotImpartial);
            }
        }
        ReviewCommand::Appeal { .. } if !party.is_owner => return Err(ReviewError::NotAllowed("an owner")),
        ReviewCommand::Appeal { .. } if review.was_appealed() => return Err(ReviewError::AppealedBefore),
        ReviewCommand::Appeal { .. } => {}
    }
    let step = command.step();
    match review.state().after(&step) {
        Some(_) => Ok(step),
        None => Err(ReviewError::WrongState { state: review.state(), step: command.in_the_past_tense() }),
    }
}
