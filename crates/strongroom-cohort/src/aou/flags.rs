/// The flag columns of a person in the Workbench's index, and what
/// [`PersonHas`](crate::ast::Predicate::PersonHas) calls each kind of data.
const FLAGS: &[(&str, &str)] = &[
    ("has_ehr_data", "ehr"),
    ("has_ppi_survey_data", "ppi_survey"),
    ("has_physical_measurement_data", "physical_measurement"),
    ("has_fitbit", "fitbit"),
    ("has_fitbit_plus_device_information", "fitbit_plus_device_information"),
    ("has_fitbit_heart_rate_summary", "fitbit_heart_rate_summary"),
    ("has_fitbit_heart_rate_level", "fitbit_heart_rate_level"),
    // the same in newer indexes
    ("has_fitbit_heart_rate_intraday", "fitbit_heart_rate_level"),
    ("has_fitbit_activity_summary", "fitbit_activity_summary"),
    ("has_fitbit_steps_intraday", "fitbit_steps_intraday"),
    ("has_fitbit_sleep_daily_summary", "fitbit_sleep_daily_summary"),
    ("has_fitbit_sleep_level", "fitbit_sleep_level"),
    ("has_fitbit_device_information", "fitbit_device_information"),
    ("has_wear_consent", "wear_consent"),
    ("has_whole_genome_variant", "short_read_wgs"),
    ("has_lr_whole_genome_variant", "long_read_wgs"),
    ("has_structural_variant_data", "structural_variant"),
    ("has_array_data", "array"),
    ("has_etm_delaydiscounting", "etm_delaydiscounting"),
    ("has_etm_emorecog", "etm_emorecog"),
    ("has_etm_flanker", "etm_flanker"),
    ("has_etm_gradcpt", "etm_gradcpt"),
];

/// The kind of data that a flag column stands for; upper and lower case are the same, as in the
/// Workbench's database.
pub(super) fn kind_of_data(column: &str) -> Option<&'static str> {
    FLAGS.iter().find(|(flag, _)| flag.eq_ignore_ascii_case(column)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_in_any_case_and_no_others() {
        assert_eq!(kind_of_data("HAS_EHR_DATA"), Some("ehr"));
        assert_eq!(kind_of_data("has_whole_genome_variant"), Some("short_read_wgs"));
        for odd in ["", "ehr", "person_id", "has_ehr_data ", "has_ehr_data = 1 OR 1"] {
            assert_eq!(kind_of_data(odd), None, "{odd:?}");
        }
    }
}
