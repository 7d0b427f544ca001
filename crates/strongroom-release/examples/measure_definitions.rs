//! Measures cohorts of Circe's form over a release: all as one batch, and one by one.
//!
//! ```text
//! cargo run --release -p strongroom-release --example measure_definitions -- RELEASE DEFINITIONS [THREADS]
//! ```

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, and prints what it measured"
)]

mod processor;

use std::collections::BTreeMap;
use std::error::Error;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use processor::{peak_megabytes, processor_milliseconds};
use strongroom_cohort::{Limits, ResolvedCohort, resolve};
use strongroom_conformance::{Case, cases, import_circe};
use strongroom_engine::{Program, Settings, Unwatched, entries};
use strongroom_release::Release;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(definitions)) = (arguments.next(), arguments.next()) else {
        return Err("name a release and the folder of the definitions".into());
    };
    let threads = arguments.next().and_then(|threads| threads.to_str()?.parse().ok());
    let threads = threads.unwrap_or(NonZeroUsize::MIN);
    let settings = Settings::default().with_memory(usize::MAX).with_threads(threads);

    let release = Release::open(&folder)?;
    let shards = release.shards();
    let vocabulary = release.vocabulary()?;
    let cases = Case::pair(cases::definitions(&definitions)?, BTreeMap::new());

    let start = Instant::now();
    let definitions = cases.iter().map(import_circe).collect::<Result<Vec<_>, _>>()?;
    let imported = start.elapsed();
    let resolved = |definition| -> Result<ResolvedCohort, Box<dyn Error>> {
        Ok(resolve(definition, &vocabulary.read_for(definition)?, &Limits::default())?)
    };
    let cohorts = definitions.iter().map(resolved).collect::<Result<Vec<_>, _>>()?;
    let resolved = start.elapsed();
    let program = Program::new(&cohorts);
    let compiled = start.elapsed();
    println!(
        "{} definitions over {} people, {threads} threads: import {imported:.1?}, resolve {:.1?}, compile {:.1?} ({} \
         event sets)",
        cohorts.len(),
        release.manifest().people(),
        resolved - imported,
        compiled - resolved,
        program.event_sets(),
    );
    let never = AtomicBool::new(false);
    // The first run reads and decodes columns.
    for time in ["first", "again"] {
        let (start, work) = (Instant::now(), processor_milliseconds()?);
        let results = entries(&program, &shards, &settings, &Unwatched, &never)?;
        let rows: usize = results.iter().map(|result| result.subjects.len()).sum();
        let (wall, work) = (start.elapsed(), processor_milliseconds()? - work);
        println!(
            "batch, {time}: {wall:.1?}, {work:.0} ms of processors, {rows} rows, {} MB",
            peak_megabytes()?
        );
    }

    let mut alone = Vec::with_capacity(cohorts.len());
    for (case, cohort) in cases.iter().zip(&cohorts) {
        let start = Instant::now();
        entries(&Program::new([cohort]), &shards, &settings, &Unwatched, &never)?;
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
