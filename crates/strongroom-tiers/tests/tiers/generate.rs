//! Policies that keep every promise, as different from each other as possible.

use std::collections::BTreeSet;

use proptest::prelude::*;
use strongroom_primitives::{Label, NonEmpty, Paragraph, RequirementName, RowTier, Sha256Digest, Timestamp};
use strongroom_tiers::{
    ArchivedUse, BypassRule, ConductVersion, Copies, CountryCode, DateShift, Declaration, DisclosureProfile,
    EvidenceKind, ExportKind, ExportRule, ExportRules, Exporter, Generalisation, Generalised, Hidden,
    IdentityDocument, NewWork, NoticeRules, Policy, PublicRules, PurposeKind, ReleaseRules, ReviewRules,
    ReviewTiming, Rounding, Subject, TakenBy, TierRules, ZeroCount,
};

pub(crate) const NAMES: [&str; 5] = ["a", "b.1", "c-2", "d_3", "E"];
const TABLES: [&str; 3] = ["person", "note", "death"];
const COLUMNS: [&str; 4] = ["x", "y_date", "z_source_value", "w2"];

pub(crate) fn name(text: &str) -> RequirementName {
    RequirementName::new(text).unwrap()
}

fn label(text: impl Into<String>) -> Label {
    Label::new(text).unwrap()
}

fn evidence() -> impl Strategy<Value = EvidenceKind> {
    let codes = || prop::collection::btree_set("[A-Z]{2}", 1..4).prop_map(|codes| countries(&codes));
    prop_oneof![
        Just(EvidenceKind::TwoStepVerification),
        (1u32..=3, prop::collection::btree_set("[a-z]{1,4}", 1..3), any::<bool>()).prop_map(
            |(assurance_level, verifiers, passport)| EvidenceKind::IdentityProofing {
                assurance_level,
                verifiers: verifiers.into_iter().map(label).collect(),
                documents: passport.then_some(IdentityDocument::Passport).into_iter().collect(),
            }
        ),
        (prop::collection::btree_set("[a-z]{1,4}", 1..4), 0u32..=100).prop_map(|(courses, score)| {
            let courses = courses.into_iter().map(label).collect();
            EvidenceKind::Training {
                courses: NonEmpty::from_vec(courses).unwrap(),
                minimum_score_percent: score,
            }
        }),
        prop::collection::vec((any::<[u8; 32]>(), 1i64..1_000_000, 0u32..800), 1..4).prop_map(|versions| {
            let mut published = 0;
            let versions = (1..).zip(versions).map(|(number, (digest, later, grace_days))| {
                published += later;
                ConductVersion {
                    version: label(number.to_string()),
                    text_sha256: Sha256Digest::from_bytes(digest),
                    published: Timestamp::from_unix_microseconds(published * 1_000_000),
                    grace_days,
                }
            });
            EvidenceKind::CodeOfConduct { versions: NonEmpty::from_vec(versions.collect()).unwrap() }
        }),
        Just(EvidenceKind::ProfileConfirmation),
        Just(EvidenceKind::PublicationConfirmation),
        Just(EvidenceKind::SelfAttestation),
        prop::sample::select(RowTier::ALL.to_vec())
            .prop_map(|tier| EvidenceKind::InstitutionAgreement { tier }),
        codes().prop_map(|only| EvidenceKind::Country { only, all_but: BTreeSet::new() }),
        codes().prop_map(|all_but| EvidenceKind::Country { only: BTreeSet::new(), all_but }),
        Just(EvidenceKind::Approval { by: TakenBy::ProgrammeStaff }),
        Just(EvidenceKind::Record),
    ]
}

fn countries(codes: &BTreeSet<String>) -> BTreeSet<CountryCode> {
    codes.iter().map(|code| CountryCode::new(code).unwrap()).collect()
}

