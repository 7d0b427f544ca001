//! A requirement set aside: by two others, for a reason, for a short time, and for all to see.

use strongroom_access::{
    AccessLineState, AccessView, Bypass, BypassError, BypassedBy, RequirementGap, RequirementStatus,
    Retraction, Subject, SubjectKind, live_bypasses,
};
use strongroom_primitives::{Id, RowTier};

use crate::world::{ADA, World, bypass, day, paragraph, requirement};

#[test]
fn nobody_sets_a_requirement_aside_alone_for_themselves_for_long_or_for_everything() {
    use BypassError::{
        EndsBeforeItBegins, NeverBypassed, OwnCase, SecondPersonMissing, TooLong, WrongSubject,
    };

    let ada = Subject::Person(Id::from_u128(ADA));
    let workspace = Subject::Workspace(Id::from_u128(3));
    for (what, subject, granted_by, confirmed_by, ends, expected) in [
        ("code-of-conduct", ada, 50, 51, day(30), Ok(())),
        ("two-step-verification", ada, 50, 51, day(1), Ok(())),
        ("identity", ada, 50, 51, day(1), Err(NeverBypassed)),
        ("registered-training", ada, 50, 51, day(1), Err(NeverBypassed)),
        ("controlled-training", ada, 50, 51, day(1), Err(NeverBypassed)),
        ("code-of-conduct", ada, 50, 50, day(1), Err(SecondPersonMissing)),
        ("code-of-conduct", ada, ADA, 51, day(1), Err(OwnCase)),
        ("code-of-conduct", ada, 50, ADA, day(1), Err(OwnCase)),
        ("code-of-conduct", ada, 50, 51, day(0), Err(EndsBeforeItBegins)),
        ("code-of-conduct", ada, 50, 51, day(30).plus_minutes(1), Err(TooLong)),
        ("code-of-conduct", workspace, 50, 51, day(1), Err(WrongSubject)),
    ] {
        let by =
            BypassedBy { granted_by: Id::from_u128(granted_by), confirmed_by: Id::from_u128(confirmed_by) };
        let made = Bypass::new(&requirement(what), subject, paragraph("moved"), by, day(0), ends);
        assert_eq!(made.map(|_| ()), expected, "{what} by {granted_by} and {confirmed_by} until {ends}");
    }
}

