use serde::{Deserialize, Serialize};
use strongroom_primitives::{
    BoundedText, Id, Label, NonEmpty, Paragraph, ReleaseName, RequirementName, RowTier, Sha256Digest, Tier,
    Timestamp, kind,
};

use crate::CleanText;

/// A fixed word of the program, 1 to 64 characters: the code of an objection, a role, a property
/// that a table is broken down by.
pub type Code = BoundedText<1, 64>;

/// One thing that happened: when, on which request, who did it, where, and what it was.
///
/// It holds what an auditor needs to ask further (ids, digests, names of rules) and nothing that
/// was found in the data: no counts of persons, no values, no text but what a person wrote for
/// the record (NIST SP 800-53 AU-3(3)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEvent {
    at: Timestamp,
    request: Id<kind::Request>,
    actor: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workspace: Option<Id<kind::Workspace>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<ReleaseName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_behalf_of: Option<Id<kind::Person>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<Sha256Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<Sha256Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cost: Option<Cost>,
    action: Action,
}

impl AuditEvent {
    /// An event outside any workspace and release. Events of one act share the request.
    #[must_use]
    pub fn new(at: Timestamp, request: Id<kind::Request>, actor: Actor, action: Action) -> Self {
        Self {
            at,
            request,
            actor,
            workspace: None,
            release: None,
            on_behalf_of: None,
            policy: None,
            receipt: None,
            cost: None,
            action,
        }
    }

    /// The same event, in a workspace.
    #[must_use]
    pub fn in_workspace(self, workspace: Id<kind::Workspace>) -> Self {
        Self { workspace: Some(workspace), ..self }
    }

    /// The same event, on a release of the data.
    #[must_use]
    pub fn on_release(self, release: ReleaseName) -> Self {
        Self { release: Some(release), ..self }
    }

    /// The same event, done for somebody else, who answers for it too.
    #[must_use]
    pub fn on_behalf_of(self, person: Id<kind::Person>) -> Self {
        Self { on_behalf_of: Some(person), ..self }
    }

    /// The same event, decided under the policy with this digest.
    #[must_use]
    pub fn under_policy(self, policy: Sha256Digest) -> Self {
        Self { policy: Some(policy), ..self }
    }

    /// The same event, allowed or refused by the decision whose receipt has this digest.
    #[must_use]
    pub fn decided_by(self, receipt: Sha256Digest) -> Self {
        Self { receipt: Some(receipt), ..self }
    }

    /// The same event, with what it cost to answer.
    #[must_use]
    pub fn costing(self, cost: Cost) -> Self {
        Self { cost: Some(cost), ..self }
    }

    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The request it was part of.
    #[must_use]
    pub fn request(&self) -> Id<kind::Request> {
        self.request
    }

    /// Who did it.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The workspace it happened in, if any.
    #[must_use]
    pub fn workspace(&self) -> Option<Id<kind::Workspace>> {
        self.workspace
    }

    /// The release it concerned, if any.
    #[must_use]
    pub fn release(&self) -> Option<&ReleaseName> {
        self.release.as_ref()
    }

    /// Who it was done for, if not for the actor alone.
    #[must_use]
    pub fn represented(&self) -> Option<Id<kind::Person>> {
        self.on_behalf_of
    }

    /// The digest of the policy it was decided under, if it was decided.
    #[must_use]
    pub fn policy(&self) -> Option<Sha256Digest> {
        self.policy
    }

    /// The digest of the decision's receipt, if there is one.
    #[must_use]
    pub fn receipt(&self) -> Option<Sha256Digest> {
        self.receipt
    }

    /// What it cost to answer, if that was measured.
    #[must_use]
    pub fn cost(&self) -> Option<Cost> {
        self.cost
    }

    /// What was done.
    #[must_use]
    pub fn action(&self) -> &Action {
        &self.action
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new kind of actor must be handled by everyone who reviews what actors did"
)]
pub enum Actor {
    /// A person with an account.
    Person(Id<kind::Person>),
    /// Somebody who runs the deployment, under the name the deployment knows them by.
    Steward(Label),
    /// The program itself: expiry, scheduled work.
    System,
}

/// What an answer cost: time, and what was read for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// From the question to the answer, in microseconds.
    pub microseconds: u64,
    /// The rows that were scanned.
    pub rows_scanned: u64,
    /// The bytes that were read from files.
    pub bytes_read: u64,
}

