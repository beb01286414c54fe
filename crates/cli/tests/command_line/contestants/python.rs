//! The documented request and worker, and the Python code of the documents.

use std::{path::Path, process::Command};

use serde_json::json;

use super::*;

const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contestants/python");

/// The documented request is the one that is sent.
#[test]
fn the_documented_request_is_sent() {
    let place = Place::new();
    contestant(&place, "mine", "cat > request.json\n", "");
    let more = ["--mem-cap", "1GiB", "--threads", "2", "--payload", "0B", "--service", "1ms"];
    let plan = "name = 'p'\nrounds = 1\ntimeout = '9s'\n[[matrix]]\nworkloads = ['yield']\n";
    fs::write(place.path().join("plan.toml"), plan).unwrap();
    run(&place, &["mine"], &[&more[..], &["--plan", "plan.toml"]].concat()).exits(0);
    let sent = fs::read_to_string(place.path().join("request.json")).unwrap();
    let mut sent: Value = serde_json::from_str(&sent).unwrap();
    sent["pass"] = json!("trace"); // the last of the three is what is left
    let documented: Value = serde_json::from_str(block("The request", "json")).unwrap();
    assert_eq!(sent, documented);
}

/// True if the Python of this machine can run what is shipped; otherwise says what is not tested.
fn python() -> bool {
    let script = "import asyncio; asyncio.TaskGroup";
    let found = Command::new("python3").args(["-c", script]).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("not tested: there is no Python of 3.11 or later");
    }
    found
}

#[test]
fn the_documented_worker_works() {
    if !python() {
        return;
    }
    let place = Place::new();
    fs::write(place.path().join("mine.toml"), block("Its file", "toml")).unwrap();
    fs::write(place.path().join("worker.py"), block("A worker", "python")).unwrap();
    run(&place, &["mine"], &["-w", "^fixed$", "--service", "1ms"]).exits(0);
    assert_eq!(rows(&place)["mine"].len(), 6);
    assert!(rows(&place)["mine"].iter().all(|row| row.0 == "ok"), "{:?}", rows(&place));
}

#[test]
fn the_code_of_the_documents_keeps_its_promises() {
    if !python() {
        return;
    }
    let place = Place::new();
    let file = Path::new(PYTHON).join("python.toml");
    let file = file.to_str().unwrap();
    let some = ["-w", "^yield$", "-w", "^stragglers$", "--service", "100us"];
    let arguments = ["verify", "-x", "^python$", "--contestant", file];
    let ended = place.run(arguments.iter().chain(&some)).exits(0);
    let said = "30 of 30 cells kept their promises; 30 unsupported";
    assert!(ended.stderr().contains(said), "{}", ended.stderr());
}

#[test]
fn python_that_runs_out_of_memory_says_so() {
    if !python() {
        return;
    }
    let place = Place::new();
    let file = Path::new(PYTHON).join("python.toml");
    let file = file.to_str().unwrap();
    let arguments = ["-s", "^(sequential|batching)$", "-x", "^python$", "--contestant", file];
    let large = ["--jobs", "3", "--payload", "1GiB", "--rounds", "1", "--mem-cap", "64MiB"];
    place.run(["run", "-w", "^yield$"].iter().chain(&arguments).chain(&large)).exits(1);
    let rows = &rows(&place)["python"];
    assert_eq!(rows.len(), 2, "each is verified, and then left alone");
    assert!(rows.iter().all(|row| row.0 == "oom"), "{rows:?}");
}
