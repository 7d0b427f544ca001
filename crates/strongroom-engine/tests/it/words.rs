//! Random people and definitions that use every construct of the language, as text so that failures
//! can be read. Few concepts, days and visits, so that random people meet random criteria.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

type Words = BoxedStrategy<String>;

fn one_of(words: &'static [&'static str]) -> Words {
    select(words).prop_map(str::to_owned).boxed()
}

fn event() -> impl Strategy<Value = String> {
    let kind = one_of(&[
        "c",
        "c",
        "c",
        "d",
        "d",
        "d",
        "m",
        "m",
        "v",
        "v",
        "o",
        "p",
        "device",
        "specimen",
        "visit_detail",
        "ce",
        "drug_era",
        "dose_era",
        "answer",
    ]);
    let concept =
        one_of(&["10", "10", "11", "20", "20", "21", "30", "40", "0", "", "10/100", "/110", "20/10"]);
    let length = prop_oneof![4 => weighted(0.6, 0..9_i32), 1 => Just(Some(-2))];
    let start = prop_oneof![30 => (0..30_i32).prop_map(Some), 1 => Just(None)];
    let detail = (weighted(0.6, 1..4_u8), weighted(0.6, 0..9_u8), weighted(0.3, -1..12_i8));
    let more = (
        weighted(0.3, select(vec![30, 40])),
        weighted(0.3, select(vec!["abc", "xbc", ""])),
        weighted(0.2, select(vec![30, 40, 0])),
        weighted(0.2, 0..9_u8),
    );
    (kind, concept, start, length, detail, more).prop_map(
        |(kind, concept, start, length, (visit, value, supply), (unit, text, of_visit, low))| {
            let mut words = match start {
                Some(start) => format!("{kind}{concept} {start}"),
                None => format!("{kind}{concept} ?"),
            };
            if let (Some(length), Some(start)) = (length, start) {
                words.push_str(&format!("..{}", start + length));
            }
            let mut add = |name: &str, value: Option<String>| {
                if let Some(value) = value {
                    words.push_str(&format!(" {name}{value}"));
                }
            };
            add("@", visit.map(|visit| visit.to_string()));
            add("value=", value.map(|value| value.to_string()));
            add("days_supply=", supply.map(|supply| supply.to_string()));
            add("unit=", unit.map(|unit| unit.to_string()));
            add("value_text=", text.filter(|text| !text.is_empty()).map(str::to_owned));
            add("visit.kind=", of_visit.map(|kind| kind.to_string()));
            add("range_low=", low.map(|low| low.to_string()));
            words
        },
    )
}

fn life() -> impl Strategy<Value = String> {
    let about = (
        one_of(&["", "born 2000; ", "born 2000-02-29; ", "born 2001-01-10; "]),
        one_of(&["", "race 40; ", "race 30; ", "race 0; "]),
        one_of(&["", "gender 8507; ", "gender 8532; "]),
        one_of(&["", "", "has ehr; "]),
    );
    let periods = prop_oneof![
        4 => Just("obs -90..90".to_owned()),
        2 => (0..10_i32, 12..20_i32, 21..40_i32)
            .prop_map(|(from, to, last)| format!("obs {from}..{to}; obs {}..{last}", to + 1)),
        2 => (-5..10_i32, 10..25_i32).prop_map(|(from, to)| format!("obs {from}..{to}; obs {}..99", to + 4)),
        // Overlapping ones, and one twice.
        1 => (-5..10_i32, 10..25_i32).prop_map(|(from, to)| format!("obs {from}..{to}; obs {}..99", to - 4)),
        1 => Just("obs 0..20; obs 0..20; payer 5..15".to_owned()),
        1 => Just("payer -5..15; payer 16..40".to_owned()),
    ];
    let death = weighted(0.2, 5..40_i32);
    (about, periods, vec(event(), 0..12), death).prop_map(
        |((birth, race, gender, has), periods, events, death)| {
            let death = death.map_or_else(String::new, |day| format!("; death {day}"));
            let events: String = events.iter().map(|event| format!("; {event}")).collect();
            format!("{birth}{race}{gender}{has}{periods}{events}{death}")
        },
    )
}

