use std::sync::Arc;

use strongroom_primitives::{RequirementName, RowTier};

use super::fields::{Cursor, Fields, Report};
use super::{FIRST_FORMAT, is_format, largest_version, tiers};
use crate::TierRules;
use crate::checks::{LARGEST_SMALL_COUNT, LONGEST_LEASE_MINUTES};
use crate::draft::PolicyDraft;
use crate::standard::Standard;

pub(super) fn policy<'d>(report: &mut Report<'d>, fields: &mut Fields<'d>) -> Option<PolicyDraft> {
    if !is_format(report, fields, FIRST_FORMAT) {
        return None;
    }
    let version = fields.required(report, "version");
    let version = version.and_then(|cursor| report.integer(&cursor, 1..=largest_version()));
    let cursor = fields.required(report, "tiers")?;
    let mut tiers = report.table(&cursor)?;
    let mut draft = PolicyDraft::new(version?);
    let standard = Standard::load();
    for (tier, field) in [(RowTier::Registered, "registered"), (RowTier::Controlled, "controlled")] {
        let rules =
            tiers.required(report, field).and_then(|cursor| rules(report, &cursor, &standard, &mut draft));
        draft = draft.with_tier(tier, rules.unwrap_or_else(|| TierRules::new(Vec::new())));
    }
    tiers.end(report);
    draft.controlled = Arc::new(TierRules::clone(&draft.controlled).including(&draft.registered));
    Some(draft)
}

fn rules<'d>(
    report: &mut Report<'d>,
    cursor: &Cursor<'d>,
    standard: &Standard,
    draft: &mut PolicyDraft,
) -> Option<TierRules> {
    let mut fields = report.table(cursor)?;
    let mut names = Vec::new();
    if let Some(cursor) = fields.required(report, "requirements") {
        for element in report.list(&cursor) {
            let Some(name) = report.value(&element, RequirementName::new) else { continue };
            match standard.declaration(&name) {
                Some(declaration) => drop(draft.declarations.insert(name.clone(), declaration)),
                None => report.error(
                    &element.path,
                    format!("the first format does not say what {name} is"),
                    "write the policy anew, and declare it there",
                ),
            }
            names.push(name);
        }
    }
    let mut rules = TierRules::new(names);
    if let Some(cursor) = fields.optional("suppress_up_to") {
        let people = report.integer(&cursor, 0..=i64::from(LARGEST_SMALL_COUNT));
        rules = rules.with_suppress_up_to(people.unwrap_or(20));
    }
    if let Some(cursor) = fields.optional("maximum_lease_minutes") {
        let minutes = report.integer(&cursor, 1..=i64::from(LONGEST_LEASE_MINUTES));
        rules.maximum_lease_minutes = minutes.unwrap_or(rules.maximum_lease_minutes);
    }
    if let Some(cursor) = fields.optional("hidden") {
        rules.hidden = tiers::hidden(report, &cursor).unwrap_or_default();
    }
    fields.end(report);
    Some(rules)
}
