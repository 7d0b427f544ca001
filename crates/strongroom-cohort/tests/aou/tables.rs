use serde_json::json;
use strongroom_cohort::aou::tables::{Tables, read};
use strongroom_cohort::ast::{Column, EventKind};
use strongroom_cohort::reference::{Birth, Datum};
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

fn version() -> Label {
    Label::new("index").unwrap()
}

#[test]
fn an_event_keeps_what_its_row_says() {
    let people =
        json!([{"person_id": 1, "dob": "1980-02-29", "age_at_cdr": 40, "has_ehr_data": 1, "has_fitbit": 0}]);
    let events = json!([
        {"person_id": 7, "entry_date": "2020-01-01", "is_standard": 1, "concept_id": 10, "domain": "Condition"},
        {"person_id": 1, "entry_date": "2020-01-02", "is_standard": 0, "concept_id": 11, "domain": "Observation",
         "age_at_event": 39, "visit_concept_id": 9202, "visit_occurrence_id": 0, "value_as_number": 1.5,
         "value_source_concept_id": 5, "survey_version_concept_id": 100, "cati_concept_id": 42530794}
    ]);
    let tables = Tables {
        search_person: &people.to_string(),
        search_all_events: &events.to_string(),
        ..Tables::default()
    };
    let index = read(&tables, version()).unwrap();
    let [person] = index.people.as_slice() else { panic!("one person") };
    assert_eq!(person.birth, Birth::Day("1980-02-29".parse().unwrap()));
    assert_eq!((person.age_at_consent, person.age_at_release), (None, Some(40)));
    assert_eq!(person.has.iter().collect::<Vec<_>>(), ["ehr"]);
    let [event] = person.events.as_slice() else { panic!("one event") };
    assert_eq!((event.kind, event.record.value()), (EventKind::Observation, 2));
    assert_eq!((event.concept, event.source_concept), (None, Some(ConceptId::new(11))));
    assert_eq!(event.visit, None);
    for (column, expected) in [
        (Column::RecordedAge, Datum::Number(39.0)),
        (Column::Value, Datum::Number(1.5)),
        (Column::VisitKind, Datum::Concept(ConceptId::new(9202))),
        (Column::ValueSourceConcept, Datum::Concept(ConceptId::new(5))),
        (Column::Version, Datum::Concept(ConceptId::new(100))),
        (Column::CollectionMethod, Datum::Concept(ConceptId::new(42_530_794))),
    ] {
        assert_eq!(event.value(column), Some(&expected), "{column:?}");
    }
    assert_eq!(event.values.len(), 6);
}

#[test]
fn a_variant_has_an_event_for_each_gene() {
    let tables = Tables {
        search_person: r#"[{"person_id": 1}]"#,
        variant_attribute: r#"[{"vid": "1-2-A-T", "genes": "a, b", "cons_str": "", "participant_count": 3}]"#,
        variant_attribute_genes: r#"[{"vid": "1-2-A-T", "gene_symbol": "a"}, {"vid": "1-2-A-T", "gene_symbol": "b"}]"#,
        variant_attribute_rs_number: r#"[{"vid": "1-2-A-T", "rs_number": "rs5"}]"#,
        variant_to_person: r#"[{"vid": "1-2-A-T", "person_ids": [1, 2]}]"#,
        ..Tables::default()
    };
    let index = read(&tables, version()).unwrap();
    let events = &index.people[0].events;
    let text = |column| {
        events.iter().map(move |event| match event.value(column) {
            Some(Datum::Text(text)) => text.to_string(),
            _ => String::new(),
        })
    };
    assert_eq!(text(Column::Gene).collect::<Vec<_>>(), ["A", "B"]);
    assert_eq!(text(Column::Genes).collect::<Vec<_>>(), ["a, b", "a, b"]);
    assert_eq!(text(Column::RsNumber).collect::<Vec<_>>(), ["rs5", ""]);
    assert_eq!(text(Column::Consequence).collect::<Vec<_>>(), ["", ""]);
    assert_ne!(events[0].record, events[1].record);
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_place() {
    for (tables, expected) in [
        (
            Tables { search_person: "[{]", ..Tables::default() },
            "cb_search_person, line 1, column 3: this is not a list of rows with the columns of this table; correct it there",
        ),
        (
            Tables { search_person: r#"[{"person_id": 1}, {}]"#, ..Tables::default() },
            "cb_search_person, row 2: the person has no `person_id`; add it",
        ),
        (
            Tables { search_person: r#"[{"person_id": 1}, {"person_id": 1}]"#, ..Tables::default() },
            "cb_search_person, row 2: this person has a row before; keep one of them",
        ),
        (
            Tables { search_person: r#"[{"person_id": 1, "dob": "secret"}]"#, ..Tables::default() },
            "cb_search_person, row 1: `dob` is not a day; write it as YYYY-MM-DD",
        ),
        (
            Tables {
                search_all_events: r#"[{"person_id": 1, "is_standard": 1, "concept_id": 1, "domain": "Weather"}]"#,
                ..Tables::default()
            },
            "cb_search_all_events, row 1: unknown domain; use one such as `Condition`",
        ),
        (
            Tables { criteria: r#"[{"id": "secret"}]"#, ..Tables::default() },
            "cb_criteria, line 1, column 16: this is not a list of rows with the columns of this table; correct it there",
        ),
    ] {
        assert_eq!(read(&tables, version()).unwrap_err().to_string(), expected);
    }
}
