use std::collections::BTreeSet;

use strongroom_primitives::RowTier;

use crate::draft::PolicyDraft;
use crate::finding::FieldPath;
use crate::{
    DisclosureProfile, ExportKind, Exporter, Finding, Generalisation, Rounding, TierRules, declaration_checks,
};

/// A lease longer than a day would outlive the day's news.
pub(crate) const LONGEST_LEASE_MINUTES: u32 = 1_440;
/// A longer excuse is a change of the policy, and has to be written as one.
pub(crate) const LONGEST_BYPASS_DAYS: u32 = 30;
/// The largest integer that every reader of JSON reads exactly (RFC 8259, section 6).
pub(crate) const LARGEST_VERSION: u64 = 9_007_199_254_740_991;
/// Ten years of days: dates moved further would leave the calendar of the data.
pub(crate) const LONGEST_SHIFT_DAYS: i32 = 3_653;
pub(crate) const MOST_REVIEWERS: u32 = 5;
/// More than this is no small count any more, and a slip of the pen.
pub(crate) const LARGEST_SMALL_COUNT: u32 = 1_000_000;
/// A hundred years, in days.
pub(crate) const LONGEST_VALIDITY_DAYS: u32 = 36_525;

/// Everything that is wrong or odd with a draft, in the order of the document.
pub(crate) fn all(draft: &PolicyDraft) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !(1..=LARGEST_VERSION).contains(&draft.version) {
        findings.push(Finding::error(
            FieldPath::of("version"),
            format!("the version is outside 1 to {LARGEST_VERSION}"),
            "count the programme's policies from 1",
        ));
    }
    numbers(&mut findings, &FieldPath::of("tiers.public"), draft.public.disclosure());
    for tier in RowTier::ALL {
        one_tier(&mut findings, draft, tier);
    }
    chain(&mut findings, draft);
    for declaration in draft.declarations.values() {
        declaration_checks::check(&mut findings, declaration);
    }
    let asked_for = draft.asked_for();
    for name in draft.declarations.keys().filter(|name| !asked_for.contains(name)) {
        findings.push(Finding::warning(
            FieldPath::of("requirements").field(name.as_str()),
            "no tier asks for it",
            "name it in the `requirements` of a tier, or remove it",
        ));
    }
    findings
}

fn tier_path(tier: RowTier) -> FieldPath {
    FieldPath::of("tiers").field(&tier.to_string())
}

fn one_tier(findings: &mut Vec<Finding>, draft: &PolicyDraft, tier: RowTier) {
    let (rules, path) = (draft.tier(tier), tier_path(tier));
    let mut seen = BTreeSet::new();
    for (index, name) in rules.requirements().iter().enumerate() {
        let path = path.field("requirements").element(index);
        if !seen.insert(name) {
            findings.push(Finding::error(path, "the requirement is named twice", "remove one"));
        } else if !draft.declarations.contains_key(name) {
            findings.push(Finding::error(
                path,
                format!("the requirement {name} is not declared"),
                format!("declare it in `requirements.{name}`, or correct the name"),
            ));
        }
    }
    if rules.requirements().is_empty() {
        findings.push(Finding::warning(
            path.field("requirements"),
            "the tier asks for nothing",
            "name what somebody has to meet before seeing rows of people",
        ));
    }
    if !(1..=LONGEST_LEASE_MINUTES).contains(&rules.maximum_lease_minutes()) {
        findings.push(Finding::error(
            path.field("maximum_lease_minutes"),
            format!("the number is outside 1 to {LONGEST_LEASE_MINUTES}"),
            "choose one within; 15 is usual",
        ));
    }
    numbers(findings, &path, rules.disclosure());
    columns(findings, &path, rules);
    date_shift(findings, &path, rules);
    for kind in ExportKind::ALL {
        let rule = rules.export().rule(kind);
        let path = path.field("export").field(kind.field());
        if rule.reviewers() > MOST_REVIEWERS {
            let problem = format!("more than {MOST_REVIEWERS} reviewers will never agree");
            findings.push(Finding::error(path.field("reviewers"), problem, "ask for fewer; two are usual"));
        } else if rule.who() == Exporter::Nobody && rule.reviewers() > 0 {
            findings.push(Finding::warning(
                path.field("reviewers"),
                "nobody exports it, so nobody reviews it",
                "say who may export it, or remove the reviewers",
            ));
        } else if kind == ExportKind::RowsOutside && rule.who() != Exporter::Nobody && rule.reviewers() < 2 {
            findings.push(Finding::warning(
                path,
                "rows of people leave the environment without two reviewers",
                "write `reviewers = 2`, or `who = \"nobody\"`",
            ));
        }
    }
}

