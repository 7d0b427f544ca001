// There is no refusal without a reason: it is made of objections, never of none.
use strongroom::gate::{Objection, Refusal};

fn refuse(objections: Vec<Objection>) -> Refusal {
    Refusal { objections }
}

fn main() {}
