//! A small world of abstract facts, and the real facts that stand for them.

use std::sync::LazyLock;

use strongroom_access::{
    AccountState, Agreement, EmailAddress, EmailDomain, Evidence, Institution, Membership, Person,
    Requirement, RequirementKind,
};
use strongroom_gate::{Ask, Decision, Facts, Rule, admit};
use strongroom_primitives::{
    Id, Label, NonEmpty, Paragraph, ReleaseName, RequirementName, RowTier, Timestamp, kind,
};
use strongroom_tiers::{Policy, Release, ReleaseState, TierRules};
use strongroom_workspaces::{Action, Purpose, PurposeCategory, Role, Workspace};

/// Minutes after the present at which what is said to be brief ends.
pub(crate) const BRIEF_AGREEMENT: u32 = 7;
pub(crate) const BRIEF_EVIDENCE: u32 = 5;
pub(crate) const LEASE: u32 = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signed {
    InForce,
    Briefly,
    No,
    NotYet,
    Ended,
    ForOthers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Brought {
    Fresh,
    Briefly,
    Nothing,
    Lapsed,
    OtherVersion,
    Tomorrow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Live,
    Archived,
    Unknown,
    InAnotherTier,
}

/// One point of the fact space. The registered tier asks for a signed code of conduct, the
/// controlled tier for a training as well.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World {
    pub(crate) active: bool,
    /// What the institution signed for the registered and the controlled tier; `None` without an
    /// institution.
    pub(crate) signed: Option<[Signed; 2]>,
    pub(crate) conduct: Brought,
    pub(crate) training: Brought,
    pub(crate) role: Option<Role>,
    pub(crate) tier: RowTier,
    pub(crate) release: Known,
}

impl World {
    pub(crate) const BEST: Self = Self {
        active: true,
        signed: Some([Signed::InForce, Signed::InForce]),
        conduct: Brought::Fresh,
        training: Brought::Fresh,
        role: Some(Role::Owner),
        tier: RowTier::Controlled,
        release: Known::Live,
    };

    pub(crate) const SIGNED: [Signed; 6] =
        [Signed::InForce, Signed::Briefly, Signed::No, Signed::NotYet, Signed::Ended, Signed::ForOthers];
    /// A training has no versions.
    pub(crate) const BROUGHT_TRAINING: [Brought; 4] =
        [Brought::Fresh, Brought::Briefly, Brought::Nothing, Brought::Lapsed];
    pub(crate) const BROUGHT_CONDUCT: [Brought; 6] = [
        Brought::Fresh,
        Brought::Briefly,
        Brought::Nothing,
        Brought::Lapsed,
        Brought::Tomorrow,
        Brought::OtherVersion,
    ];
    pub(crate) const KNOWN: [Known; 4] = [Known::Live, Known::Archived, Known::Unknown, Known::InAnotherTier];
    pub(crate) const ROLES: [Option<Role>; 4] =
        [None, Some(Role::Reader), Some(Role::Writer), Some(Role::Owner)];

    /// Every point of the fact space.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let signed = std::iter::once(None).chain(
            Self::SIGNED
                .into_iter()
                .flat_map(|low| Self::SIGNED.into_iter().map(move |high| Some([low, high]))),
        );
        let people = signed.flat_map(|signed| {
            [true, false].into_iter().flat_map(move |active| {
                Self::BROUGHT_CONDUCT.into_iter().flat_map(move |conduct| {
                    Self::BROUGHT_TRAINING
                        .into_iter()
                        .map(move |training| (active, signed, conduct, training))
                })
            })
        });
        people.flat_map(|(active, signed, conduct, training)| {
            Self::ROLES.into_iter().flat_map(move |role| {
                RowTier::ALL.into_iter().flat_map(move |tier| {
                    Self::KNOWN.into_iter().map(move |release| Self {
                        active,
                        signed,
                        conduct,
                        training,
                        role,
                        tier,
                        release,
                    })
                })
            })
        })
    }
}

/// The real facts for a [`World`].
pub(crate) struct Concrete {
    pub(crate) person: Person,
    pub(crate) institution: Option<Institution>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) workspace: Workspace,
    pub(crate) release: Option<Release>,
}

