use strongroom_primitives::{Id, RowTier, Timestamp, kind};

use crate::{
    AgreementGap, AgreementStatus, Bypass, Dossier, Evidence, Institution, LiveBypass, Person, Requirement,
    Subject, SubjectKind,
};

/// Somebody who is judged, with all that is known for it. Whatever was not loaded, does not exist or
/// belongs to somebody else is left out; nothing that is left out can open a door.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    person: &'a Person,
    institution: Option<&'a Institution>,
    workspace: Option<Id<kind::Workspace>>,
    evidence: &'a [Evidence],
    bypasses: &'a [Bypass],
    dossiers: &'a [Dossier],
}

impl<'a> Candidate<'a> {
    /// A person who has brought nothing.
    #[must_use]
    pub fn new(person: &'a Person) -> Self {
        Self { person, institution: None, workspace: None, evidence: &[], bypasses: &[], dossiers: &[] }
    }

    /// The same candidate, and the person's institution. Any other institution is left aside.
    #[must_use]
    pub fn with_institution(mut self, institution: Option<&'a Institution>) -> Self {
        self.institution = institution.filter(|one| self.person.institution() == Some(one.id()));
        self
    }

    /// The same candidate, asking for this workspace.
    #[must_use]
    pub fn with_workspace(mut self, workspace: Id<kind::Workspace>) -> Self {
        self.workspace = Some(workspace);
        self
    }

    /// The same candidate, with the person's own evidence.
    #[must_use]
    pub fn with_evidence(mut self, evidence: &'a [Evidence]) -> Self {
        self.evidence = evidence;
        self
    }

    /// The same candidate, with bypasses; those for other subjects are left aside.
    #[must_use]
    pub fn with_bypasses(mut self, bypasses: &'a [Bypass]) -> Self {
        self.bypasses = bypasses;
        self
    }

    /// The same candidate, with dossiers of the person, the institution, the workspace or the
    /// person in the workspace; those of other subjects are left aside.
    #[must_use]
    pub fn with_dossiers(mut self, dossiers: &'a [Dossier]) -> Self {
        self.dossiers = dossiers;
        self
    }

    /// The person.
    #[must_use]
    pub fn person(&self) -> &'a Person {
        self.person
    }

    /// The person's institution, if it is known.
    #[must_use]
    pub fn institution(&self) -> Option<&'a Institution> {
        self.institution
    }

    /// The workspace that is asked for.
    #[must_use]
    pub fn workspace(&self) -> Option<Id<kind::Workspace>> {
        self.workspace
    }

    /// The subject of this kind, if the candidate has one.
    #[must_use]
    pub fn subject(&self, kind: SubjectKind) -> Option<Subject> {
        let person = self.person.id();
        match kind {
            SubjectKind::Person => Some(Subject::Person(person)),
            SubjectKind::Institution => self.institution.map(|one| Subject::Institution(one.id())),
            SubjectKind::Workspace => self.workspace.map(Subject::Workspace),
            SubjectKind::PersonInWorkspace => {
                self.workspace.map(|workspace| Subject::PersonInWorkspace { person, workspace })
            }
        }
    }

    /// The evidence about this subject.
    pub(crate) fn evidence_about(
        &self,
        subject: Subject,
    ) -> impl Iterator<Item = &'a Evidence> + Clone + use<'a> {
        let own: &[Evidence] = if subject.kind() == SubjectKind::Person { self.evidence } else { &[] };
        let dossiers = self.dossiers.iter().filter(move |dossier| dossier.subject() == subject);
        own.iter().chain(dossiers.flat_map(Dossier::evidence))
    }

    /// Whether anything was set aside, for whomever.
    pub(crate) fn has_bypasses(&self) -> bool {
        !self.bypasses.is_empty() || self.dossiers.iter().any(|dossier| !dossier.bypasses().is_empty())
    }

    /// Whether the person's institution vouches for them in the tier at this instant, and until when.
    #[must_use]
    pub fn agreement_status(&self, tier: RowTier, now: Timestamp) -> AgreementStatus {
        match self.institution {
            Some(institution) => institution.agreement_status(tier, self.person.email(), now),
            None => AgreementStatus::NotInForce(AgreementGap::NoInstitution),
        }
    }

    /// The bypass of the requirement for the candidate that helps longest at this instant, by two
    /// people who are not the candidate.
    #[must_use]
    pub fn live_bypass(&self, requirement: &Requirement, now: Timestamp) -> Option<LiveBypass<'a>> {
        // Checked when a bypass is made, and again here: what is stored may have been made otherwise.
        if !requirement.kind().may_be_bypassed() {
            return None;
        }
        let subject = self.subject(requirement.subject())?;
        let filed = self.dossiers.iter().filter(|dossier| dossier.subject() == subject);
        self.bypasses
            .iter()
            .chain(filed.flat_map(Dossier::bypasses))
            .filter(|bypass| bypass.subject() == subject && bypass.requirement() == requirement.name())
            .filter(|bypass| ![bypass.granted_by(), bypass.confirmed_by()].contains(&self.person.id()))
            .filter_map(|bypass| Some(LiveBypass { bypass, until: bypass.live_until(now)? }))
            .max_by_key(|live| live.until)
    }
}
