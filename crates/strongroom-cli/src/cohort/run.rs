//! Cohorts over a release, for the stewards of its folder: rows, counts and attrition as they are,
//! released by no rule. Researchers count through the workbench.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use parquet::arrow::ArrowWriter;
use strongroom::cohort::{Limits, ResolveError, ResolvedCohort, resolve};
use strongroom::engine::{Day, EngineError, Entries, Program, Settings, Watcher, entries, run};
use strongroom::release::{Release, ReleaseShard};

use super::convert::complain;
use super::ends_with;
use super::source::{Reading, Source};
use crate::Failure;
use crate::arguments::{CountArguments, RowFormat, RunArguments};
use crate::bars::cases_bar;
use crate::failure::CommandError;

/// Writes the rows of every definition to a file of its name.
pub(super) fn run_to_files(arguments: &RunArguments) -> Result<ExitCode, Failure> {
    let mut files = Vec::new();
    for path in &arguments.definitions {
        collect(path, &mut files)?;
    }
    let release = Release::open(&arguments.release)?;
    let (mut cohorts, mut targets, mut errors) = (Vec::new(), Vec::new(), 0);
    for file in &files {
        match resolved(file, &release)? {
            Ok(cohort) => {
                cohorts.push(cohort);
                targets.push(target(&arguments.out, file, arguments.format)?);
            }
            Err(found) => errors += found,
        }
    }
    if errors > 0 {
        return Ok(ends_with(errors));
    }
    fs::create_dir_all(&arguments.out)?;
    let results = run_on(&release, &cohorts, arguments.threads, entries)?;
    let mut output = io::stdout().lock();
    for (target, result) in targets.iter().zip(&results) {
        match arguments.format {
            RowFormat::Csv => write_csv(target, result)?,
            RowFormat::Parquet => write_parquet(target, result)?,
        }
        let (people, rows) = (result.people(), result.subjects.len());
        writeln!(output, "{}: {people} people, {rows} rows", target.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints how many people and entries are in a cohort.
pub(super) fn count(arguments: &CountArguments) -> Result<ExitCode, Failure> {
    one(arguments, entries, |found, output| {
        writeln!(output, "{} people, {} entries", found.people(), found.subjects.len())
    })
}

/// Prints what each part of a cohort took away.
pub(super) fn attrition(arguments: &CountArguments) -> Result<ExitCode, Failure> {
    one(arguments, run, |result, output| {
        let attrition = &result.attrition;
        writeln!(output, "{:>12} {:>12}", "people", "entries")?;
        writeln!(output, "{:>12} {:>12}  in the release", attrition.universe, "")?;
        let mut line =
            |people: u64, entries: u64, what: &str| writeln!(output, "{people:>12} {entries:>12}  {what}");
        line(attrition.entered.people, attrition.entered.entries, "entered")?;
        for (number, step) in (1..).zip(&attrition.steps) {
            let label = step.label.as_ref().map_or_else(|| format!("step {number}"), ToString::to_string);
            let people = step.before.people - step.dropped.people;
            line(people, step.before.entries - step.dropped.entries, &format!("after {label}"))?;
        }
        line(attrition.included.people, attrition.included.entries, "in the cohort")
    })
}

/// How a program is run: for entries alone, or for attrition as well.
type Run<T> =
    fn(&Program, &[ReleaseShard], &Settings, &dyn Watcher, &AtomicBool) -> Result<Vec<T>, EngineError>;

fn one<T>(
    arguments: &CountArguments,
    how: Run<T>,
    print: impl FnOnce(&T, &mut io::StdoutLock<'_>) -> io::Result<()>,
) -> Result<ExitCode, Failure> {
    let release = Release::open(&arguments.release)?;
    let cohort = match resolved(&arguments.file, &release)? {
        Ok(cohort) => cohort,
        Err(errors) => return Ok(ends_with(errors)),
    };
    if let Some(result) = run_on(&release, &[cohort], arguments.threads, how)?.first() {
        print(result, &mut io::stdout().lock())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The definition of a file, resolved in the vocabulary of the release; how many errors it has
/// where it cannot be, after saying which.
fn resolved(file: &Path, release: &Release) -> Result<Result<ResolvedCohort, usize>, Failure> {
    let source = Source::read(file, Reading::default())?;
    let Some(definition) = source.sound() else {
        complain(&source, &source.findings)?;
        return Ok(Err(source.errors()));
    };
    let vocabulary = release.vocabulary()?.read_for(definition)?;
    match resolve(definition, &vocabulary, &Limits::default()) {
        Ok(cohort) => Ok(Ok(cohort)),
        Err(ResolveError::Limit(error)) => Err(error.into()),
        Err(ResolveError::Problems(problems)) => {
            let findings = source.findings_of(problems.iter());
            complain(&source, &findings)?;
            Ok(Err(findings.len().max(1)))
        }
        Err(other) => Err(Failure::new(Failure::DEFINITION, other)),
    }
}

fn run_on<T>(
    release: &Release,
    cohorts: &[ResolvedCohort],
    threads: NonZeroUsize,
    how: Run<T>,
) -> Result<Vec<T>, Failure> {
    let bar = Bar(cases_bar().with_message("shards"));
    let settings = Settings::default().with_threads(threads);
    let results = how(&Program::new(cohorts), &release.shards(), &settings, &bar, &AtomicBool::new(false));
    bar.0.finish_and_clear();
    Ok(results?)
}

/// A bar that counts shards.
struct Bar(indicatif::ProgressBar);

impl Watcher for Bar {
    fn goes_on(&self, done: usize, of: usize) -> bool {
        self.0.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        self.0.set_position(u64::try_from(done).unwrap_or(u64::MAX));
        true
    }
}

/// The definitions in a folder, or the file itself.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        let is_definition = file.extension().is_some_and(|end| end == "cohort" || end == "json");
        found.extend(is_definition.then_some(file));
    }
    found.sort();
    files.append(&mut found);
    Ok(())
}

fn target(out: &Path, file: &Path, format: RowFormat) -> Result<PathBuf, Failure> {
    let end = match format {
        RowFormat::Csv => "csv",
        RowFormat::Parquet => "parquet",
    };
    let target = out.join(file.file_stem().unwrap_or_default()).with_extension(end);
    if target.exists() {
        let source = io::Error::from(io::ErrorKind::AlreadyExists);
        return Err(CommandError::Unwritable { file: target.display().to_string(), source }.into());
    }
    Ok(target)
}

fn write_csv(target: &Path, entries: &Entries) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create_new(target)?);
    writeln!(file, "subject_id,cohort_start_date,cohort_end_date")?;
    let written = |day: &Day| day.date().map_or_else(String::new, |date| date.to_string());
    let days = entries.starts.iter().zip(&entries.ends);
    for (subject, (start, end)) in entries.subjects.iter().zip(days) {
        writeln!(file, "{subject},{},{}", written(start), written(end))?;
    }
    Ok(file.flush()?)
}

fn write_parquet(target: &Path, entries: &Entries) -> Result<(), Failure> {
    let days = |days: &[Day]| -> ArrayRef {
        Arc::new(days.iter().map(|day| day.epoch_days()).collect::<Date32Array>())
    };
    let subjects = entries.subjects.iter().map(|subject| subject.value());
    let columns: [(&str, ArrayRef); 3] = [
        ("subject_id", Arc::new(Int64Array::from_iter_values(subjects))),
        ("cohort_start_date", days(&entries.starts)),
        ("cohort_end_date", days(&entries.ends)),
    ];
    let batch = RecordBatch::try_from_iter(columns)?;
    let mut writer = ArrowWriter::try_new(File::create_new(target)?, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}
