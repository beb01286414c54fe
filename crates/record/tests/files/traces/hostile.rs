//! Files that say they are traces: each that cannot be is refused with the place and the reason.

use std::{fs, path::Path};

use bp_record::{StoreError, TraceFile};
use serde_json::{Value, json};

/// Three jobs in two slots, made by hand.
fn honest() -> Value {
    json!({
        "schema": "bp-trace/1", "provenance": "recorded", "cell": "even/semaphore/tokio/limit=2",
        "strategy": "semaphore", "family": "refill", "executor": "tokio",
        "executor_version": "1.48", "workers": 2, "workload": "even", "limit": 2, "window": null,
        "seed": 1, "round": 0, "commit": null, "compiler": null, "processor": null,
        "time": "2026-11-21T10:00:00Z", "jobs": 3, "every": 1,
        "admitted": [0, 0, 10], "started": [1, 1, 1], "finished": [9, 20, 9],
        "delivered": [0, 5, 0], "memory": {"at_us": [1, 1], "live_bytes": [64, 0]},
    })
}

fn read(text: &str) -> Result<TraceFile, StoreError> {
    TraceFile::parse(text.as_bytes(), Path::new("there/t.json"))
}

/// The error of the honest trace in which `pointer` has another value.
#[track_caller]
fn refused(pointer: &str, value: Value, said: &str) {
    let mut trace = honest();
    *trace.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    let error = read(&trace.to_string()).unwrap_err();
    assert!(matches!(error, StoreError::BadTrace { .. }), "{error}");
    let error = error.to_string();
    assert!(error.starts_with("there/t.json: "), "{error}");
    assert!(error.contains(said), "no {said:?} in: {error}");
    assert!(!error.contains(|c: char| c.is_control()), "{error:?}");
}

#[test]
fn an_honest_one_is_read() {
    let trace = read(&honest().to_string()).unwrap();
    let last = trace.moments()[2];
    assert_eq!((last.admitted_us, last.started_us), (10, 11));
    assert_eq!((last.finished_us, last.delivered_us), (20, 20));
    assert_eq!(trace.fault(), None);
    assert_eq!(serde_json::from_str::<Value>(&trace.json()).unwrap(), honest());
}

#[test]
fn time_goes_on_and_is_a_whole_number() {
    refused("/started/1", json!(-4), "`started`, entry 1: -4 is a negative gap");
    refused("/admitted/2", json!(-1), "`admitted`, entry 2: -1 is a negative gap");
    refused("/finished/0", json!(1.5), "`finished`, entry 0: invalid type: floating point");
    refused("/delivered/0", json!(null), "`delivered`, entry 0: invalid type: null");
    refused("/delivered/0", json!("1"), "`delivered`, entry 0: invalid type: string");
    refused("/started", json!({}), "a list of whole numbers in `started`");
    refused(
        "/finished/1",
        json!(u64::MAX),
        "`finished`, job 1: the moment is beyond 9007199254740991 µs",
    );
    refused("/admitted", json!([1_u64 << 53, 0, 0]), "`admitted`, job 0: the moment is beyond");
}

#[test]
fn no_job_is_missing_and_none_is_there_twice() {
    refused("/started", json!([1, 1]), "`started`: it has 2 entries for 3 jobs: a job is missing");
    refused(
        "/delivered",
        json!([0, 5, 0, 0]),
        "`delivered`: it has 4 entries for 3 jobs: a job is there twice",
    );
    refused("/jobs", json!(4), "`admitted`: it has 3 entries for 4 jobs");
    refused("/jobs", json!(0), "there is no job, so there is nothing to draw");
    refused("/every", json!(0), "`every`: it is 0");
    refused("/every", json!(2), "`admitted`: it has 3 entries for 2 jobs");
    let twice = honest().to_string().replacen("\"jobs\"", "\"delivered\":[0,0,0],\"jobs\"", 1);
    let error = read(&twice).unwrap_err().to_string();
    assert!(error.contains("duplicate field `delivered`"), "{error}");
}

#[test]
fn promises_are_kept() {
    refused(
        "/limit",
        json!(1),
        "`started`, job 1: 2 jobs are in flight at 1 µs, and the limit is 1",
    );
    refused("/limit", json!(0), "the limit is 0");
    let mut ordered = honest();
    (ordered["family"], ordered["delivered"]) = (json!("ordered"), json!([20, 0, 0]));
    let error = read(&ordered.to_string()).unwrap_err().to_string();
    assert!(error.contains("`delivered`, job 1: it was delivered before job 0"), "{error}");
    refused(
        "/family",
        json!("barrier"),
        "`started`, job 2: it started at 11 µs, and the batch before ended at 21",
    );
    // Ends go before starts: a slot is handed on in an instant.
    let mut next = honest();
    (next["limit"], next["finished"]) = (json!(2), json!([10, 20, 9]));
    read(&next.to_string()).unwrap();
    next["finished"][0] = json!(11);
    assert!(read(&next.to_string()).is_err());
    // A job of no time is never in flight with another.
    (next["limit"], next["finished"], next["delivered"]) =
        (json!(1), json!([0, 0, 5]), json!([0, 0, 0]));
    read(&next.to_string()).unwrap();
}

