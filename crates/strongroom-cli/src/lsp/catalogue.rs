use std::fmt::Write as _;

use strongroom::cohort::ast::{Code, ConceptItem, Title};
use strongroom::cohort::text::print_concept;
use strongroom::cohort::{Concept, StandardConcept};
use strongroom::omop::ConceptId;

/// Every concept of a vocabulary as text writes it, to be found by words of its name or code.
///
/// The texts of all of them stand behind one another, since there may be millions.
#[derive(Default)]
pub(super) struct Catalogue {
    concepts: Vec<Entry>,
    written: String,
    /// The same in lower case.
    searched: String,
    domains: Vec<String>,
}

struct Entry {
    use_of: Use,
    name_length: usize,
    written: (usize, usize),
    searched: (usize, usize),
    domain: Option<usize>,
}

/// What a concept is good for, the most useful first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    Standard,
    Classification,
    Source,
    Withdrawn,
}

/// A concept that was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found<'c> {
    /// Such as `SNOMED:44054006 "Type 2 diabetes mellitus"`.
    pub(super) written: &'c str,
    pub(super) domain: Option<&'c str>,
    pub(super) use_of: Use,
}

impl Catalogue {
    /// Adds a concept. The one that stands for missing mappings, and what is no concept at all, cannot be
    /// chosen.
    pub(super) fn add(&mut self, id: ConceptId, concept: &Concept) {
        if id <= ConceptId::NO_MATCHING_CONCEPT {
            return;
        }
        let code = concept.code.clone().map_or(Code::Id(id), Code::Code);
        let mut item = ConceptItem::new(code);
        item.label = concept.name.as_ref().and_then(|name| Title::new(name.as_str()).ok());
        let written = print_concept(&item);
        let entry = Entry {
            use_of: match concept.standard {
                _ if !concept.valid => Use::Withdrawn,
                StandardConcept::Standard => Use::Standard,
                StandardConcept::Classification => Use::Classification,
                StandardConcept::NonStandard => Use::Source,
            },
            name_length: concept.name.as_ref().map_or(usize::MAX, String::len),
            written: add(&mut self.written, &written),
            searched: add(&mut self.searched, &written.to_lowercase()),
            domain: concept.domain.as_deref().map(|domain| self.domain(domain)),
        };
        self.concepts.push(entry);
    }

    /// Puts them in the order in which they are offered: by their use, and the simplest first, which have
    /// the shortest names.
    pub(super) fn sorted(mut self) -> Self {
        self.concepts.sort_by_key(|entry| (entry.use_of, entry.name_length));
        self
    }

    /// The concepts, at most so many, whose code or name has all of these words, which are in lower case;
    /// those first in which each begins a word, since `2` stands in many codes.
    pub(super) fn matching<'c>(&'c self, words: &[String], most: usize) -> Vec<Found<'c>> {
        let (mut found, mut inside) = (Vec::new(), Vec::new());
        for entry in &self.concepts {
            let text = part(&self.searched, entry.searched);
            if !words.iter().all(|word| text.contains(word.as_str())) {
                continue;
            }
            let begins = words.iter().all(|word| begins_a_word(text, word));
            let found = if begins { &mut found } else { &mut inside };
            if found.len() < most {
                found.push(self.found(entry));
            } else if begins {
                break;
            }
        }
        found.append(&mut inside);
        found.truncate(most);
        found
    }

    fn found(&self, entry: &Entry) -> Found<'_> {
        Found {
            written: part(&self.written, entry.written),
            domain: entry.domain.and_then(|domain| self.domains.get(domain)).map(String::as_str),
            use_of: entry.use_of,
        }
    }

    fn domain(&mut self, name: &str) -> usize {
        self.domains.iter().position(|known| known == name).unwrap_or_else(|| {
            self.domains.push(name.to_owned());
            self.domains.len() - 1
        })
    }
}

impl Found<'_> {
    /// The domain and the use, such as `Condition, standard`.
    pub(super) fn described(&self) -> String {
        let mut text = self.domain.map_or_else(String::new, |domain| format!("{domain}, "));
        // Writing to a text cannot fail.
        write!(text, "{}", self.use_of.words()).unwrap_or_default();
        text
    }
}

