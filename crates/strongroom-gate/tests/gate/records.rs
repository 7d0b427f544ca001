//! Receipts, questions in reverse, and questions about the past.

use strongroom_access::{
    Dossier, History, NoticeDays, Requirement, RequirementCatalogue, Retraction, Subject,
};
use strongroom_gate::{
    AsOf, Ask, ClosedPeriod, Edition, Past, Receipt, ReceiptError, declared_requirements, notice_days,
    what_can_do, who_can_read,
};
use strongroom_primitives::{Id, Timestamp};
use strongroom_tiers::{Catalogue, Intent, Policy};
use strongroom_workspaces::{Action, Role};

use crate::world::{
    Brought, SetAside, World, concrete, days_ago, label, now, paragraph, person, release_name,
};

#[test]
fn what_the_shipped_policy_declares_is_what_evidence_is_judged_by() {
    let declared = declared_requirements(&Policy::all_of_us().unwrap()).unwrap();
    let known = Requirement::all_of_us().unwrap();
    assert_eq!(declared.requirements().len(), known.len());
    for requirement in &known {
        assert_eq!(declared.get(requirement.name()), Some(requirement));
    }
    let hospital = Edition::new(Policy::small_hospital().unwrap()).unwrap();
    assert!(!hospital.has_undefined());
}

#[test]
fn people_are_told_on_the_days_that_the_policy_names() {
    let (all_of_us, hospital) = (Policy::all_of_us().unwrap(), Policy::small_hospital().unwrap());
    assert_eq!(notice_days(&all_of_us), NoticeDays::default());
    assert_eq!(notice_days(&hospital), NoticeDays::new([7, 30].into()));
}

#[test]
fn deciding_again_gives_the_same_bytes_and_a_change_is_named() {
    for world in World::people().step_by(199).chain(World::releases().step_by(41)) {
        let there = concrete(world);
        let ask = Ask::new(there.workspace.id(), Action::Export);
        let receipt = Receipt::of(there.policy, &there.facts(), &ask, &[], now());
        let text = receipt.to_canonical_json();
        let read = Receipt::from_json(&text).unwrap();
        assert_eq!((read.to_canonical_json(), read.digest()), (text.clone(), receipt.digest()));
        assert_eq!(read.verify(there.policy, &there.facts(), &ask, &[]), Ok(()), "{world:?}");
        assert!(!text.contains("uni.edu"), "a receipt holds no address");
        let spaced = text.replacen(':', ": ", 1);
        assert_eq!(Receipt::from_json(&spaced), Err(ReceiptError::NotCanonical));
    }
    let there = concrete(World::BEST);
    let ask = Ask::new(there.workspace.id(), Action::View);
    let receipt = Receipt::of(there.policy, &there.facts(), &ask, &[], now());
    let mut other = concrete(World { bypass: SetAside::Briefly, ..World::BEST });
    other.evidence.pop();
    let error = receipt.verify(other.policy, &other.facts(), &ask, &[]).unwrap_err().to_string();
    for part in ["evidence", "bypasses", "outcome", "trace"] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
    assert!(!error.contains("person"), "{error}");
    assert!(Receipt::from_json(&receipt.to_canonical_json().replacen('{', r#"{"odd":1,"#, 1)).is_err());
}

#[test]
fn the_reverse_questions_agree_with_the_decision() {
    for world in World::people().step_by(61) {
        let there = concrete(world);
        let release = release_name("release");
        let readers = who_can_read(there.policy, [there.facts()], &release, &[], now());
        let admitted = there.admit(Action::PreviewDataset, &[]).is_admitted();
        assert_eq!(readers.len(), usize::from(admitted), "{world:?}");
        let matrix = what_can_do(there.policy, [there.facts()], &[], now());
        assert_eq!(matrix.rows().len(), usize::from(world.role.is_some()));
        for action in Action::ALL {
            let allowed = there.admit(action, &[]).is_admitted();
            assert_eq!(matrix.allows(world.tier, action), allowed, "{action} in {world:?}");
        }
        assert_eq!(matrix.table().rows().len(), matrix.rows().len());
    }
}

/// Ada's training was retracted as of five days ago, which became known two days ago.
#[test]
fn the_past_is_asked_in_both_times() {
    let there = concrete(World { role: Some(Role::Reader), ..World::BEST });
    let edition = Edition::with_requirements(
        there.policy.clone(),
        RequirementCatalogue::new(there.requirements.clone()).unwrap(),
    );
    let mut catalogue = Catalogue::default();
    catalogue.publish(there.release.clone().unwrap()).unwrap();
    let start = days_ago(100);
    let mut past = Past::new(
        History::new().with_statement(start, start, edition),
        History::new().with_statement(start, start, catalogue),
    );
    let stated = |history: History<_>, value| history.with_statement(start, start, value);
    past.add_person(person(), stated(History::new(), there.person.clone()));
    let institution = there.institution.clone().unwrap();
    past.add_institution(institution.id(), History::new().with_statement(start, start, institution));
    past.add_workspace(
        there.workspace.id(),
        History::new().with_statement(start, start, there.workspace.clone()),
    );
    let mut dossier = Dossier::new(Subject::Person(person()));
    for piece in crate::world::evidence_since(days_ago(8)) {
        let retraction = Retraction::new(days_ago(5), days_ago(2), Id::from_u128(9), paragraph("copied"));
        let training = piece.requirement().as_str() == "training";
        dossier = dossier.with_evidence(if training { piece.retracted(retraction) } else { piece });
    }
    past.add_dossier(dossier);
    let ask = Ask::new(there.workspace.id(), Action::PreviewDataset);
    for (at, known, expected) in [
        (days_ago(6), days_ago(6), true),
        (days_ago(4), days_ago(4), true),
        (days_ago(4), days_ago(1), false),
        (days_ago(6), days_ago(1), true),
        (now(), days_ago(3), true),
        (now(), now(), false),
        (days_ago(9), now(), false),
    ] {
        let when = AsOf { at, known };
        let could = past.who_could_read(&release_name("release"), &[], when);
        assert_eq!(could.len() == 1, expected, "at {at}, as known at {known}");
        let decision = past.decide(person(), &ask, &Intent::Research, &[], when);
        assert_eq!(decision.unwrap().is_admitted(), expected, "at {at}, as known at {known}");
    }
    let before = AsOf { at: Timestamp::from_unix_microseconds(0), known: now() };
    assert!(past.decide(person(), &ask, &Intent::Research, &[], before).is_none());
}

#[test]
fn objections_say_since_and_until_when() {
    let rule =
        ClosedPeriod::new(label("Audit"), days_ago(1), now().plus_days(1), paragraph("audit")).unwrap();
    let there = concrete(World { conduct: Brought::Lapsed, ..World::BEST });
    let refusal = there.admit(Action::View, &[&rule]).into_result().unwrap_err();
    let times: Vec<_> = refusal.records().iter().map(|one| (one.since(), one.until())).collect();
    assert_eq!(times, [(Some(now()), None), (Some(days_ago(1)), Some(now().plus_days(1)))]);
}
