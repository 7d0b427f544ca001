//! A researcher who has everything that sessions need, and the sessions the gate gives them.

use strongroom_access::{
    Agreement, EmailAddress, EmailDomain, Evidence, Institution, Membership, Person, Requirement,
    RequirementKind,
};
use strongroom_gate::{Ask, Facts, Rule, TierSession, admit};
use strongroom_primitives::{Id, Label, Paragraph, ReleaseName, RequirementName, RowTier, Timestamp};
use strongroom_tiers::{Hidden, Policy, Release, TierRules};
use strongroom_workspaces::{
    Action, Actor, Change, Circumstances, Command, Ownership, Purpose, PurposeCategory, Role, Workspace,
};

use crate::release::{RELEASE, TIER};

/// How long a session lasts.
pub(crate) const LEASE_MINUTES: u32 = 15;

const TRAINING: &str = "training";

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

pub(crate) fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

pub(crate) fn paragraph(text: &str) -> Paragraph {
    Paragraph::new(text).unwrap()
}

/// What a session is asked for, and under which rules.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) workspace: u128,
    pub(crate) role: Role,
    pub(crate) action: Action,
    pub(crate) release: &'static str,
    pub(crate) tier: RowTier,
    pub(crate) suppress_up_to: u32,
    pub(crate) hidden: Hidden,
}

impl Access {
    /// A writer in a workspace on the release, for whom small numbers are suppressed as usual.
    pub(crate) fn usual() -> Self {
        Self {
            workspace: 3,
            role: Role::Writer,
            action: Action::CountCohort,
            release: RELEASE,
            tier: TIER,
            suppress_up_to: 20,
            hidden: Hidden::nothing(),
        }
    }

    /// The same, but every number is shown.
    pub(crate) fn exact() -> Self {
        Self { suppress_up_to: 0, ..Self::usual() }
    }

    pub(crate) fn session(&self) -> TierSession {
        self.session_under(&[])
    }

    /// The session that the gate gives at [`now`] under these rules.
    pub(crate) fn session_under(&self, rules: &[&dyn Rule]) -> TierSession {
        let training = RequirementName::new(TRAINING).unwrap();
        let tier_rules = || {
            TierRules::new(vec![training.clone()])
                .with_suppress_up_to(self.suppress_up_to)
                .with_maximum_lease_minutes(LEASE_MINUTES)
                .with_hidden(self.hidden.clone())
        };
        let policy = Policy::new(1, tier_rules(), tier_rules()).unwrap();
        let requirements = [Requirement::new(
            training.clone(),
            label("Training"),
            RequirementKind::Record,
            paragraph("Take the course."),
        )];
        let evidence = [Evidence::new(training.clone(), now(), label("test"))];
        let institution = RowTier::ALL.into_iter().fold(
            Institution::new(Id::from_u128(2), label("University")),
            |institution, tier| {
                let membership = Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into());
                let agreement = Agreement::new(now(), now().plus_days(900), membership).unwrap();
                institution.with_agreement(tier, agreement)
            },
        );
        let ada = Person::new(Id::from_u128(1), label("Ada"), EmailAddress::new("ada@uni.edu").unwrap())
            .with_institution(institution.id());
        let release = Release::new(ReleaseName::new(self.release).unwrap(), self.tier);
        let mut workspace = Workspace::new(
            Id::from_u128(self.workspace),
            label("Study"),
            Purpose::new(
                PurposeCategory::Educational,
                paragraph("Who?"),
                paragraph("So."),
                paragraph("This."),
            ),
            Id::from_u128(9),
            release.name().clone(),
            self.tier,
            now(),
        );
        let share = Command::change(workspace.etag(), Change::Share { with: ada.id(), role: self.role });
        let owner = Actor::member(workspace.creator(), workspace.id(), Action::Share, Timestamp::LAST);
        workspace.apply_all(&workspace.decide(&owner, &share, &Circumstances::at(now())).unwrap());

        let facts = Facts::new(&ada, &requirements, &evidence)
            .with_institution(&institution)
            .with_workspace(&workspace)
            .with_ownership(Ownership::Held)
            .with_release(&release);
        let ask = Ask::new(workspace.id(), self.action);
        admit(&policy, &facts, &ask, rules, now()).into_result().unwrap()
    }
}
