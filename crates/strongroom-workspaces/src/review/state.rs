use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, kind};

use super::{ReviewError, ReviewEvent, ReviewPolicy, ReviewStep};

/// The review of a purpose: everything that happened in it. Where it is follows from that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<ReviewEvent>", into = "Vec<ReviewEvent>")]
pub struct Review {
    // INVARIANT: each event follows from those before it; `state`, `reviewers` and `declined_by` are
    // what follows from all.
    events: Vec<ReviewEvent>,
    state: ReviewState,
    reviewers: BTreeSet<Id<kind::Person>>,
    declined_by: BTreeSet<Id<kind::Person>>,
    appealed: bool,
}

/// Where a review is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a new state must be handled by everyone who looks at states")]
pub enum ReviewState {
    /// Nobody has asked for one.
    #[default]
    NotRequested,
    /// It awaits a reviewer.
    Submitted,
    /// Reviewers have it.
    InReview,
    /// The owners have it, to change the purpose.
    Returned,
    /// The purpose is approved.
    Approved,
    /// The purpose is declined.
    Declined,
    /// It awaits another reviewer.
    Appealed,
}

impl ReviewState {
    /// All states, in the order of a review.
    pub const ALL: [Self; 7] = [
        Self::NotRequested,
        Self::Submitted,
        Self::InReview,
        Self::Returned,
        Self::Approved,
        Self::Declined,
        Self::Appealed,
    ];

    /// Where the review is after the step; `None` if the step cannot be taken here.
    pub(super) fn after(self, step: &ReviewStep) -> Option<Self> {
        use ReviewStep as Step;

        match (self, step) {
            (Self::NotRequested, Step::Submitted { .. }) | (Self::Approved, Step::PurposeChanged) => {
                Some(Self::Submitted)
            }
            (Self::Returned, Step::Submitted { .. })
            | (Self::Submitted | Self::InReview | Self::Appealed, Step::Assigned { .. }) => {
                Some(Self::InReview)
            }
            (Self::Submitted | Self::InReview | Self::Returned | Self::Appealed, Step::Commented { .. }) => {
                Some(self)
            }
            (Self::InReview, Step::Returned { .. }) => Some(Self::Returned),
            (Self::InReview, Step::Approved) => Some(Self::Approved),
            (Self::InReview, Step::Declined { .. }) => Some(Self::Declined),
            (Self::Declined, Step::Appealed { .. }) => Some(Self::Appealed),
            _ => None,
        }
    }
}

impl Review {
    /// Where it is.
    #[must_use]
    pub fn state(&self) -> ReviewState {
        self.state
    }

    /// Everything that happened, in order.
    #[must_use]
    pub fn events(&self) -> &[ReviewEvent] {
        &self.events
    }

    /// Who reviews it now.
    #[must_use]
    pub fn reviewers(&self) -> &BTreeSet<Id<kind::Person>> {
        &self.reviewers
    }

    /// Whether it keeps people from working with the data under this policy.
    #[must_use]
    pub fn blocks_work(&self, policy: ReviewPolicy) -> bool {
        let awaited = policy.required || self.state != ReviewState::NotRequested;
        policy.blocks_work && awaited && self.state != ReviewState::Approved
    }

    /// Who has asked for something in it: they do not decide on it.
    pub(super) fn has_asked(&self, person: Id<kind::Person>) -> bool {
        self.events.iter().any(|event| {
            event.by == Some(person)
                && matches!(event.step, ReviewStep::Submitted { .. } | ReviewStep::Appealed { .. })
        })
    }

    pub(super) fn has_declined(&self, person: Id<kind::Person>) -> bool {
        self.declined_by.contains(&person)
    }

    pub(super) fn was_appealed(&self) -> bool {
        self.appealed
    }

    /// The same review after one more event. One that does not follow changes nothing.
    pub(crate) fn apply(&mut self, event: &ReviewEvent) {
        self.try_apply(event.clone()).ok();
    }

    fn try_apply(&mut self, event: ReviewEvent) -> Result<(), ReviewError> {
        let unreadable = ReviewError::WrongState { state: self.state, step: "continued like this" };
        self.state = self.state.after(&event.step).ok_or(unreadable)?;
        match &event.step {
            ReviewStep::Assigned { reviewer } => {
                self.reviewers.insert(*reviewer);
            }
            ReviewStep::PurposeChanged => self.reviewers.clear(),
            ReviewStep::Declined { .. } => self.declined_by.extend(event.by),
            ReviewStep::Appealed { .. } => {
                self.reviewers.clear();
                self.appealed = true;
            }
            _ => {}
        }
        self.events.push(event);
        Ok(())
    }
}

impl TryFrom<Vec<ReviewEvent>> for Review {
    type Error = ReviewError;

    fn try_from(events: Vec<ReviewEvent>) -> Result<Self, ReviewError> {
        let mut review = Self::default();
        events.into_iter().try_for_each(|event| review.try_apply(event))?;
        Ok(review)
    }
}

impl From<Review> for Vec<ReviewEvent> {
    fn from(review: Review) -> Self {
        review.events
    }
}

impl fmt::Display for ReviewState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotRequested => "not requested",
            Self::Submitted => "submitted",
            Self::InReview => "in review",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Appealed => "appealed",
        })
    }
}
