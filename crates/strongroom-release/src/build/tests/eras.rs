//! Eras that the source does not have.

use std::num::NonZeroU32;

use strongroom_tiers::{DateShift, Generalisation, Generalised, Hidden, TierRules};

use super::*;

const CONCEPTS: &str = "concept_id,concept_name,domain_id,vocabulary_id,concept_code,concept_class_id,standard_concept\n\
    201826,Type 2 diabetes mellitus,Condition,SNOMED,44054006,Disorder,S\n\
    1,metformin,Drug,RxNorm,6809,Ingredient,S\n\
    2,sitagliptin,Drug,RxNorm,593411,Ingredient,S\n\
    3,old metformin,Drug,RxNorm,0,Ingredient,\n\
    10,metformin 500 MG,Drug,RxNorm,861007,Clinical Drug,S\n\
    11,metformin / sitagliptin,Drug,RxNorm Extension,OMOP1,Clinical Drug,S\n";
const ANCESTORS: &str = "ancestor_concept_id,descendant_concept_id,min_levels_of_separation,max_levels_of_separation\n\
    1,10,1,1\n1,11,1,1\n2,11,1,1\n3,10,1,1\n10,10,0,0\n";
const CONDITIONS: &str = "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_end_date\n\
    5,2,201826,2012-03-01,2012-03-04\n\
    1,1,201826,2010-01-01,2010-01-05\n\
    2,1,201826,2010-02-04,\n\
    3,1,201826,2010-03-08,2010-03-08\n\
    4,1,0,2010-03-08,2010-03-08\n";
const DRUGS: &str = "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,days_supply\n\
    1,1,10,2010-01-01,2010-01-30,30\n\
    2,1,11,2010-02-10,2010-02-20,10\n\
    3,2,1,2012-01-01,2012-01-02,\n\
    4,2,201826,2012-01-01,2012-01-02,\n";

fn source() -> Fixture {
    Fixture::new(&[
        ("concept.csv", CONCEPTS),
        ("concept_ancestor.csv", ANCESTORS),
        ("condition_occurrence.csv", CONDITIONS),
        ("drug_exposure.csv", DRUGS),
    ])
}

fn build_with(fixture: &Fixture, request: &BuildRequest) -> Manifest {
    let manifest = build(request, Timestamp::parse("2026-03-01T09:00:00Z").unwrap(), &Silent).unwrap();
    verify(&fixture.release()).unwrap();
    manifest
}

fn is_missing(manifest: &Manifest, table: &str) -> bool {
    manifest.load.tables_missing.iter().any(|name| name.table().name() == table)
}

fn condition_eras(fixture: &Fixture) -> Vec<String> {
    let columns = [
        "condition_era_id",
        "person_id",
        "condition_concept_id",
        "condition_era_start_date",
        "condition_era_end_date",
        "condition_occurrence_count",
    ];
    let mut rows = cells(&fixture.rows("condition_era"), &columns);
    rows.sort();
    rows
}

const CONDITION_ERAS: [&str; 3] = [
    "1 1 201826 2010-01-01 2010-02-05 2",
    "2 1 201826 2010-03-08 2010-03-08 1",
    "3 2 201826 2012-03-01 2012-03-04 1",
];

#[test]
fn eras_are_built_of_what_the_source_has() {
    for people in [1, 2, 60] {
        let fixture = source();
        let request = fixture.request().with_eras().with_shard_people(NonZeroU32::new(people).unwrap());
        let manifest = build_with(&fixture, &request);
        assert_eq!(condition_eras(&fixture), CONDITION_ERAS);
        let columns = [
            "drug_era_id",
            "person_id",
            "drug_concept_id",
            "drug_era_start_date",
            "drug_era_end_date",
            "drug_exposure_count",
            "gap_days",
        ];
        let mut drugs = cells(&fixture.rows("drug_era"), &columns);
        drugs.sort();
        let expected = [
            "1 1 1 2010-01-01 2010-02-20 2 11",
            "2 1 2 2010-02-10 2010-02-20 1 0",
            "3 2 1 2012-01-01 2012-01-02 1 0",
        ];
        assert_eq!(drugs, expected);
        for (table, rows) in [("condition_era", 3), ("drug_era", 3)] {
            assert_eq!(
                (report(&manifest, table).source, report(&manifest, table).written),
                (SourceKind::Built, rows)
            );
            assert!(!is_missing(&manifest, table));
        }
    }
}

#[test]
fn eras_are_built_only_where_they_are_asked_for_and_missing() {
    let fixture = source();
    let manifest = build_with(&fixture, &fixture.request());
    assert!(is_missing(&manifest, "condition_era") && is_missing(&manifest, "drug_era"));

    let own = "condition_era_id,person_id,condition_concept_id,condition_era_start_date,condition_era_end_date\n\
               77,2,201826,2011-01-01,2011-01-01\n";
    let fixture = Fixture::new(&[("condition_occurrence.csv", CONDITIONS), ("condition_era.csv", own)]);
    let manifest = build_with(&fixture, &fixture.request().with_eras());
    assert_eq!(condition_eras(&fixture), ["77 2 201826 2011-01-01 2011-01-01 -"]);
    assert_eq!(report(&manifest, "condition_era").source, SourceKind::Csv);
    assert!(is_missing(&manifest, "drug_era"), "there are no drugs");
}

#[test]
fn drugs_without_ingredients_have_no_eras() {
    let fixture = Fixture::new(&[("drug_exposure.csv", DRUGS)]);
    let manifest = build_with(&fixture, &fixture.request().with_eras());
    assert!(is_missing(&manifest, "drug_era"));
}

#[test]
fn eras_are_those_of_the_rows_that_a_tier_sees() {
    let nothing = Generalised::nothing;
    let years = nothing().with_column("condition_occurrence", "condition_start_date", Generalisation::Year);
    let moved = || DateShift::between(-9, -9);
    let cases = [
        (Hidden::nothing(), nothing(), true),
        (Hidden::nothing().with_table("condition_era"), nothing(), false),
        (Hidden::nothing().with_column("condition_occurrence", "condition_end_date"), nothing(), false),
        (Hidden::nothing(), years, false),
    ];
    for (hidden, generalised, is_built) in cases {
        let rules = TierRules::new(Vec::new())
            .with_hidden(hidden)
            .with_generalised(generalised)
            .with_date_shift(moved());
        let policy = Policy::new(3, rules, TierRules::new(Vec::new())).unwrap();
        let fixture = source();
        let request = fixture.request().with_eras();
        let family = ReleaseName::new("R").unwrap();
        let manifest = build_with(&fixture, &request.with_policy(policy, family, Some(&[7; 32])).unwrap());
        assert_eq!(is_missing(&manifest, "condition_era"), !is_built);
        if is_built {
            let moved = [
                "1 1 201826 2009-12-23 2010-01-27 2",
                "2 1 201826 2010-02-27 2010-02-27 1",
                "3 2 201826 2012-02-21 2012-02-24 1",
            ];
            assert_eq!(condition_eras(&fixture), moved);
        }
    }
}
