//! What a lock, a deletion and a publication change, for every role and action. The tables are
//! written out here a second time.

use strongroom_gate::{Ask, Facts, Objection, admit, admit_to_copy};
use strongroom_primitives::{BoundedText, Id, RowTier};
use strongroom_tiers::ExportKind;
use strongroom_workspaces::{
    Action, Actor, Authority, Category, Change, Circumstances, Command, Ownership, ReviewPolicy, Role,
};

use crate::world::{Concrete, World, concrete, now, person, release_name};

/// The actions of a role in a locked workspace.
fn left_by_a_lock(role: Role) -> &'static [&'static str] {
    match role {
        Role::Reader => &["view"],
        Role::Writer => &["view", "view costs"],
        Role::Owner => &["view", "view costs", "edit purpose"],
    }
}

/// What can be done in a workspace that nobody answers for.
const LEFT_WITHOUT_AN_OWNER: [&str; 8] = [
    "view",
    "count cohort",
    "preview dataset",
    "view review",
    "read notebook",
    "copy out",
    "duplicate",
    "view costs",
];

/// What can be done while the purpose is in review, if the policy has work wait for it.
const LEFT_BY_A_REVIEW: [&str; 6] = ["view", "duplicate", "view costs", "share", "edit purpose", "delete"];

fn change(there: &mut Concrete, authority: Authority, change: Change) {
    let actor = Actor::administrator(Id::from_u128(50), authority);
    let command = Command::change(there.workspace.etag(), change);
    let events = there.workspace.decide(&actor, &command, &Circumstances::at(now())).unwrap();
    there.workspace.apply_all(&events);
}

fn lock(there: &mut Concrete) {
    change(there, Authority::AccessControl, Change::Lock(BoundedText::new("an inquiry is running").unwrap()));
}

fn delete(there: &mut Concrete) {
    let command = Command::change(there.workspace.etag(), Change::Delete);
    let creator = Actor::Creator(there.workspace.creator());
    let events = there.workspace.decide(&creator, &command, &Circumstances::at(now())).unwrap();
    there.workspace.apply_all(&events);
}

fn codes(there: &Concrete, action: Action) -> Vec<&'static str> {
    match there.admit(action, &[]).into_result() {
        Ok(_) => Vec::new(),
        Err(refusal) => refusal.objections().iter().map(Objection::code).collect(),
    }
}

#[test]
fn a_locked_workspace_shows_what_it_is_about_and_nothing_else() {
    for tier in RowTier::ALL {
        for role in Role::ALL {
            let mut there = concrete(World { tier, role: Some(role), ..World::BEST });
            lock(&mut there);
            for action in Action::ALL {
                let allowed = left_by_a_lock(role).contains(&action.to_string().as_str());
                let found = codes(&there, action);
                assert_eq!(found.is_empty(), allowed, "{action} as {role}: {found:?}");
                assert!(allowed || found.contains(&"workspace-locked") || found == ["role-too-low"]);
            }
            let session = there.admit(Action::View, &[]).into_result().unwrap();
            assert!(session.export_permit(now()).is_err());
            for kind in ExportKind::ALL {
                assert!(session.reviewers_for_export(kind, now()).is_err(), "{kind} left a locked workspace");
            }
            let release = release_name("release");
            let copy =
                admit_to_copy(there.policy, &there.facts(), there.workspace.id(), &release, &[], now());
            assert_eq!(copy.unwrap_err().objections().first().code(), "workspace-locked");
        }
    }
}

fn codes_of(there: &Concrete, facts: &Facts<'_>, action: Action) -> Vec<&'static str> {
    match admit(there.policy, facts, &Ask::new(there.workspace.id(), action), &[], now()).into_result() {
        Ok(_) => Vec::new(),
        Err(refusal) => refusal.objections().iter().map(Objection::code).collect(),
    }
}

#[test]
fn a_workspace_that_nobody_answers_for_is_read_only() {
    for role in Role::ALL {
        let there = concrete(World { role: Some(role), ..World::BEST });
        let orphaned = there.facts().with_ownership(Ownership::Orphaned);
        // Nothing said of the owners is nothing known of them.
        let unsaid = Facts::new(&there.person, &there.requirements, &there.evidence)
            .with_institution(there.institution.as_ref().unwrap())
            .with_release(there.release.as_ref().unwrap())
            .with_workspace(&there.workspace);
        for action in Action::ALL {
            let left = LEFT_WITHOUT_AN_OWNER.contains(&action.to_string().as_str());
            let found = codes_of(&there, &orphaned, action);
            assert_eq!(found.contains(&"workspace-orphaned"), !left, "{action} as {role}: {found:?}");
            assert_eq!(found.is_empty(), left && role.may(action), "{action} as {role}: {found:?}");
            if role != Role::Owner {
                assert_eq!(codes_of(&there, &unsaid, action), found, "{action} as {role}");
            } else {
                // Whoever asks answers for it.
                assert_eq!(codes_of(&there, &unsaid, action), [""; 0], "{action}");
            }
        }
    }
}

#[test]
fn where_the_policy_has_work_wait_nobody_works_before_the_purpose_is_approved() {
    for role in Role::ALL {
        let there = concrete(World { role: Some(role), ..World::BEST });
        for (required, blocks_work) in [(false, false), (true, false), (false, true), (true, true)] {
            let facts = there.facts().with_review_policy(ReviewPolicy { required, blocks_work });
            for action in Action::ALL {
                let left =
                    LEFT_BY_A_REVIEW.contains(&action.to_string().as_str()) || !(required && blocks_work);
                let found = codes_of(&there, &facts, action);
                assert_eq!(found.contains(&"purpose-in-review"), !left, "{action} as {role}: {found:?}");
                assert_eq!(found.is_empty(), left && role.may(action), "{action} as {role}: {found:?}");
            }
        }
    }
}

#[test]
fn in_a_deleted_workspace_nobody_does_anything() {
    for role in Role::ALL {
        let mut there = concrete(World { role: Some(role), ..World::BEST });
        delete(&mut there);
        for action in Action::ALL {
            assert!(codes(&there, action).contains(&"workspace-deleted"), "{action} as {role}");
        }
        let release = release_name("release");
        let copy = admit_to_copy(there.policy, &there.facts(), there.workspace.id(), &release, &[], now());
        assert_eq!(copy.unwrap_err().objections().first().code(), "workspace-deleted");
    }
    let mut there = concrete(World { role: None, ..World::BEST });
    let before = codes(&there, Action::View);
    delete(&mut there);
    assert_eq!(codes(&there, Action::View), before, "a stranger learned of a deletion");
}

#[test]
fn a_published_workspace_has_every_researcher_of_its_tier_as_reader() {
    for tier in RowTier::ALL {
        let mut there = concrete(World { tier, role: None, ..World::BEST });
        assert_eq!(codes(&there, Action::View), ["not-a-member"]);
        change(&mut there, Authority::Publication, Change::Publish(Category::Tutorials));
        for action in Action::ALL {
            assert_eq!(codes(&there, action).is_empty(), Role::Reader.may(action), "{action}");
        }
        assert_eq!(there.workspace.members().role_of(person()), None);
        let lapsed = World { tier, role: None, conduct: crate::world::Brought::Lapsed, ..World::BEST };
        let mut lacking = concrete(lapsed);
        change(&mut lacking, Authority::Publication, Change::Publish(Category::Tutorials));
        assert_eq!(codes(&lacking, Action::View), ["requirement-not-met"]);
        change(&mut there, Authority::Publication, Change::Withdraw);
        assert_eq!(codes(&there, Action::View), ["not-a-member"]);
    }
}
