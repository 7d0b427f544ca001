use std::sync::Arc;

use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use strongroom_tiers::{ExportKind, Hidden, TierRules};
use strongroom_workspaces::{Action, Role};
use thiserror::Error;

use crate::lease::Lease;
use crate::{ChangePermit, ExportPermit, Objection, Refusal};

/// The right of one person to work in one workspace, on one release, for a few minutes. Made by
/// [`admit`](crate::admit) and by nothing else.
///
/// It is used up by whoever opens the data with it. It cannot be copied, so that it is not kept
/// for later:
///
/// ```compile_fail,E0308
/// fn keep(session: &strongroom_gate::TierSession) -> strongroom_gate::TierSession {
///     session.clone()
/// }
/// ```
///
/// nor written down, so that it does not travel:
///
/// ```compile_fail,E0277
/// fn write(session: &strongroom_gate::TierSession) -> String {
///     serde_json::to_string(session).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn read(text: &str) -> strongroom_gate::TierSession {
///     serde_json::from_str(text).unwrap()
/// }
/// ```
///
/// nor made by hand:
///
/// ```compile_fail,E0451
/// use strongroom_primitives::Timestamp;
/// fn prolong(session: strongroom_gate::TierSession) -> strongroom_gate::TierSession {
///     strongroom_gate::TierSession { not_after: Timestamp::LAST, ..session }
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn require_default<T: Default>() {}
/// require_default::<strongroom_gate::TierSession>();
/// ```
#[derive(Debug)]
#[must_use = "a session that is not used is a door left open for nobody"]
pub struct TierSession {
    pub(crate) person: Id<kind::Person>,
    pub(crate) workspace: Id<kind::Workspace>,
    pub(crate) release: ReleaseName,
    pub(crate) tier: RowTier,
    pub(crate) role: Role,
    pub(crate) not_after: Timestamp,
    pub(crate) lease: Lease,
    pub(crate) policy_version: u64,
    pub(crate) rules: Arc<TierRules>,
    /// For every action, until when it is allowed, or why it is not.
    // INVARIANT: has every action; no instant in it lies after what facts and lease allow.
    pub(crate) verdicts: Box<[(Action, Result<Timestamp, Refusal>)]>,
    /// The same for everything that could leave, but for the reviewers that have to agree.
    pub(crate) exports: Box<[(ExportKind, Result<Timestamp, Refusal>)]>,
}

/// The right was good until this instant, which has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the access expired at {since}; ask again")]
pub struct Expired {
    since: Timestamp,
}

impl Expired {
    pub(crate) fn check(not_after: Timestamp, now: Timestamp) -> Result<(), Self> {
        if now < not_after { Ok(()) } else { Err(Self { since: not_after }) }
    }

    /// The first instant at which it was no longer good.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }
}

impl From<Expired> for Refusal {
    fn from(expired: Expired) -> Self {
        Objection::DecisionExpired { since: expired.since }.into()
    }
}

impl TierSession {
    /// Whether it is good at this instant. What was once asked at an instant at which it was not
    /// stays expired, also if the clock is set back.
    ///
    /// # Errors
    /// If it has expired.
    pub fn check(&self, now: Timestamp) -> Result<(), Expired> {
        self.lease.check(now)
    }

    /// Whether it is good at this instant.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.check(now).is_ok()
    }

    /// The right to write rows to where the workspace's analyses read them; for writers and
    /// owners, if no rule objects.
    ///
    /// # Errors
    /// The objections to [`Action::Export`], or that the session has expired.
    pub fn export_permit(&self, now: Timestamp) -> Result<ExportPermit, Refusal> {
        let not_after = self.allowed_until(Action::Export, now)?;
        Ok(ExportPermit {
            person: self.person,
            workspace: self.workspace,
            release: self.release.clone(),
            tier: self.tier,
            lease: self.lease.narrowed(now, not_after),
        })
    }

    /// The right to do this in the workspace.
    ///
    /// # Errors
    /// The objections to the action, or that the session has expired.
    pub fn change_permit(&self, action: Action, now: Timestamp) -> Result<ChangePermit, Refusal> {
        let not_after = self.allowed_until(action, now)?;
        Ok(ChangePermit {
            person: self.person,
            workspace: self.workspace,
            release: self.release.clone(),
            action,
            lease: self.lease.narrowed(now, not_after),
        })
    }

    /// Whether the session allows this action at this instant. A session is good for more than
    /// the action it was asked for, and for less than all: whoever acts on it asks first.
    ///
    /// # Errors
    /// The objections to the action, or that the session has expired.
    pub fn check_action(&self, action: Action, now: Timestamp) -> Result<(), Refusal> {
        self.allowed_until(action, now).map(|_| ())
    }

    /// Whether the policy and the rules let this leave at this instant, and how many reviewers, none
    /// of whom is the person, have to agree first. That they did is the business of whoever lets it
    /// leave.
    ///
    /// # Errors
    /// The objections to it, or that the session has expired.
    pub fn reviewers_for_export(&self, kind: ExportKind, now: Timestamp) -> Result<u32, Refusal> {
        self.check(now)?;
        match find(&self.exports, kind) {
            Some(verdict) => Expired::check(verdict.clone()?, now)?,
            // What nobody was heard on leaves with nobody.
            None => return Err(Refusal::from(Objection::ExportClosed { kind, tier: self.tier })),
        }
        Ok(self.rules.export().rule(kind).reviewers())
    }

    fn allowed_until(&self, action: Action, now: Timestamp) -> Result<Timestamp, Refusal> {
        self.check(now)?;
        let until = match find(&self.verdicts, action) {
            Some(verdict) => verdict.clone()?,
            // An action on which nobody was heard is allowed to nobody.
            None => {
                return Err(Refusal::from(Objection::RoleTooLow {
                    action,
                    role: self.role,
                    needed: action.lowest_role(),
                }));
            }
        };
        let not_after = until.min(self.not_after);
        Expired::check(not_after, now)?;
        Ok(not_after)
    }

    /// Who may work.
    #[must_use]
    pub fn person(&self) -> Id<kind::Person> {
        self.person
    }

    /// Where.
    #[must_use]
    pub fn workspace(&self) -> Id<kind::Workspace> {
        self.workspace
    }

    /// On which release.
    #[must_use]
    pub fn release(&self) -> &ReleaseName {
        &self.release
    }

    /// The tier of the release.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// The person's role in the workspace.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The first instant at which the session is no longer good: when something that was needed
    /// ends, or the tier's longest lease, whichever is earlier.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The version of the policy by which it was decided.
    #[must_use]
    pub fn policy_version(&self) -> u64 {
        self.policy_version
    }

    /// How the tier shows its data, and what may leave it.
    #[must_use]
    pub fn rules(&self) -> &TierRules {
        &self.rules
    }

    /// The largest positive number of people that may not be shown; 0 if every number may.
    #[must_use]
    pub fn suppress_up_to(&self) -> u32 {
        self.rules.suppress_up_to()
    }

    /// What of the data the tier does not show.
    #[must_use]
    pub fn hidden(&self) -> &Hidden {
        self.rules.hidden()
    }
}

fn find<K: Copy + PartialEq, V>(table: &[(K, V)], key: K) -> Option<&V> {
    table.iter().find(|(one, _)| *one == key).map(|(_, value)| value)
}