prop_compose! {
    pub(crate) fn declaration(name: &'static str)(
        kind in evidence(),
        title in "[A-Za-zäß\"\\\\#']{1,12}",
        days in prop::option::of((1u32..800, 1u32..800)),
        bypass in prop::option::of(1u32..=30),
        sources in prop::collection::btree_set("[a-z]{1,3}", 0..3),
        subject in prop::sample::select(vec![
            Subject::Person, Subject::Institution, Subject::Workspace, Subject::PersonInWorkspace,
        ]),
    ) -> Declaration {
        let of_anything = matches!(kind, EvidenceKind::Approval { .. } | EvidenceKind::Record);
        let may_be_bypassed = kind.may_be_bypassed();
        let next_step = Paragraph::new(format!("Do {title}.\nThen wait.")).unwrap();
        let mut declaration = Declaration::new(self::name(name), label(title), kind, next_step)
            .with_trusted_sources(sources.into_iter().map(label).collect());
        if of_anything {
            declaration = declaration.with_subject(subject).with_taken_by(TakenBy::WorkspaceOwner);
        }
        if let Some((valid, renewable)) = days {
            declaration = declaration.with_valid_for_days(valid.max(renewable)).with_renewable_for_days(renewable);
        }
        match bypass {
            Some(longest_days) if may_be_bypassed => declaration.with_bypass(BypassRule { longest_days }),
            _ => declaration,
        }
    }
}

fn disclosure() -> impl Strategy<Value = DisclosureProfile> {
    let rounding = prop_oneof![
        Just(Rounding::Exact),
        (2u32..40).prop_map(|to_multiple_of| Rounding::Up { to_multiple_of }),
        (2u32..40).prop_map(|to_multiple_of| Rounding::Nearest { to_multiple_of }),
    ];
    (0u32..40, rounding, any::<bool>()).prop_map(|(people, rounding, shown)| {
        let zero = if shown { ZeroCount::Shown } else { ZeroCount::Suppressed };
        DisclosureProfile::suppressing_up_to(people).with_rounding(rounding).with_zero(zero)
    })
}

fn generalisation() -> impl Strategy<Value = Generalisation> {
    prop_oneof![
        Just(Generalisation::Year),
        Just(Generalisation::Month),
        (2u32..20).prop_map(|width| Generalisation::Bands { width }),
        (0u32..99).prop_map(|limit| Generalisation::AtMost { limit }),
        (1u32..99).prop_map(|years| Generalisation::AgeAtMost { years }),
        (1u32..9).prop_map(|characters| Generalisation::Prefix { characters }),
    ]
}

fn export() -> impl Strategy<Value = ExportRules> {
    let who = vec![Exporter::Nobody, Exporter::Owner, Exporter::Writer, Exporter::Reader];
    prop::collection::vec((prop::sample::select(who), 0u32..=5), 4).prop_map(|rules| {
        ExportKind::ALL.into_iter().zip(rules).fold(
            ExportRules::default(),
            |all, (kind, (who, reviewers))| {
                all.with_rule(kind, ExportRule::by(who).with_reviewers(reviewers))
            },
        )
    })
}

fn column() -> impl Strategy<Value = (&'static str, &'static str)> {
    (prop::sample::select(&TABLES[..]), prop::sample::select(&COLUMNS[..]))
}

fn shift() -> impl Strategy<Value = DateShift> {
    (-500i32..100, 1i32..400, any::<bool>(), prop::option::of(column())).prop_map(
        |(earliest, days, zero, exception)| {
            let shift = DateShift::between(earliest, earliest + days);
            let shift = if zero { shift.with_zero() } else { shift };
            exception.into_iter().fold(shift, |shift, (table, column)| shift.with_exception(table, column))
        },
    )
}

/// What both tiers hide, and what the registered tier hides in addition.
fn hidden() -> impl Strategy<Value = (Hidden, Hidden)> {
    let tables = || prop::collection::btree_set(prop::sample::select(&TABLES[..]), 0..2);
    let columns = || prop::collection::btree_set(column(), 0..4);
    (tables(), columns(), any::<bool>(), tables(), columns(), any::<bool>()).prop_map(
        |(tables, columns, source, more_tables, more_columns, more_source)| {
            let hide = |hidden: Hidden, tables: BTreeSet<_>, columns: BTreeSet<_>, source| {
                let hidden = tables.into_iter().fold(hidden, Hidden::with_table);
                let hidden = columns
                    .into_iter()
                    .fold(hidden, |hidden, (table, column): (&str, &str)| hidden.with_column(table, column));
                if source { hidden.with_source_values() } else { hidden }
            };
            let both = hide(Hidden::nothing(), tables, columns, source);
            (both.clone(), hide(both, more_tables, more_columns, more_source))
        },
    )
}

