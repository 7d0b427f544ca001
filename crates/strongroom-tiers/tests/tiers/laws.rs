use proptest::prelude::*;
use strongroom_primitives::RowTier;
use strongroom_tiers::{Direction, Policy, diff};

use crate::generate::{NAMES, name, policy};

/// The same policy, asking in the tier and above for this requirement too.
fn asking_for(policy: &Policy, tier: RowTier, requirement: &str) -> Policy {
    let requirement = name(requirement);
    let draft = RowTier::ALL.into_iter().filter(|one| *one >= tier).fold(
        policy.clone().into_draft(),
        |draft, tier| {
            let rules = policy.rules(tier);
            let mut names = rules.requirements().to_vec();
            if !names.contains(&requirement) {
                names.push(requirement.clone());
            }
            draft.with_tier(tier, rules.clone().with_requirements(names))
        },
    );
    draft.build().unwrap()
}

proptest! {
    #[test]
    fn a_policy_reads_back_from_both_notations(policy in policy()) {
        let (toml, json) = (policy.to_toml(), policy.to_json());
        prop_assert_eq!(&Policy::from_toml(&toml).unwrap(), &policy, "{}", toml);
        prop_assert_eq!(&Policy::from_json(&json).unwrap(), &policy);
        prop_assert_eq!(&Policy::read(toml.as_bytes()).unwrap(), &policy);
        prop_assert_eq!(&Policy::read(json.as_bytes()).unwrap(), &policy);
        prop_assert_eq!(&serde_json::from_str::<Policy>(&json).unwrap(), &policy);
        prop_assert_eq!(Policy::from_toml(&toml).unwrap().digest(), policy.digest());
    }

    #[test]
    fn a_higher_tier_asks_for_everything_below(policy in policy()) {
        let above = policy.requirements(RowTier::Controlled);
        prop_assert!(policy.requirements(RowTier::Registered).iter().all(|name| above.contains(name)));
        for tier in RowTier::ALL {
            prop_assert_eq!(policy.declarations(tier).count(), policy.requirements(tier).len());
        }
    }

    #[test]
    fn what_the_registered_tier_shows_the_controlled_tier_shows(policy in policy()) {
        let [below, above] = RowTier::ALL.map(|tier| policy.rules(tier).hidden());
        prop_assert!(below.includes(above));
    }

    #[test]
    fn a_policy_differs_from_others_and_not_from_itself(old in policy(), new in policy()) {
        prop_assert!(diff(&old, &old).is_empty());
        prop_assert_eq!(diff(&old, &new).is_empty(), old == new);
        prop_assert_eq!(old.digest() == new.digest(), old == new);
    }

    #[test]
    fn the_way_back_has_the_opposite_directions(old in policy(), new in policy()) {
        let (there, back) = (diff(&old, &new), diff(&new, &old));
        let mut reversed: Vec<_> = back
            .changes()
            .iter()
            .map(|one| (one.path().clone(), one.after(), one.before(), one.direction().reversed()))
            .collect();
        let mut changes: Vec<_> = there
            .changes()
            .iter()
            .map(|one| (one.path().clone(), one.before(), one.after(), one.direction()))
            .collect();
        reversed.sort();
        changes.sort();
        prop_assert_eq!(changes, reversed);
        prop_assert_eq!(there.loosens(), back.tightens());
    }

    #[test]
    fn asking_for_more_is_never_looser(
        policy in policy(),
        tier in prop::sample::select(RowTier::ALL.to_vec()),
        requirement in prop::sample::select(&NAMES[..]),
    ) {
        let stricter = asking_for(&policy, tier, requirement);
        let changes = diff(&policy, &stricter);
        prop_assert!(!changes.loosens(), "{}", changes);
        prop_assert_eq!(changes.tightens(), stricter != policy);
    }

    #[test]
    fn hiding_more_is_never_looser(policy in policy(), table in "[a-z]{1,5}") {
        let rules = policy.rules(RowTier::Registered);
        let hidden = rules.hidden().clone().with_table(table).with_source_values();
        let draft = policy.clone().into_draft();
        let stricter = draft.with_tier(RowTier::Registered, rules.clone().with_hidden(hidden)).build().unwrap();
        prop_assert!(diff(&policy, &stricter).changes().iter().all(|one| one.direction() == Direction::Stricter));
    }
}

/// One policy is written in one way, also where a line of it says what holds without it.
#[test]
fn a_review_on_request_need_not_be_written() {
    let hospital = Policy::small_hospital().unwrap();
    let text = include_str!("../../policies/small_hospital.toml");
    let longer = text.replacen("[reviews]\n", "[reviews]\ngenetic = \"on-request\"\n", 1);
    assert_ne!(text, longer);
    let longer = Policy::from_toml(&longer).unwrap();
    assert_eq!((longer.digest(), &longer), (hospital.digest(), &hospital));
    assert!(!Policy::all_of_us().unwrap().to_json().contains("reviews"), "nothing is said of them there");
}
