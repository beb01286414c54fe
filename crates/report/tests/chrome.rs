//! What Perfetto is given: events that its format knows, slices that nest, counters that add up.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::{collections::BTreeMap, path::Path};

use bp_record::TraceFile;
use bp_report::chrome_trace;
use serde_json::{Value, json};

/// So many jobs of 10 µs in `slots` slots, admitted 2 µs before they start, and delivered 3 µs
/// after they end but for each fifth, which panics.
fn trace(jobs: usize, slots: usize, label: &str) -> TraceFile {
    let lost: Vec<_> = (0..jobs).step_by(5).collect();
    let of = |value: usize| vec![value; jobs];
    let admitted: Vec<_> =
        (0..jobs).map(|job| usize::from(job > 0 && job % slots == 0) * 20).collect();
    let mut delivered = of(3);
    lost.iter().for_each(|&job| delivered[job] = 0);
    let trace = json!({
        "schema": "bp-trace/1", "provenance": "simulated", "cell": label, "strategy": "semaphore",
        "family": "refill", "executor": label, "executor_version": null, "workers": 2,
        "workload": label, "limit": slots, "window": null, "seed": 1, "round": 0, "commit": null,
        "compiler": null, "processor": label, "time": label, "jobs": jobs, "every": 1,
        "admitted": admitted, "started": of(2), "finished": of(10), "delivered": delivered,
        "lost": lost, "memory": {"at_us": [5, 5], "live_bytes": [640, 0]},
    });
    TraceFile::parse(trace.to_string().as_bytes(), Path::new("t")).unwrap()
}

fn events(trace: &TraceFile) -> Vec<Value> {
    let file: Value = serde_json::from_str(&chrome_trace(trace).json).unwrap();
    assert_eq!(file["displayTimeUnit"], "ms");
    assert!(file["otherData"].is_object());
    file["traceEvents"].as_array().unwrap().clone()
}

fn of<'a>(events: &'a [Value], phase: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["ph"] == phase).collect()
}

#[test]
fn each_event_has_what_its_kind_asks_for() {
    for event in events(&trace(40, 4, "a")) {
        assert!(event["name"].is_string() && event["pid"].is_u64(), "{event}");
        let whole = |names: &[&str]| names.iter().all(|name| event[*name].is_u64());
        match event["ph"].as_str().unwrap() {
            "M" => {
                let known = ["process_name", "thread_name", "thread_sort_index"];
                assert!(known.contains(&event["name"].as_str().unwrap()), "{event}");
                assert!(event["args"].is_object() && whole(&["tid"]), "{event}");
            }
            "X" => {
                assert!(whole(&["ts", "dur", "tid"]) && event["args"]["job"].is_u64(), "{event}");
            }
            "C" => {
                let values = event["args"].as_object().unwrap();
                assert!(whole(&["ts"]) && values.values().all(Value::is_u64), "{event}");
            }
            _ => panic!("no event of ours: {event}"),
        }
    }
}

#[test]
fn slices_of_a_thread_nest_and_every_thread_has_a_name() {
    let events = events(&trace(41, 4, "a"));
    let mut threads: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
    for event in of(&events, "X") {
        let number = |name: &str| event[name].as_u64().unwrap();
        let slice = (number("ts"), number("ts") + number("dur"));
        threads.entry(number("tid")).or_default().push(slice);
    }
    assert_eq!(threads.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4]);
    for (thread, slices) in &threads {
        // In the file a slice comes before those inside it, as Perfetto asks for.
        let mut open: Vec<(u64, u64)> = vec![];
        for &(from, until) in slices {
            while open.last().is_some_and(|outer| outer.1 <= from && *outer != (from, until)) {
                open.pop();
            }
            let inside = open.last().is_none_or(|outer| outer.0 <= from && until <= outer.1);
            assert!(inside, "({from}, {until}) in {:?}", open.last());
            open.push((from, until));
        }
        let named = of(&events, "M")
            .into_iter()
            .any(|event| event["name"] == "thread_name" && event["tid"].as_u64() == Some(*thread));
        assert!(named, "thread {thread}");
    }
}

#[test]
fn the_phases_of_a_job_are_its_time() {
    let events = events(&trace(40, 4, "a"));
    let of_job = |job: u64| -> Vec<(String, u64, u64)> {
        let slices = of(&events, "X").into_iter().filter(|event| event["args"]["job"] == job);
        let text = |event: &Value| event["name"].as_str().unwrap().to_owned();
        let number = |event: &Value, name: &str| event[name].as_u64().unwrap();
        slices.map(|event| (text(event), number(event, "ts"), number(event, "dur"))).collect()
    };
    let said = |slices: &[(&str, u64, u64)]| -> Vec<(String, u64, u64)> {
        slices.iter().map(|(name, from, time)| ((*name).to_owned(), *from, *time)).collect()
    };
    let slices = [("job 9", 40, 15), ("wait", 40, 2), ("service", 42, 10), ("blocked", 52, 3)];
    assert_eq!(of_job(9), said(&slices));
    let slices = [("job 5", 20, 12), ("wait", 20, 2), ("service, then panic", 22, 10)];
    assert_eq!(of_job(5), said(&slices));
}

#[test]
fn counters_go_up_to_the_limit_and_back_to_nothing() {
    let events = events(&trace(40, 4, "a"));
    let counter = |name: &str, unit: &str| -> Vec<u64> {
        let named = of(&events, "C").into_iter().filter(|event| event["name"] == name);
        named.map(|event| event["args"][unit].as_u64().unwrap()).collect()
    };
    let in_flight = counter("in flight", "jobs");
    assert_eq!((in_flight.iter().max(), in_flight.last()), (Some(&4), Some(&0)));
    assert_eq!(counter("live bytes (of another process)", "bytes"), [640, 0]);
}

#[test]
fn more_threads_than_can_be_shown_are_left_out_and_said() {
    let trace = trace(1_500, 1_500, "a");
    let chrome = chrome_trace(&trace);
    assert_eq!(chrome.left_out, 500);
    let file: Value = serde_json::from_str(&chrome.json).unwrap();
    assert_eq!(file["otherData"]["jobs_without_slice"], 500);
    let events = events(&trace);
    let greatest = of(&events, "X").into_iter().map(|event| event["tid"].as_u64().unwrap()).max();
    assert_eq!(greatest, Some(1_000));
    let in_flight = of(&events, "C").into_iter().filter_map(|event| event["args"]["jobs"].as_u64());
    assert_eq!(in_flight.max(), Some(1_500), "the counters know them all");
}

#[test]
fn a_name_is_text_whatever_it_holds() {
    for label in ["<script>alert(1)</script>", "\"}],\"ph\":", "\u{1b}[2J", "\u{0}", "a\\b\n"] {
        let trace = trace(4, 2, label);
        let chrome = chrome_trace(&trace).json;
        assert!(!chrome.contains(|c: char| c.is_control() && c != '\n'), "{label:?}");
        let file: Value = serde_json::from_str(&chrome).unwrap();
        assert_eq!(file["otherData"]["workload"], label);
        let process = &file["traceEvents"][0]["args"]["name"];
        assert_eq!(process.as_str(), Some(&*format!("{label} (simulated)")));
    }
}
