//! Directories that cannot be read or written, and those that are not ours.

use std::fs;

use crate::common::Place;

#[test]
fn an_unreadable_directory_of_files() {
    let place = Place::new();
    fs::write(place.path().join("plain"), "").unwrap();
    for directory in ["nowhere", "plain"] {
        place
            .run(["run", "-w", "files", "-x", "^smol$", "-s", "^batching$", "--dir", directory])
            .exits(1)
            .says(&[directory, "name "]);
    }
    assert!(!place.path().join("reports").exists(), "nothing is begun");
}

#[test]
fn an_output_that_is_a_file() {
    let place = Place::new();
    fs::write(place.path().join("taken"), "precious").unwrap();
    place.tiny(&["--out", "taken"]).exits(1).says(&["taken is a file"]);
    place.tiny(&["--out", "taken/deeper"]).exits(1).says(&["taken"]);
    assert_eq!(fs::read_to_string(place.path().join("taken")).unwrap(), "precious");
}

#[test]
fn an_output_directory_with_something_else_in_it() {
    let place = Place::new();
    fs::create_dir(place.path().join("home")).unwrap();
    fs::write(place.path().join("home/thesis.txt"), "precious").unwrap();
    for more in [&["--out", "home"][..], &["--out", "home", "--replace"]] {
        place.tiny(more).exits(1).says(&["home", "thesis.txt"]);
    }
    assert_eq!(fs::read_dir(place.path().join("home")).unwrap().count(), 1);
}

#[test]
fn an_earlier_run_is_replaced_only_if_asked() {
    let place = Place::new();
    place.tiny(&["--out", "mine"]).exits(0);
    place
        .tiny(&["--out", "mine"])
        .exits(1)
        .says(&["mine holds an earlier run", "`backpressure run --resume mine`"]);
    place.tiny(&["--out", "mine", "--replace"]).exits(0);
}

#[test]
fn the_latest_run_is_replaced_and_cleaned_but_nothing_else() {
    let place = Place::new();
    place.tiny(&[]).exits(0);
    place.tiny(&[]).exits(0);
    let latest = place.path().join("reports/latest");
    fs::write(latest.join("notes.txt"), "mine").unwrap();
    let ended = place.run(["clean"]).exits(0);
    assert!(ended.stderr().contains("what else was there stays"), "{}", ended.stderr());
    assert_eq!(fs::read_dir(&latest).unwrap().count(), 1);
    place.run(["clean"]).exits(1).says(&["reports/latest", "notes.txt"]);
    fs::remove_dir_all(&latest).unwrap();
    let ended = place.run(["clean"]).exits(0);
    assert!(ended.stderr().contains("nothing to remove"));
}

#[test]
fn a_report_of_what_is_no_run() {
    let place = Place::new();
    place.run(["report", "nowhere"]).exits(1).says(&["run `backpressure --out nowhere` first"]);
    for verb in ["report", "race", "rank", "trace", "watch"] {
        let ended = place.run([verb, "reports/latest"]).exits(1);
        ended.says(&["reports/latest holds no run", "run `backpressure` first"]);
    }
    place.run(["compare", "reports/latest", "x"]).exits(1).says(&["run `backpressure` first"]);
    fs::create_dir(place.path().join("empty")).unwrap();
    place.run(["report", "empty"]).exits(1).says(&["empty"]);
}

#[test]
fn a_report_is_made_again_from_the_events_alone() {
    let place = Place::new();
    let first = place.tiny(&["--out", "mine"]).exits(0);
    let file = |name: &str| fs::read(place.path().join("mine").join(name)).unwrap();
    let (samples, summary) = (file("samples.csv"), file("summary.csv"));
    for name in ["samples.csv", "summary.csv", "report.md"] {
        fs::remove_file(place.path().join("mine").join(name)).unwrap();
    }
    let again = place.run(["report", "mine"]).exits(0);
    assert_eq!(again.stdout(), first.stdout());
    assert_eq!((file("samples.csv"), file("summary.csv")), (samples, summary));

    let events = place.path().join("mine/events.jsonl");
    let damaged = fs::read_to_string(&events).unwrap().replacen("fixed", "mixed", 1);
    fs::write(&events, damaged).unwrap();
    place.run(["report", "mine"]).exits(1).says(&["events.jsonl", "line 2"]);
}
