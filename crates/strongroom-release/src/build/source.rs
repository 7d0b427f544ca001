use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::slice;

use strongroom_omop::Table;

use super::error::BuildError;
use crate::release::{SourceKind, TableName};

/// One table's files in the OMOP folder.
#[derive(Debug, Clone)]
pub(super) struct TableSource {
    pub(super) table: &'static Table,
    pub(super) files: TableFiles,
}

#[derive(Debug, Clone)]
pub(super) enum TableFiles {
    Csv(SourceFile),
    /// One or more parts, in the order of their names.
    Parquet(Vec<SourceFile>),
}

/// One file of the source.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    /// The path relative to the OMOP folder, as reports and errors call it.
    pub(super) shown: String,
    pub(super) bytes: u64,
}

/// What an OMOP folder holds.
#[derive(Debug)]
pub(super) struct Source {
    /// In the order of the CDM.
    pub(super) tables: Vec<TableSource>,
    pub(super) tables_missing: Vec<TableName>,
    /// Files and folders that belong to no table, by name.
    pub(super) left_out: Vec<String>,
}

impl TableSource {
    pub(super) fn files(&self) -> &[SourceFile] {
        match &self.files {
            TableFiles::Csv(file) => slice::from_ref(file),
            TableFiles::Parquet(parts) => parts,
        }
    }

    pub(super) fn kind(&self) -> SourceKind {
        match self.files {
            TableFiles::Csv(_) => SourceKind::Csv,
            TableFiles::Parquet(_) => SourceKind::Parquet,
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.files().iter().map(|file| file.bytes).sum()
    }
}

impl Source {
    /// Looks for `person.csv`, `person.parquet`, and the folders `person/` and `person.parquet/`
    /// of Parquet parts, for every table, in any case. Hidden entries are passed over.
    pub(super) fn discover(folder: &Path) -> Result<Self, BuildError> {
        let mut found: Vec<(String, TableSource)> = Vec::new();
        let mut left_out = Vec::new();
        for (name, path) in sorted_entries(folder, "")? {
            let Some(source) = table_source(&name, &path)? else {
                left_out.push(name);
                continue;
            };
            if let Some((first, _)) = found.iter().find(|(_, other)| other.table == source.table) {
                return Err(BuildError::TableTwice {
                    table: source.table.name(),
                    first: first.clone(),
                    second: name,
                });
            }
            found.push((name, source));
        }
        let (tables, missing): (Vec<&'static Table>, Vec<_>) =
            Table::all().iter().partition(|table| found.iter().any(|(_, source)| source.table == *table));
        let required: Vec<_> =
            missing.iter().filter(|table| table.is_required()).map(|table| table.name()).collect();
        if !required.is_empty() {
            return Err(BuildError::MissingTables {
                missing: required,
                found: tables.iter().map(|table| table.name()).collect(),
            });
        }
        let order =
            |(_, source): &(String, TableSource)| Table::all().iter().position(|table| table == source.table);
        found.sort_by_key(order);
        Ok(Self {
            tables: found.into_iter().map(|(_, source)| source).collect(),
            tables_missing: missing.into_iter().map(TableName::new).collect(),
            left_out,
        })
    }
}

impl Source {
    /// Makes tables as if they were not there.
    pub(super) fn leave_out(&mut self, is_left_out: impl Fn(&Table) -> bool) {
        self.tables.retain(|source| !is_left_out(source.table));
        let is_there = |table: &&Table| self.tables.iter().any(|source| source.table == *table);
        self.tables_missing =
            Table::all().iter().filter(|table| !is_there(table)).map(TableName::new).collect();
    }
}

/// The table that a file or folder holds, if its name says so.
fn table_source(name: &str, path: &Path) -> Result<Option<TableSource>, BuildError> {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) => (stem, Some(extension.to_ascii_lowercase())),
        None => (name, None),
    };
    let Some(table) = Table::named(stem) else {
        return Ok(None);
    };
    let metadata = fs::metadata(path).map_err(BuildError::reading(name))?;
    let this = || SourceFile { path: path.to_owned(), shown: name.to_owned(), bytes: metadata.len() };
    let files = match (extension.as_deref(), metadata.is_dir()) {
        (Some("csv"), false) => TableFiles::Csv(this()),
        (Some("parquet"), false) => TableFiles::Parquet(vec![this()]),
        (None | Some("parquet"), true) => match parquet_parts(name, path)? {
            parts if parts.is_empty() => return Ok(None),
            parts => TableFiles::Parquet(parts),
        },
        _ => return Ok(None),
    };
    Ok(Some(TableSource { table, files }))
}

fn parquet_parts(folder: &str, path: &Path) -> Result<Vec<SourceFile>, BuildError> {
    let mut parts = Vec::new();
    for (name, path) in sorted_entries(path, folder)? {
        let shown = format!("{folder}/{name}");
        let metadata = fs::metadata(&path).map_err(BuildError::reading(&shown))?;
        let is_parquet =
            path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(OsStr::new("parquet")));
        if is_parquet && metadata.is_file() {
            parts.push(SourceFile { path, shown, bytes: metadata.len() });
        }
    }
    Ok(parts)
}

/// The entries of a folder that are not hidden, by name, so that a build does not depend on the
/// order in which the file system lists them.
fn sorted_entries(folder: &Path, shown: &str) -> Result<Vec<(String, PathBuf)>, BuildError> {
    let reading = BuildError::reading(shown);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(&reading)? {
        let path = entry.map_err(&reading)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push((name, path));
        }
    }
    entries.sort_unstable();
    Ok(entries)
}
