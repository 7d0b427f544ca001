//! The rows of a release as its tier may see them: columns left out, made coarser, dates moved.

mod coarser;
mod error;
mod moved;
#[cfg(test)]
mod tests;
mod view;

pub use error::SnapshotError;
pub(super) use view::View;

use strongroom_omop::{Column, ColumnType, Table};
use strongroom_primitives::{InvalidValue, ReleaseName, RowTier, Sha256Digest};
use strongroom_tiers::{ColumnClass, DateShiftKey, Policy, TierRules};

use crate::release::Snapshot;

/// A policy to build by, the family that the release belongs to, and the family's key.
#[derive(Debug, Clone)]
pub(super) struct SnapshotRequest {
    policy: Policy,
    family: ReleaseName,
    key: Option<DateShiftKey>,
}

impl SnapshotRequest {
    pub(super) fn new(
        policy: Policy,
        family: ReleaseName,
        secret: Option<&[u8]>,
    ) -> Result<Self, InvalidValue> {
        let key = secret.map(|secret| DateShiftKey::new(family.as_str(), secret)).transpose()?;
        Ok(Self { policy, family, key })
    }

    pub(super) fn rules(&self, tier: RowTier) -> &TierRules {
        self.policy.rules(tier)
    }

    /// What the manifest says.
    pub(super) fn record(&self, tier: RowTier) -> Snapshot {
        Snapshot {
            policy_version: self.policy.version(),
            policy: self.policy.digest(),
            family: self.family.clone(),
            dates_moved: self.rules(tier).date_shift().is_some(),
        }
    }

    /// What tells the key from others without telling it: the days of people whom nobody has.
    pub(super) fn key_check(&self, tier: RowTier) -> Option<Sha256Digest> {
        use sha2::{Digest, Sha256};
        let (shift, key) = self.rules(tier).date_shift().zip(self.key.as_ref())?;
        let mut hash = Sha256::new();
        for nobody in i64::MIN..i64::MIN + 32 {
            hash.update(shift.offset_days(key, nobody).to_le_bytes());
        }
        Some(Sha256Digest::from_bytes(hash.finalize().into()))
    }

    /// Checks that these tables can be shown as the tier's rules say.
    pub(super) fn check(
        &self,
        tier: RowTier,
        tables: impl Iterator<Item = &'static Table>,
    ) -> Result<(), SnapshotError> {
        let rules = self.rules(tier);
        if rules.date_shift().is_some() && self.key.is_none() {
            return Err(SnapshotError::NoKey);
        }
        for table in tables {
            if rules.hidden().hides_table(table.name()) {
                if table.is_required() {
                    return Err(SnapshotError::RequiredTable { table: table.name() });
                }
                continue;
            }
            table.columns().iter().try_for_each(|column| check(rules, table, column))?;
        }
        Ok(())
    }
}

fn check(rules: &TierRules, table: &'static Table, column: &'static Column) -> Result<(), SnapshotError> {
    let (table_name, column_name) = (table.name(), column.name());
    match rules.class_of(table_name, column_name) {
        ColumnClass::Hidden if column.is_required() => {
            Err(SnapshotError::RequiredColumn { table: table_name, column: column_name })
        }
        ColumnClass::Generalised(form) if !coarser::fits(form, column) => {
            Err(SnapshotError::FormDoesNotFit { table: table_name, column: column_name })
        }
        // Whose dates they are does not stand in the table.
        ColumnClass::DateShifted
            if table_name == "note_nlp"
                && matches!(column.column_type(), ColumnType::Date | ColumnType::Timestamp) =>
        {
            Err(SnapshotError::DateOfNobody { table: table_name, column: column_name })
        }
        _ => Ok(()),
    }
}
