//! Everything that is stored of a kind, a page at a time.

use strongroom_primitives::{Id, kind};
use strongroom_store::{PersonRecord, Stored};
use strongroom_workspaces::Workspace;

use crate::{Workbench, WorkbenchError};

/// How much is loaded at once.
const PAGE: usize = 500;

impl Workbench {
    /// Calls `see` with every person.
    pub(crate) async fn for_each_person(
        &self,
        mut see: impl FnMut(PersonRecord) + Send,
    ) -> Result<(), WorkbenchError> {
        let mut last: Option<Id<kind::Person>> = None;
        loop {
            let page = self.persons().list(last, PAGE).await?;
            let Some(end) = page.last() else { return Ok(()) };
            last = Some(end.value().person().id());
            page.into_iter().map(Stored::into_value).for_each(&mut see);
        }
    }

    /// The workspaces after this one, some at a time; none at the end.
    pub(crate) async fn workspaces_after(
        &self,
        last: Option<Id<kind::Workspace>>,
    ) -> Result<Vec<Workspace>, WorkbenchError> {
        let page = self.workspaces().list(last, PAGE).await?;
        Ok(page.into_iter().map(Stored::into_value).collect())
    }
}
