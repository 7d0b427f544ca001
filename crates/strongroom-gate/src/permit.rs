use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use strongroom_workspaces::Action;

use crate::Expired;
use crate::lease::Lease;

/// The right to write rows of one release to where one workspace's analyses read them. Given by
/// [`TierSession::export_permit`](crate::TierSession::export_permit) and by nothing else.
///
/// ```compile_fail,E0308
/// fn keep(permit: &strongroom_gate::ExportPermit) -> strongroom_gate::ExportPermit {
///     permit.clone()
/// }
/// ```
#[derive(Debug)]
#[must_use = "an export permit that is not used was asked for in vain"]
pub struct ExportPermit {
    pub(crate) person: Id<kind::Person>,
    pub(crate) workspace: Id<kind::Workspace>,
    pub(crate) release: ReleaseName,
    pub(crate) tier: RowTier,
    pub(crate) lease: Lease,
}

/// The right to do one thing in one workspace. Given by
/// [`TierSession::change_permit`](crate::TierSession::change_permit) and by nothing else.
///
/// ```compile_fail,E0308
/// fn keep(permit: &strongroom_gate::ChangePermit) -> strongroom_gate::ChangePermit {
///     permit.clone()
/// }
/// ```
#[derive(Debug)]
#[must_use = "a change permit that is not used was asked for in vain"]
pub struct ChangePermit {
    pub(crate) person: Id<kind::Person>,
    pub(crate) workspace: Id<kind::Workspace>,
    pub(crate) release: ReleaseName,
    pub(crate) action: Action,
    pub(crate) lease: Lease,
}

/// The right to create a workspace on one release. Given by
/// [`admit_to_create`](crate::admit_to_create) and by nothing else.
///
/// ```compile_fail,E0308
/// fn keep(permit: &strongroom_gate::CreatePermit) -> strongroom_gate::CreatePermit {
///     permit.clone()
/// }
/// ```
#[derive(Debug)]
#[must_use = "a create permit that is not used was asked for in vain"]
pub struct CreatePermit {
    pub(crate) person: Id<kind::Person>,
    pub(crate) release: ReleaseName,
    pub(crate) tier: RowTier,
    pub(crate) lease: Lease,
    pub(crate) policy_version: u64,
}

macro_rules! permits {
    ($($name:ident)*) => {$(
        impl $name {
            /// Whether it is good at this instant.
            ///
            /// # Errors
            /// If it has expired.
            pub fn check(&self, now: Timestamp) -> Result<(), Expired> {
                self.lease.check(now)
            }

            /// Who was given it.
            #[must_use]
            pub fn person(&self) -> Id<kind::Person> {
                self.person
            }

            /// The release of data it is about.
            #[must_use]
            pub fn release(&self) -> &ReleaseName {
                &self.release
            }

            /// The first instant at which it is no longer good.
            #[must_use]
            pub fn not_after(&self) -> Timestamp {
                self.lease.not_after()
            }
        }
    )*};
}

permits! { ExportPermit ChangePermit CreatePermit }

impl ExportPermit {
    /// The workspace to which rows may go.
    #[must_use]
    pub fn workspace(&self) -> Id<kind::Workspace> {
        self.workspace
    }

    /// The tier of the rows.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// [`Action::Export`], as it is written in the audit.
    #[must_use]
    pub fn action(&self) -> Action {
        Action::Export
    }
}

impl ChangePermit {
    /// The workspace in which it may be done.
    #[must_use]
    pub fn workspace(&self) -> Id<kind::Workspace> {
        self.workspace
    }

    /// What may be done.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }
}

impl CreatePermit {
    /// The tier of the release, which will be that of the workspace.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// The version of the policy by which it was decided.
    #[must_use]
    pub fn policy_version(&self) -> u64 {
        self.policy_version
    }
}
