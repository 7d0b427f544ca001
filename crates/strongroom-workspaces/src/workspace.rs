use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, ReleaseName, RowTier, Timestamp, kind};
use thiserror::Error;

use crate::{LastOwner, Members, Purpose, Role};

/// A place where some people do research for one purpose on one release of data. Stored as a
/// `strongroom-workspace/1` document.
///
/// Release, tier and creator are what they were at the creation. The creator is not necessarily a
/// member: who answers for the workspace now are its owners.
///
/// Every change names the version it was made from and is refused if there is a later one, so
/// that nobody undoes a change they have not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    format: Format,
    id: Id<kind::Workspace>,
    version: u64,
    title: Label,
    purpose: Purpose,
    creator: Id<kind::Person>,
    created: Timestamp,
    release: ReleaseName,
    tier: RowTier,
    members: Members,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-workspace/1")]
    V1,
}

/// Why a workspace was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WorkspaceError {
    /// The change was made from another version than the present one.
    #[error("the workspace is at version {present}, not {expected}; load it again and repeat the change")]
    StaleVersion {
        /// The version from which the change was made.
        expected: u64,
        /// The version there is.
        present: u64,
    },
    /// The change would leave no owner.
    #[error(transparent)]
    LastOwner(#[from] LastOwner),
}

impl Workspace {
    /// A new workspace at version 1, whose creator is its only member and owner.
    ///
    /// `tier` is that of the release.
    #[must_use]
    pub fn new(
        id: Id<kind::Workspace>,
        title: Label,
        purpose: Purpose,
        creator: Id<kind::Person>,
        release: ReleaseName,
        tier: RowTier,
        created: Timestamp,
    ) -> Self {
        Self {
            format: Format::V1,
            id,
            version: 1,
            title,
            purpose,
            creator,
            created,
            release,
            tier,
            members: Members::new(creator),
        }
    }

    /// Gives a person a role and returns the one they had.
    ///
    /// # Errors
    /// If the version is stale, or the last owner would get a lower role.
    pub fn share(
        &mut self,
        expected_version: u64,
        person: Id<kind::Person>,
        role: Role,
    ) -> Result<Option<Role>, WorkspaceError> {
        self.change(expected_version, |workspace| workspace.members.share(person, role))
    }

    /// Takes a person's role away and returns it.
    ///
    /// # Errors
    /// If the version is stale, or the person is the last owner.
    pub fn remove_member(
        &mut self,
        expected_version: u64,
        person: Id<kind::Person>,
    ) -> Result<Option<Role>, WorkspaceError> {
        self.change(expected_version, |workspace| workspace.members.remove(person))
    }

    /// Gives the workspace another title.
    ///
    /// # Errors
    /// If the version is stale.
    pub fn rename(&mut self, expected_version: u64, title: Label) -> Result<(), WorkspaceError> {
        self.change(expected_version, |workspace| {
            workspace.title = title;
            Ok(())
        })
    }

    /// Restates the purpose.
    ///
    /// # Errors
    /// If the version is stale.
    pub fn restate_purpose(&mut self, expected_version: u64, purpose: Purpose) -> Result<(), WorkspaceError> {
        self.change(expected_version, |workspace| {
            workspace.purpose = purpose;
            Ok(())
        })
    }

    /// Every change goes through here: it is made from the present version or not at all, and
    /// leaves a new version.
    fn change<T>(
        &mut self,
        expected: u64,
        make: impl FnOnce(&mut Self) -> Result<T, LastOwner>,
    ) -> Result<T, WorkspaceError> {
        if expected != self.version {
            return Err(WorkspaceError::StaleVersion { expected, present: self.version });
        }
        let made = make(self)?;
        self.version = self.version.saturating_add(1);
        Ok(made)
    }

    /// The workspace's id.
    #[must_use]
    pub fn id(&self) -> Id<kind::Workspace> {
        self.id
    }

