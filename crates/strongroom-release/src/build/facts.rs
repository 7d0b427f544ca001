use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::max;
use arrow::datatypes::Date32Type;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strongroom_omop::Table;
use strongroom_primitives::Label;

/// What the rows themselves say about the data set as a whole.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    pub(super) cdm_version: Option<Label>,
    /// The version of the vocabulary `None`, under which OHDSI publishes that of all together.
    vocabulary_release: Option<Label>,
    /// The version of the vocabularies that `cdm_source` states.
    vocabulary_stated: Option<Label>,
    last_observed_day: Option<i32>,
}

impl Facts {
    /// Takes what this batch of rows, kept for the release, says.
    pub(super) fn observe(&mut self, table: &Table, batch: &RecordBatch) {
        match table.name() {
            "observation_period" => {
                let days = batch.column_by_name("observation_period_end_date");
                let latest = days.and_then(|days| max(days.as_primitive_opt::<Date32Type>()?));
                self.last_observed_day = self.last_observed_day.max(latest);
            }
            "cdm_source" => {
                self.cdm_version = self.cdm_version.take().or_else(|| label(batch, "cdm_version", 0));
                self.vocabulary_stated =
                    self.vocabulary_stated.take().or_else(|| label(batch, "vocabulary_version", 0));
            }
            "vocabulary" => {
                let row =
                    (0..batch.num_rows()).find(|row| text(batch, "vocabulary_id", *row) == Some("None"));
                self.vocabulary_release =
                    self.vocabulary_release.take().or_else(|| label(batch, "vocabulary_version", row?));
            }
            _ => {}
        }
    }

    /// Both facts' contents; they come from different tables and never contradict each other.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            cdm_version: self.cdm_version.or(other.cdm_version),
            vocabulary_release: self.vocabulary_release.or(other.vocabulary_release),
            vocabulary_stated: self.vocabulary_stated.or(other.vocabulary_stated),
            last_observed_day: self.last_observed_day.max(other.last_observed_day),
        }
    }

    pub(super) fn vocabulary_version(&self) -> Option<Label> {
        self.vocabulary_release.clone().or_else(|| self.vocabulary_stated.clone())
    }

    pub(super) fn cut_off(&self) -> Option<NaiveDate> {
        self.last_observed_day.and_then(NaiveDate::from_epoch_days)
    }
}

fn text<'b>(batch: &'b RecordBatch, column: &str, row: usize) -> Option<&'b str> {
    let texts = batch.column_by_name(column)?.as_string_opt::<i32>()?;
    (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row))
}

/// The cell as a label; one that cannot be shown as a label is passed over.
fn label(batch: &RecordBatch, column: &str, row: usize) -> Option<Label> {
    Label::new(text(batch, column, row)?.trim()).ok()
}
