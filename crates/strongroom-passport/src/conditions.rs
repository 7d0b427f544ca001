use strongroom_primitives::{InvalidValue, NonEmpty};

use crate::json::Json;
use crate::{Refusal, Rule, VisaType};

/// What other visas must say for a visa to count: alternatives, each a list of clauses that must
/// all be met (GA4GH Passport 1.2, conditions).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    alternatives: NonEmpty<NonEmpty<Clause>>,
}

/// What one other visa must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    visa_type: String,
    tests: NonEmpty<(ClauseClaim, Match)>,
}

/// The claims that a clause may test: those whose value is a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "fixed by the specification; conditions and timestamps are forbidden"
)]
pub enum ClauseClaim {
    /// The value.
    Value,
    /// The source.
    Source,
    /// The authority.
    By,
}

/// How a claim's text is tested.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "fixed by the specification; another one never matches")]
pub enum Match {
    /// The whole text, exactly.
    Const(String),
    /// The whole text; `?` stands for any character, `*` for any number of them.
    Pattern(String),
    /// Any of the parts between semicolons, each as with [`Pattern`](Self::Pattern).
    SplitPattern(String),
    /// A way to match that is not known: it never does.
    Unsupported,
}

/// The texts of a visa that clauses are compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) visa_type: &'a str,
    pub(crate) value: &'a str,
    pub(crate) source: &'a str,
    pub(crate) by: Option<&'a str>,
}

impl ClauseClaim {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Source => "source",
            Self::By => "by",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Value, Self::Source, Self::By].into_iter().find(|claim| claim.as_str() == name)
    }
}

impl Match {
    fn parse(text: &str) -> Option<Self> {
        let (prefix, suffix) = text.split_once(':')?;
        Some(match prefix {
            "const" => Self::Const(suffix.to_owned()),
            "pattern" => Self::Pattern(suffix.to_owned()),
            "split_pattern" => Self::SplitPattern(suffix.to_owned()),
            _ => Self::Unsupported,
        })
    }

    fn to_text(&self) -> Result<String, InvalidValue> {
        match self {
            Self::Const(text) => Ok(format!("const:{text}")),
            Self::Pattern(text) => Ok(format!("pattern:{text}")),
            Self::SplitPattern(text) => Ok(format!("split_pattern:{text}")),
            Self::Unsupported => {
                Err(InvalidValue::new("condition", "only const, pattern and split_pattern can be issued"))
            }
        }
    }

    /// Whether this text is met.
    #[must_use]
    pub fn is_met_by(&self, text: &str) -> bool {
        match self {
            Self::Const(expected) => expected == text,
            Self::Pattern(pattern) => fits(pattern, text),
            Self::SplitPattern(pattern) => text.split(';').any(|part| fits(pattern, part)),
            Self::Unsupported => false,
        }
    }
}

impl Clause {
    /// A clause on a visa of this type: one claim of it must match.
    #[must_use]
    pub fn new(visa_type: VisaType, claim: ClauseClaim, test: Match) -> Self {
        Self { visa_type: visa_type.as_str().to_owned(), tests: NonEmpty::new((claim, test)) }
    }

    /// The same clause, for which another claim of the same visa must match as well.
    #[must_use]
    pub fn and(mut self, claim: ClauseClaim, test: Match) -> Self {
        self.tests.push((claim, test));
        self
    }

    fn parse(value: &Json) -> Option<Self> {
        let Json::Object(object) = value else { return None };
        let Some(Json::Text(visa_type)) = object.get("type") else { return None };
        let mut tests = Vec::new();
        for (name, value) in object.members().filter(|(name, _)| *name != "type") {
            let Json::Text(text) = value else { return None };
            tests.push((ClauseClaim::parse(name)?, Match::parse(text)?));
        }
        Some(Self { visa_type: visa_type.clone(), tests: NonEmpty::from_vec(tests)? })
    }

    /// Whether one visa meets the whole clause. An absent authority meets nothing: it is unknown.
    pub(crate) fn is_met_by(&self, facts: Facts<'_>) -> bool {
        self.visa_type == facts.visa_type
            && self.tests.iter().all(|(claim, test)| {
                let text = match claim {
                    ClauseClaim::Value => Some(facts.value),
                    ClauseClaim::Source => Some(facts.source),
                    ClauseClaim::By => facts.by,
                };
                text.is_some_and(|text| test.is_met_by(text))
            })
    }
}

impl Conditions {
    /// Conditions met if every clause of one of the alternatives is.
    #[must_use]
    pub fn new(alternatives: NonEmpty<NonEmpty<Clause>>) -> Self {
        Self { alternatives }
    }

    /// Reads the claim. Empty lists are refused: an empty list of clauses would be met by anything.
    pub(crate) fn parse(value: &Json, most_clauses: usize) -> Result<Self, Refusal> {
        let malformed = Refusal::at(Rule::MalformedConditions, "conditions");
        let Json::List(outer) = value else { return Err(malformed) };
        let mut clauses = 0;
        let mut alternatives = Vec::new();
        for inner in outer {
            let Json::List(inner) = inner else { return Err(malformed) };
            clauses += inner.len();
            if clauses > most_clauses {
                return Err(malformed);
            }
            let all =
                inner.iter().map(Clause::parse).collect::<Option<Vec<_>>>().and_then(NonEmpty::from_vec);
            alternatives.push(all.ok_or(malformed)?);
        }
        NonEmpty::from_vec(alternatives).map(Self::new).ok_or(malformed)
    }

    pub(crate) fn alternatives(&self) -> impl Iterator<Item = &NonEmpty<Clause>> {
        self.alternatives.iter()
    }

