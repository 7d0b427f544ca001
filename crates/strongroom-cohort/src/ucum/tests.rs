use super::*;

#[test]
fn frequent_units_are_units() {
    for unit in FREQUENT {
        assert!(measured(unit).is_some(), "{unit}");
    }
    for (_, right) in OTHER_SPELLINGS {
        assert!(measured(right).is_some(), "{right}");
    }
}

#[test]
fn units_of_one_dimension_agree() {
    for (one, other, agree) in [
        ("mg/dL", "mmol/L", true),
        ("mg/dL", "%", false),
        ("%", "mmol/mol", true),
        ("kg", "[lb_av]", true),
        ("Cel", "[degF]", true),
        ("mm[Hg]", "kPa", true),
        ("mm[Hg]", "mm", false),
        ("10*3/uL", "10*9/L", true),
        ("/uL", "mg/uL", false),
        ("mL/min/{1.73_m2}", "mL/min", true),
        ("{beats}/min", "/min", true),
        ("U/L", "ukat/L", true),
        ("kg/m2", "kg.m-2", true),
        ("mg/(24.h)", "mg/d", true),
        ("m[IU]/L", "u[IU]/mL", true),
    ] {
        let [one_is, other_is] = [one, other].map(|unit| measured(unit).expect(unit));
        assert_eq!(one_is == other_is, agree, "{one} {other}");
    }
}

#[test]
fn what_is_no_unit_is_not_taken_for_one() {
    for odd in
        ["mgg", "MG/DL", "mg/", "mg//dL", "(mg", "mg)", "{open", "}", "/", "", "kmin", "m99999", "..", "10*x"]
    {
        assert!(measured(odd).is_none(), "{odd}");
    }
}

#[test]
fn misspelt_units_are_recognized() {
    for (odd, right) in [
        ("MG/DL", "mg/dL"),
        ("mcg/mL", "ug/mL"),
        ("mmHg", "mm[Hg]"),
        ("mEq/L", "meq/L"),
        ("IU/L", "[IU]/L"),
        ("mgg/dL", "mg/dL"),
        ("mmol/LL", "mmol/L"),
        ("lbs", "[lb_av]"),
        ("cells/uL", "{cells}/uL"),
    ] {
        assert_eq!(meant(odd).first().map(String::as_str), Some(right), "{odd}");
    }
}
