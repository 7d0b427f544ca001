//! Random people and random definitions over them, written as text so that failures can be read.
//!
//! Few concepts, kinds and days, so that random people meet random criteria, on their very edges and
//! on one day.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

fn event() -> impl Strategy<Value = String> {
    let kind = select(vec!["c", "c", "d", "d", "m", "v"]);
    let concept = select(vec!["10", "11", "20", "20", "30", "0", ""]);
    let detail = (weighted(0.6, 1..4_u8), weighted(0.6, 0..9_u8), weighted(0.3, 1..12_u8));
    (kind, concept, 0..30_i32, weighted(0.6, 0..9_i32), detail).prop_map(
        |(kind, concept, start, length, (visit, value, supply))| {
            let mut text = format!("{kind}{concept} {start}");
            if let Some(length) = length {
                text.push_str(&format!("..{}", start + length));
            }
            for (name, value) in [("@", visit), ("value=", value), ("days_supply=", supply)] {
                if let Some(value) = value {
                    text.push_str(&format!(" {name}{value}"));
                }
            }
            text
        },
    )
}

/// What is recorded of a person: most are observed for all of it, some in two periods.
pub(crate) fn life() -> impl Strategy<Value = String> {
    let birth = select(vec!["", "born 2000; ", "born 2000-02-29; ", "born 2001-01-10; "]);
    let race = select(vec!["", "race 40; ", "race 30; "]);
    let periods = prop_oneof![
        4 => Just("obs -90..90".to_owned()),
        1 => (0..10_i32, 12..20_i32, 21..40_i32).prop_map(|(from, to, last)| format!("obs {from}..{to}; obs {}..{last}", to + 1)),
        1 => (-5..10_i32, 10..25_i32).prop_map(|(from, to)| format!("obs {from}..{to}; obs {}..99", to + 4)),
        1 => Just("obs 40..90".to_owned()),
    ];
    let death = weighted(0.2, 5..40_i32);
    (birth, race, periods, vec(event(), 0..9), death).prop_map(|(birth, race, periods, events, death)| {
        let death = death.map_or_else(String::new, |day| format!("; death {day}"));
        format!(
            "{birth}{race}{periods}{}{death}",
            events.iter().map(|event| format!("; {event}")).collect::<String>()
        )
    })
}

/// People with different ids.
pub(crate) fn lives() -> impl Strategy<Value = Vec<String>> {
    vec(life(), 1..6).prop_map(|lives| {
        lives.into_iter().enumerate().map(|(at, life)| format!("id {}; {life}", at + 1)).collect()
    })
}

/// What definitions may speak of.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    /// Ages, births and calendar days, which do not move with events.
    pub(crate) calendar: bool,
    /// Anything that a profile of Circe reads otherwise.
    pub(crate) index: bool,
}

fn filter(words: Words) -> BoxedStrategy<String> {
    let plain = prop_oneof![
        (0..9_u8).prop_map(|value| format!("where value > {value}")),
        Just("where value is missing".to_owned()),
        (1..9_u8).prop_map(|days| format!("where duration >= {days}")),
        select(vec!["keep first", "keep last", "keep nth 2"]).prop_map(str::to_owned),
        (0..6_i32, 0..6_i32).prop_map(|(one, other)| format!("as interval [start -{one}d, end +{other}d]")),
    ];
    if !words.calendar {
        return plain.boxed();
    }
    let calendar = prop_oneof![
        (1..28_u8).prop_map(|day| format!("where start >= 2020-01-{day:02}")),
        (18..22_u8).prop_map(|age| format!("where age >= {age}")),
    ];
    prop_oneof![3 => plain, 1 => calendar].boxed()
}

/// The edges of a window, closed.
pub(crate) fn edges() -> impl Strategy<Value = (i32, i32)> {
    (-20..10_i32, 0..25_i32).prop_map(|(from, more)| (from, from + more))
}

fn window() -> impl Strategy<Value = String> {
    (edges(), 0..8_u8).prop_map(|((from, to), shape)| match shape {
        0 => format!("[-inf, {to}d]"),
        1 => format!("[{from}d, inf)"),
        2 => "[0d, 0d]".to_owned(),
        3 => format!("({from}d, {to}d)"),
        _ => format!("[{from}d, {to}d]"),
    })
}

/// Events that read nothing else.
pub(crate) fn plain_events(words: Words) -> impl Strategy<Value = String> {
    let source = select(vec![
        "conditions in a",
        "conditions in a",
        "drugs in b",
        "drugs in b",
        "drugs",
        "measurements in x",
        "conditions either in { OMOP:10, OMOP:20 }",
        "visits",
        "union { conditions in a drugs in b }",
    ]);
    let filters = prop_oneof![3 => Just(Vec::new()), 2 => vec(filter(words), 1..3)];
    (source, filters).prop_map(|(source, filters)| format!("{source} {}", filters.join(" ")))
}

