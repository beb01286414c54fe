//! What ARCHITECTURE.md says of the house: who may know whom, and what each must not know.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The folder of each member, below the root, and the names of what it depends on, tests apart.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let entry = |package: &Value| {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        let folder = manifest.parent().unwrap().strip_prefix(root()).unwrap();
        let needed = package["dependencies"].as_array().unwrap().iter();
        let needed = needed.filter(|dependency| dependency["kind"] != "dev");
        let names = needed.map(|dependency| dependency["name"].as_str().unwrap().to_owned());
        (folder.to_str().unwrap().to_owned(), names.collect())
    };
    packages.iter().map(entry).collect()
}

/// Ours among `names`.
fn ours(names: &BTreeSet<String>) -> BTreeSet<&str> {
    let names = names.iter().map(String::as_str);
    names.filter(|name| name.starts_with("bp-") || *name == "backpressure").collect()
}

#[test]
fn data_goes_one_way() {
    // What each may know of ours; strategies and executors are below.
    let allowed: &[(&str, &[&str])] = &[
        ("crates/backpressure", &[]), // it stands alone
        ("crates/core", &[]),
        ("crates/record", &[]),
        ("crates/workloads", &["bp-core", "bp-record"]),
        ("crates/observe", &["bp-core", "bp-record"]),
        ("crates/analysis", &["bp-record"]),
        ("crates/report", &["bp-record", "bp-analysis"]),
        ("crates/watch", &["bp-record", "bp-report"]),
        // Nobody measures it: it runs in a process of its own, which the program alone starts.
        ("crates/servers", &["bp-record", "bp-workloads"]),
        ("crates/harness", &["bp-registry", "bp-record", "bp-analysis", "bp-observe"]),
        // It runs strategies in the virtual world, and holds them to the replay of their rules.
        (
            "crates/laws",
            &["bp-core", "bp-virtual", "bp-registry", "bp-record", "bp-analysis", "bp-observe"],
        ),
        // It lets strategies run under schedules that shuttle draws.
        ("crates/models", &["bp-core", "bp-registry", "bp-record"]),
        (
            "crates/bench",
            &[
                "bp-core",
                "bp-registry",
                "bp-harness",
                "bp-record",
                "bp-analysis",
                "bp-report",
                "bp-observe",
            ],
        ),
        // Crates of others, each on the executor that it was made for.
        ("crates/peers", &["bp-core", "bp-tokio", "bp-async-std"]),
        // A crate of somebody else: its bench alone knows us, and by one name.
        ("examples/own-workload", &[]),
        // A strategy of somebody else knows the contract; its tests know the laws.
        ("examples/own-strategy", &["bp-core"]),
        (
            "crates/cli",
            &[
                "bp-harness",
                "bp-laws",
                "bp-report",
                "bp-record",
                "bp-analysis",
                "bp-registry",
                "bp-observe",
                "bp-servers",
                "bp-watch",
            ],
        ),
        (
            "benches",
            &["bp-harness", "bp-report", "bp-record", "bp-analysis", "bp-registry", "bp-observe"],
        ),
    ];
    let allowed: BTreeMap<_, _> = allowed.iter().copied().collect();
    let contract = BTreeSet::from(["bp-core", "backpressure"]);
    for (folder, names) in dependencies() {
        let known = ours(&names);
        if folder == "crates/registry" {
            assert!(!known.contains("bp-report") && !known.contains("bp-harness"));
        } else if folder.starts_with("crates/strategies/")
            || folder.starts_with("crates/executors/")
        {
            let beyond: Vec<_> = known.difference(&contract).collect();
            assert!(beyond.is_empty(), "{folder} knows {beyond:?} beside contract and library");
        } else {
            let allowed: BTreeSet<_> = allowed
                .get(folder.as_str())
                .unwrap_or_else(|| panic!("{folder} has no place in the table of this test"))
                .iter()
                .copied()
                .collect();
            let beyond: Vec<_> = known.difference(&allowed).collect();
            assert!(beyond.is_empty(), "{folder} must not know {beyond:?}");
        }
    }
}

