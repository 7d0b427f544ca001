//! Every kind of requirement in a decision: what meets it, what does not and why, and what sets it aside.

use strongroom_access::{
    Actor, Agreement, Approval, Bypass, BypassedBy, CodeOfConduct, ConductVersion, CountryCode, CountryRule,
    CourseResult, Dossier, EmailDomain, Evidence, IdentityAssurance, IdentityDocument, IdentityProof,
    IdentityRule, Initials, Institution, Membership, Percent, Proof, Requirement, RequirementGap,
    RequirementKind, Retraction, Subject, SubjectKind, TrainingRule,
};
use strongroom_gate::{Ask, Decision, Facts, Objection, admit, admit_to_create};
use strongroom_primitives::{Id, NonEmpty, RowTier};
use strongroom_tiers::{BypassRule, Policy, TierRules};
use strongroom_workspaces::{Action, Role};

use crate::world::{
    Concrete, World, concrete, days_ago, label, now, paragraph, person, release_name, requirement_name,
};

/// The name under which a policy asks for it, whatever its kind.
const NAME: &str = "code-of-conduct";
const OTHER: u128 = 44;

fn policy() -> Policy {
    let rules = TierRules::new(vec![requirement_name(NAME)]);
    let policy = Policy::new(1, rules.clone(), rules).unwrap();
    let declared = policy.declaration(&requirement_name(NAME)).unwrap().clone();
    policy
        .into_draft()
        .with_declaration(declared.with_bypass(BypassRule { longest_days: 14 }))
        .build()
        .unwrap()
}

fn there() -> Concrete {
    concrete(World { role: Some(Role::Owner), tier: RowTier::Registered, ..World::BEST })
}

fn asks(kind: RequirementKind) -> Requirement {
    Requirement::new(requirement_name(NAME), label("Asked"), kind, paragraph("Do it."))
}

fn piece() -> Evidence {
    Evidence::new(requirement_name(NAME), days_ago(1), label("test"))
}

fn shows(proof: Proof) -> Evidence {
    piece().with_proof(proof)
}

fn gap_in_words(objection: &Objection) -> &'static str {
    let Objection::RequirementNotMet { gap, .. } = objection else { panic!("{objection:?}") };
    match gap {
        RequirementGap::Missing => "missing",
        RequirementGap::WrongProof => "wrong proof",
        RequirementGap::UntrustedSource => "untrusted",
        RequirementGap::SelfApproved => "self-approved",
        RequirementGap::InsufficientAssurance => "insufficient",
        RequirementGap::ScoreTooLow => "score",
        RequirementGap::WrongVersion => "version",
        RequirementGap::TextDiffers => "text",
        RequirementGap::CountryExcluded => "country",
        RequirementGap::Withdrawn { .. } => "withdrawn",
        RequirementGap::Lapsed { .. } => "lapsed",
        RequirementGap::Agreement(_) => "agreement",
        other => panic!("{other:?}"),
    }
}

/// For how many minutes somebody with these facts is let in, or the one reason why not.
fn answer(
    requirement: &Requirement,
    evidence: &[Evidence],
    bypasses: &[Bypass],
    dossiers: &[Dossier],
) -> Result<i64, &'static str> {
    let (there, policy, requirements) = (there(), policy(), [requirement.clone()]);
    let facts = Facts::new(&there.person, &requirements, evidence)
        .with_institution(there.institution.as_ref().unwrap())
        .with_release(there.release.as_ref().unwrap())
        .with_workspace(&there.workspace)
        .with_bypasses(bypasses)
        .with_dossiers(dossiers);
    match admit(&policy, &facts, &Ask::new(there.workspace.id(), Action::View), &[], now()) {
        Decision::Admitted(session) => {
            Ok((session.not_after().unix_microseconds() - now().unix_microseconds()) / 60_000_000)
        }
        Decision::Refused(refusal) => {
            assert_eq!(refusal.objections().len(), 1, "{refusal}");
            Err(gap_in_words(refusal.objections().first()))
        }
    }
}

#[track_caller]
fn check(requirement: &Requirement, evidence: &[Evidence], expected: Result<i64, &'static str>) {
    assert_eq!(answer(requirement, evidence, &[], &[]), expected, "{requirement:?} by {evidence:?}");
}

