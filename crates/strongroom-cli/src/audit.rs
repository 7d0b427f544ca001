//! The audit trail of a deployment: verified, proved, exported, asked.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use strongroom::audit::{Actor, CheckpointVerifier, Entry, Sighting};
use strongroom_deployment::{EntryProof, TrailReport};

use crate::Failure;
use crate::arguments::AuditCommand;
use crate::deployment::on;
use crate::failure::CommandError;

pub(crate) fn run(command: &AuditCommand) -> Result<ExitCode, Failure> {
    match command {
        AuditCommand::Verify { proof: Some(file), key, .. } => verify_proof(file, key.as_deref()),
        AuditCommand::Verify { proof: None, on: at, .. } => {
            on(at, async |open| print_report(&open.verify_trail().await?))
        }
        AuditCommand::Key { on: at } => on(at, async |open| {
            writeln!(io::stdout(), "{}", open.verifier()?)?;
            Ok(ExitCode::SUCCESS)
        }),
        AuditCommand::Checkpoint { on: at } => on(at, async |open| {
            write!(io::stdout(), "{}", open.sign_checkpoint().await?)?;
            Ok(ExitCode::SUCCESS)
        }),
        AuditCommand::Prove { entry, on: at } => on(at, async |open| {
            let proof = open.prove(*entry).await?;
            let mut output = io::stdout().lock();
            serde_json::to_writer_pretty(&mut output, &proof)?;
            writeln!(output)?;
            Ok(ExitCode::SUCCESS)
        }),
        AuditCommand::Export { file, on: at } => on(at, async |open| {
            let unwritable =
                |file: &Path, source| CommandError::Unwritable { file: file.display().to_string(), source };
            let beside = PathBuf::from(format!("{}.checkpoint", file.display()));
            let mut trail = BufWriter::new(create(file).map_err(|error| unwritable(file, error))?);
            let mut signed = create(&beside).map_err(|error| unwritable(&beside, error))?;
            let mut lines = 0_u64;
            let checkpoint = open
                .export(|line| {
                    lines = lines.saturating_add(1);
                    writeln!(trail, "{line}")
                })
                .await?;
            trail.flush()?;
            write!(signed, "{checkpoint}")?;
            writeln!(
                io::stdout(),
                "{lines} entries are in {}, and the checkpoint over them in {}.",
                file.display(),
                beside.display()
            )?;
            Ok(ExitCode::SUCCESS)
        }),
        AuditCommand::WhoSaw { subject, on: at } => on(at, async |open| {
            print_sightings(&open.who_saw(subject).await?)?;
            Ok(ExitCode::SUCCESS)
        }),
        AuditCommand::Between { from, until, on: at } => on(at, async |open| {
            let mut output = io::stdout().lock();
            for entry in open.between(from.start(), until.end()).await? {
                writeln!(output, "{}", in_a_line(&entry)?)?;
            }
            Ok(ExitCode::SUCCESS)
        }),
    }
}

fn create(file: &Path) -> io::Result<fs::File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}

fn print_report(report: &TrailReport) -> Result<ExitCode, Failure> {
    let mut output = io::stdout().lock();
    report.differences().iter().try_for_each(|difference| writeln!(output, "{difference}"))?;
    if !report.ends_as_stored() && report.differences().is_empty() {
        writeln!(output, "the trail does not lead to the end that the store says; take it from a copy")?;
    }
    if !report.is_sound() {
        return Err(CommandError::TrailNotIntact.into());
    }
    let head = report.head();
    writeln!(
        output,
        "The trail is intact: {} entries, root {}, as at {} checkpoints.",
        head.size(),
        head.root(),
        report.checkpoints()
    )?;
    if report.checkpoints() == 0 {
        writeln!(
            output,
            "Without a checkpoint, a trail that was written anew looks like any other: sign one with \
             `strongroom audit checkpoint`."
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn verify_proof(file: &Path, key: Option<&str>) -> Result<ExitCode, Failure> {
    let unreadable = |source| CommandError::Unreadable { file: file.display().to_string(), source };
    let proof: EntryProof = serde_json::from_slice(&fs::read(file).map_err(unreadable)?)?;
    let trusted: CheckpointVerifier = key.map_or_else(|| proof.key(), str::parse)?;
    let entry = proof.verify(&trusted)?;
    let mut output = io::stdout().lock();
    writeln!(output, "The trail of {} holds this entry:", trusted.origin())?;
    writeln!(output, "{}", in_a_line(&entry)?)?;
    if key.is_none() {
        writeln!(
            output,
            "The proof brings its own key, {trusted}: compare it with the one that you have from elsewhere, or \
             give that one with --key."
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_sightings(sightings: &[Sighting]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    if sightings.is_empty() {
        return writeln!(output, "Nobody, as far as the trail says.");
    }
    for seen in sightings {
        write!(output, "{}", named(&seen.actor))?;
        if let Some(person) = seen.on_behalf_of {
            write!(output, " for {person}")?;
        }
        let (acts, first, last) = (seen.acts, seen.first, seen.last);
        write!(output, ": {acts} times, from {first} to {last}")?;
        if seen.rows > 0 || seen.bytes > 0 {
            write!(output, "; {} rows, {} bytes", seen.rows, seen.bytes)?;
        }
        writeln!(output)?;
    }
    Ok(())
}

fn named(actor: &Actor) -> String {
    match actor {
        Actor::Person(person) => person.to_string(),
        Actor::Steward(name) => format!("steward {name}"),
        Actor::System => "the program".to_owned(),
    }
}

/// When, who, what and where.
fn in_a_line(entry: &Entry) -> Result<String, serde_json::Error> {
    let event = entry.event();
    let action = serde_json::to_value(event.action())?;
    let kind = action.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().replace('_', " ");
    let mut line = format!("{:>6}  {}  {}: {kind}", entry.sequence(), event.at(), named(event.actor()));
    if let Some(person) = event.action().concerns() {
        line.push_str(&format!(", {person}"));
    }
    if let Some(workspace) = event.workspace() {
        line.push_str(&format!(", in {workspace}"));
    }
    if let Some(release) = event.release() {
        line.push_str(&format!(", on {release}"));
    }
    Ok(line)
}
