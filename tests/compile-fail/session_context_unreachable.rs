// The engine's session context stays inside: what holds it can be reached from nowhere.
use strongroom::cdr::AuthorizedCdr;

fn tables(cdr: &AuthorizedCdr) {
    let _ = &cdr.shared;
}

fn main() {}