/// People with different ids, in no order.
pub(crate) fn lives() -> impl Strategy<Value = Vec<String>> {
    vec(life(), 1..9).prop_map(|lives| {
        let ids = (0..lives.len()).map(|at| (at * 7) % 11 + 1);
        lives.iter().zip(ids).map(|(life, id)| format!("id {id}; {life}")).collect()
    })
}

fn edge() -> impl Strategy<Value = i32> {
    -20..25_i32
}

fn window() -> Words {
    let bounded = (edge(), 0..25_i32, 0..6_u8).prop_map(|(from, more, shape)| match shape {
        0 => format!("({from}d, {}d)", from + more),
        1 => format!("({from}d, {}d]", from + more),
        2 => format!("[{}mo, {}mo]", from / 10, from / 10 + more / 10),
        3 => format!("({}mo, {}mo)", from / 10, from / 10 + 1 + more / 10),
        _ => format!("[{from}d, {}d]", from + more),
    });
    prop_oneof![
        4 => bounded,
        1 => edge().prop_map(|to| format!("[-inf, {to}d]")),
        1 => edge().prop_map(|from| format!("[{from}d, inf)")),
        1 => Just("[0d, 0d]".to_owned()),
        1 => Just("[-inf, inf)".to_owned()),
    ]
    .boxed()
}

/// What may be spoken of at a place.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// How deep things may still be nested.
    depth: u8,
    /// Whether there is an entry event.
    index: bool,
    /// Whether there is a row that is filtered.
    row: bool,
}

impl Place {
    pub(crate) const ENTRY: Self = Self { depth: 3, index: false, row: false };
    pub(crate) const STEP: Self = Self { depth: 3, index: true, row: false };

    const fn below(self) -> Self {
        Self { depth: self.depth.saturating_sub(1), ..self }
    }
}

fn source() -> Words {
    one_of(&[
        "conditions in a",
        "conditions in a",
        "drugs in b",
        "drugs in b",
        "drugs",
        "measurements in x",
        "measurements",
        "visits",
        "visits in x",
        "conditions either in { OMOP:10, OMOP:20 }",
        "conditions source in { OMOP:100, OMOP:110, OMOP:10 }",
        "observations in a",
        "procedures",
        "devices",
        "deaths",
        "condition_eras in a",
        "events",
        "events in a",
        "answers to x",
        "observation_periods",
        "payer_periods",
        "cohort ill",
        "cohort everybody",
    ])
}

fn anchor(place: Place) -> Words {
    let mut words = vec![];
    if place.index {
        words.extend(vec![one_of(&["index", "index", "index end"]); 3]);
    }
    if place.row {
        words.extend(vec![one_of(&["this", "this", "this end"]); 2]);
    }
    if place.depth > 0 || words.is_empty() {
        let events = events(Place { depth: place.depth.min(1), ..place });
        let picked = (one_of(&["", "first ", "last ", "each "]), events, one_of(&["", "", " end"]))
            .prop_map(|(pick, events, end)| format!("{pick}({events}){end}"));
        words.push(picked.boxed());
    }
    Union::new(words).boxed()
}

