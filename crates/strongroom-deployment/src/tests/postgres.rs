//! A deployment whose store is a PostgreSQL server, a real one.

#[path = "../../../strongroom-store-sql/tests/it/server.rs"]
mod server;

use self::server::Server;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_on_postgresql_is_used_checked_and_moved() {
    let (place, server) = (Place::new(), Server::start());
    let on = || StorePlace::Postgres(server.empty_schema());
    let first = on();
    let (deployment, ada) = place.in_use_on("d", first.clone()).await;
    deployment.sign_checkpoint().await.unwrap();
    assert!(deployment.verify_trail().await.unwrap().is_sound());
    let record = deployment.person("ada@uni.edu").await.unwrap();
    deployment.close().await;
    let well = doctor(&place.at("d"), &operator()).await;
    assert!(!well.iter().any(Check::is_bad), "{well:?}");

    // Two programs have it open at once, and each sees what the other does.
    let one = Deployment::open(&place.at("d"), operator()).await.unwrap();
    let other = Deployment::open(&place.at("d"), operator()).await.unwrap();
    let workbench = one.enrolment().unwrap();
    let eve = workbench.register_person(label("Eve"), "eve@uni.edu".parse().unwrap(), None).await.unwrap();
    assert_eq!(other.person_id("eve@uni.edu").await.unwrap(), eve);
    drop(workbench);
    one.close().await;

    // From there to a file and back, into another schema or into the folder.
    let file = place.at("backup");
    let head = other.back_up(&file).await.unwrap();
    other.close().await;
    for (name, store) in [("p", on()), ("s", StorePlace::Sqlite)] {
        let restored = restore(&file, &place.at(name), store, operator()).await.unwrap();
        assert_eq!(restored.person(&ada.to_string()).await.unwrap(), record);
        let report = restored.verify_trail().await.unwrap();
        assert!(report.is_sound() && report.head().size() > head.size(), "{report:?}");
        restored.close().await;
        let well = doctor(&place.at(name), &operator()).await;
        assert!(!well.iter().any(Check::is_bad), "{well:?}");
    }

    // A database with something in it is neither overwritten nor mixed with anything.
    let refused = restore(&file, &place.at("again"), first.clone(), operator()).await.unwrap_err();
    assert!(refused.to_string().contains("name a schema or a database that is empty"), "{refused}");
    let policy = Policy::small_hospital().unwrap();
    let refused = Deployment::create(&place.at("new"), first, &policy, operator()).await.unwrap_err();
    assert!(refused.to_string().contains("name a schema or a database that is empty"), "{refused}");
    let opened = Deployment::open(&place.at("new"), operator()).await;
    assert!(matches!(opened, Err(DeploymentError::NoDeployment { .. })), "{opened:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_said_with_what_to_do() {
    let (place, mut server) = (Place::new(), Server::start());
    let (deployment, _) = place.in_use_on("d", StorePlace::Postgres(server.empty_schema())).await;
    deployment.close().await;
    server.stop_immediately();
    let refused = Deployment::open(&place.at("d"), operator()).await.unwrap_err();
    assert!(matches!(&refused, DeploymentError::Store(error) if error.is_retryable()), "{refused:?}");
    let checks = doctor(&place.at("d"), &operator()).await;
    assert!(checks.iter().any(|check| check.is_bad() && check.what == "store"), "{checks:#?}");
}
