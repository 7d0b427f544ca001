//! A university, a researcher and everything that All of Us asks for.

use strongroom_access::{
    Agreement, Bypass, BypassedBy, Candidate, Dossier, EmailAddress, EmailDomain, Evidence, Institution,
    Membership, Person, Requirement, RequirementKind, Standing, Subject, SubjectKind, standing,
};
use strongroom_primitives::{Id, Label, Paragraph, RequirementName, RowTier, Timestamp, kind};

pub(crate) fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

pub(crate) fn paragraph(text: &str) -> Paragraph {
    Paragraph::new(text).unwrap()
}

pub(crate) fn name(text: &str) -> RequirementName {
    RequirementName::new(text).unwrap()
}

/// So many days of 24 hours after (before, if negative) the present of these tests.
pub(crate) fn day(day: i64) -> Timestamp {
    let now = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
    Timestamp::from_unix_microseconds(now.unix_microseconds() + day * 86_400_000_000)
}

pub(crate) const ADA: u128 = 1;
pub(crate) const WORKSPACE: u128 = 3;

pub(crate) fn workspace() -> Id<kind::Workspace> {
    Id::from_u128(WORKSPACE)
}

pub(crate) fn ada() -> Person {
    Person::new(Id::from_u128(ADA), label("Ada"), EmailAddress::new("ada@uni.edu").unwrap())
        .with_institution(Id::from_u128(7))
}

pub(crate) fn members() -> Membership {
    Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into())
}

pub(crate) fn agreement(ends: i64) -> Agreement {
    Agreement::new(day(-1_000), day(ends), members()).unwrap()
}

pub(crate) fn university() -> Institution {
    RowTier::ALL
        .into_iter()
        .fold(Institution::new(Id::from_u128(7), label("University")), |university, tier| {
            university.with_agreement(tier, agreement(9_000))
        })
}

/// All that All of Us asks for, and what the tier asks for of it.
pub(crate) fn asked(tier: RowTier) -> Vec<Requirement> {
    let mut all = Requirement::all_of_us().unwrap();
    all.retain(|one| tier == RowTier::Controlled || one.name().as_str() != "controlled-training");
    all
}

pub(crate) fn requirement(name: &str) -> Requirement {
    asked(RowTier::Controlled).into_iter().find(|one| one.name().as_str() == name).unwrap()
}

pub(crate) fn plain(requirement: &str, kind: RequirementKind) -> Requirement {
    Requirement::new(name(requirement), label(requirement), kind, paragraph("Do it."))
}

/// Evidence for this requirement as of that day.
pub(crate) fn done(requirement: &Requirement, on: i64) -> Vec<Evidence> {
    requirement.sufficient_evidence(day(on), &label("test")).unwrap()
}

/// Evidence for everything as of that day.
pub(crate) fn all_done(on: i64) -> Vec<Evidence> {
    asked(RowTier::Controlled).iter().flat_map(|one| done(one, on)).collect()
}

pub(crate) fn bypass(requirement: &Requirement, from: i64, until: i64) -> Bypass {
    let person = Id::from_u128(ADA);
    let subject = match requirement.subject() {
        SubjectKind::Person => Subject::Person(person),
        SubjectKind::Institution => Subject::Institution(Id::from_u128(7)),
        SubjectKind::Workspace => Subject::Workspace(workspace()),
        SubjectKind::PersonInWorkspace => Subject::PersonInWorkspace { person, workspace: workspace() },
    };
    let by = BypassedBy { granted_by: Id::from_u128(50), confirmed_by: Id::from_u128(51) };
    Bypass::new(requirement, subject, paragraph("The course is being moved."), by, day(from), day(until))
        .unwrap()
}

/// Everything that is known about Ada, to be judged.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) person: Person,
    pub(crate) institution: Option<Institution>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) bypasses: Vec<Bypass>,
    pub(crate) dossiers: Vec<Dossier>,
    pub(crate) tier: RowTier,
    pub(crate) in_workspace: bool,
}

impl World {
    /// Everything for the tier, done on day 0.
    pub(crate) fn complete(tier: RowTier) -> Self {
        Self {
            person: ada(),
            institution: Some(university()),
            requirements: asked(tier),
            evidence: all_done(0),
            bypasses: Vec::new(),
            dossiers: Vec::new(),
            tier,
            in_workspace: false,
        }
    }

    pub(crate) fn standing(&self, now: Timestamp) -> Standing<'_> {
        let mut candidate = Candidate::new(&self.person)
            .with_institution(self.institution.as_ref())
            .with_evidence(&self.evidence)
            .with_bypasses(&self.bypasses)
            .with_dossiers(&self.dossiers);
        if self.in_workspace {
            candidate = candidate.with_workspace(workspace());
        }
        standing(&candidate, &self.requirements.iter().collect::<Vec<_>>(), self.tier, now)
    }

    /// Whether everything is met or set aside on that day.
    pub(crate) fn is_open(&self, on: i64) -> bool {
        self.standing(day(on)).not_after().is_some()
    }

    pub(crate) fn forget(&mut self, requirement: &str) {
        self.evidence.retain(|piece| piece.requirement().as_str() != requirement);
    }
}
