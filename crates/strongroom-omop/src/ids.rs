use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! integer_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The id with this value.
            #[must_use]
            pub const fn new(value: i64) -> Self {
                Self(value)
            }

            /// The id's value.
            #[must_use]
            pub const fn value(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )*};
}

integer_ids! {
    /// `concept_id`: one concept of the OMOP standardized vocabularies.
    ConceptId;
    /// `person_id` of the data, called `subject_id` in cohort tables: one participant. Not to be
    /// taken for a person with an account.
    SubjectId;
    /// The primary key of one record within its table.
    RecordId;
}

impl ConceptId {
    /// Concept 0, "no matching concept".
    pub const NO_MATCHING_CONCEPT: Self = Self(0);
    /// The gender concept for male.
    pub const MALE: Self = Self(8507);
    /// The gender concept for female.
    pub const FEMALE: Self = Self(8532);
}
