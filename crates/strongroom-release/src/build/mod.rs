//! From a folder of OMOP tables to a release, in bounded memory; one rename publishes the whole.
//!
//! ```text
//! 1. person.csv ──────────────► RowChecks ──► PersonIndex: who has which ordinal
//! 2. every table, once:
//!    concept.csv ─► CsvSource ──────┐                   ┌─► TableWriter ─► tables/concept.parquet
//!    drug_exposure/ ► ParquetSource ┴► RowChecks ───────┴─► Spill ─► rows wait, shard by shard
//!                                        └► LoadReport
//!    (condition_era ◄─ condition_occurrence where the source has no eras and they are asked for)
//! 3. every shard and table: Spilled ─► order ─┬─► shards/00000/drug_exposure.parquet
//!                                             └─► shards/00000/drug_exposure.index
//! 4. manifest.json, and the rename
//! ```

mod cell;
mod chunk;
mod column_builder;
mod column_by_column;
mod column_cast;
mod conversion;
mod csv_source;
mod eras;
mod error;
mod event_index;
mod facts;
mod header;
mod joins;
mod journal;
mod lives;
mod order;
mod parallel;
mod parquet_source;
mod people_index;
mod person_index;
mod progress;
mod quality;
mod quality_report;
mod references;
mod row_checks;
mod shard_table;
mod sharding;
mod site;
mod snapshot;
mod source;
mod spill;
mod staging;
mod table_writer;
#[cfg(test)]
mod tests;
mod vocabulary_index;

use std::num::NonZeroU32;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use strongroom_omop::Table;
use strongroom_primitives::{InvalidValue, ReleaseName, RowTier, Sha256Digest, Timestamp};
use strongroom_tiers::Policy;

pub use error::BuildError;
pub use progress::{Progress, Silent};
pub use snapshot::SnapshotError;

use conversion::{Converted, convert_all};
use eras::build_eras;
use journal::{Fingerprint, Journal};
use quality_report::{quality_report, write_quality};
use sharding::write_shards;
use site::Site;
use snapshot::SnapshotRequest;
use source::Source;
use staging::Staging;
use vocabulary_index::write_vocabulary;

use crate::release::{
    DIGEST_FILE, LoadReport, MANIFEST_FILE, Manifest, ReleaseFile, ReleaseFormat, digest_line,
};

/// What to build, from what, and where.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BuildRequest {
    /// The folder with the OMOP tables.
    pub omop: PathBuf,
    /// The folder that will be the release. It must not exist; its parent is made if need be.
    pub out: PathBuf,
    /// The release's name.
    pub name: ReleaseName,
    /// The tier of access that the rows need.
    pub tier: RowTier,
    /// The people of a shard.
    pub shard_people: NonZeroU32,
    /// The memory in bytes with which the build should get along. Not counted are 28 bytes for each
    /// person, and what a single column of a shard needs.
    pub memory: u64,
    /// Whether condition and drug eras are built that the source does not have.
    eras: bool,
    /// The policy whose rules for the tier say what of the rows is left out, made coarser, or moved.
    snapshot: Option<SnapshotRequest>,
}

impl BuildRequest {
    /// The people of a shard, unless something else is asked for.
    pub const SHARD_PEOPLE: NonZeroU32 = NonZeroU32::MIN.saturating_add(65_535);
    /// The bytes of memory, unless something else is asked for.
    pub const MEMORY: u64 = 2 << 30;

    /// To build from the tables in one folder the release in another, in shards of
    /// [`SHARD_PEOPLE`](Self::SHARD_PEOPLE), in [`MEMORY`](Self::MEMORY).
    #[must_use]
    pub fn new(omop: impl Into<PathBuf>, out: impl Into<PathBuf>, name: ReleaseName, tier: RowTier) -> Self {
        Self {
            omop: omop.into(),
            out: out.into(),
            name,
            tier,
            shard_people: Self::SHARD_PEOPLE,
            memory: Self::MEMORY,
            eras: false,
            snapshot: None,
        }
    }

    /// The same with the tables `condition_era` and `drug_era`, where the source does not have them, built
    /// from its records: by the scripts of OHDSI for the CDM, with 30 days of persistence, drugs by their
    /// RxNorm ingredients. Where a policy hides or generalises what they are made of, they stay away.
    #[must_use]
    pub fn with_eras(self) -> Self {
        Self { eras: true, ..self }
    }

    /// The same, with the rows as the policy's rules for the tier show them: what they hide is left
    /// out as if the source did not have it, what they generalise is made coarser, and the dates of
    /// each person are moved by as many days in every release of the family.
    ///
    /// The secret is the programme's; it is needed where the tier moves dates, and stands nowhere in
    /// the release. Dates that tables not about people hold stay.
    ///
    /// # Errors
    /// If the secret has fewer than 32 bytes.
    pub fn with_policy(
        self,
        policy: Policy,
        family: ReleaseName,
        secret: Option<&[u8]>,
    ) -> Result<Self, InvalidValue> {
        Ok(Self { snapshot: Some(SnapshotRequest::new(policy, family, secret)?), ..self })
    }

