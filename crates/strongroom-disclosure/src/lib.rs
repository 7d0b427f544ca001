//! What may be said about a number of persons: small counts, tables and attrition that betray
//! nobody.
//!
//! A count of three in a rare-disease cohort is nearly a name. Not showing it is not enough: the
//! table's total, the persons left out of the cohort or the step before may give it away by one
//! subtraction. This crate is the only way out for such numbers: they come in as [`RawCount`],
//! which nobody can print, compare or write, and leave as [`ReleasedCount`].
//!
//! ```text
//!                   DisclosureRule: nothing from 1 to t
//!                               │
//!   RawCount ─► release_count ──────────► Exact(n)       n = 0 or n > t
//!               release_partition ──────► Suppressed     "≤ t": any of 1..=t
//!               release_attrition ──────► Withheld       would betray another number
//!                               │
//!               a second calculation of what a reader can conclude
//! ```
//!
//! ```
//! use strongroom_disclosure::{DisclosureRule, RawCount, ReleasedCount, release_partition};
//!
//! let persons = RawCount::of_persons;
//! let by_age = release_partition(
//!     DisclosureRule::default(), // 1 to 20 are not shown
//!     persons(10_000),           // in the release
//!     persons(319),              // in the cohort
//!     vec![
//!         ("18–44", persons(210)),
//!         ("45–64", persons(0)),
//!         ("65–74", persons(102)),
//!         ("75+", persons(7)),
//!     ],
//! )?;
//! assert_eq!(by_age.total(), ReleasedCount::Exact(319));
//! let shown: Vec<String> = by_age.cells().iter().map(|(_, cell)| cell.to_string()).collect();
//! // With 65–74 shown, 319 − 210 − 0 − 102 would be the seven persons of 75 and over.
//! assert_eq!(shown, ["210", "0", "withheld", "≤ 20"]);
//! # Ok::<(), strongroom_disclosure::InconsistentCounts>(())
//! ```
//!
//! # What is promised
//!
//! For a rule with the limit *t*, a universe of more than 2*t* + 1 persons whose size is public,
//! and a reader who knows this procedure to the last line:
//!
//! * No number from 1 to *t* is shown, nor can one be calculated for any group of cells, or of
//!   persons whom a step left out.
//! * A suppressed number can be any of 1 to *t*; nothing in the answer makes it a narrower range.
//! * A withheld number, and every sum of cells or difference of steps that is not known, has at
//!   least *t* possible values.
//! * The count of a cohort, its attrition and its breakdowns by unrelated properties (by age, by
//!   site) may be laid side by side: they have nothing in common but the total, which is settled
//!   first and is the same in all.
//!
//! The tests prove it the hard way for small limits: they release every possible world and
//! compare those that give the same answer. In running code every breakdown is recalculated once
//! more, from the marks alone, and withheld if the recalculation finds too little doubt.
//!
//! # What this crate does not do
//!
//! * It does not see other questions. Whoever may ask for counts of arbitrary cohorts needs a few
//!   of them to calculate any number (Denning's trackers, 1979), whatever is done to each answer;
//!   that takes a defence that remembers: difference tracking, or a fixed list of tables.
//! * It does not protect tables that are linked: a cross-table and its margins, one property at
//!   two granularities, one cohort in two releases.
//! * It does not know what a reader knows otherwise: whoever has a withheld number from elsewhere
//!   can subtract it.
//! * It adds no noise and rounds nothing: a number that is shown is true.
//! * It counts persons. Means, extremes, percentiles and models are not its matter; percentages
//!   are safe if they are calculated from shown numbers only ([`ReleasedCount::exact`]).

mod attrition;
mod count;
mod error;
mod partition;
mod reader;
mod rule;
mod suppression;
#[cfg(test)]
mod worlds;

pub use attrition::{Attrition, release_attrition};
pub use count::{RawCount, ReleasedCount, release_count};
pub use error::InconsistentCounts;
pub use partition::{Breakdown, release_partition};
pub use rule::{DisclosureRule, InvalidLimit};
