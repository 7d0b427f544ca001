use serde_json::{Value as Json, json};

use super::{around, cohort, events, json_of, read};
use crate::ast::{
    Anchor, Cohort, Comparison, ConceptRef, Definition, Entry, EventEntry, EventKind, Events, Exit, Filter,
    Merge, Moment, Observed, ObservedBy, Pick, Predicate, Profile, Step, Value, Window,
};
use crate::circe::export;
use crate::circe::ranges::four_decimals;
use crate::{CohortName, EventsName, SetName};

fn filters(criterion: &Json) -> Json {
    events(criterion)["filters"].take()
}

#[test]
fn filters_stand_in_the_order_of_evaluation() {
    let all = json!({"ConditionOccurrence": {
        "OccurrenceStartDate": {"Value": "2012-01-01", "Op": "gte"},
        "DateAdjustment": {"StartWith": "END_DATE", "StartOffset": -10, "EndWith": "START_DATE", "EndOffset": 20},
        "CorrelatedCriteria": {"Type": "ANY", "Groups": [{}]},
        "First": true,
        "ConditionSourceConcept": 2,
        "CodesetId": 1,
    }});
    let expected = json!({
        "from": {"recorded": {"kind": "condition", "concepts": {"set": "set_1"}}},
        "filters": [
            {"where": {"in": {"value": {"column": "source_concept"}, "concepts": {"set": "set_2"}}}},
            {"keep": "first"},
            {"interval": {"start": {"end": -10}, "end": {"start": 20}}},
            {"where": {"compare": {"left": {"column": "start"}, "op": ">=", "right": {"date": "2012-01-01"}}}},
            {"where": {"all": [
                {"observed": {"window": {"from": {"at": {"d": 0}}, "to": {"at": {"d": 0}}}, "of": {"on": "this"}}},
                {"any_of": [{"all": []}]},
            ]}},
        ],
    });
    assert_eq!(events(&all), expected);
}

#[test]
fn what_does_nothing_leaves_nothing() {
    let adjustment = json!({"StartOffset": 5});
    for criterion in [
        json!({"Death": {"First": true}}),
        json!({"Specimen": {"DateAdjustment": adjustment}}),
        json!({"ConditionOccurrence": {"ConditionTypeExclude": true, "Gender": [], "First": false, "Age": null}}),
        json!({"Measurement": {"CorrelatedCriteria": {"Type": "ALL", "Groups": []}, "Abnormal": false}}),
        json!({"ObservationPeriod": {"CodesetId": 77, "UserDefinedPeriod": {}}}),
        json!({"Observation": {"OccurenceStartDate": {"Value": "2012-01-01", "Op": "gte"}}}),
    ] {
        assert_eq!(filters(&criterion), Json::Null, "{criterion}");
    }
    let death =
        filters(&json!({"Death": {"DateAdjustment": {"StartWith": "END_DATE", "EndWith": "START_DATE"}}}));
    assert_eq!(death, json!([{"interval": {"start": {"start": 0}, "end": {"end": 0}}}]));
}

#[test]
fn source_concepts_alone_are_the_concepts() {
    let from = events(&json!({"ProcedureOccurrence": {"ProcedureSourceConcept": 2}}))["from"].take();
    assert_eq!(
        from,
        json!({"recorded": {"kind": "procedure", "concepts": {"set": "set_2"}, "match": "source"}})
    );
}

/// The filters and the count of a correlated criterion about a drug in a rule.
fn counted(correlated: &Json) -> Json {
    let mut json = around(&json!({"ConditionOccurrence": {}}));
    let mut criterion = json!({
        "Criteria": {"DrugExposure": {}},
        "StartWindow": {"Start": {"Days": 0, "Coeff": -1}, "End": {"Days": 30, "Coeff": 1}},
        "Occurrence": {"Type": 2, "Count": 1},
    });
    for (name, value) in correlated.as_object().unwrap() {
        criterion[name] = value.clone();
    }
    json["InclusionRules"] =
        json!([{"name": "rule", "expression": {"Type": "all", "CriteriaList": [criterion]}}]);
    let imported = read(&json.to_string()).unwrap();
    let exported = export(&imported).unwrap();
    assert_eq!(imported.to_json(), read(&exported).unwrap().to_json());
    json_of(&imported)["cohorts"][0]["steps"][0]["require"]["all"][0]["count"].take()
}

