//! Who may do what, as a page to read: role × action × tier × standing. A change to the page is a
//! change to who has access, and is reviewed as one.
//!
//! The page is printed from the oracle, which shares no code with the gate; then every mark on it is
//! decided by the gate.

use std::collections::BTreeSet;

use strongroom_gate::admit_to_create;
use strongroom_primitives::RowTier;
use strongroom_workspaces::{Action, Role};

use crate::oracle;
use crate::world::{Account, Brought, Known, SetAside, Signed, World, concrete, now, release_name};

const COLUMNS: [(&str, Option<Role>); 4] = [
    ("stranger", None),
    ("reader", Some(Role::Reader)),
    ("writer", Some(Role::Writer)),
    ("owner", Some(Role::Owner)),
];

const STANDINGS: [(&str, World); 11] = [
    ("standing for both tiers", World::BEST),
    ("the same, release archived", World { release: Known::Archived, ..World::BEST }),
    (
        "the same, to replicate a publication",
        World { release: Known::Archived, replicates: true, ..World::BEST },
    ),
    ("release withdrawn", World { release: Known::Withdrawn, ..World::BEST }),
    (
        "a session of the registered tier is open",
        World { open_tier: Some(RowTier::Registered), ..World::BEST },
    ),
    ("no training for the controlled tier", World { training: Brought::Nothing, ..World::BEST }),
    (
        "no agreement for the controlled tier",
        World { signed: Some([Signed::InForce, Signed::No]), ..World::BEST },
    ),
    (
        "no agreement for the registered tier",
        World { signed: Some([Signed::No, Signed::InForce]), ..World::BEST },
    ),
    ("code of conduct lapsed", World { conduct: Brought::Lapsed, ..World::BEST }),
    (
        "code of conduct lapsed and set aside",
        World { conduct: Brought::Lapsed, bypass: SetAside::Briefly, ..World::BEST },
    ),
    ("account disabled", World { account: Account::Disabled, ..World::BEST }),
];

/// Minutes of access, or what is wrong.
type Answer = Result<u32, BTreeSet<&'static str>>;

/// What somebody does: an action, or creating a workspace.
fn doings() -> impl Iterator<Item = Option<Action>> {
    Action::ALL.map(Some).into_iter().chain([None])
}

fn by_oracle(world: &World, doing: Option<Action>) -> Answer {
    doing.map_or_else(|| oracle::answer_to_create(world), |action| oracle::answer(world, &action.to_string()))
}

/// Until when the gate lets somebody do it, in minutes from now.
fn by_gate(world: World, doing: Option<Action>) -> Option<u32> {
    let concrete = concrete(world);
    let until = match doing {
        Some(action) => concrete.admit(action, &[]).into_result().ok()?.not_after(),
        None => {
            let release = release_name("release");
            admit_to_create(concrete.policy, &concrete.facts(), &release, &[], now()).ok()?.not_after()
        }
    };
    (0..60).find(|minutes| now().plus_minutes(*minutes) == until)
}

fn columns(standing: World) -> impl Iterator<Item = (&'static str, World)> {
    RowTier::ALL
        .into_iter()
        .flat_map(move |tier| COLUMNS.map(|(name, role)| (name, World { tier, role, ..standing })))
}

fn page() -> String {
    let mut page = String::new();
    for (title, standing) in STANDINGS {
        let mut row = |head: &str, cell: &dyn Fn(&str, &World) -> String| {
            let cells = columns(standing).map(|(column, world)| format!("{:<11}", cell(column, &world)));
            page.push_str(format!("{head:<18}{}", cells.collect::<String>()).trim_end());
            page.push('\n');
        };
        row(title, &|_, _| String::new());
        row("", &|column, world| if column == "stranger" { world.tier.to_string() } else { String::new() });
        row("", &|column, _| column.to_owned());
        for doing in doings() {
            let name = doing.map_or("create workspace".to_owned(), |action| action.to_string());
            row(&name, &|_, world| match by_oracle(world, doing) {
                Ok(minutes) => format!("{minutes} min"),
                Err(_) => "·".to_owned(),
            });
        }
        for tier in RowTier::ALL {
            let wrong = oracle::answer(&World { tier, ..standing }, "view").err().unwrap_or_default();
            if !wrong.is_empty() {
                let wrong: Vec<_> = wrong.into_iter().collect();
                row(&format!("an owner is told of the {tier} tier: {}", wrong.join(", ")), &|_, _| {
                    String::new()
                });
            }
        }
        row("", &|_, _| String::new());
    }
    page
}

#[test]
fn the_matrix_is_the_reviewed_one() {
    insta::assert_snapshot!("matrix", page());
}

#[test]
fn the_gate_decides_every_mark_of_the_matrix() {
    for (title, standing) in STANDINGS {
        for (column, world) in columns(standing) {
            for doing in doings() {
                let expected = by_oracle(&world, doing).ok();
                assert_eq!(
                    by_gate(world, doing),
                    expected,
                    "{title}: {doing:?} as {column} in {}",
                    world.tier
                );
            }
        }
    }
}