fn numbers(findings: &mut Vec<Finding>, tier: &FieldPath, profile: DisclosureProfile) {
    let path = tier.field("disclosure");
    if profile.suppress_up_to() > LARGEST_SMALL_COUNT {
        let problem = format!("the number is outside 0 to {LARGEST_SMALL_COUNT}");
        findings.push(Finding::error(path.field("suppress_up_to"), problem, "choose one within"));
    }
    if let Some(multiple) = profile.rounding().multiple()
        && !(2..=LARGEST_SMALL_COUNT).contains(&multiple)
    {
        findings.push(Finding::error(
            path.field("rounding").field("to_multiple_of"),
            format!("the number is outside 2 to {LARGEST_SMALL_COUNT}"),
            "choose one within, or write `mode = \"exact\"`",
        ));
    }
    if profile.suppress_up_to() == 0 && profile.rounding() == Rounding::Exact {
        findings.push(Finding::warning(
            path.field("suppress_up_to"),
            "every number is shown, even a single person",
            "choose the largest number that would betray somebody; 20 is usual",
        ));
    }
}

fn columns(findings: &mut Vec<Finding>, tier: &FieldPath, rules: &TierRules) {
    let names = || "write it in lower case, with digits and underscores only";
    let path = tier.field("hidden").field("tables");
    for (index, table) in rules.hidden().tables().enumerate() {
        if !is_cdm_name(table) {
            let problem = "a table of the CDM cannot have this name";
            findings.push(Finding::error(path.element(index), problem, names()));
        }
    }
    for (table, column) in rules.hidden().columns() {
        if !is_cdm_name(table) || !is_cdm_name(column) {
            let path = tier.field("hidden").field("columns");
            findings.push(Finding::error(
                path,
                "a table or column of the CDM cannot have this name",
                names(),
            ));
        }
    }
    for (table, column, form) in rules.generalised().columns() {
        let path = tier.field("generalised");
        if !is_cdm_name(table) || !is_cdm_name(column) {
            findings.push(Finding::error(
                path,
                "a table or column of the CDM cannot have this name",
                names(),
            ));
            continue;
        }
        let path = path.field(table).field(column);
        let least = match form {
            Generalisation::Bands { width } => Some(("width", 2, width)),
            Generalisation::Prefix { characters } => Some(("characters", 1, characters)),
            _ => None,
        };
        if let Some((field, least, value)) = least
            && value < least
        {
            let problem = format!("the number is less than {least}");
            findings.push(Finding::error(
                path.field(field),
                problem,
                "choose a larger one, or hide the column",
            ));
        }
        if rules.hidden().hides_column(table, column) {
            findings.push(Finding::warning(
                path,
                "the column is hidden as well, so its coarser form is never seen",
                "remove it here or in `hidden`",
            ));
        }
    }
}

