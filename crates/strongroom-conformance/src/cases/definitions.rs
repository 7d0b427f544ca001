use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::error::CasesError;
use super::id::CaseId;
use super::lines;

/// A definition as another tool wrote it, not yet imported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForeignDefinition {
    /// Its id.
    pub id: CaseId,
    /// What it is about, where somebody said so.
    pub name: Option<String>,
    /// The JSON.
    pub text: String,
}

impl ForeignDefinition {
    /// The definition with this id, without a name.
    #[must_use]
    pub const fn new(id: CaseId, text: String) -> Self {
        Self { id, name: None, text }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: CaseId,
    name: Option<String>,
    definition: Value,
}

/// Reads definitions, by id: from a folder every `*.json`, whose name is the id, or from one file
/// the lines `{"id", "name", "definition"}`, the name optional. A single `.json` file is a
/// definition by itself.
///
/// # Errors
/// If something cannot be read, a line is something else, an id stands twice, or there is none.
pub fn definitions(path: &Path) -> Result<Vec<ForeignDefinition>, CasesError> {
    let mut read = if path.is_dir() {
        from_folder(path)?
    } else if has_extension(path, "json") {
        vec![from_file(path)?]
    } else {
        lines::read(path, |line: Line| {
            Ok(ForeignDefinition { id: line.id, name: line.name, text: line.definition.to_string() })
        })?
    };
    if read.is_empty() {
        return Err(CasesError::Nothing { path: path.display().to_string() });
    }
    lines::distinct(path, read.iter().map(|definition| &definition.id))?;
    read.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(read)
}

fn from_folder(folder: &Path) -> Result<Vec<ForeignDefinition>, CasesError> {
    let mut read = Vec::new();
    for entry in fs::read_dir(folder).map_err(CasesError::reading(folder))? {
        let path = entry.map_err(CasesError::reading(folder))?.path();
        if has_extension(&path, "json") && path.is_file() {
            read.push(from_file(&path)?);
        }
    }
    Ok(read)
}

fn from_file(path: &Path) -> Result<ForeignDefinition, CasesError> {
    let text = fs::read_to_string(path).map_err(CasesError::reading(path))?;
    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(ForeignDefinition::new(CaseId::new(id), text))
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
