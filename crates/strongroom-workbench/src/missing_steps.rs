use strongroom_access::{AccessView, Bypass, Candidate, Requirement, SubjectKind, standing};
use strongroom_primitives::{Id, ReleaseName, RowTier, kind};
use strongroom_store::PersonRecord;
use strongroom_tiers::Declaration;

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// The page of what stands between a person and the tier of a release: everything that is asked
    /// for, in the order of the policy, what is missing, set aside or met, until when, the next step
    /// and who can take it.
    ///
    /// It says what the person may know and opens nothing: what is asked of the data is decided
    /// anew.
    ///
    /// # Errors
    /// If there is no such person, the release is not in the catalogue, the policy asks for
    /// something that is not defined, or the store fails.
    pub async fn missing_steps(
        &self,
        person: Id<kind::Person>,
        release: &ReleaseName,
    ) -> Result<AccessView, WorkbenchError> {
        let record = self.persons().load(person).await?.into_value();
        let found = self.catalogue.release(release);
        let found = found.ok_or_else(|| WorkbenchError::ReleaseNotOpen { release: release.clone() })?;
        self.page(&record, found.tier())
    }

    /// The page for a tier.
    pub(crate) fn page(&self, record: &PersonRecord, tier: RowTier) -> Result<AccessView, WorkbenchError> {
        let asked = self.asked_for(tier)?;
        let bypasses: Vec<Bypass> =
            record.bypasses().iter().filter(|bypass| self.provides_for(bypass)).cloned().collect();
        let candidate = Candidate::new(record.person())
            .with_institution(self.institution_of(record))
            .with_evidence(record.evidence())
            .with_bypasses(&bypasses);
        let now = self.now();
        Ok(AccessView::of(&standing(&candidate, &asked, tier, now), now))
    }

    /// The definitions of what the tier asks for before there is a workspace. All definitions of a
    /// name count, as they do in a decision; a page that left one out would promise an open door.
    fn asked_for(&self, tier: RowTier) -> Result<Vec<&Requirement>, WorkbenchError> {
        let mut asked = Vec::new();
        for name in self.policy().requirements(tier) {
            let mut defined = self.requirements().iter().filter(|one| one.name() == name).peekable();
            if defined.peek().is_none() {
                return Err(WorkbenchError::RequirementUndefined { requirement: name.clone() });
            }
            asked.extend(
                defined.filter(|one| matches!(one.subject(), SubjectKind::Person | SubjectKind::Institution)),
            );
        }
        Ok(asked)
    }

    /// Whether the policy of today excuses for so long: one of an earlier policy helps no longer.
    fn provides_for(&self, bypass: &Bypass) -> bool {
        let rule = self.policy().declaration(bypass.requirement()).and_then(Declaration::bypass);
        rule.is_some_and(|rule| bypass.ends() <= bypass.starts().plus_days(rule.longest_days))
    }
}