fn date_shift(findings: &mut Vec<Finding>, tier: &FieldPath, rules: &TierRules) {
    let Some(shift) = rules.date_shift() else { return };
    let path = tier.field("date_shift");
    let allowed = -LONGEST_SHIFT_DAYS..=LONGEST_SHIFT_DAYS;
    for (field, days) in [("earliest_days", shift.earliest_days()), ("latest_days", shift.latest_days())] {
        if !allowed.contains(&days) {
            let problem = format!("the number is outside -{LONGEST_SHIFT_DAYS} to {LONGEST_SHIFT_DAYS}");
            findings.push(Finding::error(path.field(field), problem, "choose one within"));
        }
    }
    match shift.choices() {
        0 => findings.push(Finding::error(
            path.field("latest_days"),
            "there is no number of days between the earliest and the latest",
            "write the smaller number as `earliest_days`; numbers below zero move back",
        )),
        1..30 => findings.push(Finding::warning(
            path.clone(),
            "there are fewer than 30 offsets, which are soon guessed",
            "choose a wider range; -365 to -1 is usual",
        )),
        _ => {}
    }
    for (table, column) in shift.exceptions() {
        if !is_cdm_name(table) || !is_cdm_name(column) {
            findings.push(Finding::error(
                path.field("except"),
                "a table or column of the CDM cannot have this name",
                "write it in lower case, with digits and underscores only",
            ));
        }
    }
}

/// What has to hold between the tiers: more is asked for above, and more is shown.
fn chain(findings: &mut Vec<Finding>, draft: &PolicyDraft) {
    let (below, above) = (&draft.registered, &draft.controlled);
    let path = tier_path(RowTier::Controlled);
    for name in below.requirements().iter().filter(|name| !above.requirements().contains(name)) {
        findings.push(Finding::error(
            path.field("requirements"),
            format!("{name} is missing, which the registered tier asks for"),
            format!("add \"{name}\""),
        ));
    }
    for table in above.hidden().tables().filter(|table| !below.hidden().hides_table(table)) {
        if is_cdm_name(table) {
            findings.push(hidden_above_only(path.field("hidden").field("tables"), table));
        }
    }
    for (table, column) in above.hidden().columns() {
        if is_cdm_name(table) && is_cdm_name(column) && !below.hidden().hides_column(table, column) {
            let path = path.field("hidden").field("columns").field(table);
            findings.push(hidden_above_only(path, &format!("{table}.{column}")));
        }
    }
    if above.hidden().source_values() && !below.hidden().source_values() {
        findings.push(hidden_above_only(path.field("hidden").field("source_values"), "source values"));
    }
    for (table, column, form) in above.generalised().columns() {
        let covered = below.hidden().hides_column(table, column)
            || below
                .generalised()
                .form_of(table, column)
                .is_some_and(|own| own.is_at_least_as_coarse_as(form));
        if is_cdm_name(table) && is_cdm_name(column) && !covered {
            findings.push(Finding::error(
                path.field("generalised").field(table).field(column),
                "the registered tier shows the column in a finer form",
                "write at least as coarse a form in the registered tier, or hide the column there",
            ));
        }
    }
    if above.date_shift().is_some() && below.date_shift().is_none() {
        findings.push(Finding::error(
            path.field("date_shift"),
            "the registered tier shows the real dates",
            "move dates in the registered tier too",
        ));
    }
    if above.disclosure().indistinct_up_to() > below.disclosure().indistinct_up_to() {
        findings.push(Finding::warning(
            path.field("disclosure"),
            "the controlled tier suppresses numbers that the registered tier shows",
            "suppress as much in the registered tier",
        ));
    }
    if below.disclosure().indistinct_up_to() > draft.public.disclosure().indistinct_up_to() {
        findings.push(Finding::warning(
            FieldPath::of("tiers.public.disclosure"),
            "the public tier shows numbers that the registered tier suppresses",
            "suppress or round at least as much in the public tier",
        ));
    }
    for kind in ExportKind::ALL {
        if !above.export().rule(kind).is_at_least_as_strict_as(below.export().rule(kind)) {
            findings.push(Finding::warning(
                path.field("export").field(kind.field()),
                "more people may export it from the controlled tier than from the registered tier",
                "let as few people do so, with as many reviewers",
            ));
        }
    }
}

fn hidden_above_only(path: FieldPath, what: &str) -> Finding {
    Finding::error(
        path,
        format!("{what}: hidden here, and shown in the registered tier"),
        "hide it in the registered tier too",
    )
}

/// A name in another spelling would hide nothing, and nobody would notice.
pub(crate) fn is_cdm_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
