// The public tier has no rows: its session gives no permit to export.
use strongroom::gate::{ExportPermit, PublicSession, Refusal};
use strongroom::primitives::Timestamp;

fn export(session: &PublicSession, now: Timestamp) -> Result<ExportPermit, Refusal> {
    session.export_permit(now)
}

fn main() {}