#[test]
fn windows() {
    let days = |from: i32, to: i32| json!({"from": {"at": {"d": from}}, "to": {"at": {"d": to}}});
    let ever = json!({"from": {"at": "infinitely_before"}, "to": {"at": "infinitely_after"}});
    let all = json!({"Start": {"Coeff": -1}, "End": {"Coeff": 1}});
    let index = json!({"on": "index"});
    let index_end = json!({"on": "index", "endpoint": "end"});
    let start = json!({"during": {"window": days(0, 30), "of": index}});
    let cases = [
        (json!({}), json!([start])),
        (
            json!({"StartWindow": {"Start": {"Days": "30", "Coeff": -1}, "End": {"Days": 1, "Coeff": -1}, "UseIndexEnd": true}}),
            json!([{"during": {"window": days(-30, -1), "of": index_end}}]),
        ),
        // without a coefficient: 0 days, or all days after
        (
            json!({"StartWindow": {"Start": {"Days": 5}, "End": {}}}),
            json!([{"during": {"window": {"from": {"at": {"d": 0}}, "to": {"at": "infinitely_after"}}, "of": index}}]),
        ),
        (
            json!({"StartWindow": {"Start": {"Days": 1, "Coeff": 1}, "End": {"Days": 2, "Coeff": 1}, "UseEventEnd": true}}),
            json!([
                {"during": {"window": ever, "of": index}},
                {"during": {"test": "end", "window": days(1, 2), "of": index}},
            ]),
        ),
        (
            json!({"StartWindow": {"Start": {"Days": 1, "Coeff": 1}, "End": {"Days": 2, "Coeff": 1}, "UseEventEnd": true},
                   "IgnoreObservationPeriod": true}),
            json!([{"during": {"test": "end", "window": days(1, 2), "of": index, "ignoring_observation": true}}]),
        ),
        // the end's window tests the end unless told otherwise
        (
            json!({"EndWindow": {"Start": {"Days": 0, "Coeff": 1}, "End": {"Coeff": 1}}}),
            json!([start, {"during": {"test": "end", "window": {"from": {"at": {"d": 0}}, "to": {"at": "infinitely_after"}}, "of": index}}]),
        ),
        (
            json!({"EndWindow": {"Start": {"Days": 0, "Coeff": 1}, "End": {"Days": 9, "Coeff": 1}, "UseEventEnd": false, "UseIndexEnd": true}}),
            json!([start, {"during": {"window": days(0, 9), "of": index_end}}]),
        ),
        // all days are those of the period, whatever they are counted from
        (
            json!({"StartWindow": {"Start": {"Coeff": -1}, "End": {"Coeff": 1}, "UseIndexEnd": true}}),
            json!([{"during": {"window": ever, "of": index}}]),
        ),
        // and without the period they ask nothing, not even of an unknown end
        (
            json!({"StartWindow": {"Start": {"Coeff": -1}, "End": {"Coeff": 1}, "UseEventEnd": true}, "EndWindow": all,
                   "IgnoreObservationPeriod": true}),
            json!([{"during": {"window": ever, "of": index, "ignoring_observation": true}}]),
        ),
        (json!({"RestrictVisit": true}), json!([start, {"same_visit": {"as": index}}])),
    ];
    for (correlated, expected) in cases {
        assert_eq!(counted(&correlated)["of"]["filters"], expected, "{correlated}");
    }
}

