//! Leaves in the program what it was built from: the git revision, the compiler, and the versions
//! of the crates that are compared. Each is left out where it cannot be found; nothing fails.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The runtimes and primitives whose versions a result depends on.
const COMPARED: [&str; 10] = [
    "tokio",
    "async-std",
    "smol",
    "futures",
    "async-executor",
    "async-global-executor",
    "async-io",
    "async-lock",
    "async-channel",
    "futures-executor",
];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if let Some(revision) = revision(&root) {
        println!("cargo::rustc-env=BACKPRESSURE_REVISION={revision}");
    }
    let compiler = env::var_os("RUSTC").and_then(|rustc| output(Command::new(rustc).arg("-V")));
    if let Some(compiler) = compiler {
        println!("cargo::rustc-env=BACKPRESSURE_COMPILER={compiler}");
    }
    if let Ok(lock) = fs::read_to_string(root.join("Cargo.lock")) {
        println!("cargo::rustc-env=BACKPRESSURE_CRATES={}", versions(&lock).join(" "));
    }
    // Whether the tree differs from the revision changes with any source, so all are watched.
    let ours = ["Cargo.lock", "crates"].map(|path| root.join(path));
    let git = ["HEAD", "index", "refs/heads"].into_iter().filter_map(|name| git_path(&root, name));
    for path in ours.into_iter().chain(git) {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

/// The commit, with `-dirty` if a tracked file differs from it.
fn revision(root: &Path) -> Option<String> {
    let git = || {
        let mut git = Command::new("git");
        git.current_dir(root);
        git
    };
    // A copy of the sources inside somebody else's repository has no revision of its own.
    root.join(".git").exists().then_some(())?;
    let commit = output(git().args(["rev-parse", "--short=12", "HEAD"]))?;
    let changes = git().args(["status", "--porcelain", "--untracked-files=no"]).output().ok()?;
    let dirty = if changes.stdout.is_empty() { "" } else { "-dirty" };
    Some(format!("{commit}{dirty}"))
}

/// Where git keeps this, which is elsewhere in a linked worktree. A path that is not there would
/// make every build run this again.
fn git_path(root: &Path, name: &str) -> Option<PathBuf> {
    let mut git = Command::new("git");
    let path = output(git.current_dir(root).args(["rev-parse", "--git-path", name]))?;
    Some(root.join(path)).filter(|path| path.exists())
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.lines().next()?.trim().to_owned())
}

/// `name=version` of each compared crate in a lock file.
fn versions(lock: &str) -> Vec<String> {
    let value = |line: &str, key: &str| {
        line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"').map(str::to_owned)
    };
    let lines: Vec<_> = lock.lines().collect();
    lines
        .windows(2)
        .filter_map(|pair| Some((value(pair[0], "name")?, value(pair[1], "version")?)))
        .filter(|(name, _)| COMPARED.contains(&name.as_str()))
        .map(|(name, version)| format!("{name}={version}"))
        .collect()
}
