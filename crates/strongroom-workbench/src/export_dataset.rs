use std::path::Path;

use strongroom_audit::Action as Recorded;
use strongroom_cohort::Definition;
use strongroom_datasets::{DatasetDefinition, DatasetRequest, ExportManifest, prepare};
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_workspaces::Action;

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Exports the rows of a cohort's people into a folder that does not exist yet. The folder
    /// appears after the export has been recorded, whole.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not export, a Reader for instance; or if the
    /// definition has errors, the dataset does not fit it, a file cannot be written, or the export
    /// could not be recorded.
    pub async fn export_dataset(
        &self,
        person: Id<kind::Person>,
        workspace: Id<kind::Workspace>,
        definition: &Definition,
        dataset: &DatasetDefinition,
        target: &Path,
    ) -> Result<ExportManifest, WorkbenchError> {
        let (request, session) = self.admit(person, workspace, Action::Export).await?;
        let permit = session.export_permit(self.now())?;
        let cdr = self.authorize(session)?;
        let cohort = cdr.resolve(definition)?;
        let result = cdr.run(&cohort).await?;
        let parts = DatasetRequest { definition, cohort: &cohort, result: &result, dataset };
        let prepared = prepare(&cdr, parts, &permit, target).await?;

        let manifest = prepared.manifest();
        let mut files = NonEmpty::new(manifest.files.first().sha256);
        manifest.files.iter().skip(1).for_each(|file| files.push(file.sha256));
        let exported = Recorded::DatasetExported {
            definition: manifest.digest,
            rows: manifest.rows(),
            bytes: manifest.bytes(),
            files,
        };
        let event = self.event(request, person, exported).in_workspace(workspace);
        self.record(NonEmpty::new(event.on_release(cdr.session().release().clone()))).await?;
        Ok(prepared.publish()?)
    }
}