#[test]
fn occurrences() {
    let cases = [
        (json!({"Type": 0, "Count": 3}), json!({"exactly": 3}), json!("rows")),
        (json!({"Type": 1, "Count": 0}), json!({"at_most": 0}), json!("rows")),
        (json!({"Type": 2, "Count": 2, "CountColumn": "END_DATE"}), json!({"at_least": 2}), json!("rows")),
        (json!({"IsDistinct": true, "Count": 1}), json!({"exactly": 1}), json!("concepts")),
        (
            json!({"Type": 2, "IsDistinct": true, "CountColumn": "START_DATE"}),
            json!({"at_least": 0}),
            json!("dates"),
        ),
        (
            json!({"Type": 2, "IsDistinct": true, "CountColumn": "VISIT_ID"}),
            json!({"at_least": 0}),
            json!("visits"),
        ),
        (
            json!({"Type": 2, "IsDistinct": true, "CountColumn": "REFILLS"}),
            json!({"at_least": 0}),
            json!({"distinct": "refills"}),
        ),
        (
            json!({"Type": 2, "IsDistinct": true, "CountColumn": "DURATION"}),
            json!({"at_least": 0}),
            json!({"distinct": "duration"}),
        ),
    ];
    for (occurrence, test, unit) in cases {
        let count = counted(&json!({ "Occurrence": occurrence }));
        assert_eq!((&count["test"], &count["unit"]), (&test, &unit), "{occurrence}");
    }
}

#[test]
fn groups() {
    let member = json!({"DemographicCriteriaList": [{"Age": {"Value": 18, "Op": "gte"}}], "Type": "ALL"});
    let adult = json!({"compare": {"left": {"age": {"anchor": {"on": "index"}}}, "op": ">=", "right": {"number": 18}}});
    let all = json!({ "all": [adult] });
    let cases = [
        (json!({"Type": "Any"}), json!({ "any_of": [all] })),
        (
            json!({"Type": "AT_LEAST", "Count": 2}),
            json!({"number_of": {"test": {"at_least": 2}, "of": [all]}}),
        ),
        (json!({"Type": "AT_MOST", "Count": 1}), json!({"number_of": {"test": {"at_most": 1}, "of": [all]}})),
        (json!({"Type": "AT_MOST", "Count": 0}), json!({ "none_of": [all] })),
    ];
    for (mut group, expected) in cases {
        group["Groups"] = json!([member]);
        let mut json = around(&json!({"ConditionOccurrence": {}}));
        json["InclusionRules"] = json!([{ "expression": group }]);
        assert_eq!(cohort(&json)["steps"][0]["require"], expected, "{group}");
    }
}

/// What is unknown is false for Circe: where that would make something true, it is written.
#[test]
fn unknown_is_false() {
    let mut json = around(&json!({"ConditionOccurrence": {"CorrelatedCriteria": {
        "Type": "AT_MOST", "Count": 0, "DemographicCriteriaList": [{"Race": [{"CONCEPT_ID": 8527}]}],
    }}}));
    json["InclusionRules"] = json!([{"expression": {
        "Type": "ALL", "DemographicCriteriaList": [{"RaceCS": {"CodesetId": 1, "IsExclusion": true}}],
    }}]);
    let cohort = cohort(&json);
    let gender = json!({"person": "gender"});
    assert_eq!(
        cohort["steps"][0]["require"],
        json!({"all": [{"all": [
            {"not": {"missing": gender}},
            {"not": {"in": {"value": gender, "concepts": {"set": "set_1"}}}},
        ]}]})
    );
    let race = json!({"person": "race"});
    assert_eq!(
        cohort["entry"]["events"]["of"]["filters"][0]["where"]["all"][1],
        json!({"none_of": [{"all": [
            {"not": {"missing": race}},
            {"in": {"value": race, "concepts": {"codes": [{"id": 8527}]}}},
        ]}]})
    );
}

