//! What holds for all facts, also those that nobody thought of.

use proptest::prelude::*;
use strongroom_access::{AccessView, Actor, Candidate, Evidence, Requirement, standing};
use strongroom_gate::{Case, Decision, Objection, Operation, Rule, RuleObjection, tier_objections};
use strongroom_primitives::{Label, RowTier, Timestamp};
use strongroom_workspaces::{Action, Role};

use crate::world::{
    Account, Brought, Known, SetAside, Signed, World, concrete, days_ago, label, now, paragraph, proof,
    requirement_name,
};

/// Objects to some actions now, and to everything from some minute on, to looking first.
#[derive(Debug)]
struct Moody {
    name: Label,
    dislikes: Vec<Action>,
    patience: u32,
}

impl Rule for Moody {
    fn name(&self) -> &Label {
        &self.name
    }

    fn objections(&self, case: &Case<'_>) -> Vec<RuleObjection> {
        let disliked = self.dislikes.iter().any(|action| case.operation() == Operation::InWorkspace(*action));
        let objection = || RuleObjection::new(paragraph("no"), paragraph("Wait."), Actor::TheResearcher);
        disliked.then(objection).into_iter().collect()
    }

    fn not_after(&self, case: &Case<'_>) -> Timestamp {
        let patience = match case.operation() {
            Operation::InWorkspace(Action::View) => self.patience,
            _ => 2 * self.patience,
        };
        case.now().plus_minutes(patience)
    }
}

fn any_rule() -> impl Strategy<Value = Moody> {
    (prop::sample::subsequence(Action::ALL.to_vec(), 0..=Action::ALL.len()), 1u32..30)
        .prop_map(|(dislikes, patience)| Moody { name: label("mood"), dislikes, patience })
}

/// Facts of which most are good, so that many cases are admitted.
fn any_world() -> impl Strategy<Value = World> {
    let mostly =
        |good: Signed| prop_oneof![4 => Just(good), 1 => prop::sample::select(World::SIGNED.to_vec())];
    let brought = || prop_oneof![2 => Just(Brought::Fresh), 1 => prop::sample::select(World::BROUGHT_TRAINING.to_vec())];
    (
        prop_oneof![9 => Just(Account::Active), 1 => prop::sample::select(World::ACCOUNTS.to_vec())],
        prop::option::weighted(0.9, (mostly(Signed::InForce), mostly(Signed::Briefly))),
        brought(),
        brought(),
        prop::option::weighted(0.9, prop::sample::select(Role::ALL.to_vec())),
        prop::sample::select(RowTier::ALL.to_vec()),
        prop_oneof![4 => Just(Known::Live), 1 => prop::sample::select(World::KNOWN.to_vec())],
        prop_oneof![2 => Just(SetAside::No), 1 => prop::sample::select(World::SET_ASIDE.to_vec())],
        any::<bool>(),
    )
        .prop_map(|(account, signed, conduct, training, role, tier, release, bypass, replicates)| {
            World {
                account,
                bypass,
                replicates,
                signed: signed.map(|(low, high)| [low, high]),
                conduct,
                training,
                role,
                tier,
                release,
                ..World::BEST
            }
        })
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    let name = prop::sample::select(vec!["code-of-conduct", "training", "identity"]);
    (name, -400i64..400, prop::option::of(-100i64..100), 5u8..9).prop_map(|(name, ago, until, version)| {
        let piece = Evidence::new(requirement_name(name), days_ago(ago), label("test"))
            .with_proof(proof(name, &version.to_string()));
        match until {
            Some(ago) => piece.with_valid_until(days_ago(ago)),
            None => piece,
        }
    })
}

fn any_action() -> impl Strategy<Value = Action> {
    prop::sample::select(Action::ALL.to_vec())
}

fn objections(decision: &Decision) -> Vec<Objection> {
    match decision {
        Decision::Admitted(_) => Vec::new(),
        Decision::Refused(refusal) => refusal.objections().iter().cloned().collect(),
    }
}

/// Everything that a decision says, to be compared.
fn in_full(decision: &Decision) -> String {
    format!("{decision:?}")
}

