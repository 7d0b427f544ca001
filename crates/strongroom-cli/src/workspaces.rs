//! Workspaces, on behalf of people: every step is decided for them, and recorded as done for them.

use std::io::{self, Write};

use strongroom::workbench::{Invitee, WorkspaceRequest};

use crate::Failure;
use crate::arguments::{WorkspaceCommand, WorkspaceCreateArguments};
use crate::deployment::on;
use crate::failure::read_json;

pub(crate) fn run(command: &WorkspaceCommand) -> Result<(), Failure> {
    match command {
        WorkspaceCommand::Create(arguments) => create(arguments),
        WorkspaceCommand::List { person, on: at } => on(at, async |open| {
            let person = open.person_id(person).await?;
            let mut output = io::stdout().lock();
            for one in open.workbench().await?.list_workspaces(person).await? {
                writeln!(output, "{}  {:<9} on {:<12} {}", one.id, one.role, one.release, one.title)?;
            }
            Ok(())
        }),
        WorkspaceCommand::Show { person, workspace, on: at } => on(at, async |open| {
            let person = open.person_id(person).await?;
            let opened = open.workbench().await?.open_workspace(person, *workspace).await?;
            let about = &opened.tabs.about;
            let mut output = io::stdout().lock();
            writeln!(output, "{}", about.title)?;
            writeln!(output, "  release  {}", about.release)?;
            writeln!(output, "  role     {}", opened.role)?;
            writeln!(output, "  creator  {}", about.creator)?;
            writeln!(output, "  members  {}", about.members.len())?;
            Ok(())
        }),
        WorkspaceCommand::Share { person, workspace, with, role, on: at } => on(at, async |open| {
            let person = open.person_id(person).await?;
            let workbench = open.workbench().await?;
            let etag = workbench.open_workspace(person, *workspace).await?.etag;
            let with = Invitee::Email(with.clone());
            let shared = workbench.share_workspace(person, *workspace, etag, &with, *role).await?;
            writeln!(io::stdout(), "{}", shared.outcome)?;
            Ok(())
        }),
    }
}

fn create(arguments: &WorkspaceCreateArguments) -> Result<(), Failure> {
    let WorkspaceCreateArguments { person, title, release, purpose: file, on: at } = arguments;
    let purpose = read_json(file, "purpose")?;
    on(at, async |open| {
        let person = open.person_id(person).await?;
        let asked = WorkspaceRequest::on_release(release.clone(), title.clone(), purpose);
        let made = open.workbench().await?.create_workspace(person, asked).await?;
        writeln!(io::stdout(), "{made}")?;
        Ok(())
    })
}
