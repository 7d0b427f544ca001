use strongroom_primitives::ReleaseName;
use strongroom_tiers::Policy;

/// The public tier of one release: for anybody, without an account.
///
/// It opens tables that were computed and protected in advance. It has no person and no
/// workspace, and there is no way from it to a row:
///
/// ```compile_fail,E0308
/// fn rows(session: strongroom_gate::TierSession) {}
/// fn open(session: strongroom_gate::PublicSession) {
///     rows(session);
/// }
/// ```
#[derive(Debug)]
#[must_use = "a session that is not used is a door left open for nobody"]
pub struct PublicSession {
    release: ReleaseName,
    policy_version: u64,
}

/// Opens the public tier of a release. Nothing is decided: the tables are public.
pub fn public_session(policy: &Policy, release: ReleaseName) -> PublicSession {
    PublicSession { release, policy_version: policy.version() }
}

impl PublicSession {
    /// The release whose public tables may be read.
    #[must_use]
    pub fn release(&self) -> &ReleaseName {
        &self.release
    }

    /// The version of the policy in force.
    #[must_use]
    pub fn policy_version(&self) -> u64 {
        self.policy_version
    }
}