impl Concrete {
    pub(crate) fn facts(&self) -> Facts<'_> {
        let mut facts =
            Facts::new(&self.person, &self.requirements, &self.evidence).with_workspace(&self.workspace);
        if let Some(institution) = &self.institution {
            facts = facts.with_institution(institution);
        }
        match &self.release {
            Some(release) => facts.with_release(release),
            None => facts,
        }
    }

    pub(crate) fn admit(&self, action: Action, rules: &[&dyn Rule]) -> Decision {
        let ask = Ask::new(self.workspace.id(), action);
        admit(policy(), &self.facts(), &ask, rules, now())
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

/// The present, so many days earlier.
pub(crate) fn days_ago(days: i64) -> Timestamp {
    Timestamp::from_unix_microseconds(now().unix_microseconds() - days * 86_400_000_000)
}

pub(crate) fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

pub(crate) fn paragraph(text: &str) -> Paragraph {
    Paragraph::new(text).unwrap()
}

pub(crate) fn requirement_name(text: &str) -> RequirementName {
    RequirementName::new(text).unwrap()
}

pub(crate) fn release_name(text: &str) -> ReleaseName {
    ReleaseName::new(text).unwrap()
}

pub(crate) fn policy() -> &'static Policy {
    static POLICY: LazyLock<Policy> = LazyLock::new(|| {
        let rules = |name| TierRules::new(vec![requirement_name(name)]).with_maximum_lease_minutes(LEASE);
        Policy::new(4, rules("code-of-conduct"), rules("training")).unwrap()
    });
    &POLICY
}

pub(crate) fn requirements() -> Vec<Requirement> {
    let new = |name, kind| Requirement::new(requirement_name(name), label(name), kind, paragraph("Do it."));
    let conduct = RequirementKind::CodeOfConduct { accepted_versions: NonEmpty::new(label("7")) };
    vec![new("training", RequirementKind::Training).with_valid_for_days(365), new("code-of-conduct", conduct)]
}

pub(crate) fn person() -> Id<kind::Person> {
    Id::from_u128(1)
}

pub(crate) fn concrete(world: World) -> Concrete {
    let ada = Person::new(person(), label("Ada"), EmailAddress::new("ada@uni.edu").unwrap());
    let ada = if world.signed.is_some() { ada.with_institution(Id::from_u128(2)) } else { ada };
    let account = if world.active {
        AccountState::Active
    } else {
        AccountState::Disabled { since: days_ago(1), reason: paragraph("inquiry") }
    };
    Concrete {
        person: ada.with_account(account),
        institution: world.signed.map(institution),
        requirements: requirements(),
        evidence: evidence("code-of-conduct", world.conduct)
            .into_iter()
            .chain(evidence("training", world.training))
            .collect(),
        workspace: workspace(Id::from_u128(3), world.tier, world.role),
        release: release(world.tier, world.release),
    }
}

fn institution(signed: [Signed; 2]) -> Institution {
    let university = Institution::new(Id::from_u128(2), label("University"));
    RowTier::ALL.into_iter().zip(signed).fold(university, |university, (tier, signed)| {
        let domain = if signed == Signed::ForOthers { "other.edu" } else { "uni.edu" };
        let membership = Membership::Domains([EmailDomain::new(domain).unwrap()].into());
        let (starts, ends) = match signed {
            Signed::No => return university,
            Signed::InForce | Signed::ForOthers => (days_ago(9), now().plus_days(900)),
            Signed::Briefly => (now(), now().plus_minutes(BRIEF_AGREEMENT)),
            Signed::NotYet => (now().plus_minutes(1), now().plus_days(9)),
            Signed::Ended => (days_ago(9), now()),
        };
        university.with_agreement(tier, Agreement::new(starts, ends, membership).unwrap())
    })
}

fn evidence(name: &str, brought: Brought) -> Option<Evidence> {
    let new = |obtained, version| {
        Evidence::new(requirement_name(name), obtained, label("test")).with_version(label(version))
    };
    match brought {
        Brought::Nothing => None,
        Brought::Fresh => Some(new(now(), "7")),
        Brought::Briefly => Some(new(days_ago(9), "7").with_valid_until(now().plus_minutes(BRIEF_EVIDENCE))),
        Brought::Lapsed => Some(new(days_ago(9), "7").with_valid_until(now())),
        Brought::OtherVersion => Some(new(now(), "6")),
        Brought::Tomorrow => Some(new(now().plus_days(1), "7")),
    }
}

pub(crate) fn workspace(id: Id<kind::Workspace>, tier: RowTier, role: Option<Role>) -> Workspace {
    let purpose =
        Purpose::new(PurposeCategory::Educational, paragraph("Who?"), paragraph("So."), paragraph("This."));
    let creator = Id::from_u128(9);
    let release = release_name("release");
    let mut workspace = Workspace::new(id, label("Study"), purpose, creator, release, tier, days_ago(30));
    if let Some(role) = role {
        workspace.share(1, person(), role).unwrap();
    }
    workspace
}

fn release(tier: RowTier, known: Known) -> Option<Release> {
    let release = |tier, state| Some(Release::new(release_name("release"), tier).with_state(state));
    let other = match tier {
        RowTier::Registered => RowTier::Controlled,
        RowTier::Controlled => RowTier::Registered,
    };
    match known {
        Known::Live => release(tier, ReleaseState::Live),
        Known::Archived => release(tier, ReleaseState::Archived),
        Known::InAnotherTier => release(other, ReleaseState::Live),
        Known::Unknown => None,
    }
}
