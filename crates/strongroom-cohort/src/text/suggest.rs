/// The word nearest to what was written, if it is near enough to have been meant: one slip in a word
/// of up to four letters, two in a longer one. Of equally near ones, the first.
pub(crate) fn nearest<'w>(written: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    const LONGEST: usize = 64;
    // Nobody means one of a thousand names by a slip, and comparing all of them takes its time.
    const MOST: usize = 1000;
    if written.is_empty() || written.len() > LONGEST {
        return None;
    }
    let written = written.to_ascii_lowercase();
    let allowed = if written.len() <= 4 { 1 } else { 2 };
    words
        .into_iter()
        .take(MOST)
        .filter(|word| word.len().abs_diff(written.len()) <= allowed)
        .map(|word| (slips(written.as_bytes(), word.as_bytes()), word))
        .filter(|(distance, word)| *distance <= allowed && *distance < word.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Like [`distance`], which what both begin and end with does not change.
fn slips(left: &[u8], right: &[u8]) -> usize {
    let begin = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (left.get(begin..).unwrap_or_default(), right.get(begin..).unwrap_or_default());
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let middle = |word: &[u8]| word.len() - end;
    distance(left.get(..middle(left)).unwrap_or_default(), right.get(..middle(right)).unwrap_or_default())
}

/// The number of letters put in, left out, exchanged for others or swapped with their neighbour
/// (the optimal string alignment distance).
fn distance(left: &[u8], right: &[u8]) -> usize {
    let width = right.len() + 1;
    let mut rows = vec![0_usize; (left.len() + 1) * width];
    for i in 0..=left.len() {
        for j in 0..width {
            let at = i * width + j;
            rows[at] = if i == 0 || j == 0 {
                i.max(j)
            } else {
                let (a, b) = (left[i - 1], right[j - 1]);
                let mut least = (rows[at - 1] + 1)
                    .min(rows[at - width] + 1)
                    .min(rows[at - width - 1] + usize::from(a != b));
                if i > 1 && j > 1 && a == right[j - 2] && left[i - 2] == b {
                    least = least.min(rows[at - 2 * width - 2] + 1);
                }
                least
            };
        }
    }
    rows.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_counted() {
        for (left, right, slips) in [
            ("", "", 0),
            ("dates", "dates", 0),
            ("date", "dates", 1),
            ("conditons", "conditions", 1),
            ("reqiure", "require", 1),
            ("abc", "cba", 2),
            ("", "abc", 3),
        ] {
            assert_eq!(distance(left.as_bytes(), right.as_bytes()), slips, "{left} {right}");
            assert_eq!(distance(right.as_bytes(), left.as_bytes()), slips, "{right} {left}");
        }
    }

    proptest! {
        #[test]
        fn what_is_the_same_at_both_ends_changes_nothing(left in "[ab]{0,7}", right in "[ab]{0,7}") {
            prop_assert_eq!(slips(left.as_bytes(), right.as_bytes()), distance(left.as_bytes(), right.as_bytes()));
        }
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        let words = ["require", "exclude", "keep", "end"];
        for (written, expected) in [
            ("reqire", Some("require")),
            ("Require", Some("require")),
            ("kep", Some("keep")),
            ("ned", Some("end")),
            ("metformin", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, words), expected, "{written}");
        }
    }
}
