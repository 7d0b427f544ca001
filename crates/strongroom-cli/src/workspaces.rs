//! Workspaces, on behalf of people: every step is decided for them, and recorded as done for them.

use std::io::{self, Write};

use strongroom::workbench::{Copied, CopyRequest, Invitee, WorkspaceRequest};

use crate::Failure;
use crate::arguments::{WorkspaceCommand, WorkspaceCreateArguments, WorkspaceDuplicateArguments};
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
        WorkspaceCommand::Duplicate(arguments) => duplicate(arguments),
        WorkspaceCommand::Publish { person, workspace, on: at } => on(at, async |open| {
            let person = open.person_id(person).await?;
            let workbench = open.workbench().await?;
            let etag = workbench.open_workspace(person, *workspace).await?.etag;
            workbench.publish_workspace(person, *workspace, etag).await?;
            Ok(writeln!(io::stdout(), "All researchers of its tier can read {workspace} now.")?)
        }),
        WorkspaceCommand::Delete { person, workspace, on: at } => on(at, async |open| {
            let person = open.person_id(person).await?;
            let workbench = open.workbench().await?;
            let etag = workbench.open_workspace(person, *workspace).await?.etag;
            workbench.delete_workspace(person, *workspace, etag).await?;
            Ok(writeln!(
                io::stdout(),
                "{workspace} is deleted; what was public of it stays in the directory."
            )?)
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

fn duplicate(arguments: &WorkspaceDuplicateArguments) -> Result<(), Failure> {
    let purpose = read_json(&arguments.purpose, "purpose")?;
    on(&arguments.on, async |open| {
        let person = open.person_id(&arguments.person).await?;
        let workbench = open.workbench().await?;
        let source = arguments.workspace;
        let release = match &arguments.release {
            Some(release) => release.clone(),
            None => workbench.open_workspace(person, source).await?.tabs.about.release,
        };
        let new = WorkspaceRequest::on_release(release, arguments.title.clone(), purpose);
        let asked = CopyRequest { new, with_members: arguments.with_members, definitions: Vec::new() };
        Ok(print_copy(&workbench.duplicate_workspace(person, source, asked).await?)?)
    })
}

fn print_copy(copied: &Copied) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{}", copied.workspace)?;
    for item in &copied.unchecked {
        writeln!(output, "  look at {item}: whether the release has all its concepts is not known")?;
    }
    for review in &copied.reviews_to_check {
        writeln!(output, "  look at {review}: its people were found in another release")?;
    }
    Ok(())
}
