// A number of people that has not been released cannot be found out by comparing it.
use strongroom::disclosure::RawCount;

fn more_than_twenty(persons: RawCount) -> bool {
    persons > RawCount::of_persons(20)
}

fn main() {}
