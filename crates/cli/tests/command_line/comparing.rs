//! `compare` and `rank`: what they print, how they exit, and what they refuse.

use std::{fs, path::Path};

use bp_record::{Pass, Run, Sample, Store};

use crate::common::{Ended, Place};

/// The gate of the tests: simulated time has no noise, processor time has.
const GATE: &str = "makespan_ns = \"5%\"\nsojourn_max_ns = \"5%|1us\"\n";

/// A place with a gate and a run of two strategies in simulated time.
fn place_with_run() -> Place {
    let place = Place::new();
    fs::write(place.path().join("gate.toml"), GATE).unwrap();
    let strategies = ["-s", "^(batching|semaphore)$", "--out", "base"];
    place.tiny(&strategies).exits(0);
    place
}

/// A copy of the run `base`, its samples changed.
fn altered(place: &Place, name: &str, change: impl Fn(&mut Sample)) {
    copied(place, name, |_| {}, change);
}

fn copied(place: &Place, name: &str, of_run: impl Fn(&mut Run), change: impl Fn(&mut Sample)) {
    let mut recorded = Store::read(&place.path().join("base")).unwrap();
    of_run(&mut recorded.run);
    let mut store = Store::create(&place.path().join(name), &recorded.run, false).unwrap();
    for mut sample in recorded.samples {
        change(&mut sample);
        store.append(&sample).unwrap();
    }
}

fn compare(place: &Place, new: &str, more: &[&str]) -> Ended {
    place.run(["compare", "base", new, "--gate", "gate.toml"].iter().chain(more))
}

/// Semaphore's makespan is a third longer.
fn slower(sample: &mut Sample) {
    if sample.cell.strategy == "semaphore" && sample.pass == Pass::Time {
        let measured = sample.measured.as_mut().unwrap();
        measured.makespan_ns = measured.makespan_ns * 4 / 3;
    }
}

#[test]
fn a_run_is_no_worse_than_itself() {
    let place = place_with_run();
    let ended = compare(&place, "base", &["--format", "markdown"]).exits(0);
    let text = ended.stdout();
    assert!(text.starts_with("**No clear difference in 4 figures of 2 cells.**"), "{text}");
    assert!(text.contains("<details><summary>All 4 figures</summary>"), "{text}");
    // Some figures were measured in one round only, and so prove nothing.
    compare(&place, "base", &["--strict"]).exits(7);
}

#[test]
fn what_became_worse_is_named_first_in_every_format() {
    let place = place_with_run();
    altered(&place, "new", slower);
    let text = compare(&place, "new", &[]).exits(3).stdout();
    assert!(text.starts_with("Worse: semaphore (1 figure; the most: makespan_ns of"), "{text}");
    assert!(text.contains("+33 %"), "{text}");
    let markdown = compare(&place, "new", &["--format", "markdown"]).exits(3).stdout();
    assert!(markdown.starts_with("**Worse: semaphore"), "{markdown}");
    let csv = compare(&place, "new", &["--format", "csv"]).exits(3).stdout();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    let worse: Vec<_> = records.iter().filter(|row| &row[11] == "worse").collect();
    assert_eq!((records.len(), worse.len(), &worse[0][1]), (4, 1, "semaphore"));
    let json = compare(&place, "new", &["--format", "json"]).exits(3).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["verdict"], "worse");
    // The other way around it is better, and that is no reason to fail.
    let back = place.run(["compare", "new", "base", "--gate", "gate.toml"]).exits(0).stdout();
    assert!(back.starts_with("Better: semaphore"), "{back}");
    // What is filtered out is not compared.
    compare(&place, "new", &["-s", "batching"]).exits(0);
}

#[test]
fn a_cell_that_no_longer_ends_is_worse() {
    let place = place_with_run();
    let more = ["-s", "^(batching|semaphore)$", "--out", "new", "--timeout", "1ns"];
    place.tiny(&more);
    let text = compare(&place, "new", &[]).exits(3).stdout();
    assert!(text.contains("batching (it ends otherwise)"), "{text}");
    assert!(text.contains("timeout"), "{text}");
}

#[test]
fn another_machine_is_said() {
    let place = place_with_run();
    copied(&place, "new", |run| run.environment.processor = Some("abacus".into()), |_| {});
    let ended = compare(&place, "new", &[]).exits(0);
    assert!(ended.stderr().contains("warning: the runs differ"), "{}", ended.stderr());
    assert!(ended.stdout().contains("NOT THE SAME MACHINE"), "{}", ended.stdout());
}

