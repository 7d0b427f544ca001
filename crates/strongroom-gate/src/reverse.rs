use strongroom_primitives::{Id, ReleaseName, RowTier, Timestamp, kind};
use strongroom_tiers::{Policy, Table};
use strongroom_workspaces::{Action, Role};

use crate::admit::{verdict, verdicts};
use crate::{Ask, Facts, Refusal, Rule};

/// That somebody can read a release at an instant, and through which workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct CanRead {
    /// Who.
    pub person: Id<kind::Person>,
    /// Where.
    pub workspace: Id<kind::Workspace>,
    /// In which role.
    pub role: Role,
    /// The first instant at which that is no longer known, without the lease: when something needed
    /// ends, as far as is known at the instant of the question and at most a lease later.
    pub until: Timestamp,
}

/// Who of a population can read the rows of a release, by [`admit`](crate::admit) and nothing else.
/// One element of the population is one person with one workspace.
///
/// The rows of a release are read by previewing a data set; whoever may count only is not among them.
#[must_use]
pub fn who_can_read<'a>(
    policy: &Policy,
    population: impl IntoIterator<Item = Facts<'a>>,
    release: &ReleaseName,
    rules: &[&dyn Rule],
    now: Timestamp,
) -> Vec<CanRead> {
    let mut found: Vec<CanRead> = population
        .into_iter()
        .filter_map(|facts| {
            let workspace = facts.workspace().filter(|workspace| workspace.release() == release)?;
            let person = facts.person().id();
            // Somebody who is no member needs no decision to be refused.
            let role = workspace.role_of(person)?;
            let ask = Ask::new(workspace.id(), Action::PreviewDataset);
            let until = verdict(policy, &facts, &ask, rules, now).ok()?;
            Some(CanRead { person, workspace: workspace.id(), role, until })
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Everything that a person can do: for each of their workspaces and each action, until when, or every
/// reason why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessMatrix {
    rows: Vec<MatrixRow>,
}

/// What a person can do in one workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MatrixRow {
    /// The workspace.
    pub workspace: Id<kind::Workspace>,
    /// Its release.
    pub release: ReleaseName,
    /// Its tier.
    pub tier: RowTier,
    /// The person's role in it.
    pub role: Role,
    /// For every action, until when it is allowed, or why it is not.
    pub actions: Vec<(Action, Result<Timestamp, Refusal>)>,
}

/// What a person can do, by [`admit`](crate::admit) and nothing else. One element of `facts` is the
/// person with one workspace; workspaces of which they are no member are left out, as they are for
/// them.
#[must_use]
pub fn what_can_do<'a>(
    policy: &Policy,
    facts: impl IntoIterator<Item = Facts<'a>>,
    rules: &[&dyn Rule],
    now: Timestamp,
) -> AccessMatrix {
    let row = |facts: Facts<'a>| {
        let workspace = facts.workspace()?;
        let role = workspace.role_of(facts.person().id())?;
        let actions = verdicts(policy, &facts, workspace.id(), rules, now).ok()?;
        Some(MatrixRow {
            workspace: workspace.id(),
            release: workspace.release().clone(),
            tier: workspace.tier(),
            role,
            actions,
        })
    };
    let mut rows: Vec<MatrixRow> = facts.into_iter().filter_map(row).collect();
    rows.sort_by_key(|row| (row.tier, row.workspace));
    AccessMatrix { rows }
}

impl AccessMatrix {
    /// One row for each workspace.
    #[must_use]
    pub fn rows(&self) -> &[MatrixRow] {
        &self.rows
    }

    /// Whether the action is allowed in any workspace of the tier.
    #[must_use]
    pub fn allows(&self, tier: RowTier, action: Action) -> bool {
        let mut rows = self.rows.iter().filter(|row| row.tier == tier);
        rows.any(|row| row.actions.iter().any(|(one, verdict)| *one == action && verdict.is_ok()))
    }

    /// The matrix as a table to print.
    #[must_use]
    pub fn table(&self) -> Table {
        let heads = ["workspace", "release", "tier", "role"].map(str::to_owned);
        let actions = Action::ALL.map(|action| action.to_string());
        let mut table = Table::new("What the person can do", heads.into_iter().chain(actions));
        for row in &self.rows {
            let about = [
                row.workspace.to_string(),
                row.release.to_string(),
                row.tier.to_string(),
                row.role.to_string(),
            ];
            let marks = row.actions.iter().map(|(_, verdict)| match verdict {
                Ok(_) => "yes".to_owned(),
                Err(refusal) => refusal.objections().first().code().to_owned(),
            });
            table.push(about.into_iter().chain(marks));
        }
        table
    }
}
