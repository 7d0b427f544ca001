use strongroom_omop::ConceptId;

use crate::concepts as c;
use crate::random::Random;

/// What a test found, in the unit in which it was reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    pub(super) concept: ConceptId,
    pub(super) operator: Option<ConceptId>,
    pub(super) value: Option<f64>,
    pub(super) value_concept: Option<ConceptId>,
    pub(super) unit: Option<ConceptId>,
    pub(super) range_low: Option<f64>,
    pub(super) range_high: Option<f64>,
}

/// How the results of a test are distributed. Numbers are in hundredths of the unit, because
/// integers are the same on every machine.
#[derive(Debug)]
enum Scale {
    Number {
        unit: ConceptId,
        /// The middle of the bell in the healthy and in the ill, and half its width.
        healthy: i32,
        ill: i32,
        spread: i32,
        range: (i32, i32),
        other: Option<OtherUnit>,
    },
    Finding {
        /// Positive results in a thousand.
        positive: u32,
    },
}

/// The unit that some laboratories use instead: value × `multiply` ÷ `divide` + `add`.
#[derive(Debug)]
struct OtherUnit {
    unit: ConceptId,
    multiply: i32,
    divide: i32,
    add: i32,
}

const fn number(unit: ConceptId, healthy: i32, ill: i32, spread: i32, range: (i32, i32)) -> Scale {
    Scale::Number { unit, healthy, ill, spread, range, other: None }
}

impl Scale {
    const fn or(self, unit: ConceptId, multiply: i32, divide: i32, add: i32) -> Self {
        match self {
            Self::Number { unit: usual, healthy, ill, spread, range, .. } => Self::Number {
                unit: usual,
                healthy,
                ill,
                spread,
                range,
                other: Some(OtherUnit { unit, multiply, divide, add }),
            },
            Self::Finding { .. } => self,
        }
    }
}

const SCALES: [(ConceptId, Scale); 23] = [
    (c::HBA1C, number(c::PERCENT, 540, 780, 90, (400, 600)).or(c::MILLIMOLES_PER_MOLE, 1093, 100, -2350)),
    (
        c::GLUCOSE_FASTING,
        number(c::MILLIGRAMS_PER_DECILITRE, 9_200, 15_000, 2_000, (7_000, 9_900)).or(
            c::MILLIMOLES_PER_LITRE,
            555,
            10_000,
            0,
        ),
    ),
    (
        c::TOTAL_CHOLESTEROL,
        number(c::MILLIGRAMS_PER_DECILITRE, 19_000, 23_500, 2_500, (12_500, 20_000)).or(
            c::MILLIMOLES_PER_LITRE,
            259,
            10_000,
            0,
        ),
    ),
    (
        c::LDL_CHOLESTEROL,
        number(c::MILLIGRAMS_PER_DECILITRE, 11_000, 15_500, 2_000, (5_000, 13_000)).or(
            c::MILLIMOLES_PER_LITRE,
            259,
            10_000,
            0,
        ),
    ),
    (c::HDL_CHOLESTEROL, number(c::MILLIGRAMS_PER_DECILITRE, 5_400, 4_200, 900, (4_000, 8_000))),
    (c::TRIGLYCERIDES, number(c::MILLIGRAMS_PER_DECILITRE, 12_000, 19_000, 4_000, (0, 15_000))),
    (
        c::CREATININE,
        number(c::MILLIGRAMS_PER_DECILITRE, 90, 210, 30, (60, 120)).or(c::MICROMOLES_PER_LITRE, 884, 10, 0),
    ),
    (
        c::GLOMERULAR_FILTRATION_RATE,
        number(c::MILLILITRES_PER_MINUTE_PER_AREA, 9_000, 4_200, 1_000, (6_000, 12_000)),
    ),
    (
        c::HAEMOGLOBIN,
        number(c::GRAMS_PER_DECILITRE, 1_400, 1_050, 120, (1_200, 1_750)).or(c::GRAMS_PER_LITRE, 10, 1, 0),
    ),
    (c::LEUKOCYTES, number(c::THOUSANDS_PER_MICROLITRE, 700, 1_250, 180, (450, 1_100))),
    (c::PLATELETS, number(c::THOUSANDS_PER_MICROLITRE, 25_000, 18_000, 5_000, (15_000, 40_000))),
    (c::POTASSIUM, number(c::MILLIMOLES_PER_LITRE, 420, 480, 40, (350, 510))),
    (c::SODIUM, number(c::MILLIMOLES_PER_LITRE, 14_000, 13_500, 200, (13_500, 14_500))),
    (c::THYROTROPIN, number(c::MILLI_UNITS_PER_LITRE, 210, 700, 90, (40, 400))),
    (c::URINE_PROTEIN, Scale::Finding { positive: 120 }),
    (c::SARS_COV_2_RNA, Scale::Finding { positive: 90 }),
    (c::SYSTOLIC_BLOOD_PRESSURE, number(c::MILLIMETRES_OF_MERCURY, 12_200, 14_600, 1_000, (9_000, 13_000))),
    (c::DIASTOLIC_BLOOD_PRESSURE, number(c::MILLIMETRES_OF_MERCURY, 7_700, 8_900, 700, (6_000, 8_500))),
    (c::HEART_RATE, number(c::PER_MINUTE, 7_200, 9_500, 1_000, (6_000, 10_000))),
    (
        c::BODY_TEMPERATURE,
        number(c::DEGREES_CELSIUS, 3_680, 3_850, 40, (3_610, 3_720)).or(c::DEGREES_FAHRENHEIT, 18, 10, 3_200),
    ),
    (
        c::BODY_WEIGHT,
        number(c::KILOGRAMS, 7_600, 10_400, 1_300, (4_500, 11_000)).or(c::POUNDS, 22_046, 10_000, 0),
    ),
    (
        c::BODY_HEIGHT,
        number(c::CENTIMETRES, 16_900, 16_900, 900, (14_000, 20_000)).or(c::INCHES, 3_937, 10_000, 0),
    ),
    (c::BODY_MASS_INDEX, number(c::KILOGRAMS_PER_SQUARE_METRE, 2_600, 3_500, 350, (1_850, 2_500))),
];

