//! Any text as an OHDSI Circe definition: what is imported is exported and imported again as the
//! same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_cohort::{CohortName, Limits, check, circe};

fuzz_target!(|text: &str| {
    let limits = Limits::default();
    let name = || CohortName::new("fuzzed").expect("a name");
    if let Ok(definition) = circe::import(text, name(), &limits) {
        let _ = check(&definition);
        if let Ok(exported) = circe::export(&definition) {
            let again = circe::import(&exported, name(), &limits);
            assert!(again.is_ok(), "what was exported cannot be imported");
        }
    }
});