    /// The number of the present version, from 1; the entity tag of HTTP (RFC 9110, 8.8.3).
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &Label {
        &self.title
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// Who created it.
    #[must_use]
    pub fn creator(&self) -> Id<kind::Person> {
        self.creator
    }

    /// When it was created.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// The release it works on.
    #[must_use]
    pub fn release(&self) -> &ReleaseName {
        &self.release
    }

    /// The tier of that release.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// Who works in it.
    #[must_use]
    pub fn members(&self) -> &Members {
        &self.members
    }
}

#[cfg(test)]
mod tests {
    use strongroom_primitives::Paragraph;

    use super::*;
    use crate::PurposeCategory;

    fn purpose(question: &str) -> Purpose {
        let text = |text: &str| Paragraph::new(text).unwrap();
        Purpose::new(PurposeCategory::Educational, text(question), text("So."), text("This."))
    }

    fn workspace() -> Workspace {
        Workspace::new(
            Id::from_u128(1),
            Label::new("Statins").unwrap(),
            purpose("Who?"),
            Id::from_u128(7),
            ReleaseName::new("R2024Q3").unwrap(),
            RowTier::Registered,
            Timestamp::parse("2026-03-01T09:00:00Z").unwrap(),
        )
    }

    /// Applies the change to a new workspace: with the present version it counts up by one, with
    /// any other it leaves everything as it was.
    #[track_caller]
    fn check_versioned(change: impl Fn(&mut Workspace, u64) -> Result<(), WorkspaceError>) {
        for stale in [0, 2, u64::MAX] {
            let mut changed = workspace();
            assert_eq!(
                change(&mut changed, stale),
                Err(WorkspaceError::StaleVersion { expected: stale, present: 1 })
            );
            assert_eq!(changed, workspace());
        }
        let mut changed = workspace();
        change(&mut changed, 1).unwrap();
        assert_eq!(changed.version(), 2);
        assert_eq!(
            (changed.id(), changed.creator(), changed.created(), changed.release(), changed.tier()),
            (
                workspace().id(),
                workspace().creator(),
                workspace().created(),
                workspace().release(),
                workspace().tier()
            )
        );
    }

    #[test]
    fn a_change_is_made_from_the_present_version_or_not_at_all() {
        check_versioned(|workspace, version| workspace.rename(version, Label::new("Fibrates").unwrap()));
        check_versioned(|workspace, version| workspace.restate_purpose(version, purpose("What?")));
        check_versioned(|workspace, version| {
            workspace
                .share(version, Id::from_u128(8), Role::Writer)
                .map(|previous| assert_eq!(previous, None))
        });
        check_versioned(|workspace, version| {
            workspace.remove_member(version, Id::from_u128(8)).map(|previous| assert_eq!(previous, None))
        });
    }

    #[test]
    fn a_refused_change_leaves_the_version() {
        let mut changed = workspace();
        let creator = changed.creator();
        assert_eq!(changed.remove_member(1, creator), Err(WorkspaceError::LastOwner(LastOwner)));
        assert_eq!(changed.share(1, creator, Role::Reader), Err(WorkspaceError::LastOwner(LastOwner)));
        assert_eq!(changed, workspace());
    }

    #[test]
    fn the_creator_is_remembered_when_no_longer_a_member() {
        let mut changed = workspace();
        let creator = changed.creator();
        changed.share(1, Id::from_u128(8), Role::Owner).unwrap();
        assert_eq!(changed.remove_member(2, creator), Ok(Some(Role::Owner)));
        assert_eq!((changed.creator(), changed.members().role_of(creator)), (creator, None));
    }

    #[test]
    fn the_document_round_trips_and_other_formats_are_refused() {
        let json = serde_json::to_string(&workspace()).unwrap();
        assert_eq!(serde_json::from_str::<Workspace>(&json).unwrap(), workspace());
        for (from, to) in [
            ("strongroom-workspace/1", "strongroom-workspace/2"),
            ("\"title\"", "\"locked\":true,\"title\""),
            ("\"owner\"", "\"reader\""),
        ] {
            assert!(serde_json::from_str::<Workspace>(&json.replace(from, to)).is_err());
        }
    }
}