#[test]
fn limits_stand_where_they_are_applied() {
    let rule = json!({"Type": "ALL"});
    let first = json!({"Type": "first"});
    let all = json!({"Type": "ALL"});
    // primary, prior days, additional, qualified, expression; pick of the entry, actions of the steps
    let cases = [
        (&first, 0, Json::Null, &first, &all, json!("first"), "require"),
        (&all, 0, Json::Null, &first, &first, Json::Null, "require keep"),
        (&first, 9, Json::Null, &all, &all, Json::Null, "require keep require"),
        (&all, 9, json!({}), &first, &first, Json::Null, "require keep require keep"),
        (
            &first,
            0,
            json!({"Groups": [{}], "Type": "ALL"}),
            &first,
            &all,
            json!("first"),
            "require keep require",
        ),
        (
            &json!({"Type": "Odd"}),
            0,
            json!({"Groups": [{}], "Type": "ALL"}),
            &all,
            &json!({}),
            json!("first"),
            "require require keep",
        ),
    ];
    for (primary, prior, additional, qualified, expression, pick, actions) in cases {
        let mut json = around(&json!({"ConditionOccurrence": {}}));
        json["PrimaryCriteria"]["PrimaryCriteriaLimit"] = primary.clone();
        json["PrimaryCriteria"]["ObservationWindow"]["PriorDays"] = json!(prior);
        json["AdditionalCriteria"] = additional;
        json["QualifiedLimit"] = qualified.clone();
        json["ExpressionLimit"] = expression.clone();
        json["InclusionRules"] = json!([{ "expression": rule }]);
        let cohort = cohort(&json);
        let steps = cohort["steps"].as_array().unwrap().iter();
        let found: Vec<_> =
            steps.map(|step| step.as_object().unwrap().keys().next().unwrap().as_str()).collect();
        assert_eq!(
            (&cohort["entry"]["events"]["pick"], found.join(" ")),
            (&pick, actions.to_owned()),
            "{json}"
        );
    }
}

#[test]
fn exits() {
    let cases = [
        (json!({}), "exit", Json::Null),
        (
            json!({"EndStrategy": {"DateOffset": {"Offset": 3}}}),
            "exit",
            json!({"after": {"endpoint": "start", "days": 3}}),
        ),
        (
            json!({"EndStrategy": {"DateOffset": {"DateField": "EndDate", "Offset": -3}}}),
            "exit",
            json!({"after": {"endpoint": "end", "days": -3}}),
        ),
        (
            json!({"EndStrategy": {"CustomEra": {"DrugCodesetId": 1, "GapDays": 30, "Offset": -3, "DaysSupplyOverride": 0}}}),
            "exit",
            json!({"end_of_run": {
                "of": {"from": {"recorded": {"kind": "drug", "concepts": {"set": "set_1"}, "match": "either"}}},
                "gap": 30, "offset": -3, "supply": {"always": 0},
            }}),
        ),
        (json!({}), "merge", json!({"gap": 0})),
        (json!({"CollapseSettings": {"EraPad": 7}}), "merge", json!({"gap": 7})),
        (json!({"CensorWindow": {}}), "clip", Json::Null),
        (json!({"CensorWindow": {"StartDate": "2014-1-5"}}), "clip", json!({"from": "2014-01-05"})),
        (json!({"Title": " two\n lines\u{202e} "}), "title", json!("two lines")),
        (json!({"Title": ""}), "title", Json::Null),
    ];
    for (properties, part, expected) in cases {
        let mut json = around(&json!({"ConditionOccurrence": {}}));
        for (name, value) in properties.as_object().unwrap() {
            json[name] = value.clone();
        }
        assert_eq!(cohort(&json)[part], expected, "{properties}");
    }
}

