use strongroom_primitives::RowTier;

use crate::{
    ArchivedUse, Copies, Declaration, DisclosureProfile, EvidenceKind, ExportKind, Exporter, Generalisation,
    NewWork, Policy, PurposeKind, ReviewTiming, Rounding, Table, TierRules, ZeroCount,
};

/// The policy as tables: who has to bring what, how numbers and columns are shown, who may export
/// what, how releases may be used, which purposes are reviewed.
#[must_use]
pub fn show(policy: &Policy) -> Vec<Table> {
    vec![
        requirements(policy),
        numbers(policy),
        columns(policy),
        exports(policy),
        releases(policy),
        reviews(policy),
    ]
}

fn requirements(policy: &Policy) -> Table {
    let mut table = Table::new(
        "What somebody has to bring",
        ["requirement", "kind", "holds", "excuse", "registered", "controlled"],
    );
    let asked = |declaration: &Declaration, tier| {
        let asked = policy.rules(tier).requirements().contains(declaration.name());
        if asked { "yes" } else { "" }.to_owned()
    };
    for declaration in policy.all_declarations() {
        table.push([
            declaration.name().to_string(),
            kind(declaration.evidence()),
            declaration.valid_for_days().map_or("does not lapse".to_owned(), |days| format!("{days} days")),
            declaration.bypass().map_or("never".to_owned(), |rule| format!("{} days", rule.longest_days)),
            asked(declaration, RowTier::Registered),
            asked(declaration, RowTier::Controlled),
        ]);
    }
    table
}

fn kind(evidence: &EvidenceKind) -> String {
    let parameters = match evidence {
        EvidenceKind::IdentityProofing { assurance_level, .. } => format!(" at IAL{assurance_level}"),
        EvidenceKind::Training { minimum_score_percent, .. } => {
            format!(" with {minimum_score_percent} per cent")
        }
        EvidenceKind::CodeOfConduct { versions } => {
            versions.iter().last().map_or_else(String::new, |newest| format!(", version {}", newest.version))
        }
        EvidenceKind::InstitutionAgreement { tier } => format!(" for the {tier} tier"),
        EvidenceKind::Country { only, all_but } => {
            let codes = only.iter().chain(all_but).map(ToString::to_string).collect::<Vec<_>>().join(" ");
            format!("{} {codes}", if all_but.is_empty() { ", only" } else { ", all but" })
        }
        _ => String::new(),
    };
    format!("{}{parameters}", evidence.name())
}

fn numbers(policy: &Policy) -> Table {
    let mut table =
        Table::new("How numbers of persons are shown", ["tier", "not shown", "rounded", "nobody"]);
    let mut push = |tier: &str, profile: DisclosureProfile| {
        let hidden = match profile.suppress_up_to() {
            0 => "none".to_owned(),
            most => format!("1 to {most}"),
        };
        let rounded = match profile.rounding() {
            Rounding::Exact => "no".to_owned(),
            Rounding::Up { to_multiple_of } => format!("up to multiples of {to_multiple_of}"),
            Rounding::Nearest { to_multiple_of } => format!("to multiples of {to_multiple_of}"),
        };
        let zero = match profile.zero() {
            ZeroCount::Shown => "shown",
            ZeroCount::Suppressed => "not shown",
        };
        table.push([tier.to_owned(), hidden, rounded, zero.to_owned()]);
    };
    push("public", policy.public().disclosure());
    for tier in RowTier::ALL {
        push(&tier.to_string(), policy.rules(tier).disclosure());
    }
    table
}

