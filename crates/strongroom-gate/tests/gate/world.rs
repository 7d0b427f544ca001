//! A small world of abstract facts, and the real facts that stand for them.

use std::sync::LazyLock;

use strongroom_access::{
    AccountState, Agreement, Bypass, BypassedBy, CodeOfConduct, ConductVersion, CourseResult, EmailAddress,
    EmailDomain, Evidence, Initials, Institution, Membership, Percent, Person, Proof, Requirement,
    RequirementKind, Subject, TrainingRule,
};
use strongroom_gate::{Ask, Decision, Facts, Rule, admit};
use strongroom_primitives::{
    Id, Label, NonEmpty, Paragraph, ReleaseName, RequirementName, RowTier, Timestamp, kind,
};
use strongroom_tiers::{
    ArchivedUse, BypassRule, Intent, Policy, Publication, Release, ReleaseRules, TierRules,
};
use strongroom_workspaces::{
    Action, Actor, Change, Circumstances, Command, Ownership, Purpose, PurposeCategory, Role, Workspace,
};

/// Minutes after the present at which what is said to be brief ends.
pub(crate) const BRIEF_AGREEMENT: u32 = 7;
pub(crate) const BRIEF_EVIDENCE: u32 = 5;
pub(crate) const BRIEF_BYPASS: u32 = 6;
/// In how many minutes a release is archived that is about to be.
pub(crate) const SOON_ARCHIVED: u32 = 4;
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
    ArchivedSoon,
    Archived,
    Withdrawn,
    InPreparation,
    Unknown,
    InAnotherTier,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    Active,
    Suspended,
    Disabled,
    Closed,
}

/// What was done about the code of conduct, from which the policy lets people be excused for 14 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetAside {
    No,
    Briefly,
    Over,
    /// For longer than the policy provides for.
    TooLong,
}

/// One point of the fact space. The registered tier asks for a signed code of conduct, the
/// controlled tier for a training as well.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World {
    pub(crate) account: Account,
    /// What the institution signed for the registered and the controlled tier; `None` without an
    /// institution.
    pub(crate) signed: Option<[Signed; 2]>,
    pub(crate) conduct: Brought,
    pub(crate) training: Brought,
    pub(crate) bypass: SetAside,
    pub(crate) role: Option<Role>,
    pub(crate) tier: RowTier,
    pub(crate) release: Known,
    /// What the policy keeps archived releases for.
    pub(crate) archived: ArchivedUse,
    /// Whether the person names a publication that they replicate.
    pub(crate) replicates: bool,
    /// The tier in which the person works already.
    pub(crate) open_tier: Option<RowTier>,
}

impl World {
    pub(crate) const BEST: Self = Self {
        account: Account::Active,
        signed: Some([Signed::InForce, Signed::InForce]),
        conduct: Brought::Fresh,
        training: Brought::Fresh,
        bypass: SetAside::No,
        role: Some(Role::Owner),
        tier: RowTier::Controlled,
        release: Known::Live,
        archived: ArchivedUse::ReplicationAndExistingWork,
        replicates: false,
        open_tier: None,
    };

    pub(crate) const ACCOUNTS: [Account; 4] =
        [Account::Active, Account::Suspended, Account::Disabled, Account::Closed];
    pub(crate) const SET_ASIDE: [SetAside; 4] =
        [SetAside::No, SetAside::Briefly, SetAside::Over, SetAside::TooLong];
    pub(crate) const ARCHIVED: [ArchivedUse; 3] =
        [ArchivedUse::Nothing, ArchivedUse::Replication, ArchivedUse::ReplicationAndExistingWork];

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
    pub(crate) const KNOWN: [Known; 7] = [
        Known::Live,
        Known::ArchivedSoon,
        Known::Archived,
        Known::Withdrawn,
        Known::InPreparation,
        Known::Unknown,
        Known::InAnotherTier,
    ];
    pub(crate) const ROLES: [Option<Role>; 4] =
        [None, Some(Role::Reader), Some(Role::Writer), Some(Role::Owner)];