fn filter(place: Place) -> Words {
    let simple = one_of(&[
        "keep first",
        "keep last",
        "keep nth 2",
        "where value > 3",
        "where value is missing",
        "where duration >= 2",
        "where visit.kind in { OMOP:30 }",
        "where not value_text like \"x%\"",
        "where value_text like \"_b%\"",
        "where start >= 2020-01-12",
        "where age >= 20",
        "where value / range_low >= 1.5",
        "where unit in { OMOP:40, OMOP:30 }",
        "as interval [start, start +3d]",
    ]);
    if place.depth == 0 {
        return simple;
    }
    let windowed = (
        one_of(&["during", "during", "during", "ending during", "overlapping"]),
        window(),
        anchor(place.below()),
        weighted(0.2, Just(" ignoring observation")),
    );
    let windowed = windowed.prop_map(|(test, window, anchor, ignoring)| {
        format!("{test} {window} of {anchor}{}", ignoring.unwrap_or_default())
    });
    let visit = (one_of(&["same visit", "same visit or day", "same visit and day"]), anchor(place.below()));
    let visit = visit.prop_map(|(visit, anchor)| format!("{visit} as {anchor}"));
    let interval = (-6..6_i32, -6..6_i32)
        .prop_map(|(one, other)| format!("as interval [start {one:+}d, end {other:+}d]"));
    let nested = statement(Place { row: true, ..place.below() }).prop_map(|test| format!("where ({test})"));
    prop_oneof![2 => simple, 4 => windowed, 1 => visit, 1 => interval, 2 => nested].boxed()
}

pub(crate) fn events(place: Place) -> Words {
    let of_one = (source(), vec(filter(place), 0..3))
        .prop_map(|(source, filters)| format!("{source} {}", filters.join(" ")));
    if place.depth == 0 {
        return of_one.boxed();
    }
    let united = (of_one.clone(), of_one.clone(), vec(filter(place.below()), 0..2))
        .prop_map(|(one, other, filters)| format!("union {{ ({one}) ({other}) }} {}", filters.join(" ")));
    prop_oneof![5 => of_one, 1 => united].boxed()
}

fn number(place: Place) -> Words {
    let mut words = vec![
        (0..9_i32).prop_map(|number| number.to_string()).boxed(),
        one_of(&["age at 2020-01-15", "person.birth_year - 1990", "person.age_at_release"]),
    ];
    if place.row {
        words.push(one_of(&["value", "duration", "age", "value * 2", "band(value, 3)"]));
    }
    if place.depth > 0 {
        let below = place.below();
        let functions = one_of(&["first", "last", "min", "max", "mean", "sum"]);
        let columns = one_of(&["value", "value", "duration", "days_supply"]);
        words.push(
            (functions, events(below), columns)
                .prop_map(|(function, events, column)| format!("{function}({events}).{column}"))
                .boxed(),
        );
        words.push(
            (one_of(&["rows", "dates", "visits", "concepts"]), events(below))
                .prop_map(|(unit, events)| format!("count {unit} of ({events})"))
                .boxed(),
        );
        words.push(anchor(below).prop_map(|anchor| format!("age at {anchor}")).boxed());
        words.push(
            (anchor(below), anchor(below))
                .prop_map(|(one, other)| format!("date of {one} - date of {other}"))
                .boxed(),
        );
        if place.index {
            words.push(events(below).prop_map(|events| format!("nearest({events}).value")).boxed());
        }
    }
    Union::new(words).boxed()
}

pub(crate) fn statement(place: Place) -> Words {
    let below = place.below();
    let counted = one_of(&[
        "rows",
        "rows",
        "dates",
        "visits",
        "concepts",
        "distinct value",
        "rows per concept",
        "dates per concept",
    ]);
    let test = one_of(&["at least 2", "at most 1", "exactly 1", "at least 1", "not 1", "between 1 and 2"]);
    let compared = (number(below), one_of(&["<", "<=", "=", "!=", ">=", ">"]), number(below))
        .prop_map(|(one, sign, other)| format!("{one} {sign} {other}"));
    let leaves = prop_oneof![
        4 => events(below).prop_map(|events| format!("any ({events})")),
        2 => events(below).prop_map(|events| format!("no ({events})")),
        4 => (test, counted, events(below), one_of(&["", "", " within 5d", " within 1mo"]))
            .prop_map(|(test, unit, events, within)| format!("{test} {unit} of ({events}){within}")),
        2 => compared,
        1 => (window(), anchor(below)).prop_map(|(window, of)| format!("observed {window} of {of}")),
        1 => one_of(&[
            "person.race in { OMOP:40 }", "person.race is missing", "person.gender = person.race",
            "not person.race in { OMOP:30 }", "person.has ehr", "member of ill", "member of everybody",
            "person.birth_date < 2000-06-01",
        ]),
        1 => (window(), anchor(below)).prop_map(|(window, of)| format!("member of ill during {window} of {of}")),
    ];
    if place.depth == 0 {
        return leaves.boxed();
    }
    let members = vec(statement(below), 1..4).prop_map(|members| members.join("\n"));
    prop_oneof![
        6 => leaves,
        1 => members.clone().prop_map(|members| format!("all {{ {members} }}")),
        1 => members.clone().prop_map(|members| format!("any of {{ {members} }}")),
        1 => members.clone().prop_map(|members| format!("none of {{ {members} }}")),
        1 => members.prop_map(|members| format!("at least 2 of {{ {members} }}")),
        1 => statement(below).prop_map(|inner| format!("not ({inner})")),
    ]
    .boxed()
}

