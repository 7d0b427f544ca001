//! The people, policies and evidence that are decided about.

use strongroom_access::{Agreement, EmailDomain, Evidence, Institution, Membership, Person, Requirement};
use strongroom_gate::{Edition, Facts};
use strongroom_primitives::{Id, Label, Paragraph, ReleaseName, RequirementName, RowTier, Timestamp, kind};
use strongroom_tiers::{Declaration, EvidenceKind, Policy, Release, TierRules};
use strongroom_workspaces::{Purpose, PurposeCategory, Workspace};

use crate::Outcome;

/// For how many days of 24 hours evidence counts.
pub(crate) const VALID_FOR_DAYS: u32 = 365;

pub(crate) struct World {
    pub(crate) university: Institution,
    pub(crate) person: Person,
    pub(crate) workspace: Workspace,
    pub(crate) release: Release,
}

impl World {
    pub(crate) fn new(now: Timestamp) -> Outcome<Self> {
        let mut university = Institution::new(Id::from_u128(7), Label::new("University")?);
        for tier in RowTier::ALL {
            let members = Membership::Domains([EmailDomain::new("uni.edu")?].into());
            let agreement = Agreement::new(now.minus_days(900), now.plus_days(900), members)?;
            university = university.with_agreement(tier, agreement);
        }
        let person = person(2)?;
        let release = Release::new(ReleaseName::new("C2026")?, RowTier::Controlled);
        let workspace = workspace(Id::from_u128(3), person.id(), &release, now)?;
        Ok(Self { university, person, workspace, release })
    }

    pub(crate) fn facts<'a>(
        &'a self,
        requirements: &'a [Requirement],
        evidence: &'a [Evidence],
    ) -> Facts<'a> {
        Facts::new(&self.person, requirements, evidence)
            .with_institution(&self.university)
            .with_workspace(&self.workspace)
            .with_release(&self.release)
    }
}

pub(crate) fn person(id: u128) -> Outcome<Person> {
    let person = Person::new(Id::from_u128(id), Label::new("A researcher")?, "ada@uni.edu".parse()?);
    Ok(person.with_institution(Id::from_u128(7)))
}

pub(crate) fn workspace(
    id: Id<kind::Workspace>,
    creator: Id<kind::Person>,
    release: &Release,
    now: Timestamp,
) -> Outcome<Workspace> {
    let words = || Paragraph::new("measure");
    let purpose = Purpose::new(PurposeCategory::MethodsDevelopment, words()?, words()?, words()?);
    let title = Label::new("Measure")?;
    Ok(Workspace::new(id, title, purpose, creator, release.name().clone(), release.tier(), now))
}

/// A policy that declares 50 requirements and asks for the first so many in both tiers.
pub(crate) fn edition(asked: usize) -> Outcome<Edition> {
    let name = |number| RequirementName::new(format!("requirement-number-{number:02}"));
    let names = (0..asked).map(name).collect::<Result<Vec<_>, _>>()?;
    let rules = TierRules::new(names);
    let mut draft =
        Policy::draft(1).with_tier(RowTier::Registered, rules.clone()).with_tier(RowTier::Controlled, rules);
    for number in 0..50 {
        let title = Label::new(format!("Requirement number {number}"))?;
        let step = Paragraph::new("Meet it.")?;
        let declared = Declaration::new(name(number)?, title, EvidenceKind::SelfAttestation, step);
        draft = draft.with_declaration(declared.with_valid_for_days(VALID_FOR_DAYS));
    }
    Ok(Edition::new(draft.build()?)?)
}

/// Evidence as it comes out of a store: it shares no text with the requirement.
pub(crate) fn evidence(requirement: &Requirement, now: Timestamp) -> Outcome<Evidence> {
    let name = RequirementName::new(requirement.name().as_str())?;
    Ok(Evidence::new(name, now.minus_days(1), Label::new("measure")?))
}
