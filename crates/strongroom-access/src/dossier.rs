use serde::{Deserialize, Serialize};
use strongroom_primitives::Timestamp;

use crate::{Bypass, Evidence, Subject};

/// What was recorded about one subject: its evidence, and what was set aside for it. Stored as a
/// `strongroom-dossier/1` document. Things are added and never taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dossier {
    format: Format,
    subject: Subject,
    #[serde(default)]
    evidence: Vec<Evidence>,
    #[serde(default)]
    bypasses: Vec<Bypass>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-dossier/1")]
    V1,
}

impl Dossier {
    /// The dossier of a subject about which nothing was recorded yet.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self { format: Format::V1, subject, evidence: Vec::new(), bypasses: Vec::new() }
    }

    /// The same dossier with one more piece of evidence.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// The same dossier with one more bypass. One for another subject is kept and never helps.
    #[must_use]
    pub fn with_bypass(mut self, bypass: Bypass) -> Self {
        self.bypasses.push(bypass);
        self
    }

    /// About whom or what.
    #[must_use]
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The evidence, in the order in which it was added.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// The bypasses, in the order in which they were added.
    #[must_use]
    pub fn bypasses(&self) -> &[Bypass] {
        &self.bypasses
    }

    /// The dossier as it was known at that instant: without what was recorded later, and with what
    /// was retracted later.
    ///
    /// Judged at a day, it answers who had access on that day as known at `known`; the two may be
    /// in either order.
    #[must_use]
    pub fn as_known_at(&self, known: Timestamp) -> Self {
        Self {
            format: self.format,
            subject: self.subject,
            evidence: self.evidence.iter().filter_map(|evidence| evidence.as_known_at(known)).collect(),
            bypasses: self.bypasses.iter().filter_map(|bypass| bypass.as_known_at(known)).collect(),
        }
    }
}
