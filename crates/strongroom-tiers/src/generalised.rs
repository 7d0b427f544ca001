use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a column is made coarser before a tier sees it.
///
/// It is a description: a release is built by it, and a reader of the policy can see what was
/// done. Nothing is calculated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a generalisation that nobody applies would show the exact value"
)]
pub enum Generalisation {
    /// A date becomes the first day of its year.
    Year,
    /// A date becomes the first day of its month.
    Month,
    /// A number becomes the start of its band.
    Bands {
        /// The width of the bands, which start at zero; at least 2.
        width: u32,
    },
    /// A greater number becomes this one.
    AtMost {
        /// The greatest number that is shown.
        limit: u32,
    },
    /// A year or date of birth becomes that of a person of this age, if the person is older at
    /// the release's cut-off date.
    AgeAtMost {
        /// The greatest age that is shown, in years.
        years: u32,
    },
    /// A text keeps its first characters.
    Prefix {
        /// How many; at least 1.
        characters: u32,
    },
}

impl Generalisation {
    /// Whether whoever sees the column generalised like this could calculate what `finer` shows
    /// in no case in which `finer` hides it.
    #[must_use]
    pub fn is_at_least_as_coarse_as(self, finer: Self) -> bool {
        match (self, finer) {
            (Self::Year, Self::Year | Self::Month) | (Self::Month, Self::Month) => true,
            // Every band of the finer kind has to lie within one of the coarser.
            (Self::Bands { width: coarse }, Self::Bands { width: fine }) => {
                fine != 0 && coarse.is_multiple_of(fine)
            }
            (Self::AtMost { limit: coarse }, Self::AtMost { limit: fine }) => coarse <= fine,
            (Self::AgeAtMost { years: coarse }, Self::AgeAtMost { years: fine }) => coarse <= fine,
            (Self::Prefix { characters: coarse }, Self::Prefix { characters: fine }) => coarse <= fine,
            _ => false,
        }
    }
}

/// The columns of the Common Data Model that a tier shows in a coarser form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Generalised(BTreeMap<String, BTreeMap<String, Generalisation>>);

impl Generalised {
    /// Nothing is generalised.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The same, and this column of this table in this form.
    #[must_use]
    pub fn with_column(
        mut self,
        table: impl Into<String>,
        column: impl Into<String>,
        form: Generalisation,
    ) -> Self {
        self.0.entry(table.into()).or_default().insert(column.into(), form);
        self
    }

    /// The form in which the column is shown, if it is generalised.
    #[must_use]
    pub fn form_of(&self, table: &str, column: &str) -> Option<Generalisation> {
        self.0.get(table)?.get(column).copied()
    }

    /// All generalised columns, as (table, column, form), by name.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &str, Generalisation)> {
        self.0.iter().flat_map(|(table, columns)| {
            columns.iter().map(|(column, form)| (table.as_str(), column.as_str(), *form))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarser_is_an_order() {
        use Generalisation::{AgeAtMost, AtMost, Bands, Month, Prefix, Year};
        for (coarse, fine, expected) in [
            (Year, Month, true),
            (Month, Year, false),
            (Bands { width: 10 }, Bands { width: 5 }, true),
            (Bands { width: 10 }, Bands { width: 4 }, false),
            (AtMost { limit: 80 }, AtMost { limit: 89 }, true),
            (AgeAtMost { years: 90 }, AgeAtMost { years: 89 }, false),
            (Prefix { characters: 2 }, Prefix { characters: 3 }, true),
            (Year, Prefix { characters: 4 }, false),
        ] {
            assert_eq!(coarse.is_at_least_as_coarse_as(fine), expected, "{coarse:?} over {fine:?}");
            assert!(coarse.is_at_least_as_coarse_as(coarse), "{coarse:?}");
        }
    }
}