    pub(crate) fn to_json(&self) -> Result<serde_json::Value, InvalidValue> {
        let clause = |clause: &Clause| {
            let mut object = serde_json::Map::new();
            object.insert("type".to_owned(), clause.visa_type.clone().into());
            for (claim, test) in clause.tests.iter() {
                if object.insert(claim.as_str().to_owned(), test.to_text()?.into()).is_some() {
                    return Err(InvalidValue::new("condition", "a clause tests each claim at most once"));
                }
            }
            Ok(serde_json::Value::from(object))
        };
        let alternatives = self.alternatives.iter();
        alternatives.map(|all| all.iter().map(clause).collect::<Result<serde_json::Value, _>>()).collect()
    }
}

/// Whether the whole text fits the pattern, in time proportional to the product of their lengths:
/// only the last `*` is ever tried again.
fn fits(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut last_star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(at_text) {
        match pattern.get(at_pattern) {
            Some('*') => {
                last_star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(expected) if *expected == '?' || expected == character => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => {
                let Some((star, from)) = last_star else { return false };
                last_star = Some((star, from + 1));
                at_pattern = star + 1;
                at_text = from + 1;
            }
        }
    }
    pattern.iter().skip(at_pattern).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::Object;

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything;at all", true),
            ("?", "", false),
            ("?", "ä", true),
            ("faculty@*", "faculty@uni.edu", true),
            ("faculty@*", "Faculty@uni.edu", false),
            ("faculty@*", "student@faculty@uni.edu", false),
            ("*.edu", "a.edu.evil", false),
            ("a*b*c", "a--b--b--c", true),
            ("a*b*c", "a--c--b", false),
            ("a.c", "abc", false),
            (r"a\*", "a*", false),
            ("123,https:%2F%2Fexample?.org", "123,https:%2F%2Fexample2.org", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn prefixes_say_how_to_match() {
        for (test, text, expected) in [
            ("const:a*", "a*", true),
            ("const:a*", "ab", false),
            ("const:https://a", "https://a", true),
            ("pattern:a*", "ab", true),
            ("split_pattern:b?", "a1;b2;c3", true),
            ("split_pattern:a1;b2", "a1;b2", false),
            ("pattern:a1;b2", "a1;b2", true),
            ("regex:.*", "a", false),
            ("CONST:a", "a", false),
            (":a", "a", false),
        ] {
            assert_eq!(Match::parse(test).unwrap().is_met_by(text), expected, "{test} on {text}");
        }
        assert_eq!(Match::parse("faculty"), None);
    }

    #[test]
    fn malformed_conditions_are_refused_as_a_whole() {
        let clause = r#"{"type":"ResearcherStatus","value":"const:a"}"#;
        for (conditions, expected) in [
            (format!("[[{clause}]]"), true),
            (format!("[[{clause},{clause}],[{clause}]]"), true),
            (format!("[[{clause},{clause},{clause},{clause},{clause}]]"), false),
            ("[]".to_owned(), false),
            ("[[]]".to_owned(), false),
            (format!("[[{clause}],[]]"), false),
            ("null".to_owned(), false),
            (clause.to_owned(), false),
            (format!("[{clause}]"), false),
            (r#"[[{"value":"const:a"}]]"#.to_owned(), false),
            (r#"[[{"type":"ResearcherStatus"}]]"#.to_owned(), false),
            (r#"[[{"type":"ResearcherStatus","value":"a"}]]"#.to_owned(), false),
            (r#"[[{"type":"ResearcherStatus","value":7}]]"#.to_owned(), false),
            (r#"[[{"type":"ResearcherStatus","asserted":"const:7"}]]"#.to_owned(), false),
            (r#"[[{"type":"ResearcherStatus","conditions":"const:a"}]]"#.to_owned(), false),
            (r#"[[{"type":"ResearcherStatus","value":"const:a","color":"const:red"}]]"#.to_owned(), false),
            (format!(r#"[[{clause}],[{{"type":"ResearcherStatus"}}]]"#), false),
        ] {
            let object = Object::read(format!(r#"{{"conditions":{conditions}}}"#).as_bytes(), 8).unwrap();
            let read = Conditions::parse(object.get("conditions").unwrap(), 4);
            assert_eq!(read.is_ok(), expected, "{conditions}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let clause = Clause::new(VisaType::AffiliationAndRole, ClauseClaim::By, Match::Const("so".into()));
        let both = clause.clone().and(ClauseClaim::Value, Match::Pattern("faculty@*".into()));
        let mut alternatives = NonEmpty::new(NonEmpty::new(both));
        alternatives
            .push(NonEmpty::new(clause.clone().and(ClauseClaim::Source, Match::SplitPattern("x".into()))));
        let conditions = Conditions::new(alternatives);
        let json = serde_json::json!({ "conditions": conditions.to_json().unwrap() }).to_string();
        let object = Object::read(json.as_bytes(), 8).unwrap();
        assert_eq!(Conditions::parse(object.get("conditions").unwrap(), 4).unwrap(), conditions);

        let twice = clause.and(ClauseClaim::By, Match::Const("dac".into()));
        assert!(Conditions::new(NonEmpty::new(NonEmpty::new(twice))).to_json().is_err());
    }

    /// The definition, word for word and slowly.
    fn fits_by_definition(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|from| fits_by_definition(rest, &text[from..])),
            Some((first, rest)) => text.split_first().is_some_and(|(head, tail)| {
                (*first == '?' || first == head) && fits_by_definition(rest, tail)
            }),
        }
    }

    proptest! {
        #[test]
        fn patterns_fit_as_defined(pattern in "[ab?*]{0,8}", text in "[ab]{0,8}") {
            let slow = fits_by_definition(
                &pattern.chars().collect::<Vec<_>>(),
                &text.chars().collect::<Vec<_>>(),
            );
            prop_assert_eq!(fits(&pattern, &text), slow);
        }
    }
}
