use std::fmt::Write;
use std::io;

use strongroom_omop::Table;

use super::snapshot::SnapshotError;

/// Why no release was built. Nothing is left of it then but, if the process was killed, a hidden
/// folder beside the release, which the next build of the same release removes.
///
/// Paths are relative to the folder that was given. Messages name tables and columns of the CDM,
/// files and lines; never what a cell or an unknown header holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The release is there already.
    #[error(
        "`{release}` exists already, and a release is never changed; choose another path, or remove it first"
    )]
    ReleaseExists {
        /// The last part of the release's path.
        release: String,
    },
    /// The path of the release ends in `..` or is a root.
    #[error(
        "the path of the release has no last part to name its folder by; give a path such as `releases/R1`"
    )]
    ReleaseUnnamed,
    /// The release is being built at this moment.
    #[error("`{release}` is being built by another process; wait until it has ended")]
    BuildRunning {
        /// The last part of the release's path.
        release: String,
    },
    /// The OMOP folder, or a file in it, cannot be read.
    #[error("{} cannot be read; check the path, its permissions and the disk", in_folder(.path))]
    Read {
        /// The file, relative to the OMOP folder; empty for the folder itself.
        path: String,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The release, or a file of it, cannot be written.
    #[error("{} cannot be written; check that the folder may be written to", in_release(.path))]
    Write {
        /// The file, relative to the release; empty for the release itself.
        path: String,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The disk is full.
    #[error(
        "the disk is full at {}; free some space there (a release takes less than its source), and build again",
        in_release(.path)
    )]
    DiskFull {
        /// The file, relative to the release; empty for the release itself.
        path: String,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// Tables are missing without which there is no release.
    #[error("{}", missing_tables(.missing, .found))]
    MissingTables {
        /// The tables missing.
        missing: Vec<&'static str>,
        /// The tables found.
        found: Vec<&'static str>,
    },
    /// Two files hold the same table.
    #[error("the table `{table}` is there twice, as `{first}` and as `{second}`; remove one of them")]
    TableTwice {
        /// The table.
        table: &'static str,
        /// A file or folder that holds it.
        first: String,
        /// Another.
        second: String,
    },
    /// A CSV file is empty.
    #[error(
        "`{path}` is empty; its first line must name the columns (remove the file if the table has no rows)"
    )]
    NoHeader {
        /// The file.
        path: String,
    },
    /// Columns are missing without which the table means nothing.
    #[error("{}", missing_columns(.path, .missing, .found, *.unknown))]
    MissingColumns {
        /// The file.
        path: String,
        /// The required columns missing, by their names in the CDM 5.4.
        missing: Vec<&'static str>,
        /// The columns found that belong to the table.
        found: Vec<&'static str>,
        /// How many columns were found that do not.
        unknown: usize,
    },
    /// Two columns of a file are the same column of the CDM.
    #[error(
        "`{path}` has the column `{column}` twice (its former name counts as the same); remove or rename one of them"
    )]
    ColumnTwice {
        /// The file.
        path: String,
        /// The column, by its name in the CDM 5.4.
        column: &'static str,
    },
    /// A record of a CSV file has no end, most likely for want of a closing quote.
    #[error(
        "the record of `{path}` that begins at line {line} is longer than {} MiB; most likely a quote is opened \
         there and never closed: double quotes within a quoted cell must be written twice",
        super::csv_source::LONGEST_RECORD >> 20
    )]
    RecordTooLong {
        /// The file.
        path: String,
        /// The line, counted from 1.
        line: u64,
    },
    /// A file is not Parquet, or damaged, or uses what this version cannot read.
    #[error(
        "`{path}` is not a Parquet file that can be read: it is damaged, encrypted, or compressed otherwise than \
         with zstd; write it again"
    )]
    NotParquet {
        /// The file.
        path: String,
    },
    /// Not one person is left.
    #[error(
        "no row of `person` could be used ({read} read, {rejected} rejected{}); a release needs at least one person",
        mostly(.reason)
    )]
    NoPeople {
        /// Rows read.
        read: u64,
        /// Rows rejected.
        rejected: u64,
        /// The most frequent reason, in words.
        reason: Option<String>,
    },
    /// There are more people than a release can count.
    #[error("`person` has more than 4,294,967,295 people; split the source")]
    TooManyPeople,
    /// The texts of one column are too many to be put in order at once.
    #[error(
        "the texts of `{table}.{column}` for one shard are longer than 2 GiB together; build with fewer people in a \
         shard"
    )]
    TooMuchText {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The rows cannot be shown as the policy says.
    #[error(transparent)]
    Snapshot(SnapshotError),
    /// A table could not be encoded, though every value had been checked.
    #[error("`{path}` could not be encoded; this is a fault of Strongroom: please report it")]
    Encode {
        /// The file, relative to the release.
        path: String,
    },
}

impl BuildError {
    pub(super) fn reading(path: impl Into<String>) -> impl Fn(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Read { path: path.clone(), source }
    }

    pub(super) fn writing(path: impl Into<String>) -> impl Fn(io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path: path.clone(), source }
            }
            _ => Self::Write { path: path.clone(), source },
        }
    }
}

fn in_folder(path: &str) -> String {
    match path {
        "" => "the OMOP folder".to_owned(),
        _ => format!("`{path}` of the OMOP folder"),
    }
}

fn in_release(path: &str) -> String {
    match path {
        "" => "the release".to_owned(),
        _ => format!("`{path}` of the release"),
    }
}

fn mostly(reason: &Option<String>) -> String {
    reason.as_ref().map_or_else(String::new, |reason| format!(", mostly because {reason}"))
}

fn missing_tables(missing: &[&str], found: &[&str]) -> String {
    let mut text = String::new();
    for table in missing {
        let _ = write!(
            text,
            "the table `{table}` is missing: Strongroom needs `{table}.csv` or `{table}.parquet` in the folder; "
        );
    }
    if found.is_empty() {
        let tables = Table::all().len();
        let _ = write!(text, "found no file named after any of the {tables} tables of the CDM");
    } else {
        let _ = write!(text, "found {}", found.join(", "));
    }
    text
}

fn missing_columns(path: &str, missing: &[&str], found: &[&str], unknown: usize) -> String {
    if found.is_empty() {
        return format!(
            "the first line of `{path}` names no column of its table; it must name the columns, separated by commas \
             or tabs, `{}` at least",
            missing.join("`, `")
        );
    }
    let others = match unknown {
        0 => String::new(),
        _ => format!(" and {unknown} columns that the table does not have"),
    };
    format!(
        "`{path}` lacks `{}`; found {}{others}: add the missing columns, or rename those that hold them",
        missing.join("`, `"),
        found.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart() {
        let at = |kind: io::ErrorKind| BuildError::writing("tables/person.parquet")(kind.into()).to_string();
        assert_eq!(
            at(io::ErrorKind::StorageFull),
            "the disk is full at `tables/person.parquet` of the release; free some space there (a release takes less \
             than its source), and build again"
        );
        assert_eq!(
            at(io::ErrorKind::PermissionDenied),
            "`tables/person.parquet` of the release cannot be written; check that the folder may be written to"
        );
    }

    #[test]
    fn every_table_missing_is_named() {
        let error = BuildError::MissingTables { missing: vec!["person", "concept"], found: Vec::new() };
        let text = error.to_string();
        assert!(text.contains("`person.csv`") && text.contains("`concept.parquet`"), "{text}");
        assert!(text.ends_with(" tables of the CDM"), "{text}");
    }
}
