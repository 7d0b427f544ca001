use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, Paragraph, Timestamp, kind};
use thiserror::Error;

/// A question to the programme's staff, and what became of it. Stored as a
/// `strongroom-help-request/1` document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpRequest {
    format: Format,
    id: Id<kind::HelpRequest>,
    from: Id<kind::Person>,
    topic: HelpTopic,
    subject: Label,
    asked: Timestamp,
    messages: Vec<HelpMessage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-help-request/1")]
    V1,
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HelpTopic {
    /// The account or signing in.
    Account,
    /// What is missing for a tier.
    AccessRequirements,
    /// The institution's agreement.
    InstitutionAgreement,
    /// The data.
    Data,
    /// Workspaces and their tools.
    Workspaces,
    /// Something that looks like a breach of the rules.
    Incident,
    /// Anything else.
    Other,
}

/// Something that was written about a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpMessage {
    by: Id<kind::Person>,
    at: Timestamp,
    text: Paragraph,
}

/// How far a question has come. It follows from what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "the three states of a question")]
pub enum HelpState {
    /// The one who asked had the last word, and waits.
    Open,
    /// Somebody else had the last word.
    Answered,
    /// Nothing more is to be said.
    Closed,
}

/// The question is closed; what is new is a new question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the question is closed; ask a new one")]
pub struct HelpRequestClosed;

impl HelpRequest {
    /// A question of this person.
    #[must_use]
    pub fn new(
        id: Id<kind::HelpRequest>,
        from: Id<kind::Person>,
        topic: HelpTopic,
        subject: Label,
        text: Paragraph,
        now: Timestamp,
    ) -> Self {
        let messages = vec![HelpMessage { by: from, at: now, text }];
        Self { format: Format::V1, id, from, topic, subject, asked: now, messages, closed: None }
    }

    /// Adds what this person wrote. Of somebody else it is an answer; of the one who asked it opens
    /// the question again.
    ///
    /// # Errors
    /// If the question is closed.
    pub fn write(
        &mut self,
        by: Id<kind::Person>,
        text: Paragraph,
        now: Timestamp,
    ) -> Result<(), HelpRequestClosed> {
        if self.closed.is_some() {
            return Err(HelpRequestClosed);
        }
        self.messages.push(HelpMessage { by, at: now, text });
        Ok(())
    }

    /// Closes the question, answered or not.
    ///
    /// # Errors
    /// If it is closed already.
    pub fn close(&mut self, now: Timestamp) -> Result<(), HelpRequestClosed> {
        if self.closed.is_some() {
            return Err(HelpRequestClosed);
        }
        self.closed = Some(now);
        Ok(())
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> HelpState {
        if self.closed.is_some() {
            HelpState::Closed
        } else if self.messages.last().is_some_and(|last| last.by != self.from) {
            HelpState::Answered
        } else {
            HelpState::Open
        }
    }

    /// The question's id.
    #[must_use]
    pub fn id(&self) -> Id<kind::HelpRequest> {
        self.id
    }

    /// Who asked.
    #[must_use]
    pub fn from(&self) -> Id<kind::Person> {
        self.from
    }

    /// What it is about.
    #[must_use]
    pub fn topic(&self) -> HelpTopic {
        self.topic
    }

    /// The heading.
    #[must_use]
    pub fn subject(&self) -> &Label {
        &self.subject
    }

    /// When it was asked.
    #[must_use]
    pub fn asked(&self) -> Timestamp {
        self.asked
    }

    /// When it was closed, if it was.
    #[must_use]
    pub fn closed(&self) -> Option<Timestamp> {
        self.closed
    }

    /// Everything that was written, oldest first.
    #[must_use]
    pub fn messages(&self) -> &[HelpMessage] {
        &self.messages
    }
}

impl HelpMessage {
    /// Who wrote it.
    #[must_use]
    pub fn by(&self) -> Id<kind::Person> {
        self.by
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What.
    #[must_use]
    pub fn text(&self) -> &Paragraph {
        &self.text
    }
}

/// Which queue of the embedding system takes which questions: a table that staff can edit. Written
/// as a `strongroom-help-routes/1` document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpRoutes {
    format: RoutesFormat,
    by_topic: BTreeMap<HelpTopic, Label>,
    otherwise: Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum RoutesFormat {
    #[serde(rename = "strongroom-help-routes/1")]
    V1,
}

impl HelpRoutes {
    /// Every question goes to this queue.
    #[must_use]
    pub fn new(otherwise: Label) -> Self {
        Self { format: RoutesFormat::V1, by_topic: BTreeMap::new(), otherwise }
    }

    /// The same table, with questions about this topic going to that queue.
    #[must_use]
    pub fn with_route(mut self, topic: HelpTopic, queue: Label) -> Self {
        self.by_topic.insert(topic, queue);
        self
    }

    /// The queue that takes this question. There is always one.
    #[must_use]
    pub fn queue(&self, request: &HelpRequest) -> &Label {
        self.by_topic.get(&request.topic).unwrap_or(&self.otherwise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-03-01T00:00:00Z").unwrap()
    }

    fn text(text: &str) -> Paragraph {
        Paragraph::new(text).unwrap()
    }

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    fn request(topic: HelpTopic) -> HelpRequest {
        HelpRequest::new(Id::from_u128(5), Id::from_u128(1), topic, label("Training"), text("Where?"), now())
    }

    #[test]
    fn the_last_word_says_how_far_it_has_come() {
        let (ada, staff) = (Id::from_u128(1), Id::from_u128(2));
        let mut request = request(HelpTopic::AccessRequirements);
        assert_eq!(request.state(), HelpState::Open);
        for (by, expected) in [(ada, HelpState::Open), (staff, HelpState::Answered), (ada, HelpState::Open)] {
            request.write(by, text("Well."), now()).unwrap();
            assert_eq!(request.state(), expected);
        }
        request.close(now()).unwrap();
        assert_eq!(request.state(), HelpState::Closed);
        assert_eq!(request.write(staff, text("Late."), now()), Err(HelpRequestClosed));
        assert_eq!(request.close(now()), Err(HelpRequestClosed));
        assert_eq!(request.messages().len(), 4);

        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<HelpRequest>(&json).unwrap(), request);
    }

    #[test]
    fn every_question_finds_a_queue() {
        let routes = HelpRoutes::new(label("everything")).with_route(HelpTopic::Incident, label("security"));
        for (topic, expected) in [(HelpTopic::Incident, "security"), (HelpTopic::Data, "everything")] {
            assert_eq!(routes.queue(&request(topic)).as_str(), expected);
        }
        let json = serde_json::to_string(&routes).unwrap();
        assert_eq!(serde_json::from_str::<HelpRoutes>(&json).unwrap(), routes);
    }
}
