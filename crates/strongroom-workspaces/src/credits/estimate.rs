use super::Amount;

/// What a query costs, by what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostModel {
    per_million_rows: Amount,
    per_gibibyte: Amount,
    least: Amount,
}

impl CostModel {
    /// So much for a million rows, so much for a gibibyte, and in all at least so much.
    #[must_use]
    pub const fn new(per_million_rows: Amount, per_gibibyte: Amount, least: Amount) -> Self {
        Self { per_million_rows, per_gibibyte, least }
    }

    /// What it costs to read so many rows of so many bytes in all, each part rounded up to a millionth.
    #[must_use]
    pub fn estimate(&self, rows: u64, bytes: u64) -> Amount {
        let part = |price: Amount, number: u64, per: u128| {
            let micros = (u128::from(price.micros()) * u128::from(number)).div_ceil(per);
            u64::try_from(micros).ok().and_then(|micros| Amount::from_micros(micros).ok())
        };
        let rows = part(self.per_million_rows, rows, 1_000_000).unwrap_or(Amount::LARGEST);
        let bytes = part(self.per_gibibyte, bytes, 1 << 30).unwrap_or(Amount::LARGEST);
        rows.plus(bytes).max(self.least)
    }
}
