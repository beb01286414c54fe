//! `race`: a page from the traces of a run.

use std::fs;

use super::common::Place;

fn run(place: &Place) {
    place.tiny(&["--out", "run"]).exits(0);
}

#[test]
fn a_run_becomes_a_page_that_stands_alone() {
    let place = Place::new();
    run(&place);
    let ended = place.run(["race", "run"]).exits(0);
    assert_eq!(ended.stdout(), "run/race.html\n");
    let page = fs::read_to_string(place.path().join("run/race.html")).unwrap();
    assert!(page.contains(r#""cell":"fixed/semaphore/virtual/limit=4""#));
    assert!(!page.contains("://"), "it needs no network");
    // Again: a page of ours is replaced.
    place.run(["race", "run"]).exits(0);
    let again = fs::read_to_string(place.path().join("run/race.html")).unwrap();
    assert_eq!(page, again, "the same traces give the same bytes");
}

#[test]
fn nothing_but_a_race_page_is_replaced() {
    let place = Place::new();
    run(&place);
    fs::write(place.path().join("thesis.html"), "<!doctype html><title>Mine</title>").unwrap();
    let ended = place.run(["race", "run", "--out", "thesis.html"]).exits(1);
    ended.says(&["thesis.html is there and is no race page"]);
    let kept = fs::read_to_string(place.path().join("thesis.html")).unwrap();
    assert!(kept.contains("Mine"));
}

#[test]
fn a_strategy_whose_jobs_were_refused_is_in_no_race() {
    let place = Place::new();
    let plan = "name = 'full'\nrounds = 1\ntimeout = '50s'\n[[matrix]]\nworkloads = ['contended']\n\
                strategies = ['sequential', 'unbounded-spawn']\nexecutors = ['virtual']\njobs = 40\n\
                service = '1ms'\nplaces = 2\nqueue = 4\n";
    fs::write(place.path().join("plan.toml"), plan).unwrap();
    place.run(["run", "--plan", "plan.toml", "--out", "run"]).exits(0);
    let raced = || {
        let page = fs::read_to_string(place.path().join("run/race.html")).unwrap();
        let cells = page.split(r#""cell":""#).skip(1);
        cells.map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(raced(), ["contended/sequential/virtual/-"], "the one beside the report");
    let ended = place.run(["race", "run"]).exits(0);
    let said = ended.stderr();
    let why = "not drawn, since jobs failed or were refused: contended/unbounded-spawn/virtual";
    assert!(said.contains(why), "{said}");
    assert_eq!(raced(), ["contended/sequential/virtual/-"]);
    place.run(["race", "run", "-s", "unbounded"]).exits(4).says(&["a replay would count them"]);
}

#[test]
fn what_matches_nothing_is_said() {
    let place = Place::new();
    run(&place);
    let ended = place.run(["race", "run", "-s", "batching"]).exits(4);
    ended.says(&["no trace matches", "backpressure trace run"]);
    place.run(["race", "nowhere"]).exits(1).says(&["nowhere"]);
}

#[cfg(target_os = "linux")]
#[test]
fn it_opens_in_the_browser_of_the_reader() {
    use std::{os::unix::fs::PermissionsExt, path::Path};

    use assert_cmd::Command;

    let place = Place::new();
    run(&place);
    let open = |path: &Path, verb: &str| {
        let mut command = Command::cargo_bin("backpressure").unwrap();
        command.current_dir(place.path()).env("PATH", path).args([verb, "run", "--open"]);
        command.output().unwrap()
    };
    // An opener that says what it was asked to open; a named pipe waits until it has.
    let bin = place.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let failed = open(&bin, "race");
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(failed.status.code(), Some(1));
    assert!(said.contains("run/race.html is written, but xdg-open cannot open it"), "{said}");

    let asked = place.path().join("asked");
    let made = std::process::Command::new("mkfifo").arg(&asked).status().unwrap();
    assert!(made.success());
    let opener = bin.join("xdg-open");
    fs::write(&opener, format!("#!/bin/sh\necho \"$1\" > {}\n", asked.display())).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    for verb in ["race", "report"] {
        assert!(open(&bin, verb).status.success());
        let whole = place.path().join(format!("run/{verb}.html"));
        assert_eq!(fs::read_to_string(&asked).unwrap(), format!("{}\n", whole.display()));
    }
}
