use std::collections::{BTreeMap, BTreeSet};

/// Those that lead back to themselves, of things of which each mentions others: the members of
/// strongly connected components, found in one pass (R. Tarjan, "Depth-First Search and Linear Graph
/// Algorithms", SIAM Journal on Computing 1(2), 1972), without recursion.
pub(super) fn in_circles<T: Copy + Ord>(mentions: &BTreeMap<T, BTreeSet<T>>) -> BTreeSet<T> {
    let mut search = Search { mentions, places: BTreeMap::new(), open: Vec::new(), found: BTreeSet::new() };
    for start in mentions.keys() {
        if !search.places.contains_key(start) {
            search.from(*start);
        }
    }
    search.found
}

struct Search<'m, T> {
    mentions: &'m BTreeMap<T, BTreeSet<T>>,
    places: BTreeMap<T, Place>,
    /// Those that were met and may yet turn out to be in a circle.
    open: Vec<T>,
    found: BTreeSet<T>,
}

#[derive(Clone, Copy)]
struct Place {
    /// How many were met before.
    met: usize,
    /// The first of the open ones to which it leads.
    leads_to: usize,
    open: bool,
}

impl<'m, T: Copy + Ord> Search<'m, T> {
    fn from(&mut self, start: T) {
        let mut path = vec![self.enter(start)];
        while let Some((this, next)) = path.last_mut() {
            let this = *this;
            match next.next() {
                Some(mentioned) => match self.places.get(mentioned) {
                    None => path.push(self.enter(*mentioned)),
                    Some(place) if place.open => self.leads(this, place.met),
                    Some(_) => {}
                },
                None => {
                    path.pop();
                    let leads_to = self.leave(this);
                    if let (Some((outer, _)), Some(leads_to)) = (path.last(), leads_to) {
                        self.leads(*outer, leads_to);
                    }
                }
            }
        }
    }

    fn enter(&mut self, this: T) -> (T, impl Iterator<Item = &'m T> + use<'m, T>) {
        let met = self.places.len();
        self.places.insert(this, Place { met, leads_to: met, open: true });
        self.open.push(this);
        (this, self.mentions.get(&this).into_iter().flatten())
    }

    fn leads(&mut self, this: T, to: usize) {
        if let Some(place) = self.places.get_mut(&this) {
            place.leads_to = place.leads_to.min(to);
        }
    }

    /// What was met first of those to which this leads, if that is further out. If it is not, those
    /// that are open since are one component.
    fn leave(&mut self, this: T) -> Option<usize> {
        let place = *self.places.get(&this)?;
        if place.leads_to < place.met {
            return Some(place.leads_to);
        }
        let begin = self.open.iter().rposition(|open| *open == this)?;
        let component = self.open.split_off(begin);
        let itself = self.mentions.get(&this).is_some_and(|mentioned| mentioned.contains(&this));
        for member in &component {
            if let Some(place) = self.places.get_mut(member) {
                place.open = false;
            }
        }
        if component.len() > 1 || itself {
            self.found.extend(component);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mentions(pairs: &[(u8, u8)]) -> BTreeMap<u8, BTreeSet<u8>> {
        let mut mentions: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
        for (one, other) in pairs {
            mentions.entry(*one).or_default().insert(*other);
        }
        mentions
    }

    /// The same, one by one.
    fn leads_back(mentions: &BTreeMap<u8, BTreeSet<u8>>, start: u8) -> bool {
        let (mut seen, mut pending) = (BTreeSet::new(), vec![start]);
        while let Some(name) = pending.pop() {
            let mentioned = mentions.get(&name).into_iter().flatten();
            pending.extend(mentioned.filter(|mentioned| seen.insert(**mentioned)));
        }
        seen.contains(&start)
    }

    #[test]
    fn circles_are_found() {
        let check = |pairs: &[(u8, u8)], expected: &[u8]| {
            assert_eq!(in_circles(&mentions(pairs)), expected.iter().copied().collect(), "{pairs:?}");
        };
        check(&[], &[]);
        check(&[(1, 2), (2, 3)], &[]);
        check(&[(1, 1), (1, 2)], &[1]);
        check(&[(1, 2), (2, 3), (3, 1), (3, 4), (0, 1)], &[1, 2, 3]);
        // On the way from one circle to another.
        check(&[(1, 2), (2, 1), (2, 3), (3, 4), (4, 5), (5, 4)], &[1, 2, 4, 5]);
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let chain: BTreeMap<u32, BTreeSet<u32>> =
            (0..200_000).map(|n| (n, BTreeSet::from([n + 1]))).collect();
        assert!(in_circles(&chain).is_empty());
    }

    proptest! {
        #[test]
        fn in_a_circle_is_whatever_leads_back(pairs in prop::collection::vec((0..9_u8, 0..9_u8), 0..24)) {
            let mentions = mentions(&pairs);
            let expected: BTreeSet<u8> = (0..9).filter(|name| leads_back(&mentions, *name)).collect();
            prop_assert_eq!(in_circles(&mentions), expected);
        }
    }
}