#[test]
fn a_build_against_itself_in_turns() {
    let place = Place::new();
    let this = assert_cmd::cargo::cargo_bin("backpressure");
    let this = this.to_str().unwrap();
    let duel = |more: &[&str]| {
        let usual = ["compare", "--against", this, "-s", "^(batching|semaphore)$", "-x", "^smol$"];
        place.run(usual.iter().chain(&["--jobs", "50", "--rounds", "2"]).chain(more))
    };
    let ended = duel(&["--format", "markdown", "--out", "duel"]);
    // Two rounds prove nothing, whatever they find.
    let ended = ended.exits(0);
    assert!(ended.stderr().contains("2 rounds cannot tell any of 8 figures"), "{}", ended.stderr());
    let text = ended.stdout();
    assert!(text.starts_with("**No clear difference in 8 figures of 2 cells.**"), "{text}");
    assert!(text.contains("Both ran in turns, 2 rounds."), "{text}");
    assert!(!text.contains("NOT THE SAME"), "a program is built as itself: {text}");
    for side in ["base", "new"] {
        let run = Store::read(&place.path().join("duel").join(side)).unwrap();
        // Two cells, two passes, two rounds; the gate has no figure of the trace.
        assert_eq!(run.samples.len(), 8);
        assert!(run.samples.iter().all(|sample| sample.pass != Pass::Trace));
    }
    // Both are runs like any other.
    place.run(["compare", "duel/base", "duel/new"]);
    place.run(["report", "duel/new"]).exits(0);
    duel(&["--out", "duel"]).exits(1).says(&["duel/base holds an earlier run"]);
}

#[test]
fn a_program_that_is_none_of_ours() {
    for (program, parts) in [
        ("/bin/true", ["/bin/true does not run a cell", "another build"]),
        ("/bin/echo", ["the answer is no answer", "another build"]),
        ("/nowhere/at/all", ["cannot start", "No such file"]),
    ] {
        if program.starts_with("/nowhere") || Path::new(program).exists() {
            let place = Place::new();
            let more = ["-s", "^batching$", "-x", "^smol$", "--rounds", "1", "--out", "duel"];
            let arguments = ["compare", "--against", program];
            place.run(arguments.iter().chain(&more)).exits(1).says(&parts);
            assert!(!place.path().join("duel").exists(), "nothing is begun");
        }
    }
}

#[test]
fn a_gate_with_a_mistake_says_where() {
    let place = place_with_run();
    for (text, parts) in [
        ("makespan_ns = \"5%\"\nsojurn_p99_ns = \"20%\"\n", ["gate.toml:2:1:", "sojourn_p99_ns"]),
        ("live_peak_bytes = \"5%|64\"\n", ["gate.toml:1:19:", "5%|64KiB"]),
        ("", ["gate.toml:1:1:", "makespan_ns = \"5%\""]),
    ] {
        fs::write(place.path().join("gate.toml"), text).unwrap();
        compare(&place, "base", &[]).exits(2).says(&parts);
    }
    fs::remove_file(place.path().join("gate.toml")).unwrap();
    compare(&place, "base", &[]).exits(1).says(&["cannot read the gate", "gate.toml"]);
}

#[test]
fn what_cannot_be_compared() {
    let place = place_with_run();
    place.tiny(&["-s", "^(batching|semaphore)$", "--service", "3ms", "--out", "long"]).exits(0);
    compare(&place, "long", &[]).exits(4).says(&["have no cell in common", "same suite"]);
    compare(&place, "nowhere", &[]).exits(1).says(&["nowhere holds no run"]);
    place.run(["compare", "base"]).exits(2);
    place.run(["compare"]).exits(2);
    compare(&place, "base", &["--jobs", "5"]).exits(2);
    compare(&place, "base", &["--rounds", "5"]).exits(2);
    compare(&place, "base", &["-p", "limit=5"]).exits(2);
    compare(&place, "base", &["--places", "5"]).exits(2);
    compare(&place, "base", &["--stop-at-first-error"]).exits(2);
}

#[test]
fn ranks_say_how_many_rounds_they_need() {
    let place = place_with_run();
    let text = place.run(["rank", "base"]).exits(0).stdout();
    assert!(text.contains("fixed on virtual, by makespan_ns"), "{text}");
    assert!(text.contains("cannot tell 2 cells apart: it takes 6"), "{text}");
    let csv = place.run(["rank", "base", "--format", "csv"]).exits(0).stdout();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let json = place.run(["rank", "base", "--format", "json"]).exits(0).stdout();
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
    place.run(["rank", "base", "--format", "markdown"]).exits(0);
    let chosen = ["rank", "base", "-w", "^fixed$", "-s", "^batching$", "-x", "virtual"];
    let csv = place.run(chosen.iter().chain(&["--format", "csv"])).exits(0).stdout();
    assert_eq!(csv.lines().count(), 2, "one of two: {csv}");
    place.run(["rank", "base", "-w", "yield"]).exits(4).says(&["no cell of base matches"]);
    let ended = place.run(["rank", "base", "--metric", "makespan"]).exits(2);
    assert!(ended.stderr().contains("the nearest: makespan_ns"), "{}", ended.stderr());
}
