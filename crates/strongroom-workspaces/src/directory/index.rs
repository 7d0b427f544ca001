use std::collections::{BTreeMap, BTreeSet};

/// For every word, the numbers of the texts that hold it, ascending.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    postings: BTreeMap<String, Vec<u32>>,
}

impl Index {
    pub(super) fn add(&mut self, number: u32, words: BTreeSet<String>) {
        for word in words {
            let numbers = self.postings.entry(word).or_default();
            // What is new has the largest number.
            if numbers.last().is_none_or(|last| *last < number) {
                numbers.push(number);
            } else if let Err(place) = numbers.binary_search(&number) {
                numbers.insert(place, number);
            }
        }
    }

    pub(super) fn remove(&mut self, number: u32, words: &BTreeSet<String>) {
        for word in words {
            if let Some(numbers) = self.postings.get_mut(word) {
                if let Ok(place) = numbers.binary_search(&number) {
                    numbers.remove(place);
                }
                if numbers.is_empty() {
                    self.postings.remove(word);
                }
            }
        }
    }

    /// The texts with all of these words, ascending; `None` without a word, when every text has them
    /// all. The last word can be the beginning of one, if it has two letters at least: with one, nearly
    /// every text would be found.
    pub(super) fn find(&self, words: &[String]) -> Option<Vec<u32>> {
        let (last, whole) = words.split_last()?;
        let mut lists: Vec<&[u32]> = Vec::with_capacity(words.len());
        for word in whole {
            lists.push(self.postings.get(word).map_or(&[][..], Vec::as_slice));
        }
        let begins = last.chars().nth(1).is_some();
        let begun: Vec<&Vec<u32>> = self
            .postings
            .range(last.clone()..)
            .take_while(|(word, _)| if begins { word.starts_with(last.as_str()) } else { *word == last })
            .map(|(_, numbers)| numbers)
            .collect();
        let union;
        lists.push(match begun.as_slice() {
            [] => &[],
            [one] => one.as_slice(),
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
}

/// The numbers that are in any of the lists, ascending. By bits and not by sorting: the beginning of a
/// word can be that of thousands of words.
fn merged(lists: &[&Vec<u32>]) -> Vec<u32> {
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