    /// Every person in every workspace: all that is asked of somebody, on a release that is live.
    pub(crate) fn people() -> impl Iterator<Item = Self> {
        let signed = Self::SIGNED.map(|low| Self::SIGNED.map(|high| Some([low, high])));
        let signed: Vec<_> = std::iter::once(None).chain(signed.into_iter().flatten()).collect();
        let worlds = vec![Self::BEST];
        let worlds = vary(worlds, Self::ACCOUNTS, |world, account| Self { account, ..world });
        let worlds = vary(worlds, signed, |world, signed| Self { signed, ..world });
        let worlds = vary(worlds, Self::BROUGHT_CONDUCT, |world, conduct| Self { conduct, ..world });
        let worlds = vary(worlds, Self::BROUGHT_TRAINING, |world, training| Self { training, ..world });
        let worlds = vary(worlds, Self::SET_ASIDE, |world, bypass| Self { bypass, ..world });
        let worlds = vary(worlds, Self::ROLES, |world, role| Self { role, ..world });
        vary(worlds, RowTier::ALL, |world, tier| Self { tier, ..world }).into_iter()
    }

    /// Every release in every state under every policy, for some people.
    pub(crate) fn releases() -> impl Iterator<Item = Self> {
        let signed = [None, Some([Signed::InForce; 2]), Some([Signed::InForce, Signed::No])];
        let brought = [Brought::Fresh, Brought::Briefly, Brought::Nothing];
        let open = [None, Some(RowTier::Registered), Some(RowTier::Controlled)];
        let worlds = vary(vec![Self::BEST], signed, |world, signed| Self { signed, ..world });
        let worlds = vary(worlds, brought, |world, conduct| Self { conduct, ..world });
        let worlds = vary(worlds, Self::ROLES, |world, role| Self { role, ..world });
        let worlds = vary(worlds, RowTier::ALL, |world, tier| Self { tier, ..world });
        let worlds = vary(worlds, Self::KNOWN, |world, release| Self { release, ..world });
        let worlds = vary(worlds, Self::ARCHIVED, |world, archived| Self { archived, ..world });
        let worlds = vary(worlds, [false, true], |world, replicates| Self { replicates, ..world });
        vary(worlds, open, |world, open_tier| Self { open_tier, ..world }).into_iter()
    }

    /// Every point of both fact spaces. The gate joins the two kinds of objections and takes the
    /// earlier of two ends, so that the product of the spaces would say nothing more.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::people().chain(Self::releases())
    }
}

/// Every world with every value.
fn vary<T: Copy>(
    worlds: Vec<World>,
    values: impl IntoIterator<Item = T>,
    with: impl Fn(World, T) -> World,
) -> Vec<World> {
    let values: Vec<T> = values.into_iter().collect();
    let mut varied = Vec::with_capacity(worlds.len() * values.len());
    for world in worlds {
        varied.extend(values.iter().map(|value| with(world, *value)));
    }
    varied
}

/// The real facts for a [`World`].
pub(crate) struct Concrete {
    pub(crate) person: Person,
    pub(crate) institution: Option<Institution>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) workspace: Workspace,
    pub(crate) release: Option<Release>,
    pub(crate) bypasses: Vec<Bypass>,
    pub(crate) intent: Intent,
    pub(crate) open_tier: Option<RowTier>,
    pub(crate) policy: &'static Policy,
}

impl Concrete {
    pub(crate) fn facts(&self) -> Facts<'_> {
        let mut facts = Facts::new(&self.person, &self.requirements, &self.evidence)
            .with_bypasses(&self.bypasses)
            .with_intent(&self.intent)
            .with_workspace(&self.workspace)
            .with_ownership(Ownership::Held);
        if let Some(tier) = self.open_tier {
            facts = facts.with_open_tier(tier);
        }
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
        admit(self.policy, &self.facts(), &ask, rules, now())
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
    policy_with(World::BEST.archived)
}

/// The policy that keeps archived releases for this.
pub(crate) fn policy_with(archived: ArchivedUse) -> &'static Policy {
    static POLICIES: LazyLock<[Policy; 3]> = LazyLock::new(|| {
        World::ARCHIVED.map(|archived| {
            let rules = |name| TierRules::new(vec![requirement_name(name)]).with_maximum_lease_minutes(LEASE);
            let draft = Policy::new(4, rules("code-of-conduct"), rules("training")).unwrap();
            let conduct = draft.declaration(&requirement_name("code-of-conduct")).unwrap().clone();
            draft
                .into_draft()
                .with_releases(ReleaseRules::default().with_archived(archived))
                .with_declaration(conduct.with_bypass(BypassRule { longest_days: 14 }))
                .build()
                .unwrap()
        })
    });
    POLICIES.iter().find(|policy| policy.releases().archived() == archived).unwrap()
}

pub(crate) fn requirements() -> Vec<Requirement> {
    let new = |name, kind| Requirement::new(requirement_name(name), label(name), kind, paragraph("Do it."));
    let training = TrainingRule::new(NonEmpty::new(label("course")), Percent::new(80).unwrap());
    vec![
        new("training", RequirementKind::Training(training)).with_valid_for_days(365),
        new("code-of-conduct", RequirementKind::CodeOfConduct(CodeOfConduct::new(conduct("7")))),
    ]
}