#[test]
fn evidence_counts_in_its_time_from_its_source_and_until_it_is_retracted() {
    let asked = asks(RequirementKind::TwoStepVerification);
    let retraction =
        |since| Retraction::new(since, days_ago(0), Id::from_u128(OTHER), paragraph("it was turned off"));
    check(&asked, &[], Err("missing"));
    check(&asked, &[piece()], Ok(15));
    check(&asked, &[piece().with_valid_until(now().plus_minutes(3))], Ok(3));
    check(&asked, &[piece().with_valid_until(now())], Err("lapsed"));
    check(&asked, &[piece().retracted(retraction(now()))], Err("withdrawn"));
    check(&asked, &[piece().retracted(retraction(now().plus_minutes(4)))], Ok(4));
    check(&asked.clone().with_valid_for_days(1), &[piece()], Err("lapsed"));
    check(&asked.clone().with_valid_for_days(2), &[piece()], Ok(15));
    let trusted = asked.clone().with_trusted_sources([label("directory")].into());
    check(&trusted, &[piece()], Err("untrusted"));
    let from_there = Evidence::new(requirement_name(NAME), days_ago(1), label("directory"));
    check(&trusted, &[piece(), from_there], Ok(15));
    let other = Evidence::new(requirement_name("identity"), days_ago(1), label("test"));
    check(&asked, &[other], Err("missing"));
}

#[test]
fn what_shows_something_else_shows_nothing() {
    let course = || Proof::Course(CourseResult::new(label("one"), Percent::new(100).unwrap()));
    let training = TrainingRule::new(NonEmpty::new(label("one")), Percent::new(80).unwrap());
    for kind in [
        RequirementKind::TwoStepVerification,
        RequirementKind::SelfAttestation,
        RequirementKind::Record,
        RequirementKind::Approval(Actor::ProgrammeStaff),
        RequirementKind::IdentityProofing(IdentityRule::new(IdentityAssurance::Ial1, [label("v")].into())),
    ] {
        check(&asks(kind), &[shows(course())], Err("wrong proof"));
    }
    check(&asks(RequirementKind::Training(training)), &[piece()], Err("wrong proof"));
}

#[test]
fn every_course_is_passed_with_its_score() {
    let courses = NonEmpty::from_vec(vec![label("one"), label("two")]).unwrap();
    let asked = asks(RequirementKind::Training(TrainingRule::new(courses, Percent::new(80).unwrap())));
    let passed = |course: &str, score| {
        shows(Proof::Course(CourseResult::new(label(course), Percent::new(score).unwrap())))
    };
    check(&asked, &[passed("one", 80), passed("two", 80)], Ok(15));
    check(&asked, &[passed("one", 80)], Err("missing"));
    check(&asked, &[passed("one", 80), passed("two", 79)], Err("score"));
}

#[test]
fn a_code_is_signed_in_its_text_and_the_version_before_counts_through_the_grace() {
    let version =
        |name, text, published, grace| ConductVersion::of_text(label(name), text, days_ago(published), grace);
    let old = version("6", "Be good.", 30, 0);
    let sign = |version: &ConductVersion, ago| {
        let signature = version.sign(Initials::new("A").unwrap(), label("Ada"));
        Evidence::new(requirement_name(NAME), days_ago(ago), label("test"))
            .with_proof(Proof::Signature(signature))
    };
    let code = |grace| {
        let code = CodeOfConduct::new(old.clone()).with_version(version("7", "Be better.", 10, grace));
        asks(RequirementKind::CodeOfConduct(code.unwrap()))
    };
    check(&code(0), &[sign(&version("7", "Be better.", 10, 0), 1)], Ok(15));
    check(&code(0), &[sign(&version("7", "Be worse.", 10, 0), 1)], Err("text"));
    check(&code(0), &[sign(&version("8", "Be better.", 10, 0), 1)], Err("version"));
    check(&code(11), &[sign(&old, 20)], Ok(15));
    check(&code(10), &[sign(&old, 20)], Err("lapsed"));
}

#[test]
fn an_identity_is_proved_well_enough_or_a_document_is_reviewed_by_somebody_else() {
    let rule = IdentityRule::new(IdentityAssurance::Ial2, [label("Login.gov")].into())
        .with_documents([IdentityDocument::Passport].into());
    let asked = asks(RequirementKind::IdentityProofing(rule));
    let verified = |verifier: &str, assurance| {
        shows(Proof::Identity(IdentityProof::Verified { verifier: label(verifier), assurance }))
    };
    let reviewed = |document, by: Id<_>| {
        shows(Proof::Identity(IdentityProof::DocumentReviewed { document, reviewer: by }))
    };
    check(&asked, &[verified("Login.gov", IdentityAssurance::Ial2)], Ok(15));
    check(&asked, &[verified("Login.gov", IdentityAssurance::Ial1)], Err("insufficient"));
    check(&asked, &[verified("ID.you", IdentityAssurance::Ial2)], Err("untrusted"));
    check(&asked, &[reviewed(IdentityDocument::Passport, Id::from_u128(OTHER))], Ok(15));
    check(&asked, &[reviewed(IdentityDocument::Passport, person())], Err("self-approved"));
    check(&asked, &[reviewed(IdentityDocument::TribalCard, Id::from_u128(OTHER))], Err("insufficient"));
}

