//! What `verify` finds can be seen again: from a row of JSON, and by the line that it prints.

use serde_json::Value;

use crate::common::Place;

/// The rows that it prints as JSON.
fn rows(arguments: &[&str], code: i32) -> Vec<Value> {
    let all = [&["verify", "--format", "json"], arguments].concat();
    serde_json::from_str(&Place::new().run(all).exits(code).stdout()).unwrap()
}

/// Runs a printed line in a shell, word for word, with the program under test as `backpressure`.
#[cfg(unix)]
fn word_for_word(line: &str) -> (Option<i32>, String) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_backpressure"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let mut shell = std::process::Command::new("sh");
    let ended = shell.args(["-c", line]).env("PATH", path).output().unwrap();
    (ended.status.code(), String::from_utf8(ended.stdout).unwrap())
}

#[test]
fn a_row_of_json_says_what_it_takes_to_see_it_again() {
    let laws = ["--law", "limit", "--law", "memory", "-s", "^batching$", "--seed", "7"];
    let found = rows(&[&laws[..], &["--schedules", "30"]].concat(), 0);
    assert_eq!((&found[0]["seed"], &found[0]["schedules"]), (&7.into(), &30.into()));
    // What has no meaning for a row is not in it: memory is seen by probes.
    assert!(found[1].get("schedules").is_none() && found[1].get("executor").is_none());
    let cells = ["-w", "^fixed$", "-s", "^batching$", "-x", "virtual", "--seed", "9"];
    let found = rows(&cells, 0);
    let told = ["workload", "executor", "seed"].map(|key| &found[0][key]);
    assert_eq!(told, [&Value::from("fixed"), &"virtual".into(), &9.into()]);
    // One schedule is its own seed.
    let one = ["--law", "limit", "-s", "^batching$", "--schedule", "0103"];
    let found = rows(&one, 0);
    assert_eq!((&found[0]["schedule"], found[0].get("seed")), (&"0103".into(), None));
}

#[test]
#[cfg(unix)]
fn the_line_that_is_printed_with_a_broken_cell_shows_it_again() {
    // Jobs of an hour, in a second: each of these has to be in the line, and one of two limits.
    let size = ["--jobs", "9", "--service", "1h", "--timeout", "500ms", "--mem-cap", "1GiB"];
    let cells = ["-w", "^fixed$", "-s", "^batching$", "-x", "^tokio$", "-p", "limit=2,3"];
    let found = rows(&[&cells[..], &size, &["--seed", "5"]].concat(), 6);
    assert_eq!(found.len(), 2);
    for (row, limit) in found.iter().zip([2, 3]) {
        let line = row["again"].as_str().unwrap();
        let typed = "--jobs 9 --service 1h --seed 5 --timeout 500ms --mem-cap 1GiB";
        let named = "-w '^fixed$' -s '^batching$' -x '^tokio$'";
        assert_eq!(line, format!("backpressure verify {named} -p limit={limit} {typed}"));
        let (code, said) = word_for_word(&format!("{line} --format json"));
        let again: Vec<Value> = serde_json::from_str(&said).unwrap();
        assert_eq!((code, &again), (Some(6), &vec![row.clone()]), "{line}");
    }
}

/// Ours break no law; crates of others do, in a program that is built with them.
#[test]
#[cfg(all(unix, feature = "peers"))]
fn the_line_that_is_printed_with_a_broken_law_shows_it_again() {
    let of_schedule =
        ["--law", "limit", "-s", "^futures-concurrency-collect$", "--schedules", "99"];
    let of_probe = ["--law", "arguments", "-s", "^tower-concurrency-limit$", "--seed", "5"];
    for (chosen, option) in [(of_schedule, " --schedule 00"), (of_probe, " --seed 5")] {
        let found = &rows(&chosen, 6)[0];
        let line = found["again"].as_str().unwrap();
        let start = "cargo run --release --features peers -- verify --law ";
        assert!(line.starts_with(start) && line.contains(option), "{line}");
        // The program under test is that of this command, but for the optimisation.
        let here = line.replace("cargo run --release --features peers --", "backpressure");
        let (code, said) = word_for_word(&format!("{here} --format json"));
        let again: Vec<Value> = serde_json::from_str(&said).unwrap();
        let told = |row: &Value| ["law", "verdict", "seen", "steps"].map(|key| row[key].clone());
        assert_eq!((code, told(&again[0])), (Some(6), told(found)), "{line}");
    }
}

/// The same as text and for a page: each step on a line of its own.
#[test]
#[cfg(feature = "peers")]
fn a_broken_law_is_told_step_by_step() {
    let one =
        ["verify", "--law", "limit", "-s", "^futures-concurrency-collect$", "--schedules", "9"];
    let said = Place::new().run(one).exits(6).stdout();
    let at = |text: &str| said.find(text).unwrap_or_else(|| panic!("no {text}: {said}"));
    let places = ["Broken:\n", "(seed ", "\n     1. limit 1,", "job 1 starts\n", "    cargo run "];
    assert!(places.map(at).is_sorted(), "{said}");
    let said = Place::new().run(one.iter().chain(&["--format", "markdown"])).exits(6).stdout();
    assert!(said.contains("`\n  1. limit 1,"), "{said}");
}
