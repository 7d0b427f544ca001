// The public tier is another door: its session does not open the release.
use strongroom::cdr::{AuthorizedCdr, Cdr, QueryError};
use strongroom::gate::PublicSession;

fn open(cdr: &Cdr, session: PublicSession) -> Result<AuthorizedCdr, QueryError> {
    cdr.authorize(session)
}

fn main() {}
