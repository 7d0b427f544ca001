//! Definitions of every shape, sense or nonsense: every variant of every enum of the tree.

use chrono::{Days, NaiveDate};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use strongroom_cohort::ast::{
    Code, Cohort, ConceptItem, ConceptRef, ConceptSet, Count, Dataset, DatasetTable, DateRange, Definition,
    Duration, Endpoint, Entry, EventEntry, EventKind, ExamplePerson, ExampleRow, ExampleTest, Exit,
    Expectation, Feature, FeatureValue, Import, Literal, MatchTolerance, Matching, Merge, Number, Observed,
    ObservedBy, Parameter, ParameterKind, PersonColumn, Pick, Profile, Quantity, Run, Sample, Step,
    StepAction, Supply, Title, Unit,
};
use strongroom_omop::ConceptId;
use strongroom_primitives::Sha256Digest;

use self::expressions::{column, events, predicate, value};

#[path = "any_expressions.rs"]
pub(crate) mod expressions;

/// Names: plain ones, words of the language, and the longest.
pub(crate) fn name() -> impl Strategy<Value = String> {
    let words = select(vec![
        "value",
        "kind",
        "first",
        "end",
        "age",
        "index",
        "param",
        "of",
        "not",
        "cohort",
        "conditions",
        "count",
        "within",
        "before",
        "keep",
        "union",
        "at",
        "all",
        "gene",
        "inf",
        "start",
        "language",
        "male",
        "let",
    ]);
    prop_oneof![
        3 => select(vec!["a", "b", "dx", "x1", "T2_dm"]).prop_map(str::to_owned),
        2 => words.prop_map(str::to_owned),
        1 => "[a-zA-Z][a-zA-Z0-9_]{0,63}",
    ]
}

/// A value of one of the name types.
pub(crate) fn named<T: std::fmt::Debug>(
    make: impl Fn(String) -> Result<T, strongroom_primitives::InvalidValue>,
) -> impl Strategy<Value = T> {
    name().prop_map(move |name| make(name).unwrap())
}

/// Texts with everything that a spelling could trip over.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", "\\PC{0,8}", "[\"\\\\\n\r\t\u{0}\u{202e}'`/{}:]{0,6}"]
}

fn title() -> impl Strategy<Value = Option<Title>> {
    option::of("[!-~äß]([ -~\n]{0,20}[!-~])?".prop_map(|text| Title::new(text).unwrap()))
}

pub(crate) fn date() -> impl Strategy<Value = NaiveDate> {
    let near = (0..20_000_u64).prop_map(|day| NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Days::new(day));
    prop_oneof![9 => near, 1 => (-262_000..262_000_i32).prop_map(|year| NaiveDate::from_ymd_opt(year, 2, 28).unwrap())]
}

/// Numbers that every reader of JSON reads exactly: up to 15 digits and a small power of ten.
pub(crate) fn number() -> impl Strategy<Value = Number> {
    let digits = prop_oneof![-2000..2000_i64, -999_999_999_999_999..999_999_999_999_999_i64];
    (digits, 0..22_i32).prop_map(|(digits, places)| {
        #[expect(clippy::cast_precision_loss, reason = "fewer digits than a double holds")]
        let digits = digits as f64;
        Number::new(digits / 10_f64.powi(places)).unwrap()
    })
}

pub(crate) fn unit() -> impl Strategy<Value = Unit> {
    prop_oneof![
        select(vec!["%", "mg/dL", "mL/min/{1.73_m2}", "//", "\"", "[iU]"]).prop_map(str::to_owned),
        "[!-&(-~]{1,64}"
    ]
    .prop_map(|unit| Unit::new(unit).unwrap())
}

pub(crate) fn quantity() -> impl Strategy<Value = Quantity> {
    (number(), unit()).prop_map(|(number, unit)| Quantity { number, unit })
}

pub(crate) fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        any::<i32>().prop_map(Duration::Days),
        (-400..400).prop_map(Duration::Days),
        any::<i32>().prop_map(Duration::Months),
        (-40..40).prop_map(Duration::Months),
    ]
}

pub(crate) fn code() -> impl Strategy<Value = Code> {
    let part = || {
        prop_oneof![
            3 => select(vec!["SNOMED", "OMOP", "entry", "1", "4548-4", "E11.9", "RxNorm Extension", "-5", "a.", ""])
                .prop_map(str::to_owned),
            1 => text(),
        ]
    };
    prop_oneof![
        any::<i64>().prop_map(|id| Code::Id(ConceptId::new(id))),
        (part(), part()).prop_map(|(vocabulary, code)| Code::of(vocabulary, code)),
    ]
}

pub(crate) fn codes() -> impl Strategy<Value = Vec<Code>> {
    vec(code(), 0..4)
}

