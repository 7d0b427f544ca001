//! Each kind of requirement: which evidence meets it, and what the explanation says of the rest.

use strongroom_access::{
    Actor, Approval, CodeOfConduct, ConductVersion, CourseResult, Dossier, Evidence, IdentityAssurance,
    IdentityDocument, IdentityProof, Initials, Percent, Proof, Requirement, RequirementGap, RequirementKind,
    RequirementStatus, Retraction, Subject, SubjectKind,
};
use strongroom_primitives::{Id, RowTier};

use crate::world::{ADA, World, day, label, name, paragraph, plain, requirement, workspace};

use RequirementGap::{
    InsufficientAssurance, Lapsed, Missing, ScoreTooLow, SelfApproved, TextDiffers, UntrustedSource,
    Withdrawn, WrongProof, WrongVersion,
};

fn met(until: i64) -> RequirementStatus {
    RequirementStatus::Met { until: day(until) }
}

fn unmet(gap: RequirementGap) -> RequirementStatus {
    RequirementStatus::NotMet(gap)
}

fn lapsed(since: i64) -> RequirementStatus {
    unmet(Lapsed { since: day(since) })
}

#[track_caller]
fn check(requirement: &Requirement, evidence: &[Evidence], expected: RequirementStatus) {
    assert_eq!(requirement.status(evidence, day(0)), expected, "{evidence:?}");
    // The order in which evidence came in is of no account.
    let reversed: Vec<_> = evidence.iter().rev().cloned().collect();
    assert_eq!(requirement.status(&reversed, day(0)), expected, "{evidence:?}, reversed");
}

/// A code whose version 6 was published long ago and version 7 ten days ago, with 60 days of grace.
fn code() -> Requirement {
    let version = |name, published| ConductVersion::of_text(label(name), "Be good.", day(published), 60);
    let code = CodeOfConduct::new(version("6", -3_000)).with_version(version("7", -10)).unwrap();
    plain("code-of-conduct", RequirementKind::CodeOfConduct(code)).with_valid_for_days(365)
}

fn signed(version: &str, text: &str, on: i64) -> Evidence {
    let version = ConductVersion::of_text(label(version), text, day(on), 0);
    Evidence::new(name("code-of-conduct"), day(on), label("signature service"))
        .with_proof(Proof::Signature(version.sign(Initials::new("AL").unwrap(), label("Ada"))))
}

#[test]
fn a_code_of_conduct_counts_by_version_text_and_time() {
    let code = code();
    check(&code, &[], unmet(Missing));
    check(&code, &[signed("7", "Be good.", 0)], met(365));
    check(&code, &[signed("7", "Be good.", -10)], met(355));
    check(&code, &[signed("7", "Be bad.", 0)], unmet(TextDiffers));
    check(&code, &[signed("5", "Be good.", -20)], unmet(WrongVersion));
    check(&code, &[signed("7", "Be good.", 1)], unmet(Missing));
    // Version 6 counts through the grace, or until its own year is over.
    check(&code, &[signed("6", "Be good.", -11)], met(50));
    check(&code, &[signed("6", "Be good.", -360)], met(5));
    check(&code, &[signed("6", "Be good.", -400)], lapsed(-35));
    // Once version 7 is out, nobody signs version 6 any more.
    check(&code, &[signed("6", "Be good.", -9)], unmet(WrongVersion));
    check(&code, &[signed("6", "Be good.", -11), signed("7", "Be good.", -1)], met(364));
    check(&code, &[signed("5", "Be good.", -1), signed("6", "Be good.", -400)], lapsed(-35));
    assert_eq!(code.status(&[signed("6", "Be good.", -11)], day(50)), lapsed(50), "the grace is over");
    let unsigned = Evidence::new(name("code-of-conduct"), day(0), label("paper"));
    check(&code, &[unsigned], unmet(WrongProof));
}

fn passed(course: &str, percent: u8, on: i64) -> Evidence {
    let result = CourseResult::new(label(course), Percent::new(percent).unwrap());
    Evidence::new(name("registered-training"), day(on), label("learning platform"))
        .with_proof(Proof::Course(result))
}

