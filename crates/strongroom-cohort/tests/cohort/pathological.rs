//! Definitions that somebody wrote to exhaust a machine: each ends in a limit, in problems or in a
//! plan, and none takes more than its length explains. Nothing is timed: what grows with the square of
//! a definition, or doubles with every level of it, would not end here at all.

use std::fmt::Write as _;

use strongroom_cohort::text::parse;
use strongroom_cohort::{
    CohortName, Definition, JsonError, Limit, Limits, ResolveError, ResolvedAction, ResolvedEvents,
    ResolvedPredicate, ResolvedSource, aou, check, circe, resolve,
};

use super::people::{NATIVE, document, read, resolved, vocabulary, with_sets};

/// How a text ends: the code of its first error, the limit that it passes, the code of the first
/// problem, or a plan.
fn end(text: &str) -> String {
    let parsed = parse(text, &Limits::default());
    let Some(definition) = parsed.definition else {
        return parsed.errors[0].code.as_str().to_owned();
    };
    match resolve(&definition, &vocabulary(), &Limits::default()) {
        Ok(_) => "a plan".to_owned(),
        Err(ResolveError::Limit(error)) => format!("{:?}", error.limit()),
        Err(ResolveError::Problems(problems)) => problems.first().kind().code().to_owned(),
        Err(other) => other.to_string(),
    }
}

/// So many lines, one for each number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        writeln!(text, "{}", line(number)).unwrap();
        text
    })
}

fn cohort(steps: &str) -> String {
    document(NATIVE, &format!("entry: conditions in a, all\n{steps}"))
}

#[test]
fn every_text_ends() {
    let group = |count| lines(count, |days| format!("any conditions in a during [-{days}d, 0d] of index"));
    let chain = |count: usize, last: usize| {
        let lets = lines(count, |n| format!("let e{n} = e{}", if n + 1 == count { last } else { n + 1 }));
        with_sets(NATIVE, &format!("{lets}cohort c {{ observed unbounded\nentry: e0, all }}"))
    };
    let people = |line: &dyn Fn(usize) -> String, count| {
        with_sets(
            NATIVE,
            &lines(count, |n| format!("cohort c{n} {{ observed unbounded\npeople where {} }}", line(n))),
        )
    };
    let nothing = "X".repeat(40);
    let cases = [
        ("20,000 members", cohort(&format!("require any of {{ {} }}", group(20_000))), "E030"),
        ("10,000 steps", cohort(&lines(10_000, |days| format!("require age at index > {days}"))), "E030"),
        ("100,000 negations", cohort(&format!("require {}person.has ehr", "not ".repeat(100_000))), "E030"),
        (
            "100,000 groups",
            cohort(&format!("require {}{}", "all { ".repeat(100_000), "} ".repeat(100_000))),
            "E030",
        ),
        ("a bracket too many", cohort(&format!("require {}", "(".repeat(1 << 20))), "E030"),
        ("more signs than words", "!".repeat(8 << 20), "E001"),
        ("more words than fit", "(".repeat(8 << 20), "E030"),
        ("longer than allowed", " ".repeat((8 << 20) + 1), "E030"),
        (
            "a list of 100,001",
            cohort(&format!("require any conditions in {{ {} }}", vec!["OMOP:1"; 100_001].join(","))),
            "E030",
        ),
        (
            "a set of 100,001",
            format!("language 1\nconcepts s {{ {} }}", lines(100_001, |id| format!("include OMOP:{id}"))),
            "E030",
        ),
        (
            "a window past all days",
            cohort("require any conditions in a during [-99999999999d, 0d] of index"),
            "E008",
        ),
        (
            "a window of all days",
            cohort("require any conditions in a during [-2147483647d, 2147483647d] of index"),
            "a plan",
        ),
        (
            "more than there are",
            cohort(&format!("require at least 4294967295 of {{ {} }}", group(9))),
            "a plan",
        ),
        ("a count past all numbers", cohort("require at least 18446744073709551616 conditions in a"), "E008"),
        ("400,000 tests", format!("language 1\n{}", lines(400_000, |_| "test c { }".to_owned())), "E030"),
        (
            "400,000 parameters",
            format!("language 1\n{}", lines(300_000, |n| format!("param p{n}: int = 1"))),
            "E030",
        ),
        ("5,000 names in a row", chain(4_900, 4_899), "E063"),
        ("a circle of 4,900 names", chain(4_900, 0), "E063"),
        ("a circle of 3,000 cohorts", people(&|n| format!("member of c{}", (n + 1) % 3_000), 3_000), "E063"),
        ("3,000 cohorts in a row", people(&|n| format!("member of c{}", (n + 1).min(2_999)), 3_000), "E063"),
        ("3,000 unknown cohorts", people(&|n| format!("member of {nothing}{n}"), 3_000), "E058"),
        (
            "90,000 unknown codes",
            cohort(&format!(
                "require any conditions in {{ {} }}",
                lines(90_000, |n| format!("X:{n},")).trim_end().trim_end_matches(',')
            )),
            "E060",
        ),
    ];
    let ends: Vec<_> = cases.iter().map(|(what, text, _)| format!("{what}: {}", end(text))).collect();
    let expected: Vec<_> = cases.iter().map(|(what, _, expected)| format!("{what}: {expected}")).collect();
    assert_eq!(ends, expected);
}