fn observed() -> Words {
    one_of(&[
        "observed by observation_period",
        "observed by observation_period",
        "observed unbounded",
        "observed by payer_plan_period",
        "observed by event_span",
    ])
}

fn steps(place: Place) -> Words {
    let step = prop_oneof![
        3 => statement(place).prop_map(|statement| format!("require {statement}")),
        2 => statement(place).prop_map(|statement| format!("exclude {statement}")),
        1 => one_of(&["keep first", "keep last", "keep nth 2", "keep all"]),
    ];
    vec(step, 0..4).prop_map(|steps| steps.join("\n")).boxed()
}

fn by_events() -> Words {
    let entry = (
        events(Place::ENTRY),
        one_of(&["all", "all", "first", "last", "nth 2"]),
        one_of(&["start", "start", "end"]),
    );
    let entry = entry.prop_map(|(events, pick, index)| format!("entry: {events}, {pick}\nindex: {index}"));
    let supply = one_of(&["", " supply 5d", " supply days_supply else 5d", " offset 2d", " offset -2d"]);
    let exit = prop_oneof![
        Just(String::new()),
        one_of(&["exit: end", "exit: end +3d"]),
        (-2..20_i32).prop_map(|days| format!("exit: start {days:+}d")),
        (events(Place::STEP.below().below()), 0..9_u8, supply)
            .prop_map(|(events, gap, supply)| format!("exit: end of run of ({events}) gap {gap}d{supply}")),
    ];
    let censor = prop_oneof![
        2 => Just(String::new()),
        1 => events(Place::STEP.below().below()).prop_map(|events| format!("censor: ({events})")),
    ];
    let last = (
        one_of(&["", "merge gap 0d", "merge gap 3d"]),
        one_of(&["", "", "clip 2020-01-05 .. 2020-01-25", "clip 2020-01-10 .."]),
        one_of(&["", "", "", "sample 2 seed 7"]),
    );
    (entry, steps(Place::STEP), exit, censor, last)
        .prop_map(|(entry, steps, exit, censor, (merge, clip, sample))| {
            [&*entry, &steps, &exit, &censor, &merge, &clip, &sample].join("\n")
        })
        .boxed()
}

fn by_people() -> Words {
    let sample = one_of(&["", "", "sample 2 seed 3"]);
    (statement(Place::ENTRY), steps(Place::ENTRY), sample)
        .prop_map(|(statement, steps, sample)| format!("people where {statement}\n{steps}\n{sample}"))
        .boxed()
}

/// Records of a set, of which nothing else is asked.
fn plain_events() -> Words {
    one_of(&["conditions in a", "conditions in a", "drugs in b", "conditions in b", "measurements in a"])
}