#[test]
fn a_training_needs_every_course_with_its_score() {
    let training = requirement("registered-training");
    let three = |third| [passed("Course I", 80, -9), passed("Course II", 100, -8), third];
    check(&training, &three(passed("Course III", 80, 0)), met(356));
    check(&training, &three(passed("Course III", 79, 0)), unmet(ScoreTooLow));
    check(&training, &three(passed("Course IV", 100, 0)), unmet(Missing));
    check(&training, &three(passed("course iii", 100, 0)), unmet(Missing));
    check(&training, &three(passed("Course III", 100, -365)), lapsed(0));
    check(&training, &[passed("Course I", 100, 0)], unmet(Missing));
    let completed = Evidence::new(name("registered-training"), day(0), label("learning platform"));
    check(&training, &[completed], unmet(WrongProof));
    // A failed second attempt takes nothing away.
    let again = [&three(passed("Course III", 80, 0))[..], &[passed("Course I", 10, 0)]].concat();
    check(&training, &again, met(356));
}

#[test]
fn an_identity_is_proved_by_a_verifier_or_by_a_document() {
    let identity = requirement("identity");
    let evidence = |proof| {
        vec![
            Evidence::new(name("identity"), day(-9), label("identity provider"))
                .with_proof(Proof::Identity(proof)),
        ]
    };
    let verified =
        |verifier, assurance| evidence(IdentityProof::Verified { verifier: label(verifier), assurance });
    let reviewed = |reviewer| {
        let document = IdentityDocument::Passport;
        evidence(IdentityProof::DocumentReviewed { document, reviewer: Id::from_u128(reviewer) })
    };
    let for_ever = RequirementStatus::Met { until: strongroom_primitives::Timestamp::LAST };
    check(&identity, &verified("ID.me", IdentityAssurance::Ial2), for_ever);
    check(&identity, &verified("ID.me", IdentityAssurance::Ial1), unmet(InsufficientAssurance));
    check(&identity, &verified("evil.example", IdentityAssurance::Ial3), unmet(UntrustedSource));
    check(&identity, &reviewed(9), for_ever);
    // The reviewed document is evidence: it ends and is retracted like any other.
    let ends = reviewed(9).remove(0).with_valid_until(day(5));
    check(&identity, &[ends], met(5));
    // Who reviewed their own passport is found out where the person is known.
    let world = World {
        evidence: reviewed(ADA),
        requirements: vec![identity],
        ..World::complete(RowTier::Registered)
    };
    assert_eq!(world.standing(day(0)).requirements()[0].status, unmet(SelfApproved));
}

#[test]
fn evidence_counts_by_its_own_times_and_source() {
    let profile = requirement("profile-confirmation").with_trusted_sources([label("profile page")].into());
    let confirmed = |on, source| Evidence::new(name("profile-confirmation"), day(on), label(source));
    let retract = |since| Retraction::new(day(since), day(0), Id::from_u128(9), paragraph("by mistake"));
    check(&profile, &[confirmed(-10, "profile page").with_valid_until(day(5))], met(5));
    check(&profile, &[confirmed(-10, "profile page").with_valid_until(day(0))], lapsed(0));
    check(&profile, &[confirmed(-10, "profile page").with_valid_until(day(900))], met(355));
    check(&profile, &[confirmed(0, "elsewhere")], unmet(UntrustedSource));
    check(&profile, &[Evidence::new(name("identity"), day(0), label("profile page"))], unmet(Missing));
    check(
        &profile,
        &[confirmed(-10, "profile page").retracted(retract(-3))],
        unmet(Withdrawn { since: day(-3) }),
    );
    check(
        &profile,
        &[confirmed(-10, "profile page").retracted(retract(-30))],
        unmet(Withdrawn { since: day(-10) }),
    );
    check(&profile, &[confirmed(-10, "profile page").retracted(retract(3))], met(3));
    check(
        &profile,
        &[confirmed(-10, "profile page").retracted(retract(-3)), confirmed(-1, "profile page")],
        met(364),
    );
    check(&profile.with_valid_for_days(0), &[confirmed(0, "profile page")], lapsed(0));
}