/// A version of the code of conduct; only version 7 counts.
fn conduct(version: &str) -> ConductVersion {
    ConductVersion::of_text(label(version), "I do not try to find out who anybody is.", days_ago(9_000), 0)
}

/// What meets the requirement of that name, if it is of this version where there are versions.
pub(crate) fn proof(name: &str, version: &str) -> Proof {
    match name {
        "training" => Proof::Course(CourseResult::new(label("course"), Percent::new(80).unwrap())),
        _ => Proof::Signature(conduct(version).sign(Initials::new("A").unwrap(), label("Ada"))),
    }
}

pub(crate) fn person() -> Id<kind::Person> {
    Id::from_u128(1)
}

pub(crate) fn concrete(world: World) -> Concrete {
    let ada = Person::new(person(), label("Ada"), EmailAddress::new("ada@uni.edu").unwrap());
    let ada = if world.signed.is_some() { ada.with_institution(Id::from_u128(2)) } else { ada };
    let reason = || paragraph("inquiry");
    let account = match world.account {
        Account::Active => AccountState::Active,
        Account::Suspended => {
            let (since, until) = (days_ago(1), now().plus_days(1));
            AccountState::Suspended { since, until, reason: reason() }
        }
        Account::Disabled => AccountState::Disabled { since: days_ago(1), reason: reason() },
        Account::Closed => AccountState::Closed { since: days_ago(1) },
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
        bypasses: bypass(world.bypass).into_iter().collect(),
        intent: if world.replicates { replication() } else { Intent::Research },
        open_tier: world.open_tier,
        policy: policy_with(world.archived),
    }
}

pub(crate) fn replication() -> Intent {
    Intent::Replication(Publication::new("10.1000/xyz123").unwrap())
}

/// A bypass of the code of conduct by the 11th and the 12th person.
pub(crate) fn bypass(set_aside: SetAside) -> Option<Bypass> {
    let (starts, ends) = match set_aside {
        SetAside::No => return None,
        SetAside::Briefly => (days_ago(13), now().plus_minutes(BRIEF_BYPASS)),
        SetAside::Over => (days_ago(13), now()),
        SetAside::TooLong => (days_ago(1), days_ago(-14)),
    };
    let requirements = requirements();
    let conduct = requirements.iter().find(|one| one.name().as_str() == "code-of-conduct").unwrap();
    let by = BypassedBy { granted_by: Id::from_u128(11), confirmed_by: Id::from_u128(12) };
    let subject = Subject::Person(person());
    Some(Bypass::new(conduct, subject, paragraph("the site was down"), by, starts, ends).unwrap())
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
        Evidence::new(requirement_name(name), obtained, label("test")).with_proof(proof(name, version))
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
        share(&mut workspace, person(), role);
    }
    workspace
}

/// The creator gives somebody a role.
pub(crate) fn share(workspace: &mut Workspace, with: Id<kind::Person>, role: Role) {
    let share = Command::change(workspace.etag(), Change::Share { with, role });
    let owner = Actor::member(workspace.creator(), workspace.id(), Action::Share, Timestamp::LAST);
    workspace.apply_all(&workspace.decide(&owner, &share, &Circumstances::at(days_ago(30))).unwrap());
}

fn release(tier: RowTier, known: Known) -> Option<Release> {
    let release = |tier| Release::new(release_name("release"), tier);
    let other = match tier {
        RowTier::Registered => RowTier::Controlled,
        RowTier::Controlled => RowTier::Registered,
    };
    match known {
        Known::Live => Some(release(tier)),
        Known::ArchivedSoon => Some(release(tier).with_archived(now().plus_minutes(SOON_ARCHIVED))),
        Known::Withdrawn => Some(release(tier).with_withdrawn(days_ago(1), paragraph("consent"))),
        Known::InPreparation => Some(Release::in_preparation(release_name("release"), tier)),
        Known::Archived => Some(release(tier).with_archived(days_ago(1))),
        Known::InAnotherTier => Some(release(other)),
        Known::Unknown => None,
    }
}

/// What meets both requirements, obtained at this instant.
pub(crate) fn evidence_since(obtained: Timestamp) -> Vec<Evidence> {
    ["code-of-conduct", "training"]
        .map(|name| {
            Evidence::new(requirement_name(name), obtained, label("test")).with_proof(proof(name, "7"))
        })
        .into()
}
