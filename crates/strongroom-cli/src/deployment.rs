//! Deployments as a whole: set up, checked, backed up.

use std::future::Future;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use strongroom::primitives::{RandomIds, SystemClock};
use strongroom_deployment::{Deployment, Operator, doctor, restore};

use crate::arguments::{DeploymentCommand, OnArguments, OperatorArguments};
use crate::{Failure, policy};

pub(crate) fn run(command: &DeploymentCommand) -> Result<ExitCode, Failure> {
    match command {
        DeploymentCommand::Init { folder, policy, store, operator: by } => {
            let policy = policy::policy(policy)?;
            block_on(async {
                let made = Deployment::create(folder, store.clone(), &policy, operator(by)).await?;
                let mut output = io::stdout().lock();
                writeln!(output, "The deployment is in {}.", folder.display())?;
                writeln!(output, "  policy  version {}, digest {}", policy.version(), policy.digest())?;
                writeln!(output, "  key     {}", made.verifier()?)?;
                writeln!(output, "Give the key to whoever shall check its audit trail, and go on with")?;
                writeln!(
                    output,
                    "  strongroom institution add, strongroom release add, strongroom person add"
                )?;
                made.close().await;
                Ok(ExitCode::SUCCESS)
            })
        }
        DeploymentCommand::Doctor { folder } => {
            let by = OperatorArguments { steward: "doctor".parse()? };
            block_on(async {
                let checks = doctor(folder, &operator(&by)).await;
                let mut output = io::stdout().lock();
                checks.iter().try_for_each(|check| writeln!(output, "{check}"))?;
                let bad = checks.iter().any(strongroom_deployment::Check::is_bad);
                Ok(if bad { ExitCode::from(Failure::NOT_INTACT) } else { ExitCode::SUCCESS })
            })
        }
        DeploymentCommand::Policy { folder, policy, operator: by } => {
            let policy = policy::policy(policy)?;
            block_on(async {
                Deployment::change_policy(folder, &policy, operator(by)).await?.close().await;
                let (version, digest) = (policy.version(), policy.digest());
                writeln!(io::stdout(), "Policy version {version}, digest {digest}, is in force.")?;
                Ok(ExitCode::SUCCESS)
            })
        }
        DeploymentCommand::Backup { folder, file, operator: by } => block_on(async {
            let open = Deployment::open(folder, operator(by)).await?;
            let head = open.back_up(file).await?;
            open.close().await;
            let mut output = io::stdout().lock();
            writeln!(
                output,
                "The backup is in {}: {} audit entries, root {}.",
                file.display(),
                head.size(),
                head.root()
            )?;
            writeln!(output, "Keep it as secret as the deployment: people's records and the key are in it.")?;
            Ok(ExitCode::SUCCESS)
        }),
        DeploymentCommand::Restore { file, folder, store, operator: by } => block_on(async {
            let restored = restore(file, folder, store.clone(), operator(by)).await?;
            let report = restored.verify_trail().await?;
            let mut output = io::stdout().lock();
            writeln!(output, "The deployment is in {}.", folder.display())?;
            writeln!(
                output,
                "Its trail of {} entries is the one of {} checkpoints.",
                report.head().size(),
                report.checkpoints()
            )?;
            for release in restored.releases().iter().filter(|release| !release.folder.is_dir()) {
                writeln!(
                    output,
                    "Release {} is not there: put it back to {}.",
                    release.name,
                    release.folder.display()
                )?;
            }
            restored.close().await;
            Ok(ExitCode::SUCCESS)
        }),
    }
}

fn operator(by: &OperatorArguments) -> Operator {
    Operator::new(by.steward.clone(), Arc::new(SystemClock), Arc::new(RandomIds))
}

/// Opens the deployment, does something with it and closes it.
pub(crate) fn on<T>(
    arguments: &OnArguments,
    act: impl AsyncFnOnce(&mut Deployment) -> Result<T, Failure>,
) -> Result<T, Failure> {
    block_on(async {
        let mut open =
            Deployment::open(Path::new(&arguments.deployment), operator(&arguments.operator)).await?;
        let done = act(&mut open).await;
        open.close().await;
        done
    })
}

fn block_on<T>(act: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(act)
}
