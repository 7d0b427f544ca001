use strongroom_audit::{Action as Recorded, AuditEvent};
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_store::{Commit, StoreError, StoreErrorKind, UsageRecord, Version};

use crate::admission::code;
use crate::{Workbench, WorkbenchError};

/// How often something is tried that somebody else is doing at the same time.
const ATTEMPTS: usize = 16;

impl Workbench {
    /// What a person uses; nothing so far, if nothing is on record.
    pub(crate) async fn usage_of(
        &self,
        person: Id<kind::Person>,
    ) -> Result<(UsageRecord, Version), WorkbenchError> {
        match self.usage().load(person).await {
            Ok(stored) => {
                let version = stored.version();
                Ok((stored.into_value(), version))
            }
            Err(error) if error.kind() == StoreErrorKind::NotFound => {
                Ok((UsageRecord::new(person), Version::ABSENT))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes what a person uses, on what is there then if others change it meanwhile. Nothing is written
    /// if `change` gives no event.
    pub(crate) async fn change_usage<T: Send>(
        &self,
        person: Id<kind::Person>,
        change: impl Fn(UsageRecord) -> Result<(UsageRecord, Vec<AuditEvent>, T), WorkbenchError> + Send + Sync,
    ) -> Result<T, WorkbenchError> {
        for _ in 0..ATTEMPTS {
            let (record, version) = self.usage_of(person).await?;
            let (record, events, outcome) = change(record)?;
            let Some(events) = NonEmpty::from_vec(events) else { return Ok(outcome) };
            match self.usage().commit(Commit::new(record, version, events)).await {
                Ok(_) => return Ok(outcome),
                Err(error) if error.kind() == StoreErrorKind::Conflict => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::conflict().into())
    }

    /// That something about what a person uses was changed.
    pub(crate) fn usage_changed(
        &self,
        request: Id<kind::Request>,
        by: Id<kind::Person>,
        person: Id<kind::Person>,
        fact: &str,
    ) -> Result<AuditEvent, WorkbenchError> {
        Ok(self.event(request, by, Recorded::PersonChanged { person, fact: code(fact)? }))
    }
}
