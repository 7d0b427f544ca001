use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use strongroom_omop::ConceptId;
use strongroom_primitives::ReleaseName;

use crate::release::{FilePath, ReleaseError, TableName};

/// What was counted about the quality of a release's data: the content of its `quality.json`.
///
/// It counts rows and people, and names tables, columns and concepts; it never holds another value
/// of the data. What is counted are the rows of the release: where a policy moves dates or leaves
/// columns out, that has been done before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct QualityReport {
    /// The form of this document.
    pub format: QualityFormat,
    /// The release.
    pub release: ReleaseName,
    /// Whether a policy has moved the dates, so that those about a birth may lie before it.
    pub dates_moved: bool,
    /// The people.
    pub people: PeopleQuality,
    /// The tables, in the order of the CDM.
    pub tables: Vec<TableQuality>,
    /// The concepts of measurements that were recorded in more than one unit, or with and without
    /// one, in ascending order.
    pub units: Vec<UnitMix>,
}

/// The forms of a quality report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum QualityFormat {
    /// The first one.
    #[serde(rename = "strongroom-quality/1")]
    V1,
}

/// What was counted about people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PeopleQuality {
    /// How many there are.
    pub count: u64,
    /// Those of whom not even the year of birth is known.
    pub birth_unknown: u64,
    /// Those without an observation period.
    pub never_observed: u64,
    /// Those who have died.
    pub died: u64,
    /// Those who have died more than once.
    pub died_again: u64,
    /// Those who have died before they were born.
    pub died_before_birth: u64,
}

/// What was counted about the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableQuality {
    /// The table.
    pub table: TableName,
    /// Its rows.
    pub rows: u64,
    /// What is implausible or does not fit, most general first; what does not occur is left out.
    pub findings: Vec<FindingCount>,
    /// Its columns, in the order of the CDM.
    pub columns: Vec<ColumnQuality>,
}

/// Rows of which something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FindingCount {
    /// What.
    pub finding: Finding,
    /// How many rows.
    pub rows: u64,
}

/// What may be wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// The concept is missing or 0: nothing standard says what happened.
    NoConcept,
    /// The concept is not in the table `concept`.
    UnknownConcept,
    /// `visit_occurrence_id` names no visit of the same person.
    UnknownVisit,
    /// `provider_id` names no row of `provider`.
    UnknownProvider,
    /// `care_site_id` names no row of `care_site`.
    UnknownCareSite,
    /// It starts before the day of birth, or the year of birth, if no more is known.
    BeforeBirth,
    /// It starts after the day of death.
    AfterDeath,
    /// It starts more than 60 days after the day of death: too late for what is recorded afterwards.
    LongAfterDeath,
    /// It ends before it starts.
    EndBeforeStart,
    /// It starts outside of all observation periods of the person.
    Unobserved,
}

/// How complete a column is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ColumnQuality {
    /// The column.
    pub column: String,
    /// The rows that have a value.
    pub known: u64,
}

/// A measurement that was recorded in several units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UnitMix {
    /// `measurement_concept_id`.
    pub concept: ConceptId,
    /// The units, the most frequent first.
    pub units: Vec<UnitRows>,
}

/// The rows of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UnitRows {
    /// `unit_concept_id`; nothing where none is recorded.
    pub unit: Option<ConceptId>,
    /// How many.
    pub rows: u64,
}

impl QualityReport {
    /// Reads the report of the release in this folder.
    ///
    /// # Errors
    /// If it cannot be read, or is damaged.
    pub fn open(release: &Path) -> Result<Self, ReleaseError> {
        let path = FilePath::Quality.to_string();
        let unreadable = |source: io::Error| ReleaseError::Read { path: path.clone(), source };
        let text = fs::read(release.join(&path)).map_err(unreadable)?;
        // The message of the parser may repeat what it read.
        serde_json::from_slice(&text).map_err(|_| unreadable(io::ErrorKind::InvalidData.into()))
    }

    /// The text of `quality.json`: the same report gives the same bytes.
    pub(crate) fn to_json(&self) -> Result<String, io::Error> {
        // Not indented: there may be many units, and people read the page.
        let mut text = serde_json::to_string(self).map_err(io::Error::from)?;
        text.push('\n');
        Ok(text)
    }
}

impl PeopleQuality {
    pub(crate) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.birth_unknown += other.birth_unknown;
        self.never_observed += other.never_observed;
        self.died += other.died;
        self.died_again += other.died_again;
        self.died_before_birth += other.died_before_birth;
    }
}

impl TableQuality {
    /// A table without rows.
    pub(crate) fn of(table: TableName) -> Self {
        let columns = table.table().columns().iter();
        let columns = columns.map(|column| ColumnQuality { column: column.name().to_owned(), known: 0 });
        Self { table, rows: 0, findings: Vec::new(), columns: columns.collect() }
    }

    /// Counts rows with a finding.
    pub(crate) fn found(&mut self, finding: Finding, rows: u64) {
        if rows == 0 {
            return;
        }
        match self.findings.binary_search_by_key(&finding, |count| count.finding) {
            Ok(place) => self.findings.iter_mut().skip(place).take(1).for_each(|count| count.rows += rows),
            Err(place) => self.findings.insert(place, FindingCount { finding, rows }),
        }
    }

    /// Counts the rows that have a value in a column.
    pub(crate) fn known(&mut self, column: &str, rows: u64) {
        self.columns.iter_mut().filter(|count| count.column == column).for_each(|count| count.known += rows);
    }

    /// Adds what was counted about other rows of the same table.
    pub(crate) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        other.findings.iter().for_each(|count| self.found(count.finding, count.rows));
        for (column, other) in self.columns.iter_mut().zip(&other.columns) {
            column.known += other.known;
        }
    }
}

impl UnitMix {
    /// The mixes among the rows of concepts and units.
    pub(crate) fn among(rows: BTreeMap<(i64, Option<i64>), u64>) -> Vec<Self> {
        let mut mixes: Vec<Self> = Vec::new();
        for ((concept, unit), rows) in rows {
            let concept = ConceptId::new(concept);
            let unit = UnitRows { unit: unit.map(ConceptId::new), rows };
            match mixes.last_mut().filter(|last| last.concept == concept) {
                Some(last) => last.units.push(unit),
                None => mixes.push(Self { concept, units: vec![unit] }),
            }
        }
        mixes.retain(|mix| mix.units.len() > 1);
        for mix in &mut mixes {
            mix.units.sort_by_key(|unit| std::cmp::Reverse(unit.rows));
        }
        mixes
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoConcept => "without a concept, or with concept 0",
            Self::UnknownConcept => "concept not in `concept`",
            Self::UnknownVisit => "visit is none of the person's",
            Self::UnknownProvider => "provider not in `provider`",
            Self::UnknownCareSite => "care site not in `care_site`",
            Self::BeforeBirth => "starts before birth",
            Self::AfterDeath => "starts after death",
            Self::LongAfterDeath => "starts more than 60 days after death",
            Self::EndBeforeStart => "ends before it starts",
            Self::Unobserved => "starts outside of all observation periods",
        })
    }
}
