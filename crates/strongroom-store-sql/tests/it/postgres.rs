//! The promises, kept on PostgreSQL.

use strongroom_store::conformance;
use strongroom_store_sql::{Settings, SqlStore};

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

    let address = server.empty_schema();
    let open = async || SqlStore::open_postgres(&address, &Settings::new()).await.unwrap();
    conformance::check_durability(open, async |store: SqlStore| {
        store.close().await;
        open().await
    })
    .await;
}