/// Everyday tests, the commonest first.
pub(super) const COMMON_TESTS: [ConceptId; 23] = [
    c::SYSTOLIC_BLOOD_PRESSURE,
    c::DIASTOLIC_BLOOD_PRESSURE,
    c::BODY_WEIGHT,
    c::HEART_RATE,
    c::BODY_TEMPERATURE,
    c::BODY_HEIGHT,
    c::BODY_MASS_INDEX,
    c::CREATININE,
    c::HAEMOGLOBIN,
    c::LEUKOCYTES,
    c::PLATELETS,
    c::POTASSIUM,
    c::SODIUM,
    c::GLUCOSE_FASTING,
    c::GLOMERULAR_FILTRATION_RATE,
    c::TOTAL_CHOLESTEROL,
    c::LDL_CHOLESTEROL,
    c::HDL_CHOLESTEROL,
    c::TRIGLYCERIDES,
    c::HBA1C,
    c::THYROTROPIN,
    c::URINE_PROTEIN,
    c::SARS_COV_2_RNA,
];

/// A result of the test; none if there is no such test.
pub(super) fn read(random: &mut Random, concept: ConceptId, is_ill: bool) -> Option<Reading> {
    let (_, scale) = SCALES.iter().find(|(id, _)| *id == concept)?;
    let mut reading = Reading {
        concept,
        operator: None,
        value: None,
        value_concept: None,
        unit: None,
        range_low: None,
        range_high: None,
    };
    match scale {
        Scale::Finding { positive } => {
            reading.value_concept = Some(if random.chance(*positive) { c::POSITIVE } else { c::NEGATIVE });
        }
        Scale::Number { unit, healthy, ill, spread, range, other } => {
            let found = random.around(if is_ill { *ill } else { *healthy }, *spread).max(1);
            let other = other.as_ref().filter(|_| random.chance(120));
            let reported = |hundredths: i32| {
                let converted = other.map_or(i64::from(hundredths), |other| {
                    i64::from(hundredths) * i64::from(other.multiply) / i64::from(other.divide)
                        + i64::from(other.add)
                });
                i32::try_from(converted).ok().map(|value| f64::from(value) / 100.0)
            };
            reading.value = reported(found).filter(|_| !random.chance(20));
            reading.operator = random
                .weighted(&[
                    (None, 600),
                    (Some(c::OPERATOR_EQUAL), 380),
                    (Some(c::OPERATOR_LESS), 10),
                    (Some(c::OPERATOR_GREATER), 10),
                ])
                .flatten();
            let usual = other.map_or(*unit, |other| other.unit);
            reading.unit = match random.below(100) {
                0..3 => None,
                3 => Some(ConceptId::NO_MATCHING_CONCEPT),
                _ => Some(usual),
            };
            if random.chance(750) {
                reading.range_low = reported(range.0).filter(|_| range.0 > 0);
                reading.range_high = reported(range.1);
            }
        }
    }
    Some(reading)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_test_below_the_groups_has_a_scale() {
        let parents: BTreeSet<_> = c::MEASUREMENTS.iter().flat_map(|term| term.parents).collect();
        for term in c::MEASUREMENTS {
            let has_scale = SCALES.iter().any(|(id, _)| *id == term.id);
            assert_ne!(has_scale, parents.contains(&term.id), "{}", term.name);
            assert_eq!(has_scale, COMMON_TESTS.contains(&term.id), "{}", term.name);
        }
    }

    #[test]
    fn a_value_in_the_other_unit_means_the_same() {
        let mut random = Random::of_person(3, 3);
        let mut readings: Vec<_> = (0..4000).filter_map(|_| read(&mut random, c::HBA1C, true)).collect();
        readings.retain(|reading| reading.value.is_some() && reading.range_high.is_some());
        let mean = |unit| {
            let values: Vec<_> = readings
                .iter()
                .filter(|reading| reading.unit == Some(unit))
                .filter_map(|reading| reading.value)
                .collect();
            values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap())
        };
        // 7.8 % is 61.8 mmol/mol.
        assert!((7.6..8.0).contains(&mean(c::PERCENT)));
        assert!((59.5..64.0).contains(&mean(c::MILLIMOLES_PER_MOLE)));
        assert!(
            readings
                .iter()
                .all(|reading| reading.unit != Some(c::MILLIMOLES_PER_MOLE)
                    || reading.range_high == Some(42.08))
        );
    }
}
