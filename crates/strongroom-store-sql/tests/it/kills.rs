//! Kills, few enough for every run; the example `kill_stores` does hundreds.

use std::process::Command;

use crate::killing::{kill_writers, orders, stop_servers, write_for_ever};
use crate::server::Server;
use crate::sqlite::Folder;

const KILLS: u64 = 20;
const STOPS: u64 = 8;

/// This program as a writer.
fn writer() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kills::worker", "--ignored", "--nocapture"]);
    command
}

/// Not a test: what the tests below start. Without orders it does nothing.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by other tests, in a process of its own"]
async fn worker() {
    let place = orders();
    if !place.is_empty() {
        write_for_ever(&place).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_survives_the_death_of_its_writer() {
    let folder = Folder::new();
    let path = folder.path();
    let store = folder.store_at(&path).await;
    store.close().await;
    let length = kill_writers(path.to_str().unwrap(), KILLS, writer).await;
    println!("{KILLS} kills, {length} entries");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_survives_the_death_of_its_writer_and_its_own() {
    let mut server = Server::start();
    let address = server.empty_schema();
    let length = kill_writers(&address, KILLS, writer).await;
    println!("{KILLS} kills of the client, {length} entries");
    let address = server.empty_schema();
    let length = stop_servers(&mut server, &address, STOPS, writer).await;
    println!("{STOPS} immediate stops of the server, {length} entries");
}
