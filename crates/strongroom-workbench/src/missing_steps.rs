use strongroom_gate::{Objection, tier_objections};
use strongroom_primitives::{Id, ReleaseName, kind};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Everything that stands between a person and the tier of a release, in the order of the
    /// policy, each with the next step and who can take it; nothing if the door is open.
    ///
    /// # Errors
    /// If there is no such person, the release is not in the catalogue, or the store fails.
    pub async fn missing_steps(
        &self,
        person: Id<kind::Person>,
        release: &ReleaseName,
    ) -> Result<Vec<Objection>, WorkbenchError> {
        let record = self.stores_persons().load(person).await?.into_value();
        let found = self.catalogue.release(release);
        let found = found.ok_or_else(|| WorkbenchError::ReleaseNotOpen { release: release.clone() })?;
        let facts = self.facts_of_person(&record, release);
        Ok(tier_objections(&self.policy, &facts, found.tier(), self.now()))
    }
}
