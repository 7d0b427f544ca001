use serde::{Deserialize, Serialize};
use strongroom_primitives::{Label, RequirementName, Timestamp};

/// A record that a person met a requirement once. Whether it still counts is never stored: that
/// follows from its times, the requirement and the present instant.
///
/// Kept per person: what is passed to a decision about somebody must be that person's evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    requirement: RequirementName,
    obtained: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    source: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<Label>,
}

impl Evidence {
    /// Evidence for a requirement, obtained at this instant from this source, such as the learning
    /// platform or the identity provider.
    #[must_use]
    pub fn new(requirement: RequirementName, obtained: Timestamp, source: Label) -> Self {
        Self { requirement, obtained, valid_until: None, source, version: None }
    }

    /// The same evidence, counting no longer from `end` on. It may count for less: a requirement
    /// can set a shorter time.
    #[must_use]
    pub fn with_valid_until(mut self, end: Timestamp) -> Self {
        self.valid_until = Some(end);
        self
    }

    /// The same evidence for this version of what was signed or passed.
    #[must_use]
    pub fn with_version(mut self, version: Label) -> Self {
        self.version = Some(version);
        self
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

    /// The version of what was signed or passed, where there are versions.
    #[must_use]
    pub fn version(&self) -> Option<&Label> {
        self.version.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_round_trips() {
        let now = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
        let plain =
            Evidence::new(RequirementName::new("identity").unwrap(), now, Label::new("Login.gov").unwrap());
        let full = plain.clone().with_valid_until(now.plus_days(30)).with_version(Label::new("7").unwrap());
        for evidence in [plain, full] {
            let json = serde_json::to_string(&evidence).unwrap();
            assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), evidence);
            let odd = json.replacen('{', r#"{"bypass":true,"#, 1);
            assert!(serde_json::from_str::<Evidence>(&odd).is_err());
        }
    }
}
