use serde::{Deserialize, Serialize};
use strongroom_primitives::{Label, RequirementName, Timestamp};

use crate::retraction::retracted_since;
use crate::{Proof, Retraction};

/// A record that somebody or something met a requirement once. Whether it still counts is never
/// stored: that follows from its times, the requirement and the present instant.
///
/// It has two times. It *holds* from when it was obtained until it ends or is retracted; it is
/// *known* from when it was recorded. So both questions have an answer years later: who met a
/// requirement on a day, and what was known of it on another day.
///
/// Kept per [`Subject`](crate::Subject): what is passed to a decision about somebody must be that
/// somebody's evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    requirement: RequirementName,
    obtained: Timestamp,
    recorded_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    source: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    retractions: Vec<Retraction>,
}

impl Evidence {
    /// Evidence for a requirement, obtained and recorded at this instant, from this source, such
    /// as the learning platform or the identity provider.
    #[must_use]
    pub fn new(requirement: RequirementName, obtained: Timestamp, source: Label) -> Self {
        Self {
            requirement,
            obtained,
            recorded_at: obtained,
            valid_until: None,
            source,
            proof: None,
            retractions: Vec::new(),
        }
    }

    /// The same evidence, counting no longer from `end` on. It may count for less: a requirement
    /// can set a shorter time.
    #[must_use]
    pub fn with_valid_until(mut self, end: Timestamp) -> Self {
        self.valid_until = Some(end);
        self
    }

    /// The same evidence, of which one knows only since this instant.
    #[must_use]
    pub fn with_recorded_at(mut self, recorded_at: Timestamp) -> Self {
        self.recorded_at = recorded_at;
        self
    }

    /// The same evidence, showing this.
    #[must_use]
    pub fn with_proof(mut self, proof: Proof) -> Self {
        self.proof = Some(proof);
        self
    }

    /// The same evidence, retracted. It counts no longer from the instant of the retraction, and
    /// not at all if that lies before it was obtained. Of several retractions the earliest counts.
    #[must_use]
    pub fn retracted(mut self, retraction: Retraction) -> Self {
        self.retractions.push(retraction);
        self
    }

    /// What was known of this evidence at `known`; `None` if it was not yet recorded.
    ///
    /// Judging this at another instant answers who met a requirement then, as known at `known`.
    #[must_use]
    pub fn as_known_at(&self, known: Timestamp) -> Option<Self> {
        (self.recorded_at <= known).then(|| {
            let mut then = self.clone();
            then.retractions.retain(|retraction| retraction.recorded_at() <= known);
            then
        })
    }

    /// The requirement that was met.
    #[must_use]
    pub fn requirement(&self) -> &RequirementName {
        &self.requirement
    }

    /// When it was met.
    #[must_use]
    pub fn obtained(&self) -> Timestamp {
        self.obtained
    }

    /// Since when one knows.
    #[must_use]
    pub fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// The first instant at which the source no longer stands by it; `None` if the source set no
    /// end.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        self.valid_until
    }

    /// Who says so.
    #[must_use]
    pub fn source(&self) -> &Label {
        &self.source
    }

    /// What it shows; `None` if no more than that the source recorded it.
    #[must_use]
    pub fn proof(&self) -> Option<&Proof> {
        self.proof.as_ref()
    }

    /// The version of what was signed, where something was.
    #[must_use]
    pub fn version(&self) -> Option<&Label> {
        match &self.proof {
            Some(Proof::Signature(signature)) => Some(signature.version()),
            _ => None,
        }
    }

    /// The retractions, in the order in which they were made.
    #[must_use]
    pub fn retractions(&self) -> &[Retraction] {
        &self.retractions
    }

    /// The first instant from which on it is retracted.
    #[must_use]
    pub fn retracted_since(&self) -> Option<Timestamp> {
        retracted_since(&self.retractions)
    }
}

#[cfg(test)]
mod tests {
    use strongroom_primitives::{Id, Paragraph};

    use super::*;

    fn day(day: u32) -> Timestamp {
        Timestamp::parse("2026-03-01T09:00:00Z").unwrap().plus_days(day)
    }

    fn plain() -> Evidence {
        Evidence::new(RequirementName::new("identity").unwrap(), day(0), Label::new("Login.gov").unwrap())
    }

    fn retraction(since: u32, recorded: u32) -> Retraction {
        Retraction::new(day(since), day(recorded), Id::from_u128(9), Paragraph::new("wrong person").unwrap())
    }

    #[test]
    fn unknown_fields_are_refused() {
        let json = serde_json::to_string(&plain()).unwrap();
        let odd = json.replacen('{', r#"{"bypass":true,"#, 1);
        assert!(serde_json::from_str::<Evidence>(&odd).is_err());
    }

    #[test]
    fn what_was_known_on_a_day_can_be_asked_for() {
        let evidence =
            plain().with_recorded_at(day(5)).retracted(retraction(2, 10)).retracted(retraction(1, 20));
        for (known, expected) in
            [(4, None), (5, Some(None)), (9, Some(None)), (10, Some(Some(day(2)))), (20, Some(Some(day(1))))]
        {
            let then = evidence.as_known_at(day(known));
            assert_eq!(then.map(|then| then.retracted_since()), expected, "known on day {known}");
        }
    }
}
