//! The architecture, checked on the manifests and sources of the workspace: which crate knows
//! which, what no domain crate reaches, and how every crate presents itself.
//!
//! What is allowed is data, at the top. A line of it that is no longer needed fails as well, so the
//! tables tell what is, not what once was.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail anywhere, in its helpers too")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// A crate and the crates of the workspace that it knows, without `strongroom-`.
type Arrows = (&'static str, &'static [&'static str]);

/// The crates above the line: pure, synchronous, without a runtime, an engine, a network or files.
const DOMAIN: &[Arrows] = &[
    ("primitives", &[]),
    ("access", &["primitives"]),
    ("audit", &["primitives"]),
    ("cohort", &["omop", "primitives"]),
    ("disclosure", &[]),
    ("engine", &["cohort", "omop", "timeline"]),
    ("gate", &["access", "primitives", "tiers", "workspaces"]),
    ("omop", &[]),
    ("passport", &["access", "primitives"]),
    ("tiers", &["primitives"]),
    ("timeline", &[]),
    ("workspaces", &["primitives"]),
];

/// The crates below the line, and the packages beside `crates/`.
const OUTER: &[Arrows] = &[
    (
        "cdr",
        &[
            "cohort",
            "disclosure",
            "engine",
            "gate",
            "omop",
            "primitives",
            "release",
            "tiers",
            "timeline",
            "workspaces",
        ],
    ),
    ("cli", &["conformance", "deployment", "strongroom", "testkit"]),
    ("conformance", &["cohort", "engine", "omop", "primitives"]),
    ("datasets", &["cdr", "cohort", "gate", "omop", "primitives"]),
    (
        "deployment",
        &["access", "audit", "cdr", "gate", "primitives", "store", "store-sql", "tiers", "workbench"],
    ),
    ("benches", &[]),
    ("examples", &[]),
    ("release", &["cohort", "engine", "omop", "primitives", "tiers", "timeline"]),
    ("store", &["access", "audit", "primitives", "workspaces"]),
    ("store-sql", &["access", "audit", "primitives", "store", "workspaces"]),
    (
        "strongroom",
        &[
            "access",
            "audit",
            "cdr",
            "cohort",
            "datasets",
            "disclosure",
            "engine",
            "gate",
            "omop",
            "passport",
            "primitives",
            "release",
            "store",
            "tiers",
            "workbench",
            "workspaces",
        ],
    ),
    ("testkit", &["omop"]),
    ("tests", &[]),
    (
        "workbench",
        &[
            "access",
            "audit",
            "cdr",
            "cohort",
            "datasets",
            "disclosure",
            "gate",
            "primitives",
            "store",
            "tiers",
            "workspaces",
        ],
    ),
];

/// What tests, examples and benchmarks may know in addition.
const FOR_TESTS: &[Arrows] = &[
    ("benches", &["strongroom", "testkit"]),
    ("cdr", &["access"]),
    ("engine", &["primitives"]),
    ("examples", &["strongroom", "testkit"]),
    ("release", &["conformance", "testkit"]),
    ("tests", &["strongroom"]),
    ("workbench", &["omop", "testkit"]),
];

/// What no domain crate reaches, by itself or through others; `*` stands for any end of the name.
const BELOW_THE_LINE: &[&str] = &[
    "arrow*",
    "async-trait",
    "axum*",
    "datafusion*",
    "futures*",
    "hyper*",
    "object_store*",
    "parquet*",
    "reqwest*",
    "sqlparser*",
    "sqlx*",
    "tempfile",
    "tokio*",
];

/// A second version of these links, but its types are others.
const ONE_VERSION: &[&str] = &["arrow", "datafusion", "object_store", "parquet"];

/// Definitions become plans, never text that is parsed again.
const NEVER_LINKED: &str = "sqlparser";

/// What the sources of a domain crate do not name.
const OUTSIDE_WORLD: &[&str] =
    &["std::env", "std::fs", "std::net", "std::process", "SystemTime", "Instant::now"];

/// The files of domain crates that name something of the outside world after all, with the reason.
const ADAPTERS: &[(&str, &str, &str)] = &[
    ("crates/strongroom-primitives/src/clock.rs", "SystemTime", "implements `Clock`"),
    (
        "crates/strongroom-cohort/src/circe/tests/corpus.rs",
        "std::fs",
        "reads the public definitions that its tests run on",
    ),
];

/// What the workspace decides for all crates.
const INHERITED: &[&str] = &[
    "\nversion.workspace = true\n",
    "\nedition.workspace = true\n",
    "\nrust-version.workspace = true\n",
    "\nlicense.workspace = true\n",
    "\n[lints]\nworkspace = true\n",
];

/// The longest source file, in lines, tests in it included.
const LONGEST_FILE: usize = 500;

const PICTURE: &str = "a picture (a block of ```text)";
const EXAMPLE: &str = "an example in Rust";
const LIMITS: &str = "the section `# What this crate does not do`";

#[test]
fn crates_know_each_other_as_drawn() {
    let workspace = &*WORKSPACE;
    let drawn: Vec<Arrows> = DOMAIN.iter().chain(OUTER).copied().collect();
    let normal = |kind| matches!(kind, DependencyKind::Normal | DependencyKind::Build);
    let mut complaints = compare(&workspace.arrows(normal), &drawn);
    let mut found = workspace.arrows(|kind| kind == DependencyKind::Development);
    found.retain(|_, known| !known.is_empty());
    complaints.extend(compare(&found, FOR_TESTS));
    none(&complaints);
}

#[test]
fn domain_crates_stay_above_the_line() {
    let workspace = &*WORKSPACE;
    let mut complaints = Vec::new();
    for (name, _) in DOMAIN {
        for path in workspace.reach(name) {
            let reached = path.last().map_or("", |package| package.name.as_str());
            if BELOW_THE_LINE.iter().any(|pattern| matches(pattern, reached)) {
                complaints.push(format!("a domain crate reaches below the line: {}", written(&path)));
            }
        }
    }
    none(&complaints);
}

#[test]
fn what_is_linked_is_there_once_or_never() {
    let workspace = &*WORKSPACE;
    let mut complaints = Vec::new();
    for name in ONE_VERSION {
        let versions = workspace.metadata.packages.iter().filter(|package| package.name == *name);
        let versions: Vec<_> = versions.map(|package| package.version.to_string()).collect();
        if versions.len() != 1 {
            complaints.push(format!("`{name}` must be there in one version, and is in {versions:?}"));
        }
    }
    for (name, _) in DOMAIN.iter().chain(OUTER) {
        for path in workspace.reach(name) {
            if path.last().is_some_and(|package| package.name == NEVER_LINKED) {
                complaints.push(format!("a parser of SQL is linked: {}", written(&path)));
            }
        }
    }
    none(&complaints);
}

#[test]
fn manifests_say_only_what_is_their_own() {
    let workspace = &*WORKSPACE;
    let mut complaints = Vec::new();
    for package in workspace.members() {
        let folder = package.manifest_path.parent().map(|folder| folder.as_std_path().to_owned());
        let folder = workspace.relative(&folder.unwrap_or_default());
        let expected = match package.publish {
            None => format!("crates/{}", package.name),
            Some(_) => short(&package.name).to_owned(),
        };
        if folder != expected {
            complaints.push(format!("`{}` lies in `{folder}`, and belongs in `{expected}`", package.name));
        }
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        for line in INHERITED.iter().filter(|line| !manifest.contains(*line)) {
            complaints.push(format!(
                "`{}` does not say `{}` in its manifest",
                package.name,
                line.trim().replace('\n', " ")
            ));
        }
        if package.description.as_deref().is_none_or(|description| description.ends_with('.')) {
            complaints.push(format!("`{}` needs a description, without a full stop", package.name));
        }
    }
    none(&complaints);
}

#[test]
fn every_library_has_a_front_page() {
    let workspace = &*WORKSPACE;
    let mut complaints = Vec::new();
    for package in workspace.members() {
        for target in package.targets.iter().filter(|target| target.is_lib()) {
            let missing = missing_on(&fs::read_to_string(&target.src_path).unwrap());
            complaints
                .extend(missing.iter().map(|part| format!("the page of `{}` lacks {part}", package.name)));
        }
    }
    none(&complaints);
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let workspace = &*WORKSPACE;
    let mut complaints = Vec::new();
    for source in workspace.members().flat_map(|package| workspace.sources(package)) {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE {
            complaints.push(format!("`{}` has {lines} lines; it holds more than one idea", source.path));
        }
    }
    none(&complaints);
}

#[test]
fn domain_crates_do_not_look_outside() {
    let workspace = &*WORKSPACE;
    let mut complaints = Vec::new();
    let mut unused: BTreeSet<_> = ADAPTERS.iter().map(|(path, word, _)| (*path, *word)).collect();
    let domain =
        workspace.members().filter(|package| DOMAIN.iter().any(|(name, _)| *name == short(&package.name)));
    for source in domain.flat_map(|package| workspace.sources(package)) {
        for (number, line) in source.code() {
            for word in OUTSIDE_WORLD.iter().filter(|word| names(line, word)) {
                let excepted = ADAPTERS.iter().find(|(path, other, _)| *path == source.path && other == word);
                match excepted {
                    Some((path, word, _)) => drop(unused.remove(&(*path, *word))),
                    None => complaints.push(format!("`{}:{number}` names `{word}`", source.path)),
                }
            }
        }
    }
    complaints.extend(unused.iter().map(|(path, word)| format!("`{path}` no longer names `{word}`")));
    none(&complaints);
}

/// Fails with all complaints at once.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}

fn compare(found: &BTreeMap<&str, BTreeSet<&str>>, drawn: &[Arrows]) -> Vec<String> {
    let mut complaints = Vec::new();
    let drawn: BTreeMap<&str, BTreeSet<&str>> =
        drawn.iter().map(|(name, known)| (*name, known.iter().copied().collect())).collect();
    for (name, known) in found {
        let Some(allowed) = drawn.get(name) else {
            complaints.push(format!("`{name}` → {known:?} is not drawn: give `{name}` a line"));
            continue;
        };
        let new = known.difference(allowed);
        complaints.extend(new.map(|other| format!("`{name}` → `{other}` is not drawn: does it point down?")));
        let gone = allowed.difference(known);
        complaints
            .extend(gone.map(|other| format!("`{name}` → `{other}` is drawn and not needed: take it out")));
    }
    let gone = drawn.keys().filter(|name| !found.contains_key(*name));
    complaints.extend(gone.map(|name| format!("`{name}` is drawn and has no such dependency: take it out")));
    complaints
}

fn written(path: &[&Package]) -> String {
    path.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(" → ")
}

fn short(name: &str) -> &str {
    name.strip_prefix("strongroom-").unwrap_or(name)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// Whether the line names the path, written out or within the braces of a `use`.
fn names(line: &str, path: &str) -> bool {
    let in_braces = || {
        let (module, name) = path.split_once("::")?;
        let (_, inside) = line.split_once(&format!("use {module}::{{"))?;
        Some(inside.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name))
    };
    line.contains(path) || in_braces().unwrap_or(false)
}

/// The parts that the front page of a library lacks.
fn missing_on(source: &str) -> Vec<&'static str> {
    let page = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let mut missing = vec![PICTURE, EXAMPLE, LIMITS];
    let mut in_block = false;
    for line in page {
        let found = match line.strip_prefix("```") {
            Some(_) if in_block => None,
            Some("text") => Some(PICTURE),
            Some("" | "no_run") => Some(EXAMPLE),
            Some(_) => None,
            None => (line == "# What this crate does not do" && !in_block).then_some(LIMITS),
        };
        in_block ^= line.starts_with("```");
        missing.retain(|part| Some(*part) != found);
    }
    missing
}

static WORKSPACE: LazyLock<Workspace> = LazyLock::new(Workspace::load);

struct Workspace {
    metadata: Metadata,
    root: PathBuf,
}

/// A source file that is not there for tests alone.
struct Source {
    /// Relative to the workspace.
    path: String,
    text: String,
}

impl Workspace {
    fn load() -> Self {
        let root = Path::new("..").canonicalize().unwrap();
        // For this machine's platform only: on the web, clocks and randomness come with futures.
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .other_options(["--filter-platform".to_owned(), "host-tuple".to_owned()])
            .exec()
            .unwrap();
        Self { metadata, root }
    }

    fn members(&self) -> impl Iterator<Item = &Package> {
        self.metadata.workspace_packages().into_iter()
    }

    /// Which members know which, by dependencies of this kind.
    fn arrows(&self, kind: impl Fn(DependencyKind) -> bool) -> BTreeMap<&str, BTreeSet<&str>> {
        let members: BTreeSet<_> = self.members().map(|package| package.name.as_str()).collect();
        self.members()
            .map(|package| {
                let known = package
                    .dependencies
                    .iter()
                    .filter(|dependency| kind(dependency.kind) && members.contains(dependency.name.as_str()));
                (short(&package.name), known.map(|dependency| short(&dependency.name)).collect())
            })
            .collect()
    }

    /// Everything that the member links, each with the shortest way to it.
    fn reach(&self, name: &str) -> Vec<Vec<&Package>> {
        let start = self.members().find(|package| short(&package.name) == name);
        let start = start.unwrap_or_else(|| panic!("there is no crate `{name}` in the workspace"));
        let resolve = self.metadata.resolve.as_ref().unwrap();
        let linked: BTreeMap<&PackageId, Vec<&PackageId>> = resolve
            .nodes
            .iter()
            .map(|node| {
                let normal = node.deps.iter().filter(|dependency| {
                    dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
                });
                (&node.id, normal.map(|dependency| &dependency.pkg).collect())
            })
            .collect();
        let mut seen = BTreeSet::from([&start.id]);
        let mut queue = VecDeque::from([vec![start]]);
        let mut ways = Vec::new();
        while let Some(way) = queue.pop_front() {
            let last = way.last().map(|package| &package.id).and_then(|id| linked.get(id));
            for next in last.into_iter().flatten().filter(|next| seen.insert(**next)) {
                queue.push_back(way.iter().copied().chain([&self.metadata[*next]]).collect());
            }
            ways.push(way);
        }
        ways
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap().to_str().unwrap().replace('\\', "/")
    }

    /// The sources of the package, without those that only tests see.
    fn sources(&self, package: &Package) -> Vec<Source> {
        let folder = package.manifest_path.parent().unwrap().as_std_path().join("src");
        let mut sources = Vec::new();
        let mut folders = VecDeque::from_iter(folder.is_dir().then_some(folder));
        while let Some(folder) = folders.pop_front() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push_back(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = fs::read_to_string(&path).unwrap();
                    sources.push(Source { path: self.relative(&path), text });
                }
            }
        }
        let tests: BTreeSet<String> = sources.iter().flat_map(Source::test_modules).collect();
        sources.retain(|source| !tests.contains(&source.path));
        sources
    }
}

impl Source {
    /// The files of the modules that this file has for tests alone.
    fn test_modules(&self) -> Vec<String> {
        let (folder, name) = self.path.rsplit_once('/').unwrap();
        let folder = match name {
            "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
            _ => self.path.trim_end_matches(".rs").to_owned(),
        };
        let declared = self.text.lines().zip(self.text.lines().skip(1));
        let declared = declared.filter(|(attribute, _)| attribute.trim() == "#[cfg(test)]");
        declared
            .filter_map(|(_, line)| line.trim().strip_prefix("mod ")?.strip_suffix(';'))
            .map(|module| format!("{folder}/{module}.rs"))
            .collect()
    }

    /// The lines that are compiled into the library, with their numbers: neither comments nor tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("\n#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let lines = self.text.get(..end).unwrap_or_default().lines();
        (1..).zip(lines).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}
