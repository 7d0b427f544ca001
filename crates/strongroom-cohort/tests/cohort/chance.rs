//! R17: samples and matched controls.

use std::collections::BTreeSet;

use strongroom_cohort::reference::{MatchedControls, PersonRecord, evaluate, evaluate_all, match_controls};
use strongroom_cohort::{Arguments, CohortName, Limits, resolve_match};

use super::people::{NATIVE, document, person, read, resolved, shown, vocabulary, with_sets};

fn crowd(n: i64) -> Vec<PersonRecord> {
    (1..=n).map(|id| person(&format!("id {id}; born 1980; c10 {id}"))).collect()
}

fn sampled(clauses: &str, people: &[PersonRecord]) -> BTreeSet<i64> {
    let cohort = resolved(&document(NATIVE, clauses));
    let included = evaluate_all(&cohort, people);
    included.iter().filter(|one| one.is_included()).map(|one| one.subject().value()).collect()
}

#[test]
fn a_sample_is_the_same_again_and_differs_by_its_seed() {
    let people = crowd(60);
    let draw =
        |n: u32, seed: u64| sampled(&format!("entry: conditions in a, all\nsample {n} seed {seed}"), &people);
    assert_eq!(draw(10, 1).len(), 10);
    assert_eq!(draw(10, 1), draw(10, 1));
    assert_ne!(draw(10, 1), draw(10, 2));
    assert!(draw(10, 1).is_subset(&draw(20, 1)));
    assert_eq!(draw(100, 1).len(), 60);
    assert_eq!(draw(0, 1).len(), 0);
    // The very order: the first bytes of SHA-256 over seed and id.
    assert_eq!(draw(3, 7), PINNED.into());
}

const PINNED: [i64; 3] = [17, 26, 33];

#[test]
fn without_one_person_a_sample_changes_by_at_most_one() {
    let people = crowd(40);
    let clauses = "entry: conditions in a, all\nsample 10 seed 3";
    let whole = sampled(clauses, &people);
    for gone in 0..people.len() {
        let mut fewer = people.clone();
        let person = fewer.remove(gone).subject.value();
        let rest = sampled(clauses, &fewer);
        let lost: Vec<_> = whole.difference(&rest).collect();
        assert!(if whole.contains(&person) { lost == [&person] } else { lost.is_empty() });
        assert_eq!(rest.len(), 10);
    }
}

#[test]
fn samples_are_drawn_over_members_and_inside_other_cohorts() {
    let mut people = crowd(20);
    people.extend((21..=40).map(|id| person(&format!("id {id}"))));
    let drawn = sampled("entry: conditions in a, all\nsample 5 seed 3", &people);
    assert!(drawn.iter().all(|id| *id <= 20));
    let cohort = resolved(&with_sets(
        NATIVE,
        "cohort few { observed unbounded\nentry: conditions in a, all\nsample 5 seed 3 }
         cohort c { observed unbounded\npeople where not member of few }",
    ));
    let outside = evaluate_all(&cohort, &people).iter().filter(|one| one.is_included()).count();
    assert_eq!(outside, 35);
    // By itself, whoever qualifies counts as drawn.
    let one = resolved(&document(NATIVE, "entry: conditions in a, all\nsample 0 seed 3"));
    assert_eq!(shown(&evaluate(&one, &people[0])), "1..1");
    assert!(evaluate_all(&one, &people)[0].left_out_by_sample());
}

fn matched(lines: &str, people: &[PersonRecord]) -> MatchedControls {
    let text = with_sets(
        NATIVE,
        &format!(
            "cohort cases {{ observed by observation_period\nentry: conditions in a, first }}
             cohort adults {{ observed by observation_period\nentry: visits, first }}
             match controls from adults to cases {{\n{lines}\nseed 5 }}"
        ),
    );
    let name = CohortName::new("controls").unwrap();
    let matching =
        resolve_match(&read(&text), &name, &vocabulary(), &Limits::default(), &Arguments::new()).unwrap();
    match_controls(&matching, people)
}

fn pairs(found: &MatchedControls) -> BTreeSet<(i64, i64)> {
    found.controls.iter().map(|control| (control.case.value(), control.control.value())).collect()
}

fn people(texts: &[&str]) -> Vec<PersonRecord> {
    texts.iter().map(|text| person(text)).collect()
}

#[test]
fn controls_are_alike_on_the_day_of_the_case() {
    let people = people(&[
        "id 1; gender 8532; born 1980-01-01; obs 0..99; c10 50",
        "id 2; gender 8532; born 1981-12-31; obs 0..99; v30 1",
        "id 3; gender 8507; born 1980-01-01; obs 0..99; v30 1",
        "id 4; gender 8532; born 1990-01-01; obs 0..99; v30 1",
        "id 5; gender 8532; born 1982-01-01; obs 0..99; v30 1",
        "id 6; born 1980; obs 0..99; v30 1",
        "id 7; gender 8532; born 1980-01-01; obs 60..99; v30 70",
    ]);
    for (lines, expected) in [
        ("ratio 9", &[2, 3, 4, 5, 6, 7][..]),
        ("ratio 9\nexact sex_at_birth", &[2, 4, 5, 7]),
        ("ratio 9\nwithin 2y of birth_date", &[2, 3, 5, 7]),
        ("ratio 9\nwithin 1y of birth_year", &[2, 3, 6, 7]),
        ("ratio 9\nwithin 730 of birth_date", &[2, 3, 7]),
        ("ratio 9\nwithin 10 of birth_year\nexact sex_at_birth", &[2, 4, 5, 7]),
        ("ratio 9\nrequire observed [-40d, 0d]", &[2, 3, 4, 5, 6]),
        ("ratio 9\nexclude any visits during [-inf, 0d] of index", &[7]),
        ("ratio 9\nrequire age at index < 35", &[4]),
    ] {
        let found = matched(lines, &people);
        let controls: Vec<_> = pairs(&found).into_iter().map(|(_, control)| control).collect();
        assert_eq!(controls, expected, "{lines}");
        assert!(found.controls.iter().all(|control| super::people::number_of(control.index) == 50));
        assert!(found.unmatched.is_empty());
    }
}

#[test]
fn ratio_replacement_and_the_unmatched() {
    let mut texts: Vec<String> = (1..=3).map(|id| format!("id {id}; obs 0..99; c10 {id}; v30 0")).collect();
    texts.extend((11..=14).map(|id| format!("id {id}; obs 0..99; v30 0")));
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let people = people(&texts);
    let free = matched("ratio 2\nexclude any conditions in a", &people);
    assert_eq!(free.controls.len(), 6);
    let once = matched("ratio 2 without replacement\nexclude any conditions in a", &people);
    assert_eq!(once.controls.len(), 4);
    let controls: BTreeSet<_> = once.controls.iter().map(|control| control.control).collect();
    assert_eq!(controls.len(), 4);
    assert_eq!(once.unmatched.len(), 1);
    // A case is never its own control, but may be that of another.
    let all = matched("ratio 99", &people);
    assert!(all.controls.iter().all(|control| control.control != control.case));
    assert_eq!(all.controls.len(), 3 * 6);
    // Not the order of rows but the keyed order decides.
    let mut shuffled = people.clone();
    shuffled.reverse();
    assert_eq!(
        matched("ratio 2 without replacement", &people),
        matched("ratio 2 without replacement", &shuffled)
    );
    assert_eq!(matched("ratio 0", &people).unmatched.len(), 3);
}
