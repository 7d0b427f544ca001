/// A sorted table from ids to something.
#[derive(Debug)]
pub(super) struct Lookup<T> {
    ids: Vec<i64>,
    values: Vec<T>,
}

impl<T> Lookup<T> {
    /// Of rows with the same id the first one counts.
    pub(super) fn new(mut rows: Vec<(i64, T)>) -> Self {
        rows.sort_by_key(|(id, _)| *id);
        rows.dedup_by_key(|(id, _)| *id);
        let (ids, values) = rows.into_iter().unzip();
        Self { ids, values }
    }

    pub(super) fn get(&self, id: i64) -> Option<&T> {
        self.values.get(self.ids.binary_search(&id).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_of_an_id_counts() {
        let lookup = Lookup::new(vec![(7, 'a'), (-1, 'b'), (7, 'c')]);
        assert_eq!([-1, 0, 7].map(|id| lookup.get(id).copied()), [Some('b'), None, Some('a')]);
    }
}
