use std::collections::BTreeMap;

use chrono::NaiveDate;
use strongroom_cohort::{Definition, Profile};
use strongroom_omop::SubjectId;

use super::*;
use crate::CohortRow;
use crate::cases::{CaseId, Expected, ExpectedCohort, ForeignDefinition};

fn row(subject: i64, start: u32) -> CohortRow {
    let day = |day| NaiveDate::from_ymd_opt(2020, 1, day).unwrap();
    CohortRow { subject: SubjectId::new(subject), start: day(start), end: day(31) }
}

/// Answers by the text of the definition, which `import` passes on as the name of its profile.
struct Answers(BTreeMap<Profile, Result<Vec<CohortRow>, EngineError>>);

impl Engine for Answers {
    fn run(&self, definition: &Definition) -> Result<Vec<CohortRow>, EngineError> {
        self.0[&definition.profile].clone()
    }
}

fn import(case: &Case) -> Result<Definition, EngineError> {
    let profile = Profile::ALL.into_iter().find(|profile| profile.name() == case.definition.text);
    profile.map(Definition::new).ok_or_else(|| EngineError::Import("no such profile".to_owned()))
}

fn engine() -> Answers {
    Answers(
        [
            (Profile::Native1, Ok(vec![row(2, 1), row(1, 2), row(1, 1)])),
            (Profile::Circe1, Ok(Vec::new())),
            (Profile::AouWorkbench1, Err(EngineError::Refused("too large".to_owned()))),
        ]
        .into(),
    )
}

fn case(id: u32, text: &str, expected: Option<Expected>) -> Case {
    let definition = ForeignDefinition::new(CaseId::new(id.to_string()), text.to_owned());
    Case { definition, today: None, expected }
}

fn cohort(rows: &[CohortRow]) -> Option<Expected> {
    Some(Expected::Cohort(ExpectedCohort::of(rows.to_vec())))
}

/// The expectation of a cohort of which only the digest is known.
fn digest(rows: &[CohortRow]) -> ExpectedCohort {
    ExpectedCohort { cohort: None, ..ExpectedCohort::of(rows.to_vec()) }
}

#[track_caller]
fn check(cases: &[Case], expected: &str) -> Report {
    let options = Options { differing_lines: 2, ..Options::default() };
    let report = run(cases, &import, &engine(), &options, &|_| ());
    assert_eq!(report.to_string(), expected);
    report
}

#[test]
fn two_engines_are_compared_whatever_was_expected() {
    let cases = [
        case(1, "native/1", cohort(&[row(9, 9)])),
        case(2, "circe/1", None),
        case(3, "aou-workbench/1", None),
        case(4, "nonsense", None),
    ];
    let options = Options { differing_lines: 2, ..Options::default() };
    let beside =
        |second: &Answers| run_beside(&cases, &import, &engine(), second, &options, &|_| ()).to_string();
    assert_eq!(beside(&engine()), "4 of 4 identical");
    let mut second = engine();
    second.0.insert(Profile::Circe1, Ok(vec![row(3, 1)]));
    let differs =
        "2: 0 rows of 0 people; expected 1 rows of 1 people\n    - 3,2020-01-01,2020-01-31\n3 of 4 identical";
    assert_eq!(beside(&second), differs);
    second.0.insert(Profile::AouWorkbench1, Ok(Vec::new()));
    assert!(beside(&second).ends_with("2 of 4 identical"));
}

#[test]
fn identical_cohorts_are_not_listed() {
    let answer = [row(1, 1), row(1, 2), row(2, 1)];
    let other = ExpectedCohort { other_digest: Some(crate::hash::rows(&answer)), ..digest(&answer[1..]) };
    let people = Expected::People(vec![SubjectId::new(1), SubjectId::new(2)]);
    let cases = [
        case(1, "native/1", cohort(&answer)),
        case(2, "native/1", Some(Expected::Cohort(digest(&answer)))),
        case(3, "native/1", Some(Expected::Cohort(other))),
        case(4, "native/1", Some(people)),
        case(5, "circe/1", cohort(&[])),
        // The other implementation fails, so all of these are right.
        case(6, "circe/1", Some(Expected::Failure)),
        case(7, "aou-workbench/1", Some(Expected::Failure)),
        case(8, "nonsense", Some(Expected::Failure)),
    ];
    let report = check(&cases, "8 of 8 identical");
    assert_eq!(report.exit_status(), 0);
}

