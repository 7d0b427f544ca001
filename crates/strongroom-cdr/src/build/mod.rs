//! From a folder of OMOP tables to a release: one table after the other is read, checked and
//! written in bounded memory; one rename publishes the whole.
//!
//! ```text
//! person.csv ──► CsvSource ─────┐ chunks of          batches
//!                               ├────────► RowChecks ───────► TableWriter ─► tables/person.parquet
//! person/*.parquet ► ParquetSource           │ Tally                │ digest
//!                                            └──► LoadReport ◄──────┴──► manifest.json
//! ```

mod cell;
mod chunk;
mod column_builder;
mod column_cast;
mod conversion;
mod csv_source;
mod error;
mod facts;
mod header;
mod parquet_source;
mod progress;
mod row_checks;
mod source;
mod staging;
mod table_writer;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use sha2::{Digest, Sha256};
use strongroom_primitives::{ReleaseName, RowTier, Sha256Digest, Timestamp};

pub use error::BuildError;
pub use progress::{Progress, Silent};

use conversion::{Converted, convert_all};
use source::Source;
use staging::Staging;

use crate::release::{DIGEST_FILE, LoadReport, MANIFEST_FILE, Manifest, ReleaseFormat, digest_line};

/// What to build, from what, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRequest {
    /// The folder with the OMOP tables.
    pub omop: PathBuf,
    /// The folder that will be the release. It must not exist; its parent is made if need be.
    pub out: PathBuf,
    /// The release's name.
    pub name: ReleaseName,
    /// The tier of access that the rows need.
    pub tier: RowTier,
}

/// Builds a release from a folder of OMOP tables, CDM 5.3 or 5.4, CSV or Parquet.
///
/// A table is a file `person.csv` or `person.parquet`, or a folder `person/` or `person.parquet/`
/// of Parquet parts, in any case. Columns may stand in any order; those of the CDM 5.3 get their
/// present names, those unknown to the CDM are left out, those missing are null. Rows that cannot
/// be used are left out, and everything of the kind is counted in the [`LoadReport`].
///
/// The release appears at once, when it is complete and on the disk, or not at all. The same
/// source, request and `now` give the same bytes.
///
/// # Errors
/// If the source lacks a table or column that no release can do without, if something cannot be
/// read or written, or if the release exists already; see [`BuildError`].
pub fn build(
    request: &BuildRequest,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Manifest, BuildError> {
    let source = Source::discover(&request.omop)?;
    let staging = Staging::begin(&request.out)?;
    let Converted { files, tables, facts } = convert_all(&source.tables, &staging.release(), progress)?;
    let manifest = Manifest {
        format: ReleaseFormat::Layout0,
        name: request.name.clone(),
        tier: request.tier,
        built: now,
        cdm_version: facts.cdm_version.clone(),
        vocabulary_version: facts.vocabulary_version(),
        cut_off: facts.cut_off(),
        files,
        load: LoadReport { tables, tables_missing: source.tables_missing, files_left_out: source.left_out },
    };
    let json = manifest.to_json().map_err(BuildError::writing(MANIFEST_FILE))?;
    let digest = Sha256Digest::from_bytes(Sha256::digest(&json).into());
    staging.write(DIGEST_FILE, digest_line(digest).as_bytes())?;
    staging.write(MANIFEST_FILE, json.as_bytes())?;
    staging.publish()?;
    Ok(manifest)
}
