// Only a session of a writer or an owner gives a permit to export: nobody can write one down.
use strongroom::gate::{ExportPermit, TierSession};
use strongroom::workspaces::Action;

fn permit(session: &TierSession) -> ExportPermit {
    ExportPermit { person: session.person(), action: Action::Export }
}

fn main() {}
