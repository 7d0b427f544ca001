//! The public cases, where they are: beside the workspace, in `shared/conformance`.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use strongroom_cohort::ast::EventKind;
use strongroom_cohort::{Definition, Limits, text};
use strongroom_conformance::cases::{self, Expected};
use strongroom_conformance::run::{Options, run};
use strongroom_conformance::{Case, NativeEngine, cdm, import_circe, import_workbench};
use strongroom_omop::ConceptId;

/// The path, if it is there; the test that asks is skipped where it is not.
fn public(path: &str) -> Option<PathBuf> {
    let shared = Path::new("../../../shared").join(path);
    shared.exists().then_some(shared)
}

fn events_by_kind(cdm: &cdm::Cdm) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for event in cdm.people.iter().flat_map(|person| &person.events) {
        *counts.entry(event.kind.name()).or_default() += 1;
    }
    counts
}

/// The counts are those of pyarrow.
#[test]
fn ten_thousand_people() {
    let Some(folder) = public("conformance/circe/cdm_10k_seed7") else { return };
    let cdm = cdm::read(&folder).unwrap();
    assert_eq!(cdm.people.len(), 10_000);
    assert!(cdm.people.is_sorted_by_key(|person| person.subject));
    assert!(cdm.people.iter().all(|person| person.events.len() == person.events.capacity()));
    let expected = [
        (EventKind::Condition, 209_801),
        (EventKind::Drug, 171_189),
        (EventKind::Procedure, 105_230),
        (EventKind::Measurement, 258_136),
        (EventKind::Observation, 102_106),
        (EventKind::Device, 4_083),
        (EventKind::Visit, 172_881),
        (EventKind::VisitDetail, 20_045),
        (EventKind::Specimen, 5_461),
        (EventKind::Death, 888),
        (EventKind::ConditionEra, 196_957),
        (EventKind::DrugEra, 158_984),
        (EventKind::DoseEra, 63_650),
        (EventKind::ObservationPeriod, 13_923),
        (EventKind::PayerPlanPeriod, 13_923),
    ];
    assert_eq!(events_by_kind(&cdm), expected.map(|(kind, count)| (kind.name(), count)).into());

    let events = || cdm.people.iter().flat_map(|person| &person.events);
    let without_end = |kind| events().filter(|event| event.kind == kind && event.end.is_none()).count();
    assert_eq!(without_end(EventKind::Condition), 75_686);
    assert_eq!(without_end(EventKind::Visit), 548);

    assert_eq!(cdm.vocabulary.concepts().count(), 77_893);
    assert_eq!(cdm.vocabulary.concepts().filter(|(_, concept)| !concept.valid).count(), 676 + 655);
    let rows_below = |(id, _): (ConceptId, _)| cdm.vocabulary.descendants(id).count();
    assert_eq!(cdm.vocabulary.concepts().map(rows_below).sum::<usize>(), 304_431);
}

#[test]
fn an_export_of_synthea() {
    let Some(folder) = public("data/synthea27") else { return };
    let cdm = cdm::read(&folder).unwrap();
    assert_eq!(cdm.people.len(), 28);
    let counts = events_by_kind(&cdm);
    assert_eq!(counts.get(EventKind::Death.name()), Some(&3));
}

#[test]
fn every_definition_has_a_result() {
    let Some(folder) = public("conformance/circe") else { return };
    for (definitions, expected, count) in
        [("definitions", "expected.jsonl", 647), ("probes.jsonl", "expected_probes.jsonl", 317)]
    {
        let definitions = cases::definitions(&folder.join(definitions)).unwrap();
        let expected = cases::expected(&folder.join(expected)).unwrap();
        let cases = Case::pair(definitions, expected);
        assert_eq!(cases.len(), count);
        assert!(cases.iter().all(|case| case.expected.is_some()));
        assert_eq!(
            cases.iter().filter(|case| case.expected == Some(Expected::Failure)).count(),
            usize::from(count == 317)
        );
    }
}

#[test]
fn every_search_of_the_workbench() {
    let Some(folder) = public("conformance/aou") else { return };
    let cases = cases::workbench(&folder.join("cases.jsonl")).unwrap();
    assert_eq!(cases.len(), 94);
    assert_eq!(cases.iter().filter(|case| case.persons_of_domain.is_some()).count(), 4);
}

/// Definitions and probes, every fifth, on the cohort engine, people cut into shards that do not
/// divide their number. The command compares all of them.
#[test]
fn the_engine_agrees_with_other_implementations() {
    let Some(folder) = public("conformance/circe") else { return };
    let cdm = cdm::read(&folder.join("cdm_10k_seed7")).unwrap();
    let engine = NativeEngine::in_memory(cdm.people, 3_001, cdm.vocabulary, Limits::default());
    let mut options = Options::default();
    options.every = NonZeroUsize::new(5).unwrap();
    for (definitions, expected, count) in
        [("definitions", "expected.jsonl", 130), ("probes.jsonl", "expected_probes.jsonl", 64)]
    {
        let definitions = cases::definitions(&folder.join(definitions)).unwrap();
        let cases = Case::pair(definitions, cases::expected(&folder.join(expected)).unwrap());
        let report = run(&cases, &import_circe, &engine, &options, &|_| ());
        assert_eq!(report.differing().collect::<Vec<_>>(), Vec::<&cases::CaseId>::new(), "{report}");
        assert_eq!(report.to_string().lines().last(), Some(&*format!("{count} of {count} identical")));
    }
}

/// Every public definition says the same in text and in JSON, to the digest.
#[test]
fn every_definition_survives_its_spellings() {
    let (Some(circe), Some(workbench)) = (public("conformance/circe"), public("conformance/aou")) else {
        return;
    };
    let limits = Limits::default();
    let circe = Case::pair(cases::definitions(&circe.join("definitions")).unwrap(), BTreeMap::new());
    let workbench = cases::workbench(&workbench.join("cases.jsonl")).unwrap().into_iter().map(Case::from);
    let circe = circe.iter().map(|case| (case.id().clone(), import_circe(case)));
    let imported: Vec<_> =
        circe.chain(workbench.map(|case| (case.id().clone(), import_workbench(&case)))).collect();
    assert_eq!(imported.len(), 647 + 94);
    for (id, definition) in imported {
        let definition = definition.unwrap();
        let parsed = text::parse(&text::print(&definition), &limits);
        assert!(parsed.errors.is_empty(), "{id}: {:?}", parsed.errors);
        let from_text = parsed.definition.unwrap();
        let from_json = Definition::from_json(&definition.to_json(), &limits).unwrap();
        for other in [&from_text, &from_json] {
            assert_eq!(other.digest(), definition.digest(), "{id}");
            assert_eq!(*other, definition, "{id}");
        }
    }
}
