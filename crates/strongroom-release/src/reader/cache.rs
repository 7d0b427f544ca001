use std::collections::{BTreeMap, HashMap};
use std::mem::size_of_val;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use strongroom_cohort::ast::EventKind;
use strongroom_engine::{ColumnData, Directory, People, ShardColumn};

use super::places::Concepts;
use super::sets::Sets;
use super::visits::Visits;

/// Decoded parts of a release, as many as there is room for: whatever was not asked for the longest
/// goes first.
#[derive(Debug)]
pub(super) struct Cache {
    room: usize,
    held: Mutex<Held>,
}

/// Which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) shard: u32,
    pub(super) part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    People,
    Directory(EventKind),
    Sets(EventKind),
    Visits,
    CareSites,
    Providers,
    Column(EventKind, ShardColumn),
}

/// What a part is, decoded.
#[derive(Debug, Clone)]
pub(super) enum Decoded {
    People(Arc<People>),
    Directory(Arc<Directory>),
    Sets(Arc<Sets>),
    Visits(Arc<Visits>),
    Concepts(Arc<Concepts>),
    Column(Option<ColumnData>),
}

#[derive(Debug, Default)]
struct Held {
    parts: HashMap<Key, (Decoded, usize, u64)>,
    /// When each part was asked for last.
    used: BTreeMap<u64, Key>,
    bytes: usize,
    now: u64,
}

impl Cache {
    pub(super) fn new(room: usize) -> Self {
        Self { room, held: Mutex::default() }
    }

    pub(super) fn get(&self, key: Key) -> Option<Decoded> {
        let held = &mut *self.lock();
        held.now += 1;
        let (decoded, _, used) = held.parts.get_mut(&key)?;
        held.used.remove(used);
        *used = held.now;
        held.used.insert(held.now, key);
        Some(decoded.clone())
    }

    pub(super) fn put(&self, key: Key, decoded: Decoded) {
        let bytes = decoded.bytes();
        if bytes > self.room {
            return;
        }
        let held = &mut *self.lock();
        held.now += 1;
        let now = held.now;
        if let Some((_, old, used)) = held.parts.insert(key, (decoded, bytes, now)) {
            held.bytes -= old;
            held.used.remove(&used);
        }
        held.used.insert(now, key);
        held.bytes += bytes;
        while held.bytes > self.room {
            let Some((_, oldest)) = held.used.pop_first() else { break };
            if let Some((_, bytes, _)) = held.parts.remove(&oldest) {
                held.bytes -= bytes;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Whoever panicked while holding it left a part too many or too few, which does no harm.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Decoded {
    /// The memory that it takes, about.
    fn bytes(&self) -> usize {
        const FIXED: usize = 200;
        FIXED
            + match self {
                Self::People(people) => people.subjects.len() * 64,
                Self::Directory(directory) => directory.concepts().len() * 12,
                Self::Sets(sets) => sets.memory(),
                Self::Visits(visits) => visits.memory(),
                Self::Concepts(concepts) => concepts.memory(),
                Self::Column(None) => 0,
                Self::Column(Some(column)) => match column {
                    ColumnData::Ordinals(values) => size_of_val(&**values),
                    ColumnData::Days(values) => size_of_val(&**values),
                    ColumnData::Ids(values) => size_of_val(&**values),
                    ColumnData::Numbers(values) => size_of_val(&**values),
                    // Distinct texts are counted as if every second row had one of 16 bytes.
                    ColumnData::Texts(texts) => texts.len() * 16,
                },
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_the_longest_goes_first() {
        let cache = Cache::new(3000);
        let key = |shard| Key { shard, part: Part::People };
        let sets = |bytes: i64| {
            let sets = Sets::new(vec![bytes], vec![0; usize::try_from(bytes).unwrap()], false);
            Decoded::Sets(Arc::new(sets.unwrap()))
        };
        let thousand = || sets(692);
        for shard in 0..3 {
            cache.put(key(shard), thousand());
        }
        assert!(cache.get(key(0)).is_some());
        cache.put(key(3), thousand());
        let there: Vec<u32> = (0..4).filter(|shard| cache.get(key(*shard)).is_some()).collect();
        assert_eq!(there, [0, 2, 3]);
        cache.put(key(4), sets(5000));
        assert!(cache.get(key(4)).is_none() && cache.get(key(0)).is_some());
        assert_eq!(cache.lock().bytes, 2700);
    }
}
