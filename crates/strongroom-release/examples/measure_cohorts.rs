//! Runs cohorts over a release, again and again in a warm process, and prints for each of them a line of JSON: what was
//! found, processor and wall time of one run in milliseconds, and the most memory held so far.
//!
//! ```text
//! cargo run --release -p strongroom-release --example measure_cohorts -- RELEASE THREADS REPEATS FILE...
//! ```

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, and prints what it measured"
)]

mod processor;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use processor::{peak_megabytes, processor_milliseconds};
use strongroom_cohort::{Limits, resolve, text};
use strongroom_engine::{Entries, Program, Settings, Unwatched, entries};
use strongroom_release::Release;

/// The allocator of the command: columns come and go by the megabyte, and the system's gives every
/// one of them back at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [release, threads, repeats, files @ ..] = arguments.as_slice() else {
        return Err("give a release, a number of threads, how often to repeat, and files of cohorts".into());
    };
    let release = Release::open(Path::new(release))?;
    let settings = Settings::default().with_threads(threads.parse()?);
    let repeats: u32 = repeats.parse()?;
    for file in files.iter().map(PathBuf::from) {
        let source = fs::read_to_string(&file)?;
        let definition = text::parse(&source, &Limits::default()).definition.ok_or("no definition")?;
        let run = || -> Result<Vec<Entries>, Box<dyn Error>> {
            let vocabulary = release.vocabulary()?.read_for(&definition)?;
            let cohort = resolve(&definition, &vocabulary, &Limits::default())?;
            let shards = release.shards();
            let never = AtomicBool::new(false);
            Ok(entries(&Program::new([&cohort]), &shards, &settings, &Unwatched, &never)?)
        };
        let found = run()?.pop().unwrap_or_default();
        let (begin, work) = (Instant::now(), processor_milliseconds()?);
        for _ in 0..repeats {
            run()?;
        }
        let wall = begin.elapsed().as_secs_f64() * 1e3 / f64::from(repeats);
        let work = (processor_milliseconds()? - work) / f64::from(repeats);
        println!(
            r#"{{"question":{:?},"people":{},"entries":{},"processor":{work:.3},"wall":{wall:.3},"memory":{}}}"#,
            file.file_stem().unwrap_or_default(),
            found.people(),
            found.subjects.len(),
            peak_megabytes()?,
        );
    }
    Ok(())
}
