use strongroom_omop::ConceptId;

use super::WellKnown;

/// Declares concepts of the standardized vocabularies: a public constant each, and one table of all.
macro_rules! well_known {
    ($($name:ident = $id:literal $domain:literal $code:literal $label:literal [$($parent:ident),*];)+) => {
        $(
            #[doc = concat!($label, ".")]
            pub const $name: ConceptId = ConceptId::new($id);
        )+
        pub(crate) const WELL_KNOWN: &[WellKnown] = &[$(WellKnown {
            id: $name,
            name: $label,
            domain: $domain,
            code: $code,
            parents: &[$($parent),*],
        }),+];
    };
}

well_known! {
    MALE = 8507 "Gender" "M" "MALE" [];
    FEMALE = 8532 "Gender" "F" "FEMALE" [];
    RACE_WHITE = 8527 "Race" "5" "White" [];
    RACE_BLACK = 8516 "Race" "3" "Black or African American" [];
    RACE_ASIAN = 8515 "Race" "2" "Asian" [];
    RACE_OTHER = 8522 "Race" "6" "Other Race" [];
    RACE_PACIFIC_ISLANDER = 8557 "Race" "4" "Native Hawaiian or Other Pacific Islander" [];
    RACE_AMERICAN_INDIAN = 8657 "Race" "1" "American Indian or Alaska Native" [];
    HISPANIC = 38_003_563 "Ethnicity" "Hispanic" "Hispanic or Latino" [];
    NOT_HISPANIC = 38_003_564 "Ethnicity" "Not Hispanic" "Not Hispanic or Latino" [];
    INPATIENT_VISIT = 9201 "Visit" "IP" "Inpatient Visit" [];
    OUTPATIENT_VISIT = 9202 "Visit" "OP" "Outpatient Visit" [];
    EMERGENCY_ROOM_VISIT = 9203 "Visit" "ER" "Emergency Room Visit" [];
    EMERGENCY_ROOM_AND_INPATIENT_VISIT = 262 "Visit" "ERIP" "Emergency Room and Inpatient Visit"
        [INPATIENT_VISIT, EMERGENCY_ROOM_VISIT];
    PERCENT = 8554 "Unit" "%" "percent" [];
    MILLIGRAMS_PER_DECILITRE = 8840 "Unit" "mg/dL" "milligram per deciliter" [];
    MILLIMOLES_PER_LITRE = 8753 "Unit" "mmol/L" "millimole per liter" [];
    MICROMOLES_PER_LITRE = 8749 "Unit" "umol/L" "micromole per liter" [];
    MILLIMOLES_PER_MOLE = 9579 "Unit" "mmol/mol" "millimole per mole" [];
    GRAMS_PER_DECILITRE = 8713 "Unit" "g/dL" "gram per deciliter" [];
    GRAMS_PER_LITRE = 8636 "Unit" "g/L" "gram per liter" [];
    THOUSANDS_PER_MICROLITRE = 8848 "Unit" "10*3/uL" "thousand per microliter" [];
    MILLIMETRES_OF_MERCURY = 8876 "Unit" "mm[Hg]" "millimeter mercury column" [];
    PER_MINUTE = 8541 "Unit" "/min" "per minute" [];
    DEGREES_CELSIUS = 586_323 "Unit" "Cel" "degree Celsius" [];
    DEGREES_FAHRENHEIT = 9289 "Unit" "[degF]" "degree Fahrenheit" [];
    KILOGRAMS = 9529 "Unit" "kg" "kilogram" [];
    POUNDS = 8739 "Unit" "[lb_us]" "pound (US)" [];
    CENTIMETRES = 8582 "Unit" "cm" "centimeter" [];
    INCHES = 9330 "Unit" "[in_us]" "inch (US)" [];
    KILOGRAMS_PER_SQUARE_METRE = 9531 "Unit" "kg/m2" "kilogram per square meter" [];
    EHR_RECORD = 32_817 "Type Concept" "32817" "EHR" [];
    EHR_ENCOUNTER_RECORD = 32_827 "Type Concept" "32827" "EHR encounter record" [];
    EHR_PRESCRIPTION = 32_838 "Type Concept" "32838" "EHR prescription" [];
    CLAIM = 32_810 "Type Concept" "32810" "Claim" [];
    PHARMACY_CLAIM = 32_869 "Type Concept" "32869" "Pharmacy claim" [];
    LABORATORY_RECORD = 32_856 "Type Concept" "32856" "Lab" [];
    SURVEY_RECORD = 32_862 "Type Concept" "32862" "Patient filled survey" [];
    PRIMARY_DIAGNOSIS = 32_902 "Condition Status" "32902" "Primary diagnosis" [];
    SECONDARY_DIAGNOSIS = 32_908 "Condition Status" "32908" "Secondary diagnosis" [];
    OPERATOR_EQUAL = 4_172_703 "Meas Value Operator" "4172703" "=" [];
    OPERATOR_LESS = 4_171_756 "Meas Value Operator" "4171756" "<" [];
    OPERATOR_GREATER = 4_172_704 "Meas Value Operator" "4172704" ">" [];
    NEGATIVE = 9189 "Meas Value" "Negative" "Negative" [];
    POSITIVE = 9191 "Meas Value" "Positive" "Positive" [];
    ORAL_ROUTE = 4_132_161 "Route" "26643006" "Oral" [];
    SUBCUTANEOUS_ROUTE = 4_142_048 "Route" "34206005" "Subcutaneous route" [];
    ENGLISH_LANGUAGE = 4_180_186 "Language" "297487008" "English language" [];
    CDM_VERSION_5_4 = 756_265 "Metadata" "CDM v5.4.0" "OMOP CDM Version 5.4.0" [];
}
