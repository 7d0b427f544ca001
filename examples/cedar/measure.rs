//! What the same decision costs here and in Cedar, in one process and one run.
//!
//! Run `cargo run --release --manifest-path examples/cedar/Cargo.toml --bin measure`.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::error::Error;

use strongroom_gate::{Ask, admit};
use strongroom_primitives::{RowTier, Timestamp};
use strongroom_workspaces::Action;

use crate::policy::Cedar;
use crate::timing::measure;
use crate::world::{World, edition, evidence};

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
    let world = World::new(now)?;
    for (title, asked, brought) in [
        ("admitted: 20 of 50 requirements asked, 20 evidences", 20, 20),
        ("admitted: 50 of 50 requirements asked, 50 evidences", 50, 50),
        ("refused:  50 of 50 requirements asked, 20 evidences", 50, 20),
    ] {
        let edition = edition(asked)?;
        let evidence = edition.requirements().iter().take(brought).map(|one| evidence(one, now));
        let evidence = evidence.collect::<Outcome<Vec<_>>>()?;
        let facts = world.facts(edition.requirements(), &evidence);
        let ask = Ask::new(world.workspace.id(), Action::CountCohort);
        let policy = edition.policy();
        let cedar = Cedar::new(policy.rules(RowTier::Controlled).requirements())?;
        let question = cedar.question(&facts, now)?;
        if cedar.admits(&question) != admit(policy, &facts, &ask, &[], now).is_admitted() {
            return Err("the two policies are not equivalent".into());
        }
        println!("{title}");
        let own = measure("  strongroom, and the session", 20_000, || {
            admit(policy, &facts, &ask, &[], now).is_admitted()
        });
        let peer = measure("  cedar-policy, entities at hand", 5_000, || cedar.admits(&question));
        measure("  cedar-policy, entities made of the facts", 2_000, || {
            cedar.question(&facts, now).is_ok_and(|question| cedar.admits(&question))
        });
        println!("  cedar-policy takes {:.1} times as long", peer.as_secs_f64() / own.as_secs_f64());
    }
    Ok(())
}
