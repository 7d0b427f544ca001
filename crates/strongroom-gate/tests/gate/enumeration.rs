//! Every point of the fact space, decided twice.

use std::collections::BTreeSet;

use strongroom_access::{AgreementGap, RequirementGap, RequirementStatus};
use strongroom_gate::{Ask, Decision, LONGEST_LEASE_MINUTES, Objection, Refusal, admit, admit_to_create};
use strongroom_primitives::{RowTier, Timestamp};
use strongroom_tiers::{Policy, TierRules};
use strongroom_workspaces::Action;

use crate::oracle;
use crate::world::{Brought, World, concrete, now, release_name};

/// The objections in the oracle's words.
fn in_words(refusal: &Refusal) -> BTreeSet<String> {
    let words = refusal.objections().iter().map(|objection| match objection {
        Objection::AccountSuspended { .. } => "suspended".to_owned(),
        Objection::AccountDisabled { .. } => "disabled".to_owned(),
        Objection::AccountClosed { .. } => "closed".to_owned(),
        Objection::ReleaseWithdrawn { .. } => "withdrawn".to_owned(),
        Objection::ReleaseOnlyToReplicate { .. } => "replication only".to_owned(),
        Objection::OtherTierOpen { .. } => "other tier open".to_owned(),
        Objection::NotAMember { .. } => "not a member".to_owned(),
        Objection::RoleTooLow { .. } => "role".to_owned(),
        Objection::ReleaseUnavailable { .. } => "release".to_owned(),
        Objection::ReleaseArchived { .. } => "archived".to_owned(),
        Objection::AgreementNotInForce { tier, gap } => {
            let gap = match gap {
                AgreementGap::NoInstitution => "no institution",
                AgreementGap::NoAgreement => "no agreement",
                AgreementGap::NotYet { .. } => "not yet",
                AgreementGap::Ended { .. } => "ended",
                AgreementGap::AddressNotCovered => "not covered",
                other => panic!("{other:?}"),
            };
            format!("{tier}: {gap}")
        }
        Objection::RequirementNotMet { requirement, gap, .. } => {
            let gap = match gap {
                RequirementGap::Missing => "missing",
                RequirementGap::Lapsed { .. } => "lapsed",
                RequirementGap::WrongVersion => "version",
                other => panic!("{other:?}"),
            };
            format!("{requirement}: {gap}")
        }
        other => panic!("{other:?}"),
    });
    let set: BTreeSet<String> = words.collect();
    assert_eq!(set.len(), refusal.objections().len(), "the same objection twice");
    set
}

fn owned(answer: Result<u32, BTreeSet<&'static str>>) -> Result<u32, BTreeSet<String>> {
    answer.map_err(|wrong| wrong.into_iter().map(str::to_owned).collect())
}

/// How many points the two fact spaces have: people × workspaces on a live release, and releases ×
/// policies for some people.
const PEOPLE: usize = 4 * 37 * 6 * 4 * 4 * 4 * 2;
const RELEASES: usize = 3 * 3 * 4 * 2 * 7 * 3 * 2 * 3;

#[test]
fn the_fact_spaces_are_as_large_as_they_are_said_to_be() {
    assert_eq!((World::people().count(), World::releases().count()), (PEOPLE, RELEASES));
    assert_eq!((PEOPLE, RELEASES), (113_664, 9_072));
}

