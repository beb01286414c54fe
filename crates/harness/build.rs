//! Leaves in the program what it was built from: the git revision, the compiler, and the versions
//! of the crates that are compared. Each is left out where it cannot be found; nothing fails.

use std::{env, fs, path::Path, process::Command};

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
    for path in ["Cargo.lock", ".git/HEAD", ".git/index", ".git/refs/heads", "crates"] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
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
