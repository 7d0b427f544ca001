use strongroom_access::{Bypass, BypassedBy, Subject};
use strongroom_audit::Action;
use strongroom_primitives::{Id, NonEmpty, Paragraph, RequirementName, Timestamp, kind};
use strongroom_store::Commit;
use strongroom_tiers::Declaration;

use crate::{Workbench, WorkbenchError};

/// That somebody shall be excused from a requirement for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is written by hand where somebody is excused")]
pub struct BypassRequest {
    /// Who shall be excused.
    pub person: Id<kind::Person>,
    /// From what.
    pub requirement: RequirementName,
    /// Why, for everybody who reads the person's page.
    pub reason: Paragraph,
    /// The first instant at which they no longer are.
    pub ends: Timestamp,
}

impl Workbench {
    /// Excuses a person from a requirement, from now on, where the policy allows it. It takes two
    /// people, of whom neither is the person; that both are staff, and that both said so, must have
    /// been established before. Both are recorded.
    ///
    /// # Errors
    /// If the policy excuses nobody from it or not for so long, if there is no second person, if
    /// one of the two has no account or one that may not be used, or the store fails.
    pub async fn grant_bypass(&self, by: BypassedBy, asked: BypassRequest) -> Result<(), WorkbenchError> {
        let now = self.now();
        let BypassRequest { person, requirement, reason, ends } = asked;
        let rule = self.policy().declaration(&requirement).and_then(Declaration::bypass);
        let defined = self.requirements().iter().find(|one| *one.name() == requirement);
        let (Some(rule), Some(defined)) = (rule, defined) else {
            return Err(WorkbenchError::NoBypass { requirement });
        };
        if ends > now.plus_days(rule.longest_days) {
            return Err(WorkbenchError::BypassTooLong { longest_days: rule.longest_days });
        }
        let bypass = Bypass::new(defined, Subject::Person(person), reason.clone(), by, now, ends)?;
        for granter in [by.granted_by, by.confirmed_by] {
            let record = self.persons().load(granter).await?.into_value();
            if record.person().account().gap(now).is_some() {
                return Err(WorkbenchError::AccountNotUsable { person: granter });
            }
        }

        let request = self.new_id();
        let granted =
            Action::BypassGranted { person, requirement: requirement.clone(), reason, not_after: ends };
        let mut events = NonEmpty::new(self.event(request, by.granted_by, granted));
        events.push(self.event(request, by.confirmed_by, Action::BypassConfirmed { person, requirement }));
        let stored = self.persons().load(person).await?;
        let version = stored.version();
        let record = stored.into_value().with_bypass(bypass);
        self.persons().commit(Commit::new(record, version, events)).await?;
        Ok(())
    }
}
