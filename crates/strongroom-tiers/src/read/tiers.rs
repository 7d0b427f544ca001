use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use strongroom_primitives::RequirementName;

use super::fields::{Cursor, Report};
use crate::checks::{
    LARGEST_SMALL_COUNT, LONGEST_LEASE_MINUTES, LONGEST_SHIFT_DAYS, LONGEST_VALIDITY_DAYS, MOST_REVIEWERS,
    is_cdm_name,
};
use crate::draft::PolicyDraft;
use crate::{
    ArchivedUse, Copies, DateShift, DisclosureProfile, ExportKind, ExportRule, ExportRules, Exporter,
    Generalisation, Generalised, Hidden, NewWork, NoticeRules, PublicRules, PurposeKind, ReleaseRules,
    ReviewRules, ReviewTiming, Rounding, TierRules, ZeroCount,
};

const WHO: &[(&str, Exporter)] = &[
    ("nobody", Exporter::Nobody),
    ("owner", Exporter::Owner),
    ("writer", Exporter::Writer),
    ("reader", Exporter::Reader),
];

pub(super) fn all<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>, draft: &mut PolicyDraft) {
    let Some(mut fields) = report.table(cursor) else { return };
    if let Some(cursor) = fields.optional("public") {
        draft.public = public(report, &cursor).unwrap_or_default();
    }
    if let Some(cursor) = fields.required(report, "registered") {
        draft.registered = Arc::new(tier(report, &cursor).unwrap_or_else(|| TierRules::new(Vec::new())));
    }
    if let Some(cursor) = fields.required(report, "controlled") {
        draft.controlled = Arc::new(tier(report, &cursor).unwrap_or_else(|| TierRules::new(Vec::new())));
    }
    fields.end(report);
}

fn public<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<PublicRules> {
    let mut fields = report.table(cursor)?;
    let profile = fields.optional("disclosure").and_then(|cursor| disclosure(report, &cursor));
    fields.end(report);
    Some(PublicRules::new(profile.unwrap_or_default()))
}

fn tier<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<TierRules> {
    let mut fields = report.table(cursor)?;
    let names = fields.required(report, "requirements");
    let names = names.map(|cursor| requirement_names(report, &cursor)).unwrap_or_default();
    let mut rules = TierRules::new(names);
    if let Some(cursor) = fields.optional("maximum_lease_minutes") {
        let minutes = report.integer(&cursor, 1..=i64::from(LONGEST_LEASE_MINUTES));
        rules.maximum_lease_minutes = minutes.unwrap_or(rules.maximum_lease_minutes);
    }
    if let Some(cursor) = fields.optional("disclosure") {
        rules.disclosure = disclosure(report, &cursor).unwrap_or_default();
    }
    if let Some(cursor) = fields.optional("export") {
        rules.export = export(report, &cursor).unwrap_or_default();
    }
    if let Some(cursor) = fields.optional("date_shift") {
        rules.date_shift = date_shift(report, &cursor);
    }
    if let Some(cursor) = fields.optional("hidden") {
        rules.hidden = hidden(report, &cursor).unwrap_or_default();
    }
    if let Some(cursor) = fields.optional("generalised") {
        rules.generalised = generalised(report, &cursor);
    }
    fields.end(report);
    Some(rules)
}

pub(super) fn requirement_names<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Vec<RequirementName> {
    let elements = report.list(cursor);
    elements.iter().filter_map(|element| report.value(element, RequirementName::new)).collect()
}

fn disclosure<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<DisclosureProfile> {
    let mut fields = report.table(cursor)?;
    let mut profile = DisclosureProfile::default();
    if let Some(cursor) = fields.optional("suppress_up_to") {
        let people = report.integer(&cursor, 0..=i64::from(LARGEST_SMALL_COUNT));
        profile.suppress_up_to = people.unwrap_or(profile.suppress_up_to);
    }
    if let Some(cursor) = fields.optional("rounding") {
        profile.rounding = rounding(report, &cursor).unwrap_or(profile.rounding);
    }
    if let Some(cursor) = fields.optional("zero") {
        let words = [("shown", ZeroCount::Shown), ("suppressed", ZeroCount::Suppressed)];
        profile.zero = report.word(&cursor, &words).unwrap_or(profile.zero);
    }
    fields.end(report);
    Some(profile)
}

