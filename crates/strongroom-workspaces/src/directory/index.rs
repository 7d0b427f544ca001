use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use super::words::each_word;

/// For every word, the numbers of the texts that hold it, ascending.
///
/// A directory has millions of words and few different ones: each is looked up by its hash, and the
/// order of words, which only beginnings of words need, is kept for the different ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    // INVARIANT: `places` and `ordered` have the same words with the same places, which are those of
    // `postings`.
    places: HashMap<Arc<str>, usize>,
    ordered: BTreeMap<Arc<str>, usize>,
    postings: Vec<Vec<u32>>,
}

impl Index {
    /// Notes that the text of this number has these words.
    pub(super) fn add<'a>(&mut self, number: u32, texts: impl IntoIterator<Item = &'a str>) {
        each_word(texts, |word| {
            let place = match self.places.get(word) {
                Some(place) => *place,
                None => self.add_word(word),
            };
            let Some(numbers) = self.postings.get_mut(place) else { return };
            // What is new has the largest number, and a word that comes again has it already.
            match numbers.last() {
                Some(last) if *last == number => {}
                Some(last) if *last > number => {
                    if let Err(place) = numbers.binary_search(&number) {
                        numbers.insert(place, number);
                    }
                }
                _ => numbers.push(number),
            }
        });
    }

    fn add_word(&mut self, word: &str) -> usize {
        let (word, place): (Arc<str>, usize) = (word.into(), self.postings.len());
        self.postings.push(Vec::new());
        self.ordered.insert(Arc::clone(&word), place);
        self.places.insert(word, place);
        place
    }

    /// Notes that the text of this number no longer has these words.
    pub(super) fn remove<'a>(&mut self, number: u32, texts: impl IntoIterator<Item = &'a str>) {
        each_word(texts, |word| {
            let numbers = self.places.get(word).and_then(|place| self.postings.get_mut(*place));
            if let Some(numbers) = numbers
                && let Ok(place) = numbers.binary_search(&number)
            {
                numbers.remove(place);
            }
        });
    }

    /// The texts with all of these words, ascending; `None` without a word, when every text has them
    /// all. The last word can be the beginning of one, if it has two letters at least: with one, nearly
    /// every text would be found.
    pub(super) fn find(&self, words: &[String]) -> Option<Vec<u32>> {
        let (last, whole) = words.split_last()?;
        let mut lists: Vec<&[u32]> = whole.iter().map(|word| self.with_word(word)).collect();
        let begun: Vec<&[u32]> = match last.chars().nth(1) {
            Some(_) => self.with_beginning(last),
            None => vec![self.with_word(last)],
        };
        let union;
        lists.push(match begun.as_slice() {
            [] => &[],
            [one] => one,
            several => {
                union = merged(several);
                &union
            }
        });
        // From the shortest on, so that what is looked up in the others is little.
        lists.sort_by_key(|list| list.len());
        let (shortest, others) = lists.split_first()?;
        let in_all = |number: &u32| others.iter().all(|list| list.binary_search(number).is_ok());
        Some(shortest.iter().copied().filter(in_all).collect())
    }

    fn with_word(&self, word: &str) -> &[u32] {
        let numbers = self.places.get(word).and_then(|place| self.postings.get(*place));
        numbers.map_or(&[], Vec::as_slice)
    }

    fn with_beginning(&self, beginning: &str) -> Vec<&[u32]> {
        let from = (Bound::Included(beginning), Bound::Unbounded);
        let words = self.ordered.range::<str, _>(from).take_while(|(word, _)| word.starts_with(beginning));
        let numbers = words.filter_map(|(_, place)| self.postings.get(*place));
        numbers.map(Vec::as_slice).filter(|numbers| !numbers.is_empty()).collect()
    }
}

/// The numbers that are in any of the lists, ascending. By bits and not by sorting: the beginning of a
/// word can be that of thousands of words.
fn merged(lists: &[&[u32]]) -> Vec<u32> {
    let last = lists.iter().filter_map(|list| list.last()).max().copied().unwrap_or(0);
    let mut bits = vec![0_u64; last as usize / 64 + 1];
    for number in lists.iter().flat_map(|list| list.iter()) {
        if let Some(word) = bits.get_mut(*number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }
    (0..=last)
        .filter(|number| bits.get(*number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1))
        .collect()
}