#[test]
fn numbers_are_written_as_circe_writes_them() {
    for (number, expected) in [
        (1.23445, 1.2345),
        (1.234_449_9, 1.2344),
        (-1.23445, -1.2345),
        (0.99995, 1.0),
        (99.999_99, 100.0),
        (2.5, 2.5),
        (7.0, 7.0),
        (0.000_04, 0.0),
        (1e300, 1e300),
    ] {
        assert!(four_decimals(number).total_cmp(&expected).is_eq(), "{number}: {}", four_decimals(number));
    }
    let age = filters(&json!({"Death": {"Age": {"Value": -17.9, "Op": "!eq"}}}));
    assert_eq!(age[0]["where"]["compare"]["right"], json!({"number": -17}));
}

fn set(name: &str) -> ConceptRef {
    ConceptRef::Set(SetName::new(name).unwrap())
}

fn written(entry: Events, steps: Vec<Step>) -> Definition {
    let mut cohort = Cohort::new(CohortName::new("c").unwrap(), Entry::Events(EventEntry::new(entry)))
        .observed(Observed::By(ObservedBy::ObservationPeriod));
    cohort.steps = steps;
    cohort.merge = Some(Merge { gap: 0 });
    let dx = Events::in_concepts(EventKind::Condition, set("dx"));
    let mut definition = Definition::new(Profile::Circe1).with_cohort(cohort);
    definition.concept_sets.insert(SetName::new("dx").unwrap(), crate::ast::ConceptSet::default());
    definition.events.insert(EventsName::new("named").unwrap(), dx.filtered(Filter::Keep(Pick::First)));
    definition
}

/// Definitions as people write them, and the criteria that come out.
#[test]
fn natural_definitions_are_exported() {
    let dx = || Events::in_concepts(EventKind::Condition, set("dx"));
    let rx = || Events::of(EventKind::Drug);
    let named = || Events {
        from: crate::ast::EventSource::Named(EventsName::new("named").unwrap()),
        filters: vec![],
    };
    let adult = Predicate::compare(
        Value::Age(Moment::Anchor(Anchor::index())),
        Comparison::AtLeast,
        Value::integer(18),
    );
    let definition = written(
        Events::union(vec![dx(), named()]),
        vec![
            Step::exclude(Predicate::Any(
                Events::union(vec![dx(), rx()]).during(Window::days(-30, 0), Anchor::index()),
            )),
            Step::require(Predicate::All(vec![adult.clone(), Predicate::No(rx())])),
            Step::require(adult.negated()),
        ],
    );
    let json: Json = serde_json::from_str(&export(&definition).unwrap()).unwrap();
    assert_eq!(
        json["PrimaryCriteria"]["CriteriaList"],
        json!([{"ConditionOccurrence": {"CodesetId": 0}}, {"ConditionOccurrence": {"CodesetId": 0, "First": true}}])
    );
    let window = json!({"Start": {"Days": 30, "Coeff": -1}, "End": {"Days": 0, "Coeff": 1}, "UseIndexEnd": false, "UseEventEnd": false});
    let one = |criteria: Json, window: &Json, ignoring: bool, kind: i32, count: i32| {
        json!({"Criteria": criteria, "StartWindow": window, "RestrictVisit": false, "IgnoreObservationPeriod": ignoring,
               "Occurrence": {"Type": kind, "Count": count, "IsDistinct": false}})
    };
    let ever =
        json!({"Start": {"Coeff": -1}, "End": {"Coeff": 1}, "UseIndexEnd": false, "UseEventEnd": false});
    let age = json!({"Age": {"Value": 18, "Op": "gte"}});
    let group = |kind: &str, count: Json, criteria: Json, people: Json, groups: Json| {
        let mut group = json!({"Type": kind, "CriteriaList": criteria, "DemographicCriteriaList": people, "Groups": groups});
        if !count.is_null() {
            group["Count"] = count;
        }
        group
    };
    let expected = json!([
        {"name": "", "expression": group("AT_MOST", json!(0), json!([]), json!([]), json!([group("ANY", Json::Null, json!([
            one(json!({"ConditionOccurrence": {"CodesetId": 0}}), &window, false, 2, 1),
            one(json!({"DrugExposure": {}}), &window, false, 2, 1),
        ]), json!([]), json!([]))]))},
        {"name": "", "expression": group("ALL", Json::Null, json!([one(json!({"DrugExposure": {}}), &ever, true, 0, 0)]), json!([age]), json!([]))},
        {"name": "", "expression": group("AT_MOST", json!(0), json!([]), json!([age]), json!([]))},
    ]);
    assert_eq!(json["InclusionRules"], expected);
}

