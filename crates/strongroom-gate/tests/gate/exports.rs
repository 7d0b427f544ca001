//! What may leave a session, by role, tier and policy, and with whose consent.

use strongroom_access::Actor;
use strongroom_gate::{Ask, Case, Objection, Operation, Rule, RuleObjection, admit};
use strongroom_primitives::{Label, RowTier};
use strongroom_tiers::{ExportKind, ExportRule, Exporter, Policy};
use strongroom_workspaces::{Action, Role};

use crate::world::{Concrete, World, concrete, label, now, paragraph};

fn there(tier: RowTier, role: Role) -> Concrete {
    concrete(World { tier, role: Some(role), ..World::BEST })
}

fn exporting(policy: &Policy, tier: RowTier, kind: ExportKind, rule: ExportRule) -> Policy {
    let rules = policy.rules(tier).clone();
    let export = rules.export().with_rule(kind, rule);
    policy.clone().into_draft().with_tier(tier, rules.with_export(export)).build().unwrap()
}

/// The lowest role that exports this, written out a second time.
fn lowest(kind: ExportKind, who: Exporter) -> Option<Role> {
    let rows = matches!(kind, ExportKind::RowsToWorkspace | ExportKind::RowsOutside);
    match who {
        Exporter::Nobody => None,
        Exporter::Owner => Some(Role::Owner),
        Exporter::Writer => Some(Role::Writer),
        // Rows go to nobody below a writer, whatever the policy says.
        Exporter::Reader if rows => Some(Role::Writer),
        Exporter::Reader => Some(Role::Reader),
    }
}

#[test]
fn what_leaves_is_decided_by_role_and_policy_and_counts_its_reviewers() {
    for tier in RowTier::ALL {
        for role in Role::ALL {
            let there = there(tier, role);
            for kind in ExportKind::ALL {
                for who in [Exporter::Nobody, Exporter::Owner, Exporter::Writer, Exporter::Reader] {
                    for reviewers in [0, 2] {
                        let rule = ExportRule::by(who).with_reviewers(reviewers);
                        check(&there, tier, role, kind, rule);
                    }
                }
            }
        }
    }
}

fn check(there: &Concrete, tier: RowTier, role: Role, kind: ExportKind, rule: ExportRule) {
    let policy = exporting(there.policy, tier, kind, rule);
    let decide = |action| admit(&policy, &there.facts(), &Ask::new(there.workspace.id(), action), &[], now());
    let session = decide(Action::View).into_result().unwrap();
    let mut expected = match lowest(kind, rule.who()) {
        None => vec!["export-closed"],
        Some(needed) if role < needed => vec!["role-too-low"],
        Some(_) => vec![],
    };
    let found = session.reviewers_for_export(kind, now());
    let in_words = format!("{kind} by {rule} as {role} in {tier}");
    match &found {
        Ok(reviewers) => {
            assert_eq!((*reviewers, expected.is_empty()), (rule.reviewers(), true), "{in_words}");
        }
        Err(refusal) => {
            let codes: Vec<_> = refusal.objections().iter().map(Objection::code).collect();
            assert_eq!(codes, expected, "{in_words}");
        }
    }
    if kind != ExportKind::RowsToWorkspace {
        return;
    }
    // The action of that name has no reviewers at hand.
    if rule.who() != Exporter::Nobody && rule.reviewers() > 0 {
        expected.push("export-needs-review");
    }
    let refusal = decide(Action::Export).into_result().err();
    let objections = refusal.iter().flat_map(|refusal| refusal.objections().iter());
    assert_eq!(objections.map(Objection::code).collect::<Vec<_>>(), expected, "{in_words}");
    assert_eq!(session.export_permit(now()).is_ok(), expected.is_empty(), "{in_words}");
}

/// Objects to exports and to nothing else.
struct NothingLeaves(Label);

impl Rule for NothingLeaves {
    fn name(&self) -> &Label {
        &self.0
    }

    fn objections(&self, case: &Case<'_>) -> Vec<RuleObjection> {
        let exports = case.operation() == Operation::InWorkspace(Action::Export);
        let objection =
            || RuleObjection::new(paragraph("an inquiry"), paragraph("Wait."), Actor::ProgrammeStaff);
        exports.then(objection).into_iter().collect()
    }
}

#[test]
fn a_rule_against_exports_is_heard_about_everything_that_could_leave() {
    let there = there(RowTier::Registered, Role::Owner);
    let rule = NothingLeaves(label("inquiry"));
    for kind in ExportKind::ALL {
        let policy = exporting(there.policy, RowTier::Registered, kind, ExportRule::by(Exporter::Reader));
        let ask = Ask::new(there.workspace.id(), Action::View);
        let session =
            |rules: &[&dyn Rule]| admit(&policy, &there.facts(), &ask, rules, now()).into_result().unwrap();
        assert_eq!(session(&[]).reviewers_for_export(kind, now()), Ok(0), "{kind}");
        let refusal = session(&[&rule]).reviewers_for_export(kind, now()).unwrap_err();
        assert_eq!(refusal.objections().first().code(), "rule", "{kind}");
    }
}

#[test]
fn nothing_leaves_a_session_that_was_seen_to_end() {
    let there = there(RowTier::Registered, Role::Owner);
    let policy =
        exporting(there.policy, RowTier::Registered, ExportKind::Counts, ExportRule::by(Exporter::Reader));
    let ask = Ask::new(there.workspace.id(), Action::View);
    let session = admit(&policy, &there.facts(), &ask, &[], now()).into_result().unwrap();
    assert_eq!(session.reviewers_for_export(ExportKind::Counts, now()), Ok(0));
    assert!(session.check(session.not_after()).is_err());
    // Also if the clock is set back.
    let refusal = session.reviewers_for_export(ExportKind::Counts, now()).unwrap_err();
    assert_eq!(refusal.objections().first().code(), "decision-expired");
}