#[test]
fn a_job_that_panicked_has_no_output() {
    let mut trace = honest();
    trace["lost"] = json!([0, 2]);
    let lost: Vec<_> =
        read(&trace.to_string()).unwrap().moments().iter().map(|it| it.lost).collect();
    assert_eq!(lost, [true, false, true]);
    for (lost, said) in [
        (json!([1]), "job 1 was lost, and was delivered later"),
        (json!([0, 0]), "`lost`: 0 follows 0"),
        (json!([2, 0]), "`lost`: 0 follows 2"),
        (json!([3]), "there is no job 3"),
        (json!([-1]), "`lost`, entry 0: -1 is a negative"),
    ] {
        trace["lost"] = lost;
        let error = read(&trace.to_string()).unwrap_err().to_string();
        assert!(error.contains(said), "no {said:?} in: {error}");
    }
}

#[test]
fn memory_has_a_weight_for_each_time() {
    refused("/memory/at_us", json!([1]), "`memory`: 1 times in `at_us`, and 2 weights");
    refused("/memory/live_bytes/1", json!(-1), "`live_bytes`, entry 1: -1 is a negative");
    refused("/memory/at_us", json!([1, 1_u64 << 53]), "`memory`, sample 1: 0 bytes at");
    refused("/memory/at_us", json!(vec![0; 10_001]), "more than 10000 entries");
    let mut none = honest();
    none["memory"] = json!(null);
    assert_eq!(read(&none.to_string()).unwrap().memory, None);
}

#[test]
fn other_versions_and_other_files_are_refused() {
    refused(
        "/schema",
        json!("bp-trace/2"),
        "`schema`: it is \"bp-trace/2\", and \"bp-trace/1\" is known",
    );
    refused("/schema", json!("\u{1b}[2J"), "and \"bp-trace/1\" is known");
    refused("/family", json!("family"), "unknown variant `family`");
    refused("/provenance", json!("invented"), "unknown variant `invented`");
    for (text, said) in [
        ("", "EOF while parsing"),
        ("{}", "missing field `schema`"),
        ("[]", "invalid length 0"),
        ("{\"schema\":\"bp-trace/1\"}", "missing field `provenance`"),
        ("\u{feff}{}", "line 1 column 1: expected value"),
        (&honest().to_string()[..80], "EOF"),
        (&format!("{} {{}}", honest()), "trailing characters"),
        (&"[".repeat(1 << 20), "invalid type"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("line 1 column"), "no {said:?} in: {error}");
    }
    let bytes = [honest().to_string().as_bytes(), b"\xff"].concat();
    assert!(TraceFile::parse(&bytes, Path::new("t")).is_err());
}

#[test]
fn more_jobs_than_a_trace_may_have_are_refused_before_they_are_held() {
    let many = json!(vec![0; 1_000_000]);
    refused(
        "/admitted",
        many.clone(),
        "`admitted` has more than 100000 entries: keep one in so many",
    );
    let mut trace = honest();
    for name in ["admitted", "started", "finished", "delivered"] {
        trace[name] = many.clone();
    }
    trace["jobs"] = json!(1_000_000);
    assert!(read(&trace.to_string()).is_err());
    refused(
        "/jobs",
        json!(1_000_000),
        "1000000 jobs are too many, 100000 is the most: keep one in 10",
    );
    // A hole: it is long, but takes no room on the disk.
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("long.json");
    fs::File::create(&path).unwrap().set_len(65 << 20).unwrap();
    let error = TraceFile::read(&path).unwrap_err().to_string();
    assert!(error.contains("long.json") && error.contains("longer than 16 MiB"), "{error}");
    assert!(TraceFile::read(&place.path().join("nowhere.json")).is_err());
}

#[test]
fn a_label_is_data() {
    for label in ["<script>alert(1)</script>", "=cmd()", "\u{1b}[2J\u{7}", "\u{202e}", "\"}],", ""]
    {
        let mut trace = honest();
        for name in ["cell", "strategy", "executor", "workload", "time", "processor"] {
            trace[name] = json!(label);
        }
        let read = read(&trace.to_string()).unwrap();
        assert_eq!((read.cell.as_str(), read.fault()), (label, None));
        assert!(!read.json().contains('\u{1b}'), "JSON spells control characters out");
        assert_eq!(serde_json::from_str::<Value>(&read.json()).unwrap(), trace);
    }
}

/// Whatever is changed in one place, the answer is a trace that holds or an error: nothing hangs,
/// nothing panics.
#[test]
fn a_byte_that_was_changed_is_survived() {
    let good = honest().to_string().into_bytes();
    for place in 0..good.len() {
        for flip in [1, 0x10, 0x80] {
            let mut bytes = good.clone();
            bytes[place] ^= flip;
            if let Ok(trace) = TraceFile::parse(&bytes, Path::new("t")) {
                assert_eq!(trace.fault(), None);
                assert_eq!(trace.moments().len() as u64, trace.jobs.div_ceil(trace.every));
            }
        }
    }
}