pub(crate) fn concept_ref() -> impl Strategy<Value = ConceptRef> {
    prop_oneof![
        named(strongroom_cohort::SetName::new).prop_map(ConceptRef::Set),
        codes().prop_map(ConceptRef::Codes),
        named(strongroom_cohort::ParameterName::new).prop_map(ConceptRef::Parameter),
    ]
}

pub(crate) fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![Just(Pick::All), Just(Pick::First), Just(Pick::Last), any::<u32>().prop_map(Pick::Nth)]
}

pub(crate) fn endpoint() -> impl Strategy<Value = Endpoint> {
    select(vec![Endpoint::Start, Endpoint::End])
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        number().prop_map(Literal::Number),
        quantity().prop_map(Literal::Quantity),
        duration().prop_map(Literal::Duration),
        date().prop_map(Literal::Date),
        text().prop_map(Literal::Text),
        codes().prop_map(Literal::Concepts),
    ]
}

fn parameter() -> impl Strategy<Value = Parameter> {
    let kinds = vec![
        ParameterKind::Quantity,
        ParameterKind::Duration,
        ParameterKind::Date,
        ParameterKind::Int,
        ParameterKind::Concepts,
    ];
    (select(kinds), option::of(literal())).prop_map(|(kind, default)| Parameter { kind, default })
}

fn concept_set() -> impl Strategy<Value = ConceptSet> {
    let item = (code(), title(), any::<[bool; 3]>())
        .prop_map(|(concept, label, [a, b, c])| {
            let mut item = ConceptItem::new(concept);
            (item.label, item.descendants, item.mapped, item.children) = (label, a, b, c);
            item
        })
        .boxed();
    let items = || vec(item.clone(), 0..3);
    (title(), items(), items()).prop_map(|(title, include, exclude)| {
        let mut set = ConceptSet::including(include).excluding(exclude);
        set.title = title;
        set
    })
}

fn step() -> impl Strategy<Value = Step> {
    let action = prop_oneof![
        2 => predicate().prop_map(StepAction::Require),
        2 => predicate().prop_map(StepAction::Exclude),
        1 => pick().prop_map(StepAction::Keep),
    ];
    (action, title()).prop_map(|(action, label)| {
        let mut step = Step::keep(Pick::All);
        (step.action, step.label) = (action, label);
        step
    })
}

fn exit() -> impl Strategy<Value = Exit> {
    let supply =
        prop_oneof![any::<u32>().prop_map(Supply::DaysSupplyElse), any::<u32>().prop_map(Supply::Always),];
    let run = (events(), any::<u32>(), prop_oneof![Just(0), any::<i32>()], option::of(supply)).prop_map(
        |(of, gap, offset, supply)| {
            let mut run = Run::new(of, gap);
            (run.offset, run.supply) = (offset, supply);
            Exit::EndOfRun(run)
        },
    );
    let after = (endpoint(), prop_oneof![Just(0), any::<i32>()])
        .prop_map(|(endpoint, days)| Exit::After { endpoint, days });
    prop_oneof![Just(Exit::EndOfObservation), after, run]
}

fn cohort() -> impl Strategy<Value = Cohort> {
    let observed = select(vec![
        Observed::Unbounded,
        Observed::By(ObservedBy::ObservationPeriod),
        Observed::By(ObservedBy::PayerPlanPeriod),
        Observed::By(ObservedBy::EventSpan),
    ]);
    let by_events = (events(), pick(), endpoint()).prop_map(|(of, pick, index)| {
        let mut entry = EventEntry::new(of);
        (entry.pick, entry.index) = (pick, index);
        Entry::Events(entry)
    });
    let entry = prop_oneof![predicate().prop_map(Entry::People), by_events];
    let clip = option::of((option::of(date()), option::of(date())))
        .prop_map(|clip| clip.map(|(from, to)| DateRange { from, to }));
    let sample = option::of((any::<u32>(), any::<u64>()).prop_map(|(n, seed)| Sample { n, seed }));
    let merge = option::of(any::<u32>().prop_map(|gap| Merge { gap }));
    let head = (named(strongroom_cohort::CohortName::new), title(), observed, entry);
    (head, vec(step(), 0..3), exit(), vec(events(), 0..3), (merge, clip, sample)).prop_map(
        |((name, title, observed, entry), steps, exit, censor, (merge, clip, sample))| {
            let mut cohort = Cohort::new(name, entry).observed(observed);
            (cohort.title, cohort.steps, cohort.exit, cohort.censor) = (title, steps, exit, censor);
            (cohort.merge, cohort.clip, cohort.sample) = (merge, clip, sample);
            cohort
        },
    )
}

