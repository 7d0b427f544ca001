// A session of a reader is no permit to export; only the gate turns one into the other.
use strongroom::cdr::{AuthorizedCdr, CohortResult, QueryError, RowBatches};

fn export(cdr: &AuthorizedCdr, cohort: &CohortResult) -> Result<RowBatches, QueryError> {
    cdr.entries(cohort, cdr.session())
}

fn main() {}