#[test]
fn differences_show_what_is_known_of_them() {
    let mut named = case(1, "native/1", cohort(&[row(1, 1), row(1, 1), row(3, 1)]));
    named.definition.name = Some("twice the same".to_owned());
    let cases = [
        named,
        case(2, "native/1", Some(Expected::Cohort(digest(&[row(1, 1)])))),
        case(3, "native/1", Some(Expected::Cohort(digest(&[row(1, 1), row(1, 2), row(2, 2)])))),
        case(4, "native/1", Some(Expected::People(vec![SubjectId::new(1), SubjectId::new(7)]))),
        case(5, "circe/1", cohort(&[])),
    ];
    let report = check(
        &cases,
        "1 (twice the same): 3 rows of 2 people; expected as many, but others\n    \
         - 1,2020-01-01,2020-01-31\n    \
         + 1,2020-01-02,2020-01-31\n\
         2: 3 rows of 2 people; expected 1 rows of 1 people\n\
         3: 3 rows of 2 people; expected as many, but others\n\
         4: 2 people; expected as many, but others\n    \
         + 2\n    \
         - 7\n\
         1 of 5 identical",
    );
    assert_eq!(report.differing().map(CaseId::as_str).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    assert_eq!(report.exit_status(), 1);
}

#[test]
fn errors_are_listed_and_counted() {
    let cases = [
        case(1, "nonsense", cohort(&[])),
        case(2, "aou-workbench/1", cohort(&[])),
        case(3, "circe/1", cohort(&[])),
    ];
    let report = check(
        &cases,
        "1: error: the definition cannot be imported: no such profile\n\
         2: error: the definition cannot be run: too large\n\
         1 of 3 identical",
    );
    assert_eq!(report.errors().count(), 2);
    assert_eq!(report.exit_status(), 1);
}

#[test]
fn cases_without_expected_result_are_listed_and_not_counted() {
    let cases = [case(1, "native/1", None), case(2, "circe/1", cohort(&[]))];
    let report = check(&cases, "1: no expected result; 3 rows of 2 people\n1 of 1 identical");
    assert_eq!(report.exit_status(), 0);
    // Where nothing was compared, nothing is conformant.
    let report = check(&cases[..1], "1: no expected result; 3 rows of 2 people\n0 of 0 identical");
    assert_eq!(report.exit_status(), 1);
}

#[test]
fn every_third_case_on_any_number_of_threads() {
    let cases: Vec<_> = (0..100).map(|id| case(id, "circe/1", cohort(&[]))).collect();
    for threads in [1, 2, 7] {
        let options = Options {
            threads: NonZeroUsize::new(threads).unwrap(),
            every: NonZeroUsize::new(3).unwrap(),
            ..Options::default()
        };
        let seen = Mutex::new(Vec::new());
        let report = run(&cases, &import, &engine(), &options, &|progress| {
            seen.lock().unwrap().push((progress.done, progress.total));
        });
        let ids: Vec<_> = report.cases.iter().map(|case| case.id.to_string()).collect();
        let expected: Vec<_> = (0..100).step_by(3).map(|id: u32| id.to_string()).collect();
        assert_eq!(ids, expected);
        let expected: Vec<_> = (1..=34).map(|done| (done, 34)).collect();
        assert_eq!(seen.into_inner().unwrap(), expected);
    }
}

#[test]
fn definitions_are_paired_with_their_results() {
    let definition = |id: &str| ForeignDefinition::new(CaseId::new(id), String::new());
    let expected = [(CaseId::new("2"), Expected::Failure), (CaseId::new("3"), Expected::Failure)];
    let cases = Case::pair(vec![definition("1"), definition("2")], expected.into());
    let paired: Vec<_> = cases.iter().map(|case| (case.id().as_str(), case.expected.is_some())).collect();
    assert_eq!(paired, [("1", false), ("2", true)]);
}
