use std::fmt;

use serde::Serialize;

/// What may leave a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "what nobody decided on must not leave")]
pub enum ExportKind {
    /// Rows of people, to where the workspace's own analyses read them: inside the environment.
    RowsToWorkspace,
    /// Rows of people, out of the environment.
    RowsOutside,
    /// Protected counts and tables, out of the environment.
    Counts,
    /// Definitions of cohorts, concept sets and data sets: no data.
    Definitions,
}

/// Who may export: the lowest role in the workspace that is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a new role must be handled by everyone who decides by it")]
pub enum Exporter {
    /// Nobody.
    Nobody,
    /// Owners.
    Owner,
    /// Writers and owners.
    Writer,
    /// Every member.
    Reader,
}

/// Who may export something, and how many reviewers have to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ExportRule {
    pub(crate) who: Exporter,
    pub(crate) reviewers: u32,
}

/// Who may export what in a tier. What is left out nobody may export, except rows to the
/// workspace, which stay inside the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ExportRules {
    pub(crate) rows_to_workspace: ExportRule,
    pub(crate) rows_outside: ExportRule,
    pub(crate) counts: ExportRule,
    pub(crate) definitions: ExportRule,
}

impl ExportKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::RowsToWorkspace, Self::RowsOutside, Self::Counts, Self::Definitions];

    /// The field of the document.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::RowsToWorkspace => "rows_to_workspace",
            Self::RowsOutside => "rows_outside",
            Self::Counts => "counts",
            Self::Definitions => "definitions",
        }
    }
}

impl fmt::Display for ExportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::RowsToWorkspace => "rows to the workspace",
            Self::RowsOutside => "rows to the outside",
            Self::Counts => "counts",
            Self::Definitions => "definitions",
        })
    }
}

impl ExportRule {
    /// Nobody exports it.
    pub const NOBODY: Self = Self { who: Exporter::Nobody, reviewers: 0 };

    /// These may export it, without a review.
    #[must_use]
    pub fn by(who: Exporter) -> Self {
        Self { who, reviewers: 0 }
    }

    /// The same with this many reviewers who have to agree.
    #[must_use]
    pub fn with_reviewers(mut self, reviewers: u32) -> Self {
        self.reviewers = reviewers;
        self
    }

    /// Who may export it.
    #[must_use]
    pub fn who(self) -> Exporter {
        self.who
    }

    /// How many reviewers have to agree, none of whom is the exporter.
    #[must_use]
    pub fn reviewers(self) -> u32 {
        self.reviewers
    }

    /// Whether whatever this allows, `other` allows too.
    #[must_use]
    pub fn is_at_least_as_strict_as(self, other: Self) -> bool {
        self.who == Exporter::Nobody || (self.who <= other.who && self.reviewers >= other.reviewers)
    }
}

impl fmt::Display for ExportRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.who {
            Exporter::Nobody => "nobody",
            Exporter::Owner => "owner",
            Exporter::Writer => "writer",
            Exporter::Reader => "reader",
        })?;
        match self.reviewers {
            0 => Ok(()),
            1 => f.write_str(", 1 reviewer"),
            many => write!(f, ", {many} reviewers"),
        }
    }
}

impl Default for ExportRules {
    fn default() -> Self {
        Self {
            rows_to_workspace: ExportRule::by(Exporter::Writer),
            rows_outside: ExportRule::NOBODY,
            counts: ExportRule::NOBODY,
            definitions: ExportRule::NOBODY,
        }
    }
}

impl ExportRules {
    /// The same with this rule for this kind.
    #[must_use]
    pub fn with_rule(mut self, kind: ExportKind, rule: ExportRule) -> Self {
        *match kind {
            ExportKind::RowsToWorkspace => &mut self.rows_to_workspace,
            ExportKind::RowsOutside => &mut self.rows_outside,
            ExportKind::Counts => &mut self.counts,
            ExportKind::Definitions => &mut self.definitions,
        } = rule;
        self
    }

    /// Who may export this.
    #[must_use]
    pub fn rule(&self, kind: ExportKind) -> ExportRule {
        match kind {
            ExportKind::RowsToWorkspace => self.rows_to_workspace,
            ExportKind::RowsOutside => self.rows_outside,
            ExportKind::Counts => self.counts,
            ExportKind::Definitions => self.definitions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_strictest_and_reviewers_make_stricter() {
        let (owner, reader) = (ExportRule::by(Exporter::Owner), ExportRule::by(Exporter::Reader));
        for (strict, other, expected) in [
            (ExportRule::NOBODY, owner.with_reviewers(2), true),
            (owner.with_reviewers(2), ExportRule::NOBODY, false),
            (owner, reader, true),
            (reader, owner, false),
            (owner.with_reviewers(1), owner, true),
            (owner, owner.with_reviewers(1), false),
            (reader.with_reviewers(2), owner, false),
        ] {
            assert_eq!(strict.is_at_least_as_strict_as(other), expected, "{strict} against {other}");
        }
    }

    #[test]
    fn what_is_left_out_stays_inside() {
        let rules = ExportRules::default();
        for kind in ExportKind::ALL {
            let inside = kind == ExportKind::RowsToWorkspace;
            assert_eq!(rules.rule(kind).who() != Exporter::Nobody, inside, "{kind}");
            assert_eq!(
                rules.with_rule(kind, ExportRule::by(Exporter::Owner)).rule(kind).to_string(),
                "owner"
            );
        }
    }
}
