use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strongroom_cohort::SetName;
use strongroom_omop::Domain;
use strongroom_primitives::{Label, Sha256Digest};

/// What to take along of a cohort's people: for each table the domain of events, and the concept
/// set of the cohort's definition that restricts them.
///
/// The cohort's entries themselves are always part of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatasetDefinition {
    format: Format,
    /// The dataset's title.
    pub title: Label,
    /// The tables, in the order in which they are written.
    #[serde(default)]
    pub tables: Vec<DatasetTable>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-dataset/1")]
    V1,
}

/// The events of one domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatasetTable {
    /// The domain.
    pub domain: Domain,
    /// A concept set of the cohort's definition; absent: every event of the domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concepts: Option<SetName>,
}

impl DatasetDefinition {
    /// A dataset of the cohort's entries alone.
    #[must_use]
    pub fn new(title: Label) -> Self {
        Self { format: Format::V1, title, tables: Vec::new() }
    }

    /// The same with the events of this domain, restricted to a concept set if one is named.
    #[must_use]
    pub fn with_table(mut self, domain: Domain, concepts: Option<SetName>) -> Self {
        self.tables.push(DatasetTable { domain, concepts });
        self
    }

    /// The SHA-256 of the definition's JSON together with that of the cohort's definition: what
    /// was exported, for the audit trail.
    #[must_use]
    pub fn digest(&self, cohort: Sha256Digest) -> Sha256Digest {
        let mut hasher = Sha256::new();
        hasher.update(b"strongroom-dataset/1\0");
        hasher.update(cohort.as_bytes());
        // Plain data without maps: serialising it cannot fail, and gives one text.
        hasher.update(serde_json::to_vec(self).unwrap_or_default());
        Sha256Digest::from_bytes(hasher.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labs() -> DatasetDefinition {
        DatasetDefinition::new(Label::new("Labs").unwrap())
            .with_table(Domain::Measurement, Some(SetName::new("hba1c").unwrap()))
    }

    #[test]
    fn the_document_round_trips_and_unknown_fields_are_refused() {
        let json = serde_json::to_string(&labs()).unwrap();
        assert_eq!(serde_json::from_str::<DatasetDefinition>(&json).unwrap(), labs());
        for odd in
            [json.replace("dataset/1", "dataset/2"), json.replace("\"title\"", "\"limit\":1,\"title\"")]
        {
            assert_ne!(odd, json);
            assert!(serde_json::from_str::<DatasetDefinition>(&odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn the_digest_tells_definitions_and_cohorts_apart() {
        let [a, b] = [[1; 32], [2; 32]].map(Sha256Digest::from_bytes);
        let more = labs().with_table(Domain::Drug, None);
        assert_eq!(labs().digest(a), labs().digest(a));
        assert_ne!(labs().digest(a), labs().digest(b));
        assert_ne!(labs().digest(a), more.digest(a));
    }
}
