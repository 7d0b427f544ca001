//! What is wrong is said with its place, and everything in one run.

#![expect(clippy::needless_pass_by_value, reason = "cases read better with values in place")]

use serde_json::{Value, json};
use strongroom_cohort::aou::{self, AouProblemKind, Mode};

use super::{limits, name};

fn problems(text: &str, mode: Mode) -> Vec<String> {
    let problems = match aou::read(text, name(), &limits(), mode) {
        Ok(imported) => imported.warnings,
        Err(errors) => errors.problems().to_vec(),
    };
    problems.iter().map(|problem| format!("{:?} at {}", problem.kind(), problem.path())).collect()
}

fn parameter(more: Value) -> Value {
    let mut parameter = json!({"domain": "CONDITION", "conceptId": 10, "standard": true});
    let Value::Object(more) = more else { panic!("an object") };
    parameter.as_object_mut().unwrap().extend(more);
    parameter
}

fn item(parameters: Value, modifiers: Value) -> Value {
    json!({"type": "CONDITION", "searchParameters": parameters, "modifiers": modifiers})
}

fn of_item(item: Value) -> Value {
    json!({"includes": [{"items": [item]}]})
}

fn modified(modifier: Value) -> Value {
    of_item(item(json!([parameter(json!({}))]), json!([modifier])))
}

fn attributed(attributes: Value) -> Value {
    of_item(item(json!([parameter(json!({"attributes": attributes}))]), json!([])))
}

fn demographic(more: Value) -> Value {
    of_item(json!({"type": "PERSON", "searchParameters": [more]}))
}

fn temporal(more: Value) -> Value {
    let side = |side: i64| json!({"type": "CONDITION", "temporalGroup": side, "searchParameters": [parameter(json!({}))]});
    let mut group = json!({"temporal": true, "mention": "ANY_MENTION", "time": "X_DAYS_AFTER", "timeValue": 1,
        "items": [side(0), side(1)]});
    let Value::Object(more) = more else { panic!("an object") };
    group.as_object_mut().unwrap().extend(more);
    json!({"includes": [group]})
}

fn variants(filter: Value) -> Value {
    of_item(json!({"type": "SNP_INDEL_VARIANT", "searchParameters": [{"variantFilter": filter}]}))
}

const PARAMETER: &str = "$.includes[0].items[0].searchParameters[0]";
const MODIFIER: &str = "$.includes[0].items[0].modifiers[0]";

