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

/// Makes the folder, in place of an earlier demo's.
pub(super) fn prepare_folder(out: &Path) -> Result<(), Failure> {
    if out.join(MARKER).is_file() {
        fs::remove_dir_all(out)?;
    } else if out.symlink_metadata().is_ok() && fs::read_dir(out)?.next().is_some() {
        return Err(CommandError::NotADemo { folder: out.display().to_string() }.into());
    }
    fs::create_dir_all(out)?;
    fs::write(out.join(MARKER), "")?;
    Ok(())
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
