use serde_json::{Value as Json, json};

use super::{read, sample};
use crate::ast::Profile;
use crate::circe::export;

/// The sample with one place changed, and what is said of it.
#[track_caller]
fn check(pointer: &str, new: Json, expected: &[&str]) {
    let mut json = sample();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = json.pointer_mut(parent).unwrap_or_else(|| panic!("no {pointer}"));
    match parent {
        Json::Object(fields) if new.is_null() => {
            fields.remove(name);
        }
        Json::Object(fields) => {
            fields.insert(name.to_owned(), new);
        }
        list => list[name.parse::<usize>().unwrap()] = new,
    }
    let said = read(&json.to_string())
        .map_or_else(|errors| errors.iter().map(ToString::to_string).collect(), |_| vec![]);
    assert_eq!(said, expected, "{pointer}");
}

const CRITERION: &str = "/PrimaryCriteria/CriteriaList/0/ConditionOccurrence";
const CORRELATED: &str = "/AdditionalCriteria/CriteriaList/0";

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let criterion = |name: &str| format!("{CRITERION}/{name}");
    let correlated = |name: &str| format!("{CORRELATED}/{name}");
    let at = "at $.PrimaryCriteria.CriteriaList[0].ConditionOccurrence";
    let near = "at $.AdditionalCriteria.CriteriaList[0]";
    let cases: Vec<(String, Json, String)> = vec![
        (criterion("CodesetId"), json!(9), format!("{at}.CodesetId: no concept set has this id; add one with it to `ConceptSets`, or name another")),
        (criterion("CodesetId"), json!("x"), format!("{at}.CodesetId: found a text; write a whole number")),
        (criterion("First"), json!(7), format!("{at}.First: found a number; write true or false")),
        (criterion("Age"), json!({"Value": 1, "Op": "approximately"}), format!("{at}.Age.Op: unknown word; known: `lt`, `lte`, `eq`, `!eq`, `gt`, `gte`, `bt`, `!bt`")),
        (criterion("Age"), json!({"Value": 1, "Op": "bt"}), format!("{at}.Age: `Extent` is missing; write the upper end of the range")),
        (criterion("Age"), json!({"Op": "lt"}), format!("{at}.Age: `Value` is missing; write what to compare with")),
        (criterion("Age"), json!({"Value": 1e12, "Op": "lt"}), format!("{at}.Age.Value: the number is out of range; write one of at most 31 bits")),
        (criterion("OccurrenceStartDate"), json!({"Value": "2015-02-30", "Op": "lt"}), format!("{at}.OccurrenceStartDate.Value: found a text; write a day such as \"2015-01-31\"")),
        (criterion("StopReason"), json!({"Text": "x", "Op": "eq"}), format!("{at}.StopReason.Op: unknown word; known: `startsWith`, `endsWith`, `contains`, each also with `!` before it")),
        (criterion("Gender"), json!({"CONCEPT_ID": 1}), format!("{at}.Gender: found an object; write a list")),
        (criterion("Gender"), json!([{"CONCEPT_NAME": "x"}]), format!("{at}.Gender[0]: `CONCEPT_ID` is missing; add the concept's id")),
        (criterion("GenderCS"), json!(1), format!("{at}.GenderCS: found a number; write an object")),
        (criterion("DateAdjustment"), json!({"StartWith": "END"}), format!("{at}.DateAdjustment.StartWith: unknown word; known: `START_DATE`, `END_DATE`")),
        (criterion("IntervalUnit"), json!("hour"), format!("{at}.IntervalUnit: `circe/1` counts in days; write \"day\", or remove it")),
        (correlated("Occurrence/Type"), json!(2.5), format!("{near}.Occurrence.Type: found a number; write a whole number")),
        (correlated("Occurrence/Type"), json!(3), format!("{near}.Occurrence.Type: unknown word; known: 0 (exactly), 1 (at most), 2 (at least)")),
        (correlated("Occurrence/Count"), json!(-1), format!("{near}.Occurrence.Count: the number is out of range; write 0 or more")),
        (correlated("Occurrence/CountColumn"), json!("GAP_DAYS"), format!("{near}.Occurrence.CountColumn: Circe cannot count events of this kind by this column; count by START_DATE, END_DATE or another column of the kind")),
        (correlated("Occurrence"), Json::Null, format!("{near}: `Occurrence` is missing; add {{\"Type\": 2, \"Count\": 1}} for \"at least one\"")),
        (correlated("Criteria"), Json::Null, format!("{near}: `Criteria` is missing; add the events to look for")),
        (correlated("StartWindow"), Json::Null, format!("{near}: `StartWindow` is missing; add the window in which the events start")),
        (correlated("StartWindow/End/Days"), json!(i32::MAX), String::new()),
        (correlated("StartWindow/End"), json!({"Days": i32::MAX, "Coeff": 2}), format!("{near}.StartWindow.End.Days: the number is out of range; write fewer days")),
        (correlated("StartWindow/End"), json!({"TimeUnitValue": 3, "TimeUnit": "day"}), format!("{near}.StartWindow.End.TimeUnitValue: `circe/1` reads days from another property; write them there")),
        ("/AdditionalCriteria/Type".into(), json!("SOME"), "at $.AdditionalCriteria.Type: unknown word; known: `ALL`, `ANY`, `AT_LEAST`, `AT_MOST`".into()),
        ("/InclusionRules/0/expression/Count".into(), Json::Null, "at $.InclusionRules[0].expression: `Count` is missing; write how many of the group have to be true".into()),
        ("/InclusionRules/0/expression".into(), Json::Null, "at $.InclusionRules[0]: `expression` is missing; add the rule, or remove it".into()),
        ("/ConceptSets/1/id".into(), json!(1), "at $.ConceptSets[1].id: an earlier concept set has the same id; give this one another|at $.PrimaryCriteria.CriteriaList[0].ConditionOccurrence.CorrelatedCriteria.CriteriaList[0].Criteria.Measurement.CodesetId: no concept set has this id; add one with it to `ConceptSets`, or name another|at $.AdditionalCriteria.CriteriaList[0].Criteria.DrugExposure.CodesetId: no concept set has this id; add one with it to `ConceptSets`, or name another".into()),
        ("/ConceptSets/0/expression/items/0".into(), json!({}), "at $.ConceptSets[0].expression.items[0]: `concept` is missing; add the concept, or remove the item".into()),
        ("/PrimaryCriteria".into(), Json::Null, "at $: `PrimaryCriteria` is missing; add who enters".into()),
        ("/PrimaryCriteria/CriteriaList".into(), json!([]), "at $.PrimaryCriteria: `CriteriaList` is missing; add at least one criterion".into()),
        ("/PrimaryCriteria/ObservationWindow".into(), Json::Null, "at $.PrimaryCriteria: `ObservationWindow` is missing; add {\"PriorDays\": 0, \"PostDays\": 0}".into()),
        ("/PrimaryCriteria/CriteriaList/0".into(), json!({"LocationRegion": {"CodesetId": 1}}), "at $.PrimaryCriteria.CriteriaList[0].LocationRegion: criteria by region need `location_history`, which the CDM has only in version 6; remove the criterion".into()),
        ("/PrimaryCriteria/CriteriaList/0".into(), json!({"DrugExposure": {"EffectiveDrugDose": {"Value": 1, "Op": "lt"}}}), "at $.PrimaryCriteria.CriteriaList[0].DrugExposure.EffectiveDrugDose: `drug_exposure` has no effective dose from CDM 5.3 on; remove it".into()),
        ("/PrimaryCriteria/CriteriaList/0".into(), json!({"DrugExposure": {"DoseUnit": []}}), String::new()),
        ("/PrimaryCriteria/CriteriaList/0".into(), json!({"DrugEra": {"GapDays": {"Value": 1, "Op": "lt"}}}), "at $.PrimaryCriteria.CriteriaList[0].DrugEra.GapDays: Circe compares the gap days with the range of `EraLength`, which is missing; add `EraLength`, or remove `GapDays`".into()),
        ("/PrimaryCriteria/CriteriaList/0".into(), json!({"VisitOccurrence": {"PlaceOfServiceLocation": 1}}), "at $.PrimaryCriteria.CriteriaList[0].VisitOccurrence.PlaceOfServiceLocation: the place of service by region needs `location_history`; remove it".into()),
        ("/EndStrategy".into(), json!({}), "at $.EndStrategy: unknown word; known: one of `DateOffset`, `CustomEra`".into()),
        ("/EndStrategy/CustomEra/DrugCodesetId".into(), Json::Null, "at $.EndStrategy.CustomEra: `DrugCodesetId` is missing; name the concept set of the drugs".into()),
        ("/EndStrategy/CustomEra/GapDays".into(), json!(-1), "at $.EndStrategy.CustomEra.GapDays: the number is out of range; write 0 or more".into()),
        ("/EndStrategy".into(), json!({"DateOffset": {"OffsetUnit": "hour", "OffsetUnitValue": 3, "Offset": 0}}), "at $.EndStrategy.DateOffset.OffsetUnit: `circe/1` counts in days; write \"day\", or remove it".into()),
        ("/CollapseSettings/CollapseType".into(), json!("NONE"), "at $.CollapseSettings.CollapseType: unknown word; known: `ERA`".into()),
        ("/CensorWindow/EndDate".into(), json!(""), "at $.CensorWindow.EndDate: found a text; write a day such as \"2015-01-31\"".into()),
        ("/CensoringCriteria".into(), json!({}), "at $.CensoringCriteria: found an object; write a list".into()),
    ];
    for (pointer, new, expected) in cases {
        let expected: Vec<_> = expected.split('|').filter(|line| !line.is_empty()).collect();
        check(&pointer, new, &expected);
    }
}

