// A session cannot be copied, so that it is not kept for later.
use strongroom::gate::TierSession;

fn keep(session: TierSession) -> (TierSession, TierSession) {
    (session.clone(), session)
}

fn main() {}
