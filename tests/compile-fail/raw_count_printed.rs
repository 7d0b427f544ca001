// A number of people that has not been released cannot be printed.
use strongroom::disclosure::RawCount;

fn print(persons: RawCount) -> String {
    persons.to_string()
}

fn main() {}
