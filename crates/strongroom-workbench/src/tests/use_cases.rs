//! Every use case, as something that anybody can try: by whom it is done, in which condition of the
//! workspace, and what it is to the table of actions.

use std::path::Path;
use std::pin::Pin;

use strongroom_access::{BypassedBy, Evidence};
use strongroom_audit::Actor as By;
use strongroom_cohort::ast::{Entry, EventKind, Events};
use strongroom_cohort::{Cohort, CohortName, Definition};
use strongroom_datasets::DatasetDefinition;
use strongroom_primitives::{Id, RequirementName};
use strongroom_workspaces::{
    Action, Billing, Category, Etag, ItemKind, LedgerEntry, LedgerEntryKind, PeopleQuery, Role,
    WorkspaceError,
};

use super::world::*;
use crate::{BypassRequest, CopyRequest, Invitee, WorkbenchError, WorkspaceRequest};

pub(super) type Outcome = Result<(), WorkbenchError>;
type Tried<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A use case that is tried on the workspace of a [`World`].
pub(super) struct UseCase {
    pub(super) name: &'static str,
    /// The letters of those who may; `*` where nobody in particular acts.
    pub(super) allowed: &'static str,
    /// What a member does by it, if the table of actions knows it.
    pub(super) action: Option<Action>,
    /// The condition in which it is tried.
    pub(super) condition: Condition,
    /// Whether it changes the workspace.
    pub(super) changes: bool,
    pub(super) run: for<'a> fn(&'a World, Who, Etag) -> Tried<'a>,
}

macro_rules! use_case {
    ($name:ident $allowed:literal $action:expr, $condition:ident, $changes:literal,
     |$world:ident, $who:ident, $etag:ident| $run:expr) => {
        UseCase {
            name: stringify!($name),
            allowed: $allowed,
            action: $action,
            condition: Condition::$condition,
            changes: $changes,
            run: |$world, $who, $etag| {
                Box::pin(async move {
                    let _: Etag = $etag;
                    let tried = $run;
                    tried.await.map(drop)
                })
            },
        }
    };
}

pub(super) fn definition() -> Definition {
    let first = Entry::first(Events::of(EventKind::Condition));
    Definition::of(Cohort::new(CohortName::new("everybody").unwrap(), first))
}

/// The same as a request for a workspace on this release.
fn asked(on: &str) -> WorkspaceRequest {
    WorkspaceRequest::on_release(release(on), label("Another"), purpose())
}

pub(super) fn copy_to(on: &str) -> CopyRequest {
    CopyRequest { new: asked(on), with_members: false, definitions: vec![] }
}

fn evidence() -> Evidence {
    Evidence::new(RequirementName::new("other").unwrap(), now(), label("test"))
}

fn cost(world: &World) -> LedgerEntry {
    let kind = LedgerEntryKind::Charged { amount: amount(5) };
    LedgerEntry { id: Id::from_u128(900), at: now(), workspace: world.workspace, kind }
}