#[test]
fn one_run_finds_many() {
    let mut json = sample();
    json["PrimaryCriteria"]["CriteriaList"][0]["ConditionOccurrence"]["CodesetId"] = json!(9);
    json["CollapseSettings"] = json!(1);
    json["InclusionRules"][0]["expression"]["Type"] = json!("?");
    let errors = read(&json.to_string()).unwrap_err();
    let places: Vec<_> = errors.iter().map(|error| error.path().to_string()).collect();
    assert_eq!(
        places,
        [
            "$.PrimaryCriteria.CriteriaList[0].ConditionOccurrence.CodesetId",
            "$.InclusionRules[0].expression.Type",
            "$.CollapseSettings"
        ]
    );
}

#[test]
fn text_that_is_no_definition_is_refused() {
    let deep = format!("{{\"PrimaryCriteria\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let open = "{\"a\":".repeat(100_000);
    let cases = [
        ("", "at $: the text is not JSON from line 1, column 0 on; correct it there"),
        ("{", "at $: the text is not JSON from line 1, column 1 on; correct it there"),
        ("[]", "at $: found a list; write an object"),
        ("{} {}", "at $: the text is not JSON from line 1, column 4 on; correct it there"),
        (&deep, "at $: the definition is too large: at $: nested deeper than 64 levels; use flatter groups"),
        (&open, "at $: the definition is too large: at $: nested deeper than 64 levels; use flatter groups"),
    ];
    for (text, expected) in cases {
        let errors = read(text).unwrap_err();
        let said: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(said, [expected]);
    }
    let many = json!({ "ConceptSets": vec![json!(0); 1000] });
    assert_eq!(read(&many.to_string()).unwrap_err().iter().count(), crate::circe::CirceErrors::MOST);
}

#[test]
fn another_profile_is_not_exported() {
    let mut definition = read(super::SAMPLE).unwrap();
    definition.profile = Profile::Native1;
    let said: Vec<_> = export(&definition).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "at $.profile: Circe follows the rules of `circe/1`, and this definition follows others; change the profile, which changes the meaning, and look at the result before"
        ]
    );
}
