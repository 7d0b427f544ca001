use std::sync::LazyLock;

use strongroom_omop::ConceptId;

use super::chart::{Answer, Chart, Contact};
use super::scale;
use crate::concepts as c;
use crate::random::{Random, Ranked};

/// Everyday conditions, the commonest first; the last ones are retired and still in use.
const CONDITIONS: [ConceptId; 60] = [
    c::UPPER_RESPIRATORY_INFECTION,
    c::LOW_BACK_PAIN,
    c::HEADACHE,
    c::COUGH,
    c::ABDOMINAL_PAIN,
    c::ALLERGIC_RHINITIS,
    c::ANXIETY_DISORDER,
    c::REFLUX_DISEASE,
    c::URINARY_TRACT_INFECTION,
    c::FATIGUE,
    c::PHARYNGITIS,
    c::SINUSITIS,
    c::BRONCHITIS,
    c::INSOMNIA,
    c::CHEST_PAIN,
    c::VITAMIN_D_DEFICIENCY,
    c::COVID_19,
    c::OTITIS_MEDIA,
    c::GASTROENTERITIS,
    c::INFLUENZA,
    c::DIZZINESS,
    c::NAUSEA,
    c::FEVER,
    c::ANAEMIA,
    c::MIGRAINE,
    c::ECZEMA,
    c::CONJUNCTIVITIS,
    c::SLEEP_APNOEA,
    c::CONSTIPATION,
    c::TOBACCO_DEPENDENCE,
    c::CATARACT,
    c::GOUT,
    c::IRON_DEFICIENCY_ANAEMIA,
    c::PREDIABETES,
    c::SPRAIN_OF_ANKLE,
    c::PNEUMONIA,
    c::KIDNEY_STONE,
    c::CELLULITIS,
    c::IRRITABLE_BOWEL_SYNDROME,
    c::HEARING_LOSS,
    c::GLAUCOMA,
    c::PSORIASIS,
    c::GALLSTONES,
    c::FATTY_LIVER,
    c::DEEP_VEIN_THROMBOSIS,
    c::ACUTE_KIDNEY_INJURY,
    c::OSTEOPOROSIS,
    c::COMMON_COLD,
    c::RHEUMATOID_ARTHRITIS,
    c::GASTROINTESTINAL_HAEMORRHAGE,
    c::EPILEPSY,
    c::APPENDICITIS,
    c::FRACTURE_OF_HIP,
    c::PULMONARY_EMBOLISM,
    c::SEPSIS,
    c::BENIGN_HYPERTENSION,
    c::CROHNS_DISEASE,
    c::ADULT_ONSET_DIABETES,
    c::DROPSY,
    c::NERVOUS_EXHAUSTION,
];

/// Everyday drugs, the commonest first; a few are recorded by ingredient only.
const DRUGS: [ConceptId; 27] = [
    c::PARACETAMOL_500_MG,
    c::IBUPROFEN_400_MG,
    c::AMOXICILLIN_500_MG,
    c::OMEPRAZOLE_20_MG,
    c::INFLUENZA_VACCINE_INJECTION,
    c::AZITHROMYCIN_250_MG,
    c::VITAMIN_D_1000_IU,
    c::CETIRIZINE_10_MG,
    c::PREDNISONE_20_MG,
    c::COVID_19_VACCINE_INJECTION,
    c::LORATADINE_10_MG,
    c::NAPROXEN_500_MG,
    c::TRAMADOL_50_MG,
    c::PARACETAMOL,
    c::OXYCODONE_PARACETAMOL,
    c::CIPROFLOXACIN_500_MG,
    c::LORAZEPAM_1_MG,
    c::ASPIRIN_81_MG,
    c::SUMATRIPTAN_50_MG,
    c::IRON_325_MG,
    c::CELECOXIB_200_MG,
    c::ALLOPURINOL_100_MG,
    c::IBUPROFEN,
    c::SALBUTAMOL_INHALER,
    c::WARFARIN_5_MG,
    c::APIXABAN_5_MG,
    c::AMOXICILLIN,
];

