use serde::{Deserialize, Serialize};
use strongroom_primitives::{Paragraph, ReleaseName, RowTier, Timestamp};
use thiserror::Error;

use crate::{Release, ReleaseState, Withdrawal};

/// The releases of a programme. Stored as a `strongroom-catalogue/2` document; a
/// `strongroom-catalogue/1` document reads as the same releases, current or archived for as long
/// as anybody can ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct Catalogue {
    releases: Vec<Release>,
}

/// Why a catalogue was not changed or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// There is a release of this name already.
    #[error("the catalogue has a release {0} already; a release is immutable, so publish under a new name")]
    NameTaken(ReleaseName),
    /// There is no release of this name.
    #[error("the catalogue has no release {0}; publish it first")]
    NoSuchRelease(ReleaseName),
    /// It would be archived before it is published.
    #[error("the release {0} is not published by then; withdraw it, or archive it later")]
    NotPublished(ReleaseName),
    /// Two releases of different tiers would share the key by which dates are moved.
    #[error(
        "the family of the release {0} has a release of another tier; give each tier families of its own"
    )]
    FamilyOfAnotherTier(ReleaseName),
}

impl Catalogue {
    /// Adds a release.
    ///
    /// # Errors
    /// If its name is taken, or its family belongs to another tier.
    pub fn publish(&mut self, release: Release) -> Result<(), CatalogueError> {
        if self.release(release.name()).is_some() {
            return Err(CatalogueError::NameTaken(release.name().clone()));
        }
        let same_family = |other: &&Release| other.family() == release.family();
        if self.releases.iter().filter(same_family).any(|other| other.tier() != release.tier()) {
            return Err(CatalogueError::FamilyOfAnotherTier(release.name().clone()));
        }
        self.releases.push(release);
        Ok(())
    }

    /// Archives a release from this instant on, for good. If it is archived already, or will be,
    /// the earlier instant counts.
    ///
    /// # Errors
    /// If there is no such release, or it is not published by then.
    pub fn archive(&mut self, name: &ReleaseName, at: Timestamp) -> Result<(), CatalogueError> {
        let release = self.find(name)?;
        if release.published().is_none_or(|published| at < published) {
            return Err(CatalogueError::NotPublished(name.clone()));
        }
        release.archive(at);
        Ok(())
    }

    /// Withdraws a release from this instant on, for good.
    ///
    /// # Errors
    /// If there is no such release.
    pub fn withdraw(
        &mut self,
        name: &ReleaseName,
        since: Timestamp,
        reason: Paragraph,
    ) -> Result<(), CatalogueError> {
        self.find(name)?.withdraw(Withdrawal::new(since, reason));
        Ok(())
    }

    fn find(&mut self, name: &ReleaseName) -> Result<&mut Release, CatalogueError> {
        let release = self.releases.iter_mut().find(|release| release.name() == name);
        release.ok_or_else(|| CatalogueError::NoSuchRelease(name.clone()))
    }

    /// The release of this name.
    #[must_use]
    pub fn release(&self, name: &ReleaseName) -> Option<&Release> {
        self.releases.iter().find(|release| release.name() == name)
    }

    /// The release on which new work in the tier belongs at this instant: of the current ones the
    /// one published last. There is never more than one, and nobody chooses it by hand; of two
    /// published in the same instant it is the one that was added last.
    #[must_use]
    pub fn newest(&self, tier: RowTier, now: Timestamp) -> Option<&Release> {
        let current =
            |release: &&Release| release.tier() == tier && release.state_at(now) == ReleaseState::Current;
        self.releases.iter().filter(current).max_by_key(|release| release.published())
    }

    /// All releases, in the order in which they were added.
    #[must_use]
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }
}

/// The stored form of a [`Catalogue`], before its names were compared.
#[derive(Serialize, Deserialize)]
#[serde(tag = "format")]
enum Document {
    #[serde(rename = "strongroom-catalogue/1")]
    V1(First),
    #[serde(rename = "strongroom-catalogue/2")]
    V2(Second),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    releases: Vec<FirstRelease>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstRelease {
    name: ReleaseName,
    tier: RowTier,
    state: FirstState,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FirstState {
    Live,
    Archived,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Second {
    releases: Vec<Release>,
}

impl From<FirstRelease> for Release {
    fn from(first: FirstRelease) -> Self {
        let release = Self::new(first.name, first.tier);
        match first.state {
            FirstState::Live => release,
            FirstState::Archived => release.with_archived(Timestamp::from_unix_microseconds(i64::MIN)),
        }
    }
}

impl TryFrom<Document> for Catalogue {
    type Error = CatalogueError;

    fn try_from(document: Document) -> Result<Self, CatalogueError> {
        let releases = match document {
            Document::V1(first) => first.releases.into_iter().map(Release::from).collect(),
            Document::V2(second) => second.releases,
        };
        let mut catalogue = Self::default();
        for release in releases {
            catalogue.publish(release)?;
        }
        Ok(catalogue)
    }
}

impl From<Catalogue> for Document {
    fn from(catalogue: Catalogue) -> Self {
        Self::V2(Second { releases: catalogue.releases })
    }
}
