use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Timestamp, kind};

/// Where a published workspace is shown (All of Us Researcher Workbench, featured workspaces).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a new category must be given its place on the page")]
pub enum Category {
    /// By researchers for researchers.
    Community,
    /// Demonstration projects.
    DemonstrationProjects,
    /// The library of phenotypes.
    PhenotypeLibrary,
    /// Tutorials.
    Tutorials,
}

/// That a workspace is shown to all researchers of its tier, who are its readers then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Publication {
    /// Where.
    pub category: Category,
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: Id<kind::Person>,
    /// Whether administrators did it: then owners do not take it back.
    pub by_administrators: bool,
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Community => "community",
            Self::DemonstrationProjects => "demonstration projects",
            Self::PhenotypeLibrary => "phenotype library",
            Self::Tutorials => "tutorials",
        })
    }
}