#[test]
fn each_rule_of_the_server_and_each_thing_it_cannot_run() {
    let attribute = format!("{PARAMETER}.attributes[0]");
    let cases = [
        (json!({}), "NoGroups at $".to_owned()),
        (json!({"includes": [], "excludes": null}), "NoGroups at $".to_owned()),
        (json!([]), "NotAnObject at $".to_owned()),
        (
            json!({"includes": 1, "excludes": [{}]}),
            "NotAList at $.includes\nNoItems at $.excludes[0].items".to_owned(),
        ),
        (json!({"includes": [{"items": null}]}), "NoItems at $.includes[0].items".to_owned()),
        (json!({"includes": [{"items": []}]}), "NoItems at $.includes[0].items".to_owned()),
        (
            of_item(item(json!([]), json!([]))),
            "NoParameters at $.includes[0].items[0].searchParameters".to_owned(),
        ),
        (
            of_item(item(json!(null), json!([]))),
            "NoParameters at $.includes[0].items[0].searchParameters".to_owned(),
        ),
        (of_item(json!({"searchParameters": [{}]})), "NoType at $.includes[0].items[0].type".to_owned()),
        (
            of_item(json!({"type": "WEATHER", "searchParameters": [{}]})),
            "UnknownType at $.includes[0].items[0].type".to_owned(),
        ),
        (of_item(item(json!([{"standard": "yes"}]), json!([]))), format!("NotAFlag at {PARAMETER}.standard")),
        (
            of_item(item(json!([{"conceptId": 1.5}]), json!([]))),
            format!("NotAnInteger at {PARAMETER}.conceptId"),
        ),
        (of_item(item(json!([{"standard": true}]), json!([]))), format!("NoConcept at {PARAMETER}")),
        // modifiers
        (
            modified(json!({"name": "LUCK", "operator": "EQUAL", "operands": ["1"]})),
            format!("UnknownModifier at {MODIFIER}.name"),
        ),
        (modified(json!({"name": "AGE_AT_EVENT", "operands": ["1"]})), format!("NoOperator at {MODIFIER}")),
        (
            modified(json!({"name": "AGE_AT_EVENT", "operator": "ABOUT", "operands": ["1"]})),
            format!("UnknownOperator at {MODIFIER}.operator"),
        ),
        (
            modified(json!({"name": "AGE_AT_EVENT", "operator": "EQUAL"})),
            format!("NoOperands at {MODIFIER}.operands"),
        ),
        (
            modified(json!({"name": "AGE_AT_EVENT", "operator": "EQUAL", "operands": ["1", "2"]})),
            format!("OneOperand at {MODIFIER}.operands"),
        ),
        (
            modified(json!({"name": "AGE_AT_EVENT", "operator": "BETWEEN", "operands": ["1"]})),
            format!("TwoOperands at {MODIFIER}.operands"),
        ),
        (
            modified(json!({"name": "AGE_AT_EVENT", "operator": "EQUAL", "operands": ["x"]})),
            format!("NotAnInteger at {MODIFIER}.operands[0]"),
        ),
        (
            modified(json!({"name": "AGE_AT_EVENT", "operator": "LIKE", "operands": ["1"]})),
            format!("OperatorWithoutMeaning at {MODIFIER}"),
        ),
        (
            modified(json!({"name": "EVENT_DATE", "operator": "EQUAL", "operands": ["2020-02-30"]})),
            format!("NotADate at {MODIFIER}.operands[0]"),
        ),
        (
            modified(json!({"name": "ENCOUNTERS", "operator": "LESS_THAN", "operands": ["1"]})),
            format!("OperatorWithoutMeaning at {MODIFIER}"),
        ),
        (
            modified(json!({"name": "NUM_OF_OCCURRENCES", "operator": "LIKE", "operands": ["1"]})),
            format!("OperatorWithoutMeaning at {MODIFIER}"),
        ),
        // attributes
        (attributed(json!([{"name": "SIZE"}])), format!("UnknownAttribute at {attribute}.name")),
        (attributed(json!([{"name": "NUM", "operands": ["1"]}])), format!("NoOperator at {attribute}")),
        (
            attributed(json!([{"name": "NUM", "operator": "EQUAL", "operands": ["NaN"]}])),
            format!("NotANumber at {attribute}.operands[0]"),
        ),
        (
            attributed(json!([{"name": "NUM", "operator": "EQUAL", "operands": [null]}])),
            format!("NotAText at {attribute}.operands[0]"),
        ),
        (
            attributed(json!([{"name": "CAT", "operator": "BETWEEN", "operands": ["1", "2"]}])),
            format!("OperatorWithoutMeaning at {attribute}"),
        ),
        (
            attributed(json!([{"name": "CAT", "operator": "IN", "operands": ["1.5"]}])),
            format!("NotAnInteger at {attribute}.operands"),
        ),
        (
            attributed(json!([{"name": "AGE", "operator": "EQUAL", "operands": ["1"]}])),
            format!("AttributeWithoutMeaning at {attribute}"),
        ),
        (
            attributed(json!([
                {"name": "NUM", "operator": "EQUAL", "operands": ["1"], "conceptId": 903118},
                {"name": "NUM", "operator": "EQUAL", "operands": ["1"], "conceptId": 903115},
                {"name": "NUM", "operator": "EQUAL", "operands": ["1"], "conceptId": 903115}
            ])),
            format!("BloodPressureHasTwoValues at {PARAMETER}.attributes[2]"),
        ),
        // people
        (demographic(json!({"type": "SNOMED"})), format!("UnsupportedDemographic at {PARAMETER}.type")),
        (demographic(json!({})), format!("UnsupportedDemographic at {PARAMETER}.type")),
        (demographic(json!({"type": "AGE"})), format!("NoAge at {PARAMETER}")),
        (demographic(json!({"type": "GENDER"})), format!("NoConcept at {PARAMETER}")),
        // time
        (temporal(json!({"mention": null})), "NoMention at $.includes[0]".to_owned()),
        (
            temporal(json!({"mention": "SECOND_MENTION"})),
            "UnknownMention at $.includes[0].mention".to_owned(),
        ),
        (temporal(json!({"temporal": false})), "MentionWithoutTime at $.includes[0].mention".to_owned()),
        (temporal(json!({"timeValue": null})), "NoDays at $.includes[0]".to_owned()),
        (
            temporal(json!({"timeValue": 5_000_000_000_i64})),
            "TooManyDays at $.includes[0].timeValue".to_owned(),
        ),
        (
            temporal(json!({"items": [{"type": "CONDITION", "searchParameters": [parameter(json!({}))]}]})),
            "NoTemporalSide at $.includes[0].items[0]".to_owned(),
        ),
        (
            temporal(
                json!({"items": [{"type": "CONDITION", "temporalGroup": 0, "searchParameters": [parameter(json!({}))]}]}),
            ),
            "OneTemporalSide at $.includes[0].items".to_owned(),
        ),
        (
            temporal(json!({"items": [{"type": "FITBIT", "temporalGroup": 0, "searchParameters": [{}]}]})),
            "NotTemporal at $.includes[0].items[0]".to_owned(),
        ),
        // variants
        (
            of_item(json!({"type": "SNP_INDEL_VARIANT", "searchParameters": [{}]})),
            format!("NoVariant at {PARAMETER}"),
        ),
        (variants(json!([])), format!("NotAnObject at {PARAMETER}.variantFilter")),
        (variants(json!({"countMin": "many"})), format!("NotANumber at {PARAMETER}.variantFilter.countMin")),
        (
            variants(json!({"participantCountRange": {"operator": "EQUAL", "operands": [1]}})),
            format!("ParticipantRange at {PARAMETER}.variantFilter.participantCountRange"),
        ),
    ];
    for (definition, expected) in cases {
        let expected: Vec<_> = expected.lines().collect();
        let found = problems(&definition.to_string(), Mode::Workbench);
        let errors: Vec<_> = found.iter().filter(|one| !one.starts_with("BloodPressureByOrder")).collect();
        assert!(
            errors.len() >= expected.len()
                && errors.iter().zip(&expected).all(|(one, part)| one.starts_with(part)),
            "{definition}\nfound {found:?}\nexpected {expected:?}"
        );
        assert!(
            aou::import(&definition.to_string(), name(), &limits()).is_err(),
            "{definition} was imported"
        );
    }
    let filters = json!({"excludes": [{"items": [item(json!([parameter(json!({}))]), json!([]))]}],
        "dataFilters": ["has_ehr_data", "has_ehr_data = 1 OR 1"]});
    assert!(
        problems(&filters.to_string(), Mode::Workbench)
            .contains(&"UnknownDataFilter at $.dataFilters[1]".to_owned())
    );
}

