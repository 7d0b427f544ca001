//! Facts drawn at random, most of them of use.

use proptest::prelude::*;
use strongroom_access::{
    Actor, Approval, Bypass, CountryCode, CountryRule, CourseResult, Dossier, Evidence, IdentityAssurance,
    IdentityDocument, IdentityProof, IdentityRule, Initials, Percent, Proof, Requirement, RequirementKind,
    Retraction, Subject, SubjectKind, TrainingRule,
};
use strongroom_primitives::{Id, Label, NonEmpty, RowTier, Timestamp};

use crate::world::{World, asked, bypass, day, label, paragraph, plain, requirement};

/// An instant within some three years around the present, in days and hours.
pub(crate) fn any_instant() -> impl Strategy<Value = Timestamp> {
    (-500i64..500, 0u32..24).prop_map(|(days, hours)| day(days).plus_minutes(60 * hours))
}

pub(crate) fn any_tier() -> impl Strategy<Value = RowTier> {
    prop::sample::select(RowTier::ALL.to_vec())
}

pub(crate) fn any_label() -> impl Strategy<Value = Label> {
    "[A-Za-zäß][A-Za-z0-9 äß\"\\\\]{0,20}[a-z]".prop_map(|text| label(&text))
}

/// The requirements of All of Us, and some of every other kind, none of which a country decides.
pub(crate) fn monotone_requirements() -> Vec<Requirement> {
    let mut all = asked(RowTier::Controlled);
    all.push(plain("board", RequirementKind::Approval(Actor::ProgrammeStaff)).with_valid_for_days(100));
    all.push(plain("visa", RequirementKind::Record).with_subject(SubjectKind::Institution));
    all.push(plain("ethics", RequirementKind::Record).with_subject(SubjectKind::Workspace));
    all.push(plain("desk", RequirementKind::Record).with_subject(SubjectKind::PersonInWorkspace));
    all.push(plain("signed", RequirementKind::InstitutionAgreement(RowTier::Controlled)));
    all
}

pub(crate) fn all_requirements() -> Vec<Requirement> {
    let excluded = CountryRule::AllBut([CountryCode::new("XC").unwrap()].into());
    let mut all = monotone_requirements();
    all.push(plain("country", RequirementKind::Country(excluded)));
    all
}

fn any_proof() -> impl Strategy<Value = Option<Proof>> {
    let courses = vec!["Course I", "Course II", "Course III", "Controlled Tier Course", "Pottery"];
    let course = (prop::sample::select(courses), 70u8..100).prop_map(|(course, score)| {
        Proof::Course(CourseResult::new(label(course), Percent::new(score).unwrap()))
    });
    let verifier = prop::sample::select(vec!["Login.gov", "ID.me", "evil.example"]);
    let levels = vec![IdentityAssurance::Ial1, IdentityAssurance::Ial2, IdentityAssurance::Ial3];
    let verified = (verifier, prop::sample::select(levels)).prop_map(|(verifier, assurance)| {
        Proof::Identity(IdentityProof::Verified { verifier: label(verifier), assurance })
    });
    let reviewed = (1u128..4).prop_map(|reviewer| {
        let document = IdentityDocument::Passport;
        Proof::Identity(IdentityProof::DocumentReviewed { document, reviewer: Id::from_u128(reviewer) })
    });
    let signature = (0usize..2, any_label()).prop_map(|(version, name)| {
        let conduct = requirement("code-of-conduct");
        let RequirementKind::CodeOfConduct(code) = conduct.kind() else { unreachable!() };
        let version = code.versions().iter().nth(version).unwrap();
        Proof::Signature(version.sign(Initials::new("AL").unwrap(), name))
    });
    let country = prop::sample::select(vec!["NZ", "DE", "XC"])
        .prop_map(|country| Proof::Country(CountryCode::new(country).unwrap()));
    let approval = (1u128..4, prop::sample::select(vec![Actor::ProgrammeStaff, Actor::WorkspaceOwner]))
        .prop_map(|(by, acting_as)| Proof::Approval(Approval::new(Id::from_u128(by), acting_as)));
    prop_oneof![
        3 => Just(None),
        3 => course.prop_map(Some),
        1 => verified.prop_map(Some),
        1 => reviewed.prop_map(Some),
        2 => signature.prop_map(Some),
        1 => country.prop_map(Some),
        1 => approval.prop_map(Some),
    ]
}

pub(crate) fn any_retraction() -> impl Strategy<Value = Retraction> {
    (any_instant(), any_instant(), 8u128..10).prop_map(|(since, known, by)| {
        Retraction::new(since, known, Id::from_u128(by), paragraph("why\nnot"))
    })
}

/// A piece of evidence of any kind, also of kinds that do not fit its requirement.
pub(crate) fn any_evidence() -> impl Strategy<Value = Evidence> {
    let names: Vec<_> = all_requirements().iter().map(|one| one.name().clone()).collect();
    (
        prop::sample::select(names),
        any_instant(),
        any_instant(),
        prop::option::of(any_instant()),
        any_label(),
        any_proof(),
        prop::collection::vec(any_retraction(), 0..2),
    )
        .prop_map(|(name, obtained, recorded, until, source, proof, retractions)| {
            let mut piece = Evidence::new(name, obtained, source).with_recorded_at(recorded);
            if let Some(until) = until {
                piece = piece.with_valid_until(until);
            }
            if let Some(proof) = proof {
                piece = piece.with_proof(proof);
            }
            retractions.into_iter().fold(piece, Evidence::retracted)
        })
}