impl Use {
    const fn words(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Classification => "classification",
            Self::Source => "source concept",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Appends a text, and says where it stands now.
fn add(all: &mut String, text: &str) -> (usize, usize) {
    let begin = all.len();
    all.push_str(text);
    (begin, all.len())
}

fn begins_a_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric)))
}

fn part(all: &str, (begin, end): (usize, usize)) -> &str {
    all.get(begin..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use StandardConcept::{Classification, NonStandard, Standard};

    use super::*;

    fn catalogue() -> Catalogue {
        let mut catalogue = Catalogue::default();
        let concept = |standard, name: &str, vocabulary: &str, code: &str| {
            Concept::new(standard).named(name).coded(vocabulary, code)
        };
        for (id, concept) in [
            (0, concept(Standard, "No matching concept", "None", "No matching concept")),
            (5, concept(Standard, "Type 2 diabetes mellitus", "SNOMED", "44054006").withdrawn()),
            (4, concept(NonStandard, "Type 2 diabetes mellitus", "ICD10CM", "E11")),
            (3, concept(Classification, "DRUGS USED IN DIABETES", "ATC", "A10")),
            (2, concept(Standard, "Type 2 diabetes mellitus without complication", "SNOMED", "313436004")),
            (1, concept(Standard, "Type 2 diabetes mellitus", "SNOMED", "44054006")),
            (6, concept(Standard, "Über \"alles\"", "RxNorm Extension", "OMOP 47")),
            (7, Concept::new(Standard)),
        ] {
            catalogue.add(ConceptId::new(id), &concept);
        }
        catalogue.sorted()
    }

    fn check(typed: &[&str], most: usize, expected: &[(&str, Use)]) {
        let words: Vec<String> = typed.iter().map(|&word| word.to_owned()).collect();
        let catalogue = catalogue();
        let found = catalogue.matching(&words, most);
        let found: Vec<_> = found.iter().map(|found| (found.written, found.use_of)).collect();
        assert_eq!(found, expected, "{typed:?}");
    }

    const DIABETES: &str = "SNOMED:44054006 \"Type 2 diabetes mellitus\"";
    const WITHOUT: &str = "SNOMED:313436004 \"Type 2 diabetes mellitus without complication\"";
    const ICD10: &str = "ICD10CM:E11 \"Type 2 diabetes mellitus\"";
    const ATC: &str = "ATC:A10 \"DRUGS USED IN DIABETES\"";

    #[test]
    fn all_words_are_found_in_name_or_code_and_the_most_useful_come_first() {
        let all = [
            (DIABETES, Use::Standard),
            (WITHOUT, Use::Standard),
            (ATC, Use::Classification),
            (ICD10, Use::Source),
            (DIABETES, Use::Withdrawn),
        ];
        check(&["diab"], 50, &all);
        check(&["diab"], 2, &all[..2]);
        check(&["mellitus", "type"], 2, &all[..2]);
        check(&["diabetes", "complic"], 50, &[(WITHOUT, Use::Standard)]);
        check(&["snomed:4405"], 1, &[(DIABETES, Use::Standard)]);
        check(&["e11"], 50, &[(ICD10, Use::Source)]);
        check(&["diabetes", "insipidus"], 50, &[]);
        check(&["matching"], 50, &[]);
        // What begins with it is before what has it inside.
        let four = [(DIABETES, Use::Standard), (DIABETES, Use::Withdrawn), (WITHOUT, Use::Standard)];
        check(&["4", "diab"], 50, &four);
        check(&["4", "diab"], 2, &four[..2]);
    }

    #[test]
    fn what_needs_quotes_has_them_and_what_has_no_code_is_named_by_its_id() {
        let quoted = "\"RxNorm Extension\":\"OMOP 47\" \"Über \\\"alles\\\"\"";
        check(&["über"], 50, &[(quoted, Use::Standard)]);
        check(&["omop:7"], 50, &[("OMOP:7", Use::Standard)]);
    }
}
