use strongroom_omop::ConceptId;

use super::chart::Chart;
use super::scale;
use crate::calendar::{days_between, plus_days};
use crate::concepts as c;
use crate::random::Random;

/// A long-term disease: who gets it, and the care that follows the diagnosis.
#[derive(Debug)]
struct Disease {
    /// What is recorded at the diagnosis (the first) and at follow-ups (any, by weight).
    conditions: &'static [(ConceptId, u32)],
    /// New patients in a thousand people aged below 18, below 45, below 65, and older.
    patients: [u32; 4],
    /// The only gender that gets it.
    gender: Option<ConceptId>,
    /// Whoever has one of these gets it three times as often.
    follows: &'static [ConceptId],
    /// Taken from the diagnosis on, by so many patients in a thousand.
    drugs: &'static [(ConceptId, u32)],
    /// Made at follow-ups, with the values of the ill.
    tests: &'static [ConceptId],
    /// Done at so many follow-ups in a thousand.
    procedures: &'static [(ConceptId, u32)],
    /// The kind of visit at which it is found.
    found_at: ConceptId,
    /// Days between follow-ups, at least.
    every: i32,
}

const CHRONIC: Disease = Disease {
    conditions: &[],
    patients: [0; 4],
    gender: None,
    follows: &[],
    drugs: &[],
    tests: &[],
    procedures: &[],
    found_at: c::OUTPATIENT_VISIT,
    every: 120,
};