#[test]
fn what_circe_cannot_say_is_refused_by_name_and_place() {
    let dx = || Events::in_concepts(EventKind::Condition, set("dx"));
    let during = |events: Events| Predicate::Any(events.during(Window::days(0, 1), Anchor::index()));
    let value =
        Predicate::compare(Value::Column(crate::ast::Column::Value), Comparison::Less, Value::integer(1));
    let observed = Predicate::Observed { window: Window::days(-365, 0), of: Anchor::index() };
    let months = Window { from: crate::ast::Edge::at(crate::ast::Offset::Months(-1)), ..Window::days(0, 0) };
    let cases: Vec<(Definition, &str)> = vec![
        (
            written(dx().filtered(Filter::Where(value)), vec![]),
            "at $.cohorts[0].entry.events.of.filters[0]: Circe has no property for this filter, or has it once and it is taken",
        ),
        (
            written(dx().during(Window::days(0, 1), Anchor::index()), vec![]),
            "at $.cohorts[0].entry.events.of: in Circe windows and same visits are part of inclusion rules",
        ),
        (
            written(dx(), vec![Step::keep(Pick::First), Step::require(observed), Step::keep(Pick::First)]),
            "at $.cohorts[0].steps[1]: Circe asks for observed days around the index once, before it keeps or drops entries",
        ),
        (
            written(
                dx(),
                vec![Step::require(during(Events::in_concepts(EventKind::Condition, set("other"))))],
            ),
            "at $.cohorts[0].steps[0]: the concept set is not in this document",
        ),
        (
            written(dx(), vec![Step::require(Predicate::Any(dx().during(months, Anchor::index())))]),
            "at $.cohorts[0].steps[0]: Circe counts windows in days, without parameters",
        ),
        (
            written(Events::of(EventKind::Any), vec![]),
            "at $.cohorts[0].entry.events.of: Circe does not know events of this kind",
        ),
        (
            written(dx(), vec![Step::require(Predicate::PersonHas("ehr".into()))]),
            "at $.cohorts[0].steps[0]: Circe has no such criterion",
        ),
        (
            written(dx(), vec![Step::keep(Pick::Nth(2))]),
            "at $.cohorts[0].steps[0]: Circe keeps the first, the last or all",
        ),
        (
            written(dx().filtered(Filter::Keep(Pick::Last)), vec![]),
            "at $.cohorts[0].entry.events.of.filters[0]: of a criterion Circe keeps the first record or all",
        ),
    ];
    for (definition, expected) in cases {
        let said = export(&definition).expect_err(expected);
        let said: Vec<_> =
            said.iter().map(|error| format!("at {}: {}", error.path(), error.what())).collect();
        assert_eq!(said, [expected]);
    }
    let mut definition = written(dx(), vec![]);
    let cohort = &mut definition.cohorts[0];
    cohort.merge = None;
    cohort.observed = Observed::Unbounded;
    cohort.exit = Exit::EndOfRun(crate::ast::Run::new(dx(), 30));
    let said: Vec<_> =
        export(&definition).unwrap_err().iter().map(|error| error.path().to_string()).collect();
    assert_eq!(said, ["$.cohorts[0].observed", "$.cohorts[0].exit", "$.cohorts[0]"]);
}
