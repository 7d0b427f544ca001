use std::collections::BTreeSet;

/// Calls `found` with every word of the texts in lower case, as often as it stands there: runs of
/// letters and digits, and of apostrophes between them.
pub(super) fn each_word<'a>(texts: impl IntoIterator<Item = &'a str>, mut found: impl FnMut(&str)) {
    let mut lower = String::new();
    for text in texts {
        for word in text.split(|one: char| !one.is_alphanumeric() && one != '\'' && one != '’') {
            let word = word.trim_matches(['\'', '’']);
            if word.is_empty() {
                continue;
            }
            if word.is_ascii() {
                lower.clear();
                lower.push_str(word);
                lower.make_ascii_lowercase();
                found(&lower);
            } else {
                // Some letters become several, and some depend on their place in the word.
                found(&word.to_lowercase());
            }
        }
    }
}

/// The words of a text, each once. Those of a query are found by the same rule as those of a project.
pub(super) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    each_word(texts, |word| {
        if !all.contains(word) {
            all.insert(word.to_owned());
        }
    });
    all
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
