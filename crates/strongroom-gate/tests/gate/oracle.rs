//! The decision, written a second time: a table of what can be wrong, read row by row. It shares
//! no code with the gate, and looks at abstract facts only.

use std::collections::BTreeSet;

use strongroom_primitives::RowTier;
use strongroom_tiers::ArchivedUse;
use strongroom_workspaces::Role;

use crate::world::{
    Account, BRIEF_AGREEMENT, BRIEF_BYPASS, BRIEF_EVIDENCE, Brought, Known, LEASE, SOON_ARCHIVED, SetAside,
    Signed, World,
};

/// The actions by name and the initials of the roles that may do them.
const ACTIONS: [(&str, &str); 19] = [
    ("view", "rwo"),
    ("count cohort", "rwo"),
    ("preview dataset", "rwo"),
    ("view review", "rwo"),
    ("read notebook", "rwo"),
    ("copy out", "rwo"),
    ("duplicate", "rwo"),
    ("edit cohort", "wo"),
    ("edit concept set", "wo"),
    ("edit review", "wo"),
    ("edit dataset", "wo"),
    ("edit notebook", "wo"),
    ("export", "wo"),
    ("run compute", "wo"),
    ("view costs", "wo"),
    ("share", "o"),
    ("edit purpose", "o"),
    ("publish", "o"),
    ("delete", "o"),
];

type Holds = fn(&World) -> bool;

/// What can be wrong, and when it is. Rows of the second table count in controlled workspaces only.
const IN_EVERY_TIER: [(&str, Holds); 15] = [
    ("suspended", |w| w.account == Account::Suspended),
    ("disabled", |w| w.account == Account::Disabled),
    ("closed", |w| w.account == Account::Closed),
    ("release", |w| matches!(w.release, Known::Unknown | Known::InAnotherTier | Known::InPreparation)),
    ("withdrawn", |w| w.release == Known::Withdrawn),
    ("other tier open", |w| opens(w) && w.open_tier.is_some_and(|open| open != w.tier)),
    ("registered: no institution", |w| w.signed.is_none()),
    ("registered: no agreement", |w| low(w) == Some(Signed::No)),
    ("registered: not yet", |w| low(w) == Some(Signed::NotYet)),
    ("registered: ended", |w| low(w) == Some(Signed::Ended)),
    ("registered: not covered", |w| low(w) == Some(Signed::ForOthers)),
    ("code-of-conduct: missing", |w| !excused(w) && w.conduct == Brought::Nothing),
    ("code-of-conduct: missing", |w| !excused(w) && w.conduct == Brought::Tomorrow),
    ("code-of-conduct: lapsed", |w| !excused(w) && w.conduct == Brought::Lapsed),
    ("code-of-conduct: version", |w| !excused(w) && w.conduct == Brought::OtherVersion),
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

fn excused(world: &World) -> bool {
    world.bypass == SetAside::Briefly
}

/// Whether there is a release of this tier to open.
fn opens(world: &World) -> bool {
    !matches!(world.release, Known::Unknown | Known::InAnotherTier | Known::InPreparation)
}

/// The minutes for which the answer is yes, or everything that is wrong.
pub(crate) fn answer(world: &World, action: &str) -> Result<u32, BTreeSet<&'static str>> {
    let Some(role) = world.role else {
        return Err(account(world).into_iter().chain(["not a member"]).collect());
    };
    let initial = match role {
        Role::Reader => 'r',
        Role::Writer => 'w',
        Role::Owner => 'o',
    };
    let (_, roles) = ACTIONS.into_iter().find(|(name, _)| *name == action).unwrap();
    let mut wrong = wrong_for_tier(world);
    wrong.extend(archived(world, world.archived == ArchivedUse::ReplicationAndExistingWork));
    if !roles.contains(initial) {
        wrong.insert("role");
    }
    if wrong.is_empty() { Ok(minutes(world)) } else { Err(wrong) }
}

/// The same for creating a workspace on the release, whatever tier that release is in.
pub(crate) fn answer_to_create(world: &World) -> Result<u32, BTreeSet<&'static str>> {
    let mut world = *world;
    match world.release {
        Known::Unknown | Known::InPreparation => {
            return Err(account(&world).into_iter().chain(["release"]).collect());
        }
        Known::InAnotherTier => {
            let registered = world.tier == RowTier::Registered;
            world.tier = if registered { RowTier::Controlled } else { RowTier::Registered };
            world.release = Known::Live;
        }
        _ => {}
    }
    let mut wrong = wrong_for_tier(&world);
    wrong.extend(archived(&world, false));
    if wrong.is_empty() { Ok(minutes(&world)) } else { Err(wrong) }
}

fn account(world: &World) -> Option<&'static str> {
    IN_EVERY_TIER.iter().take(3).find(|(_, holds)| holds(world)).map(|(what, _)| *what)
}

fn archived(world: &World, open_to_all: bool) -> Option<&'static str> {
    match world.archived {
        _ if world.release != Known::Archived => None,
        ArchivedUse::Nothing => Some("archived"),
        _ if open_to_all || world.replicates => None,
        _ => Some("replication only"),
    }
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
    let conduct = match world.conduct {
        Brought::Fresh => LEASE,
        Brought::Briefly if excused(world) => BRIEF_EVIDENCE.max(BRIEF_BYPASS),
        Brought::Briefly => BRIEF_EVIDENCE,
        _ => BRIEF_BYPASS,
    };
    let mut ends = vec![LEASE, conduct];
    ends.extend((world.release == Known::ArchivedSoon).then_some(SOON_ARCHIVED));
    ends.extend((low(world) == Some(Signed::Briefly)).then_some(BRIEF_AGREEMENT));
    if world.tier == RowTier::Controlled {
        ends.extend((world.training == Brought::Briefly).then_some(BRIEF_EVIDENCE));
        ends.extend((high(world) == Some(Signed::Briefly)).then_some(BRIEF_AGREEMENT));
    }
    ends.into_iter().min().unwrap()
}