fn columns(policy: &Policy) -> Table {
    let mut table = Table::new("How columns are shown", ["column", "registered", "controlled"]);
    let tiers = RowTier::ALL.map(|tier| policy.rules(tier));
    let tables = tiers.iter().flat_map(|rules| rules.hidden().tables().map(|table| (table, "*")));
    let hidden = tiers.iter().flat_map(|rules| rules.hidden().columns());
    let generalised = tiers
        .iter()
        .flat_map(|rules| rules.generalised().columns().map(|(table, column, _)| (table, column)));
    let mut named: Vec<_> = tables.chain(hidden).chain(generalised).collect();
    named.sort_unstable();
    named.dedup();
    for (name, column) in named {
        let cells = tiers.map(|rules| class(rules, name, column));
        table.push([format!("{name}.{column}")].into_iter().chain(cells));
    }
    let source =
        tiers.map(|rules| if rules.hidden().source_values() { "hidden" } else { "shown" }.to_owned());
    table.push(["every …_source_value".to_owned()].into_iter().chain(source));
    let dates = tiers.map(|rules| match rules.date_shift() {
        Some(shift) => format!("moved by {} to {} days", shift.earliest_days(), shift.latest_days()),
        None => "as they are".to_owned(),
    });
    table.push(["every other date".to_owned()].into_iter().chain(dates));
    table
}

fn class(rules: &TierRules, table: &str, column: &str) -> String {
    if rules.hidden().hides_column(table, column) {
        return "hidden".to_owned();
    }
    match rules.generalised().form_of(table, column) {
        None => "shown".to_owned(),
        Some(Generalisation::Year) => "year".to_owned(),
        Some(Generalisation::Month) => "month".to_owned(),
        Some(Generalisation::Bands { width }) => format!("bands of {width}"),
        Some(Generalisation::AtMost { limit }) => format!("at most {limit}"),
        Some(Generalisation::AgeAtMost { years }) => format!("age of at most {years}"),
        Some(Generalisation::Prefix { characters }) => format!("first {characters} characters"),
    }
}

fn exports(policy: &Policy) -> Table {
    let mut table = Table::new("Who may export", ["role", "what", "from registered", "from controlled"]);
    for (role, who) in
        [("reader", Exporter::Reader), ("writer", Exporter::Writer), ("owner", Exporter::Owner)]
    {
        for kind in ExportKind::ALL {
            let cell = |tier| {
                let rule = policy.rules(tier).export().rule(kind);
                match rule.reviewers() {
                    _ if rule.who() < who => "no".to_owned(),
                    0 => "yes".to_owned(),
                    1 => "after 1 review".to_owned(),
                    many => format!("after {many} reviews"),
                }
            };
            let cells = [cell(RowTier::Registered), cell(RowTier::Controlled)];
            table.push([role.to_owned(), kind.to_string()].into_iter().chain(cells));
        }
    }
    table
}

fn releases(policy: &Policy) -> Table {
    let rules = policy.releases();
    let mut table = Table::new("How releases may be used", ["rule", "choice"]);
    table.push([
        "new work begins on",
        match rules.new_work() {
            NewWork::Newest => "the newest current release of the tier",
            NewWork::AnyCurrent => "any current release of the tier",
        },
    ]);
    table.push([
        "an archived release is good for",
        match rules.archived() {
            ArchivedUse::Nothing => "nothing",
            ArchivedUse::Replication => "replicating a named publication",
            ArchivedUse::ReplicationAndExistingWork => "that, and work that was begun on it",
        },
    ]);
    table.push([
        "a workspace is copied to",
        match rules.copies() {
            Copies::SameTier => "releases of its own tier",
            Copies::SameOrHigherTier => "releases of its own or a higher tier",
        },
    ]);
    table.push(["tiers open at a time", if rules.one_tier_per_session() { "one" } else { "several" }]);
    table
}

fn reviews(policy: &Policy) -> Table {
    let mut table = Table::new("When the board reviews purposes", ["purpose", "when"]);
    for kind in PurposeKind::ALL {
        let when = match policy.reviews().timing(kind) {
            ReviewTiming::OnRequest => continue,
            ReviewTiming::BesideWork => "in any case, beside the work",
            ReviewTiming::BeforeWork => "in any case, before anybody works with the data",
        };
        table.push([kind.as_str(), when]);
    }
    table.push(["every other", "when an owner asks for it"]);
    table
}
