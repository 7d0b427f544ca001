//! Every point of the fact space, decided twice.

use std::collections::BTreeSet;

use strongroom_access::{AgreementGap, RequirementGap};
use strongroom_gate::{Decision, Objection, Refusal, admit_to_create};
use strongroom_primitives::RowTier;
use strongroom_workspaces::Action;

use crate::oracle;
use crate::world::{World, concrete, now, policy, release_name};

/// The objections in the oracle's words.
fn in_words(refusal: &Refusal) -> BTreeSet<String> {
    let words = refusal.objections().iter().map(|objection| match objection {
        Objection::AccountDisabled { .. } => "account".to_owned(),
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
        let permit = admit_to_create(policy(), &concrete.facts(), &release_name("release"), &[], now());
        let answer = permit.map(|permit| permit.not_after()).map_err(|refusal| in_words(&refusal));
        let expected = owned(oracle::answer_to_create(&world)).map(|minutes| now().plus_minutes(minutes));
        assert_eq!(answer, expected, "{world:?}");
    }
}

#[test]
fn controlled_includes_registered() {
    for world in World::all().filter(|world| world.tier == RowTier::Controlled) {
        let below = World { tier: RowTier::Registered, ..world };
        let controlled = concrete(world).admit(Action::View, &[]);
        let registered = concrete(below).admit(Action::View, &[]);
        if let Decision::Admitted(controlled) = controlled {
            let registered = registered.into_result().unwrap();
            assert!(registered.not_after() >= controlled.not_after(), "{world:?}");
        }
    }
}
