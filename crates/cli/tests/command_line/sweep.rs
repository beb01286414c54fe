//! `sweep`: what it finds, what it leaves behind, and what it refuses.

use std::fs;

use bp_record::Store;
use serde_json::Value;

use crate::common::Place;

/// On simulated time, where every figure is exact.
fn swept(place: &Place, over: &str, more: &[&str]) -> crate::common::Ended {
    let mut all = vec!["sweep", "--over", over, "-x", "virtual", "--out", "swept"];
    all.extend(more);
    place.run(all)
}

#[test]
fn a_sweep_over_the_limit_finds_the_places_of_the_service() {
    let place = Place::new();
    let ended = swept(&place, "limit=1..=64*2", &["--rounds", "1", "--format", "json"]).exits(0);
    let found: Value = serde_json::from_str(&ended.stdout()).unwrap();
    assert_eq!((&found["sweep"], &found["preview"]), (&"limit".into(), &true.into()));
    let curve = &found["curves"][0];
    assert_eq!(curve["points"].as_array().unwrap().len(), 7);
    let knee = &curve["knee"];
    assert_eq!((&knee["verdict"], &knee["enough"]), (&"found".into(), &16.into()), "{knee}");
    let little = knee["little"]["value"].as_f64().unwrap();
    assert!((14.5..16.5).contains(&little), "{little}");

    let report = fs::read_to_string(place.path().join("swept/report.md")).unwrap();
    for part in
        ["Use limit 16", "Little's law", "(figures/contended-semaphore-virtual-over-limit.svg)"]
    {
        assert!(report.contains(part), "no {part} in {report}");
    }
    let figure = place.path().join("swept/figures/contended-semaphore-virtual-over-limit.svg");
    assert!(figure.exists());

    // All of it can be made again from the events.
    let table = place.run(["report", "swept"]).exits(0).stdout();
    assert!(table.contains("← use") && table.contains("Use limit 16"), "{table}");
    let page = place.run(["report", "swept", "--format", "markdown"]).exits(0).stdout();
    assert!(page.starts_with("### semaphore on virtual, contended"), "{page}");
    let rows = place.run(["report", "swept", "--format", "csv"]).exits(0).stdout();
    assert_eq!(rows.lines().count(), 8, "{rows}");
}

#[test]
fn a_sweep_over_the_rate_finds_where_the_backlog_grows() {
    let place = Place::new();
    let more = ["-p", "limit=32", "--rounds", "1", "--jobs", "2000", "--format", "json"];
    let ended = swept(&place, "rate=constant:400/s,1600/s", &more).exits(0);
    let found: Value = serde_json::from_str(&ended.stdout()).unwrap();
    let saturation = &found["curves"][0]["saturation"];
    assert_eq!(saturation["keeps_up_at"], 400, "{saturation}");
    assert_eq!(saturation["falls_behind_at"], 1600, "{saturation}");
    // Sixteen places, 20 ms each.
    let achieved = saturation["achieved_there_per_s"].as_f64().unwrap();
    assert!((760.0..=860.0).contains(&achieved), "{saturation}");
}

#[test]
fn a_sweep_over_the_jobs_keeps_them_apart() {
    let place = Place::new();
    let ended = swept(&place, "jobs=100,400", &["--rounds", "1", "--format", "json"]).exits(0);
    let found: Value = serde_json::from_str(&ended.stdout()).unwrap();
    let points = found["curves"][0]["points"].as_array().unwrap();
    let jobs: Vec<_> = points.iter().map(|point| point["cell"]["jobs"].as_u64()).collect();
    assert_eq!(jobs, [Some(100), Some(400)]);
    assert!(points.iter().all(|point| point["cell"]["live_peak_bytes"].is_u64()), "{points:?}");
}

#[test]
fn a_sweep_that_was_stopped_goes_on() {
    let place = Place::new();
    swept(&place, "limit=1,2,4,8", &["--rounds", "1", "--jobs", "50"]).exits(0);
    // As if it had been stopped in the middle.
    let directory = place.path().join("swept");
    let whole = Store::read(&directory).unwrap().counted().len();
    let events = directory.join("events.jsonl");
    let text = fs::read_to_string(&events).unwrap();
    let half: Vec<_> = text.lines().take(text.lines().count() / 2).collect();
    fs::write(&events, half.join("\n") + "\n").unwrap();
    let table = place.run(["run", "--resume", "swept"]).exits(0).stdout();
    assert!(table.contains("over the limit") && table.contains("      8 "), "{table}");
    assert_eq!(Store::read(&directory).unwrap().counted().len(), whole);
}

#[test]
fn who_has_no_such_axis_is_left_out_and_named() {
    let place = Place::new();
    let selection = ["-s", "^(semaphore|sequential)$", "-w", "^fixed$", "--dry-run"];
    let ended = swept(&place, "limit=1,2", &selection).exits(0);
    assert!(!ended.stdout().contains("sequential"), "{}", ended.stdout());
    assert!(ended.stderr().contains("no such axis: sequential"), "{}", ended.stderr());
}

#[test]
fn what_cannot_be_swept_is_refused_before_anything_runs() {
    for (over, more, parts) in [
        ("depth=1,2", &[][..], &["no axis `depth`", "limit, window, jobs, rate"][..]),
        ("limit=1,2,1", &[], &["limit=1 is there twice"]),
        ("limit=0,1", &[], &["whole number from 1 up"]),
        ("limit=1..=9", &[], &["2..=256*2"]),
        ("rate=5000000000/s", &[], &["rate=5000000000 is too large"]),
        (
            "window=8,16",
            &["-s", "^semaphore$"],
            &["no window is taken by semaphore", "materialize-window"],
        ),
        ("window=8,128", &["-p", "limit=64"], &["window=8 is below limit=64"]),
        (
            "limit=8,128",
            &["-s", "materialize-window", "-p", "window=64"],
            &["window=64 is below limit=128"],
        ),
        ("jobs=8,16", &["--partition", "slice:1/2"], &["no parts"]),
        ("limit=8,16", &["-p", "limit=4"], &["leave out -p limit"]),
        ("jobs=8,16", &["--jobs", "4"], &["leave out --jobs"]),
        ("jobs=8,16", &["--for", "1s"], &["leave out --for"]),
        ("rate=100/s", &["--arrivals", "drain"], &["no rate", "leave out `--arrivals drain`"]),
        ("rate=100/s", &["--arrivals", "poisson:9/s"], &["leave out --arrivals", "rate=constant:"]),
    ] {
        let place = Place::new();
        let ended = swept(&place, over, more).exits(2);
        let said = ended.stderr();
        for part in parts {
            assert!(said.contains(part), "{over} {more:?}: no {part} in {said}");
        }
        assert_eq!(ended.stdout(), "");
        assert!(!place.path().join("swept").exists(), "{over}: nothing is begun");
    }
}