/// A statement of an entry or a row that asks for hardly more than days, and now and then for visits.
fn statement_of_days(depth: u8, of: &'static str) -> Words {
    let of_end = format!("{of} end");
    let anchor = select(vec![of.to_owned(), of.to_owned(), of_end]);
    let test = one_of(&["during", "during", "ending during", "overlapping"]);
    let windowed =
        (test, window(), anchor).prop_map(|(test, window, of)| format!(" {test} {window} of {of}"));
    let visit = one_of(&[" same visit as", " same visit or day as", " same visit and day as"]);
    let filter = prop_oneof![
        3 => window().prop_map(move |window| format!(" during {window} of {of}")),
        3 => windowed.clone(),
        2 => Just(String::new()),
        2 => (windowed, window())
            .prop_map(move |(one, other)| format!("{one} during {other} ignoring observation of {of}")),
        1 => visit.prop_map(move |visit| format!("{visit} {of}")),
    ];
    let counted = one_of(&[
        "any",
        "any",
        "any",
        "no",
        "no",
        "at least 2 rows of",
        "at most 1 rows of",
        "exactly 2 dates of",
        "at least 2 dates of",
        "exactly 0 rows of",
    ]);
    let leaf = (counted, plain_events(), filter);
    let leaf = leaf.prop_map(|(count, events, filter)| format!("{count} ({events}{filter})"));
    let leaf = prop_oneof![
        9 => leaf,
        1 => window().prop_map(move |window| format!("observed {window} of {of}")),
        1 => Just(format!("age at {of} >= 20")),
        1 => one_of(&["person.race in { OMOP:40 }", "member of ill", "person.has ehr"]),
    ];
    let leaf = leaf.boxed();
    if depth == 0 {
        return leaf;
    }
    let members = vec(statement_of_days(depth - 1, of), 1..4).prop_map(|members| members.join("\n"));
    prop_oneof![
        6 => leaf,
        1 => members.clone().prop_map(|members| format!("all {{ {members} }}")),
        1 => members.clone().prop_map(|members| format!("any of {{ {members} }}")),
        1 => members.clone().prop_map(|members| format!("none of {{ {members} }}")),
        1 => members.prop_map(|members| format!("at least 2 of {{ {members} }}")),
        1 => statement_of_days(depth - 1, of).prop_map(|inner| format!("not ({inner})")),
    ]
    .boxed()
}

/// A statement of an entry that is answered by going over rows, if there is one entry for each person.
fn statement_of_rows(depth: u8) -> Words {
    let filter = prop_oneof![
        6 => window().prop_map(|window| format!(" during {window} of index")),
        1 => window().prop_map(|window| format!(" during {window} of index end")),
        2 => Just(String::new()),
        1 => (window(), window())
            .prop_map(|(one, other)| format!(" during {one} of index during {other} ignoring observation of index")),
    ];
    let counted =
        one_of(&["any", "any", "no", "at least 2 rows of", "at most 1 rows of", "exactly 2 rows of"]);
    let leaf = (counted, plain_events(), filter);
    let leaf = leaf.prop_map(|(count, events, filter)| format!("{count} ({events}{filter})")).boxed();
    if depth == 0 {
        return leaf;
    }
    let members = vec(statement_of_rows(depth - 1), 1..4).prop_map(|members| members.join("\n"));
    prop_oneof![
        6 => leaf,
        1 => members.clone().prop_map(|members| format!("all {{ {members} }}")),
        1 => members.clone().prop_map(|members| format!("any of {{ {members} }}")),
        1 => members.prop_map(|members| format!("none of {{ {members} }}")),
        1 => statement_of_rows(depth - 1).prop_map(|inner| format!("not ({inner})")),
    ]
    .boxed()
}

/// A cohort of those who enter by their first event, of which one day is all that is needed.
pub(crate) fn cohort_of_first_days() -> impl Strategy<Value = String> {
    of_days(plain_events(), one_of(&["first"]), statement_of_rows(1).boxed())
}

/// Any pick of entries.
fn picks() -> Words {
    one_of(&["all", "all", "first", "first", "last", "nth 2"])
}

/// A cohort that asks for hardly more of its events than their days.
pub(crate) fn cohort_of_days() -> impl Strategy<Value = String> {
    of_days(plain_events(), picks(), statement_of_days(2, "index"))
}

