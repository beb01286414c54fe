//! Runs of every version: each that ever was is read, a newer one is neither read nor replaced.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bp_record::{Outcome, Pass, Provenance, Role, SCHEMA, Store, StoreError, samples_csv};

use crate::common;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[test]
fn schema_1_is_read_and_cannot_be_continued() {
    let run = fixture("schema-1");
    let recorded = Store::read(&run).unwrap();
    assert_eq!((recorded.run.schema, recorded.samples.len()), (1, 4));
    assert_eq!((recorded.run.planned, recorded.is_complete()), (4, true));
    assert!(recorded.samples.iter().all(|sample| sample.role == Role::Measured));
    assert!(recorded.samples.iter().all(|sample| sample.outcome == Outcome::Ok));
    let timed = recorded.samples.iter().find(|sample| sample.pass == Pass::Time).unwrap();
    assert_eq!(timed.measured.as_ref().unwrap().makespan_ns, 2_000_000, "8 jobs of 1 ms, 4 by 4");
    let (now, machine) = (common::fingerprint(), recorded.run.environment);
    let error = Store::resume(&run, &now, &machine).unwrap_err();
    assert!(error.to_string().contains("schema 1"), "{error}");
}

#[test]
fn schema_2_is_read_with_all_that_it_added() {
    let recorded = Store::read(&fixture("schema-2")).unwrap();
    assert_eq!(recorded.run.schema, 2);
    assert!(recorded.ended && recorded.run.fingerprint.is_some());
    assert!(recorded.run.partition.is_some());
    let roles: Vec<_> = recorded.samples.iter().map(|sample| sample.role).collect();
    for role in [Role::Verification, Role::Canary, Role::Measured] {
        assert!(roles.contains(&role), "{role}");
    }
    assert_eq!(recorded.rounds.len(), 1);
}

#[test]
fn schema_3_is_read_with_its_trace() {
    let (run, recorded) = (fixture("schema-3"), Store::read(&fixture("schema-3")).unwrap());
    assert_eq!((recorded.run.schema, recorded.is_complete()), (3, true));
    let [traced] = &recorded.traced()[..] else { panic!("one cell, one trace") };
    let trace = recorded.trace(&run, traced).unwrap();
    assert_eq!((trace.jobs, trace.limit), (8, Some(4)));
    assert_eq!(trace.provenance, Provenance::Simulated);
    assert!(trace.memory.is_some_and(|memory| !memory.live_bytes.is_empty()));
}

#[test]
fn schema_4_is_read_with_what_a_server_saw() {
    let recorded = Store::read(&fixture("schema-4")).unwrap();
    assert_eq!((recorded.run.schema, recorded.is_complete()), (4, true));
    let sample = &recorded.samples[0];
    let limit = sample.cell.work.real.rate_limit.unwrap();
    assert_eq!((limit.per_second.get(), limit.burst.get()), (1_000, 100));
    let rate = recorded.samples.iter().filter_map(|sample| sample.cell.rate_per_second).next();
    assert_eq!(rate.unwrap().get(), 400);
    let measured = recorded.samples.iter().filter_map(|sample| sample.measured.as_ref());
    let served: Vec<_> = measured.filter_map(|measured| measured.served).collect();
    assert!(!served.is_empty() && served.iter().all(|seen| seen.answered == seen.requests));
}

/// Up to schema 2 the moments are in the events; they make the same traces.
#[test]
fn a_trace_in_the_events_is_read_as_one_beside_them() {
    for name in ["schema-1", "schema-2"] {
        let (run, recorded) = (fixture(name), Store::read(&fixture(name)).unwrap());
        let [traced] = &recorded.traced()[..] else { panic!("one cell, one trace") };
        let trace = recorded.trace(&run, traced).unwrap();
        assert_eq!((trace.jobs, trace.limit, trace.fault()), (8, Some(4), None), "{name}");
        assert_eq!(trace.moments()[7].finished_us, 2_000, "8 jobs of 1 ms, 4 by 4");
    }
}

/// Their samples are all in `samples.csv` still, under the same names; columns were added since.
#[test]
fn every_committed_run_is_read() {
    let column = |bytes: &[u8], name: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_reader(bytes);
        let at = reader.headers().unwrap().iter().position(|head| head == name).unwrap();
        reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
    };
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports");
    let mut runs = 0;
    for run in fs::read_dir(reports).unwrap().map(|entry| entry.unwrap().path()) {
        if !run.join("run.json").exists() {
            continue;
        }
        runs += 1;
        let recorded = Store::read(&run).unwrap();
        assert!(recorded.is_complete(), "{}", run.display());
        for sample in recorded.traced() {
            recorded.trace(&run, &sample).unwrap_or_else(|error| panic!("{error}"));
        }
        let now = samples_csv(&recorded.samples);
        let then = fs::read(run.join("samples.csv")).unwrap();
        for name in ["cell", "pass", "round", "outcome", "makespan_ns", "live_peak_bytes"] {
            assert_eq!(column(&now, name), column(&then, name), "{name} of {}", run.display());
        }
    }
    assert!(runs > 0);
}

#[test]
fn there_is_a_run_of_every_version() {
    let fixtures = (1..=SCHEMA).map(|schema| format!("schema-{schema}"));
    for (schema, name) in (1..).zip(fixtures) {
        assert_eq!(Store::read(&fixture(&name)).unwrap().run.schema, schema, "{name}");
    }
}

#[test]
fn a_newer_run_is_never_rewritten() {
    let place = tempfile::tempdir().unwrap();
    let run = serde_json::to_string(&common::run()).unwrap().replacen(":4", ":5", 1);
    fs::write(place.path().join("run.json"), &run).unwrap();
    fs::write(place.path().join("events.jsonl"), "something new\n").unwrap();
    let (now, machine) = (common::fingerprint(), common::run().environment);
    for error in [
        Store::read(place.path()).unwrap_err(),
        Store::resume(place.path(), &now, &machine).unwrap_err(),
        Store::create(place.path(), &common::run(), false).unwrap_err(),
        Store::create(place.path(), &common::run(), true).unwrap_err(),
        Store::remove(place.path()).unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::NewerSchema { found: 5, .. }), "{error}");
        assert!(error.to_string().contains("use a newer one"), "{error}");
    }
    assert_eq!(fs::read_to_string(place.path().join("run.json")).unwrap(), run);
    assert_eq!(fs::read(place.path().join("events.jsonl")).unwrap(), b"something new\n");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "not even a lock");
}
