use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Timestamp, kind};

use super::{Amount, Threshold};

/// One entry of a ledger. Whoever repeats one repeats its id, and it counts once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the columns of the ledger, each named where it is written")]
pub struct LedgerEntry {
    /// The entry's id, the same however often it is sent.
    pub id: Id<kind::LedgerEntry>,
    /// When it came about.
    pub at: Timestamp,
    /// The workspace in which it came about.
    pub workspace: Id<kind::Workspace>,
    /// What it is.
    pub kind: LedgerEntryKind,
}

/// What an entry of a ledger is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a new kind must be handled by everyone who adds entries up")]
pub enum LedgerEntryKind {
    /// So much is kept for something that is about to run: its estimate, and the most it can cost.
    Reserved {
        /// How much.
        amount: Amount,
        /// The first instant at which what it is for cannot be running any more, so that whoever manages
        /// the account gives it back if nobody has settled it; without one, it is kept until somebody does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// What had been reserved for is over, and cost so much; the rest is free again.
    Settled {
        /// The entry of the reservation.
        reservation: Id<kind::LedgerEntry>,
        /// How much, at most what was reserved.
        amount: Amount,
    },
    /// So much was spent on what nobody asks before: disks, running machines.
    Charged {
        /// How much.
        amount: Amount,
    },
    /// So much of a cost was given back.
    Refunded {
        /// The entry of the cost.
        cost: Id<kind::LedgerEntry>,
        /// How much, with all other refunds of it at most the cost.
        amount: Amount,
    },
}

/// What a command to an account comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LedgerEvent {
    /// There is a new entry.
    Posted(LedgerEntry),
    /// Of the charge that was just posted, less was taken than was asked, because no more was left.
    Curtailed {
        /// The entry of the charge.
        entry: Id<kind::LedgerEntry>,
        /// What was asked.
        asked: Amount,
    },
    /// For the first time so large a part of the credits is used. The person is to be told.
    ThresholdReached(Threshold),
    /// The credits last for longer.
    Extended {
        /// The first instant at which they are no longer good.
        until: Timestamp,
    },
    /// The programme gives another amount.
    LimitChanged(Amount),
}
