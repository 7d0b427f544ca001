use std::collections::BTreeSet;

/// The words of a text in lower case, each once: runs of letters and digits, and of apostrophes between
/// them. The words of a query are found by the same rule.
pub(super) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        for word in text.split(|one: char| !one.is_alphanumeric() && one != '\'' && one != '’') {
            let word = word.trim_matches(['\'', '’']);
            if !word.is_empty() {
                found.insert(word.to_lowercase());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_words() {
        for (text, expected) in [
            ("", vec![]),
            ("Type-2 DIABETES, again: diabetes?", vec!["2", "again", "diabetes", "type"]),
            ("Crohn's 'disease'", vec!["crohn's", "disease"]),
            ("ÄÖ\nß", vec!["ß", "äö"]),
            ("COVID‑19", vec!["19", "covid"]),
        ] {
            assert_eq!(words([text]).into_iter().collect::<Vec<_>>(), expected, "{text:?}");
        }
    }
}
