//! Measures the cohort engine on the public definitions: as one batch, and one by one.
//!
//! ```text
//! cargo run --release -p strongroom-conformance --example measure_engine -- CDM DEFINITIONS [PEOPLE-PER-SHARD]
//! ```

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, and prints what it measured"
)]

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use strongroom_cohort::{Limits, ResolvedCohort, resolve};
use strongroom_conformance::{Case, cases, cdm, import_circe};
use strongroom_engine::{MemoryShard, Program, Settings, Unwatched, run};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(definitions)) = (arguments.next(), arguments.next()) else {
        return Err("name the folder of the CDM and that of the definitions".into());
    };
    let each = arguments.next().and_then(|each| each.to_str()?.parse().ok()).unwrap_or(65_536);

    let cdm = cdm::read(&folder)?;
    let people = cdm.people.len();
    let shards: Vec<_> = cdm.people.chunks(each).map(MemoryShard::new).collect();
    drop(cdm.people);
    let cases = Case::pair(cases::definitions(&definitions)?, std::collections::BTreeMap::new());

    let start = Instant::now();
    let definitions = cases.iter().map(import_circe).collect::<Result<Vec<_>, _>>()?;
    let imported = start.elapsed();
    let resolved = |definition| resolve(definition, &cdm.vocabulary, &Limits::default());
    let cohorts = definitions.iter().map(resolved).collect::<Result<Vec<ResolvedCohort>, _>>()?;
    let resolved = start.elapsed();
    let program = Program::new(&cohorts);
    let compiled = start.elapsed();
    let never = AtomicBool::new(false);
    let results = run(&program, &shards, &Settings::default().with_memory(usize::MAX), &Unwatched, &never)?;
    let ran = start.elapsed();
    let rows: usize = results.iter().map(|result| result.entries.subjects.len()).sum();
    println!(
        "{} definitions over {people} people, one thread: import {imported:.1?}, resolve {:.1?}, compile \
         {:.1?} ({} event sets), run {:.1?}, {rows} rows",
        cohorts.len(),
        resolved - imported,
        compiled - resolved,
        program.event_sets(),
        ran - compiled,
    );

    let mut alone = Vec::with_capacity(cohorts.len());
    for (case, cohort) in cases.iter().zip(&cohorts) {
        let start = Instant::now();
        run(&Program::new([cohort]), &shards, &Settings::default(), &Unwatched, &never)?;
        alone.push((start.elapsed(), case.id()));
    }
    alone.sort();
    let sum: std::time::Duration = alone.iter().map(|(time, _)| *time).sum();
    let median = alone.get(alone.len() / 2).map(|(time, _)| *time).unwrap_or_default();
    println!("one by one: {sum:.1?} in all, median {median:.1?}");
    for (time, id) in alone.iter().rev().take(5) {
        println!("  {id}: {time:.1?}");
    }
    Ok(())
}