/// One row for each use case that the workbench offers.
///
/// Letters: owner, writer, reader, lapsed owner, stranger, creator who has left, administrators of
/// access and of publications, and of the board.
pub(super) fn use_cases() -> Vec<UseCase> {
    use Action as A;
    vec![
        use_case!(register_person "*" None, AsItIs, false, |w, _who, e| {
            w.workbench.register_person(label("New"), "new@uni.edu".parse().unwrap(), None)
        }),
        use_case!(join_institution "*" None, AsItIs, false, |w, who, e| {
            w.workbench.join_institution(who.id(), Id::from_u128(7_000))
        }),
        use_case!(record_evidence "*" None, AsItIs, false, |w, who, e| {
            w.workbench.record_evidence(who.id(), evidence())
        }),
        use_case!(withdraw_evidence "*" None, AsItIs, false, |w, who, e| {
            let requirement = RequirementName::new("self-attestation").unwrap();
            w.workbench.withdraw_evidence(Who::OfAccess.id(), who.id(), requirement, now(), paragraph("no"))
        }),
        // Who may see how everybody stands was established before.
        use_case!(rehearse_policy "*" None, AsItIs, false, |w, who, e| async {
            let edition = &w.workbench.edition;
            w.workbench.rehearse_policy(By::Person(who.id()), edition, edition, None).await
        }),
        use_case!(missing_steps "*" None, AsItIs, false, |w, who, e| async {
            w.workbench.missing_steps(who.id(), &release("R2")).await
        }),
        // The policy of these tests excuses nobody.
        use_case!(grant_bypass "" None, AsItIs, false, |w, who, e| {
            let by = BypassedBy { granted_by: Who::OfAccess.id(), confirmed_by: Who::OfTheBoard.id() };
            let requirement = RequirementName::new("self-attestation").unwrap();
            let (reason, ends) = (paragraph("why"), now().plus_days(1));
            w.workbench.grant_bypass(by, BypassRequest { person: who.id(), requirement, reason, ends })
        }),
        use_case!(directory "*" None, AsItIs, false, |w, _who, e| w.workbench.directory()),
        use_case!(directory_entry "*" None, AsItIs, false, |w, _who, e| w
            .workbench
            .directory_entry(w.workspace)),
        use_case!(post_cost "*" None, AsItIs, false, |w, _who, e| async {
            w.workbench.post_cost(&cost(w)).await
        }),
        use_case!(extend_credits "*" None, AsItIs, false, |w, who, e| w.workbench.extend_credits(who.id())),
        use_case!(change_credit_limit "a" None, AsItIs, false, |w, who, e| {
            w.workbench.change_credit_limit(who.id(), Who::Creator.id(), amount(2_000_000))
        }),
        // What somebody sees is what the list holds, and everybody may ask for theirs.
        use_case!(list_workspaces "*" None, AsItIs, false, |w, who, e| w.workbench.list_workspaces(who.id())),
        use_case!(list_featured_workspaces "*" None, AsItIs, false, |w, who, e| {
            w.workbench.list_featured_workspaces(who.id())
        }),
        use_case!(list_recents "*" None, AsItIs, false, |w, who, e| w.workbench.list_recents(who.id())),
        use_case!(create_workspace "owrscapb" None, AsItIs, false, |w, who, e| {
            w.workbench.create_workspace(who.id(), asked("R3"))
        }),
        use_case!(open_workspace "owr" Some(A::View), AsItIs, false, |w, who, e| {
            w.workbench.open_workspace(who.id(), w.workspace)
        }),
        use_case!(open_item "owr" Some(A::ReadNotebook), AsItIs, false, |w, who, e| {
            w.workbench.open_item(who.id(), w.workspace, w.item(ItemKind::Notebook))
        }),
        use_case!(count_cohort "owr" Some(A::CountCohort), AsItIs, false, |w, who, e| async {
            w.workbench.count_cohort(who.id(), w.workspace, &definition()).await
        }),
        use_case!(estimate_cohort "owr" Some(A::CountCohort), AsItIs, false, |w, who, e| async {
            w.workbench.estimate_cohort(who.id(), w.workspace, &definition()).await
        }),
        use_case!(export_dataset "ow" Some(A::Export), AsItIs, false, |w, who, e| async {
            let dataset = DatasetDefinition::new(label("All"));
            let nowhere = Path::new("/nowhere/at/all");
            w.workbench.export_dataset(who.id(), w.workspace, &definition(), &dataset, nowhere).await
        }),
        use_case!(view_costs "ow" Some(A::ViewCosts), AsItIs, false, |w, who, e| {
            w.workbench.view_costs(who.id(), w.workspace)
        }),
        use_case!(find_people "o" Some(A::Share), AsItIs, false, |w, who, e| async {
            w.workbench.find_people(who.id(), w.workspace, &PeopleQuery::new("stranger").unwrap()).await
        }),
        use_case!(share_workspace "o" Some(A::Share), AsItIs, true, |w, who, e| async move {
            let with = Invitee::Person(Who::Stranger.id());
            w.workbench.share_workspace(who.id(), w.workspace, e, &with, Role::Reader).await
        }),
        use_case!(change_role "o" Some(A::Share), AsItIs, true, |w, who, e| {
            w.workbench.change_role(who.id(), w.workspace, e, Who::Reader.id(), Role::Writer)
        }),
        use_case!(remove_member "o" Some(A::Share), AsItIs, true, |w, who, e| {
            w.workbench.remove_member(who.id(), w.workspace, e, Who::Reader.id())
        }),
        use_case!(leave_workspace "owr" Some(A::View), AsItIs, true, |w, who, e| {
            w.workbench.leave_workspace(who.id(), w.workspace, e)
        }),
        use_case!(rename_workspace "o" Some(A::EditPurpose), AsItIs, true, |w, who, e| {
            w.workbench.rename_workspace(who.id(), w.workspace, e, label("Other"))
        }),
        use_case!(edit_purpose "o" Some(A::EditPurpose), AsItIs, true, |w, who, e| {
            let purpose = purpose().with_notes("noted".parse().unwrap());
            w.workbench.edit_purpose(who.id(), w.workspace, e, purpose)
        }),
        use_case!(change_billing "o" Some(A::EditPurpose), AsItIs, true, |w, who, e| {
            let billing = Billing::OwnAccount { account: label("x") };
            w.workbench.change_billing(who.id(), w.workspace, e, billing)
        }),
        use_case!(publish_workspace "o" Some(A::Publish), AsItIs, true, |w, who, e| {
            w.workbench.publish_workspace(who.id(), w.workspace, e)
        }),
        use_case!(withdraw_workspace "o" Some(A::Publish), Published, true, |w, who, e| {
            w.workbench.withdraw_workspace(who.id(), w.workspace, e)
        }),
        use_case!(feature_workspace "p" None, AsItIs, true, |w, who, e| {
            w.workbench.feature_workspace(who.id(), w.workspace, e, Category::Tutorials)
        }),
        use_case!(unfeature_workspace "p" None, Featured, true, |w, who, e| {
            w.workbench.unfeature_workspace(who.id(), w.workspace, e)
        }),
        use_case!(delete_workspace "oc" Some(A::Delete), AsItIs, true, |w, who, e| {
            w.workbench.delete_workspace(who.id(), w.workspace, e)
        }),
        use_case!(duplicate_workspace "owr" Some(A::Duplicate), AsItIs, false, |w, who, e| {
            w.workbench.duplicate_workspace(who.id(), w.workspace, copy_to("R3"))
        }),
        use_case!(lock_workspace "a" None, AsItIs, true, |w, who, e| {
            w.workbench.lock_workspace(who.id(), w.workspace, e, reason())
        }),
        use_case!(unlock_workspace "a" None, Locked, true, |w, who, e| {
            w.workbench.unlock_workspace(who.id(), w.workspace, e)
        }),
        use_case!(appoint_owner "a" None, Orphaned, true, |w, who, e| {
            w.workbench.appoint_owner(who.id(), w.workspace, e, Who::Writer.id())
        }),
        use_case!(request_review "o" Some(A::EditPurpose), AsItIs, true, |w, who, e| {
            w.workbench.request_review(who.id(), w.workspace, e, None)
        }),
        use_case!(answer_review "o" Some(A::EditPurpose), Submitted, true, |w, who, e| {
            w.workbench.answer_review(who.id(), w.workspace, e, paragraph("as asked"))
        }),
        use_case!(appeal_review "o" Some(A::EditPurpose), Declined, true, |w, who, e| {
            w.workbench.appeal_review(who.id(), w.workspace, e, paragraph("it is not"))
        }),
        use_case!(assign_reviewer "b" None, Submitted, true, |w, who, e| {
            w.workbench.assign_reviewer(who.id(), w.workspace, e, Who::OfTheBoard.id())
        }),
        use_case!(comment_as_reviewer "b" None, InReview, true, |w, who, e| {
            w.workbench.comment_as_reviewer(who.id(), w.workspace, e, paragraph("how?"))
        }),
        use_case!(return_purpose "b" None, InReview, true, |w, who, e| {
            w.workbench.return_purpose(who.id(), w.workspace, e, paragraph("say more"))
        }),
        use_case!(approve_purpose "b" None, InReview, true, |w, who, e| {
            w.workbench.approve_purpose(who.id(), w.workspace, e)
        }),
        use_case!(decline_purpose "b" None, InReview, true, |w, who, e| {
            w.workbench.decline_purpose(who.id(), w.workspace, e, paragraph("no"))
        }),
        use_case!(create_item "ow" Some(A::EditNotebook), AsItIs, true, |w, who, e| {
            let (kind, name) = (ItemKind::Notebook, label("New"));
            w.workbench.create_item(who.id(), w.workspace, kind, name, digest(9), vec![])
        }),
        use_case!(rename_item "ow" Some(A::EditCohort), AsItIs, true, |w, who, e| {
            let item = w.item(ItemKind::Cohort);
            w.workbench.rename_item(who.id(), w.workspace, item, Etag::FIRST, label("New"))
        }),
        use_case!(replace_item "ow" Some(A::EditConceptSet), AsItIs, true, |w, who, e| {
            let item = w.item(ItemKind::ConceptSet);
            w.workbench.replace_item(who.id(), w.workspace, item, Etag::FIRST, digest(9), vec![])
        }),
        use_case!(delete_item "ow" Some(A::EditReview), AsItIs, true, |w, who, e| {
            w.workbench.delete_item(who.id(), w.workspace, w.item(ItemKind::Review), Etag::FIRST)
        }),
        // Out of and into the same workspace: the writers' is the higher of the two rights.
        use_case!(copy_item "ow" Some(A::EditNotebook), AsItIs, true, |w, who, e| {
            let (here, item) = (w.workspace, w.item(ItemKind::Notebook));
            w.workbench.copy_item(who.id(), here, item, here, label("Copy"))
        }),
    ]
}

/// Whether somebody was let do it, whatever came of it then.
#[track_caller]
pub(super) fn was_allowed(what: &str, outcome: &Outcome) -> bool {
    match outcome {
        // Nobody has opened the release here: it was not for want of the right to it.
        Ok(()) | Err(WorkbenchError::ReleaseNotOpen { .. }) => true,
        Err(
            WorkbenchError::Refused(_)
            | WorkbenchError::NoBypass { .. }
            | WorkbenchError::AccountNotUsable { .. }
            | WorkbenchError::Workspace(
                WorkspaceError::NotAMember
                | WorkspaceError::RoleTooLow { .. }
                | WorkspaceError::NeedsAuthority(_)
                | WorkspaceError::WrongPermit { .. }
                | WorkspaceError::Obstacle(_),
            ),
        ) => false,
        Err(other) => panic!("{what}: neither done nor refused: {other}"),
    }
}
