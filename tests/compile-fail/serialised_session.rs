// A session cannot be written down, so that it does not travel.
use strongroom::gate::TierSession;

fn write(session: TierSession) -> String {
    serde_json::to_string(&session).unwrap()
}

fn main() {}