#[test]
fn every_decision_is_the_oracles() {
    let mut admitted = 0_u32;
    for world in World::all() {
        let concrete = concrete(world);
        for action in Action::ALL {
            let expected = owned(oracle::answer(&world, &action.to_string()));
            match (concrete.admit(action, &[]), expected) {
                (Decision::Refused(refusal), Err(expected)) => {
                    assert_eq!(in_words(&refusal), expected, "{action} in {world:?}");
                }
                (Decision::Admitted(session), Ok(minutes)) => {
                    admitted += 1;
                    let ends = now().plus_minutes(minutes);
                    assert_eq!(session.not_after(), ends, "{action} in {world:?}");
                    assert_eq!((Some(session.role()), session.tier()), (world.role, world.tier));
                    if action != Action::View {
                        continue;
                    }
                    for other in Action::ALL {
                        let expected = owned(oracle::answer(&world, &other.to_string())).map(|_| ends);
                        let permit = session.change_permit(other, now());
                        let permitted = permit.map(|permit| permit.not_after());
                        let permitted = permitted.map_err(|refusal| in_words(&refusal));
                        assert_eq!(permitted, expected, "{other} after {action} in {world:?}");
                    }
                    let export = oracle::answer(&world, "export").is_ok();
                    assert_eq!(session.export_permit(now()).is_ok(), export, "{world:?}");
                }
                (decision, expected) => panic!("{decision:?}, not {expected:?}, for {action} in {world:?}"),
            }
        }
    }
    assert!(admitted > 1_000, "an enumeration that hardly admits tests nothing");
}

#[test]
fn every_permit_to_create_is_the_oracles() {
    for world in World::all().filter(|world| world.role.is_none()) {
        let concrete = concrete(world);
        let permit =
            admit_to_create(concrete.policy, &concrete.facts(), &release_name("release"), &[], now());
        let answer = permit.map(|permit| permit.not_after()).map_err(|refusal| in_words(&refusal));
        let expected = owned(oracle::answer_to_create(&world)).map(|minutes| now().plus_minutes(minutes));
        assert_eq!(answer, expected, "{world:?}");
    }
}

#[test]
fn controlled_includes_registered() {
    for world in World::all().filter(|world| world.tier == RowTier::Controlled && world.open_tier.is_none()) {
        let below = World { tier: RowTier::Registered, ..world };
        let controlled = concrete(world).admit(Action::View, &[]);
        if let Decision::Admitted(controlled) = controlled {
            let registered = concrete(below).admit(Action::View, &[]).into_result().unwrap();
            assert!(registered.not_after() >= controlled.not_after(), "{world:?}");
        }
    }
}

#[test]
fn no_tier_opens_without_every_requirement_and_no_grant_outlives_one() {
    for world in World::all() {
        let concrete = concrete(world);
        let Decision::Admitted(session) = concrete.admit(Action::View, &[]) else { continue };
        let live: Vec<Timestamp> =
            concrete.bypasses.iter().filter_map(|bypass| bypass.live_until(now())).collect();
        for name in concrete.policy.rules(world.tier).requirements() {
            let requirement = concrete.requirements.iter().find(|one| one.name() == name).unwrap();
            let met = match requirement.status(&concrete.evidence, now()) {
                RequirementStatus::Met { until } => Some(until),
                RequirementStatus::NotMet(_) => None,
            };
            let excused = live.iter().copied().filter(|_| name.as_str() == "code-of-conduct").max();
            assert!(
                met.max(excused).is_some_and(|until| session.not_after() <= until),
                "{name} in {world:?}"
            );
        }
        let institution = concrete.institution.as_ref().unwrap();
        for tier in world.tier.and_below() {
            let ends = institution.agreement(tier).unwrap().ends();
            assert!(session.not_after() <= ends, "{tier} in {world:?}");
        }
        assert!(session.not_after() <= now().plus_minutes(LONGEST_LEASE_MINUTES));
    }
}

#[test]
fn asking_for_more_never_widens_and_bringing_more_never_narrows() {
    let fewer = Policy::new(3, TierRules::new(vec![]), TierRules::new(vec![])).unwrap();
    for world in World::people().filter(|world| world.role.is_some()) {
        let concrete = concrete(world);
        let ask = Ask::new(concrete.workspace.id(), Action::View);
        let asked = admit(concrete.policy, &concrete.facts(), &ask, &[], now());
        let less = admit(&fewer, &concrete.facts(), &ask, &[], now());
        let complete = World { conduct: Brought::Fresh, training: Brought::Fresh, ..world };
        if let Decision::Admitted(asked) = asked {
            assert!(less.into_result().unwrap().not_after() >= asked.not_after(), "{world:?}");
            let complete = crate::world::concrete(complete).admit(Action::View, &[]).into_result().unwrap();
            assert!(complete.not_after() >= asked.not_after(), "{world:?}");
        }
    }
}
