//! Going on with a run: what stays, what is cut off, what is refused.

use std::{fs, path::Path};

use bp_record::{
    Environment, Fingerprint, Outcome, Recorded, RoundRecord, Run, Sample, Store, StoreError,
    TornTail,
};

use crate::common;

fn machine() -> Environment {
    common::run().environment
}

fn resume(directory: &Path) -> Result<(Store, Recorded), StoreError> {
    Store::resume(directory, &common::fingerprint(), &machine())
}

/// A run of two samples and a round that was stopped then.
fn stopped() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let mut store = Store::create(place.path(), &common::run(), false).unwrap();
    store.append(&common::sample(0)).unwrap();
    store.append_round(&RoundRecord::default()).unwrap();
    store.append(&common::sample(1)).unwrap();
    place
}

fn events(directory: &Path) -> Vec<u8> {
    fs::read(directory.join("events.jsonl")).unwrap()
}

/// Every file of a directory with its bytes.
fn everything(directory: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let mut all: Vec<_> =
        entries.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect();
    all.sort();
    all
}

#[test]
fn what_was_acknowledged_stays_and_more_is_appended() {
    let place = stopped();
    let before = events(place.path());
    let (mut store, earlier) = resume(place.path()).unwrap();
    assert_eq!(earlier.samples, [common::sample(0), common::sample(1)]);
    assert_eq!((earlier.rounds.len(), earlier.torn, earlier.ended), (1, None, false));
    store.append(&common::sample(2)).unwrap();
    store.finish().unwrap();
    assert!(events(place.path()).starts_with(&before));
    let Recorded { samples, ended, .. } = Store::read(place.path()).unwrap();
    assert_eq!((samples.len(), ended), (3, true));
}

