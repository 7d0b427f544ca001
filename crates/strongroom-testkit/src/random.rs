use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// The random numbers of one person.
///
/// Everything drawn from ChaCha8's stream is drawn here and with integers only: the stream is
/// specified, and so is what is made of it, so equal seeds give equal data with every version of
/// every library and on every machine.
#[derive(Debug)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// The numbers of person `number`, whoever else there is.
    pub(crate) fn of_person(seed: u64, number: u64) -> Self {
        let mut key = [0; 32];
        let parts = seed.to_le_bytes().into_iter().chain(number.to_le_bytes());
        for (byte, part) in key.iter_mut().zip(parts) {
            *byte = part;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number from 0 to `bound` − 1; 0 if there is none.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let scaled = u64::from(self.0.next_u32()) * u64::from(bound);
        u32::try_from(scaled >> 32).unwrap_or(0)
    }

    /// A number of the closed interval; `low` if it is empty.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let count = u32::try_from(i64::from(high) - i64::from(low) + 1).unwrap_or(0);
        low.saturating_add_unsigned(self.below(count))
    }

    /// True so many times in a thousand.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One of the items, all equally likely.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let index = self.below(u32::try_from(items.len()).unwrap_or(u32::MAX));
        items.get(usize::try_from(index).ok()?).copied()
    }

    /// One of the items, each as likely as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, items: &[(T, u32)]) -> Option<T> {
        let mut rest = self.below(items.iter().map(|&(_, weight)| weight).sum());
        for &(item, weight) in items {
            if rest < weight {
                return Some(item);
            }
            rest -= weight;
        }
        None
    }

    /// A number round `middle`, bell-shaped, never farther away than twice `spread`.
    pub(crate) fn around(&mut self, middle: i32, spread: i32) -> i32 {
        let offset: i32 = (0..4).map(|_| self.between(-spread, spread)).sum();
        middle + offset / 2
    }
}

/// Items of which the first is the commonest: the n-th is drawn 1/n as often as the first.
#[derive(Debug)]
pub(crate) struct Ranked<T> {
    cumulative: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy> Ranked<T> {
    pub(crate) fn new(items: Vec<T>) -> Self {
        let cumulative = (1..)
            .take(items.len())
            .scan(0, |sum: &mut u32, rank| {
                *sum += 1_000_000 / rank;
                Some(*sum)
            })
            .collect();
        Self { cumulative, items }
    }

    pub(crate) fn pick(&self, random: &mut Random) -> Option<T> {
        let draw = random.below(*self.cumulative.last()?);
        let index = self.cumulative.partition_point(|&sum| sum <= draw);
        self.items.get(index).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers are written down: if they change, so do all data sets ever made.
    #[test]
    fn the_stream_of_a_person_never_changes() {
        let mut random = Random::of_person(42, 1);
        let drawn: Vec<_> = (0..6).map(|_| random.below(1000)).collect();
        assert_eq!(drawn, [613, 524, 769, 151, 916, 498]);
    }

    #[test]
    fn people_and_seeds_have_streams_of_their_own() {
        let draw = |seed, number| {
            let mut random = Random::of_person(seed, number);
            [random.below(u32::MAX), random.below(u32::MAX)]
        };
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(2, 1));
        assert_ne!(draw(1, 2), draw(1, 3));
    }

    #[test]
    fn draws_stay_within_their_bounds_and_reach_them() {
        let mut random = Random::of_person(7, 7);
        let drawn: Vec<_> = (0..2000).map(|_| random.between(-3, 3)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-3), Some(&3)));
        let drawn: Vec<_> = (0..2000).map(|_| random.around(10, 2)).collect();
        assert!(drawn.iter().all(|value| (6..=14).contains(value)), "{drawn:?}");
        assert_eq!(random.between(5, 4), 5);
        assert_eq!(random.below(0), 0);
        assert_eq!(random.pick::<u8>(&[]), None);
        assert_eq!(random.weighted(&[('a', 0), ('b', 3), ('c', 0)]), Some('b'));
    }

    #[test]
    fn the_first_of_ranked_items_is_twice_as_common_as_the_second() {
        let ranked = Ranked::new(vec!['a', 'b', 'c', 'd']);
        let mut random = Random::of_person(7, 8);
        let drawn: Vec<_> = (0..20_000).filter_map(|_| ranked.pick(&mut random)).collect();
        let count = |item| drawn.iter().filter(|&&other| other == item).count();
        assert_eq!(drawn.len(), 20_000);
        assert!((18..=22).contains(&(count('a') * 10 / count('b'))));
        assert!((36..=44).contains(&(count('a') * 10 / count('d'))));
    }
}
