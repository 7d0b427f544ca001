//! Any text as a cohort of the All of Us Researcher Workbench, by both sets of rules.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_cohort::{CohortName, Limits, aou, check, text};

fuzz_target!(|source: &str| {
    let limits = Limits::default();
    let name = || CohortName::new("fuzzed").expect("a name");
    for definition in [aou::import(source, name(), &limits), aou::strict(source, name(), &limits)] {
        let Ok(definition) = definition else { continue };
        let _ = check(&definition);
        let again = text::parse(&text::print(&definition), &limits);
        assert!(again.definition.as_ref() == Some(&definition), "printed and read again it is another");
    }
});