/// Everyday procedures, the commonest first.
const PROCEDURES: [ConceptId; 18] = [
    c::VACCINATION,
    c::PLAIN_CHEST_X_RAY,
    c::ELECTROCARDIOGRAM,
    c::PHYSIOTHERAPY,
    c::COLONOSCOPY,
    c::COMPUTED_TOMOGRAPHY_OF_ABDOMEN,
    c::ULTRASONOGRAPHY_OF_ABDOMEN,
    c::MAGNETIC_RESONANCE_IMAGING,
    c::GASTROSCOPY,
    c::CATARACT_EXTRACTION,
    c::COMPUTED_TOMOGRAPHY_OF_HEAD,
    c::SUTURE_OF_WOUND,
    c::CHOLECYSTECTOMY,
    c::BONE_DENSITOMETRY,
    c::CAST_APPLICATION,
    c::POLYSOMNOGRAPHY,
    c::APPENDICECTOMY,
    c::CORONARY_BYPASS,
];

const FINDINGS: [ConceptId; 6] = [
    c::FORMER_SMOKER,
    c::CURRENT_SMOKER,
    c::FAMILY_HISTORY_OF_DIABETES,
    c::FAMILY_HISTORY_OF_CANCER,
    c::ALLERGY_TO_PENICILLIN,
    c::LIVES_ALONE,
];

/// Visit concepts; without one, records that belong to no visit.
const PLACES: [(Option<ConceptId>, u32); 5] = [
    (Some(c::OUTPATIENT_VISIT), 78),
    (Some(c::EMERGENCY_ROOM_VISIT), 9),
    (Some(c::INPATIENT_VISIT), 6),
    (Some(c::EMERGENCY_ROOM_AND_INPATIENT_VISIT), 2),
    (None, 5),
];

#[derive(Debug)]
struct Ranking {
    conditions: Ranked<ConceptId>,
    drugs: Ranked<ConceptId>,
    procedures: Ranked<ConceptId>,
    tests: Ranked<ConceptId>,
    findings: Ranked<ConceptId>,
}

static RANKING: LazyLock<Ranking> = LazyLock::new(|| Ranking {
    conditions: Ranked::new(CONDITIONS.to_vec()),
    drugs: Ranked::new(DRUGS.to_vec()),
    procedures: Ranked::new(PROCEDURES.to_vec()),
    tests: Ranked::new(scale::COMMON_TESTS.to_vec()),
    findings: Ranked::new(FINDINGS.to_vec()),
});

/// Everyday encounters on random days, until the person's events are used up.
pub(super) fn fill(chart: &mut Chart<'_>, random: &mut Random) {
    while chart.remaining() > 0 {
        let date = chart.observed_day(random);
        let place = random.weighted(&PLACES).flatten();
        let is_stay = matches!(place, Some(c::INPATIENT_VISIT | c::EMERGENCY_ROOM_AND_INPATIENT_VISIT));
        let contact = match place {
            Some(place) => {
                let nights = if is_stay { random.between(1, 12) } else { 0 };
                chart.visit(random, place, date, nights)
            }
            None => Contact::without_visit(date),
        };
        record(chart, random, contact, is_stay);
    }
}

fn record(chart: &mut Chart<'_>, random: &mut Random, contact: Contact, is_stay: bool) {
    let scale = if is_stay { 3 } else { 1 };
    let ranking = &*RANKING;
    for _ in 0..random.between(1, 1 + scale) {
        if let Some(condition) = ranking.conditions.pick(random) {
            let days = random.chance(600).then(|| random.between(2, 28));
            chart.condition(random, contact, condition, days);
        }
    }
    for _ in 0..random.between(0, 2 * scale) {
        if let Some(drug) = ranking.drugs.pick(random) {
            let days = random.between(1, 14);
            chart.drug(random, contact, drug, days);
        }
    }
    for _ in 0..random.between(0, 5 * scale) {
        if let Some(reading) = ranking.tests.pick(random).and_then(|test| scale::read(random, test, false)) {
            chart.measurement(random, contact, reading);
        }
    }
    if random.chance(250 * scale.unsigned_abs())
        && let Some(procedure) = ranking.procedures.pick(random)
    {
        chart.procedure(random, contact, procedure);
    }
    if random.chance(120)
        && let Some(finding) = ranking.findings.pick(random)
    {
        chart.observation(contact, c::EHR_RECORD, finding, Answer::None);
    }
}