fn matching() -> impl Strategy<Value = Matching> {
    let column = || select(PersonColumn::ALL);
    let tolerance = prop_oneof![
        duration().prop_map(MatchTolerance::Duration),
        number().prop_map(MatchTolerance::Number),
    ];
    let cohort = || named(strongroom_cohort::CohortName::new);
    let near = vec((column(), tolerance), 0..3);
    let numbers = (any::<u32>(), any::<bool>(), any::<u64>());
    ((cohort(), cohort(), cohort()), numbers, vec(column(), 0..3), near, vec(step(), 0..3)).prop_map(
        |((name, from, to), (ratio, without_replacement, seed), exact, near, steps)| {
            let mut matching = Matching::new(name, from, to, seed);
            (matching.ratio, matching.without_replacement) = (ratio, without_replacement);
            (matching.exact, matching.near, matching.steps) = (exact, near, steps);
            matching
        },
    )
}

fn dataset() -> impl Strategy<Value = Dataset> {
    let cohort = || named(strongroom_cohort::CohortName::new);
    let column_name = || named(strongroom_cohort::ColumnName::new);
    let is =
        prop_oneof![value().prop_map(FeatureValue::Value), predicate().prop_map(FeatureValue::Predicate),];
    let feature = (column_name(), is).prop_map(|(name, is)| Feature { name, is });
    let table = (column_name(), events(), vec(column(), 0..3)).prop_map(|(name, of, columns)| DatasetTable {
        name,
        of,
        columns,
    });
    (cohort(), cohort(), vec(feature, 0..4), vec(table, 0..3)).prop_map(|(name, from, per_entry, tables)| {
        let mut dataset = Dataset::new(name, from);
        (dataset.per_entry, dataset.tables) = (per_entry, tables);
        dataset
    })
}

fn count() -> impl Strategy<Value = Count> {
    let of = named(strongroom_cohort::CohortName::new);
    (of, vec(value(), 0..3), named(strongroom_cohort::ColumnName::new)).prop_map(|(of, by, policy)| {
        let mut count = Count::new(of, policy);
        count.by = by;
        count
    })
}

fn test() -> impl Strategy<Value = ExampleTest> {
    let column_name = || named(strongroom_cohort::ColumnName::new);
    let row = (
        (date(), option::of(date())),
        select(EventKind::ALL),
        code(),
        option::of(literal()),
        option::of(column_name()),
    )
        .prop_map(|((start, end), kind, concept, value, visit)| {
            let mut row = ExampleRow::new(start, kind, concept);
            (row.end, row.value, row.visit) = (end, value, visit);
            row
        });
    let known = [ConceptId::MALE, ConceptId::FEMALE].map(Code::Id);
    let sex = option::of(prop_oneof![code(), select(known.to_vec())]);
    let observed = vec((date(), date()), 0..3);
    let person = (column_name(), sex, option::of(date()), observed, vec(row, 0..3)).prop_map(
        |(name, sex, born, observed, rows)| {
            let mut person = ExamplePerson::new(name);
            (person.sex, person.born, person.observed, person.rows) = (sex, born, observed, rows);
            person
        },
    );
    let expectation = prop_oneof![
        (column_name(), option::of((date(), date())))
            .prop_map(|(person, days)| Expectation::In { person, days }),
        (column_name(), title()).prop_map(|(person, at)| Expectation::Out { person, at }),
    ];
    let of = named(strongroom_cohort::CohortName::new);
    (of, vec(person, 0..3), vec(expectation, 0..3)).prop_map(|(of, people, expect)| ExampleTest {
        of,
        people,
        expect,
    })
}

fn import() -> impl Strategy<Value = Import> {
    let digest = option::of(any::<[u8; 32]>().prop_map(|bytes| Sha256Digest::from_bytes(bytes).into()));
    (vec(named(strongroom_cohort::SetName::new), 0..3), text(), digest).prop_map(|(names, from, digest)| {
        let mut import = Import::new(names, from);
        import.digest = digest;
        import
    })
}

/// Any definition at all, within the usual limits.
pub(crate) fn definition() -> impl Strategy<Value = Definition> {
    let sets = btree_map(named(strongroom_cohort::SetName::new), concept_set(), 0..3);
    let parameters = btree_map(named(strongroom_cohort::ParameterName::new), parameter(), 0..4);
    let lets = btree_map(named(strongroom_cohort::EventsName::new), events(), 0..4);
    let head = (select(Profile::ALL.to_vec()), vec(import(), 0..2), parameters, sets, lets);
    let tail = (vec(matching(), 0..2), vec(dataset(), 0..2), vec(count(), 0..2), vec(test(), 0..2));
    (head, vec(cohort(), 0..3), tail).prop_map(
        |(
            (profile, imports, parameters, concept_sets, events),
            cohorts,
            (matches, datasets, counts, tests),
        )| {
            let mut definition = Definition::new(profile);
            (definition.imports, definition.parameters) = (imports, parameters);
            (definition.concept_sets, definition.events) = (concept_sets, events);
            (definition.cohorts, definition.matches) = (cohorts, matches);
            (definition.datasets, definition.counts, definition.tests) = (datasets, counts, tests);
            definition
        },
    )
}
