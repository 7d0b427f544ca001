use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, kind};

use crate::{Actor, ConductSignature, CountryCode, CourseResult, IdentityProof};

/// What a piece of evidence shows, beyond that its source recorded it. Each kind of requirement
/// looks for its own; another one does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a proof that nobody judges would count or fail by accident")]
pub enum Proof {
    /// How an identity was proved.
    Identity(IdentityProof),
    /// The result in a course.
    Course(CourseResult),
    /// A signature under a code of conduct.
    Signature(ConductSignature),
    /// A country of residence, of the employer or of the sign-in.
    Country(CountryCode),
    /// Somebody approved.
    Approval(Approval),
}

/// That somebody approved, and in which capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    approver: Id<kind::Person>,
    acting_as: Actor,
}

impl Approval {
    /// This person's approval in that capacity. That they have it is the adapter's to check.
    #[must_use]
    pub fn new(approver: Id<kind::Person>, acting_as: Actor) -> Self {
        Self { approver, acting_as }
    }

    /// Who approved.
    #[must_use]
    pub fn approver(&self) -> Id<kind::Person> {
        self.approver
    }

    /// In which capacity.
    #[must_use]
    pub fn acting_as(&self) -> Actor {
        self.acting_as
    }
}
