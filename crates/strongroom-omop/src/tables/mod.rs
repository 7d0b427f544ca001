mod clinical;
mod derived;
mod system;
mod vocabulary;

use crate::table::Table;

/// Every table of the CDM 5.4 that Strongroom reads, clinical tables first.
pub(crate) const ALL: &[Table] = &[
    clinical::PERSON,
    clinical::OBSERVATION_PERIOD,
    clinical::VISIT_OCCURRENCE,
    clinical::VISIT_DETAIL,
    clinical::CONDITION_OCCURRENCE,
    clinical::DRUG_EXPOSURE,
    clinical::PROCEDURE_OCCURRENCE,
    clinical::DEVICE_EXPOSURE,
    clinical::MEASUREMENT,
    clinical::OBSERVATION,
    clinical::DEATH,
    clinical::NOTE,
    clinical::NOTE_NLP,
    clinical::SPECIMEN,
    clinical::FACT_RELATIONSHIP,
    clinical::EPISODE,
    clinical::EPISODE_EVENT,
    derived::CONDITION_ERA,
    derived::DRUG_ERA,
    derived::DOSE_ERA,
    derived::COHORT,
    derived::COHORT_DEFINITION,
    system::LOCATION,
    system::CARE_SITE,
    system::PROVIDER,
    system::PAYER_PLAN_PERIOD,
    system::COST,
    system::CDM_SOURCE,
    system::METADATA,
    vocabulary::CONCEPT,
    vocabulary::VOCABULARY,
    vocabulary::DOMAIN,
    vocabulary::CONCEPT_CLASS,
    vocabulary::CONCEPT_RELATIONSHIP,
    vocabulary::RELATIONSHIP,
    vocabulary::CONCEPT_SYNONYM,
    vocabulary::CONCEPT_ANCESTOR,
    vocabulary::SOURCE_TO_CONCEPT_MAP,
    vocabulary::DRUG_STRENGTH,
];
