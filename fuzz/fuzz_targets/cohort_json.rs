//! Any text as the JSON form of a definition: what is read is written and read again as the same,
//! and can be checked and rendered.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_cohort::{Definition, Limits, check, render};

fuzz_target!(|text: &str| {
    let limits = Limits::default();
    if let Ok(definition) = Definition::from_json(text, &limits) {
        let again = Definition::from_json(&definition.to_json(), &limits);
        assert!(again.as_ref() == Ok(&definition), "written and read again it is another");
        let _ = check(&definition);
        let _ = render::markdown(&definition);
    }
});
