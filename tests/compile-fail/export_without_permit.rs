// Rows leave with an export permit or not at all.
use strongroom::cdr::{AuthorizedCdr, CohortResult, QueryError, RowBatches};

fn export(cdr: &AuthorizedCdr, cohort: &CohortResult) -> Result<RowBatches, QueryError> {
    cdr.entries(cohort)
}

fn main() {}