/// A cohort of events that are filtered by their columns and by the days of others.
pub(crate) fn cohort_of_filtered_events() -> impl Strategy<Value = String> {
    let filter = prop_oneof![
        2 => one_of(&["keep first", "keep last", "keep nth 2"]),
        2 => one_of(&[
            "where value > 3", "where unit in { OMOP:40, OMOP:30 }", "where not (value > 3)", "where duration >= 2",
            "where start >= 2020-01-12", "where any of { value <= 2 unit in { OMOP:40 } }", "where value is missing",
            "where range_low < 5", "where none of { value = 2 not unit in { OMOP:30 } }", "where end < 2020-01-20",
            "where at least 1 of { value >= 4 unit in { OMOP:30 } }", "where source_concept in { OMOP:100 }",
        ]),
        3 => statement_of_days(1, "this").prop_map(|statement| format!("where ({statement})")),
        1 => window().prop_map(|window| format!("during {window} of first (drugs in b)")),
    ];
    let source = prop_oneof![
        4 => plain_events(),
        1 => one_of(&["conditions either in { OMOP:10, OMOP:20 }", "measurements", "cohort ill", "events in a"]),
    ];
    let filtered =
        (source, vec(filter, 0..3)).prop_map(|(events, filters)| format!("{events} {}", filters.join(" ")));
    let filtered = filtered.boxed();
    let united = vec(filtered.clone(), 2..4).prop_map(|members| {
        let members: String = members.iter().map(|member| format!("({member}) ")).collect();
        format!("union {{ {members}}}")
    });
    let events = prop_oneof![3 => filtered, 2 => united].boxed();
    of_days(events, picks(), statement_of_days(1, "index"))
}

fn of_days(events: Words, pick: Words, statement: Words) -> impl Strategy<Value = String> {
    let entry = (events, pick);
    let step = prop_oneof![
        3 => statement.clone().prop_map(|statement| format!("require {statement}")),
        2 => statement.prop_map(|statement| format!("exclude {statement}")),
        1 => one_of(&["keep first", "keep last", "keep nth 2", "keep all"]),
    ];
    let steps = vec(step, 0..4).prop_map(|steps| steps.join("\n"));
    let exit = one_of(&[
        "",
        "",
        "exit: start +9d",
        "exit: start -1d",
        "exit: end +2d",
        "exit: end of run of (conditions in a) gap 3d",
        "exit: end of run of (drugs in b during [0d, 9d] of index) gap 1d",
    ]);
    let last = one_of(&[
        "",
        "censor: (drugs in b)",
        "merge gap 3d",
        "clip 2020-01-05 .. 2020-01-25",
        "sample 2 seed 7",
    ]);
    (observed(), entry, steps, exit, last).prop_map(|(observed, (events, pick), steps, exit, last)| {
        let ill = "cohort ill { observed unbounded\nentry: conditions in a, all\nexit: start +10d }";
        format!("{ill}\ncohort c {{\n{observed}\nentry: {events}, {pick}\nindex: start\n{steps}\n{exit}\n{last}\n}}")
    })
}

/// The items of a document of three cohorts, of which the last one counts.
pub(crate) fn cohorts() -> impl Strategy<Value = String> {
    let ill = one_of(&[
        "observed by observation_period\nentry: conditions in a, all\nexit: end\nmerge gap 2d",
        "observed unbounded\nentry: conditions, first\nexit: start +10d",
        "observed by event_span\nentry: drugs in b, all\nsample 3 seed 5",
    ]);
    let everybody = one_of(&["people where person.race in { OMOP:40 }", "people where any conditions in a"]);
    let main = prop_oneof![5 => by_events(), 2 => by_people()];
    (ill, everybody, observed(), main).prop_map(|(ill, everybody, observed, main)| {
        format!(
            "cohort ill {{ {ill} }}\ncohort everybody {{ observed unbounded\n{everybody} }}\n\
             cohort c {{\n{observed}\n{main}\n}}"
        )
    })
}
