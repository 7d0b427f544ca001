use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;

use crate::CohortName;
use crate::ast::{DateRange, Merge, Observed, Sample};
use crate::resolved::{ResolvedEntry, ResolvedEvents, ResolvedExit, ResolvedStep};

/// A cohort with every name replaced by what it means; see [`Cohort`](crate::ast::Cohort).
#[derive(Debug, Clone)]
pub struct CohortPlan {
    /// The name.
    pub name: CohortName,
    /// Which time counts as observed.
    pub observed: Observed,
    /// Who enters.
    pub entry: ResolvedEntry,
    /// What follows.
    pub steps: Vec<ResolvedStep>,
    /// When people leave.
    pub exit: ResolvedExit,
    /// What ends an entry early.
    pub censor: Vec<ResolvedEvents>,
    /// Which entries are joined.
    pub merge: Option<Merge>,
    /// The days to which entries are cut.
    pub clip: Option<DateRange>,
    /// How many people are kept.
    pub sample: Option<Sample>,
    /// The digest of all the rest.
    identity: PlanIdentity,
}

/// What tells a cohort from others, found once when it is made.
///
/// Cohorts share the cohorts that they are made of, so a few of them can stand for more than could be
/// looked at one by one: whoever compares two compares digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PlanIdentity(Sha256Digest);

/// Everything that a cohort is.
#[derive(Hash)]
pub(crate) struct PlanParts {
    pub(crate) name: CohortName,
    pub(crate) observed: Observed,
    pub(crate) entry: ResolvedEntry,
    pub(crate) steps: Vec<ResolvedStep>,
    pub(crate) exit: ResolvedExit,
    pub(crate) censor: Vec<ResolvedEvents>,
    pub(crate) merge: Option<Merge>,
    pub(crate) clip: Option<DateRange>,
    pub(crate) sample: Option<Sample>,
}

impl PlanParts {
    pub(crate) fn into_plan(self) -> CohortPlan {
        let mut digester = Digester(Sha256::new());
        self.hash(&mut digester);
        let identity = PlanIdentity(Sha256Digest::from_bytes(digester.0.finalize().into()));
        let Self { name, observed, entry, steps, exit, censor, merge, clip, sample } = self;
        CohortPlan { name, observed, entry, steps, exit, censor, merge, clip, sample, identity }
    }
}

impl PartialEq for CohortPlan {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl Eq for CohortPlan {}

impl Hash for CohortPlan {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity.hash(state);
    }
}

/// Digests what others hash.
struct Digester(Sha256);

impl Hasher for Digester {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest is taken instead.
    fn finish(&self) -> u64 {
        0
    }
}
