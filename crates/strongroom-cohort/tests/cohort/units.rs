//! R15: units.

use strongroom_cohort::ast::{Number, Unit};
use strongroom_cohort::reference::evaluate;
use strongroom_cohort::{Limits, Vocabulary, resolve};
use strongroom_omop::ConceptId;

use super::people::{CIRCE, NATIVE, document, person, read, shown, vocabulary};

const MG: i64 = 8840;
const MMOL: i64 = 8753;

/// 8840 is mg/dL and 8753 mmol/L; of concept 30, 1 mmol/L is 18 mg/dL; 8000 has no unit.
fn with_units() -> Vocabulary {
    let mut vocabulary = vocabulary();
    let unit = |text: &str| Unit::new(text).unwrap();
    let units = vocabulary.units_mut();
    units.add_unit(ConceptId::new(MG), unit("mg/dL"));
    units.add_unit(ConceptId::new(MMOL), unit("mmol/L"));
    let (low, high) = (Number::new(1.0 / 18.0).unwrap(), Number::new(18.0).unwrap());
    units.add_factor(ConceptId::new(30), unit("mmol/L"), unit("mg/dL"), high);
    units.add_factor(ConceptId::new(30), unit("mg/dL"), unit("mmol/L"), low);
    vocabulary
}

fn holds(profile: &str, statement: &str, who: &str) -> bool {
    let definition = read(&document(profile, &format!("people where {statement}")));
    let cohort = resolve(&definition, &with_units(), &Limits::default()).unwrap();
    shown(&evaluate(&cohort, &person(who))) == "in"
}

#[test]
fn values_are_compared_in_the_unit_that_is_written() {
    for (filter, who, expected) in [
        ("value >= 126 'mg/dL'", "m30 0 value=126 unit=8840", true),
        ("value >= 126 'mg/dL'", "m30 0 value=125.9 unit=8840", false),
        ("value >= 126 'mg/dL'", "m30 0 value=7 unit=8753", true),
        ("value >= 126 'mg/dL'", "m30 0 value=6.9 unit=8753", false),
        ("value >= 7 'mmol/L'", "m30 0 value=144 unit=8840", true),
        // No unit, an unknown unit, or no way to convert: unknown, and so not kept.
        ("value >= 126 'mg/dL'", "m30 0 value=500", false),
        ("value < 126 'mg/dL'", "m30 0 value=5", false),
        ("value >= 126 'mg/dL'", "m30 0 value=500 unit=0", false),
        ("value >= 126 'mg/dL'", "m30 0 value=500 unit=8000", false),
        ("value >= 126 'mg/dL'", "m40 0 value=500 unit=8753", false),
        ("not value >= 126 'mg/dL'", "m40 0 value=5 unit=8753", false),
        ("value >= 126 'g/L'", "m30 0 value=500 unit=8840", false),
        // The same unit needs no measurement.
        ("value >= 126 'mg/dL'", "m40 0 value=500 unit=8840", true),
        // A number without a unit is compared as it is.
        ("value >= 126", "m30 0 value=126 unit=8753", true),
        ("value >= 126", "m30 0 value=126", true),
        // Two columns of one row have its unit.
        ("value > range_high", "m30 0 value=9 range_high=8 unit=8840", true),
        ("value > range_high", "m30 0 value=9 range_high=8", true),
        ("value / range_high > 1", "m30 0 value=9 range_high=8 unit=8840", true),
        ("value / range_high > 1", "m30 0 value=9 range_high=0 unit=8840", false),
        ("value - range_low > 3 'mg/dL'", "m30 0 value=9 range_low=5 unit=8840", true),
        ("value * 2 > 17 'mg/dL'", "m30 0 value=9 unit=8840", true),
        // A quantity has no place in another dimension.
        ("value * value > 17 'mg/dL'", "m30 0 value=9 unit=8840", false),
        ("quantity > 3", "d30 0 quantity=4", true),
    ] {
        let kind = if who.starts_with('d') { "drugs" } else { "measurements" };
        assert_eq!(holds(NATIVE, &format!("any {kind} where {filter}"), who), expected, "{filter} of {who}");
    }
}

#[test]
fn aggregates_convert_to_the_unit_that_is_asked_for() {
    let who = "m30 0 value=90 unit=8840; m30 5 value=10 unit=8753; m30 9 value=500; m30 10 value=1 unit=8000";
    for (statement, expected) in [
        ("max(measurements in x).value as 'mg/dL' >= 180 'mg/dL'", true),
        ("max(measurements in x).value as 'mg/dL' > 181 'mg/dL'", false),
        ("min(measurements in x).value as 'mg/dL' = 90 'mg/dL'", true),
        ("last(measurements in x).value as 'mg/dL' = 180 'mg/dL'", true),
        ("mean(measurements in x).value as 'mg/dL' = 135 'mg/dL'", true),
        ("sum(measurements in x).value as 'mg/dL' = 270 'mg/dL'", true),
        ("last(measurements in x).value = 1", true),
        // Some that cannot be compared make the greatest unknown.
        ("max(measurements in x).value >= 0", false),
    ] {
        assert_eq!(holds(NATIVE, statement, who), expected, "{statement}");
    }
}

#[test]
fn circe_numbers_have_no_units() {
    assert!(holds(
        CIRCE,
        "any measurements where value > range_high",
        "m30 0 value=9 range_high=8 unit=8753"
    ));
    assert!(holds(CIRCE, "max(measurements).value = 9", "m30 0 value=9 unit=8753; m30 0 value=8 unit=8840"));
    assert!(!holds(CIRCE, "any measurements where value >= 1 'mg/dL'", "m30 0 value=9 unit=8840"));
}
