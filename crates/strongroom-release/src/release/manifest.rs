use std::fs;
use std::io;
use std::num::NonZeroU32;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strongroom_omop::Table;
use strongroom_primitives::{Label, ReleaseName, RowTier, Sha256Digest, Timestamp};

use super::error::ReleaseError;
use super::load_report::LoadReport;
use super::table_name::FilePath;

pub(crate) const MANIFEST_FILE: &str = "manifest.json";
pub(crate) const DIGEST_FILE: &str = "manifest.json.sha256";

/// What a release is and what it consists of: the content of its `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// The layout.
    pub format: ReleaseFormat,
    /// The release's name.
    pub name: ReleaseName,
    /// The tier of access that the rows need.
    pub tier: RowTier,
    /// By which policy the rows are those of the tier; nothing if they are as the source has them.
    pub snapshot: Option<Snapshot>,
    /// When it was built.
    pub built: Timestamp,
    /// `cdm_version` of the first row of `cdm_source`.
    pub cdm_version: Option<Label>,
    /// The version that the vocabulary `None` has in `vocabulary`, as OHDSI publishes it; else
    /// `vocabulary_version` of the first row of `cdm_source`.
    pub vocabulary_version: Option<Label>,
    /// The last day on which anybody was observed: the latest `observation_period_end_date`.
    pub cut_off: Option<NaiveDate>,
    /// The people of a shard: ordinal `n` of the release is ordinal `n % shard_people` of its shard.
    pub shard_people: NonZeroU32,
    /// Every file of the release: tables that are not about people, the vocabulary, then shard by
    /// shard its people and tables, in the order of the CDM.
    pub files: Vec<ReleaseFile>,
    /// What became of the rows of the source.
    pub load: LoadReport,
}

/// By which policy the rows of a release are those of its tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Snapshot {
    /// The version of the policy.
    pub policy_version: u64,
    /// Its digest: that of the policy in JSON without white space.
    pub policy: Sha256Digest,
    /// The family of the release. Releases of one family move the dates of a person alike.
    pub family: ReleaseName,
    /// Whether dates are moved.
    pub dates_moved: bool,
}

/// The layouts of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ReleaseFormat {
    /// People in shards, events in the order of their concepts, with indexes beside them.
    #[serde(rename = "strongroom-release/1")]
    Layout1,
}

/// One file of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReleaseFile {
    /// Where it is, relative to the release.
    pub path: FilePath,
    /// Its digest.
    pub sha256: Sha256Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// The rows it holds, of whatever they are.
    pub rows: u64,
}

impl Manifest {
    /// The files with the rows of the table with this name of the CDM, one for each shard where the
    /// table is about people; none if the release does not have it.
    pub fn files_of<'m>(&'m self, table: &str) -> impl Iterator<Item = &'m ReleaseFile> {
        self.files.iter().filter(move |file| file.path.table().is_some_and(|of| of.name() == table))
    }

    /// The number of people.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.files_of("person").map(|file| file.rows).sum()
    }

    /// The number of shards.
    #[must_use]
    pub fn shards(&self) -> u32 {
        let last = self.files.iter().filter_map(|file| file.path.shard()).max();
        last.map_or(0, |last| last.saturating_add(1))
    }

    /// The tables of the release, in the order of the CDM.
    pub fn tables(&self) -> impl Iterator<Item = &'static Table> {
        Table::all().iter().filter(|table| self.files_of(table.name()).next().is_some())
    }

    /// The text of `manifest.json`: the same manifest gives the same bytes.
    pub(crate) fn to_json(&self) -> Result<String, io::Error> {
        let mut text = serde_json::to_string_pretty(self).map_err(io::Error::from)?;
        text.push('\n');
        Ok(text)
    }

    fn from_json(text: &[u8]) -> Result<Self, ReleaseError> {
        // Read without the rest, because another layout has other fields.
        #[derive(Deserialize)]
        struct Tag {
            format: String,
        }
        serde_json::from_slice(text).map_err(|error| match serde_json::from_slice::<Tag>(text) {
            Ok(tag) if is_other_layout(&tag.format) => ReleaseError::OtherLayout,
            // The message of the parser may repeat what it read; the place is enough.
            _ => ReleaseError::Manifest { line: error.line(), column: error.column() },
        })
    }
}

fn is_other_layout(format: &str) -> bool {
    format.strip_prefix("strongroom-release/").is_some_and(|layout| layout != "1")
}

/// The line that `sha256sum` writes, and checks, for the manifest.
pub(crate) fn digest_line(digest: Sha256Digest) -> String {
    format!("{digest}  {MANIFEST_FILE}\n")
}

