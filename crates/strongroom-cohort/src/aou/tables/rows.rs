use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::TableError;

/// The rows of a table; none of an empty text.
pub(super) fn rows<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<Vec<T>, TableError> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    // Nesting is limited by the reader itself.
    serde_json::from_str(text).map_err(|error| TableError::text(table, error.line(), error.column()))
}

/// `cb_search_person`: by name, because flags are columns and releases differ in them.
pub(super) type SearchPerson = BTreeMap<String, Value>;

#[derive(Deserialize)]
pub(super) struct Person {
    pub(super) person_id: i64,
    #[serde(default)]
    pub(super) gender_concept_id: Option<i64>,
    #[serde(default)]
    pub(super) sex_at_birth_concept_id: Option<i64>,
    #[serde(default)]
    pub(super) race_concept_id: Option<i64>,
    #[serde(default)]
    pub(super) ethnicity_concept_id: Option<i64>,
    #[serde(default)]
    pub(super) self_reported_category_concept_id: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Death {
    pub(super) person_id: i64,
    #[serde(default)]
    pub(super) death_date: Option<NaiveDate>,
}

#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) person_id: i64,
    #[serde(default)]
    pub(super) entry_date: Option<NaiveDate>,
    pub(super) is_standard: u8,
    pub(super) concept_id: i64,
    pub(super) domain: String,
    #[serde(default)]
    pub(super) age_at_event: Option<i32>,
    #[serde(default)]
    pub(super) visit_concept_id: Option<i64>,
    #[serde(default)]
    pub(super) visit_occurrence_id: Option<i64>,
    #[serde(default)]
    pub(super) value_as_number: Option<f64>,
    #[serde(default)]
    pub(super) value_as_concept_id: Option<i64>,
    #[serde(default)]
    pub(super) value_source_concept_id: Option<i64>,
    #[serde(default)]
    pub(super) systolic: Option<f64>,
    #[serde(default)]
    pub(super) diastolic: Option<f64>,
    #[serde(default)]
    pub(super) survey_version_concept_id: Option<i64>,
    #[serde(default)]
    pub(super) cati_concept_id: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Criterion {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) concept_id: Option<i64>,
    pub(super) is_standard: u8,
    pub(super) is_selectable: u8,
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) full_text: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Ancestor {
    pub(super) ancestor_id: i64,
    pub(super) descendant_id: i64,
}

#[derive(Deserialize)]
pub(super) struct Variant {
    pub(super) vid: String,
    #[serde(default)]
    pub(super) genes: Option<String>,
    #[serde(default)]
    pub(super) cons_str: Option<String>,
    #[serde(default)]
    pub(super) clinical_significance_string: Option<String>,
    #[serde(default)]
    pub(super) allele_count: Option<f64>,
    #[serde(default)]
    pub(super) allele_number: Option<f64>,
    #[serde(default)]
    pub(super) allele_frequency: Option<f64>,
    #[serde(default)]
    pub(super) participant_count: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct VariantGene {
    pub(super) vid: String,
    #[serde(default)]
    pub(super) gene_symbol: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct VariantPosition {
    pub(super) vid: String,
    #[serde(default)]
    pub(super) contig: Option<String>,
    #[serde(default)]
    pub(super) position: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct VariantRsNumber {
    pub(super) vid: String,
    #[serde(default)]
    pub(super) rs_number: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Carriers {
    pub(super) vid: String,
    #[serde(default)]
    pub(super) person_ids: Vec<i64>,
}
