//! Traces: recorded by a run, listed, exported, checked, and gone with the run.

use std::fs;

use bp_record::TraceFile;
use serde_json::Value;

use crate::common::{Place, TINY};

/// Four jobs at a time, and the tiny run's forty.
const CELL: &str = "fixed/semaphore/virtual/limit=4";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The only file in `traces/`.
fn file(place: &Place, run: &str) -> String {
    let mut files = fs::read_dir(place.path().join(run).join("traces")).unwrap();
    let name = files.next().unwrap().unwrap().file_name().into_string().unwrap();
    assert!(files.next().is_none(), "one cell, one trace");
    format!("{run}/traces/{name}")
}

#[test]
fn a_run_keeps_a_trace_that_is_listed_checked_and_exported() {
    let place = Place::new();
    place.tiny(&["--out", "mine", "--panic", "10%", "--service", "3ms"]).exits(0);
    let path = file(&place, "mine");
    assert!(
        path.starts_with("mine/traces/fixed-panic-100000ppm-semaphore-virtual-limit-4-"),
        "{path}"
    );
    let events = fs::read_to_string(place.path().join("mine/events.jsonl")).unwrap();
    assert!(!events.contains("started_ns"), "the moments are in the file alone");

    let listed = place.run(["trace", "mine"]).exits(0).stdout();
    assert!(listed.contains("40    all   1      simulated  fixed+panic(100000ppm)/"), "{listed}");
    for format in ["csv", "json", "markdown"] {
        let listed = place.run(["trace", "mine", "--format", format]).exits(0).stdout();
        assert!(listed.contains("semaphore/virtual/limit=4"), "{listed}");
    }
    let checked = place.run(["trace", "--check", &path]).exits(0).stdout();
    assert!(checked.starts_with(&format!("{path}: 40 jobs of ")), "{checked}");

    let trace =
        json(&place.run(["trace", "mine", "semaphore", "--format", "json"]).exits(0).stdout());
    assert_eq!((trace["jobs"].as_u64(), trace["limit"].as_u64()), (Some(40), Some(4)));
    let panicked = trace["lost"].as_array().unwrap().len();
    assert!(panicked > 0 && trace["memory"]["live_bytes"].is_array());

    let chrome = json(&place.run(["trace", "mine", "semaphore"]).exits(0).stdout());
    let slices = chrome["traceEvents"].as_array().unwrap().iter();
    let service = slices.filter(|event| event["name"].as_str().unwrap().starts_with("service"));
    let service: Vec<_> = service.collect();
    assert_eq!(service.len(), 40);
    assert!(service.iter().all(|event| event["dur"] == 3_000), "on a clock that is exact");
    // A fifth slot holds the job that was taken from the source before a place was free.
    assert!(service.iter().all(|event| (1..=5).contains(&event["tid"].as_u64().unwrap())));
}

#[test]
fn a_report_draws_what_the_file_holds_and_does_without_it() {
    let place = Place::new();
    place.tiny(&["--out", "mine"]).exits(0);
    let lanes = place.path().join("mine/figures/fixed-simulated-lanes.svg");
    let (drawn, path) = (fs::read(&lanes).unwrap(), file(&place, "mine"));
    place.run(["report", "mine"]).exits(0);
    assert_eq!(fs::read(&lanes).unwrap(), drawn, "the same run gives the same bytes");

    let path = place.path().join(path);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"limit\":4", "\"limit\":9", 1)).unwrap();
    let ended = place.run(["report", "mine"]).exits(0);
    assert!(
        ended.stderr().contains("note: not drawn job by job: mine/traces/"),
        "{}",
        ended.stderr()
    );
    assert!(!lanes.exists());
    place.run(["trace", "mine", "semaphore"]).exits(1).says(&["its digest", "was changed"]);
    fs::remove_file(&path).unwrap();
    place.run(["report", "mine"]).exits(0);
    place.run(["trace", "mine", "semaphore"]).exits(1).says(&["cannot read mine/traces/"]);
}

#[test]
fn a_run_that_is_replaced_or_removed_takes_its_traces_along() {
    let place = Place::new();
    place.tiny(&[]).exits(0);
    let first = file(&place, "reports/latest");
    place.tiny(&["--service", "3ms", "--seed", "9"]).exits(0);
    let trace = TraceFile::read(&place.path().join(file(&place, "reports/latest"))).unwrap();
    assert_eq!((trace.seed, first), (9, file(&place, "reports/latest")));
    place.run(["clean"]).exits(0);
    assert!(!place.path().join("reports/latest").exists());
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let place = Place::new();
    place.tiny(&["--out", "mine", "-p", "limit=2", "--rounds", "1"]).exits(0);
    let run = |more: &[&str]| place.run([&["trace", "mine"], more].concat());
    run(&["nobody"]).exits(4).says(&["no cell with a trace has \"nobody\" in its id"]);
    run(&["limit"]).exits(2).says(&["2 cells have \"limit\"", "limit=2 of 40 jobs, "]);
    run(&[CELL]).exits(0);
    run(&[CELL, "--jobs", "40"]).exits(0);
    run(&[CELL, "--jobs", "41"]).exits(4);
    run(&[CELL, "--format", "csv"]).exits(2).says(&["written as chrome or json"]);
    run(&["--format", "chrome"]).exits(2).says(&["name it after the run"]);
    assert!(place.run(["trace"]).exits(2).stderr().contains("<RUN>"));
    place.run(["trace", "nowhere"]).exits(1).says(&["nowhere holds no run"]);

    fs::write(place.path().join("bad.json"), "{\"schema\":\"bp-trace/9\"}").unwrap();
    let ended = place.run(["trace", "--check", "bad.json", "gone.json"]).exits(1);
    let stderr = ended.stderr();
    assert!(stderr.contains("bad.json: `schema`: it is \"bp-trace/9\""), "{stderr}");
    assert!(stderr.contains("cannot read gone.json"), "{stderr}");
    assert!(stderr.contains("2 of 2 files are refused"), "{stderr}");
}

#[test]
fn of_very_many_jobs_one_in_so_many_is_kept_and_said() {
    let place = Place::new();
    let mut tiny = TINY.map(str::to_owned);
    (tiny[2], tiny[10]) = ("^yield$".to_owned(), "150001".to_owned());
    let more = ["--out", "mine", "--rounds", "1"].map(str::to_owned);
    let ended = place.run(tiny.iter().chain(&more)).exits(0);
    assert!(ended.stderr().contains("of 150001 jobs a trace keeps one in 2"), "{}", ended.stderr());
    assert!(place.run(["trace", "mine"]).exits(0).stdout().contains("150001  one in 2"));
    let ended = place.run(["trace", "mine", "yield", "--format", "json"]).exits(0);
    assert_eq!(json(&ended.stdout())["admitted"].as_array().unwrap().len(), 75_001);
    assert!(ended.stderr().contains("one in 2 of 150001 jobs"), "{}", ended.stderr());
}