/// Causes before consequences, since a person's diseases are drawn in this order.
const DISEASES: [Disease; 18] = [
    Disease {
        conditions: &[(c::OBESITY, 8), (c::MORBID_OBESITY, 2)],
        patients: [40, 130, 160, 100],
        drugs: &[(c::SEMAGLUTIDE_PEN, 60)],
        tests: &[c::BODY_WEIGHT, c::BODY_MASS_INDEX],
        every: 250,
        ..CHRONIC
    },
    Disease {
        conditions: &[
            (c::HYPERTENSION, 30),
            (c::HYPERTENSIVE_HEART_DISEASE, 1),
            (c::SECONDARY_HYPERTENSION, 1),
        ],
        patients: [2, 60, 240, 420],
        follows: &[c::OBESITY],
        drugs: &[
            (c::LISINOPRIL_10_MG, 420),
            (c::AMLODIPINE_5_MG, 280),
            (c::HYDROCHLOROTHIAZIDE_25_MG, 200),
            (c::LISINOPRIL_HYDROCHLOROTHIAZIDE, 60),
            (c::METOPROLOL_50_MG, 120),
        ],
        tests: &[c::SYSTOLIC_BLOOD_PRESSURE, c::DIASTOLIC_BLOOD_PRESSURE],
        ..CHRONIC
    },
    Disease {
        conditions: &[
            (c::TYPE_2_DIABETES, 6),
            (c::TYPE_2_DIABETES_WITHOUT_COMPLICATION, 6),
            (c::TYPE_2_DIABETES_WITH_NEUROPATHY, 2),
            (c::TYPE_2_DIABETES_WITH_NEPHROPATHY, 1),
            (c::DIABETIC_RETINOPATHY, 1),
        ],
        patients: [2, 25, 75, 110],
        follows: &[c::OBESITY, c::HYPERTENSION],
        drugs: &[
            (c::METFORMIN_500_MG, 560),
            (c::METFORMIN_850_MG, 220),
            (c::SEMAGLUTIDE_PEN, 90),
            (c::INSULIN_GLARGINE_PEN, 110),
        ],
        tests: &[c::HBA1C, c::GLUCOSE_FASTING],
        procedures: &[(c::FUNDUS_PHOTOGRAPHY, 90)],
        every: 90,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::TYPE_1_DIABETES, 12), (c::TYPE_1_DIABETES_WITH_KETOACIDOSIS, 1)],
        patients: [9, 5, 2, 1],
        drugs: &[(c::INSULIN_GLARGINE_PEN, 950), (c::INSULIN_LISPRO_PEN, 900)],
        tests: &[c::HBA1C, c::GLUCOSE_FASTING],
        found_at: c::EMERGENCY_ROOM_AND_INPATIENT_VISIT,
        every: 90,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::HYPERLIPIDAEMIA, 6), (c::HYPERCHOLESTEROLAEMIA, 3)],
        patients: [2, 50, 190, 260],
        follows: &[c::TYPE_2_DIABETES],
        drugs: &[(c::ATORVASTATIN_20_MG, 380), (c::ATORVASTATIN_40_MG, 150), (c::SIMVASTATIN_20_MG, 200)],
        tests: &[c::TOTAL_CHOLESTEROL, c::LDL_CHOLESTEROL, c::TRIGLYCERIDES],
        every: 180,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::CHRONIC_KIDNEY_DISEASE_STAGE_3, 5), (c::CHRONIC_KIDNEY_DISEASE_STAGE_4, 1)],
        patients: [0, 8, 35, 110],
        follows: &[c::TYPE_2_DIABETES, c::TYPE_1_DIABETES, c::HYPERTENSION],
        drugs: &[(c::RAMIPRIL_5_MG, 400), (c::FUROSEMIDE_40_MG, 200)],
        tests: &[c::CREATININE, c::GLOMERULAR_FILTRATION_RATE, c::URINE_PROTEIN],
        procedures: &[(c::DIALYSIS, 25)],
        ..CHRONIC
    },
    Disease {
        conditions: &[
            (c::NSTEMI, 3),
            (c::STEMI, 2),
            (c::CORONARY_ARTERIOSCLEROSIS, 6),
            (c::ANGINA_PECTORIS, 1),
        ],
        patients: [0, 5, 30, 70],
        follows: &[c::TYPE_2_DIABETES, c::HYPERLIPIDAEMIA],
        drugs: &[(c::ASPIRIN_81_MG, 850), (c::ATORVASTATIN_40_MG, 700), (c::METOPROLOL_50_MG, 650)],
        tests: &[c::SYSTOLIC_BLOOD_PRESSURE, c::LDL_CHOLESTEROL],
        procedures: &[
            (c::ELECTROCARDIOGRAM, 300),
            (c::PERCUTANEOUS_CORONARY_INTERVENTION, 60),
            (c::CORONARY_ANGIOGRAPHY, 60),
        ],
        found_at: c::EMERGENCY_ROOM_AND_INPATIENT_VISIT,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::CONGESTIVE_HEART_FAILURE, 5), (c::HEART_FAILURE, 4)],
        patients: [0, 3, 20, 70],
        follows: &[c::NSTEMI, c::HYPERTENSION],
        drugs: &[(c::FUROSEMIDE_40_MG, 750), (c::METOPROLOL_50_MG, 600), (c::LISINOPRIL_20_MG, 500)],
        tests: &[c::BODY_WEIGHT, c::POTASSIUM, c::CREATININE],
        procedures: &[(c::ECHOCARDIOGRAPHY, 150)],
        found_at: c::INPATIENT_VISIT,
        every: 60,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::ATRIAL_FIBRILLATION, 1)],
        patients: [0, 4, 22, 80],
        follows: &[c::CONGESTIVE_HEART_FAILURE, c::HYPERTENSION],
        drugs: &[(c::APIXABAN_5_MG, 500), (c::WARFARIN_5_MG, 250), (c::METOPROLOL_50_MG, 400)],
        tests: &[c::HEART_RATE],
        procedures: &[(c::ELECTROCARDIOGRAM, 400)],
        found_at: c::EMERGENCY_ROOM_VISIT,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::ISCHAEMIC_STROKE, 2), (c::CEREBROVASCULAR_DISEASE, 3)],
        patients: [0, 3, 14, 45],
        follows: &[c::ATRIAL_FIBRILLATION, c::HYPERTENSION],
        drugs: &[(c::ASPIRIN_81_MG, 700), (c::ATORVASTATIN_40_MG, 500)],
        tests: &[c::SYSTOLIC_BLOOD_PRESSURE],
        procedures: &[(c::COMPUTED_TOMOGRAPHY_OF_HEAD, 200), (c::PHYSIOTHERAPY, 300)],
        found_at: c::INPATIENT_VISIT,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::ASTHMA, 4), (c::ALLERGIC_ASTHMA, 2)],
        patients: [110, 80, 60, 50],
        drugs: &[(c::SALBUTAMOL_INHALER, 800), (c::FLUTICASONE_INHALER, 450)],
        tests: &[c::HEART_RATE],
        procedures: &[(c::SPIROMETRY, 120)],
        every: 150,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::COPD, 1)],
        patients: [0, 5, 45, 95],
        drugs: &[(c::TIOTROPIUM_INHALER, 600), (c::SALBUTAMOL_INHALER, 500), (c::PREDNISONE_20_MG, 120)],
        tests: &[c::HEART_RATE],
        procedures: &[(c::SPIROMETRY, 150), (c::PLAIN_CHEST_X_RAY, 120)],
        ..CHRONIC
    },
    Disease {
        conditions: &[
            (c::MAJOR_DEPRESSION, 5),
            (c::RECURRENT_MAJOR_DEPRESSION, 2),
            (c::DEPRESSIVE_DISORDER, 4),
        ],
        patients: [30, 130, 110, 80],
        drugs: &[(c::SERTRALINE_50_MG, 450), (c::CITALOPRAM_20_MG, 250), (c::BUPROPION_150_MG, 120)],
        procedures: &[(c::PSYCHOTHERAPY, 350)],
        every: 60,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::HYPOTHYROIDISM, 1)],
        patients: [4, 30, 60, 90],
        drugs: &[(c::LEVOTHYROXINE_50_UG, 900)],
        tests: &[c::THYROTROPIN],
        every: 180,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::OSTEOARTHRITIS, 3), (c::OSTEOARTHRITIS_OF_KNEE, 3)],
        patients: [0, 20, 120, 230],
        follows: &[c::OBESITY],
        drugs: &[(c::CELECOXIB_200_MG, 250), (c::NAPROXEN_500_MG, 300)],
        procedures: &[(c::PHYSIOTHERAPY, 200), (c::KNEE_REPLACEMENT, 15), (c::HIP_REPLACEMENT, 12)],
        every: 200,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::BREAST_CANCER, 1)],
        patients: [0, 6, 25, 35],
        gender: Some(c::FEMALE),
        drugs: &[(c::TAMOXIFEN_20_MG, 500), (c::DOCETAXEL_INFUSION, 300)],
        tests: &[c::LEUKOCYTES, c::HAEMOGLOBIN],
        procedures: &[
            (c::MAMMOGRAPHY, 200),
            (c::CHEMOTHERAPY, 200),
            (c::MASTECTOMY, 30),
            (c::RADIOTHERAPY, 80),
        ],
        every: 45,
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::PROSTATE_CANCER, 1)],
        patients: [0, 0, 20, 60],
        gender: Some(c::MALE),
        drugs: &[(c::DOCETAXEL_INFUSION, 150)],
        tests: &[c::HAEMOGLOBIN],
        procedures: &[(c::RADIOTHERAPY, 150)],
        ..CHRONIC
    },
    Disease {
        conditions: &[(c::PREGNANT, 12), (c::GESTATIONAL_DIABETES, 1), (c::PRE_ECLAMPSIA, 1)],
        patients: [4, 190, 2, 0],
        gender: Some(c::FEMALE),
        drugs: &[(c::IRON_325_MG, 300)],
        tests: &[c::BODY_WEIGHT, c::SYSTOLIC_BLOOD_PRESSURE],
        procedures: &[
            (c::OBSTETRIC_ULTRASONOGRAPHY, 450),
            (c::VAGINAL_DELIVERY, 60),
            (c::CAESAREAN_SECTION, 30),
        ],
        every: 28,
        ..CHRONIC
    },
];

