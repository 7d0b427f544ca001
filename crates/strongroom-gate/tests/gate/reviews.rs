//! What the policy gives to the Resource Access Board, and when work waits for it.

use strongroom_gate::{Ask, Objection, admit, review_policy};
use strongroom_primitives::Label;
use strongroom_tiers::{Policy, PurposeKind, ReviewRules, ReviewTiming};
use strongroom_workspaces::{Action, Purpose, PurposeCategory, ReviewPolicy, Role};

use crate::world::{World, concrete, now, paragraph};

fn reviewing(policy: &Policy, kind: PurposeKind, timing: ReviewTiming) -> Policy {
    policy.clone().into_draft().with_reviews(ReviewRules::default().with(kind, timing)).build().unwrap()
}

fn purpose(category: PurposeCategory) -> Purpose {
    Purpose::new(category, paragraph("Who?"), paragraph("So."), paragraph("This."))
}

#[test]
fn every_category_is_reviewed_by_its_own_line_of_the_policy() {
    use PurposeCategory as Category;

    let policy = Policy::all_of_us().unwrap();
    let categories = [
        Category::DiseaseFocused { disease: Label::new("Gout").unwrap() },
        Category::MethodsDevelopment,
        Category::ControlSet,
        Category::Genetic,
        Category::SocialBehavioural,
        Category::PopulationHealth,
        Category::DrugDevelopment,
        Category::ForProfit,
        Category::Educational,
        Category::Other { details: paragraph("Something.") },
    ];
    for (category, kind) in categories.into_iter().zip(PurposeKind::ALL) {
        assert_eq!(category.code(), kind.as_str());
        for (timing, required, blocks_work) in [
            (ReviewTiming::OnRequest, false, false),
            (ReviewTiming::BesideWork, true, false),
            (ReviewTiming::BeforeWork, true, true),
        ] {
            let expected = ReviewPolicy { required, blocks_work };
            for other in PurposeKind::ALL {
                let policy = reviewing(&policy, other, timing);
                let found = review_policy(&policy, &purpose(category.clone()));
                let expected = if other == kind { expected } else { ReviewPolicy::default() };
                assert_eq!(found, expected, "{kind} by the line of {other}");
            }
            let policy = reviewing(&policy, kind, timing);
            let both = purpose(Category::Educational).with_category(category.clone());
            assert_eq!(review_policy(&policy, &both), expected, "{kind} as one of two");
        }
    }
}

#[test]
fn work_waits_for_the_board_where_the_policy_says_so_whatever_the_facts_say() {
    for role in Role::ALL {
        let there = concrete(World { role: Some(role), ..World::BEST });
        for (kind, timing, waits) in [
            (PurposeKind::Educational, ReviewTiming::BeforeWork, true),
            (PurposeKind::Educational, ReviewTiming::BesideWork, false),
            (PurposeKind::ForProfit, ReviewTiming::BeforeWork, false),
        ] {
            let policy = reviewing(there.policy, kind, timing);
            for action in Action::ALL {
                let ask = Ask::new(there.workspace.id(), action);
                let decision = admit(&policy, &there.facts(), &ask, &[], now());
                let waits = waits && !action.row().while_reviewed;
                assert_eq!(decision.is_admitted(), role.may(action) && !waits, "{action} as {role}");
                let refusal = decision.into_result().err();
                let objections = refusal.iter().flat_map(|refusal| refusal.objections().iter());
                let in_review = objections.filter(|one| **one == Objection::PurposeInReview).count();
                assert_eq!(in_review, usize::from(waits), "{action} as {role}");
            }
        }
    }
}

#[test]
fn what_either_asks_for_is_asked_for() {
    let there = concrete(World { role: Some(Role::Owner), ..World::BEST });
    let ask = Ask::new(there.workspace.id(), Action::CountCohort);
    let beside = reviewing(there.policy, PurposeKind::Educational, ReviewTiming::BesideWork);
    for (required, blocks_work, admitted) in
        [(false, false, true), (true, false, true), (false, true, false), (true, true, false)]
    {
        // The policy requires a review that the facts let nobody work before.
        let facts = there.facts().with_review_policy(ReviewPolicy { required, blocks_work });
        let decision = admit(&beside, &facts, &ask, &[], now());
        assert_eq!(decision.is_admitted(), admitted, "{required}, {blocks_work}");
    }
}
