//! Any bytes as a policy, in both notations and in the first format: an answer with located errors,
//! or a policy that keeps what is promised of every policy and is written and read again as itself.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use strongroom_primitives::RowTier;
use strongroom_tiers::{Checked, Policy, Severity, Syntax, check, diff, migrate, show};

fuzz_target!(|bytes: &[u8]| {
    for checked in [check(bytes, Syntax::Toml), check(bytes, Syntax::Json), migrate(bytes)] {
        located(&checked, bytes);
        if let Some(policy) = checked.policy() {
            sound(policy);
        }
    }
});

/// An error is somewhere in the text and says what to do; without one there is a policy.
fn located(checked: &Checked, bytes: &[u8]) {
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    let mut errors = 0;
    for finding in checked.findings() {
        errors += usize::from(finding.severity() == Severity::Error);
        assert!(!finding.problem().is_empty() && !finding.remedy().is_empty());
        assert!(finding.position().is_none_or(|at| (1..=lines).contains(&at.line()) && at.column() >= 1));
    }
    assert_eq!(checked.policy().is_none(), errors > 0);
}

fn sound(policy: &Policy) {
    let asked = |tier| policy.requirements(tier).into_iter().collect::<BTreeSet<_>>();
    let (registered, controlled) = (asked(RowTier::Registered), asked(RowTier::Controlled));
    assert!(registered.is_subset(&controlled), "the controlled tier asks for less");
    for name in controlled {
        assert!(policy.declaration(name).is_some(), "somebody is asked for what nobody declared");
    }
    for declared in policy.all_declarations() {
        let excused = declared.bypass().map_or(0, |rule| rule.longest_days);
        assert!(
            excused <= 30 && (excused == 0 || declared.evidence().may_be_bypassed()),
            "an endless excuse"
        );
    }
    for again in [Policy::from_toml(&policy.to_toml()), Policy::from_json(&policy.to_json())] {
        let again = again.expect("what was written is read");
        assert!(again == *policy && again.digest() == policy.digest(), "read again it is another");
        assert!(!diff(policy, &again).loosens());
    }
    for table in show(policy) {
        let _ = table.to_string();
    }
}