#[test]
fn a_strategy_knows_its_primitive_and_no_runtime() {
    let primitives = BTreeSet::from([
        "async-channel",
        "async-lock",
        "backpressure",
        "bp-core",
        "futures",
        "governor",
        "tokio",
    ]);
    for (folder, names) in dependencies() {
        if folder.starts_with("crates/strategies/") {
            let names: BTreeSet<_> = names.iter().map(String::as_str).collect();
            let beyond: Vec<_> = names.difference(&primitives).collect();
            assert!(beyond.is_empty(), "{folder} must not know {beyond:?}");
            let manifest = fs::read_to_string(root().join(&folder).join("Cargo.toml")).unwrap();
            let runtime = manifest
                .lines()
                .find(|line| line.starts_with("tokio") && !line.contains(r#"features = ["sync"]"#));
            assert_eq!(runtime, None, "{folder}: of tokio only the primitives, which run anywhere");
        }
    }
}

#[test]
fn each_runtime_is_known_to_its_executor_alone() {
    let runtimes = [("async-std", "async-std"), ("smol", "smol"), ("async-io", "futures")];
    for (folder, names) in dependencies() {
        // The library has ways to all of them for who asks: its own test is below.
        if folder == "crates/backpressure" {
            continue;
        }
        let known = runtimes.iter().find(|(runtime, _)| names.contains(*runtime));
        if let Some((_, home)) = known {
            assert_eq!(folder, format!("crates/executors/{home}"));
        }
        let manifest = fs::read_to_string(root().join(&folder).join("Cargo.toml")).unwrap();
        let used = manifest.split("[dev-dependencies]").next().unwrap();
        let starts = used.lines().any(|line| line.starts_with("tokio") && line.contains("\"rt"));
        // A server is not measured, and no executor of ours is in its process.
        let may = ["crates/executors/tokio", "crates/servers"].contains(&folder.as_str());
        assert!(!starts || may, "{folder} could start a Tokio");
    }
}

#[test]
fn the_library_takes_along_no_runtime_that_nobody_asked_for() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let library = packages.iter().find(|package| package["name"] == "backpressure").unwrap();
    let needed = library["dependencies"].as_array().unwrap().iter();
    let needed = needed.filter(|on| on["kind"].is_null() && on["optional"] == false);
    let needed = needed.filter(|on| on["target"] != "cfg(backpressure_loom)"); // the models alone
    let names: Vec<_> = needed.map(|on| on["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["atomic-waker", "futures-core", "pin-project-lite"]);
}

#[test]
fn there_is_one_binary_and_every_member_but_two_is_a_default() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let targets = packages.iter().flat_map(|package| package["targets"].as_array().unwrap());
    let binaries = targets.filter(|target| target["kind"][0] == "bin");
    let names: Vec<_> = binaries.map(|target| target["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["backpressure"]);
    let members = |key: &str| -> BTreeSet<String> {
        metadata[key].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let (all, defaults) = (members("workspace_members"), members("workspace_default_members"));
    let others: Vec<_> = all.difference(&defaults).collect();
    let known = |other: &&&String| ["models#", "peers#"].iter().any(|name| other.contains(name));
    assert!(others.len() == 2 && others.iter().all(|other| known(&other)), "{others:?}");
    for (folder, _) in dependencies() {
        let manifest = fs::read_to_string(root().join(&folder).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("bench = false"), "{folder}: `cargo bench` would run its tests");
    }
}

/// Every source file below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target" && name != ".git") {
                found.extend(sources(&path));
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_strategy_sees_no_clock_and_no_observer_and_is_short() {
    let forbidden = [
        "Instant",
        "SystemTime",
        ".now(",
        "::now(",
        "monotonic",
        "println",
        "bp_observe",
        "bp_record",
        "tokio::spawn",
        "tokio::time",
        "smol::",
        "async_std::",
    ];
    // Those whose rule is about time may read the clock that sleeps obey, a virtual one too; nobody
    // may measure with another.
    let timed = ["adaptive/src/lib.rs", "rate-limit/src/lib.rs", "rate-limit/src/ticks.rs"];
    let mut asked: Vec<_> = timed.to_vec();
    let mut seen = 0;
    let sources = sources(&root().join("crates/strategies")).into_iter();
    for path in sources.filter(|path| path.parent().is_some_and(|parent| parent.ends_with("src"))) {
        let text = fs::read_to_string(&path).unwrap();
        let code: String =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let may_ask = timed.iter().find(|file| path.ends_with(file));
        // What the limiter calls an instant is a moment on that clock.
        let code = may_ask.map_or(code.clone(), |_| code.replace("type Instant = Duration", ""));
        let known = forbidden.iter().filter(|word| code.contains(**word));
        let known: Vec<_> = known.filter(|word| may_ask.is_none() || **word != ".now(").collect();
        asked.retain(|file| Some(file) != may_ask || !code.contains(".now("));
        assert!(known.is_empty(), "{}: a strategy must not know {known:?}", path.display());
        assert!(text.lines().count() <= 60, "{} is longer than 60 lines", path.display());
        seen += 1;
    }
    assert_eq!(asked, [""; 0], "they may read the clock, and do not");
    assert!(seen >= 29, "only {seen} files were found");
}

#[test]
fn a_strategy_begins_with_its_sentence_and_names_its_document() {
    for entry in bp_registry::catalogue().strategies {
        assert!(entry.sentence.ends_with('.') && entry.sentence.len() < 160, "{entry:?}");
        assert!(entry.source.starts_with("document 00"), "{entry:?}");
    }
}

#[test]
fn files_are_short_enough_to_read() {
    for path in sources(&root().join("crates")) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}

#[test]
fn what_is_compiled_stays_affordable() {
    let instances = bp_registry::instances();
    assert!((200..=800).contains(&instances), "{instances} combinations");
}
