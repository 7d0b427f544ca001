use strongroom_audit::{Action as Recorded, Answer};
use strongroom_cdr::{AgeAndSex, AuthorizedCdr, QueryError};
use strongroom_cohort::Definition;
use strongroom_disclosure::{Attrition, Breakdown, ReleasedCount};
use strongroom_gate::TierSession;
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_workspaces::Action;

use crate::admission::{Admission, code};
use crate::{Workbench, WorkbenchError};

/// What may be told of a cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CohortAnswer {
    /// How many people are in it.
    pub persons: ReleasedCount,
    /// How many were left after the entry and each step.
    pub attrition: Attrition<String>,
    /// Its people by age and sex.
    pub by_age_and_sex: Breakdown<AgeAndSex>,
}

impl Workbench {
    /// Counts a cohort on the workspace's release, under the disclosure rule of its tier.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not; [`WorkbenchError::Credit`] if what it costs cannot
    /// be paid, in which case nothing was run; [`WorkbenchError::Query`] if the definition has errors or the
    /// release cannot be read; or if the answer could not be recorded.
    pub async fn count_cohort(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        definition: &Definition,
    ) -> Result<CohortAnswer, WorkbenchError> {
        let Admission { request, session, workspace: seen, .. } =
            self.admit(person, workspace, Action::CountCohort).await?;
        let cdr = self.authorize(session)?;
        let cohort = cdr.resolve(definition)?;
        let extent = cdr.extent(&cohort);
        let reserved = self.reserve(request, person, seen.value(), extent, Action::CountCohort).await?;
        let ran = cdr.run(&cohort).await;
        self.settle(reserved, ran.is_ok()).await?;
        let result = ran?;
        let answer = CohortAnswer {
            persons: result.count(),
            attrition: result.attrition()?,
            by_age_and_sex: result.by_age_and_sex()?,
        };

        let definition = cohort.definition_digest();
        let (steps, cells) = (answer.attrition.steps(), answer.by_age_and_sex.cells());
        let released = [
            Recorded::AttritionReleased {
                definition,
                steps: number(steps.len()),
                steps_shown: shown(steps.iter().map(|(_, count)| count)),
            },
            Recorded::BreakdownReleased {
                definition,
                by: code("age-and-sex")?,
                cells: number(cells.len()),
                cells_shown: shown(cells.iter().map(|(_, count)| count)),
            },
        ];
        let persons = match answer.persons {
            ReleasedCount::Exact(_) => Answer::Exact,
            ReleasedCount::Suppressed { .. } => Answer::Suppressed,
            ReleasedCount::Withheld => Answer::Withheld,
        };
        let place = |action| {
            let event = self.event(request, person, action).in_workspace(workspace);
            event.on_release(cdr.session().release().clone())
        };
        let mut events = NonEmpty::new(place(Recorded::CohortCounted { definition, persons }));
        released.into_iter().for_each(|action| events.push(place(action)));
        self.check_session(cdr.session())?;
        self.record(events).await?;
        Ok(answer)
    }

    /// Takes the session to the release it was admitted to.
    pub(crate) fn authorize(&self, session: TierSession) -> Result<AuthorizedCdr, WorkbenchError> {
        let release = session.release().clone();
        let cdr = self.releases.get(&release).ok_or(WorkbenchError::ReleaseNotOpen { release })?;
        Ok(cdr.authorize(session)?)
    }

    /// Whether the session lasts still. Asked once more when an answer is ready, because what came in
    /// between, such as settling its cost, may have taken long.
    pub(crate) fn check_session(&self, session: &TierSession) -> Result<(), WorkbenchError> {
        if session.is_live(self.now()) { Ok(()) } else { Err(QueryError::SessionEnded.into()) }
    }
}

fn shown<'a>(counts: impl Iterator<Item = &'a ReleasedCount>) -> u32 {
    number(counts.filter(|count| count.exact().is_some()).count())
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
