// Only the gate makes a session: nobody can prolong one by writing it down anew.
use strongroom::gate::TierSession;
use strongroom::primitives::Timestamp;

fn prolong(session: TierSession) -> TierSession {
    TierSession { not_after: Timestamp::LAST, ..session }
}

fn main() {}