    /// The same in shards of so many people.
    #[must_use]
    pub fn with_shard_people(self, shard_people: NonZeroU32) -> Self {
        Self { shard_people, ..self }
    }

    /// The same in so many bytes of memory.
    #[must_use]
    pub fn with_memory(self, memory: u64) -> Self {
        Self { memory, ..self }
    }
}

/// Builds a release from a folder of OMOP tables, CDM 5.3 or 5.4, CSV or Parquet.
///
/// A table is a file `person.csv` or `person.parquet`, or a folder `person/` or `person.parquet/`
/// of Parquet parts, in any case. Columns may stand in any order; those of the CDM 5.3 get their
/// present names, those unknown to the CDM are left out, those missing are null. Rows that cannot
/// be used are left out, and everything of the kind is counted in the [`LoadReport`].
///
/// The release appears at once, when it is complete and on the disk, or not at all. The same rows,
/// in whatever order, request and `now` give the same bytes. A build that is killed is gone on with
/// by the next one of the same release from the same files.
///
/// # Errors
/// If the source lacks a table or column that no release can do without, if something cannot be
/// read or written, or if the release exists already; see [`BuildError`].
pub fn build(
    request: &BuildRequest,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Manifest, BuildError> {
    let mut source = Source::discover(&request.omop)?;
    if let Some(snapshot) = &request.snapshot {
        let tables = source.tables.iter().map(|source| source.table);
        snapshot.check(request.tier, tables).map_err(BuildError::Snapshot)?;
        source.leave_out(|table| snapshot.rules(request.tier).hidden().hides_table(table.name()));
    }
    let fingerprint = Fingerprint::new(request, &source);
    let staging = Staging::begin(&request.out, |folder| fingerprint.is_of(folder))?;
    let site = Site {
        release: staging.release(),
        spills: staging.spills(),
        shard_people: request.shard_people,
        memory: request.memory,
        journal: Journal::open(staging.folder(), &fingerprint)?,
    };
    let Converted { people, mut files, mut qualities, reports, facts } =
        convert_all(&source.tables, &site, request, now, progress)?;
    let mut load = LoadReport {
        tables: reports,
        tables_missing: source.tables_missing,
        files_left_out: source.left_out,
    };
    let about_people = source.tables.iter().map(|source| source.table);
    let mut about_people: Vec<_> = about_people.filter(|table| table.person_column().is_some()).collect();
    let shards = u32::try_from(people.len()).unwrap_or(u32::MAX).div_ceil(request.shard_people.get());
    about_people.extend(build_eras(request, &mut load, &site, shards)?);
    files.push(write_vocabulary(&site.release)?);
    let (written, counted): (Vec<_>, Vec<_>) =
        write_shards(&about_people, &people, &site, progress)?.into_iter().unzip();
    files.extend(written.into_iter().flatten());
    let quality = quality_report(request, &mut qualities, counted);
    files.extend(write_quality(&quality, &site.release)?);
    files.sort_by_key(order);
    let manifest = Manifest {
        format: ReleaseFormat::Layout1,
        name: request.name.clone(),
        tier: request.tier,
        snapshot: request.snapshot.as_ref().map(|snapshot| snapshot.record(request.tier)),
        built: now,
        cdm_version: facts.cdm_version.clone(),
        vocabulary_version: facts.vocabulary_version(),
        cut_off: facts.cut_off(),
        shard_people: request.shard_people,
        files,
        load,
    };
    let json = manifest.to_json().map_err(BuildError::writing(MANIFEST_FILE))?;
    let digest = Sha256Digest::from_bytes(Sha256::digest(&json).into());
    staging.write(DIGEST_FILE, digest_line(digest).as_bytes())?;
    staging.write(MANIFEST_FILE, json.as_bytes())?;
    staging.publish()?;
    Ok(manifest)
}

/// Tables that are not about people, the vocabulary, then shard by shard its people and tables.
fn order(file: &ReleaseFile) -> (Option<u32>, usize, String) {
    let path = file.path.to_string();
    let stem = path.rsplit_once('/').map_or(path.as_str(), |(_, file)| file);
    let stem = stem.split_once('.').map_or(stem, |(stem, _)| stem);
    let place = Table::all().iter().position(|table| table.name() == stem);
    let place = match file.path.shard() {
        Some(_) => place.map_or(0, |place| place + 1),
        None => place.unwrap_or(usize::MAX),
    };
    (file.path.shard(), place, path)
}
