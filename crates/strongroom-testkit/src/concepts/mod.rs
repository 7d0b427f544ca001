//! Every concept of the synthetic data by name: the ones borrowed from the OMOP standardized
//! vocabularies (gender, race, ethnicity, visits, units, record types) under their real ids, and
//! the invented ones, whose ids start at 2,000,000,000, where OMOP reserves room for local
//! concepts.
//!
//! The constants and the rows of the vocabulary tables come from the same declarations, so a name
//! can never point at another concept than its row says.

use strongroom_omop::ConceptId;

mod conditions;
mod drugs;
mod measurements;
mod observations;
mod procedures;
mod well_known;

pub use conditions::*;
pub use drugs::*;
pub use measurements::*;
pub use observations::*;
pub use procedures::*;
pub use well_known::*;

/// An invented concept: its name, and what it `Is a`.
#[derive(Debug)]
pub(crate) struct Term {
    pub(crate) id: ConceptId,
    pub(crate) name: &'static str,
    pub(crate) parents: &'static [ConceptId],
}

/// A concept of the OMOP standardized vocabularies, under its real id.
#[derive(Debug)]
pub(crate) struct WellKnown {
    pub(crate) id: ConceptId,
    pub(crate) name: &'static str,
    pub(crate) domain: &'static str,
    pub(crate) code: &'static str,
    pub(crate) parents: &'static [ConceptId],
}

/// Declares invented concepts: a public constant each, and one table of all.
macro_rules! terms {
    ($table:ident; $($name:ident = $number:literal $label:literal [$($parent:ident),*];)+) => {
        $(
            #[doc = concat!($label, ".")]
            pub const $name: strongroom_omop::ConceptId =
                strongroom_omop::ConceptId::new(2_000_000_000 + $number);
        )+
        pub(crate) const $table: &[crate::concepts::Term] = &[$(crate::concepts::Term {
            id: $name,
            name: $label,
            parents: &[$($parent),*],
        }),+];
    };
}
use terms;