#[test]
fn a_country_is_allowed_and_an_approval_is_somebody_elses() {
    let country = |code| CountryCode::new(code).unwrap();
    let all_but = asks(RequirementKind::Country(CountryRule::AllBut([country("XX")].into())));
    check(&all_but, &[shows(Proof::Country(country("BE")))], Ok(15));
    check(&all_but, &[shows(Proof::Country(country("XX")))], Err("country"));
    check(&all_but, &[], Err("missing"));

    let approval = asks(RequirementKind::Approval(Actor::ProgrammeStaff));
    let by = |who, acting_as| shows(Proof::Approval(Approval::new(who, acting_as)));
    check(&approval, &[by(Id::from_u128(OTHER), Actor::ProgrammeStaff)], Ok(15));
    check(&approval, &[by(person(), Actor::ProgrammeStaff)], Err("self-approved"));
    check(&approval, &[by(Id::from_u128(OTHER), Actor::WorkspaceOwner)], Err("untrusted"));
}

#[test]
fn what_is_about_others_is_shown_by_what_was_recorded_about_them() {
    let workspace = there().workspace.id();
    let in_workspace = Subject::PersonInWorkspace { person: person(), workspace };
    for (kind, own, others) in [
        (SubjectKind::Institution, Subject::Institution(Id::from_u128(2)), Id::from_u128(5)),
        (SubjectKind::Workspace, Subject::Workspace(workspace), Id::from_u128(5)),
        (SubjectKind::PersonInWorkspace, in_workspace, Id::from_u128(5)),
    ]
    .map(|(kind, own, other): (_, _, Id<strongroom_primitives::kind::Workspace>)| {
        let elsewhere = Subject::PersonInWorkspace { person: person(), workspace: other };
        (kind, own, [elsewhere, Subject::Workspace(other), Subject::Person(person())])
    }) {
        let asked = asks(RequirementKind::Record).with_subject(kind);
        // The person's own evidence is not about it.
        assert_eq!(answer(&asked, &[piece()], &[], &[]), Err("missing"), "{kind:?}");
        let recorded = Dossier::new(own).with_evidence(piece());
        assert_eq!(answer(&asked, &[], &[], &[recorded]), Ok(15), "{kind:?}");
        for other in others {
            let recorded = Dossier::new(other).with_evidence(piece());
            assert_eq!(answer(&asked, &[], &[], &[recorded]), Err("missing"), "{kind:?} by {other:?}");
        }
    }
    // Nor are others' records about the person.
    let asked = asks(RequirementKind::Record);
    let other = Dossier::new(Subject::Person(Id::from_u128(OTHER))).with_evidence(piece());
    assert_eq!(answer(&asked, &[], &[], &[other]), Err("missing"));
}

#[test]
fn what_is_about_a_workspace_is_not_asked_for_before_there_is_one() {
    for (kind, asked_for_at_once) in [
        (SubjectKind::Person, true),
        (SubjectKind::Institution, true),
        (SubjectKind::Workspace, false),
        (SubjectKind::PersonInWorkspace, false),
    ] {
        let (there, policy) = (there(), policy());
        let requirements = [asks(RequirementKind::Record).with_subject(kind)];
        let facts = Facts::new(&there.person, &requirements, &[])
            .with_institution(there.institution.as_ref().unwrap())
            .with_release(there.release.as_ref().unwrap());
        let created = admit_to_create(&policy, &facts, &release_name("release"), &[], now());
        assert_eq!(created.is_err(), asked_for_at_once, "{kind:?}");
        let within = facts.with_workspace(&there.workspace);
        let decision = admit(&policy, &within, &Ask::new(there.workspace.id(), Action::View), &[], now());
        assert!(!decision.is_admitted(), "{kind:?}");
    }
}

fn set_aside(about: Subject, granted_by: u128, days: u32) -> Bypass {
    // What is set aside by name may be asked for as something else later.
    let kind = match about {
        Subject::Workspace(_) => SubjectKind::Workspace,
        Subject::PersonInWorkspace { .. } => SubjectKind::PersonInWorkspace,
        _ => SubjectKind::Person,
    };
    let asked = asks(RequirementKind::Record).with_subject(kind);
    let by = BypassedBy { granted_by: Id::from_u128(granted_by), confirmed_by: Id::from_u128(46) };
    let (starts, reason) = (days_ago(1), paragraph("the site was down"));
    Bypass::new(&asked, about, reason, by, starts, starts.plus_days(days)).unwrap()
}