/// Reads the manifest of the release in this folder.
///
/// This trusts the disk; [`verify`](super::verify()) does not.
///
/// # Errors
/// If the folder holds no manifest, one of another layout, or one that cannot be read.
pub fn open_manifest(release: &Path) -> Result<Manifest, ReleaseError> {
    let text = fs::read(release.join(MANIFEST_FILE)).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReleaseError::NoManifest,
        _ => ReleaseError::Read { path: MANIFEST_FILE.to_owned(), source },
    })?;
    Manifest::from_json(&text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::release::{
        NoteReason, NotedRows, Occurrences, RejectReason, RejectedRows, SourceKind, TableName, TableReport,
        UnreadableCells,
    };

    fn occurrences() -> impl Strategy<Value = Occurrences> {
        prop::collection::vec(any::<u64>(), 0..7).prop_map(|places| {
            let mut occurrences = Occurrences::default();
            places.into_iter().for_each(|place| occurrences.add(place));
            occurrences
        })
    }

    fn reject_reason() -> impl Strategy<Value = RejectReason> {
        prop_oneof![
            Just(RejectReason::WrongNumberOfCells),
            ".*".prop_map(RejectReason::RequiredCellUnreadable),
            ".*".prop_map(RejectReason::RequiredCellMissing),
            Just(RejectReason::UnknownPerson),
            Just(RejectReason::PersonTwice),
        ]
    }

    fn table() -> impl Strategy<Value = &'static Table> {
        prop::sample::select(Table::all())
            .prop_filter_map("every table has its own name", |table| Table::named(table.name()))
    }

    fn path() -> impl Strategy<Value = FilePath> {
        (table().prop_map(TableName::new), any::<u32>(), 0..7).prop_map(|(table, shard, kind)| match kind {
            0 => FilePath::Table(table),
            1 => FilePath::ShardTable { shard, table },
            2 => FilePath::ShardIndex { shard, table },
            3 => FilePath::ShardPeople { shard },
            4 => FilePath::Quality,
            5 => FilePath::QualityPage,
            _ => FilePath::Vocabulary,
        })
    }

    prop_compose! {
        fn table_report()(
            table in table(),
            source in prop_oneof![Just(SourceKind::Csv), Just(SourceKind::Parquet), Just(SourceKind::Built)],
            read: u64,
            written: u64,
            rejected in prop::collection::vec((reject_reason(), occurrences()), 0..3),
            noted in prop::option::of(occurrences()),
            unreadable in prop::collection::vec((".*", occurrences()), 0..3),
            columns_missing in prop::collection::vec(".*", 0..3),
            columns_left_out in prop::collection::vec(".*", 0..3),
        ) -> TableReport {
            TableReport {
                table: TableName::new(table),
                source,
                read,
                written,
                rejected: rejected.into_iter().map(|(reason, rows)| RejectedRows { reason, rows }).collect(),
                noted: noted
                    .into_iter()
                    .map(|rows| NotedRows { reason: NoteReason::EndBeforeStart, rows })
                    .collect(),
                unreadable: unreadable
                    .into_iter()
                    .map(|(column, cells)| UnreadableCells { column, cells })
                    .collect(),
                columns_missing,
                columns_left_out,
            }
        }
    }

    prop_compose! {
        fn manifest()(
            tier in prop::sample::select(RowTier::ALL.to_vec()),
            snapshot in prop::option::of((any::<u64>(), any::<[u8; 32]>(), any::<bool>())),
            built: i64,
            cdm_version in prop::option::of("[a-zé]{1,80}"),
            day in prop::option::of(-700_000..2_900_000_i32),
            shard_people in 1..100_000_u32,
            files in prop::collection::vec((path(), any::<[u8; 32]>(), any::<u64>(), any::<u64>()), 0..4),
            tables in prop::collection::vec(table_report(), 0..3),
            tables_missing in prop::collection::vec(table().prop_map(TableName::new), 0..3),
            files_left_out in prop::collection::vec(".*", 0..3),
        ) -> Manifest {
            Manifest {
                format: ReleaseFormat::Layout1,
                name: ReleaseName::new("R1").unwrap(),
                tier,
                snapshot: snapshot.map(|(policy_version, policy, dates_moved)| Snapshot {
                    policy_version,
                    policy: Sha256Digest::from_bytes(policy),
                    family: ReleaseName::new("registered").unwrap(),
                    dates_moved,
                }),
                built: Timestamp::from_unix_microseconds(built),
                cdm_version: cdm_version.map(|text| Label::new(text).unwrap()),
                vocabulary_version: None,
                cut_off: day.and_then(NaiveDate::from_epoch_days),
                shard_people: NonZeroU32::new(shard_people).unwrap(),
                files: files
                    .into_iter()
                    .map(|(path, sha256, bytes, rows)| ReleaseFile {
                        path,
                        sha256: Sha256Digest::from_bytes(sha256),
                        bytes,
                        rows,
                    })
                    .collect(),
                load: LoadReport { tables, tables_missing, files_left_out },
            }
        }
    }

    proptest! {
        #[test]
        fn json_round_trips(manifest in manifest()) {
            let json = manifest.to_json().unwrap();
            prop_assert_eq!(Manifest::from_json(json.as_bytes()).unwrap(), manifest);
        }

        #[test]
        fn reading_any_text_never_panics(text in "\\PC{0,80}") {
            drop(Manifest::from_json(text.as_bytes()));
        }
    }

    #[test]
    fn a_manifest_that_cannot_be_read_is_told_by_place_alone() {
        for (text, expected) in [
            (
                r#"{"format": "strongroom-release/1", "secret": 1}"#,
                "`manifest.json` is damaged at line 1, column 43",
            ),
            ("{\n\"format\": \"secret\"}", "`manifest.json` is damaged at line 2, column 18"),
            ("", "`manifest.json` is damaged at line 1, column 0"),
            (r#"{"format": "strongroom-release/0", "tables": []}"#, "the release has another layout"),
        ] {
            let error = Manifest::from_json(text.as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    }

    #[test]
    fn a_folder_without_manifest_is_no_release() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(open_manifest(folder.path()), Err(ReleaseError::NoManifest)));
        assert!(matches!(open_manifest(&folder.path().join("nowhere")), Err(ReleaseError::NoManifest)));
    }
}
