// There is no refusal without a reason: it is made of an objection, never of a list that may be empty.
use strongroom::gate::{Objection, Refusal};

fn refuse(objections: Vec<Objection>) -> Refusal {
    Refusal::from(objections)
}

fn main() {}