proptest! {
    #[test]
    fn more_evidence_never_removes_access(
        world in any_world(),
        action in any_action(),
        more in prop::collection::vec(any_evidence(), 1..5),
    ) {
        let before = concrete(world);
        let mut after = concrete(world);
        after.evidence.extend(more);
        let (before, after) = (before.admit(action, &[]), after.admit(action, &[]));
        prop_assert!(objections(&after).len() <= objections(&before).len());
        if let Decision::Admitted(before) = before {
            let after = after.into_result().unwrap();
            prop_assert!(after.not_after() >= before.not_after());
        }
    }

    #[test]
    fn a_rule_can_only_shrink(world in any_world(), action in any_action(), first in any_rule(), second in any_rule()) {
        let concrete = concrete(world);
        let without = concrete.admit(action, &[&first]);
        let with = concrete.admit(action, &[&first, &second]);
        let (fewer, more) = (objections(&without), objections(&with));
        prop_assert!(fewer.iter().all(|objection| more.contains(objection)));
        if let Decision::Admitted(with) = with {
            let without = without.into_result().unwrap();
            prop_assert!(with.not_after() <= without.not_after());
            for other in Action::ALL {
                if let Ok(permit) = with.change_permit(other, now()) {
                    let unhindered = without.change_permit(other, now()).unwrap();
                    prop_assert!(permit.not_after() <= unhindered.not_after());
                }
            }
        }
    }

    #[test]
    fn no_permit_gets_round_a_rule(world in any_world(), action in any_action(), rule in any_rule()) {
        let concrete = concrete(world);
        if let Decision::Admitted(session) = concrete.admit(action, &[&rule]) {
            for other in Action::ALL {
                let asked_for = concrete.admit(other, &[&rule]);
                let permitted = session.change_permit(other, now());
                prop_assert_eq!(permitted.is_ok(), asked_for.is_admitted());
                if let Ok(permit) = permitted {
                    prop_assert!(permit.not_after() <= session.not_after());
                }
                prop_assert_eq!(session.check_action(other, now()).is_ok(), asked_for.is_admitted());
            }
            prop_assert_eq!(
                session.export_permit(now()).is_ok(),
                concrete.admit(Action::Export, &[&rule]).is_admitted()
            );
        }
    }

    #[test]
    fn the_decision_says_what_the_page_of_requirements_says(world in any_world()) {
        let there = concrete(world);
        let objections = tier_objections(there.policy, &there.facts(), world.tier, now());
        let asked: Vec<&Requirement> = there
            .policy
            .rules(world.tier)
            .requirements()
            .iter()
            .filter_map(|name| there.requirements.iter().find(|one| one.name() == name))
            .collect();
        // What the policy does not provide for is set aside on no page.
        let too_long = matches!(world.bypass, SetAside::TooLong);
        let provided: &[_] = if too_long { &[] } else { &there.bypasses };
        let candidate = Candidate::new(&there.person)
            .with_institution(there.institution.as_ref())
            .with_evidence(&there.evidence)
            .with_bypasses(provided);
        let standing = standing(&candidate, &asked, world.tier, now());
        prop_assert_eq!(AccessView::of(&standing, now()).missing().count(), objections.len());
        prop_assert_eq!(standing.not_after().is_some(), objections.is_empty());
        if let Decision::Admitted(session) = there.admit(Action::View, &[]) {
            prop_assert!(Some(session.not_after()) <= standing.not_after());
        }
    }

    #[test]
    fn the_same_facts_give_the_same_decision(world in any_world(), action in any_action(), rule in any_rule()) {
        let (one, other) = (concrete(world), concrete(world));
        prop_assert_eq!(in_full(&one.admit(action, &[&rule])), in_full(&other.admit(action, &[&rule])));
    }

    #[test]
    fn the_order_of_evidence_is_of_no_account(
        world in any_world(),
        action in any_action(),
        more in prop::collection::vec(any_evidence(), 0..6).prop_shuffle(),
    ) {
        let (mut one, mut other) = (concrete(world), concrete(world));
        one.evidence.extend(more.iter().cloned());
        other.evidence.extend(more.into_iter().rev());
        prop_assert_eq!(in_full(&one.admit(action, &[])), in_full(&other.admit(action, &[])));
    }

    #[test]
    fn nothing_is_good_for_longer_than_it_says(world in any_world(), action in any_action(), minutes in 0u32..30) {
        if let Decision::Admitted(session) = concrete(world).admit(action, &[]) {
            let later = now().plus_minutes(minutes);
            let live = later < session.not_after();
            prop_assert_eq!(session.is_live(later), live);
            match session.change_permit(action, later) {
                Ok(permit) => {
                    prop_assert!(live && permit.not_after() <= session.not_after());
                    prop_assert!(permit.check(later).is_ok());
                    prop_assert!(permit.check(permit.not_after()).is_err());
                }
                Err(refusal) => {
                    prop_assert!(!live);
                    let expired = Objection::DecisionExpired { since: session.not_after() };
                    prop_assert_eq!(refusal.objections().first(), &expired);
                }
            }
        }
    }
}
