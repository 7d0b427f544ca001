// An open release answers nothing: queries need what it gives in exchange for a session.
use strongroom::cdr::{Cdr, CohortResult, QueryError};
use strongroom::cohort::ResolvedCohort;

async fn run(cdr: &Cdr, cohort: &ResolvedCohort) -> Result<CohortResult, QueryError> {
    cdr.run(cohort).await
}

fn main() {}
