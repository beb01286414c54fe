//! Runs that end, well or not.

use std::{fs, path::Path};

use crate::common::Place;

/// The column of that name in each measured row of `samples.csv`.
fn column(run: &Path, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(run.join("samples.csv")).unwrap();
    let heads = reader.headers().unwrap().clone();
    let index = |name: &str| {
        let index = heads.iter().position(|head| head == name);
        index.unwrap_or_else(|| panic!("no column {name}"))
    };
    let rows = reader.records().map(Result::unwrap);
    let measured = rows.filter(|row| &row[index("role")] == "measured");
    measured.map(|row| row[index(name)].to_owned()).collect()
}

#[test]
fn a_run_leaves_all_its_files_and_prints_a_table() {
    let place = Place::new();
    let ended = place.tiny(&["--out", "mine"]).exits(0);
    assert!(ended.stdout().contains("semaphore"), "{}", ended.stdout());
    let files = ["run.json", "events.jsonl", "samples.csv", "summary.csv"];
    for name in files.into_iter().chain(["report.md", "report.html", "race.html"]) {
        assert!(place.path().join("mine").join(name).exists(), "{name} is missing");
    }
    let run = fs::read_to_string(place.path().join("mine/run.json")).unwrap();
    let run: serde_json::Value = serde_json::from_str(&run).unwrap();
    assert_eq!((run["preview"].as_bool(), run["planned"].as_u64()), (Some(true), Some(6)));
    assert_eq!(run["arguments"][0], "run");
    assert_eq!(column(&place.path().join("mine"), "outcome"), ["ok"; 6]);
    assert!(ended.stderr().contains("a preview"), "{}", ended.stderr());
}

#[test]
fn simulated_time_is_exact_and_follows_from_the_seed() {
    let run = |seed: &str| {
        let place = Place::new();
        place.tiny(&["--out", "mine", "--seed", seed, "--service", "3ms"]).exits(0);
        let (mut makespans, passes) = (
            column(&place.path().join("mine"), "makespan_ns"),
            column(&place.path().join("mine"), "pass"),
        );
        let mut keep = passes.iter().map(|pass| pass == "time");
        makespans.retain(|_| keep.next().unwrap());
        makespans
    };
    // 40 jobs of 3 ms, 4 at a time.
    assert_eq!(run("1"), ["30000000"; 3]);
    assert_eq!(run("2"), ["30000000"; 3]);
}

#[test]
fn results_come_in_every_format() {
    let place = Place::new();
    let json = place.tiny(&["--format", "json"]).exits(0).stdout();
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
    let csv = place.run(["report", "reports/latest", "--format", "csv"]).exits(0).stdout();
    assert!(csv.lines().count() >= 2, "{csv}");
    assert!(csv.lines().next().unwrap().contains("makespan"));
    let markdown = place.run(["report", "reports/latest", "--format", "markdown"]).exits(0);
    assert!(markdown.stdout().contains('|'));
}

#[test]
fn a_cell_that_takes_too_long_is_a_row() {
    let place = Place::new();
    let ended = place
        .run([
            "run",
            "-w",
            "^fixed$",
            "-s",
            "^sequential$",
            "-x",
            "^smol$",
            "--jobs",
            "8",
            "--service",
            "1h",
            "--timeout",
            "100ms",
            "--rounds",
            "1",
            "--out",
            "mine",
        ])
        .exits(1);
    assert!(ended.stderr().contains("4 timeout"), "{}", ended.stderr());
    assert!(ended.stderr().contains("nothing ended well"), "{}", ended.stderr());
    assert_eq!(column(&place.path().join("mine"), "outcome"), ["timeout"; 4]);
    assert_eq!(column(&place.path().join("mine"), "message")[0], "no end after 100 ms");
}

#[test]
fn a_cell_that_passes_its_memory_cap_is_a_row() {
    let place = Place::new();
    let ended = place
        .run([
            "run",
            "-w",
            "^fixed$",
            "-s",
            "^unbounded-spawn$",
            "-x",
            "^virtual$",
            "--jobs",
            "400",
            "--payload",
            "1MiB",
            "--mem-cap",
            "64MiB",
            "--rounds",
            "1",
            "--out",
            "mine",
        ])
        .exits(1);
    assert!(ended.stderr().contains("oom"), "{}", ended.stderr());
    let (passes, outcomes) =
        (column(&place.path().join("mine"), "pass"), column(&place.path().join("mine"), "outcome"));
    for (pass, outcome) in passes.iter().zip(&outcomes) {
        // The time pass must not count, so there the cap is one on address space, with slack.
        assert!(outcome == "oom" || pass == "time", "{pass}: {outcome}");
    }
}

#[test]
fn jobs_that_fail_and_panic_are_counted_and_not_an_outcome() {
    let place = Place::new();
    place.tiny(&["--fail", "20%", "--panic", "10%", "--jobs", "400", "--out", "mine"]).exits(0);
    let run = place.path().join("mine");
    assert_eq!(column(&run, "outcome"), ["ok"; 6]);
    let some =
        |name: &str| column(&run, name).iter().all(|count| count.parse::<u32>().unwrap() > 0);
    assert!(some("failed") && some("panicked"));
}

#[test]
fn real_files_are_read_and_verified() {
    let place = Place::new();
    fs::create_dir(place.path().join("data")).unwrap();
    for index in 0..5 {
        fs::write(place.path().join(format!("data/{index}")), vec![index; 5_000]).unwrap();
    }
    place
        .run([
            "run",
            "-w",
            "files",
            "-s",
            "^semaphore$",
            "-x",
            "^(smol|tokio)$",
            "--jobs",
            "20",
            "--dir",
            "data",
            "--rounds",
            "1",
            "--out",
            "mine",
        ])
        .exits(0);
    assert_eq!(column(&place.path().join("mine"), "outcome"), ["ok"; 8]);
}
