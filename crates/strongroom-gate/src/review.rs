use strongroom_tiers::{Policy, PurposeKind, ReviewTiming};
use strongroom_workspaces::{Purpose, PurposeCategory, ReviewPolicy};

/// What the policy says of the review of a purpose: as the strictest of its categories asks.
///
/// [`admit`](crate::admit) goes by it whatever the facts say, which can only ask for more. Whoever creates,
/// copies or changes a workspace needs it to give the purpose to the board.
#[must_use]
pub fn review_policy(policy: &Policy, purpose: &Purpose) -> ReviewPolicy {
    let kinds: Option<Vec<PurposeKind>> = purpose.categories().iter().map(kind).collect();
    // Of a category that no policy can name nothing was said: nobody works before the board has looked.
    let timing = kinds.map_or(ReviewTiming::BeforeWork, |kinds| policy.reviews().strictest(kinds));
    ReviewPolicy {
        required: timing >= ReviewTiming::BesideWork,
        blocks_work: timing == ReviewTiming::BeforeWork,
    }
}

fn kind(category: &PurposeCategory) -> Option<PurposeKind> {
    PurposeKind::ALL.into_iter().find(|kind| kind.as_str() == category.code())
}