#[test]
fn an_approval_is_of_somebody_else_in_the_right_capacity() {
    let approval = |by, acting_as| {
        let approval = Approval::new(Id::from_u128(by), acting_as);
        Evidence::new(name("board"), day(0), label("board")).with_proof(Proof::Approval(approval))
    };
    let board = plain("board", RequirementKind::Approval(Actor::ProgrammeStaff)).with_valid_for_days(30);
    for (by, acting_as, expected) in [
        (9, Actor::ProgrammeStaff, met(30)),
        (9, Actor::WorkspaceOwner, unmet(UntrustedSource)),
        (ADA, Actor::ProgrammeStaff, unmet(SelfApproved)),
    ] {
        let requirements = vec![board.clone()];
        let evidence = vec![approval(by, acting_as)];
        let world = World { evidence, requirements, ..World::complete(RowTier::Registered) };
        assert_eq!(world.standing(day(0)).requirements()[0].status, expected);
    }
}

#[test]
fn evidence_counts_for_its_own_subject_only() {
    let person = Id::from_u128(ADA);
    let (here, elsewhere) = (workspace(), Id::from_u128(99));
    for (kind, subject, expected) in [
        (SubjectKind::Person, Subject::Person(person), met(30)),
        (SubjectKind::Person, Subject::Person(Id::from_u128(2)), unmet(Missing)),
        (SubjectKind::Institution, Subject::Institution(Id::from_u128(7)), met(30)),
        (SubjectKind::Institution, Subject::Institution(Id::from_u128(8)), unmet(Missing)),
        (SubjectKind::Institution, Subject::Person(person), unmet(Missing)),
        (SubjectKind::Workspace, Subject::Workspace(here), met(30)),
        (SubjectKind::Workspace, Subject::Workspace(elsewhere), unmet(Missing)),
        (SubjectKind::Workspace, Subject::Person(person), unmet(Missing)),
        (SubjectKind::PersonInWorkspace, Subject::PersonInWorkspace { person, workspace: here }, met(30)),
        (
            SubjectKind::PersonInWorkspace,
            Subject::PersonInWorkspace { person, workspace: elsewhere },
            unmet(Missing),
        ),
        (SubjectKind::PersonInWorkspace, Subject::Workspace(here), unmet(Missing)),
        (SubjectKind::Person, Subject::PersonInWorkspace { person, workspace: here }, unmet(Missing)),
    ] {
        let asked = plain("review", RequirementKind::Record).with_subject(kind).with_valid_for_days(30);
        let piece = Evidence::new(name("review"), day(0), label("board"));
        let world = World {
            requirements: vec![asked],
            evidence: Vec::new(),
            dossiers: vec![Dossier::new(subject).with_evidence(piece)],
            in_workspace: true,
            ..World::complete(RowTier::Registered)
        };
        assert_eq!(world.standing(day(0)).requirements()[0].status, expected, "{subject:?} for {kind}");
        let outside = World { in_workspace: false, ..world };
        if matches!(kind, SubjectKind::Workspace | SubjectKind::PersonInWorkspace) {
            assert_eq!(outside.standing(day(0)).requirements()[0].status, unmet(Missing));
        }
    }
}

#[test]
fn an_agreement_can_be_asked_for_by_name() {
    let asked = plain("controlled-signed", RequirementKind::InstitutionAgreement(RowTier::Controlled));
    let mut world = World { requirements: vec![asked], ..World::complete(RowTier::Registered) };
    assert_eq!(world.standing(day(0)).requirements()[0].status, met(9_000));
    world.institution = None;
    let gap = strongroom_access::AgreementGap::NoInstitution;
    assert_eq!(world.standing(day(0)).requirements()[0].status, unmet(RequirementGap::Agreement(gap)));
}

#[test]
fn every_requirement_of_all_of_us_can_be_met() {
    for requirement in Requirement::all_of_us().unwrap() {
        let evidence = requirement.sufficient_evidence(day(0), &label("test")).unwrap();
        let status = requirement.status(&evidence, day(0));
        assert!(matches!(status, RequirementStatus::Met { .. }), "{}: {status:?}", requirement.name());
    }
}