/// Two thirds of a person's events at most belong to long-term diseases.
const SHARE: (u32, u32) = (2, 3);

/// Gives the person their diseases, and the records of their care.
pub(super) fn accompany(chart: &mut Chart<'_>, random: &mut Random) {
    let mut diseases: Vec<&Disease> = Vec::new();
    for disease in &DISEASES {
        if disease.gender.is_some_and(|gender| gender != chart.gender()) {
            continue;
        }
        let [children, young, middle_aged, old] = disease.patients;
        let patients = match chart.age_on(chart.last_day()) {
            ..18 => children,
            18..45 => young,
            45..65 => middle_aged,
            65.. => old,
        };
        let at_risk = diseases
            .iter()
            .filter_map(|earlier| earlier.conditions.first())
            .any(|(condition, _)| disease.follows.contains(condition));
        if random.chance(if at_risk { 3 * patients } else { patients }) {
            diseases.push(disease);
        }
    }
    let each = chart.remaining() * SHARE.0 / SHARE.1 / u32::try_from(diseases.len().max(1)).unwrap_or(1);
    for disease in diseases {
        follow_up(disease, chart, random, each);
    }
}

/// From the diagnosis to the last day, so sparsely that `events` suffice.
fn follow_up(disease: &Disease, chart: &mut Chart<'_>, random: &mut Random, events: u32) {
    let floor = chart.remaining().saturating_sub(events);
    let drugs: Vec<ConceptId> = disease
        .drugs
        .iter()
        .filter(|&&(_, patients)| random.chance(patients))
        .map(|&(drug, _)| drug)
        .collect();
    let diagnosis = chart.observed_day(random);
    let per_visit = 2 + drugs.len() + disease.tests.len();
    let visits = i32::try_from(events).unwrap_or(i32::MAX) / i32::try_from(per_visit).unwrap_or(i32::MAX);
    let interval = disease.every.max(days_between(diagnosis, chart.last_day()) / visits.max(1));

    let mut date = diagnosis;
    while date <= chart.last_day() && chart.remaining() > floor {
        let is_diagnosis = date == diagnosis;
        if chart.is_observed_on(date) {
            let (place, nights) = match disease.found_at {
                place if is_diagnosis && place != c::OUTPATIENT_VISIT => (place, random.between(1, 9)),
                _ => (c::OUTPATIENT_VISIT, 0),
            };
            let contact = chart.visit(random, place, date, nights);
            let condition = if is_diagnosis {
                disease.conditions.first().map(|&(condition, _)| condition)
            } else {
                random.weighted(disease.conditions).filter(|_| random.chance(600))
            };
            if let Some(condition) = condition {
                chart.condition(random, contact, condition, None);
            }
            for &drug in &drugs {
                if is_diagnosis || random.chance(850) {
                    let days = if random.chance(600) { 90 } else { 30 };
                    chart.drug(random, contact, drug, days);
                }
            }
            for &test in disease.tests {
                if random.chance(600)
                    && let Some(reading) = scale::read(random, test, true)
                {
                    chart.measurement(random, contact, reading);
                }
            }
            for &(procedure, follow_ups) in disease.procedures {
                if random.chance(follow_ups) {
                    chart.procedure(random, contact, procedure);
                }
            }
        }
        date = plus_days(date, random.between(interval * 3 / 4, interval * 5 / 4).max(1));
    }
}
