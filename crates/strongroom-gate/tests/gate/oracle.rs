//! The decision, written a second time: a table of what can be wrong, read row by row. It shares
//! no code with the gate, and looks at abstract facts only.

use std::collections::BTreeSet;

use strongroom_primitives::RowTier;
use strongroom_workspaces::Role;

use crate::world::{BRIEF_AGREEMENT, BRIEF_EVIDENCE, Brought, Known, LEASE, Signed, World};

/// The actions by name and the initials of the roles that may do them.
const ACTIONS: [(&str, &str); 9] = [
    ("view", "rwo"),
    ("count cohort", "rwo"),
    ("preview dataset", "rwo"),
    ("edit cohort", "wo"),
    ("edit dataset", "wo"),
    ("export", "wo"),
    ("share", "o"),
    ("edit purpose", "o"),
    ("delete", "o"),
];

type Holds = fn(&World) -> bool;

/// What can be wrong, and when it is. Rows of the second table count in controlled workspaces only.
const IN_EVERY_TIER: [(&str, Holds); 11] = [
    ("account", |w| !w.active),
    ("release", |w| matches!(w.release, Known::Unknown | Known::InAnotherTier)),
    ("registered: no institution", |w| w.signed.is_none()),
    ("registered: no agreement", |w| low(w) == Some(Signed::No)),
    ("registered: not yet", |w| low(w) == Some(Signed::NotYet)),
    ("registered: ended", |w| low(w) == Some(Signed::Ended)),
    ("registered: not covered", |w| low(w) == Some(Signed::ForOthers)),
    ("code-of-conduct: missing", |w| w.conduct == Brought::Nothing),
    ("code-of-conduct: missing", |w| w.conduct == Brought::Tomorrow),
    ("code-of-conduct: lapsed", |w| w.conduct == Brought::Lapsed),
    ("code-of-conduct: version", |w| w.conduct == Brought::OtherVersion),
];
const IN_CONTROLLED: [(&str, Holds); 7] = [
    ("controlled: no institution", |w| w.signed.is_none()),
    ("controlled: no agreement", |w| high(w) == Some(Signed::No)),
    ("controlled: not yet", |w| high(w) == Some(Signed::NotYet)),
    ("controlled: ended", |w| high(w) == Some(Signed::Ended)),
    ("controlled: not covered", |w| high(w) == Some(Signed::ForOthers)),
    ("training: missing", |w| w.training == Brought::Nothing),
    ("training: lapsed", |w| w.training == Brought::Lapsed),
];

fn low(world: &World) -> Option<Signed> {
    world.signed.map(|[low, _]| low)
}

fn high(world: &World) -> Option<Signed> {
    world.signed.map(|[_, high]| high)
}

/// The minutes for which the answer is yes, or everything that is wrong.
pub(crate) fn answer(world: &World, action: &str) -> Result<u32, BTreeSet<&'static str>> {
    let Some(role) = world.role else {
        let account = (!world.active).then_some("account");
        return Err(account.into_iter().chain(["not a member"]).collect());
    };
    let initial = match role {
        Role::Reader => 'r',
        Role::Writer => 'w',
        Role::Owner => 'o',
    };
    let (_, roles) = ACTIONS.into_iter().find(|(name, _)| *name == action).unwrap();
    let mut wrong = wrong_for_tier(world);
    if !roles.contains(initial) {
        wrong.insert("role");
    }
    if wrong.is_empty() { Ok(minutes(world)) } else { Err(wrong) }
}

/// The same for creating a workspace on the release, whatever tier that release is in.
pub(crate) fn answer_to_create(world: &World) -> Result<u32, BTreeSet<&'static str>> {
    let account = (!world.active).then_some("account");
    let world = match world.release {
        Known::Unknown => return Err(account.into_iter().chain(["release"]).collect()),
        Known::Live | Known::Archived => *world,
        Known::InAnotherTier if world.tier == RowTier::Registered => {
            World { tier: RowTier::Controlled, ..*world }
        }
        Known::InAnotherTier => World { tier: RowTier::Registered, ..*world },
    };
    let mut wrong = wrong_for_tier(&world);
    wrong.remove("release");
    if world.release == Known::Archived {
        wrong.insert("archived");
    }
    if wrong.is_empty() { Ok(minutes(&world)) } else { Err(wrong) }
}

fn wrong_for_tier(world: &World) -> BTreeSet<&'static str> {
    let above: &[_] = match world.tier {
        RowTier::Registered => &[],
        RowTier::Controlled => &IN_CONTROLLED,
    };
    let rows = IN_EVERY_TIER.iter().chain(above);
    rows.filter(|(_, holds)| holds(world)).map(|(what, _)| *what).collect()
}

fn minutes(world: &World) -> u32 {
    let mut ends = vec![LEASE];
    ends.extend((world.conduct == Brought::Briefly).then_some(BRIEF_EVIDENCE));
    ends.extend((low(world) == Some(Signed::Briefly)).then_some(BRIEF_AGREEMENT));
    if world.tier == RowTier::Controlled {
        ends.extend((world.training == Brought::Briefly).then_some(BRIEF_EVIDENCE));
        ends.extend((high(world) == Some(Signed::Briefly)).then_some(BRIEF_AGREEMENT));
    }
    ends.into_iter().min().unwrap()
}
