use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run of the command said, and the code it ended with.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The command, in this folder, with arguments that are separated by spaces; nobody is at the
/// keyboard.
pub(crate) fn strongroom(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
    command.current_dir(folder).args(arguments.split_whitespace()).stdin(Stdio::null());
    command
}

/// Runs it to its end. Whatever happens, it must not panic.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let outcome =
        Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    for said in [&outcome.stdout, &outcome.stderr] {
        assert!(
            !said.contains("panicked") && !said.contains("RUST_BACKTRACE"),
            "{command:?} panicked: {said}"
        );
    }
    outcome
}

/// Runs it and expects it to do what it was asked. Returns what it said.
pub(crate) fn succeed(folder: &Path, arguments: &str) -> String {
    let outcome = run(&mut strongroom(folder, arguments));
    assert_eq!(outcome.code, Some(0), "{arguments}: {}", outcome.stderr);
    assert_eq!(outcome.stderr, "", "{arguments}");
    outcome.stdout
}

/// The names of what lies in the folder, hidden or not.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