#[test]
fn everything_wrong_is_found_in_one_run_and_nothing_is_repeated() {
    let definition = json!({
        "includes": [
            {"items": [{"type": "SECRET", "searchParameters": [{"conceptId": "secret"}]}]},
            {"items": [item(json!([parameter(json!({}))]), json!([
                {"name": "AGE_AT_EVENT", "operator": "EQUAL", "operands": ["secret"]},
                {"name": "EVENT_DATE", "operator": "EQUAL", "operands": ["secret"]}
            ]))]}
        ],
        "excludes": [{"items": [{"type": "PERSON", "searchParameters": [{"type": "secret", "secret": 1}]}]}],
        "dataFilters": ["secret"]
    });
    let errors = aou::import(&definition.to_string(), name(), &limits()).unwrap_err();
    insta::assert_snapshot!(errors.to_string(), @r"
    error at $.includes[0].items[0].type: the Workbench has no such type of item; use one of its domains, such as `CONDITION`
    error at $.includes[0].items[0].searchParameters[0].conceptId: this is not a whole number of 64 bits; write one without a fraction
    error at $.includes[1].items[0].modifiers[0].operands[0]: this is not a whole number of 64 bits; write one without a fraction
    error at $.includes[1].items[0].modifiers[1].operands[0]: this operand is not a day of the calendar; write it as YYYY-MM-DD
    warning at $.excludes[0].items[0].searchParameters[0]: the object has a field that the Workbench does not know; it is not read; remove it if it was meant to say something
    error at $.excludes[0].items[0].searchParameters[0].type: the Workbench does not search people by this type; use `AGE`, `GENDER`, `SEX`, `RACE`, `ETHNICITY`, `SELF_REPORTED_CATEGORY`, `DECEASED` or `HAS_EHR_DATA`
    warning at $.dataFilters: the Workbench applies data filters when it counts people, but not when it exports their data; expect an exported cohort of the Workbench to be larger
    error at $.dataFilters[0]: the Workbench has no such data filter; use one such as `has_ehr_data`
    ");
    assert!(!errors.to_string().contains("secret"), "{errors}");
}

#[test]
fn what_may_not_be_meant_is_a_warning() {
    for (definition, expected) in [
        (
            modified(json!({"name": "AGE_AT_EVENT", "operator": "BETWEEN", "operands": ["9", "8"]})),
            "NeverTrue",
        ),
        (
            modified(json!({"name": "NUM_OF_OCCURRENCES", "operator": "LESS_THAN", "operands": ["1"]})),
            "NeverTrue",
        ),
        (temporal(json!({"time": "WITHIN_X_DAYS_OF", "timeValue": -1})), "NeverTrue"),
        (temporal(json!({"time": "SOMETIME"})), "SameEncounter"),
        (of_item(item(json!([parameter(json!({"colour": "red"}))]), json!([]))), "UnknownField"),
        (
            demographic(
                json!({"type": "AGE", "attributes": [{"name": "AGE", "operator": "EQUAL", "operands": ["1"]}]}),
            ),
            "AgeToday",
        ),
    ] {
        let text = definition.to_string();
        assert!(aou::import(&text, name(), &limits()).is_ok(), "{text}");
        let found = problems(&text, Mode::Workbench);
        assert!(matches!(found.as_slice(), [one] if one.starts_with(expected)), "{text}: {found:?}");
    }
}

#[test]
fn what_the_mended_rules_refuse() {
    let pressure = |concept: i64| {
        attributed(json!([{"name": "NUM", "operator": "EQUAL", "operands": ["1"], "conceptId": concept}]))
    };
    for (definition, expected) in
        [(temporal(json!({"time": null})), "NoRelation"), (pressure(903_126), "NotABloodPressure")]
    {
        let errors = aou::strict(&definition.to_string(), name(), &limits()).unwrap_err();
        let kinds: Vec<_> = errors.problems().iter().map(|problem| format!("{:?}", problem.kind())).collect();
        assert_eq!(kinds, [expected]);
        assert!(aou::import(&definition.to_string(), name(), &limits()).is_ok(), "{definition}");
    }
}

#[test]
fn size_is_limited_before_anything_is_made() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let many = |count: usize| {
        let items = vec![item(json!([parameter(json!({}))]), json!([])); count];
        json!({"includes": [{"items": items}]}).to_string()
    };
    let mut small = limits();
    small.nodes = 20;
    small.list = 10;
    for text in [&deep, &many(11), &many(10).replace("CONDITION\",\"type", "x")] {
        let result = aou::import(text, name(), &small);
        let errors = result.unwrap_err();
        assert!(matches!(errors.problems()[0].kind(), AouProblemKind::TooLarge(_)), "{errors}");
    }
    assert!(aou::import(&many(3), name(), &small).is_ok());
    let errors = aou::import("{\"includes\": [}", name(), &small).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "error at $: the text is not JSON from line 1, column 15 on; correct it there"
    );
}

