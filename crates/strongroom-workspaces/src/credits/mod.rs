//! What work costs, and what is there to pay for it.

mod account;
mod amount;
mod compute;
mod entry;
mod estimate;
#[cfg(test)]
mod tests;
mod threshold;

pub use account::{CreditAccount, CreditError, CreditPolicy};
pub use amount::Amount;
pub use compute::{ComputeSuspension, compute_suspension};
pub use entry::{LedgerEntry, LedgerEntryKind, LedgerEvent};
pub use estimate::CostModel;
pub use threshold::Threshold;