prop_compose! {
    /// The rules of the registered and of the controlled tier.
    fn tiers()(
        below in prop::collection::btree_set(prop::sample::select(&NAMES[..]), 0..3),
        above in prop::collection::btree_set(prop::sample::select(&NAMES[..]), 0..3),
        minutes in (1u32..=1_440, 1u32..=1_440),
        numbers in (disclosure(), disclosure()),
        exports in (export(), export()),
        shifts in (prop::option::of(shift()), any::<bool>()),
        (less, more) in hidden(),
        forms in prop::collection::vec((column(), generalisation(), any::<bool>()), 0..3),
    ) -> (TierRules, TierRules) {
        let names = |set: BTreeSet<&str>| set.into_iter().map(name).collect::<Vec<_>>();
        let own: BTreeSet<_> = above.difference(&below).copied().collect();
        let all = names(below.clone()).into_iter().chain(names(own)).collect();
        let mut registered = TierRules::new(names(below))
            .with_maximum_lease_minutes(minutes.0)
            .with_disclosure(numbers.0)
            .with_export(exports.0)
            .with_hidden(more);
        let mut controlled = TierRules::new(all)
            .with_maximum_lease_minutes(minutes.1)
            .with_disclosure(numbers.1)
            .with_export(exports.1)
            .with_hidden(less);
        if let Some(shift) = shifts.0 {
            registered = registered.with_date_shift(shift.clone());
            if shifts.1 {
                controlled = controlled.with_date_shift(shift);
            }
        }
        let (mut coarse, mut fine) = (Generalised::nothing(), Generalised::nothing());
        let mut seen = BTreeSet::new();
        for ((table, column), form, in_both) in forms {
            if seen.insert((table, column)) {
                coarse = coarse.with_column(table, column, form);
                if in_both {
                    fine = fine.with_column(table, column, form);
                }
            }
        }
        (registered.with_generalised(coarse), controlled.with_generalised(fine))
    }
}

prop_compose! {
    pub(crate) fn policy()(
        version in 1u64..1_000,
        programme in prop::option::of("[A-Z][a-zé]{0,9}"),
        (registered, controlled) in tiers(),
        public in disclosure(),
        days in prop::collection::btree_set(0u32..90, 0..4),
        releases in (0usize..2, 0usize..3, 0usize..2, any::<bool>()),
        reviews in prop::collection::btree_map(0usize..10, 0usize..3, 0..4),
        declarations in (
            declaration(NAMES[0]), declaration(NAMES[1]), declaration(NAMES[2]), declaration(NAMES[3]),
            declaration(NAMES[4]),
        ),
    ) -> Policy {
        let (new_work, archived, copies, several) = releases;
        let rules = ReleaseRules::default()
            .with_new_work([NewWork::Newest, NewWork::AnyCurrent][new_work])
            .with_archived(
                [ArchivedUse::Nothing, ArchivedUse::Replication, ArchivedUse::ReplicationAndExistingWork]
                    [archived],
            )
            .with_copies([Copies::SameTier, Copies::SameOrHigherTier][copies]);
        let rules = if several { rules.with_several_tiers_per_session() } else { rules };
        let timings = [ReviewTiming::OnRequest, ReviewTiming::BesideWork, ReviewTiming::BeforeWork];
        let reviews = reviews.into_iter().fold(ReviewRules::default(), |rules, (kind, timing)| {
            rules.with(PurposeKind::ALL[kind], timings[timing])
        });
        let (a, b, c, d, e) = declarations;
        let draft = Policy::draft(version)
            .with_tier(RowTier::Registered, registered)
            .with_tier(RowTier::Controlled, controlled)
            .with_public(PublicRules::new(public))
            .with_notices(NoticeRules::new(days))
            .with_releases(rules)
            .with_reviews(reviews);
        let draft = programme.into_iter().fold(draft, |draft, text| draft.with_programme(label(text)));
        [a, b, c, d, e].into_iter().fold(draft, |draft, one| draft.with_declaration(one)).build().unwrap()
    }
}
