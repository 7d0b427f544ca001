//! Definitions and index tables of the All of Us Researcher Workbench.
#![cfg(test)]

mod conformance;
mod errors;
mod mutation;
mod own_cases;
mod tables;

use strongroom_cohort::{CohortName, Limits};

fn name() -> CohortName {
    CohortName::new("imported").unwrap()
}

fn limits() -> Limits {
    Limits::default()
}