/// How a question for a number was answered; the number itself is not in the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the same three as the disclosure rule knows")]
pub enum Answer {
    /// With the number.
    Exact,
    /// With "at most", as the number was small.
    Suppressed,
    /// With nothing, as the number would have betrayed another one.
    Withheld,
}

/// What was done. Refusals are actions too: what somebody tried is what a reviewer looks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Action {
    /// A person got an account.
    AccountRegistered {
        /// Whose account.
        person: Id<kind::Person>,
        /// The institution they belong to, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        institution: Option<Id<kind::Institution>>,
    },
    /// A person became a member of an institution.
    InstitutionJoined {
        /// Who.
        person: Id<kind::Person>,
        /// The institution.
        institution: Id<kind::Institution>,
    },
    /// A person met a requirement, and there is evidence of it.
    EvidenceRecorded {
        /// Who met it.
        person: Id<kind::Person>,
        /// The requirement.
        requirement: RequirementName,
        /// When the evidence lapses, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        valid_until: Option<Timestamp>,
    },
    /// The evidence that a person met a requirement was found not to hold.
    EvidenceWithdrawn {
        /// Whose evidence.
        person: Id<kind::Person>,
        /// The requirement.
        requirement: RequirementName,
        /// The first instant at which it does not hold.
        since: Timestamp,
        /// Why.
        reason: Paragraph,
    },
    /// A person was excused from a requirement.
    BypassGranted {
        /// Who was excused.
        person: Id<kind::Person>,
        /// From what.
        requirement: RequirementName,
        /// Why.
        reason: Paragraph,
        /// When it ends.
        not_after: Timestamp,
    },
    /// A second person agreed that somebody is excused from a requirement. Without this event on
    /// the same request, the excuse did not come about.
    BypassConfirmed {
        /// Who was excused.
        person: Id<kind::Person>,
        /// From what.
        requirement: RequirementName,
    },
    /// A policy came into force.
    PolicyLoaded {
        /// The digest of its text.
        policy: Sha256Digest,
    },
    /// The document by which the deployment is run was changed: its institutions, its releases, its
    /// policy.
    DeploymentChanged {
        /// What of it: `created`, `institution`, `release`, `policy`, `restored`.
        fact: Code,
        /// The digest of the document from then on.
        document: Sha256Digest,
    },
    /// Everybody's standing, and what was decided before, were judged by a policy that is not in force, and
    /// the actor was told for whom the answers differ.
    PolicyRehearsed {
        /// The digest of its text.
        policy: Sha256Digest,
    },
    /// A person was let into a tier.
    Admitted {
        /// The tier.
        tier: RowTier,
        /// What was asked for: `view`, `count cohort`.
        asked: Code,
        /// The role in the workspace.
        role: Code,
        /// When the admission ends.
        not_after: Timestamp,
    },
    /// A person was not let in, or not allowed to do something there.
    Refused {
        /// The tier.
        tier: RowTier,
        /// What was asked for: `create workspace`, `export`.
        asked: Code,
        /// The codes of all objections.
        objections: NonEmpty<Code>,
    },
    /// The event's workspace was created.
    WorkspaceCreated {
        /// The tier it is bound to.
        tier: RowTier,
    },
    /// The event's workspace was shared with a person, or their role in it was changed.
    WorkspaceShared {
        /// The person.
        with: Id<kind::Person>,
        /// The role they have now.
        role: Code,
    },
    /// A workspace was made from the event's workspace, with what it held.
    WorkspaceDuplicated {
        /// The new one.
        to: Id<kind::Workspace>,
    },
    /// An item of the event's workspace was copied to another workspace.
    ItemCopied {
        /// The item.
        item: Id<kind::Item>,
        /// Where to.
        to: Id<kind::Workspace>,
    },
    /// A person lost their role in the event's workspace.
    WorkspaceUnshared {
        /// The person.
        with: Id<kind::Person>,
    },
    /// The persons of a cohort were counted.
    CohortCounted {
        /// The digest of the cohort's definition.
        definition: Sha256Digest,
        /// How the count was answered.
        persons: Answer,
    },
    /// A cohort was broken down into cells.
    BreakdownReleased {
        /// The digest of the cohort's definition.
        definition: Sha256Digest,
        /// The property that divides it, such as `age-band`.
        by: Code,
        /// The number of cells.
        cells: u32,
        /// How many of them show their number.
        cells_shown: u32,
    },
    /// The attrition of a cohort was shown.
    AttritionReleased {
        /// The digest of the cohort's definition.
        definition: Sha256Digest,
        /// The number of steps.
        steps: u32,
        /// How many of them show their number.
        steps_shown: u32,
    },
    /// Rows left for the workspace.
    DatasetExported {
        /// The digest of the data set's definition.
        definition: Sha256Digest,
        /// How many rows, over all files.
        rows: u64,
        /// How many bytes, over all files.
        bytes: u64,
        /// The digests of the files, in the order written.
        files: NonEmpty<Sha256Digest>,
    },
    /// A person signed in.
    SignedIn {
        /// Who vouched for them, as it calls itself.
        provider: CleanText,
    },
    /// Somebody tried to sign in and was not let in. Who they said they were is not recorded.
    SignInRefused {
        /// Who vouched for them, as it calls itself.
        provider: CleanText,
        /// The code of the reason.
        reason: Code,
    },
    /// Something stored about a person was shown to the actor.
    PersonViewed {
        /// Whose record.
        person: Id<kind::Person>,
        /// Which part: `record`, `evidence`, `missing-steps`.
        part: Code,
    },
    /// A fact about a person was changed.
    PersonChanged {
        /// Who.
        person: Id<kind::Person>,
        /// What: `name`, `email`, `account`.
        fact: Code,
    },
    /// An institution or its agreements were changed.
    InstitutionChanged {
        /// The institution.
        institution: Id<kind::Institution>,
        /// What: `agreement`, `name`.
        fact: Code,
    },
    /// It was explained to the actor why a person may or may not do something.
    DecisionExplained {
        /// Whom the decision was about.
        person: Id<kind::Person>,
        /// What was asked for: `enter`, `export`.
        asked: Code,
    },
    /// The event's workspace was shown to the actor.
    WorkspaceViewed,
    /// Something about the event's workspace was changed.
    WorkspaceChanged {
        /// What: `title`, `purpose`, `state`.
        fact: Code,
    },
    /// A cohort or a data set was defined, or defined anew, in the event's workspace.
    DefinitionSaved {
        /// What was defined: `cohort`, `dataset`.
        of: Code,
        /// The digest of the definition.
        definition: Sha256Digest,
    },
    /// How a cohort is counted was explained, without counting it.
    CohortExplained {
        /// The digest of the cohort's definition.
        definition: Sha256Digest,
    },
    /// Rows about persons were shown, and did not leave.
    RowsRead {
        /// The digest of what was asked for.
        definition: Sha256Digest,
        /// How many rows.
        rows: u64,
        /// How many bytes.
        bytes: u64,
    },
    /// Entries of this trail were shown to the actor.
    TrailRead {
        /// The number of the first.
        first: u64,
        /// How many.
        entries: u64,
    },
    /// The trail's end was signed and handed out.
    CheckpointSigned {
        /// The number of entries.
        size: u64,
        /// The root over them.
        root: Sha256Digest,
    },
    /// A bypass was ended before its time.
    BypassEnded {
        /// Who had been excused.
        person: Id<kind::Person>,
        /// From what.
        requirement: RequirementName,
        /// Why.
        reason: Paragraph,
    },
    /// The event's release was built from its source.
    ReleaseBuilt {
        /// The tier it holds data of.
        tier: Tier,
        /// The digest of its manifest, which holds those of all its files.
        manifest: Sha256Digest,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_event_does_not_know_is_refused() {
        let event = AuditEvent::new(
            Timestamp::parse("2026-03-01T09:00:00Z").unwrap(),
            Id::from_u128(1),
            Actor::System,
            Action::WorkspaceCreated { tier: RowTier::Registered },
        );
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<AuditEvent>(&json).unwrap(), event);
        for (good, odd) in [
            (r#""tier":"#, r#""note":"x","tier":"#),
            (r#""action":"#, r#""note":"x","action":"#),
            ("workspace_created", "workspace_destroyed"),
            (r#""tier":"registered""#, ""),
            (r#""tier":"registered""#, r#""tier":"registered","tier":"registered""#),
        ] {
            let odd = json.replace(good, odd);
            assert_ne!(odd, json);
            assert!(serde_json::from_str::<AuditEvent>(&odd).is_err(), "{odd} was read as an event");
        }
    }
}