#[test]
fn a_bypass_is_for_its_subject_by_two_others_and_as_the_policy_provides() {
    let record = asks(RequirementKind::Record);
    let own = Subject::Person(person());
    for (title, bypass, expected) in [
        ("provided for", set_aside(own, OTHER, 14), Ok(15)),
        ("longer than provided for", set_aside(own, OTHER, 15), Err("missing")),
        ("somebody else's", set_aside(Subject::Person(Id::from_u128(8)), OTHER, 14), Err("missing")),
    ] {
        assert_eq!(answer(&record, &[], std::slice::from_ref(&bypass), &[]), expected, "{title}");
        let filed = Dossier::new(bypass.subject()).with_bypass(bypass);
        assert_eq!(answer(&record, &[], &[], &[filed]), expected, "{title}, in a dossier");
    }
    let rule = IdentityRule::new(IdentityAssurance::Ial1, [label("v")].into());
    let training = TrainingRule::new(NonEmpty::new(label("one")), Percent::new(80).unwrap());
    for kind in [RequirementKind::IdentityProofing(rule), RequirementKind::Training(training)] {
        let bypasses = [set_aside(own, OTHER, 14)];
        assert_eq!(answer(&asks(kind), &[], &bypasses, &[]), Err("missing"), "never set aside");
    }
    let workspace = Subject::Workspace(there().workspace.id());
    let about_workspace = asks(RequirementKind::Record).with_subject(SubjectKind::Workspace);
    for (granted_by, expected) in [(OTHER, Ok(15)), (person().as_u128(), Err("missing"))] {
        let bypasses = [set_aside(workspace, granted_by, 14)];
        assert_eq!(answer(&about_workspace, &[], &bypasses, &[]), expected, "by {granted_by}");
    }
}

#[test]
fn an_agreement_for_another_tier_can_be_asked_for_and_is_renewed_without_a_gap() {
    let members = || Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into());
    let agreement = |from: i64, to: i64| Agreement::new(days_ago(-from), days_ago(-to), members()).unwrap();
    let university = || Institution::new(Id::from_u128(2), label("University"));
    let signed = university().with_agreement(RowTier::Registered, agreement(-9, 9));
    let both = signed.clone().with_agreement(RowTier::Controlled, agreement(-9, 9));
    // The one that was signed last begins when the one before it ends.
    let renewed = both.clone().with_further_agreement(RowTier::Registered, agreement(9, 90));
    let elapsed = university()
        .with_agreement(RowTier::Registered, agreement(-90, -9))
        .with_further_agreement(RowTier::Registered, agreement(9, 90));
    let asked = asks(RequirementKind::InstitutionAgreement(RowTier::Controlled));
    for (institution, expected) in [
        (&signed, &["requirement-not-met"][..]),
        (&both, &[]),
        (&renewed, &[]),
        (&elapsed, &["agreement-not-in-force", "requirement-not-met"]),
    ] {
        let (there, policy, requirements) = (there(), policy(), [asked.clone()]);
        let facts = Facts::new(&there.person, &requirements, &[])
            .with_institution(institution)
            .with_release(there.release.as_ref().unwrap())
            .with_workspace(&there.workspace);
        let decision = admit(&policy, &facts, &Ask::new(there.workspace.id(), Action::View), &[], now());
        let refusal = decision.into_result().err();
        let codes = refusal.iter().flat_map(|refusal| refusal.objections().iter()).map(Objection::code);
        assert_eq!(codes.collect::<Vec<_>>(), expected, "{institution:?}");
    }
}

#[test]
fn evidence_of_a_name_that_begins_and_ends_alike_is_of_another_name() {
    let rules = TierRules::new(vec![requirement_name("registered-training")]);
    let policy = Policy::new(1, rules.clone(), rules).unwrap();
    let (there, kind) = (there(), RequirementKind::Record);
    let name = || requirement_name("registered-training");
    let requirements = [Requirement::new(name(), label("Asked"), kind, paragraph("Do it."))];
    for (brought, admitted) in [
        (vec!["registered-training"], true),
        (vec!["registerxyztraining"], false),
        (vec!["registerxyztraining", "registered-training"], true),
    ] {
        let evidence: Vec<Evidence> = brought
            .iter()
            .map(|name| Evidence::new(requirement_name(name), days_ago(1), label("test")))
            .collect();
        let facts = Facts::new(&there.person, &requirements, &evidence)
            .with_institution(there.institution.as_ref().unwrap())
            .with_release(there.release.as_ref().unwrap())
            .with_workspace(&there.workspace);
        let decision = admit(&policy, &facts, &Ask::new(there.workspace.id(), Action::View), &[], now());
        assert_eq!(decision.is_admitted(), admitted, "{brought:?}");
    }
}
