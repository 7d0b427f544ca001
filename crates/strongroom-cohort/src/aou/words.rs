use crate::ast::EventKind;

macro_rules! words {
    ($($(#[$doc:meta])* $enum:ident { $($name:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum $enum {
            $($name,)*
        }

        impl $enum {
            /// What the word stands for.
            pub(super) fn read(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    )*};
}

words! {
    Operator {
        Equal = "EQUAL",
        NotEqual = "NOT_EQUAL",
        LessThan = "LESS_THAN",
        GreaterThan = "GREATER_THAN",
        AtMost = "LESS_THAN_OR_EQUAL_TO",
        AtLeast = "GREATER_THAN_OR_EQUAL_TO",
        Like = "LIKE",
        In = "IN",
        Between = "BETWEEN",
    }
    ModifierName {
        AgeAtEvent = "AGE_AT_EVENT",
        Occurrences = "NUM_OF_OCCURRENCES",
        EventDate = "EVENT_DATE",
        Encounters = "ENCOUNTERS",
        Cati = "CATI",
    }
    AttributeName {
        Any = "ANY",
        Num = "NUM",
        Cat = "CAT",
        Age = "AGE",
        AgeAtConsent = "AGE_AT_CONSENT",
        AgeAtCdr = "AGE_AT_CDR",
        SurveyVersion = "SURVEY_VERSION_CONCEPT_ID",
        FamilyHistory = "PERSONAL_FAMILY_HEALTH_HISTORY",
    }
    Mention {
        Any = "ANY_MENTION",
        First = "FIRST_MENTION",
        Last = "LAST_MENTION",
    }
    Relation {
        SameEncounter = "DURING_SAME_ENCOUNTER_AS",
        DaysBefore = "X_DAYS_BEFORE",
        DaysAfter = "X_DAYS_AFTER",
        WithinDays = "WITHIN_X_DAYS_OF",
    }
    /// Types of search parameters that decide what a `PERSON` item asks.
    Demographic {
        Age = "AGE",
        Gender = "GENDER",
        Sex = "SEX",
        Race = "RACE",
        Ethnicity = "ETHNICITY",
        SelfReportedCategory = "SELF_REPORTED_CATEGORY",
        Deceased = "DECEASED",
        HasEhrData = "HAS_EHR_DATA",
    }
}

/// What an item's type makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemType {
    Variant,
    Person,
    /// The flag of a person, by its column.
    Flag(&'static str),
    Events(EventDomain),
}

/// The domain of an item that selects events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventDomain {
    Condition,
    Procedure,
    Drug,
    Measurement,
    PhysicalMeasurement,
    Observation,
    Device,
    Visit,
    Survey,
    Death,
    Other,
}

impl ItemType {
    pub(super) fn read(word: &str) -> Option<Self> {
        use EventDomain::{
            Condition, Death, Device, Drug, Measurement, Observation, Other, PhysicalMeasurement, Procedure,
            Survey, Visit,
        };
        Some(match word {
            "SNP_INDEL_VARIANT" => Self::Variant,
            "PERSON" => Self::Person,
            "FITBIT" => Self::Flag("has_fitbit"),
            "FITBIT_PLUS_DEVICE" => Self::Flag("has_fitbit_plus_device_information"),
            "FITBIT_HEART_RATE_SUMMARY" => Self::Flag("has_fitbit_heart_rate_summary"),
            "FITBIT_HEART_RATE_LEVEL" => Self::Flag("has_fitbit_heart_rate_level"),
            "FITBIT_ACTIVITY" => Self::Flag("has_fitbit_activity_summary"),
            "FITBIT_INTRADAY_STEPS" => Self::Flag("has_fitbit_steps_intraday"),
            "FITBIT_SLEEP_DAILY_SUMMARY" => Self::Flag("has_fitbit_sleep_daily_summary"),
            "FITBIT_SLEEP_LEVEL" => Self::Flag("has_fitbit_sleep_level"),
            "FITBIT_DEVICE" => Self::Flag("has_fitbit_device_information"),
            "WHOLE_GENOME_VARIANT" => Self::Flag("has_whole_genome_variant"),
            "LR_WHOLE_GENOME_VARIANT" => Self::Flag("has_lr_whole_genome_variant"),
            "STRUCTURAL_VARIANT_DATA" => Self::Flag("has_structural_variant_data"),
            "ARRAY_DATA" => Self::Flag("has_array_data"),
            "ETM_DELAYDISCOUNTING" => Self::Flag("has_etm_delaydiscounting"),
            "ETM_EMORECOG" => Self::Flag("has_etm_emorecog"),
            "ETM_FLANKER" => Self::Flag("has_etm_flanker"),
            "ETM_GRADCPT" => Self::Flag("has_etm_gradcpt"),
            "WEAR_CONSENT" => Self::Flag("has_wear_consent"),
            "CONDITION" => Self::Events(Condition),
            "PROCEDURE" => Self::Events(Procedure),
            "DRUG" => Self::Events(Drug),
            "MEASUREMENT" | "LAB" | "VITAL" => Self::Events(Measurement),
            "PHYSICAL_MEASUREMENT" | "PHYSICAL_MEASUREMENT_CSS" => Self::Events(PhysicalMeasurement),
            "OBSERVATION" | "ZIP_CODE_SOCIOECONOMIC" => Self::Events(Observation),
            "DEVICE" => Self::Events(Device),
            "VISIT" => Self::Events(Visit),
            "SURVEY" => Self::Events(Survey),
            "DEATH" => Self::Events(Death),
            "ALL_EVENTS"
            | "CONCEPT_SET"
            | "CONCEPT_QUICK_ADD"
            | "ETM_DELAYDISCOUNTING_METADATA"
            | "ETM_DELAYDISCOUNTING_OUTCOMES"
            | "ETM_DELAYDISCOUNTING_TRIAL_DATA"
            | "ETM_EMORECOG_METADATA"
            | "ETM_EMORECOG_OUTCOMES"
            | "ETM_EMORECOG_TRIAL_DATA"
            | "ETM_FLANKER_METADATA"
            | "ETM_FLANKER_OUTCOMES"
            | "ETM_FLANKER_TRIAL_DATA"
            | "ETM_GRADCPT_METADATA"
            | "ETM_GRADCPT_OUTCOMES"
            | "ETM_GRADCPT_TRIAL_DATA" => Self::Events(Other),
            _ => return None,
        })
    }
}

impl EventDomain {
    /// The kind of event that readers of an imported definition see. Under `aou-workbench/1` events
    /// are found by their concepts, whatever table they stand in; deaths have no row in the
    /// Workbench's events, so that word would say something else.
    pub(super) const fn shown(self) -> EventKind {
        match self {
            Self::Survey => EventKind::Answer,
            Self::Death => EventKind::Any,
            other => other.strict(),
        }
    }

    /// The kind of event that is meant, where kinds count: answers to surveys are rows of
    /// `observation`.
    pub(super) const fn strict(self) -> EventKind {
        match self {
            Self::Condition => EventKind::Condition,
            Self::Procedure => EventKind::Procedure,
            Self::Drug => EventKind::Drug,
            Self::Measurement | Self::PhysicalMeasurement => EventKind::Measurement,
            Self::Observation | Self::Survey => EventKind::Observation,
            Self::Device => EventKind::Device,
            Self::Visit => EventKind::Visit,
            Self::Death => EventKind::Death,
            Self::Other => EventKind::Any,
        }
    }
}