#[test]
fn what_is_stored_keeps_the_same_rules() {
    let json = serde_json::to_string(&bypass(&requirement("code-of-conduct"), 0, 30)).unwrap();
    assert!(serde_json::from_str::<Bypass>(&json).is_ok());
    let ada = Id::<strongroom_primitives::kind::Person>::from_u128(ADA).to_string();
    let granter = Id::<strongroom_primitives::kind::Person>::from_u128(50).to_string();
    let second = Id::<strongroom_primitives::kind::Person>::from_u128(51).to_string();
    for (from, to) in [
        (second.as_str(), granter.as_str()),
        (granter.as_str(), ada.as_str()),
        (&*day(30).to_string(), &*day(31).to_string()),
        (&*day(30).to_string(), "9999-12-31T00:00:00Z"),
        (r#""reason":"The course is being moved.","#, ""),
        (r#""reason":"The course is being moved.""#, r#""reason":"""#),
        (r#""reason""#, r#""for_ever":true,"reason""#),
    ] {
        let odd = json.replace(from, to);
        assert_ne!(odd, json, "{from}");
        assert!(serde_json::from_str::<Bypass>(&odd).is_err(), "{odd}");
    }
}

#[test]
fn it_helps_in_its_time_and_is_never_called_met() {
    let code = requirement("code-of-conduct");
    let mut world = World::complete(RowTier::Registered);
    world.forget("code-of-conduct");
    assert!(!world.is_open(5));
    world.bypasses.push(bypass(&code, 2, 20));
    for (on, open) in [(1, false), (2, true), (19, true), (20, false), (9_999, false)] {
        assert_eq!(world.is_open(on), open, "day {on}");
    }

    let standing = world.standing(day(5));
    assert_eq!(standing.not_after(), Some(day(20)));
    let one = standing.requirements().iter().find(|one| one.requirement.name() == code.name()).unwrap();
    assert_eq!(one.status, RequirementStatus::NotMet(RequirementGap::Missing));
    assert_eq!(one.bypass.unwrap().bypass, &world.bypasses[0]);
    let view = AccessView::of(&standing, day(5));
    let line = view.lines().iter().find(|line| line.bypass.is_some()).unwrap();
    assert_eq!(line.state, AccessLineState::SetAside(RequirementGap::Missing));
    assert!(view.to_string().contains("The course is being moved."), "{view}");

    // Somebody who signs meanwhile still has it on their page.
    world.evidence.extend(crate::world::done(&code, 5));
    let standing = world.standing(day(5));
    assert_eq!(standing.bypasses().count(), 1);
    assert!(AccessView::of(&standing, day(5)).to_string().contains("The course is being moved."));
}

#[test]
fn one_taken_back_helps_no_longer() {
    let code = requirement("code-of-conduct");
    let taken_back = Retraction::new(day(10), day(10), Id::from_u128(9), paragraph("not needed"));
    let mut world = World::complete(RowTier::Registered);
    world.forget("code-of-conduct");
    world.bypasses.push(bypass(&code, 2, 20).retracted(taken_back));
    assert!(world.is_open(9) && !world.is_open(10));
}

#[test]
fn one_of_somebody_else_or_of_another_requirement_helps_nobody() {
    let code = requirement("code-of-conduct");
    let by = BypassedBy { granted_by: Id::from_u128(50), confirmed_by: Id::from_u128(51) };
    let for_bea =
        Bypass::new(&code, Subject::Person(Id::from_u128(2)), paragraph("moved"), by, day(0), day(20))
            .unwrap();
    let mut world = World::complete(RowTier::Registered);
    world.forget("code-of-conduct");
    world.bypasses = vec![for_bea, bypass(&requirement("profile-confirmation"), 0, 20)];
    assert!(!world.is_open(5));
}

#[test]
fn a_stored_bypass_of_identity_or_training_or_of_ones_own_making_is_ignored() {
    let identity = requirement("identity");
    let forged = serde_json::to_string(&bypass(&requirement("code-of-conduct"), 0, 30)).unwrap();
    for what in ["identity", "registered-training"] {
        let mut world = World::complete(RowTier::Registered);
        world.forget(what);
        world.bypasses = vec![serde_json::from_str(&forged.replace("code-of-conduct", what)).unwrap()];
        assert!(!world.is_open(5), "{what}");
    }
    // For a workspace, the subject is nobody: still nobody in it grants it to themselves.
    let review = crate::world::plain("review", strongroom_access::RequirementKind::Record)
        .with_subject(SubjectKind::Workspace);
    let by = |one| BypassedBy { granted_by: Id::from_u128(one), confirmed_by: Id::from_u128(51) };
    let grant = |one| {
        let subject = Subject::Workspace(crate::world::workspace());
        Bypass::new(&review, subject, paragraph("moved"), by(one), day(0), day(30)).unwrap()
    };
    for (granter, open) in [(50, true), (ADA, false)] {
        let world = World {
            requirements: vec![identity.clone(), review.clone()],
            bypasses: vec![grant(granter)],
            in_workspace: true,
            ..World::complete(RowTier::Registered)
        };
        assert_eq!(world.is_open(5), open, "granted by {granter}");
    }
}

#[test]
fn the_report_lists_all_live_ones_and_no_others() {
    let code = requirement("code-of-conduct");
    let all = [bypass(&code, 0, 30), bypass(&code, 1, 5), bypass(&code, -20, 0), bypass(&code, 4, 9)];
    assert_eq!(live_bypasses(&all, day(2)), [&all[1], &all[0]]);
}
