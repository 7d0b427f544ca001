use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strongroom_access::Evidence;
use strongroom_primitives::{Label, NonEmpty, RequirementName, Timestamp};

use crate::{Authority, Identity, UrlClaim, VerifiedVisas, VisaType};

/// The value of registered access as first published: terms accepted and researcher status of this
/// value together (GA4GH Passport 1.2, Registered Access).
pub const REGISTERED_ACCESS: &str = "https://doi.org/10.1038/s41431-018-0219-y";

/// Which visas are evidence for which requirement, and for how long: data that a steward writes
/// and reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRules {
    format: Format,
    rules: Vec<EvidenceRule>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-visa-rules/1")]
    V1,
}

/// Visas that together are evidence for one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRule {
    requirement: RequirementName,
    visas: NonEmpty<VisaPattern>,
    days: u32,
    source: Label,
}

/// A visa that a rule needs: its type, its whole value, who asserts it and by which authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisaPattern {
    #[serde(rename = "type")]
    visa_type: VisaType,
    value: String,
    sources: NonEmpty<UrlClaim>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    by: BTreeSet<Authority>,
}

impl VisaPattern {
    /// A visa of this type and value, compared exactly, that this source asserts by whatever
    /// authority.
    #[must_use]
    pub fn new(visa_type: VisaType, value: impl Into<String>, source: UrlClaim) -> Self {
        Self { visa_type, value: value.into(), sources: NonEmpty::new(source), by: BTreeSet::new() }
    }

    /// The same visa, which this source may assert as well.
    #[must_use]
    pub fn with_source(mut self, source: UrlClaim) -> Self {
        self.sources.push(source);
        self
    }

    /// The same visa, asserted by this authority, or by one named before. Once one is named, a
    /// visa without authority does not count.
    #[must_use]
    pub fn with_by(mut self, by: Authority) -> Self {
        self.by.insert(by);
        self
    }
}

impl EvidenceRule {
    /// This visa is evidence for the requirement until it ends, and at most so many days of 24
    /// hours after it was asserted. The label says in the evidence where it came from.
    #[must_use]
    pub fn new(requirement: RequirementName, visa: VisaPattern, days: u32, source: Label) -> Self {
        Self { requirement, visas: NonEmpty::new(visa), days, source }
    }

    /// The same rule, for which the person needs this visa as well.
    #[must_use]
    pub fn with_visa(mut self, visa: VisaPattern) -> Self {
        self.visas.push(visa);
        self
    }

    /// The evidence that this person has under this rule at this instant.
    fn evidence(&self, visas: &VerifiedVisas, person: &Identity, now: Timestamp) -> Option<Evidence> {
        let mut obtained = Timestamp::LAST;
        let mut valid_until = Timestamp::LAST;
        for pattern in self.visas.iter() {
            let fitting = visas.of(person).filter_map(|(visa, until)| {
                let facts = visa.facts();
                let fits = facts.visa_type == pattern.visa_type.as_str()
                    && facts.value == pattern.value
                    && pattern.sources.iter().any(|source| source == visa.source())
                    && (pattern.by.is_empty() || visa.by().is_some_and(|by| pattern.by.contains(&by)));
                let until = until.min(visa.asserted().plus_days(self.days));
                (fits && until > now).then_some((until, visa.asserted()))
            });
            let (until, asserted) = fitting.max()?;
            valid_until = valid_until.min(until);
            obtained = obtained.min(asserted);
        }
        let evidence = Evidence::new(self.requirement.clone(), obtained, self.source.clone());
        Some(evidence.with_valid_until(valid_until).with_recorded_at(now))
    }
}

impl EvidenceRules {
    /// These rules.
    #[must_use]
    pub fn new(rules: Vec<EvidenceRule>) -> Self {
        Self { format: Format::V1, rules }
    }

    /// The evidence that visas give the person who has this account, at most one piece per rule.
    ///
    /// A record that a trusted source spoke is all that a visa can become: it sets no requirement
    /// aside, and proves no identity, course, signature or approval. It is obtained when the first
    /// of its visas was asserted, known from now on, and ends with the first of them, or of the
    /// links between their accounts.
    #[must_use]
    pub fn evidence(&self, visas: &VerifiedVisas, person: &Identity, now: Timestamp) -> Vec<Evidence> {
        self.rules.iter().filter_map(|rule| rule.evidence(visas, person, now)).collect()
    }
}
