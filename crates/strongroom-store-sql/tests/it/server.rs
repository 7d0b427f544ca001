//! A PostgreSQL server for one test: the installed programs, a folder of its own, a socket in it.
//!
//! Without the programs it calls `.ci/install-postgres`, and fails if that does. The server ends
//! with the test, also when the test is killed: it runs under a shell that waits for the end of a
//! pipe.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

/// Starts the server as the user `$1` (none: as who we are), from the programs in `$2`, on the
/// folder `$3`. A line on the standard input stops it at once, as a loss of power would; so does the
/// end of the input.
const SUPERVISOR: &str = r#"
user=$1 programs=$2 folder=$3
set -- "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=60
if [ -n "$user" ]; then
  set -- setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"
fi
"$@" >>"$folder/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT "$server"
wait "$server"
"#;

pub(crate) struct Server {
    folder: TempDir,
    programs: PathBuf,
    user: Option<&'static str>,
    running: Option<(Child, ChildStdin)>,
    schemas: AtomicU32,
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("strongroom-postgres-").tempdir().unwrap();
        let programs = programs();
        // The server refuses to run as root.
        let is_root = folder.path().metadata().unwrap().uid() == 0;
        let user = is_root.then(unprivileged);
        if let Some(user) = user {
            run(Command::new("chown").arg(user).arg(folder.path()));
        }
        let mut server = Self { folder, programs, user, running: None, schemas: AtomicU32::new(0) };
        let mut init = server.command("initdb");
        init.args([
            "--auth=trust",
            "--username=strongroom",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "-D",
        ]);
        run(init.arg(server.folder.path().join("data")));
        server.resume();
        server
    }

    /// One of the programs, run as the server's user.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={user}")).arg(format!("--regid={user}"));
                command.args(["--init-groups", "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(self.folder.path());
        command
    }

    /// Starts the server again on what it has written, and waits until it answers.
    pub(crate) fn resume(&mut self) {
        let mut shell = Command::new("bash");
        shell.args([
            "-c",
            SUPERVISOR,
            "supervisor",
            self.user.unwrap_or(""),
            self.programs.to_str().unwrap(),
        ]);
        shell.arg(self.folder.path()).current_dir(self.folder.path()).stdin(Stdio::piped());
        let mut shell = shell.spawn().unwrap();
        let input = shell.stdin.take().unwrap();
        self.running = Some((shell, input));
        for _ in 0..600 {
            let mut ready = self.command("pg_isready");
            ready.arg("-q").arg("-h").arg(self.folder.path());
            if ready.status().unwrap().success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not start: {}", self.log());
    }

    /// Ends the server at once, without a checkpoint and whatever is under way.
    pub(crate) fn stop_immediately(&mut self) {
        if let Some((mut shell, mut input)) = self.running.take() {
            input.write_all(b"\n").unwrap();
            shell.wait().unwrap();
        }
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The address of a schema in which there is nothing yet.
    pub(crate) fn empty_schema(&self) -> String {
        self.new_schema().1
    }

    /// The name and the address of such a schema.
    pub(crate) fn new_schema(&self) -> (String, String) {
        let schema = format!("store_{}", self.schemas.fetch_add(1, Ordering::Relaxed));
        self.execute(&format!("CREATE SCHEMA {schema}"));
        let address = self.address(&schema);
        (schema, address)
    }

    fn address(&self, schema: &str) -> String {
        let socket = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://strongroom@{socket}/postgres?options=-c%20search_path%3D{schema}")
    }

    /// Runs statements as the owner of everything.
    pub(crate) fn execute(&self, statements: &str) {
        let mut psql = self.command("psql");
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "strongroom", "-d", "postgres", "-h"]);
        run(psql.arg(self.folder.path()).args(["-c", statements]));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop_immediately();
    }
}

/// The folder of the programs, which are installed if they are missing.
fn programs() -> PathBuf {
    // From the package, as tests run, or from the root.
    let script = ["../../.ci/install-postgres", ".ci/install-postgres"].map(Path::new);
    let script = script.into_iter().find(|script| script.exists()).unwrap();
    let output = Command::new("bash").arg(script).output().unwrap();
    assert!(
        output.status.success(),
        "these tests need PostgreSQL's server, and {} could not install it: {}",
        script.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// Who runs the server when we are root: the user that its package makes, or nobody.
fn unprivileged() -> &'static str {
    let known = |user: &&str| Command::new("id").arg(user).output().is_ok_and(|id| id.status.success());
    ["postgres", "nobody"].into_iter().find(known).expect("a user who is not root")
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
