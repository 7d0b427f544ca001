//! Where facts meet that do not belong together, and what a stranger can learn.

use strongroom_access::{EmailAddress, Institution, Person, Requirement};
use strongroom_gate::{
    Ask, ClosedPeriod, Decision, Facts, Objection, Refusal, Rule, admit, admit_to_create, public_session,
    tier_objections,
};
use strongroom_primitives::{Id, RowTier};
use strongroom_tiers::{Hidden, Policy, Release, TierRules};
use strongroom_workspaces::{Action, Role};

use crate::world::{
    Account, Concrete, World, concrete, days_ago, label, now, paragraph, policy, release_name,
    requirement_name, workspace,
};

fn refusal(decision: Decision) -> Refusal {
    decision.into_result().unwrap_err()
}

fn closed(from_minute: u32, to_minute: u32) -> ClosedPeriod {
    ClosedPeriod::new(
        label("Maintenance"),
        now().plus_minutes(from_minute),
        now().plus_minutes(to_minute),
        paragraph("the release is being replaced"),
    )
    .unwrap()
}

#[test]
fn to_a_stranger_no_workspace_exists() {
    let nothing_open = closed(0, 1);
    let rules: [&dyn Rule; 1] = [&nothing_open];
    for account in World::ACCOUNTS {
        let world = World { account, role: None, ..World::BEST };
        let mut answers = RowTier::ALL.map(|tier| concrete(World { tier, ..world })).into_iter().flat_map(
            |there: Concrete| {
                let ask = Ask::new(there.workspace.id(), Action::View);
                let nowhere = Facts::new(&there.person, &there.requirements, &there.evidence);
                let elsewhere = workspace(Id::from_u128(77), RowTier::Registered, Some(Role::Owner));
                [nowhere, nowhere.with_workspace(&elsewhere), there.facts()].map(|facts| {
                    let answer = refusal(admit(policy(), &facts, &ask, &rules, now()));
                    (serde_json::to_string(&answer).unwrap(), answer.to_string())
                })
            },
        );
        let first = answers.next().unwrap();
        assert!(answers.all(|answer| answer == first), "a stranger can tell");
    }
}

#[test]
fn another_institution_vouches_for_nobody() {
    let mut concrete = concrete(World::BEST);
    concrete.person =
        Person::new(concrete.person.id(), label("Ada"), EmailAddress::new("ada@uni.edu").unwrap())
            .with_institution(Id::from_u128(55));
    let answer = refusal(concrete.admit(Action::View, &[]));
    assert_eq!(answer.objections().len(), 2, "{answer}");
    concrete.institution = Some(Institution::new(Id::from_u128(55), label("College")));
    assert!(!concrete.admit(Action::View, &[]).is_admitted());
}

#[test]
fn another_release_is_no_release() {
    let mut concrete = concrete(World::BEST);
    concrete.release = Some(Release::new(release_name("another"), RowTier::Controlled));
    let unavailable = Objection::ReleaseUnavailable { release: release_name("release") };
    let answer = refusal(concrete.admit(Action::View, &[]));
    assert_eq!(answer.objections().first(), &unavailable);
    let create = admit_to_create(policy(), &concrete.facts(), &release_name("release"), &[], now());
    assert_eq!(create.unwrap_err().objections().first(), &unavailable);
}

#[test]
fn an_undefined_requirement_closes_the_tier() {
    let mut concrete = concrete(World::BEST);
    concrete.requirements.retain(|one| one.name().as_str() != "training");
    let answer = refusal(concrete.admit(Action::View, &[]));
    assert_eq!(
        answer.objections().first(),
        &Objection::RequirementUndefined { requirement: requirement_name("training") }
    );
    let below = tier_objections(policy(), &concrete.facts(), RowTier::Registered, now());
    assert_eq!(below, []);
}

#[test]
fn a_second_definition_makes_nothing_easier() {
    let mut concrete = concrete(World::BEST);
    let stricter: Vec<Requirement> =
        concrete.requirements.iter().map(|one| one.clone().with_valid_for_days(0)).collect();
    concrete.requirements.extend(stricter);
    assert!(!concrete.admit(Action::View, &[]).is_admitted());
    concrete.requirements.rotate_right(2);
    assert!(!concrete.admit(Action::View, &[]).is_admitted());
}

