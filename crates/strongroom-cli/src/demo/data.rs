use std::fs;
use std::path::{Path, PathBuf};

use strongroom_testkit::Synthetic;

use crate::Failure;
use crate::bars::people_bar;
use crate::demo::story::Story;
use crate::failure::CommandError;

const PERSONS: u64 = 5_000;
const SEED: u64 = 1;
/// Marks a folder that a demo made, and that the next one may replace.
const MARKER: &str = ".strongroom-demo";

/// Everything that a demo writes beside its marker.
const FOLDERS: [&str; 4] = ["omop", "release", "release-2", "export"];
const FILES: [&str; 4] = ["question.cohort", "cohort.json", "answer.json", "workbench.journal"];

/// Makes the folder, in place of an earlier demo's, of which it removes what a demo writes and
/// nothing else.
pub(super) fn prepare_folder(out: &Path, omop: Option<&Path>) -> Result<(), Failure> {
    if omop.is_some_and(|omop| lies_in(omop, out)) {
        return Err(CommandError::SourceInTarget { folder: out.display().to_string() }.into());
    }
    if out.join(MARKER).is_file() {
        for folder in FOLDERS.map(|name| out.join(name)) {
            if folder.symlink_metadata().is_ok() {
                fs::remove_dir_all(folder)?;
            }
        }
        for file in FILES.map(|name| out.join(name)) {
            if file.symlink_metadata().is_ok() {
                fs::remove_file(file)?;
            }
        }
    } else if out.symlink_metadata().is_ok() && fs::read_dir(out)?.next().is_some() {
        return Err(CommandError::NotADemo { folder: out.display().to_string() }.into());
    }
    fs::create_dir_all(out)?;
    fs::write(out.join(MARKER), "")?;
    Ok(())
}

/// Whether the path leads to somewhere inside the folder, links followed.
fn lies_in(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}

/// Writes the synthetic people and says what they are.
pub(super) fn synthesise(story: &Story, out: &Path) -> Result<PathBuf, Failure> {
    let omop = out.join("omop");
    story.say("Nobody's data: synthetic people, the same on every machine.")?;
    let bar = people_bar(PERSONS);
    let summary = Synthetic::new(PERSONS, SEED).write_parquet(&omop, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    story.fact(&format!(
        "{} people with {} events, as OMOP CDM 5.4 tables in Parquet",
        summary.persons(),
        summary.events()
    ))?;
    Ok(omop)
}
