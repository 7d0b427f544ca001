use serde::{Deserialize, Serialize};
use strongroom_access::{Bypass, Evidence, Person, Proof, Retraction};
use strongroom_primitives::{Label, RequirementName, Timestamp};

/// A person, the evidence they brought and what was set aside for them, which are loaded, judged
/// and stored together. Stored as a `strongroom-person-record/2` document; the first format, which
/// knew no bypasses, is read as well.
///
/// Evidence and bypasses are added and never taken away: whether they still count follows from
/// their times and their retractions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Document", into = "Written")]
pub struct PersonRecord {
    person: Person,
    evidence: Vec<Evidence>,
    bypasses: Vec<Bypass>,
}

impl PersonRecord {
    /// The record of a person who has brought nothing yet.
    #[must_use]
    pub fn new(person: Person) -> Self {
        Self { person, evidence: Vec::new(), bypasses: Vec::new() }
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

    /// What was set aside for them, in the order in which it was.
    #[must_use]
    pub fn bypasses(&self) -> &[Bypass] {
        &self.bypasses
    }

    /// The same record with one more piece of evidence.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// The same record with one more bypass. One for another subject is kept and never helps.
    #[must_use]
    pub fn with_bypass(mut self, bypass: Bypass) -> Self {
        self.bypasses.push(bypass);
        self
    }

    /// The same record, in which every piece of evidence for this requirement is retracted. Pieces
    /// that are added later count again.
    #[must_use]
    pub fn with_retraction(mut self, requirement: &RequirementName, retraction: &Retraction) -> Self {
        let retract = |piece: Evidence| {
            if piece.requirement() == requirement { piece.retracted(retraction.clone()) } else { piece }
        };
        self.evidence = self.evidence.into_iter().map(retract).collect();
        self
    }

    /// The record as it was known at that instant: without the evidence and the bypasses that were recorded
    /// later, and with what was retracted later. What is known of the person is as it is now.
    #[must_use]
    pub fn as_known_at(&self, known: Timestamp) -> Self {
        Self {
            person: self.person.clone(),
            evidence: self.evidence.iter().filter_map(|piece| piece.as_known_at(known)).collect(),
            bypasses: self.bypasses.iter().filter_map(|bypass| bypass.as_known_at(known)).collect(),
        }
    }

    /// The record with these facts about the person.
    ///
    /// Evidence and bypasses stay with whom they are of: given a person with another id, this is
    /// the record of that person, without either.
    #[must_use]
    pub fn with_person(self, person: Person) -> Self {
        if person.id() == self.person.id() { Self { person, ..self } } else { Self::new(person) }
    }
}

/// The forms that are read, newest last.
#[derive(Deserialize)]
#[serde(tag = "format")]
enum Document {
    #[serde(rename = "strongroom-person-record/1")]
    First(First),
    #[serde(rename = "strongroom-person-record/2")]
    Second(Second),
}

/// The form that is written.
#[derive(Serialize)]
#[serde(tag = "format")]
enum Written {
    #[serde(rename = "strongroom-person-record/2")]
    Second(Second),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    person: Person,
    evidence: Vec<FirstEvidence>,
}

/// Evidence as the first format had it, in its earlier and its later days.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstEvidence {
    requirement: RequirementName,
    obtained: Timestamp,
    recorded_at: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    source: Label,
    #[expect(dead_code, reason = "a version alone proves nothing; see below")]
    version: Option<Label>,
    proof: Option<Proof>,
    #[serde(default)]
    retractions: Vec<Retraction>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Second {
    person: Person,
    evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bypasses: Vec<Bypass>,
}

impl From<FirstEvidence> for Evidence {
    fn from(first: FirstEvidence) -> Self {
        // A version alone is no proof: it does not say which text was signed. The evidence is kept
        // and does not count, and the person is asked to sign again.
        let FirstEvidence {
            requirement, obtained, recorded_at, valid_until, source, proof, retractions, ..
        } = first;
        let mut evidence =
            Self::new(requirement, obtained, source).with_recorded_at(recorded_at.unwrap_or(obtained));
        if let Some(end) = valid_until {
            evidence = evidence.with_valid_until(end);
        }
        if let Some(proof) = proof {
            evidence = evidence.with_proof(proof);
        }
        retractions.into_iter().fold(evidence, Self::retracted)
    }
}

impl From<Document> for PersonRecord {
    fn from(document: Document) -> Self {
        match document {
            Document::First(First { person, evidence }) => Self {
                person,
                evidence: evidence.into_iter().map(Evidence::from).collect(),
                bypasses: Vec::new(),
            },
            Document::Second(Second { person, evidence, bypasses }) => Self { person, evidence, bypasses },
        }
    }
}

impl From<PersonRecord> for Written {
    fn from(record: PersonRecord) -> Self {
        let PersonRecord { person, evidence, bypasses } = record;
        Self::Second(Second { person, evidence, bypasses })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strongroom_access::{BypassedBy, CourseResult, EmailAddress, Percent, Requirement, Subject};
    use strongroom_primitives::{Id, Paragraph};

    use super::*;

    fn day(day: u32) -> Timestamp {
        Timestamp::parse("2026-03-01T09:00:00Z").unwrap().plus_days(day)
    }

    fn person(number: u128, name: &str) -> Person {
        let email = EmailAddress::new("ada@uni.edu").unwrap();
        Person::new(Id::from_u128(number), Label::new(name).unwrap(), email)
    }

    fn requirement(name: &str) -> RequirementName {
        RequirementName::new(name).unwrap()
    }

    fn paragraph(text: &str) -> Paragraph {
        Paragraph::new(text).unwrap()
    }

    fn evidence(name: &str, obtained: u32) -> Evidence {
        Evidence::new(requirement(name), day(obtained), Label::new("Login.gov").unwrap())
    }

    fn retraction(since: u32) -> Retraction {
        Retraction::new(day(since), day(since), Id::from_u128(9), paragraph("wrong person"))
    }

    fn bypass(starts: u32, days: u32) -> Bypass {
        let asked = Requirement::all_of_us().unwrap();
        let code = asked.iter().find(|one| one.name().as_str() == "code-of-conduct").unwrap();
        let by = BypassedBy { granted_by: Id::from_u128(50), confirmed_by: Id::from_u128(51) };
        let ada = Subject::Person(Id::from_u128(1));
        Bypass::new(code, ada, paragraph("the text is being revised"), by, day(starts), day(starts + days))
            .unwrap()
    }

    fn record() -> PersonRecord {
        PersonRecord::new(person(1, "Ada")).with_evidence(evidence("identity", 0)).with_bypass(bypass(0, 3))
    }

    #[test]
    fn nothing_passes_to_another_person() {
        let renamed = record().with_person(person(1, "Ada Lovelace"));
        assert_eq!(renamed.person(), &person(1, "Ada Lovelace"));
        assert_eq!(renamed.evidence(), record().evidence());
        assert_eq!(renamed.bypasses(), record().bypasses());
        assert_eq!(record().with_person(person(2, "Ada")), PersonRecord::new(person(2, "Ada")));
    }

    #[test]
    fn a_retraction_takes_what_is_there_and_nothing_else() {
        let record = record()
            .with_evidence(evidence("two-step-verification", 0))
            .with_evidence(evidence("identity", 1))
            .with_retraction(&requirement("identity"), &retraction(2))
            .with_evidence(evidence("identity", 3));
        let retracted: Vec<_> = record.evidence().iter().map(Evidence::retracted_since).collect();
        assert_eq!(retracted, [Some(day(2)), None, Some(day(2)), None]);
    }

    #[test]
    fn unknown_fields_and_formats_are_refused() {
        let json = serde_json::to_string(&record()).unwrap();
        assert!(json.starts_with(r#"{"format":"strongroom-person-record/2""#), "{json}");
        for (from, to) in [
            ("strongroom-person-record/2", "strongroom-person-record/3"),
            // The first format knew no bypasses.
            ("strongroom-person-record/2", "strongroom-person-record/1"),
            (r#""format":"strongroom-person-record/2","#, ""),
            (r#""evidence""#, r#""administrator":true,"evidence""#),
        ] {
            let odd = json.replace(from, to);
            assert_ne!(odd, json);
            assert!(serde_json::from_str::<PersonRecord>(&odd).is_err(), "{odd} was read");
        }
    }

    /// Documents as they were written by earlier versions of this crate.
    #[test]
    fn the_first_format_is_read_and_never_written() {
        let person = serde_json::to_string(&person(1, "Ada")).unwrap();
        for (evidence, expected) in [
            ("", None),
            (
                r#"{"requirement":"identity","obtained":"2026-03-01T09:00:00Z","source":"Login.gov"}"#,
                Some(evidence("identity", 0)),
            ),
            (
                r#"{"requirement":"identity","obtained":"2026-03-01T09:00:00Z",
                    "valid_until":"2026-03-03T09:00:00Z","source":"Login.gov","version":"7"}"#,
                Some(evidence("identity", 0).with_valid_until(day(2))),
            ),
            (
                r#"{"requirement":"identity","obtained":"2026-03-01T09:00:00Z",
                    "recorded_at":"2026-03-02T09:00:00Z","source":"Login.gov"}"#,
                Some(evidence("identity", 0).with_recorded_at(day(1))),
            ),
        ] {
            let first = format!(
                r#"{{"format":"strongroom-person-record/1","person":{person},"evidence":[{evidence}]}}"#
            );
            let record: PersonRecord = serde_json::from_str(&first).unwrap();
            assert_eq!(record.evidence(), expected.as_slice(), "{first}");
            assert!(record.bypasses().is_empty());
            let second = serde_json::to_string(&record).unwrap();
            assert!(second.contains("strongroom-person-record/2"), "{second}");
            assert_eq!(serde_json::from_str::<PersonRecord>(&second).unwrap(), record);
        }
    }

    prop_compose! {
        fn any_evidence()(
            name in prop::sample::select(vec!["identity", "registered-training"]),
            obtained in 0_u32..900,
            ends in prop::option::of(0_u32..900),
            score in prop::option::of(0_u8..=100),
            retracted in prop::option::of(0_u32..900),
        ) -> Evidence {
            let mut piece = evidence(name, obtained);
            if let Some(ends) = ends {
                piece = piece.with_valid_until(day(ends));
            }
            if let Some(score) = score {
                let course = Label::new("Course I").unwrap();
                piece = piece.with_proof(Proof::Course(CourseResult::new(course, Percent::new(score).unwrap())));
            }
            retracted.map(retraction).into_iter().fold(piece, Evidence::retracted)
        }
    }

    prop_compose! {
        fn any_bypass()(
            starts in 0_u32..900,
            days in 1_u32..=30,
            retracted in prop::option::of(0_u32..900),
        ) -> Bypass {
            retracted.map(retraction).into_iter().fold(bypass(starts, days), Bypass::retracted)
        }
    }

    proptest! {
        #[test]
        fn the_document_round_trips(
            evidence in prop::collection::vec(any_evidence(), 0..4),
            bypasses in prop::collection::vec(any_bypass(), 0..4),
        ) {
            let empty = PersonRecord::new(person(1, "Ada"));
            let record = evidence.into_iter().fold(empty, PersonRecord::with_evidence);
            let record = bypasses.into_iter().fold(record, PersonRecord::with_bypass);
            let json = serde_json::to_string(&record).unwrap();
            prop_assert_eq!(serde_json::from_str::<PersonRecord>(&json).unwrap(), record);
        }
    }
}
