// A session opens a release once: it is given up for what it opens.
use strongroom::cdr::{AuthorizedCdr, Cdr, QueryError};
use strongroom::gate::TierSession;

fn open(cdr: &Cdr, session: TierSession) -> Result<[AuthorizedCdr; 2], QueryError> {
    Ok([cdr.authorize(session)?, cdr.authorize(session)?])
}

fn main() {}