#[test]
fn a_closed_period_is_half_open_and_no_session_reaches_into_it() {
    for (from, to, expected) in [(0, 5, None), (5, 9, Some(5)), (15, 99, Some(15)), (60, 99, Some(15))] {
        let rule = closed(from, to);
        let decision = concrete(World::BEST).admit(Action::View, &[&rule]);
        let until = decision.into_result().ok().map(|session| session.not_after());
        assert_eq!(until, expected.map(|minutes| now().plus_minutes(minutes)), "{from} to {to}");
    }
    let over = ClosedPeriod::new(label("Over"), days_ago(1), now(), paragraph("over")).unwrap();
    assert!(concrete(World::BEST).admit(Action::View, &[&over]).is_admitted());
    assert!(ClosedPeriod::new(label("Backwards"), now(), now(), paragraph("never")).is_err());
}

#[test]
fn a_rules_objection_is_reported_with_all_others() {
    let world = World { account: Account::Disabled, role: Some(Role::Reader), ..World::BEST };
    let rule = closed(0, 5);
    let answer = refusal(concrete(world).admit(Action::Export, &[&rule]));
    assert_eq!(
        answer.to_string(),
        "refused: the account is closed since 2026-02-28T09:00:00Z; the person is a reader; to export needs a \
         writer; Maintenance: the release is being replaced"
    );
}

#[test]
fn a_session_carries_what_was_decided() {
    let concrete = concrete(World::BEST);
    let hidden = Hidden::nothing().with_table("note");
    let rules =
        |suppress| TierRules::new(Vec::new()).with_suppress_up_to(suppress).with_hidden(hidden.clone());
    let policy = Policy::new(12, rules(20), rules(5)).unwrap();
    let ask = Ask::new(concrete.workspace.id(), Action::Export);
    let session = admit(&policy, &concrete.facts(), &ask, &[], now()).into_result().unwrap();
    assert_eq!(session.person(), concrete.person.id());
    assert_eq!(session.workspace(), concrete.workspace.id());
    assert_eq!(session.release(), concrete.workspace.release());
    assert_eq!((session.tier(), session.role()), (RowTier::Controlled, Role::Owner));
    assert_eq!((session.policy_version(), session.suppress_up_to()), (12, 5));
    assert!(session.hidden().hides_column("note", "note_text"));

    let export = session.export_permit(now()).unwrap();
    assert_eq!((export.person(), export.workspace()), (session.person(), session.workspace()));
    assert_eq!((export.release(), export.tier()), (session.release(), session.tier()));
    assert_eq!((export.action(), export.not_after()), (Action::Export, session.not_after()));

    let share = session.change_permit(Action::Share, now()).unwrap();
    assert_eq!((share.person(), share.workspace()), (session.person(), session.workspace()));
    assert_eq!((share.release(), share.action()), (session.release(), Action::Share));

    let create = admit_to_create(&policy, &concrete.facts(), &release_name("release"), &[], now()).unwrap();
    assert_eq!((create.person(), create.tier()), (session.person(), RowTier::Controlled));
    assert_eq!((create.release(), create.policy_version()), (session.release(), 12));

    let public = public_session(&policy, release_name("release"));
    assert_eq!((public.release(), public.policy_version()), (session.release(), 12));
}

#[test]
fn each_requirement_of_all_of_us_is_needed() {
    let policy = Policy::all_of_us().unwrap();
    let requirements = Requirement::all_of_us().unwrap();
    let complete = concrete(World::BEST);
    let evidence: Vec<_> =
        requirements.iter().flat_map(|one| one.sufficient_evidence(now(), &label("test")).unwrap()).collect();
    let missing = |evidence: &[_], tier| {
        let facts = Facts::new(&complete.person, &requirements, evidence);
        let facts = complete.institution.iter().fold(facts, |facts, one| facts.with_institution(one));
        tier_objections(&policy, &facts, tier, now())
    };
    for tier in RowTier::ALL {
        assert_eq!(missing(&evidence, tier), []);
        for without in 0..evidence.len() {
            let mut fewer = evidence.clone();
            let removed = fewer.remove(without);
            let needed =
                tier == RowTier::Controlled || removed.requirement().as_str() != "controlled-training";
            assert_eq!(missing(&fewer, tier).len(), usize::from(needed), "{removed:?} in {tier}");
        }
    }
}