fn rounding<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<Rounding> {
    let mut fields = report.table(cursor)?;
    let mode = fields.required(report, "mode");
    let mode = mode.and_then(|cursor| report.word(&cursor, &[("exact", 0), ("up", 1), ("nearest", 2)]));
    let rounding = match mode {
        Some(0) => Some(Rounding::Exact),
        Some(mode) => {
            let multiple = fields.required(report, "to_multiple_of");
            let multiple =
                multiple.and_then(|cursor| report.integer(&cursor, 2..=i64::from(LARGEST_SMALL_COUNT)));
            multiple.map(|to_multiple_of| match mode {
                1 => Rounding::Up { to_multiple_of },
                _ => Rounding::Nearest { to_multiple_of },
            })
        }
        None => {
            // Whatever the mode, its parameter is known.
            drop(fields.optional("to_multiple_of"));
            None
        }
    };
    fields.end(report);
    rounding
}

fn export<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<ExportRules> {
    let mut fields = report.table(cursor)?;
    let mut rules = ExportRules::default();
    for kind in ExportKind::ALL {
        let rule = fields.optional(kind.field()).and_then(|cursor| export_rule(report, &cursor));
        rules = rule.map_or(rules, |rule| rules.with_rule(kind, rule));
    }
    fields.end(report);
    Some(rules)
}

fn export_rule<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<ExportRule> {
    let mut fields = report.table(cursor)?;
    let who = fields.required(report, "who").and_then(|cursor| report.word(&cursor, WHO));
    let mut rule = ExportRule::by(who.unwrap_or(Exporter::Nobody));
    if let Some(cursor) = fields.optional("reviewers") {
        rule.reviewers = report.integer(&cursor, 0..=i64::from(MOST_REVIEWERS)).unwrap_or(0);
    }
    fields.end(report);
    Some(rule)
}

fn date_shift<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<DateShift> {
    let mut fields = report.table(cursor)?;
    let range = -i64::from(LONGEST_SHIFT_DAYS)..=i64::from(LONGEST_SHIFT_DAYS);
    let earliest = fields.required(report, "earliest_days");
    let earliest = earliest.and_then(|cursor| report.integer(&cursor, range.clone()));
    let latest = fields.required(report, "latest_days");
    let latest = latest.and_then(|cursor| report.integer(&cursor, range));
    let never_zero = fields.optional("never_zero").and_then(|cursor| report.boolean(&cursor));
    let except = fields.optional("except").map(|cursor| column_sets(report, &cursor));
    fields.end(report);
    let mut shift = DateShift::between(earliest?, latest?);
    shift.never_zero = never_zero.unwrap_or(true);
    shift.except = except.unwrap_or_default();
    Some(shift)
}

pub(super) fn hidden<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<Hidden> {
    let mut fields = report.table(cursor)?;
    let tables = fields.optional("tables").map(|cursor| cdm_names(report, &cursor, "table"));
    let columns = fields.optional("columns").map(|cursor| column_sets(report, &cursor));
    let source_values = fields.optional("source_values").and_then(|cursor| report.boolean(&cursor));
    fields.end(report);
    let mut hidden = tables.unwrap_or_default().into_iter().fold(Hidden::nothing(), Hidden::with_table);
    for (table, columns) in columns.unwrap_or_default() {
        for column in columns {
            hidden = hidden.with_column(table.clone(), column);
        }
    }
    Some(if source_values == Some(true) { hidden.with_source_values() } else { hidden })
}

fn column_sets<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> BTreeMap<String, BTreeSet<String>> {
    let mut sets = BTreeMap::new();
    for (table, cursor) in report.map(cursor, "table of the CDM", cdm_name) {
        let columns = cdm_names(report, &cursor, "column");
        if columns.is_empty() && report.is_clean() {
            report.error(&cursor.path, "it names no column", "name one, or remove the table");
        }
        sets.insert(table, columns);
    }
    sets
}

fn cdm_names<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>, what: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for element in report.list(cursor) {
        let Some(text) = report.text(&element) else { continue };
        match cdm_name(text) {
            None => report.error(
                &element.path,
                format!("a {what} of the CDM cannot have this name"),
                "write it in lower case, with digits and underscores only",
            ),
            Some(name) => {
                if !names.insert(name) {
                    report.error(&element.path, format!("the {what} is named twice"), "remove one");
                }
            }
        }
    }
    names
}

