/// The known names that somebody who wrote `name` may have meant: at most three, nearest first.
pub(crate) fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let furthest = name.chars().count() / 3 + 1;
    let mut near: Vec<_> = known
        .into_iter()
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= furthest)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, other)| other.to_owned()).collect()
}

/// How many characters have to be inserted, removed, replaced or exchanged with their neighbour
/// (the restricted Damerau–Levenshtein distance). Case does not count.
fn distance(one: &str, other: &str) -> usize {
    let [one, other] = [one, other].map(|text| text.to_lowercase().chars().collect::<Vec<_>>());
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, left) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, right) in other.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(left != right);
            let mut best = replaced.min(at(&last, column + 1) + 1).min(at(&next, column) + 1);
            let crossed = row > 0
                && column > 0
                && one.get(row - 1) == Some(right)
                && other.get(column - 1) == Some(left);
            if crossed {
                best = best.min(at(&before, column - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("t2dm", "t2dm", 0),
            ("t2dm", "td2m", 1),
            ("astma", "asthma", 1),
            ("A", "a", 0),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn only_near_names_are_offered_nearest_first() {
        assert_eq!(similar("astma", ["copd", "asthma", "astms"]), ["asthma", "astms"]);
        assert!(similar("x", ["metformin"]).is_empty());
    }
}
