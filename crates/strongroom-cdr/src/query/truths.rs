use roaring::RoaringBitmap;

/// For every person of the release whether a statement is true, false or unknown of them: rule R7
/// of the cohort language, Kleene's logic, on sets of person ordinals.
///
/// The two sets are disjoint; whoever is in neither is unknown. Negation is an exchange, and "all
/// of" and "any of" are each other's mirror, so the laws of the logic hold by construction.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Truths {
    yes: RoaringBitmap,
    no: RoaringBitmap,
}

impl Truths {
    /// True of these, false of everybody else among the first `people` ordinals.
    pub(super) fn known(yes: RoaringBitmap, people: u32) -> Self {
        let mut no = RoaringBitmap::new();
        no.insert_range(0..people);
        no -= &yes;
        Self { yes, no }
    }

    /// The same of everybody among the first `people` ordinals.
    pub(super) fn constant(value: bool, people: u32) -> Self {
        let nobody = Self::known(RoaringBitmap::new(), people);
        if value { nobody.negated() } else { nobody }
    }

    /// What the function says of every ordinal; `None` is unknown.
    pub(super) fn each(people: impl Iterator<Item = Option<bool>>) -> Self {
        let mut truths = Self { yes: RoaringBitmap::new(), no: RoaringBitmap::new() };
        for (ordinal, value) in (0_u32..).zip(people) {
            match value {
                Some(true) => truths.yes.insert(ordinal),
                Some(false) => truths.no.insert(ordinal),
                None => continue,
            };
        }
        truths
    }

    pub(super) fn negated(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    pub(super) fn and(mut self, other: &Self) -> Self {
        self.yes &= &other.yes;
        self.no |= &other.no;
        self
    }

    pub(super) fn or(mut self, other: &Self) -> Self {
        self.yes |= &other.yes;
        self.no &= &other.no;
        self
    }

    /// Those of whom the statement is true.
    pub(super) fn yes(&self) -> &RoaringBitmap {
        &self.yes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[Option<bool>]) -> Truths {
        Truths::each(values.iter().copied())
    }

    fn value(truths: &Truths, ordinal: u32) -> Option<bool> {
        match (truths.yes.contains(ordinal), truths.no.contains(ordinal)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
            (true, true) => panic!("both true and false"),
        }
    }

    /// Kleene's tables, written out.
    fn kleene_and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
        match (a, b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    proptest! {
        #[test]
        fn sets_follow_kleenes_tables(pairs: Vec<(Option<bool>, Option<bool>)>) {
            let (a, b): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
            let (both, either) = (of(&a).and(&of(&b)), of(&a).or(&of(&b)));
            for (ordinal, (a, b)) in (0_u32..).zip(&pairs) {
                prop_assert_eq!(value(&both, ordinal), kleene_and(*a, *b));
                let or = kleene_and(a.map(|a| !a), b.map(|b| !b)).map(|neither| !neither);
                prop_assert_eq!(value(&either, ordinal), or);
            }
        }

        #[test]
        fn negation_is_undone_by_negation(values: Vec<Option<bool>>) {
            prop_assert_eq!(of(&values).negated().negated(), of(&values));
        }
    }
}