#[test]
fn a_torn_tail_is_said_and_cut_off_wherever_it_is_torn() {
    let place = stopped();
    let whole = events(place.path());
    let last = whole[..whole.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    for end in (last + 1..whole.len()).step_by(29).chain([whole.len() - 1]) {
        fs::write(place.path().join("events.jsonl"), &whole[..end]).unwrap();
        let (mut store, earlier) = resume(place.path()).unwrap();
        let torn = TornTail { line: 4, offset: last as u64, bytes: (end - last) as u64 };
        assert_eq!((earlier.samples.len(), earlier.torn), (1, Some(torn)));
        assert_eq!(events(place.path()), whole[..last], "cut before anything is appended");
        store.append(&common::sample(1)).unwrap();
        assert_eq!(events(place.path()), whole);
    }
}

#[test]
fn a_run_that_was_stopped_before_its_first_event_has_none() {
    let place = stopped();
    fs::remove_file(place.path().join("events.jsonl")).unwrap();
    let (mut store, earlier) = resume(place.path()).unwrap();
    assert_eq!(earlier.samples, []);
    store.append(&common::sample(0)).unwrap();
    assert_eq!(Store::read(place.path()).unwrap().samples.len(), 1);
}

#[test]
fn another_plan_program_or_machine_is_refused_with_what_differs() {
    let place = stopped();
    let before = everything(place.path());
    let refused = |now: Fingerprint, machine: Environment, part: &str| {
        let error = Store::resume(place.path(), &now, &machine).unwrap_err();
        assert!(matches!(error, StoreError::NotResumable { .. }), "{error}");
        let message = error.to_string();
        assert!(message.contains(part), "no {part:?} in: {message}");
        assert_eq!(everything(place.path()), before, "nothing is touched, not even the lock");
    };
    let with = |change: fn(&mut Fingerprint)| {
        let mut now = common::fingerprint();
        change(&mut now);
        now
    };
    refused(with(|now| now.binary = "00000002-7".into()), machine(), "another program");
    refused(with(|now| now.settings[0].1 = "8".into()), machine(), "seed was 7 and is 8");
    refused(with(|now| now.settings.clear()), machine(), "rounds was 3 and is not set");
    refused(with(|now| now.cells.clear()), machine(), "1 cell no longer planned: exponential");
    refused(with(|now| now.cells[0].1 = "0-0".into()), machine(), "with other settings");
    let new = with(|now| now.cells.push(("fixed/x/y/-".into(), String::new())));
    refused(new, machine(), "1 cell not planned before: fixed/x/y/-");
    let other = Environment { processors: Some(64), ..machine() };
    refused(common::fingerprint(), other, "processors: unknown and 64");
}

#[test]
fn the_load_of_the_machine_is_no_other_machine() {
    let place = stopped();
    let busy = Environment { load_1m: Some(9.0), ..machine() };
    Store::resume(place.path(), &common::fingerprint(), &busy).unwrap();
}

#[test]
fn a_run_without_a_fingerprint_and_a_merged_one_are_refused() {
    let shard = bp_record::Shard {
        partition: "slice:1/1".parse().unwrap(),
        started: String::new(),
        environment: machine(),
    };
    for (run, part) in [
        (Run { fingerprint: None, ..common::run() }, "a new run must be begun"),
        (Run { shards: vec![shard], ..common::run() }, "go on with its parts"),
    ] {
        let place = tempfile::tempdir().unwrap();
        drop(Store::create(place.path(), &run, false).unwrap());
        let error = resume(place.path()).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
        Store::read(place.path()).unwrap();
    }
}

#[test]
fn a_damaged_run_is_refused_and_left_as_it_is() {
    let place = stopped();
    let mut bytes = events(place.path());
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(place.path().join("events.jsonl"), &bytes).unwrap();
    let error = resume(place.path()).unwrap_err();
    assert!(matches!(error, StoreError::BadLine { .. }), "{error}");
    assert_eq!(events(place.path()), bytes);
}

#[test]
fn two_cannot_go_on_at_once() {
    let place = stopped();
    let first = resume(place.path()).unwrap();
    let error = resume(place.path()).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    drop(first);
    resume(place.path()).unwrap();
}

#[test]
fn what_is_no_run_gets_not_even_a_lock() {
    let place = tempfile::tempdir().unwrap();
    let error = resume(place.path()).unwrap_err();
    assert!(matches!(error, StoreError::NoRun { missing: "run.json", .. }), "{error}");
    assert_eq!(everything(place.path()), []);
}

#[test]
fn an_end_closes_the_run_and_counts_its_samples() {
    let place = stopped();
    let (mut store, _) = resume(place.path()).unwrap();
    store.finish().unwrap();
    drop(store);
    let whole = events(place.path());
    assert!(Store::read(place.path()).unwrap().is_complete());
    let lines: Vec<_> = whole.split_inclusive(|&byte| byte == b'\n').collect();
    assert_eq!(lines.len(), 5, "it begins, a sample, a round, a sample, it ends");
    let refused = |lines: &[&[u8]], reason: &str| {
        fs::write(place.path().join("events.jsonl"), lines.concat()).unwrap();
        let error = Store::read(place.path()).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    };
    // Each line is whole and as it was written, but they are not those of the run.
    let [begin, one, round, two, end] = lines[..] else { panic!("five lines") };
    refused(&[begin, one, round, end], "the run had 2 samples, but 1 are there");
    refused(&[begin, one, round, two, end, one], "after the end of the run");
    refused(&[begin, one, begin, round, two, end], "begins a second time");
    refused(&[one, round, two, end], "belong to another run");
}

#[test]
fn a_sample_that_the_user_stopped_counts_until_it_is_run_again() {
    let stopped = |round| Sample { outcome: Outcome::Interrupted, ..common::sample(round) };
    let samples = vec![stopped(0), stopped(1), common::sample(0)];
    let recorded =
        Recorded { run: common::run(), samples, rounds: vec![], torn: None, ended: false };
    let counted: Vec<_> = recorded.counted().iter().map(|s| (s.round, s.outcome)).collect();
    assert_eq!(counted, [(1, Outcome::Interrupted), (0, Outcome::Ok)]);
    assert_eq!(recorded.planned_samples(), 1);
}
