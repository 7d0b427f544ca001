use strongroom_audit::Action as Recorded;
use strongroom_primitives::{Id, Label, NonEmpty, kind};
use strongroom_store::Commit;
use strongroom_workspaces::{Action, WorkspaceError, copy_item};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Copies a concept set or a notebook to another workspace of the same tier, under this name.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not copy out of the one or into the other; or if there
    /// is no such item, it is not copied by itself, the name is taken, a workspace was changed meanwhile, or
    /// the store fails.
    pub async fn copy_item(
        &self,
        person: Id<kind::Person>,
        from: Id<kind::Workspace>,
        item: Id<kind::Item>,
        to: Id<kind::Workspace>,
        name: Label,
    ) -> Result<Id<kind::Item>, WorkbenchError> {
        let source = self.admit(person, from, Action::CopyOut).await?;
        let kind = source.workspace.value().content().get(item).map(strongroom_workspaces::Item::kind);
        let kind = kind.ok_or(WorkspaceError::NoSuchItem(item))?;
        let target = self.admit(person, to, kind.edit()).await?;
        let id = self.new_id();
        let event = copy_item(
            (source.workspace.value(), &self.actor(&source)?, &self.circumstances(source.ownership)),
            (target.workspace.value(), &self.actor(&target)?, &self.circumstances(target.ownership)),
            item,
            (id, name),
        )?;
        let copied = self.event(source.request, person, Recorded::ItemCopied { item, to });
        let version = target.workspace.version();
        let mut workspace = target.workspace.into_value();
        let events = [event];
        let mut record = NonEmpty::new(copied.in_workspace(from));
        self.recorded(target.request, &workspace, &events)?.into_iter().for_each(|event| record.push(event));
        workspace.apply_all(&events);
        self.workspaces().commit(Commit::new(workspace, version, record)).await?;
        Ok(id)
    }
}