/// Evidence that meets the requirement for a while, or mostly.
fn mostly_good(requirement: Requirement) -> impl Strategy<Value = (SubjectKind, Vec<Evidence>)> {
    let obtained = (-200i64..20).prop_map(day);
    let until = prop::option::weighted(0.3, (0i64..200).prop_map(day));
    let brought = prop::bool::weighted(0.95);
    (obtained, until, brought).prop_map(move |(obtained, until, brought)| {
        let pieces = requirement.sufficient_evidence(obtained, &label("test")).unwrap().into_iter();
        let pieces = pieces.map(|piece| until.map_or(piece.clone(), |until| piece.with_valid_until(until)));
        (requirement.subject(), pieces.filter(|_| brought).collect())
    })
}

/// An instant at which much of what [`any_world`] brings counts.
pub(crate) fn any_now() -> impl Strategy<Value = Timestamp> {
    (0i64..150, 0u32..24).prop_map(|(days, hours)| day(days).plus_minutes(60 * hours))
}

pub(crate) fn any_bypass() -> impl Strategy<Value = Bypass> {
    let mut some = monotone_requirements();
    some.retain(|one| one.kind().may_be_bypassed());
    (prop::sample::select(some), -60i64..60, 1i64..=30, prop::option::weighted(0.2, any_retraction()))
        .prop_map(|(requirement, from, days, taken_back)| {
            let bypass = bypass(&requirement, from, from + days);
            taken_back.into_iter().fold(bypass, Bypass::retracted)
        })
}

pub(crate) fn any_subject() -> impl Strategy<Value = Subject> {
    let (person, workspace) = (Id::from_u128(1), Id::from_u128(3));
    prop::sample::select(vec![
        Subject::Person(person),
        Subject::Person(Id::from_u128(2)),
        Subject::Institution(Id::from_u128(7)),
        Subject::Workspace(workspace),
        Subject::PersonInWorkspace { person, workspace },
    ])
}

pub(crate) fn any_dossier() -> impl Strategy<Value = Dossier> {
    (any_subject(), prop::collection::vec(any_evidence(), 0..5), prop::collection::vec(any_bypass(), 0..3))
        .prop_map(|(subject, evidence, bypasses)| {
            let dossier = evidence.into_iter().fold(Dossier::new(subject), Dossier::with_evidence);
            bypasses.into_iter().fold(dossier, Dossier::with_bypass)
        })
}

/// Ada with most of what is asked for, so that many cases are open.
pub(crate) fn any_world() -> impl Strategy<Value = World> {
    let good: Vec<_> = monotone_requirements().into_iter().map(mostly_good).collect();
    (
        any_tier(),
        prop::sample::subsequence(monotone_requirements(), 0..5),
        good,
        prop::collection::vec(any_evidence(), 0..6),
        prop::collection::vec(any_bypass(), 0..4),
        prop::collection::vec(any_dossier(), 0..3),
        prop::bool::weighted(0.8),
    )
        .prop_map(|(tier, requirements, good, other, bypasses, mut dossiers, in_workspace)| {
            let (person, workspace) = (Id::from_u128(1), Id::from_u128(3));
            for (kind, pieces) in good {
                let subject = match kind {
                    SubjectKind::Person => Subject::Person(person),
                    SubjectKind::Institution => Subject::Institution(Id::from_u128(7)),
                    SubjectKind::Workspace => Subject::Workspace(workspace),
                    SubjectKind::PersonInWorkspace => Subject::PersonInWorkspace { person, workspace },
                };
                dossiers.push(pieces.into_iter().fold(Dossier::new(subject), Dossier::with_evidence));
            }
            let evidence = other;
            World { requirements, evidence, bypasses, dossiers, in_workspace, ..World::complete(tier) }
        })
}

/// A requirement of any kind, with any times.
pub(crate) fn any_requirement() -> impl Strategy<Value = Requirement> {
    let documents = [IdentityDocument::Passport, IdentityDocument::TribalCard].into();
    let identity =
        (any_label(), prop::sample::select(vec![IdentityAssurance::Ial1, IdentityAssurance::Ial3])).prop_map(
            move |(verifier, level)| {
                let rule = IdentityRule::new(level, [verifier].into());
                RequirementKind::IdentityProofing(
                    rule.with_documents(std::collections::BTreeSet::clone(&documents)),
                )
            },
        );
    let training = (prop::collection::vec(any_label(), 1..4), 0u8..=100).prop_map(|(courses, score)| {
        let courses = NonEmpty::from_vec(courses).unwrap();
        RequirementKind::Training(TrainingRule::new(courses, Percent::new(score).unwrap()))
    });
    let kinds: Vec<_> = all_requirements().iter().map(|one| one.kind().clone()).collect();
    let kind = prop_oneof![identity, training, prop::sample::select(kinds)];
    let subjects = vec![
        SubjectKind::Person,
        SubjectKind::Institution,
        SubjectKind::Workspace,
        SubjectKind::PersonInWorkspace,
    ];
    (
        "[a-z][a-z0-9-]{0,30}",
        kind,
        prop::sample::select(subjects),
        prop::collection::btree_set(any_label(), 0..3),
        prop::option::of(any::<u32>()),
        prop::option::of(any::<u32>()),
    )
        .prop_map(|(name, kind, subject, sources, valid, renewable)| {
            let mut one = plain(&name, kind).with_subject(subject).with_trusted_sources(sources);
            if let Some(days) = valid {
                one = one.with_valid_for_days(days);
            }
            if let Some(days) = renewable {
                one = one.with_renewable_for_days(days);
            }
            one.with_taken_by(Actor::InstitutionOfficial)
        })
}
