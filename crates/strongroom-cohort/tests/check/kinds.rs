//! For every kind of problem a text that has it, with its place marked, and every fix made.

use std::collections::{BTreeMap, BTreeSet};

use strongroom_cohort::text::{Parsed, Places};
use strongroom_cohort::{
    Arguments, CohortName, Concept, ConceptLock, Definition, Limits, Problem, ProblemKind, ResolveError,
    StandardConcept, Vocabulary, check, link, resolve, resolve_match,
};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use super::{definition, read};

struct Case {
    stage: &'static str,
    codes: Vec<&'static str>,
    text: String,
    marked: Option<String>,
}

fn cases() -> Vec<Case> {
    let file = include_str!("cases.txt");
    let cases = file.split("=== ").skip(1).map(|case| {
        let (head, body) = case.split_once('\n').unwrap();
        let mut words: Vec<&str> = head.split(' ').collect();
        let stage = if words[0].starts_with(['E', 'W']) { "check" } else { words.remove(0) };
        let text = if body.contains("language 1") || body.starts_with('{') {
            body.to_owned()
        } else {
            in_cohort(body)
        };
        let marked = text.split_once('⟦').map(|(_, after)| after.split_once('⟧').unwrap().0.to_owned());
        Case { stage, codes: words, text: text.replace(['⟦', '⟧'], ""), marked }
    });
    cases.collect()
}

fn in_cohort(lines: &str) -> String {
    let lines = lines.trim_end().replace('\n', "\n  ");
    format!(
        "language 1\nconcepts dx {{ include SNOMED:1 }}\ncohort a {{\n  observed unbounded\n  \
         entry: conditions in dx, all\n  {lines}\n}}\n"
    )
}

fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new(Label::new("small").unwrap());
    let concepts = [
        ("1", Concept::new(StandardConcept::Standard).named("Asthma")),
        ("2", Concept::new(StandardConcept::NonStandard)),
        ("3", Concept::new(StandardConcept::Standard).withdrawn()),
        ("4", Concept::new(StandardConcept::Standard)),
    ];
    for (id, (code, concept)) in (100..).zip(concepts) {
        vocabulary.add_concept(ConceptId::new(id), concept.coded("SNOMED", code));
    }
    vocabulary
}

fn resolved(definition: &Definition, vocabulary: &Vocabulary) -> Vec<Problem> {
    match resolve(definition, vocabulary, &Limits::default()) {
        Ok(resolved) => resolved.warnings().to_vec(),
        Err(ResolveError::Problems(problems)) => problems.into_vec(),
        Err(other) => panic!("{other}"),
    }
}

fn problems(stage: &str, definition: &Definition) -> Vec<Problem> {
    let limits = Limits::default();
    match stage {
        "check" | "json" | "none" => check(definition),
        "resolve" => resolved(definition, &vocabulary()),
        "empty" => resolved(definition, &Vocabulary::new(Label::new("empty").unwrap())),
        "match" => {
            let name = CohortName::new("no_such_match").unwrap();
            match resolve_match(definition, &name, &vocabulary(), &limits, &Arguments::new()) {
                Err(ResolveError::Problems(problems)) => problems.into_vec(),
                other => panic!("{other:?}"),
            }
        }
        "lock" => {
            let before = definition_of_lock();
            let lock = ConceptLock::of(&before, &vocabulary(), &limits).unwrap();
            lock.check(definition, &vocabulary(), &limits).unwrap()
        }
        "link" => {
            let text = "language 1\nconcepts dx { include SNOMED:1 }\n";
            let library = BTreeMap::from([("library".to_owned(), (text.to_owned(), self::definition(text)))]);
            link(definition, &library).map_or_else(|problems| problems.into_vec(), |_| Vec::new())
        }
        other => panic!("no stage {other}"),
    }
}

fn definition_of_lock() -> Definition {
    definition("language 1\nconcepts dx { include SNOMED:4 }\n")
}

fn parsed(case: &Case) -> (Definition, Places) {
    if case.stage == "json" {
        return (Definition::from_json(&case.text, &Limits::default()).unwrap(), Places::default());
    }
    let Parsed { definition, errors, places, .. } = read(&case.text);
    assert!(errors.is_empty(), "{}\n{errors:#?}", case.text);
    (definition.unwrap(), places)
}

#[test]
fn every_case_has_its_problems_at_their_places() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (definition, places) = parsed(&case);
        let found = problems(case.stage, &definition);
        let wanted: Vec<_> = if case.stage == "none" { Vec::new() } else { case.codes.clone() };
        let first = found.iter().find(|problem| Some(&problem.kind().code()) == wanted.first());
        if case.stage == "link" {
            if first.is_none() {
                wrong.push(format!("{}\n{found:#?}", case.text));
            }
        } else {
            let codes: Vec<_> = found.iter().map(|problem| problem.kind().code()).collect();
            if codes != wanted {
                wrong.push(format!("{}: {codes:?} instead of {wanted:?}", case.text));
            }
        }
        if let (Some(marked), Some(problem)) = (&case.marked, first) {
            let place = places.nearest(problem.path()).of(&case.text);
            if place.trim_end() != marked.trim_end() {
                wrong.push(format!("{problem}: {place} instead of {marked}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_kind_of_problem_has_a_case() {
    let cases = cases();
    let covered: BTreeSet<_> = cases.iter().flat_map(|case| &case.codes).copied().collect();
    for kind in ProblemKind::ALL {
        assert!(covered.contains(kind.code()), "no case for {kind:?} {}", kind.code());
    }
}

#[test]
fn every_fix_leads_to_a_text_without_the_problem() {
    let mut fixes = 0;
    for case in cases().iter().filter(|case| case.stage != "json") {
        let (definition, places) = parsed(case);
        let before = problems(case.stage, &definition);
        for problem in &before {
            for fix in problem.fixes() {
                let text = problem.corrected(fix, &case.text, &places);
                let text = text.unwrap_or_else(|| panic!("no place for {fix:?} of {problem}"));
                let Parsed { definition, errors, .. } = read(&text);
                assert!(errors.is_empty(), "{problem}\n{text}\n{errors:#?}");
                let after = problems(case.stage, &definition.unwrap());
                let count = |problems: &[Problem]| {
                    problems.iter().filter(|other| other.kind() == problem.kind()).count()
                };
                assert!(count(&after) < count(&before), "{problem}\n{text}\n{after:#?}");
                fixes += 1;
            }
        }
    }
    assert!(fixes > 40, "{fixes}");
}

/// What a terminal shows of each case: code, place, cause, detail, ways out.
#[test]
fn messages_are_as_reviewed() {
    let mut all = String::new();
    for case in cases().iter().filter(|case| case.stage != "none") {
        let (definition, places) = parsed(case);
        for problem in problems(case.stage, &definition) {
            let place = places.nearest(problem.path()).of(&case.text).replace('\n', " / ");
            all.push_str(&format!("{problem}\n    {place}\n"));
            for fix in problem.fixes() {
                all.push_str(&format!("    help: {}: {}\n", fix.explanation(), fix.replacement()));
            }
        }
    }
    insta::assert_snapshot!(all);
}
