// Only a session of a writer or an owner gives a permit to export: nobody can write one down.
use strongroom::gate::{ExportPermit, TierSession};

fn permit(session: &TierSession) -> ExportPermit {
    ExportPermit { person: session.person(), workspace: session.workspace() }
}

fn main() {}
