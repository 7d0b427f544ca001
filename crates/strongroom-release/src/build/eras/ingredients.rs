use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use crate::build::error::BuildError;
use crate::build::joins::for_each_row;
use crate::build::vocabulary_index::for_each_batch;
use crate::table_rows::{integer, integers, text, texts};

/// The ingredients of drugs, as the vocabulary of the release says.
#[derive(Debug, Default)]
pub(super) struct Ingredients {
    /// Drug and ingredient, in order.
    pairs: Vec<(i64, i64)>,
}

impl Ingredients {
    /// Those of these drugs: the standard RxNorm ingredients that stand above them.
    pub(super) fn read(release: &Path, drugs: &HashSet<i64>) -> Result<Self, BuildError> {
        const TEXTS: [&str; 3] = ["vocabulary_id", "concept_class_id", "standard_concept"];
        let mut ingredients = HashSet::new();
        let columns = ["concept_id", TEXTS[0], TEXTS[1], TEXTS[2]];
        for_each_batch(release, "concept", &columns, |batch| {
            let ids = integers(batch, "concept_id");
            let facts = TEXTS.map(|column| texts(batch, column));
            for row in 0..batch.num_rows() {
                let is_ingredient = matches!(
                    facts.map(|column| text(column, row)),
                    [Some("RxNorm" | "RxNorm Extension"), Some("Ingredient"), Some("S")]
                );
                ingredients.extend(integer(ids, row).filter(|_| is_ingredient));
            }
        })?;
        let mut pairs: BTreeSet<(i64, i64)> =
            ingredients.intersection(drugs).map(|ingredient| (*ingredient, *ingredient)).collect();
        let columns = ["descendant_concept_id", "ancestor_concept_id"];
        for_each_row(release, "concept_ancestor", columns, |[drug, ancestor]| {
            if drugs.contains(&drug) && ingredients.contains(&ancestor) {
                pairs.insert((drug, ancestor));
            }
        })?;
        Ok(Self { pairs: pairs.into_iter().collect() })
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The ingredients of a drug.
    pub(super) fn of(&self, drug: i64) -> impl Iterator<Item = i64> + '_ {
        let begin = self.pairs.partition_point(|(other, _)| *other < drug);
        let own = self.pairs.get(begin..).unwrap_or_default();
        own.iter().take_while(move |(other, _)| *other == drug).map(|(_, ingredient)| *ingredient)
    }
}
