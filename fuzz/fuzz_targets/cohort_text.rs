//! Any text as the text form of a definition: reading never fails to end, what is read is printed
//! and read again as the same, and what is laid out means what it meant.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_cohort::{Limits, check, render, text};

fuzz_target!(|source: &str| {
    let limits = Limits::default();
    let parsed = text::parse(source, &limits);
    for error in &parsed.errors {
        assert!(source.is_char_boundary(error.span.start) && source.is_char_boundary(error.span.end));
    }
    let Some(definition) = parsed.definition else { return };
    let again = text::parse(&text::print(&definition), &limits);
    assert!(again.definition.as_ref() == Some(&definition), "printed and read again it is another");
    let laid_out = text::format(source, &limits).expect("what is read can be laid out");
    assert!(text::parse(&laid_out, &limits).definition.as_ref() == Some(&definition), "layout changed it");
    let _ = check(&definition);
    let _ = render::markdown(&definition);
});
