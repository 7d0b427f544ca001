// A workspace has at least one owner from the first moment: there are no members without one.
use std::collections::BTreeMap;

use strongroom::workspaces::Members;

fn nobody() -> Members {
    Members { roles: BTreeMap::new() }
}

fn main() {}
