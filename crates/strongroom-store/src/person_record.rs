use serde::{Deserialize, Serialize};
use strongroom_access::{Evidence, Person};

/// A person and the evidence they brought, which are loaded, judged and stored together. Stored as
/// a `strongroom-person-record/1` document.
///
/// Evidence is added and never taken away: whether it still counts follows from its times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonRecord {
    format: Format,
    person: Person,
    evidence: Vec<Evidence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-person-record/1")]
    V1,
}

impl PersonRecord {
    /// The record of a person who has brought nothing yet.
    #[must_use]
    pub fn new(person: Person) -> Self {
        Self { format: Format::V1, person, evidence: Vec::new() }
    }

    /// The person.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// What they brought, in the order in which it was recorded.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// The same record with one more piece of evidence.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// The record with these facts about the person.
    ///
    /// Evidence stays with whom it is of: given a person with another id, this is the record of
    /// that person, without evidence.
    #[must_use]
    pub fn with_person(self, person: Person) -> Self {
        if person.id() == self.person.id() { Self { person, ..self } } else { Self::new(person) }
    }
}

#[cfg(test)]
mod tests {
    use strongroom_access::EmailAddress;
    use strongroom_primitives::{Id, Label, RequirementName, Timestamp};

    use super::*;

    fn person(number: u128, name: &str) -> Person {
        let email = EmailAddress::new("ada@uni.edu").unwrap();
        Person::new(Id::from_u128(number), Label::new(name).unwrap(), email)
    }

    fn record() -> PersonRecord {
        let now = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
        let source = Label::new("Login.gov").unwrap();
        PersonRecord::new(person(1, "Ada")).with_evidence(Evidence::new(
            RequirementName::new("identity").unwrap(),
            now,
            source,
        ))
    }

    #[test]
    fn evidence_never_passes_to_another_person() {
        let renamed = record().with_person(person(1, "Ada Lovelace"));
        assert_eq!(renamed.person(), &person(1, "Ada Lovelace"));
        assert_eq!(renamed.evidence(), record().evidence());
        assert_eq!(record().with_person(person(2, "Ada")), PersonRecord::new(person(2, "Ada")));
    }

    #[test]
    fn the_document_round_trips_and_other_formats_are_refused() {
        let json = serde_json::to_string(&record()).unwrap();
        assert_eq!(serde_json::from_str::<PersonRecord>(&json).unwrap(), record());
        for (from, to) in [
            ("strongroom-person-record/1", "strongroom-person-record/2"),
            (r#""format":"strongroom-person-record/1","#, ""),
            (r#""evidence""#, r#""bypasses":[],"evidence""#),
        ] {
            let odd = json.replace(from, to);
            assert_ne!(odd, json);
            assert!(serde_json::from_str::<PersonRecord>(&odd).is_err(), "{odd} was read");
        }
    }
}
