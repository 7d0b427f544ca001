// Nothing runs a definition before its concepts were looked up and its limits checked.
use strongroom::cdr::{AuthorizedCdr, CohortResult, QueryError};
use strongroom::cohort::Definition;

async fn run(cdr: &AuthorizedCdr, definition: &Definition) -> Result<CohortResult, QueryError> {
    cdr.run(definition).await
}

fn main() {}
