//! Stores as text, and back: whole, or not at all.

use std::io;

use strongroom_primitives::{Id, NonEmpty};
use strongroom_store::{
    AuditLog, Commit, PersonStore, ProvableLog, StoreErrorKind, UsageRecord, UsageStore, Version,
};
use strongroom_store_sql::{Settings, SqlStore};

use crate::killing::{commit, event};
use crate::server::Server;
use crate::sqlite::Folder;

/// Three people, of whom one was changed, what one of them used, and some hundred events.
async fn filled(folder: &Folder) -> SqlStore {
    let store = folder.store().await;
    for person in 1..=3 {
        PersonStore::commit(&store, commit(person, Version::ABSENT)).await.unwrap();
    }
    PersonStore::commit(&store, commit(2, Version::from_number(1))).await.unwrap();
    let used = Commit::new(UsageRecord::new(Id::from_u128(1)), Version::ABSENT, NonEmpty::new(event(5)));
    UsageStore::commit(&store, used).await.unwrap();
    let events = (100..700).map(event).collect();
    store.append(NonEmpty::from_vec(events).unwrap()).await.unwrap();
    store
}

async fn lines(store: &SqlStore) -> Vec<String> {
    let mut lines = Vec::new();
    let head = store
        .copy_out(|line| {
            lines.push(line.to_owned());
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(head, store.tree_head().await.unwrap());
    lines
}

fn given(lines: &[String]) -> impl Iterator<Item = io::Result<String>> {
    lines.iter().cloned().map(Ok)
}

/// Fills the store and checks that it is the same, and goes on.
async fn check_copy(lines_of: &[String], store: &SqlStore) {
    let head = store.copy_in(given(lines_of)).await.unwrap();
    assert_eq!(head, store.tree_head().await.unwrap());
    assert_eq!(lines(store).await, lines_of);
    store.prove_inclusion(5, head.size()).await.unwrap();
    let version = PersonStore::load(store, Id::from_u128(2)).await.unwrap().version();
    PersonStore::commit(store, commit(2, version)).await.unwrap();
    let late = store.copy_in(given(lines_of)).await.unwrap_err();
    assert_eq!(late.kind(), StoreErrorKind::Conflict, "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_fills_either_database() {
    let folder = Folder::new();
    let copied = lines(&filled(&folder).await).await;
    check_copy(&copied, &folder.store().await).await;
    let empty = lines(&folder.store().await).await;
    assert_eq!(folder.store().await.copy_in(given(&empty)).await.unwrap().size(), 0);

    let server = Server::start();
    let store = SqlStore::open_postgres(&server.empty_schema(), &Settings::new()).await.unwrap();
    check_copy(&copied, &store).await;
    // And out of it again: one person more than in the first.
    check_copy(&lines(&store).await, &folder.store().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_changed_in_any_line_fills_nothing() {
    let folder = Folder::new();
    let copied = lines(&filled(&folder).await).await;
    let target = folder.store().await;
    for at in (0..12).chain((12..copied.len()).step_by(60)).chain([copied.len() - 1]) {
        let mut flipped = copied.clone();
        let middle = flipped[at].len() / 2;
        flipped[at] = copied[at][..middle].to_owned()
            + if copied[at].as_bytes()[middle] == b'1' { "2" } else { "1" }
            + &copied[at][middle + 1..];
        let mut dropped = copied.clone();
        dropped.remove(at);
        let mut repeated = copied.clone();
        repeated.insert(at, copied[at].clone());
        for (what, odd) in [
            ("flipped", flipped),
            ("dropped", dropped),
            ("repeated", repeated),
            ("cut off", copied[..at].to_vec()),
        ] {
            let refused = target.copy_in(given(&odd)).await.unwrap_err();
            assert_eq!(refused.kind(), StoreErrorKind::Corrupt, "line {at} {what}: {refused}");
        }
    }
    assert_eq!(target.tree_head().await.unwrap().size(), 0);
    assert!(PersonStore::list(&target, None, 9).await.unwrap().is_empty());
    let mut later = copied.clone();
    later[0] = later[0].replace("copy/1", "copy/2");
    assert_eq!(target.copy_in(given(&later)).await.unwrap_err().kind(), StoreErrorKind::NewerFormat);
    check_copy(&copied, &target).await;
}

/// A copy is of one moment, though others write all the time.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_under_load_is_of_one_moment() {
    let server = Server::start();
    let folder = Folder::new();
    for store in [
        folder.store().await,
        SqlStore::open_postgres(&server.empty_schema(), &Settings::new()).await.unwrap(),
    ] {
        let store = std::sync::Arc::new(store);
        let writer = tokio::spawn({
            let store = std::sync::Arc::clone(&store);
            async move {
                for version in 0..150 {
                    PersonStore::commit(&*store, commit(1, Version::from_number(version))).await.unwrap();
                }
            }
        });
        while !writer.is_finished() {
            let copied = lines_meanwhile(&store).await;
            let target = folder.store().await;
            let head = target.copy_in(given(&copied)).await.unwrap();
            // Each commit has one event, so the person's version is the length of the trail.
            let person = PersonStore::load(&target, Id::from_u128(1)).await;
            assert_eq!(person.map_or(0, |stored| stored.version().number()), head.size());
            target.close().await;
        }
        writer.await.unwrap();
    }
}

async fn lines_meanwhile(store: &SqlStore) -> Vec<String> {
    let mut lines = Vec::new();
    store
        .copy_out(|line| {
            lines.push(line.to_owned());
            Ok(())
        })
        .await
        .unwrap();
    lines
}