/// JSON is a tree before it is a definition, and a tree takes many times the memory of its text.
#[test]
fn json_is_as_large_as_its_values() {
    let name = || CohortName::new("c").unwrap();
    let limits = Limits::default();
    let nested = format!("{{\"cohorts\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let many = format!("[{}1]", "1,".repeat(2 << 20));
    let long = format!("[\"{}\"]", "x".repeat(64 << 20));
    for (text, expected) in [(nested, Limit::Nesting), (many, Limit::Words), (long, Limit::Text)] {
        match Definition::from_json(&text, &limits) {
            Err(JsonError::Limit(error)) => assert_eq!(error.limit(), expected),
            other => panic!("{expected:?}: {other:?}"),
        }
        let error = circe::import(&text, name(), &limits).unwrap_err();
        assert!(error.to_string().contains("too large"), "{expected:?}: {error}");
        let error = aou::import(&text, name(), &limits).unwrap_err();
        assert!(!error.problems().is_empty(), "{expected:?}");
    }
}

/// A value between two others stands there twice, and one inside another would double each time.
#[test]
fn between_inside_between_is_limited() {
    let mut of = "measurements in a".to_owned();
    for _ in 0..6 {
        of = format!("measurements in a where count rows of ({of}) between 1 and 2");
    }
    assert_eq!(end(&cohort(&format!("require any {of}"))), "a plan");
    for _ in 0..9 {
        of = format!("measurements in a where count rows of ({of}) between 1 and 2");
    }
    assert_eq!(end(&cohort(&format!("require any {of}"))), "Nodes");
}

/// What names bring to many places is there once.
#[test]
fn a_list_under_a_name_is_looked_up_once() {
    fn lists(events: &ResolvedEvents, found: &mut Vec<*const [strongroom_omop::ConceptId]>) {
        for filter in &events.filters {
            if let strongroom_cohort::ResolvedFilter::Where(ResolvedPredicate::In { concepts, .. }) = filter {
                found.push(std::sync::Arc::as_ptr(concepts));
            }
        }
        if let ResolvedSource::Union(members) = &events.from {
            members.iter().for_each(|member| lists(member, found));
        }
    }
    let codes: Vec<_> = (1..9_000).map(|id| format!("OMOP:{id}")).collect();
    let items = format!(
        "let e = conditions where concept in {{ {} }}\ncohort c {{ observed unbounded\nentry: conditions in a, all\n\
         require any union {{ {} }} }}",
        codes.join(","),
        "e ".repeat(900),
    );
    let cohort = resolved(&with_sets(NATIVE, &items));
    let ResolvedAction::Require(ResolvedPredicate::Count(count)) = &cohort.plan().steps[0].action else {
        panic!("a count")
    };
    let mut found = Vec::new();
    lists(&count.of, &mut found);
    assert_eq!(found.len(), 900);
    assert!(found.iter().all(|list| std::ptr::addr_eq(*list, found[0])));
    // Engines look through them in every place.
    let mut few = Limits::default();
    few.expanded_set = 100_000;
    let limited = resolve(&read(&with_sets(NATIVE, &items)), &vocabulary(), &few);
    assert!(matches!(limited, Err(ResolveError::Limit(error)) if error.limit() == Limit::ExpandedSet));
}

/// What was meant is looked for, and corrections are written, for some and not for all of very many.
#[test]
fn advice_is_limited() {
    let letters = "x".repeat(40);
    let text = with_sets(
        NATIVE,
        &format!(
            "{}cohort c {{ observed unbounded\npeople where any of {{ {} }} }}",
            lines(3_000, |n| format!("concepts s{letters}{n} {{ include OMOP:1 }}")),
            lines(2_000, |n| format!("any conditions in s{letters}_{n}")),
        ),
    );
    let problems = check(&read(&text));
    let advised = |code: &str| {
        let of_kind = problems.iter().filter(|problem| problem.kind().code() == code);
        let (with, without): (Vec<_>, Vec<_>) = of_kind.partition(|problem| !problem.fixes().is_empty());
        (with.len(), without.len())
    };
    let (with, without) = advised("E050");
    assert_eq!(with + without, 2_000);
    assert!(without > 1_900, "{with} names were looked for");

    let long = lines(2_000, |days| format!("no conditions in a during [-{}d, -1d] of index", days + 30));
    let text = with_sets(
        NATIVE,
        &format!(
            "cohort c {{ observed by observation_period\nentry: conditions in a, all\nrequire all {{ {long} }} }}"
        ),
    );
    let problems = check(&read(&text));
    let written: usize =
        problems.iter().flat_map(|problem| problem.fixes()).map(|fix| fix.replacement().len()).sum();
    assert_eq!(problems.iter().filter(|problem| problem.kind().code() == "W232").count(), 2_000);
    assert!(written < 4 << 20, "{written} bytes of corrections");
}

/// Units that disagree are counted, not compared with one another.
#[test]
fn many_units_of_the_same_concepts_are_told_apart() {
    let text = cohort(&lines(800, |n| {
        let unit = ["g", "m", "s"][n / 400 + usize::from(n % 7 == 0)];
        format!("require any measurements in a where value > {n} '{unit}'")
    }));
    let problems = check(&read(&text));
    let disagree = problems.iter().filter(|problem| problem.kind().code() == "E044").count();
    assert!(disagree > 350, "{disagree}");
}

/// Cohorts share those that they are made of: twenty names stand for more than could be written out.
#[test]
fn a_tower_of_cohorts_is_compared_by_what_it_is() {
    let tower = |last: usize| {
        let floors = (1..16).map(|n| {
            let below = n - 1;
            let days = lines(20, |days| {
                let days = if n == 1 { days + last } else { days };
                format!("member of c{below} during [-{days}d, {days}d] of first (conditions in a)")
            });
            format!("cohort c{n} {{ observed unbounded\nentry: cohort c{below}, all\nrequire any of {{ {days} }} }}\n")
        });
        let ground = "cohort c0 { observed unbounded\nentry: conditions in a, all }\n";
        resolved(&with_sets(NATIVE, &format!("{ground}{}", floors.collect::<String>())))
    };
    let (one, same, other) = (tower(0), tower(0), tower(1));
    assert_eq!(one.plan(), same.plan());
    assert_ne!(one.plan(), other.plan());
}
