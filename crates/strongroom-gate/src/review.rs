use strongroom_tiers::{Policy, PurposeKind, ReviewTiming};
use strongroom_workspaces::{Purpose, PurposeCategory, ReviewPolicy};

/// What the policy says of the review of a purpose: as the strictest of its categories asks.
///
/// [`admit`](crate::admit) goes by it whatever the facts say, which can only ask for more. Whoever creates,
/// copies or changes a workspace needs it to give the purpose to the board.
#[must_use]
pub fn review_policy(policy: &Policy, purpose: &Purpose) -> ReviewPolicy {
    let timing = policy.reviews().strictest(purpose.categories().iter().map(kind));
    ReviewPolicy {
        required: timing >= ReviewTiming::BesideWork,
        blocks_work: timing == ReviewTiming::BeforeWork,
    }
}

fn kind(category: &PurposeCategory) -> PurposeKind {
    match category {
        PurposeCategory::DiseaseFocused { .. } => PurposeKind::DiseaseFocused,
        PurposeCategory::MethodsDevelopment => PurposeKind::MethodsDevelopment,
        PurposeCategory::ControlSet => PurposeKind::ControlSet,
        PurposeCategory::Genetic => PurposeKind::Genetic,
        PurposeCategory::SocialBehavioural => PurposeKind::SocialBehavioural,
        PurposeCategory::PopulationHealth => PurposeKind::PopulationHealth,
        PurposeCategory::DrugDevelopment => PurposeKind::DrugDevelopment,
        PurposeCategory::ForProfit => PurposeKind::ForProfit,
        PurposeCategory::Educational => PurposeKind::Educational,
        // Also a category that is not known here: it is something else.
        _ => PurposeKind::Other,
    }
}
