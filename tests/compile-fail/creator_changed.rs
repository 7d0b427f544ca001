// Who created a workspace is fixed for good.
use strongroom::primitives::{Id, kind};
use strongroom::workspaces::Workspace;

fn claim(workspace: &mut Workspace, person: Id<kind::Person>) {
    workspace.creator = person;
}

fn main() {}
