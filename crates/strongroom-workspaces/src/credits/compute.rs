use serde::Serialize;
use strongroom_primitives::Timestamp;
use thiserror::Error;

use super::{Amount, CreditAccount};
use crate::{Action, Billing, Circumstances, Obstacle, Workspace};

/// Why no machine of a workspace runs at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ComputeSuspension {
    /// The workspace does not let anybody work.
    #[error(transparent)]
    Workspace(Obstacle),
    /// Data left in an unusual amount, and the programme looks into it.
    #[error("machines are suspended for the security of the data until {until}")]
    Security {
        /// The first instant at which they may run again.
        until: Timestamp,
    },
    /// The creator's credits have expired.
    #[error(
        "the creator's credits expired at {since}; have them extended, or use a billing account of your own"
    )]
    CreditsExpired {
        /// The first instant at which they were no longer good.
        since: Timestamp,
    },
    /// The creator's credits are used up.
    #[error("the creator's credits are used up; use a billing account of your own")]
    CreditsUsedUp,
}

/// Why no machine of the workspace may run at present; `None` if they may. It follows from everything
/// else and is never stored, so that it ends when its reason does.
///
/// `account` is the creator's, who pays; `security` is the first instant at which machines may run again
/// after something unusual.
#[must_use]
pub fn compute_suspension(
    workspace: &Workspace,
    account: &CreditAccount,
    security: Option<Timestamp>,
    around: &Circumstances,
) -> Option<ComputeSuspension> {
    let now = around.now();
    if let Some(obstacle) = workspace.obstacle(Action::RunCompute, around) {
        return Some(ComputeSuspension::Workspace(obstacle));
    }
    if let Some(until) = security.filter(|until| now < *until) {
        return Some(ComputeSuspension::Security { until });
    }
    match workspace.billing() {
        Billing::OwnAccount { .. } => None,
        Billing::InitialCredits if now >= account.expires() => {
            Some(ComputeSuspension::CreditsExpired { since: account.expires() })
        }
        Billing::InitialCredits if account.left() == Amount::ZERO => Some(ComputeSuspension::CreditsUsedUp),
        Billing::InitialCredits => None,
    }
}
