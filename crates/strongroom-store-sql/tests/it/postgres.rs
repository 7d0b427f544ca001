//! The promises, kept on PostgreSQL.

use std::sync::Arc;

use strongroom_audit::verify;
use strongroom_primitives::Id;
use strongroom_store::{AuditLog, PersonStore, StoreErrorKind, Version, conformance};
use strongroom_store_sql::{Settings, SqlStore};

use crate::bed::PostgresBed;
use crate::killing::commit;
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_every_promise() {
    let server = Server::start();
    let store = SqlStore::open_postgres(&server.empty_schema(), &Settings::new()).await.unwrap();
    println!("on {}", store.server_version().await.unwrap());
    store.close().await;

    let make = async || {
        let settings = Settings::new().with_readers(2);
        SqlStore::open_postgres(&server.empty_schema(), &settings).await.unwrap()
    };
    conformance::check_all(make).await;
    conformance::check_provable_log(make).await;
    conformance::check_harms(&PostgresBed::new()).await;

    let address = server.empty_schema();
    let open = async || SqlStore::open_postgres(&address, &Settings::new()).await.unwrap();
    conformance::check_durability(open, async |store: SqlStore| {
        store.close().await;
        open().await
    })
    .await;
}

/// Several programs on one server: what one of them was told is done, every other sees at its next look,
/// and of changes made at the same time one wins.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_program_changes_every_other_sees_at_once() {
    const NODES: usize = 4;
    const CHANGES: u64 = 20;
    let server = Server::start();
    let address = server.empty_schema();
    let mut nodes = Vec::new();
    for _ in 0..NODES {
        let settings = Settings::new().with_readers(2);
        nodes.push(Arc::new(SqlStore::open_postgres(&address, &settings).await.unwrap()));
    }
    for version in 0..NODES as u64 * 3 {
        let one = usize::try_from(version).unwrap() % NODES;
        PersonStore::commit(&*nodes[one], commit(1, Version::from_number(version))).await.unwrap();
        for node in &nodes {
            let seen = PersonStore::load(&**node, Id::from_u128(1)).await.unwrap();
            assert_eq!(seen.version(), Version::from_number(version + 1));
        }
    }
    let writers = nodes.iter().map(|node| {
        let node = Arc::clone(node);
        tokio::spawn(async move {
            let mut done = 0;
            while done < CHANGES {
                let seen = PersonStore::load(&*node, Id::from_u128(1)).await.unwrap().version();
                match PersonStore::commit(&*node, commit(1, seen)).await {
                    Ok(_) => done += 1,
                    Err(error) => assert_eq!(error.kind(), StoreErrorKind::Conflict, "{error}"),
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let expected = NODES as u64 * (3 + CHANGES);
    assert_eq!(
        PersonStore::load(&*nodes[0], Id::from_u128(1)).await.unwrap().version(),
        Version::from_number(expected)
    );
    let head = nodes[1].head().await.unwrap();
    assert_eq!(verify(nodes[2].read(0, usize::MAX).await.unwrap(), Some(&head)), Ok(head));
    assert_eq!(head.length(), expected, "each commit has one event");
}
