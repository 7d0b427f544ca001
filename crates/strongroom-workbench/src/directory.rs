use std::collections::BTreeMap;

use strongroom_primitives::{Id, Label, kind};
use strongroom_store::StoreErrorKind;
use strongroom_workspaces::{Directory, DirectoryEntry, ProjectKind, Workspace};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// The public directory of all projects, deleted ones too, to be [searched](Directory::search) and
    /// [handed on](Directory::export) by anybody. Projects that the programme's own staff created are not
    /// in it.
    ///
    /// It reads every workspace: whoever serves it keeps it, and puts the
    /// [entries](Self::directory_entry) of workspaces in again that were changed.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn directory(&self) -> Result<Directory, WorkbenchError> {
        let (mut directory, mut creators, mut last) = (Directory::default(), BTreeMap::new(), None);
        loop {
            let page = self.workspaces_after(last).await?;
            let Some(end) = page.last() else { return Ok(directory) };
            last = Some(end.id());
            for workspace in &page {
                let creator = workspace.creator();
                let institution = match creators.get(&creator) {
                    Some(known) => Option::clone(known),
                    None => {
                        let name = self.institution_name(creator).await?;
                        creators.insert(creator, name.clone());
                        name
                    }
                };
                if let Some(entry) = self.entry(workspace, institution) {
                    directory.put(entry);
                }
            }
        }
    }

    /// What the public directory says of a workspace; nothing of one that the programme's own staff
    /// created.
    ///
    /// # Errors
    /// If there is no such workspace, or the store fails.
    pub async fn directory_entry(
        &self,
        workspace: Id<kind::Workspace>,
    ) -> Result<Option<DirectoryEntry>, WorkbenchError> {
        let workspace = self.workspaces().load(workspace).await?.into_value();
        let institution = self.institution_name(workspace.creator()).await?;
        Ok(self.entry(&workspace, institution))
    }

    fn entry(&self, workspace: &Workspace, institution: Option<Label>) -> Option<DirectoryEntry> {
        let is_staff = self.administrators.contains_key(&workspace.creator());
        let kind = if is_staff { ProjectKind::Operational } else { ProjectKind::Research };
        DirectoryEntry::of(workspace, institution, kind)
    }

    async fn institution_name(&self, person: Id<kind::Person>) -> Result<Option<Label>, WorkbenchError> {
        match self.persons().load(person).await {
            Ok(record) => Ok(self.institution_of(record.value()).map(|one| one.name().clone())),
            Err(error) if error.kind() == StoreErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
