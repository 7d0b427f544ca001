use serde::{Deserialize, Serialize};
use strongroom_primitives::{ReleaseName, RowTier};
use thiserror::Error;

/// One release of a Curated Data Repository, as policy sees it: its data lie elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    name: ReleaseName,
    tier: RowTier,
    state: ReleaseState,
}

/// What a release may still be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "a new state must be handled by everyone who decides by it")]
pub enum ReleaseState {
    /// New workspaces may be created on it.
    Live,
    /// Workspaces that are on it stay, so that a study can be repeated; no new ones are created.
    Archived,
}

/// The releases of a programme, oldest first. Stored as a `strongroom-catalogue/1` document.
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
}

impl Release {
    /// A live release.
    #[must_use]
    pub fn new(name: ReleaseName, tier: RowTier) -> Self {
        Self { name, tier, state: ReleaseState::Live }
    }

    /// The same release in this state.
    #[must_use]
    pub fn with_state(mut self, state: ReleaseState) -> Self {
        self.state = state;
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &ReleaseName {
        &self.name
    }

    /// The tier whose rows it holds.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.tier
    }

    /// What it may still be used for.
    #[must_use]
    pub fn state(&self) -> ReleaseState {
        self.state
    }
}

impl Catalogue {
    /// Adds a release as the newest of its tier.
    ///
    /// # Errors
    /// [`CatalogueError::NameTaken`].
    pub fn publish(&mut self, release: Release) -> Result<(), CatalogueError> {
        if self.release(&release.name).is_some() {
            return Err(CatalogueError::NameTaken(release.name));
        }
        self.releases.push(release);
        Ok(())
    }

    /// Archives a release, for good.
    ///
    /// # Errors
    /// [`CatalogueError::NoSuchRelease`].
    pub fn archive(&mut self, name: &ReleaseName) -> Result<(), CatalogueError> {
        let release = self.releases.iter_mut().find(|release| release.name == *name);
        let release = release.ok_or_else(|| CatalogueError::NoSuchRelease(name.clone()))?;
        release.state = ReleaseState::Archived;
        Ok(())
    }

    /// The release of this name.
    #[must_use]
    pub fn release(&self, name: &ReleaseName) -> Option<&Release> {
        self.releases.iter().find(|release| release.name == *name)
    }

    /// The release on which new work in the tier belongs: the newest live one.
    #[must_use]
    pub fn newest(&self, tier: RowTier) -> Option<&Release> {
        self.releases.iter().rfind(|release| release.tier == tier && release.state == ReleaseState::Live)
    }

    /// All releases, oldest first.
    #[must_use]
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }
}

/// The stored form of a [`Catalogue`], before its names were compared.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Format,
    releases: Vec<Release>,
}

#[derive(Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-catalogue/1")]
    V1,
}

impl TryFrom<Document> for Catalogue {
    type Error = CatalogueError;

    fn try_from(document: Document) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::default();
        for release in document.releases {
            catalogue.publish(release)?;
        }
        Ok(catalogue)
    }
}

impl From<Catalogue> for Document {
    fn from(catalogue: Catalogue) -> Self {
        Self { format: Format::V1, releases: catalogue.releases }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ReleaseName {
        ReleaseName::new(text).unwrap()
    }

    fn catalogue() -> Catalogue {
        let mut catalogue = Catalogue::default();
        for (text, tier) in [
            ("R2023Q3", RowTier::Registered),
            ("C2023Q3", RowTier::Controlled),
            ("R2024Q3", RowTier::Registered),
        ] {
            catalogue.publish(Release::new(name(text), tier)).unwrap();
        }
        catalogue
    }

    #[test]
    fn the_newest_live_release_of_the_tier_is_the_default() {
        let mut catalogue = catalogue();
        let newest =
            |catalogue: &Catalogue, tier| catalogue.newest(tier).map(|found| found.name().to_string());
        assert_eq!(newest(&catalogue, RowTier::Registered).as_deref(), Some("R2024Q3"));
        catalogue.archive(&name("R2024Q3")).unwrap();
        assert_eq!(newest(&catalogue, RowTier::Registered).as_deref(), Some("R2023Q3"));
        catalogue.archive(&name("C2023Q3")).unwrap();
        assert_eq!(newest(&catalogue, RowTier::Controlled), None);
        assert_eq!(catalogue.archive(&name("R1999")), Err(CatalogueError::NoSuchRelease(name("R1999"))));
    }

    #[test]
    fn a_name_is_given_once() {
        let mut catalogue = catalogue();
        let again = Release::new(name("C2023Q3"), RowTier::Registered);
        assert_eq!(catalogue.publish(again), Err(CatalogueError::NameTaken(name("C2023Q3"))));

        let json = serde_json::to_string(&catalogue).unwrap();
        assert_eq!(serde_json::from_str::<Catalogue>(&json).unwrap(), catalogue);
        assert!(serde_json::from_str::<Catalogue>(&json.replace("R2024Q3", "R2023Q3")).is_err());
    }
}
