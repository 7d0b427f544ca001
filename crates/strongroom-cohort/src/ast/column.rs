use serde::{Deserialize, Serialize};

macro_rules! columns {
    ($(#[$what:meta])* $enum:ident: $($(#[$doc:meta])* $name:ident = $word:literal, $kind:ident;)*) => {
        $(#[$what])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(expecting = "a column")]
        #[expect(clippy::exhaustive_enums, reason = "an engine must handle every column")]
        pub enum $enum {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl $enum {
            /// Every column.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in text and JSON.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it holds.
            #[must_use]
            pub const fn holds(self) -> ColumnType {
                match self { $(Self::$name => ColumnType::$kind,)* }
            }
        }
    };
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every type")]
pub enum ColumnType {
    /// A calendar day.
    Date,
    /// A number.
    Number,
    /// A concept id.
    Concept,
    /// A text.
    Text,
    /// An id that can only be compared for equality.
    Id,
}

columns! {
    /// A column of an event, by what it means. Not every kind of event has every column; where it
    /// has not, the value is missing and the checker warns.
    Column:
    /// The first day.
    Start = "start", Date;
    /// The last day, as the profile completes it.
    End = "end", Date;
    /// The days from the first to the last: 0 if they are the same.
    Duration = "duration", Number;
    /// The standard concept.
    Concept = "concept", Concept;
    /// The source concept.
    SourceConcept = "source_concept", Concept;
    /// How the record came about: the `…_type_concept_id` of its table.
    Type = "type", Concept;
    /// The visit: `visit_occurrence_id`.
    Visit = "visit", Id;
    /// The kind of the record's visit: `visit_occurrence.visit_concept_id`.
    VisitKind = "visit.kind", Concept;
    /// Where the record's visit took place: `care_site.place_of_service_concept_id`.
    VisitPlace = "visit.place", Concept;
    /// The specialty of the record's provider: `provider.specialty_concept_id`.
    ProviderSpecialty = "provider.specialty", Concept;
    /// `value_as_number`; of a dose era the dose, of a wearable the day's number.
    Value = "value", Number;
    /// `value_as_concept_id`
    ValueConcept = "value_concept", Concept;
    /// `value_source_concept_id`
    ValueSourceConcept = "value_source_concept", Concept;
    /// `value_as_string`
    ValueText = "value_text", Text;
    /// `unit_concept_id`
    Unit = "unit", Concept;
    /// `operator_concept_id`
    Operator = "operator", Concept;
    /// `range_low`
    RangeLow = "range_low", Number;
    /// `range_high`
    RangeHigh = "range_high", Number;
    /// `qualifier_concept_id`
    Qualifier = "qualifier", Concept;
    /// `condition_status_concept_id`
    Status = "status", Concept;
    /// `stop_reason`
    StopReason = "stop_reason", Text;
    /// `quantity`
    Quantity = "quantity", Number;
    /// `days_supply`
    DaysSupply = "days_supply", Number;
    /// `refills`
    Refills = "refills", Number;
    /// `route_concept_id`
    Route = "route", Concept;
    /// `lot_number`
    LotNumber = "lot_number", Text;
    /// `unique_device_id`
    UniqueDeviceId = "unique_device_id", Text;
    /// `modifier_concept_id`
    Modifier = "modifier", Concept;
    /// `anatomic_site_concept_id`
    AnatomicSite = "anatomic_site", Concept;
    /// `disease_status_concept_id`
    DiseaseStatus = "disease_status", Concept;
    /// `specimen_source_id`
    SpecimenSourceId = "specimen_source_id", Text;
    /// `condition_occurrence_count` or `drug_exposure_count` of an era.
    OccurrenceCount = "occurrence_count", Number;
    /// `gap_days` of a drug era.
    GapDays = "gap_days", Number;
    /// `admitted_from_concept_id`
    AdmittedFrom = "admitted_from", Concept;
    /// `discharged_to_concept_id`
    DischargedTo = "discharged_to", Concept;
    /// `payer_concept_id`
    Payer = "payer", Concept;
    /// `plan_concept_id`
    Plan = "plan", Concept;
    /// `sponsor_concept_id`
    Sponsor = "sponsor", Concept;
    /// `stop_reason_concept_id` of a payer plan period.
    StopReasonConcept = "stop_reason_concept", Concept;
    /// `payer_source_concept_id`
    PayerSource = "payer_source", Concept;
    /// `plan_source_concept_id`
    PlanSource = "plan_source", Concept;
    /// `sponsor_source_concept_id`
    SponsorSource = "sponsor_source", Concept;
    /// `stop_reason_source_concept_id`
    StopReasonSource = "stop_reason_source", Concept;
    /// The answer to a survey question, as a concept.
    Answer = "answer", Concept;
    /// The version of the survey.
    Version = "version", Concept;
    /// How the survey was taken.
    CollectionMethod = "collection_method", Concept;
    /// The systolic pressure measured with the record.
    Systolic = "systolic", Number;
    /// The diastolic pressure measured with the record.
    Diastolic = "diastolic", Number;
    /// The whole years of age that the release records with the event.
    RecordedAge = "recorded_age", Number;
    /// The variant: `chromosome-position-reference-alternate`.
    VariantId = "variant_id", Text;
    /// The genes of a variant, as one text.
    Genes = "genes", Text;
    /// One gene symbol of a variant; there is one row for each.
    Gene = "gene", Text;
    /// The consequences of a variant, as one text.
    Consequence = "consequence", Text;
    /// The clinical significance of a variant, as one text.
    SignificanceText = "significance_text", Text;
    /// The clinical significance of a variant, as a concept.
    Significance = "significance", Concept;
    /// The zygosity of a variant, as a concept.
    Zygosity = "zygosity", Concept;
    /// The `rs` number of a variant.
    RsNumber = "rs_number", Text;
    /// The chromosome of a variant.
    Contig = "contig", Text;
    /// The position of a variant on its chromosome.
    Position = "position", Number;
    /// How often the allele was seen.
    AlleleCount = "allele_count", Number;
    /// How many alleles were looked at.
    AlleleNumber = "allele_number", Number;
    /// The first over the second.
    AlleleFrequency = "allele_frequency", Number;
    /// How many participants carry the variant.
    ParticipantCount = "participant_count", Number;
}

columns! {
    /// A column of the person.
    PersonColumn:
    /// `gender_concept_id`
    Gender = "gender", Concept;
    /// The sex at birth: `sex_at_birth_concept_id` where the release has it, else
    /// `gender_concept_id`.
    SexAtBirth = "sex_at_birth", Concept;
    /// `race_concept_id`
    Race = "race", Concept;
    /// `ethnicity_concept_id`
    Ethnicity = "ethnicity", Concept;
    /// `self_reported_category_concept_id`
    SelfReportedCategory = "self_reported_category", Concept;
    /// The day of birth, as far as it is known.
    BirthDate = "birth_date", Date;
    /// `year_of_birth`
    BirthYear = "birth_year", Number;
    /// The age at consent that the release records.
    AgeAtConsent = "age_at_consent", Number;
    /// The age at the release's cut-off date that the release records.
    AgeAtRelease = "age_at_release", Number;
}
