//! Rows leave only with a permit of the session that asked.

use std::sync::Arc;

use strongroom_access::Actor;
use strongroom_cdr::{AuthorizedCdr, CohortResult, QueryError};
use strongroom_cohort::ResolvedConcepts;
use strongroom_gate::{Case, ExportPermit, Operation, Rule, RuleObjection};
use strongroom_omop::{Domain, SubjectId};
use strongroom_primitives::{Clock, Label, ManualClock, Timestamp};
use strongroom_workspaces::{Action, Role};

use crate::access::{Access, label, now, paragraph};
use crate::questions::{all, answer, column, first_condition, patients};
use crate::release::Release;

/// Both ways out give this error.
async fn check_refused(
    cdr: &AuthorizedCdr,
    result: &CohortResult,
    permit: &ExportPermit,
    expected: fn(&QueryError) -> bool,
) {
    let events = cdr.events(result, Domain::Condition, &ResolvedConcepts::Every, permit).await;
    for error in [cdr.entries(result, permit).err(), events.err()] {
        assert!(error.as_ref().is_some_and(expected), "{error:?}");
    }
}

#[tokio::test]
async fn a_permit_of_another_workspace_is_refused() {
    let release = Release::of(&patients(3));
    let cdr = release.open().await;
    let here = cdr.authorize(Access::usual().session()).unwrap();
    let elsewhere = Access { workspace: 77, ..Access::usual() }.session();
    let result = answer(&here, &first_condition()).await.unwrap();
    let permit = elsewhere.export_permit(now()).unwrap();
    check_refused(&here, &result, &permit, |error| matches!(error, QueryError::OtherPermit)).await;

    let permit = here.session().export_permit(now()).unwrap();
    assert_eq!(column(&all(here.entries(&result, &permit).unwrap()).await.unwrap(), "subject_id"), [1, 2, 3]);
}

/// Exports end earlier than everything else.
struct ExportsUntil {
    name: Label,
    end: Timestamp,
}

impl Rule for ExportsUntil {
    fn name(&self) -> &Label {
        &self.name
    }

    fn objections(&self, _case: &Case<'_>) -> Vec<RuleObjection> {
        Vec::new()
    }

    fn not_after(&self, case: &Case<'_>) -> Timestamp {
        match case.operation() {
            Operation::InWorkspace(Action::Export) => self.end,
            _ => Timestamp::LAST,
        }
    }
}

#[tokio::test]
async fn a_permit_may_end_before_its_session() {
    let clock = Arc::new(ManualClock::at(now()));
    let end = now().plus_minutes(5);
    let rule = ExportsUntil { name: label("Exports"), end };
    let release = Release::of(&patients(3));
    let cdr = release.open_with(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let cdr = cdr.authorize(Access::usual().session_under(&[&rule])).unwrap();
    let result = answer(&cdr, &first_condition()).await.unwrap();
    let permit = cdr.session().export_permit(now()).unwrap();
    let begun = cdr.entries(&result, &permit).unwrap();

    clock.set(end);
    cdr.resolve(&first_condition()).unwrap();
    check_refused(&cdr, &result, &permit, |error| matches!(error, QueryError::SessionEnded)).await;
    assert!(matches!(all(begun).await, Err(QueryError::SessionEnded)));
}

#[tokio::test]
async fn readers_get_no_permit() {
    let release = Release::of(&patients(3));
    let cdr = release.open().await;
    for (role, may_export) in [(Role::Reader, false), (Role::Writer, true), (Role::Owner, true)] {
        let cdr = cdr.authorize(Access { role, ..Access::usual() }.session()).unwrap();
        answer(&cdr, &first_condition()).await.unwrap();
        assert_eq!(cdr.session().export_permit(now()).is_ok(), may_export, "{role:?}");
    }
}

/// Nobody counts.
pub(crate) struct NobodyCounts(pub(crate) Label);

impl Rule for NobodyCounts {
    fn name(&self) -> &Label {
        &self.0
    }

    fn objections(&self, case: &Case<'_>) -> Vec<RuleObjection> {
        match case.operation() {
            Operation::InWorkspace(Action::CountCohort) => {
                vec![RuleObjection::new(
                    paragraph("Counting is switched off."),
                    paragraph("Ask the steward when it will be on again."),
                    Actor::TheResearcher,
                )]
            }
            _ => Vec::new(),
        }
    }
}

#[tokio::test]
async fn a_session_to_look_does_not_count_what_a_rule_forbids() {
    let release = Release::of(&patients(3));
    let cdr = release.open().await;
    let rule = NobodyCounts(label("Nobody counts"));
    let access = Access { action: Action::View, ..Access::usual() };

    let looking = cdr.authorize(access.session_under(&[&rule])).unwrap();
    let refused = answer(&looking, &first_condition()).await;
    assert!(matches!(refused, Err(QueryError::Refused(_))), "{refused:?}");

    let unhindered = cdr.authorize(access.session()).unwrap();
    answer(&unhindered, &first_condition()).await.unwrap();
}

/// Somebody withdrew, and a new session no longer sees them. What the old one found cannot be
/// carried out through it.
#[tokio::test]
async fn a_cohort_of_another_session_is_refused() {
    let release = Release::of(&patients(3));
    let (before, after) = (release.open().await, release.open().await.without_people([SubjectId::new(2)]));
    let [before, after] = [before, after].map(|cdr| cdr.authorize(Access::usual().session()).unwrap());
    let result = answer(&before, &first_condition()).await.unwrap();
    let permit = after.session().export_permit(now()).unwrap();
    check_refused(&after, &result, &permit, |error| matches!(error, QueryError::OtherCohort)).await;
}