#[test]
fn copies_are_limited_before_they_are_made() {
    let operands: Vec<_> = (1..50_000).map(|n| n.to_string()).collect();
    let modifiers = json!([{"name": "NUM_OF_OCCURRENCES", "operator": "IN", "operands": operands}]);
    let attributes = json!([{"name": "CAT", "operator": "IN", "operands": operands}]);
    let parameters: Vec<_> =
        (0..1_000).map(|n| parameter(json!({"conceptId": n, "attributes": attributes}))).collect();
    let small = json!([parameter(
        json!({"attributes": [{"name": "CAT", "operator": "IN", "operands": operands[..50]}]})
    )]);
    for (parameters, modifiers, fits) in [
        (json!(parameters[..20]), modifiers, false),
        (small, json!([{"name": "NUM_OF_OCCURRENCES", "operator": "IN", "operands": operands[..5]}]), true),
    ] {
        let text = of_item(item(parameters, modifiers)).to_string();
        let result = aou::import(&text, name(), &limits());
        assert_eq!(result.is_ok(), fits);
        if let Err(errors) = result {
            assert!(matches!(errors.problems()[0].kind(), AouProblemKind::TooLarge(_)), "{errors}");
        }
    }
}

#[test]
fn an_unknown_visit_is_not_another_visit() {
    let other = modified(json!({"name": "ENCOUNTERS", "operator": "NOT_EQUAL", "operands": ["9201"]}));
    let definition = aou::import(&other.to_string(), name(), &limits()).unwrap().to_json();
    let filters: Value = serde_json::from_str::<Value>(&definition).unwrap()["cohorts"][0]["steps"][0]["require"]["any"]["filters"].clone();
    let kind = json!({"column": "visit.kind"});
    let expected = json!([{"where": {"none_of": [{"missing": kind}, {"in": {"value": kind, "concepts": {"codes": [{"id": 9201}]}}}]}}]);
    assert_eq!(filters, expected);
}

#[test]
fn numbers_may_stand_in_quotes_and_texts_without() {
    let text = modified(json!({"name": "AGE_AT_EVENT", "operator": "EQUAL", "operands": [18]}));
    let quoted = modified(json!({"name": "AGE_AT_EVENT", "operator": "EQUAL", "operands": ["18"]}));
    let read =
        |text: &Value| aou::import(&text.to_string().replace(":10", ":\"10\""), name(), &limits()).unwrap();
    assert_eq!(read(&text), aou::import(&quoted.to_string(), name(), &limits()).unwrap());
}
