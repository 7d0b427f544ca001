//! What the same decision costs here and in Cedar, in one process and one run; first that both decide
//! alike.
//!
//! Run `cargo run --release --manifest-path benches/cedar/Cargo.toml --bin measure`.
#![expect(clippy::print_stdout, reason = "a measurement talks to its reader")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::error::Error;

use strongroom_gate::{Ask, Decision, Facts, admit};
use strongroom_primitives::{RowTier, Timestamp};
use strongroom_tiers::Policy;
use strongroom_workspaces::Action;

use crate::cases::Case;
use crate::policy::Cedar;
use crate::timing::measure;
use crate::world::edition;

mod cases;
mod policy;
#[path = "../../crates/strongroom-gate/examples/measure_decisions/timing.rs"]
mod timing;
#[path = "../../crates/strongroom-gate/examples/measure_decisions/world.rs"]
mod world;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// 50 requirements are defined; the tier asks for the first so many, and for each of the first so
/// many there is evidence.
fn main() -> Outcome<()> {
    let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
    for asked in [20, 50] {
        println!("both decide {} cases alike, {asked} of 50 requirements asked", agree(asked, now)?);
    }
    for (title, asked, brought) in [
        ("admitted: 20 of 50 requirements asked, 20 evidences", 20, 20),
        ("admitted: 50 of 50 requirements asked, 50 evidences", 50, 50),
        ("refused:  50 of 50 requirements asked, 20 evidences", 50, 20),
    ] {
        let edition = edition(asked)?;
        let (policy, case) = (edition.policy(), Case::usual(&edition, brought, now)?);
        let facts = case.facts(&edition);
        let cedar = Cedar::new(policy.rules(RowTier::Controlled).requirements())?;
        let question = cedar.question(&facts, now)?;
        println!("{title}");
        let own = measure("  strongroom, and the session", 20_000, || decide(policy, &facts, now));
        let peer = measure("  cedar-policy, entities at hand", 5_000, || cedar.admits(&question));
        measure("  cedar-policy, entities made of the facts", 2_000, || {
            cedar.question(&facts, now).is_ok_and(|question| cedar.admits(&question))
        });
        println!("  cedar-policy takes {:.1} times as long", peer.as_secs_f64() / own.as_secs_f64());
    }
    Ok(())
}

fn decide(policy: &Policy, facts: &Facts<'_>, now: Timestamp) -> Decision {
    let workspace = facts.workspace().map(strongroom_workspaces::Workspace::id);
    let ask = Ask::new(workspace.unwrap_or(strongroom_primitives::Id::from_u128(0)), Action::CountCohort);
    admit(policy, facts, &ask, &[], now)
}

/// Asks both about every case, and gives their number.
fn agree(asked: usize, now: Timestamp) -> Outcome<usize> {
    let edition = edition(asked)?;
    let cedar = Cedar::new(edition.policy().rules(RowTier::Controlled).requirements())?;
    let cases = cases::all(&edition, asked, now)?;
    for case in &cases {
        let facts = case.facts(&edition);
        let question = cedar.question(&facts, now)?;
        // To a stranger the gate gives one reason; Cedar, which permits nothing then, all that forbids.
        let (own, reasons) = match decide(edition.policy(), &facts, now) {
            Decision::Admitted(_) => (true, Some(0)),
            Decision::Refused(refusal) => (false, case.by_member.then(|| refusal.objections().len())),
        };
        if cedar.admits(&question) != own {
            return Err(format!("Cedar does not decide alike: {}", case.title).into());
        }
        if reasons.is_some_and(|reasons| !own && reasons != cedar.reasons(&question)) {
            return Err(format!("Cedar does not give as many reasons: {}", case.title).into());
        }
    }
    Ok(cases.len())
}
