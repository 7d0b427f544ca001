use serde::Serialize;
use strongroom_primitives::{Id, InvalidValue, kind};

/// Somebody who is registered, as far as a search looks at them.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the columns that are searched, each named where it is written"
)]
pub struct Candidate<'a> {
    /// Who.
    pub person: Id<kind::Person>,
    /// Their name.
    pub name: &'a str,
    /// Their e-mail address.
    pub email: &'a str,
}

/// What somebody who wants to share looks for: an exact e-mail address, or how words of a name begin.
#[derive(Clone, PartialEq, Eq)]
pub struct PeopleQuery {
    words: Vec<String>,
    is_email: bool,
}

/// Somebody who was found. The e-mail address is not among it: who knew it has it, and who did not
/// does not get it here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FoundPerson {
    /// Who.
    pub person: Id<kind::Person>,
    /// Their name.
    pub name: String,
}

/// What a search for people found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_enums, reason = "people are found or there are too many of them")]
pub enum FoundPeople {
    /// These, by name; perhaps nobody.
    People(Vec<FoundPerson>),
    /// More than a search shows. Not even some of them are shown: a list that is cut off is one that
    /// can be walked through.
    TooMany,
}

impl PeopleQuery {
    /// The fewest letters of a name that are searched for.
    pub const FEWEST_LETTERS: usize = 3;
    /// The most people that a search shows.
    pub const MOST_RESULTS: usize = 10;

    /// A query for this text.
    ///
    /// # Errors
    /// If it is neither an e-mail address nor has a word of [`FEWEST_LETTERS`](Self::FEWEST_LETTERS)
    /// letters.
    pub fn new(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim().to_lowercase();
        let is_email = text.contains('@');
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let longest = words.iter().map(|word| word.chars().filter(|one| one.is_alphabetic()).count()).max();
        if (is_email && words.len() == 1) || (!is_email && longest >= Some(Self::FEWEST_LETTERS)) {
            return Ok(Self { words, is_email });
        }
        Err(InvalidValue::new("search for people", "give a whole e-mail address, or 3 letters of a name"))
    }

    fn finds(&self, candidate: &Candidate<'_>) -> bool {
        if self.is_email {
            return self.words.iter().all(|email| *email == candidate.email.to_lowercase());
        }
        let name = candidate.name.to_lowercase();
        self.words.iter().all(|word| name.split_whitespace().any(|one| one.starts_with(word)))
    }
}

impl std::fmt::Debug for PeopleQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PeopleQuery([not shown])")
    }
}

/// Who of the registered people is meant. People are found by a whole address or by a name, never by a
/// part of an address, and never more than a few at a time.
#[must_use]
pub fn search_people<'a>(
    query: &PeopleQuery,
    candidates: impl IntoIterator<Item = Candidate<'a>>,
) -> FoundPeople {
    let found = candidates.into_iter().filter(|candidate| query.finds(candidate));
    let found = found.take(PeopleQuery::MOST_RESULTS + 1);
    let mut people: Vec<FoundPerson> =
        found.map(|one| FoundPerson { person: one.person, name: one.name.to_owned() }).collect();
    if people.len() > PeopleQuery::MOST_RESULTS {
        return FoundPeople::TooMany;
    }
    people.sort_by(|one, other| (&one.name, one.person).cmp(&(&other.name, other.person)));
    FoundPeople::People(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: [(&str, &str); 4] = [
        ("Ada Lovelace", "ada@uni.edu"),
        ("Adam Smith", "adam@uni.edu"),
        ("Bea Ada-Meyer", "bea@lab.org"),
        ("Émilie du Châtelet", "emilie@uni.edu"),
    ];

    fn find(text: &str) -> Option<Vec<String>> {
        let candidates = (0_u128..).zip(PEOPLE).map(|(number, (name, email))| Candidate {
            person: Id::from_u128(number),
            name,
            email,
        });
        match search_people(&PeopleQuery::new(text).ok()?, candidates) {
            FoundPeople::People(people) => Some(people.into_iter().map(|one| one.name).collect()),
            FoundPeople::TooMany => None,
        }
    }

    #[test]
    fn people_are_found_by_whole_addresses_and_by_names() {
        for (text, expected) in [
            ("ada@uni.edu", Some(vec!["Ada Lovelace"])),
            ("ADA@UNI.EDU", Some(vec!["Ada Lovelace"])),
            (" ada@uni.edu ", Some(vec!["Ada Lovelace"])),
            ("ada@uni", Some(vec![])),
            ("@uni.edu", Some(vec![])),
            ("ada", Some(vec!["Ada Lovelace", "Adam Smith", "Bea Ada-Meyer"])),
            ("ada l", Some(vec!["Ada Lovelace"])),
            ("lace", Some(vec![])),
            ("émi", Some(vec!["Émilie du Châtelet"])),
            ("uni.edu", Some(vec![])),
            ("ad", None),
            ("a d a", None),
            ("", None),
            ("%%%", None),
            ("ada@uni.edu bea@lab.org", None),
        ] {
            let expected = expected.map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(find(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_list_that_would_be_cut_off_is_not_shown_at_all() {
        let of = |people: u128| {
            let candidates = (0..people).map(|number| Candidate {
                person: Id::from_u128(number),
                name: "Ada",
                email: "ada@uni.edu",
            });
            search_people(&PeopleQuery::new("ada").unwrap(), candidates)
        };
        assert!(matches!(of(10), FoundPeople::People(people) if people.len() == 10));
        assert_eq!(of(11), FoundPeople::TooMany);
    }

    #[test]
    fn a_query_is_not_printed() {
        assert!(!format!("{:?}", PeopleQuery::new("ada@uni.edu").unwrap()).contains("ada"));
    }
}