fn events(words: Words) -> BoxedStrategy<String> {
    let inner = plain_events(words).prop_map(|events| format!("({events})"));
    let picks = select(vec!["", "first ", "last ", "each "]);
    let anchor = (picks, inner).prop_map(|(pick, events)| format!("{pick}{events}"));
    let anchor = if words.index {
        prop_oneof![3 => Just("index".to_owned()), 1 => anchor].boxed()
    } else {
        anchor.boxed()
    };
    let test = select(vec!["during", "during", "ending during", "overlapping"]);
    let windowed = (plain_events(words), test, window(), prop::bool::weighted(0.2), anchor).prop_map(
        |(events, test, window, ignoring, anchor)| {
            let ignoring = if ignoring { " ignoring observation" } else { "" };
            format!("({events}) {test} {window} of {anchor}{ignoring}")
        },
    );
    prop_oneof![1 => plain_events(words).prop_map(|events| format!("({events})")), 2 => windowed].boxed()
}

pub(crate) fn statement(words: Words) -> BoxedStrategy<String> {
    let counted = select(vec!["rows", "dates", "visits", "concepts", "distinct value"]);
    let within = select(vec!["", "", " within 5d"]);
    let test = select(vec!["at least 2", "at most 1", "exactly 1", "at least 1"]);
    let mut leaves = vec![
        events(words).prop_map(|events| format!("any {events}")).boxed(),
        events(words).prop_map(|events| format!("no {events}")).boxed(),
        (test, counted, events(words), within)
            .prop_map(|(test, unit, events, within)| format!("{test} {unit} of {events}{within}"))
            .boxed(),
        Just("person.race in { OMOP:40 }".to_owned()).boxed(),
        (plain_events(words), 0..9_u8).prop_map(|(events, n)| format!("max({events}).value > {n}")).boxed(),
    ];
    if words.index {
        leaves.push(window().prop_map(|window| format!("observed {window}")).boxed());
    }
    if words.calendar {
        leaves.push((18..22_u8).prop_map(|age| format!("age at 2020-01-15 >= {age}")).boxed());
    }
    let leaf = proptest::strategy::Union::new(leaves);
    leaf.prop_recursive(2, 8, 3, |inner| {
        let members = vec(inner.clone(), 1..4).prop_map(|members| members.join("\n"));
        prop_oneof![
            members.clone().prop_map(|members| format!("all {{ {members} }}")),
            members.clone().prop_map(|members| format!("any of {{ {members} }}")),
            members.clone().prop_map(|members| format!("none of {{ {members} }}")),
            members.prop_map(|members| format!("at least 2 of {{ {members} }}")),
            inner.prop_map(|inner| format!("not {inner}")),
        ]
    })
    .boxed()
}

/// An entry by events.
pub(crate) fn entry(words: Words) -> impl Strategy<Value = String> {
    let observed = select(vec![
        "observed by observation_period",
        "observed by observation_period",
        "observed unbounded",
    ]);
    let pick = select(vec!["all", "all", "first", "last", "nth 2"]);
    let index = select(vec!["start", "start", "start", "end"]);
    let words = Words { index: false, ..words };
    (observed, plain_events(words), pick, index).prop_map(|(observed, events, pick, index)| {
        format!("{observed}\nentry: {events}, {pick}\nindex: {index}")
    })
}

fn steps(words: Words) -> impl Strategy<Value = String> {
    let step = prop_oneof![
        3 => statement(words).prop_map(|statement| format!("require {statement}")),
        2 => statement(words).prop_map(|statement| format!("exclude {statement}")),
        1 => select(vec!["keep first", "keep last", "keep nth 2", "keep all"]).prop_map(str::to_owned),
    ];
    vec(step, 0..4).prop_map(|steps| steps.join("\n"))
}

/// The clauses of a cohort by events.
pub(crate) fn clauses(calendar: bool) -> impl Strategy<Value = String> {
    let words = Words { calendar, index: true };
    let exit = prop_oneof![
        Just(String::new()),
        Just("exit: end".to_owned()),
        (-2..20_i32).prop_map(|days| format!("exit: start {days:+}d")),
        (0..9_u8)
            .prop_map(|gap| format!("exit: end of run of drugs in b gap {gap}d supply days_supply else 5d")),
    ];
    let censor =
        select(vec!["", "", "censor: deaths", "censor: measurements in x during (0d, inf) of index"]);
    let merge = select(vec!["", "merge gap 0d", "merge gap 3d"]);
    let clip =
        if calendar { select(vec!["", "", "clip 2020-01-05 .. 2020-01-25"]) } else { select(vec![""]) };
    (entry(words), steps(words), exit, censor, merge, clip).prop_map(
        |(entry, steps, exit, censor, merge, clip)| {
            [entry.as_str(), &steps, &exit, censor, merge, clip].join("\n")
        },
    )
}
