// The id of a person is no id of a workspace.
use strongroom::gate::Ask;
use strongroom::primitives::{Id, kind};
use strongroom::workspaces::Action;

fn ask(person: Id<kind::Person>) -> Ask {
    Ask::new(person, Action::CountCohort)
}

fn main() {}