fn cdm_name(text: &str) -> Option<String> {
    is_cdm_name(text).then(|| text.to_owned())
}

fn generalised<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Generalised {
    let mut generalised = Generalised::nothing();
    for (table, cursor) in report.map(cursor, "table of the CDM", cdm_name) {
        let columns = report.map(&cursor, "column of the CDM", cdm_name);
        if columns.is_empty() && report.is_clean() {
            report.error(&cursor.path, "it names no column", "name one, or remove the table");
        }
        for (column, cursor) in columns {
            if let Some(form) = generalisation(report, &cursor) {
                generalised = generalised.with_column(table.clone(), column, form);
            }
        }
    }
    generalised
}

fn generalisation<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<Generalisation> {
    #[derive(Clone, Copy)]
    enum Form {
        Plain(Generalisation),
        With(&'static str, i64, fn(u32) -> Generalisation),
    }
    let forms = [
        ("year", Form::Plain(Generalisation::Year)),
        ("month", Form::Plain(Generalisation::Month)),
        ("bands", Form::With("width", 2, |width| Generalisation::Bands { width })),
        ("at-most", Form::With("limit", 0, |limit| Generalisation::AtMost { limit })),
        ("age-at-most", Form::With("years", 1, |years| Generalisation::AgeAtMost { years })),
        ("prefix", Form::With("characters", 1, |characters| Generalisation::Prefix { characters })),
    ];
    let mut fields = report.table(cursor)?;
    let form = fields.required(report, "to").and_then(|cursor| report.word(&cursor, &forms));
    let Some(form) = form else {
        fields.forget();
        return None;
    };
    let form = match form {
        Form::Plain(form) => Some(form),
        Form::With(name, least, form) => {
            let parameter = fields.required(report, name);
            parameter.and_then(|cursor| report.integer(&cursor, least..=i64::from(u32::MAX))).map(form)
        }
    };
    fields.end(report);
    form
}

pub(super) fn releases<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<ReleaseRules> {
    let mut fields = report.table(cursor)?;
    let mut rules = ReleaseRules::default();
    if let Some(cursor) = fields.optional("new_work") {
        let words = [("newest", NewWork::Newest), ("any-current", NewWork::AnyCurrent)];
        rules.new_work = report.word(&cursor, &words).unwrap_or(rules.new_work);
    }
    if let Some(cursor) = fields.optional("archived") {
        let words = [
            ("nothing", ArchivedUse::Nothing),
            ("replication", ArchivedUse::Replication),
            ("replication-and-existing-work", ArchivedUse::ReplicationAndExistingWork),
        ];
        rules.archived = report.word(&cursor, &words).unwrap_or(rules.archived);
    }
    if let Some(cursor) = fields.optional("copies") {
        let words = [("same-tier", Copies::SameTier), ("same-or-higher-tier", Copies::SameOrHigherTier)];
        rules.copies = report.word(&cursor, &words).unwrap_or(rules.copies);
    }
    if let Some(cursor) = fields.optional("one_tier_per_session") {
        rules.one_tier_per_session = report.boolean(&cursor).unwrap_or(true);
    }
    fields.end(report);
    Some(rules)
}

pub(super) fn notices<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<NoticeRules> {
    let mut fields = report.table(cursor)?;
    let mut days = BTreeSet::new();
    if let Some(cursor) = fields.optional("warn_days_before") {
        for element in report.list(&cursor) {
            let day = report.integer(&element, 0..=i64::from(LONGEST_VALIDITY_DAYS));
            if day.is_some_and(|day| !days.insert(day)) {
                report.error(&element.path, "the day is there twice", "remove one");
            }
        }
    }
    fields.end(report);
    Some(NoticeRules::new(days))
}

pub(super) fn reviews<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<ReviewRules> {
    let mut fields = report.table(cursor)?;
    let mut rules = ReviewRules::default();
    for kind in PurposeKind::ALL {
        let timing = fields.optional(kind.as_str());
        let timing = timing.and_then(|cursor| report.word(&cursor, &ReviewTiming::WORDS));
        if let Some(timing) = timing {
            rules = rules.with(kind, timing);
        }
    }
    fields.end(report);
    Some(rules)
}
