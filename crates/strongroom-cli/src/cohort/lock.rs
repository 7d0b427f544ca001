use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use strongroom::cohort::{ConceptLock, Definition, Limits, ProblemKind, ResolveError, Vocabulary, resolve};
use strongroom_conformance::cdm;

use super::convert::complain;
use super::ends_with;
use super::finding::Finding;
use super::source::{Reading, Source, printable};
use crate::Failure;
use crate::arguments::LockArguments;
use crate::failure::CommandError;

pub(super) fn lock(arguments: &LockArguments) -> Result<ExitCode, Failure> {
    let source = Source::read(&arguments.file, Reading::default())?;
    let Some(definition) = source.sound() else {
        complain(&source, &source.findings)?;
        return Ok(ends_with(source.errors()));
    };
    let vocabulary = cdm::read_vocabulary(&arguments.omop)?;
    // A concept that is not known would be left out of its set in silence.
    let unknown = unknown_concepts(&source, definition, &vocabulary);
    if !unknown.is_empty() {
        complain(&source, &unknown)?;
        return Ok(ends_with(unknown.len()));
    }
    let now = ConceptLock::of(definition, &vocabulary, &Limits::default())?;
    let file = beside(&arguments.file);
    if arguments.diff {
        return compare(&source, definition, &vocabulary, &now, &file);
    }
    fs::write(&file, format!("{}\n", serde_json::to_string_pretty(&now)?))?;
    let mut output = io::stdout().lock();
    for (name, set) in &now.sets {
        writeln!(output, "{name:<32} {:>8} concepts", set.count)?;
    }
    writeln!(output, "locked in {}", printable(&file.display().to_string()))?;
    Ok(ExitCode::SUCCESS)
}

fn compare(
    source: &Source,
    definition: &Definition,
    vocabulary: &Vocabulary,
    now: &ConceptLock,
    file: &Path,
) -> Result<ExitCode, Failure> {
    let name = printable(&file.display().to_string());
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(CommandError::NoLock { file: name }.into());
        }
        read => read?,
    };
    let locked: ConceptLock =
        serde_json::from_str(&text).map_err(|_| CommandError::BadLock { file: name })?;
    let mut output = io::stdout().lock();
    if locked.vocabulary != now.vocabulary {
        writeln!(output, "vocabulary {}, locked with {}", now.vocabulary, locked.vocabulary)?;
    }
    for (set, here) in &now.sets {
        match locked.sets.get(set) {
            Some(then) if then == here => {}
            Some(then) => writeln!(output, "{set:<32} {:>8} concepts, locked {}", here.count, then.count)?,
            None => writeln!(output, "{set:<32} {:>8} concepts, not locked", here.count)?,
        }
    }
    for set in locked.sets.keys().filter(|set| !now.sets.contains_key(*set)) {
        writeln!(output, "{set:<32} is locked, and not in the definition any more")?;
    }
    drop(output);
    let findings = source.findings_of(&locked.check(definition, vocabulary, &Limits::default())?);
    complain(source, &findings)?;
    Ok(ends_with(findings.len()))
}

fn unknown_concepts(source: &Source, definition: &Definition, vocabulary: &Vocabulary) -> Vec<Finding> {
    let Err(ResolveError::Problems(problems)) = resolve(definition, vocabulary, &Limits::default()) else {
        return Vec::new();
    };
    let about_concepts = problems.iter().filter(|problem| {
        matches!(
            problem.kind(),
            ProblemKind::UnknownConcept | ProblemKind::NotAConcept | ProblemKind::VocabularyNotLoaded
        )
    });
    source.findings_of(about_concepts)
}

/// The lock file of a definition: `t2dm.cohort.lock` of `t2dm.cohort`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    file.with_file_name(name)
}
