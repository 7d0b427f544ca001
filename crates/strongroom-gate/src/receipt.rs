use serde::{Deserialize, Serialize};
use strongroom_access::{AgreementStatus, RequirementStatus};
use strongroom_primitives::{
    Id, Label, NonEmpty, ReleaseName, RequirementName, RowTier, Sha256Digest, Timestamp, kind,
};
use strongroom_tiers::{Intent, Policy};
use strongroom_workspaces::{Action, Ownership, ReviewPolicy, Role};
use thiserror::Error;

use crate::canonical::{digest_of, digest_of_text, to_canonical_json};
use crate::explain::MembershipTrace;
use crate::release::releases;
use crate::{Ask, Explanation, Facts, ObjectionRecord, Rule, explain};

/// What proves a decision years later: by which policy and from which facts it was made, what it was
/// and why. Stored as a `strongroom-decision/1` document in canonical JSON (RFC 8785).
///
/// The facts are there by their digests only, so that a receipt can be kept where the facts may not.
/// Whoever has the facts decides again and gets the same bytes, or knows which input differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    format: Format,
    decided_at: Timestamp,
    policy: PolicyStamp,
    ask: AskStamp,
    inputs: Inputs,
    rules: Vec<Label>,
    outcome: Outcome,
    trace: Option<Trace>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-decision/1")]
    V1,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyStamp {
    version: u64,
    digest: Sha256Digest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskStamp {
    person: Id<kind::Person>,
    workspace: Id<kind::Workspace>,
    action: Action,
    replicates: Option<String>,
    open_tier: Option<RowTier>,
    // Left out where nothing was said of it, so that receipts from before there was something to say
    // are the same bytes still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ownership: Option<Ownership>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    review_policy: Option<ReviewPolicy>,
}

/// The digest of each input in canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inputs {
    person: Sha256Digest,
    requirements: Sha256Digest,
    evidence: Sha256Digest,
    bypasses: Sha256Digest,
    dossiers: Sha256Digest,
    institution: Option<Sha256Digest>,
    workspace: Option<Sha256Digest>,
    releases: Sha256Digest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Outcome {
    Admitted { not_after: Timestamp },
    Refused { objections: NonEmpty<ObjectionRecord> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trace {
    role: Role,
    tier: RowTier,
    release: ReleaseName,
    agreements: Vec<AgreementLine>,
    requirements: Vec<RequirementLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgreementLine {
    tier: RowTier,
    status: AgreementStatus,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequirementLine {
    requirement: RequirementName,
    status: RequirementStatus,
    set_aside_until: Option<Timestamp>,
    sources: Vec<Label>,
}

/// Why a receipt does not stand.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// The text is no receipt.
    #[error(
        "not a `strongroom-decision/1` document: line {line}, column {column} is no JSON, or has a missing, \
         unknown or ill-typed field"
    )]
    Document {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The text is a receipt, but not as it is written: somebody has changed the bytes.
    #[error("the receipt is not in canonical form; take the bytes that were stored")]
    NotCanonical,
    /// Deciding again gives another receipt.
    #[error("deciding again differs in: {}; find out which input was changed", fields.iter().copied().collect::<Vec<_>>().join(", "))]
    Differs {
        /// The parts that differ, inputs first.
        fields: NonEmpty<&'static str>,
    },
}

impl Receipt {
    /// Decides as [`admit`](crate::admit) does, and writes down what proves it.
    #[must_use]
    pub fn of(policy: &Policy, facts: &Facts<'_>, ask: &Ask, rules: &[&dyn Rule], now: Timestamp) -> Self {
        let explanation = explain(policy, facts, ask, rules, now);
        Self {
            format: Format::V1,
            decided_at: now,
            policy: PolicyStamp { version: policy.version(), digest: policy.digest() },
            ask: AskStamp {
                person: facts.person().id(),
                workspace: ask.workspace(),
                action: ask.action(),
                replicates: match facts.intent() {
                    Intent::Research => None,
                    Intent::Replication(publication) => Some(publication.to_string()),
                },
                open_tier: facts.open_tier(),
                ownership: facts.ownership(),
                review_policy: Some(facts.review_policy())
                    .filter(|policy| *policy != ReviewPolicy::default()),
            },
            inputs: Inputs {
                person: digest_of(facts.person()),
                requirements: digest_of(&facts.requirements()),
                evidence: digest_of(&facts.evidence()),
                bypasses: digest_of(&facts.bypasses()),
                dossiers: digest_of(&facts.dossiers()),
                institution: facts.institution().map(digest_of),
                workspace: facts.workspace().map(digest_of),
                releases: digest_of(releases(facts).as_ref()),
            },
            rules: rules.iter().map(|rule| rule.name().clone()).collect(),
            outcome: outcome(&explanation),
            trace: explanation.membership.as_ref().map(trace),
        }
    }

    /// Reads a receipt as it was stored.
    ///
    /// # Errors
    /// If the text is no receipt, or not byte for byte as one is written.
    pub fn from_json(text: &str) -> Result<Self, ReceiptError> {
        let receipt: Self = serde_json::from_str(text)
            .map_err(|error| ReceiptError::Document { line: error.line(), column: error.column() })?;
        if receipt.to_canonical_json() == text { Ok(receipt) } else { Err(ReceiptError::NotCanonical) }
    }

    /// The receipt as it is stored.
    #[must_use]
    pub fn to_canonical_json(&self) -> String {
        to_canonical_json(self)
    }

    /// The SHA-256 digest of the receipt as it is stored, by which the audit trail refers to it.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        digest_of_text(&self.to_canonical_json())
    }

    /// Decides again, at the instant of the receipt, and compares.
    ///
    /// # Errors
    /// If the receipt is not what these arguments give, with the parts that differ.
    pub fn verify(
        &self,
        policy: &Policy,
        facts: &Facts<'_>,
        ask: &Ask,
        rules: &[&dyn Rule],
    ) -> Result<(), ReceiptError> {
        let again = Self::of(policy, facts, ask, rules, self.decided_at);
        let inputs = (&self.inputs, &again.inputs);
        let differences = [
            ("policy", self.policy != again.policy),
            ("ask", self.ask != again.ask),
            ("person", inputs.0.person != inputs.1.person),
            ("requirements", inputs.0.requirements != inputs.1.requirements),
            ("evidence", inputs.0.evidence != inputs.1.evidence),
            ("bypasses", inputs.0.bypasses != inputs.1.bypasses),
            ("dossiers", inputs.0.dossiers != inputs.1.dossiers),
            ("institution", inputs.0.institution != inputs.1.institution),
            ("workspace", inputs.0.workspace != inputs.1.workspace),
            ("releases", inputs.0.releases != inputs.1.releases),
            ("rules", self.rules != again.rules),
            ("outcome", self.outcome != again.outcome),
            ("trace", self.trace != again.trace),
        ];
        let fields = differences.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field);
        NonEmpty::from_vec(fields.collect()).map_or(Ok(()), |fields| Err(ReceiptError::Differs { fields }))
    }

    /// The instant of the decision.
    #[must_use]
    pub fn decided_at(&self) -> Timestamp {
        self.decided_at
    }

    /// The version of the policy by which it was made.
    #[must_use]
    pub fn policy_version(&self) -> u64 {
        self.policy.version
    }

    /// Who asked.
    #[must_use]
    pub fn person(&self) -> Id<kind::Person> {
        self.ask.person
    }

    /// What was asked for.
    #[must_use]
    pub fn ask(&self) -> Ask {
        Ask::new(self.ask.workspace, self.ask.action)
    }

    /// Until when it was a yes; `None` if it was a no.
    #[must_use]
    pub fn admitted_until(&self) -> Option<Timestamp> {
        match self.outcome {
            Outcome::Admitted { not_after } => Some(not_after),
            Outcome::Refused { .. } => None,
        }
    }

    /// Everything that stood in the way; nothing if it was a yes.
    pub fn objections(&self) -> impl Iterator<Item = &ObjectionRecord> {
        let refused = match &self.outcome {
            Outcome::Admitted { .. } => None,
            Outcome::Refused { objections } => Some(objections),
        };
        refused.into_iter().flat_map(NonEmpty::iter)
    }
}

fn outcome(explanation: &Explanation) -> Outcome {
    match NonEmpty::from_vec(explanation.objections().to_vec()) {
        Some(objections) => Outcome::Refused { objections },
        // Without an objection it is a yes, and a yes has an end.
        None => {
            Outcome::Admitted { not_after: explanation.admitted_until().unwrap_or(explanation.decided_at) }
        }
    }
}

fn trace(member: &MembershipTrace) -> Trace {
    Trace {
        role: member.role,
        tier: member.tier,
        release: member.release.clone(),
        agreements: member.agreements.iter().map(|&(tier, status)| AgreementLine { tier, status }).collect(),
        requirements: member
            .requirements
            .iter()
            .map(|one| RequirementLine {
                requirement: one.name.clone(),
                status: one.status,
                set_aside_until: one.bypass.as_ref().map(|bypass| bypass.until),
                sources: one.evidence.iter().map(|piece| piece.source.clone()).collect(),
            })
            .collect(),
    }
}
