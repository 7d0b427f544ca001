//! Misuse that must not compile. Each case in `compile-fail/` is one mistake, and the file beside
//! it is what the compiler answers: it has to refuse for the rule's reason, not for another.
//!
//! After a new compiler, or a change of a type that is named in an answer, write the answers anew
//! and read them: `TRYBUILD=overwrite cargo test --package strongroom-tests --test compile_fail`.

#[test]
fn misuse_does_not_compile() {
    trybuild::TestCases::new().compile_fail("compile-fail/*.rs");
}
