use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::error::CasesError;
use super::id::CaseId;

/// Reads a file with one JSON document per line; blank lines are passed over.
pub(super) fn read<Line: DeserializeOwned, Case>(
    path: &Path,
    case: impl Fn(Line) -> Result<Case, String>,
) -> Result<Vec<Case>, CasesError> {
    let text = fs::read_to_string(path).map_err(CasesError::reading(path))?;
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(text, line)| {
            let read = serde_json::from_str(text).map_err(|error| error.to_string()).and_then(&case);
            read.map_err(|problem| CasesError::NotACase { path: path.display().to_string(), line, problem })
        })
        .collect()
}

/// Refuses two cases with one id.
pub(super) fn distinct<'a>(path: &Path, ids: impl Iterator<Item = &'a CaseId>) -> Result<(), CasesError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(CasesError::Twice { path: path.display().to_string(), id: id.to_string() });
        }
    }
    Ok(())
}
