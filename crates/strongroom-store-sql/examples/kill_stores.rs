//! Kills writers and stops servers under load, 200 times each, and checks after each that no commit
//! is lost whose success was told.
//!
//! `cargo run --release -p strongroom-store-sql --example kill_stores`, or with another number
//! behind `--`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test at length"
)]

#[path = "../tests/it/killing.rs"]
mod killing;
#[path = "../tests/it/server.rs"]
mod server;

use std::process::Command;

use strongroom_store_sql::{Settings, SqlStore};

use crate::killing::{kill_writers, orders, stop_servers, write_for_ever};
use crate::server::Server;

fn writer() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("worker");
    command
}

#[tokio::main]
async fn main() {
    let argument = std::env::args().nth(1);
    if argument.as_deref() == Some("worker") {
        return write_for_ever(&orders()).await;
    }
    let kills = argument.map_or(200, |number| number.parse().expect("a number of kills"));

    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("store.sqlite");
    SqlStore::create_sqlite(&path, &Settings::new()).await.unwrap().close().await;
    let length = kill_writers(path.to_str().unwrap(), kills, writer).await;
    println!("SQLite: {kills} kills of the process, {length} entries, none lost, the trail verifies");

    let mut server = Server::start();
    let address = server.empty_schema();
    let length = kill_writers(&address, kills, writer).await;
    println!("PostgreSQL: {kills} kills of the client, {length} entries, none lost, the trail verifies");
    let address = server.empty_schema();
    let length = stop_servers(&mut server, &address, kills, writer).await;
    println!(
        "PostgreSQL: {kills} immediate stops of the server, {length} entries, none lost, the trail verifies"
    );
}
