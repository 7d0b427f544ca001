/// A set of people of a shard, by their ordinals from 0: one bit for each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonSet {
    words: Vec<u64>,
}

impl PersonSet {
    /// Nobody of so many people.
    #[must_use]
    pub fn none(count: u32) -> Self {
        Self { words: vec![0; (count as usize).div_ceil(64)] }
    }

    /// Everybody of so many people.
    #[must_use]
    pub fn all(count: u32) -> Self {
        let mut people = Self { words: vec![u64::MAX; (count as usize).div_ceil(64)] };
        let beyond = count % 64;
        if let (Some(last), true) = (people.words.last_mut(), beyond > 0) {
            *last = (1 << beyond) - 1;
        }
        people
    }

    /// Adds a person. Nothing happens if there is no such person.
    #[inline]
    pub fn insert(&mut self, person: u32) {
        if let Some(word) = self.words.get_mut(person as usize / 64) {
            *word |= 1 << (person % 64);
        }
    }

    /// Takes a person out.
    #[inline]
    pub fn remove(&mut self, person: u32) {
        if let Some(word) = self.words.get_mut(person as usize / 64) {
            *word &= !(1 << (person % 64));
        }
    }

    /// Whether a person is in the set.
    #[must_use]
    #[inline]
    pub fn contains(&self, person: u32) -> bool {
        self.words.get(person as usize / 64).is_some_and(|word| word >> (person % 64) & 1 == 1)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Keeps those who are in the other set, too.
    pub fn intersect(&mut self, other: &Self) {
        for (place, word) in self.words.iter_mut().enumerate() {
            *word &= other.words.get(place).copied().unwrap_or(0);
        }
    }

    /// Adds those of the other set. Both are of the same people.
    pub fn unite(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Takes out those of the other set.
    pub fn subtract(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// The people, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().zip(0_u32..).flat_map(|(word, place)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    place * 64 + bit
                })
            })
        })
    }
}

impl FromIterator<u32> for PersonSet {
    /// A set that has room for the greatest of them.
    fn from_iter<I: IntoIterator<Item = u32>>(people: I) -> Self {
        let all: Vec<u32> = people.into_iter().collect();
        let mut set = Self::none(all.iter().max().map_or(0, |last| last.saturating_add(1)));
        for person in all {
            set.insert(person);
        }
        set
    }
}
