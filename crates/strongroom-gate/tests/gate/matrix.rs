//! Who may do what, as a page to read. A change to the page is a change to the policy of access
//! and is reviewed as one.

use strongroom_gate::admit_to_create;
use strongroom_primitives::RowTier;
use strongroom_workspaces::{Action, Role};

use crate::world::{Account, Brought, Concrete, Known, Signed, World, concrete, now, policy, release_name};

const COLUMNS: [(&str, Option<Role>); 4] = [
    ("stranger", None),
    ("reader", Some(Role::Reader)),
    ("writer", Some(Role::Writer)),
    ("owner", Some(Role::Owner)),
];

fn mark(yes: bool) -> String {
    if yes { "✓" } else { "·" }.to_owned()
}

fn page() -> String {
    let standings = [
        ("standing for both tiers", World::BEST),
        ("standing for both tiers, release archived", World { release: Known::Archived, ..World::BEST }),
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
        ("account closed", World { account: Account::Disabled, ..World::BEST }),
    ];
    let mut page = String::new();
    for (title, world) in standings {
        let cells = || {
            RowTier::ALL.into_iter().flat_map(move |tier| {
                COLUMNS.map(|(name, role)| (name, concrete(World { tier, role, ..world })))
            })
        };
        let mut row = |name: &str, cell: &dyn Fn(&str, &Concrete) -> String| {
            let cells: String =
                cells().map(|(column, concrete)| format!("{:<11}", cell(column, &concrete))).collect();
            page.push_str(format!("{name:<18}{cells}").trim_end());
            page.push('\n');
        };
        row(title, &|_, _| String::new());
        row("", &|column, concrete| match column {
            "stranger" => concrete.workspace.tier().to_string(),
            _ => String::new(),
        });
        row("", &|column, _| column.to_owned());
        for action in Action::ALL {
            row(&action.to_string(), &|_, concrete| mark(concrete.admit(action, &[]).is_admitted()));
        }
        row("create workspace", &|_, concrete| {
            let release = release_name("release");
            mark(admit_to_create(policy(), &concrete.facts(), &release, &[], now()).is_ok())
        });
        row("", &|_, _| String::new());
    }
    page
}

#[test]
fn the_matrix_is_the_reviewed_one() {
    let actual = page();
    if actual != include_str!("matrix.txt") {
        let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/matrix.txt");
        std::fs::write(path, &actual).unwrap();
        panic!("access changed:\n{actual}\nIf that is meant, replace tests/gate/matrix.txt by {path}");
    }
}
