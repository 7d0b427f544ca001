//! Compares the cohort engine with the reference evaluator, row by row, on people for whom nobody
//! published results.
//!
//! ```text
//! cargo run -p strongroom-conformance --example compare_engines -- CDM DEFINITIONS
//! ```

#![expect(clippy::print_stdout, reason = "it prints what it compared")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use strongroom_cohort::Limits;
use strongroom_conformance::cases::{Expected, ExpectedCohort};
use strongroom_conformance::run::{Options, run};
use strongroom_conformance::{Case, Engine, NativeEngine, ReferenceEngine, cases, cdm, import_circe};

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(definitions)) = (arguments.next(), arguments.next()) else {
        return Err("name the folder of the CDM and that of the definitions".into());
    };
    let cdm = cdm::read(&folder)?;
    let native =
        NativeEngine::in_memory(cdm.people.clone(), 3_001, cdm.vocabulary.clone(), Limits::default());
    let reference = ReferenceEngine::new(cdm.people, cdm.vocabulary, Limits::default());
    let mut cases = Case::pair(cases::definitions(&definitions)?, BTreeMap::new());
    for case in &mut cases {
        let rows = import_circe(case).and_then(|definition| reference.run(&definition));
        case.expected = Some(match rows {
            Ok(rows) => Expected::Cohort(ExpectedCohort::of(rows)),
            Err(_) => Expected::Failure,
        });
    }
    let report = run(&cases, &import_circe, &native, &Options::default(), &|_| ());
    println!("{report}");
    Ok(ExitCode::from(report.exit_status()))
}
