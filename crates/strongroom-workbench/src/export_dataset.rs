use std::path::Path;

use strongroom_audit::Action as Recorded;
use strongroom_cohort::Definition;
use strongroom_datasets::{DatasetDefinition, DatasetRequest, ExportManifest, prepare};
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_workspaces::Action;

use crate::admission::Admission;
use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Exports the rows of a cohort's people into a folder that does not exist yet. The folder
    /// appears after the export has been recorded, whole.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not export, a Reader for instance;
    /// [`WorkbenchError::Credit`] if what it costs cannot be paid, in which case nothing was run; or if the
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
        let Admission { request, session, workspace: seen, .. } =
            self.admit(person, workspace, Action::Export).await?;
        let permit = session.export_permit(self.now())?;
        let cdr = self.authorize(session)?;
        let cohort = cdr.resolve(definition)?;
        let extent = cdr.extent(&cohort);
        let reserved = self.reserve(request, person, seen.value(), extent, Action::Export).await?;
        let written = async {
            let result = cdr.run(&cohort).await?;
            let parts = DatasetRequest { definition, cohort: &cohort, result: &result, dataset };
            Ok::<_, WorkbenchError>(prepare(&cdr, parts, &permit, target).await?)
        };
        let written = written.await;
        self.settle(reserved, written.is_ok()).await?;
        let prepared = written?;

        self.check_session(cdr.session())?;
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
