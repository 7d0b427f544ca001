use std::fs;
use std::path::{Path, PathBuf};

use strongroom_omop::Table;

use super::error::CdmError;

/// The files of an OMOP folder, by table.
#[derive(Debug)]
pub(super) struct Source {
    tables: Vec<(&'static Table, TableFiles)>,
}

/// The files that hold one table.
#[derive(Debug)]
pub(super) enum TableFiles {
    Csv(PathBuf),
    /// One or more parts, in the order of their names.
    Parquet(Vec<PathBuf>),
}

impl Source {
    /// Looks for `person.csv`, `person.parquet`, and folders `person` and `person.parquet` with
    /// Parquet parts, for every table, in any case. Whatever else lies there is passed over.
    pub(super) fn discover(folder: &Path) -> Result<Self, CdmError> {
        let mut tables: Vec<(&'static Table, TableFiles)> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for path in sorted_entries(folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some((table, files)) = table_files(&name, path)? else {
                continue;
            };
            if let Some(position) = tables.iter().position(|(other, _)| *other == table) {
                let first = names.get(position).cloned().unwrap_or_default();
                return Err(CdmError::TableTwice { table: table.name(), first, second: name });
            }
            tables.push((table, files));
            names.push(name);
        }
        Ok(Self { tables })
    }

    /// The files of a table, if it is there.
    ///
    /// # Errors
    /// If a required table is not.
    pub(super) fn files(&self, table: &'static Table) -> Result<Option<&TableFiles>, CdmError> {
        let files = self.tables.iter().find(|(other, _)| *other == table).map(|(_, files)| files);
        match files {
            None if table.is_required() => Err(CdmError::MissingTable { table: table.name() }),
            files => Ok(files),
        }
    }
}

fn table_files(name: &str, path: PathBuf) -> Result<Option<(&'static Table, TableFiles)>, CdmError> {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) => (stem, Some(extension.to_ascii_lowercase())),
        None => (name, None),
    };
    let Some(table) = Table::named(stem) else {
        return Ok(None);
    };
    let files = match (extension.as_deref(), path.is_dir()) {
        (Some("csv"), false) => TableFiles::Csv(path),
        (Some("parquet"), false) => TableFiles::Parquet(vec![path]),
        (None | Some("parquet"), true) => {
            let mut parts = sorted_entries(&path)?;
            parts.retain(|part| part.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet")));
            if parts.is_empty() {
                return Ok(None);
            }
            TableFiles::Parquet(parts)
        }
        _ => return Ok(None),
    };
    Ok(Some((table, files)))
}

/// By name, so that the order of rows does not depend on the file system.
fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>, CdmError> {
    let reading = CdmError::reading(folder);
    let entries = fs::read_dir(folder).map_err(&reading)?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    if let Ok(paths) = &mut paths {
        paths.sort_unstable();
    }
    paths.map_err(reading)
}
