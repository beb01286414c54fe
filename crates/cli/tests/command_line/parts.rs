//! Runs in parts: partitions, what resumes them, and what makes one run of them.

use std::{collections::BTreeSet, fs, path::Path};

use bp_record::{Recorded, Role, Store};

use crate::common::Place;

const SWEEP: [&str; 13] = [
    "run",
    "-w",
    "^fixed$",
    "-s",
    "^(batching|semaphore)$",
    "-x",
    "virtual",
    "-p",
    "limit=2,3",
    "--jobs",
    "12",
    "--rounds",
    "1",
];

fn sweep(place: &Place, more: &[&str]) -> crate::common::Ended {
    place.run(SWEEP.iter().chain(more))
}

fn read(place: &Place, run: &str) -> Recorded {
    Store::read(&place.path().join(run)).unwrap()
}

/// The cells that were measured, and how often in all.
fn measured(recorded: &Recorded) -> (BTreeSet<String>, usize) {
    let samples = recorded.samples.iter().filter(|sample| sample.role == Role::Measured);
    let ids: Vec<_> = samples.map(|sample| sample.cell.id()).collect();
    (ids.iter().cloned().collect(), ids.len())
}

fn file(run: &Path, name: &str) -> Vec<u8> {
    fs::read(run.join(name)).unwrap()
}

#[test]
fn all_parts_make_the_whole_and_each_keeps_together_what_is_compared() {
    let place = Place::new();
    sweep(&place, &["--out", "whole"]).exits(0);
    for part in ["1", "2", "3"] {
        let partition = format!("slice:{part}/3");
        sweep(&place, &["--partition", &partition, "--out", part]).exits(0);
        let (cells, _) = measured(&read(&place, part));
        for id in &cells {
            let other = match id.contains("batching") {
                true => id.replace("batching", "semaphore"),
                false => id.replace("semaphore", "batching"),
            };
            assert!(cells.contains(&other), "{id} without what it is compared with");
        }
    }
    // Dealt in turn: two units in three parts leave one without.
    assert_eq!(measured(&read(&place, "1")).0.len(), 2);
    assert_eq!(measured(&read(&place, "3")), (BTreeSet::new(), 0));

    let ended = place.run(["merge", "merged", "3", "1", "2"]).exits(0);
    assert!(ended.stdout().contains("semaphore"), "{}", ended.stdout());
    assert!(!ended.stderr().contains("warning"), "{}", ended.stderr());
    assert_eq!(measured(&read(&place, "merged")), measured(&read(&place, "whole")));
    assert!(read(&place, "merged").is_complete());

    let merged = place.path().join("merged");
    let (samples, summary) = (file(&merged, "samples.csv"), file(&merged, "summary.csv"));
    place.run(["report", "merged"]).exits(0);
    assert_eq!((file(&merged, "samples.csv"), file(&merged, "summary.csv")), (samples, summary));
    let report = String::from_utf8(file(&merged, "report.md")).unwrap();
    assert!(report.contains("Merged from 3 runs"), "{report}");
    place
        .run(["run", "--resume", "merged"])
        .exits(1)
        .says(&["it was merged", "go on with its parts"]);
}

#[test]
fn a_merge_that_would_lie_is_refused() {
    let place = Place::new();
    let part = |partition: &str, out: &str, more: &[&str]| {
        sweep(&place, &[&["--partition", partition, "--out", out], more].concat()).exits(0);
    };
    part("slice:1/2", "one", &[]);
    part("slice:2/2", "two", &[]);
    part("slice:2/2", "seed", &["--seed", "9"]);
    part("hash:2/2", "hash", &[]);
    sweep(&place, &["--out", "whole"]).exits(0);
    let merge = |parts: &[&str]| place.run([&["merge", "out"], parts].concat());
    merge(&["one", "one"]).exits(1).says(&["cannot merge one", "and so has one"]);
    merge(&["one", "seed"]).exits(1).says(&["cannot merge seed", "seed was 1 and is 9"]);
    merge(&["one", "hash"]).exits(1).says(&["cannot merge hash", "divided in two ways"]);
    merge(&["one", "whole"]).exits(1).says(&["cannot merge whole", "made with --partition"]);
    merge(&["one"]).exits(1).says(&["slice:2/2 is missing", "--allow-missing"]);
    merge(&["one", "nowhere"]).exits(1).says(&["nowhere"]);
    place.run(["merge", "one", "one", "two"]).exits(1).says(&["one holds an earlier run"]);
    assert!(!place.path().join("out").exists(), "nothing is begun");

    let ended = merge(&["one", "--allow-missing"]).exits(0);
    assert!(ended.stderr().contains("warning: one: slice:2/2 is missing"), "{}", ended.stderr());
    assert!(ended.stderr().contains("the run is not complete"), "{}", ended.stderr());

    // The same description, but of another machine.
    let path = place.path().join("two/run.json");
    let text = fs::read_to_string(&path).unwrap();
    let other = text.replacen("\"processors\": ", "\"processors\": 4", 1);
    assert_ne!(text, other);
    fs::write(&path, &other).unwrap();
    merge(&["one", "two"]).exits(1).says(&["two/run.json", "was changed since the run began"]);
}

#[test]
fn a_partition_that_is_none_is_a_usage_error() {
    let place = Place::new();
    for text in ["slice:0/4", "slice:5/4", "count:1/4", "slice"] {
        let ended = sweep(&place, &["--partition", text]).exits(2);
        assert!(ended.stderr().contains("is no partition"), "{}", ended.stderr());
    }
    assert!(!place.path().join("reports").exists());
}

#[test]
fn nothing_may_be_given_with_resume_but_the_run() {
    let place = Place::new();
    place.tiny(&["--out", "mine", "--rounds", "1"]).exits(0);
    for more in [&["--rounds", "3"][..], &["-s", "batching"], &["--format", "csv"], &["--dry-run"]]
    {
        let ended = place.run([&["run", "--resume", "mine"], more].concat()).exits(2);
        assert!(ended.stderr().contains("cannot be used with"), "{}", ended.stderr());
    }
    let ended = place.run(["run", "--resume", "mine"]).exits(0);
    assert!(ended.stderr().contains("mine is complete"), "{}", ended.stderr());
    place.run(["run", "--resume", "nowhere"]).exits(1).says(&["nowhere holds no run"]);
}

#[test]
fn a_run_whose_plan_has_changed_is_not_continued() {
    let place = Place::new();
    let plan = |jobs: &str, rounds: &str| {
        let text = format!(
            "name = 'mine'\nrounds = {rounds}\ntimeout = '20s'\n[[matrix]]\nworkloads = ['fixed']\n\
             strategies = ['semaphore']\nexecutors = ['virtual']\nlimit = [4]\njobs = {jobs}\n"
        );
        fs::write(place.path().join("mine.toml"), text).unwrap();
    };
    plan("12", "1");
    place.run(["run", "--plan", "mine.toml", "--out", "mine"]).exits(0);
    plan("12", "2");
    place.run(["run", "--resume", "mine"]).exits(1).says(&["rounds was 1 and is 2"]);
    plan("13", "1");
    let changed = ["1 cell planned with other settings: fixed/semaphore/virtual/limit=4"];
    place.run(["run", "--resume", "mine"]).exits(1).says(&changed);
    fs::remove_file(place.path().join("mine.toml")).unwrap();
    place.run(["run", "--resume", "mine"]).exits(1).says(&["cannot read the plan mine.toml"]);
}
