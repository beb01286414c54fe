//! What the sources do not do, whoever runs them: be unsafe, listen to strangers, believe the wall
//! clock. Each exception has its line here.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Every file below the root with one of these endings, by its path from there; nothing that is
/// built or fetched, and not this file.
fn files(endings: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                if !["target", "node_modules", ".git", "reports"].contains(&name) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending))
                && !path.ends_with(file!())
            {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root()).unwrap().to_str().unwrap();
                found.insert(path.to_owned(), text);
            }
        }
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

/// The lines that have one of the words, with the files that they are in; comments apart.
fn lines_with(words: &[&str], endings: &[&str]) -> Vec<(String, String)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let has = |code: &str, word: &str| {
        code.match_indices(word).any(|(at, _)| !code[..at].ends_with(is_part))
    };
    let mut found = vec![];
    for (path, text) in files(endings) {
        for line in text.lines() {
            let code = line.split("//").next().unwrap_or(line);
            if words.iter().any(|word| has(code, word)) {
                found.push((path.clone(), line.to_owned()));
            }
        }
    }
    found
}

/// The files of such lines.
fn files_with(words: &[&str], endings: &[&str]) -> BTreeSet<String> {
    lines_with(words, endings).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn unsafe_code_is_forbidden_everywhere_but_in_two_files() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let lints = |text: &str, table: &str| -> Vec<String> {
        let below = text.split_once(&format!("[{table}]\n")).unwrap().1;
        let lines = below.lines().take_while(|line| !line.starts_with('['));
        lines.filter(|line| line.contains(" = ")).map(str::to_owned).collect()
    };
    assert!(lints(&manifest, "workspace.lints.rust").contains(&r#"unsafe_code = "forbid""#.into()));
    for (path, text) in files(&["Cargo.toml"]) {
        let inherits = text.contains("[lints]\nworkspace = true\n");
        match path.as_str() {
            "Cargo.toml" => {}
            "crates/observe/Cargo.toml" | "crates/backpressure/Cargo.toml" => {
                let own = lints(&text, "lints.rust").join("\n").replace("\"deny\"", "\"forbid\"");
                assert_eq!(own, lints(&manifest, "workspace.lints.rust").join("\n"));
                assert_eq!(
                    lints(&text, "lints.clippy"),
                    lints(&manifest, "workspace.lints.clippy")
                );
            }
            path => assert!(inherits, "{path} has to have the lints of the workspace"),
        }
    }
    let allowed = files_with(
        &["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "unsafe(", "allow(unsafe_code"],
        &[".rs"],
    );
    let known = [("crates/backpressure/src/pinned.rs", 100), ("crates/observe/src/memory.rs", 250)];
    assert_eq!(allowed.into_iter().collect::<Vec<_>>(), known.map(|(path, _)| path));
    for (path, lines) in known {
        let text = fs::read_to_string(root().join(path)).unwrap();
        let blocks = text.matches("unsafe {").count() + text.matches("unsafe impl").count();
        assert_eq!(text.matches("// SAFETY: ").count(), blocks, "{path}: a proof for each");
        assert!(text.lines().count() <= lines, "{path}: it is to be read at once");
    }
}

#[test]
fn nobody_listens_but_on_loopback_at_a_port_that_the_system_chooses() {
    const WORDS: [&str; 8] = [
        "bind(",
        "listen(",
        "createServer",
        "http.server",
        "socketserver",
        "0.0.0.0",
        "[::]",
        "UNSPECIFIED",
    ];
    // What is allowed, and what only sounds like it: a UDP socket that is at once connected to its one
    // peer, interrupts, keys, a method of JavaScript.
    const HARMLESS: [&str; 12] = [
        "TcpListener::bind(\"127.0.0.1:0\")",
        "UdpSocket::bind(\"127.0.0.1:0\")",
        "IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED)",
        "IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED)",
        "let socket = UdpSocket::bind((from, 0))?;",
        // The servers of real work, whose line is longer than that of `bind`.
        "socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;",
        "socket.listen(BACKLOG)",
        "Interrupts::listen()",
        "pub fn listen() -> Result<Self, Error>",
        "listen(model)",
        "fn listen(model: ",
        "draw.bind(race)",
    ];
    let found = lines_with(&WORDS, &[".rs", ".js", ".mjs", ".py", ".sh", "run", "record"]);
    let loopback = found.iter().filter(|(_, line)| line.contains(HARMLESS[0])).count();
    assert!(loopback >= 4, "the sockets of executors are tested with some: {found:?}");
    for (path, line) in found {
        let left = HARMLESS.iter().fold(line.clone(), |line, harmless| line.replace(harmless, ""));
        let word = WORDS.iter().find(|word| left.contains(**word));
        assert_eq!(word, None, "{path} listens to somebody: {line}");
    }
}

/// Whoever sets the wall clock changes the date of a run and what it says of the clocks, and no
/// time: every duration is of the monotonic one.
#[test]
fn the_wall_clock_is_asked_for_dates_and_to_be_doubted() {
    let words = ["SystemTime", "Timestamp::now", "Zoned::now", "UNIX_EPOCH"];
    let found = files_with(&words, &[".rs"]);
    let own: Vec<_> = found.iter().filter(|path| path.contains("/src/")).collect();
    let allowed = [
        // When a run began.
        "crates/bench/src/measure.rs",
        // The same, and the name of a directory.
        "crates/cli/src/verbs/run.rs",
        // Beside the monotonic one, to see whether they part.
        "crates/harness/src/weather.rs",
    ];
    assert_eq!(own, allowed);
}
