use std::fs;
use std::path::Path;

/// A folder of OMOP tables with two people: both were observed for eleven years, the first got type
/// 2 diabetes in March 2015, the second two years later something below it.
pub(crate) fn write(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (name, text) in [
        ("person", "person_id,gender_concept_id,year_of_birth\n1,8532,1960\n2,8507,1970\n"),
        (
            "observation_period",
            "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n\
             1,1,2010-01-01,2020-12-31\n2,2,2010-01-01,2020-12-31\n",
        ),
        (
            "condition_occurrence",
            "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_end_date\n\
             11,1,201826,2015-03-01,2015-03-02\n21,2,443238,2017-03-01,2017-03-02\n",
        ),
        (
            "concept",
            "concept_id,concept_name,domain_id,vocabulary_id,standard_concept,concept_code,invalid_reason\n\
             201826,Type 2 diabetes mellitus,Condition,SNOMED,S,44054006,\n\
             443238,Diabetic,Condition,SNOMED,S,111,\n",
        ),
        (
            "concept_ancestor",
            "ancestor_concept_id,descendant_concept_id,min_levels_of_separation,max_levels_of_separation\n\
             201826,201826,0,0\n201826,443238,1,1\n",
        ),
    ] {
        fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
}

/// A definition that both people fit by the second concept, and only the first by the first alone.
pub(crate) const DIABETES: &str = r#"language 1

concepts diabetes "Diabetes" { include SNOMED:44054006 "Type 2 diabetes mellitus" with descendants }

cohort first_diabetes "First diabetes" {
  observed by observation_period
  entry:  conditions in diabetes, first
  index:  start
  require observed [-365d, 0d] as "a year of history"
  exit:   end of observation
}
"#;
