use std::collections::{BTreeMap, BTreeSet};

use strongroom_omop::ConceptId;

use super::ConceptAncestor;

/// The reflexive and transitive closure of (child, parent) pairs, sorted by ancestor and
/// descendant, with the lengths of the shortest and the longest path.
pub(super) fn closure(
    members: impl Iterator<Item = ConceptId>,
    parents: &[(ConceptId, ConceptId)],
) -> Vec<ConceptAncestor> {
    let mut parents_of: BTreeMap<ConceptId, Vec<ConceptId>> = BTreeMap::new();
    for &(child, parent) in parents {
        parents_of.entry(child).or_default().push(parent);
    }
    let members: BTreeSet<ConceptId> = members.chain(parents.iter().map(|&(child, _)| child)).collect();

    let mut rows = Vec::new();
    for descendant in members {
        let mut levels: BTreeMap<ConceptId, (i64, i64)> = BTreeMap::new();
        let mut level = BTreeSet::from([descendant]);
        // A path visits a concept at most once, so no path has more steps than there are pairs.
        for steps in (0..).take(parents.len() + 1) {
            for &ancestor in &level {
                levels.entry(ancestor).or_insert((steps, steps)).1 = steps;
            }
            level = level.iter().filter_map(|ancestor| parents_of.get(ancestor)).flatten().copied().collect();
            if level.is_empty() {
                break;
            }
        }
        rows.extend(levels.into_iter().map(|(ancestor, (min_levels, max_levels))| ConceptAncestor {
            ancestor,
            descendant,
            min_levels,
            max_levels,
        }));
    }
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separation_is_that_of_the_shortest_and_the_longest_path() {
        let [top, middle, bottom, alone] = [1, 2, 3, 9].map(ConceptId::new);
        let pairs = [(bottom, middle), (middle, top), (bottom, top)];
        let rows: Vec<_> = closure([top, alone].into_iter(), &pairs)
            .iter()
            .map(|row| (row.ancestor.value(), row.descendant.value(), row.min_levels, row.max_levels))
            .collect();
        assert_eq!(
            rows,
            [
                (1, 1, 0, 0),
                (1, 2, 1, 1),
                (1, 3, 1, 2),
                (2, 2, 0, 0),
                (2, 3, 1, 1),
                (3, 3, 0, 0),
                (9, 9, 0, 0)
            ]
        );
    }
}
