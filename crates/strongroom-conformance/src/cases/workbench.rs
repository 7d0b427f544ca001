use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use strongroom_omop::SubjectId;

use super::definitions::ForeignDefinition;
use super::error::CasesError;
use super::id::CaseId;
use super::lines;

/// A search of the All of Us Researcher Workbench, and whom it must find.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkbenchCase {
    /// The search request.
    pub definition: ForeignDefinition,
    /// The day on which people have the age that is asked for.
    pub today: NaiveDate,
    /// Whom it must find, by id.
    pub persons: Vec<SubjectId>,
    /// Whom it must find where events of other domains than the item's own do not count.
    pub persons_of_domain: Option<Vec<SubjectId>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: CaseId,
    name: String,
    today: NaiveDate,
    definition: Value,
    count: usize,
    persons: Vec<SubjectId>,
    persons_if_events_are_filtered_by_domain: Option<Vec<SubjectId>>,
}

/// Reads searches of the Researcher Workbench, one per line: `{"id", "name", "today",
/// "definition", "count", "persons"}`, and `"persons_if_events_are_filtered_by_domain"` where the
/// answer depends on that.
///
/// # Errors
/// If the file cannot be read, a line is something else, its count is not that of its people, or
/// an id stands twice.
pub fn workbench(path: &Path) -> Result<Vec<WorkbenchCase>, CasesError> {
    let mut read = lines::read(path, |line: Line| {
        let persons = sorted(line.persons);
        if persons.len() != line.count {
            return Err("`count` is not the number of `persons`".to_owned());
        }
        Ok(WorkbenchCase {
            definition: ForeignDefinition {
                id: line.id,
                name: Some(line.name),
                text: line.definition.to_string(),
            },
            today: line.today,
            persons,
            persons_of_domain: line.persons_if_events_are_filtered_by_domain.map(sorted),
        })
    })?;
    lines::distinct(path, read.iter().map(|case| &case.definition.id))?;
    read.sort_by(|one, other| one.definition.id.cmp(&other.definition.id));
    Ok(read)
}

fn sorted(mut persons: Vec<SubjectId>) -> Vec<SubjectId> {
    persons.sort_unstable();
    persons.dedup();
    persons
}
