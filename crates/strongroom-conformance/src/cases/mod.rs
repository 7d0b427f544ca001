//! Files of cases: definitions, and what other implementations answer to them.

mod definitions;
mod error;
mod expected;
mod id;
mod lines;
#[cfg(test)]
mod tests;
mod workbench;

pub use definitions::{ForeignDefinition, definitions};
pub use error::CasesError;
pub use expected::{Expected, ExpectedCohort, expected};
pub use id::CaseId;
pub use workbench::{WorkbenchCase, workbench};
