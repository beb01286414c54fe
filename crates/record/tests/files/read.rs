//! Reading a run back: whole, torn, damaged, newer, garbage.

use std::{fs, path::Path};

use bp_record::{
    Outcome, Recorded, Role, RoundRecord, Sample, Store, StoreError, TornTail, samples_csv,
};
use proptest::prelude::*;

use crate::common;

/// A run of three samples in a new directory.
fn written() -> (tempfile::TempDir, Vec<Sample>) {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::create(directory.path(), &common::run(), false).unwrap();
    let samples: Vec<_> = (0..3).map(common::sample).collect();
    samples.iter().for_each(|sample| store.append(sample).unwrap());
    (directory, samples)
}

fn events(directory: &Path) -> Vec<u8> {
    fs::read(directory.join("events.jsonl")).unwrap()
}

fn with_events(directory: &Path, bytes: &[u8]) -> Result<(usize, Option<TornTail>), StoreError> {
    fs::write(directory.join("events.jsonl"), bytes).unwrap();
    Store::read(directory).map(|found| (found.samples.len(), found.torn))
}

#[test]
fn what_was_written_is_read_to_the_last_digit() {
    let (directory, samples) = written();
    let Recorded { run, samples: read, torn, .. } = Store::read(directory.path()).unwrap();
    assert_eq!((run, torn), (common::run(), None));
    assert_eq!(read, samples);
    assert_eq!(samples_csv(&read), samples_csv(&samples), "byte for byte");
}

#[test]
fn each_line_is_json_for_other_programs() {
    let (directory, _) = written();
    for line in events(directory.path()).split(|&byte| byte == b'\n').skip(1).take(3) {
        let line: serde_json::Value = serde_json::from_slice(line).unwrap();
        assert_eq!(line["crc"].as_str().unwrap().len(), 8);
        assert_eq!(line["sample"]["outcome"], "ok");
    }
}

#[test]
fn a_torn_last_line_is_left_out_wherever_it_is_torn() {
    let (directory, _) = written();
    let bytes = events(directory.path());
    let last = bytes[..bytes.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    for end in [last + 1, last + 30, bytes.len() - 2, bytes.len() - 1] {
        let torn = TornTail { line: 4, offset: last as u64, bytes: (end - last) as u64 };
        assert_eq!(with_events(directory.path(), &bytes[..end]).unwrap(), (2, Some(torn)));
    }
    assert_eq!(with_events(directory.path(), &bytes[..last]).unwrap(), (2, None));
    assert_eq!(with_events(directory.path(), b"").unwrap(), (0, None));
}

#[test]
fn a_changed_byte_is_found_with_its_place() {
    let (directory, _) = written();
    let mut bytes = events(directory.path());
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    // After the line with which the run begins, and the first sample.
    let second = ends.map(|(place, _)| place + 1).nth(1).unwrap();
    // One digit of the second sample's makespan: still JSON, still a sample.
    let digit = second + bytes[second..].windows(4).position(|four| four == b"1001").unwrap();
    bytes[digit + 3] = b'9';
    let error = with_events(directory.path(), &bytes).unwrap_err();
    assert!(
        matches!(error, StoreError::BadLine { line: 3, offset, .. } if offset == second as u64),
        "{error}"
    );
    let message = error.to_string();
    assert!(message.contains("events.jsonl, line 3"), "{message}");
    assert!(message.contains("checksum"), "{message}");
}

#[test]
fn an_empty_line_and_a_foreign_line_are_refused() {
    let (directory, _) = written();
    let bytes = events(directory.path());
    for line in ["\n", "{}\n", "{\"crc\":\"00000000\",\"sample\":null}\n"] {
        let error = with_events(directory.path(), &[&bytes, line.as_bytes()].concat()).unwrap_err();
        assert!(matches!(error, StoreError::BadLine { line: 5, .. }), "{error}");
    }
}

#[test]
fn a_whole_line_that_is_no_sample_says_so() {
    let (directory, _) = written();
    let json = b"{\"cell\":1}";
    let crc = format!("{:08x}", crc32fast::hash(json));
    let line = format!("{{\"crc\":\"{crc}\",\"sample\":{}}}\n", str::from_utf8(json).unwrap());
    let error = with_events(directory.path(), line.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("line 1 (byte 0): it is not understood"), "{error}");
}

#[test]
fn a_line_without_an_end_is_not_read_into_memory() {
    let (directory, _) = written();
    let path = directory.path().join("events.jsonl");
    // A hole: it is long, but takes no room on the disk.
    fs::File::options().write(true).open(&path).unwrap().set_len(65 << 20).unwrap();
    let error = Store::read(directory.path()).unwrap_err();
    assert!(error.to_string().contains("line 5"), "{error}");
    assert!(error.to_string().contains("longer than 64 MiB"), "{error}");
}

#[test]
fn a_newer_run_is_refused_whatever_else_is_in_it() {
    let (directory, _) = written();
    fs::write(directory.path().join("run.json"), "{\"schema\": 5, \"new\": []}").unwrap();
    let error = Store::read(directory.path()).unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 5, .. }), "{error}");
}

#[test]
fn what_is_no_run_is_said_to_be_none() {
    let empty = tempfile::tempdir().unwrap();
    let error = Store::read(empty.path()).unwrap_err();
    assert!(matches!(error, StoreError::NoRun { missing: "run.json", .. }), "{error}");
    assert!(error.to_string().contains(&empty.path().display().to_string()), "{error}");

    let (directory, _) = written();
    fs::remove_file(directory.path().join("events.jsonl")).unwrap();
    let error = Store::read(directory.path()).unwrap_err();
    assert!(matches!(error, StoreError::NoRun { missing: "events.jsonl", .. }), "{error}");

    fs::write(directory.path().join("run.json"), "{\"schema\": 1,").unwrap();
    let error = Store::read(directory.path()).unwrap_err();
    assert!(matches!(error, StoreError::BadRun { .. }), "{error}");
    assert!(error.to_string().contains("line 1 column"), "{error}");
}

#[test]
fn mutated_bytes_never_give_a_sample_that_was_not_written() {
    let (directory, samples) = written();
    let bytes = events(directory.path());
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4);
    proptest!(|(edits in edits)| {
        let mut bytes = bytes.clone();
        for (index, byte) in edits {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        fs::write(directory.path().join("events.jsonl"), bytes).unwrap();
        if let Ok(Recorded { samples: read, .. }) = Store::read(directory.path()) {
            prop_assert!(samples.starts_with(&read));
        }
    });
}

#[test]
fn any_cut_and_any_changed_byte_of_either_file_is_found() {
    let (directory, samples) = written();
    let (now, machine) = (common::fingerprint(), common::run().environment);
    let (mut store, _) = Store::resume(directory.path(), &now, &machine).unwrap();
    store.finish().unwrap();
    drop(store);
    let files = ["events.jsonl", "run.json"].map(|name| directory.path().join(name));
    let bytes = files.each_ref().map(|path| fs::read(path).unwrap());
    let whole = Store::read(directory.path()).unwrap();
    assert!(whole.is_complete() && whole.samples == samples);
    let place = any::<prop::sample::Index>();
    proptest!(|(file in 0..2_usize, place in place, flip in 1..=u8::MAX, cut in any::<bool>())| {
        let mut changed = bytes[file].clone();
        let place = place.index(changed.len());
        if cut {
            changed.truncate(place);
        } else {
            changed[place] ^= flip;
        }
        fs::write(&files[file], changed).unwrap();
        let read = Store::read(directory.path());
        fs::write(&files[file], &bytes[file]).unwrap();
        // A cut between two lines leaves a run that was stopped there, and says so.
        if let Ok(read) = read {
            prop_assert!(!read.is_complete() && samples.starts_with(&read.samples));
            prop_assert_eq!(read.run, common::run());
        }
    });
}

#[test]
fn garbage_never_panics() {
    let (directory, _) = written();
    let json = fs::read(directory.path().join("run.json")).unwrap();
    proptest!(|(run in any::<Vec<u8>>(), events in any::<Vec<u8>>())| {
        fs::write(directory.path().join("run.json"), &json).unwrap();
        if let Ok((samples, _)) = with_events(directory.path(), &events) {
            prop_assert_eq!(samples, 0, "at most a torn line");
        }
        fs::write(directory.path().join("run.json"), run).unwrap();
        prop_assert!(Store::read(directory.path()).is_err());
        prop_assert!(Store::create(directory.path(), &common::run(), true).is_err());
    });
}

#[test]
fn rounds_are_read_back_among_the_samples() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::create(directory.path(), &common::run(), false).unwrap();
    let round = RoundRecord {
        canary_before_ns: Some(7),
        stolen: Some(0.25),
        noisy: Some("the canary took 1.4 times as long".to_owned()),
        ..RoundRecord::default()
    };
    store.append(&common::sample(0)).unwrap();
    store.append_round(&round).unwrap();
    store.append(&common::sample(1)).unwrap();
    let recorded = Store::read(directory.path()).unwrap();
    assert_eq!(recorded.samples, [common::sample(0), common::sample(1)]);
    assert_eq!(recorded.rounds, [round]);
}

#[test]
fn a_repetition_counts_in_place_of_the_disturbed_round_and_a_verification_if_it_failed() {
    let sample =
        |role, round, attempt, outcome| Sample { role, attempt, outcome, ..common::sample(round) };
    let samples = vec![
        sample(Role::Verification, 0, 0, Outcome::Ok),
        sample(Role::Verification, 0, 0, Outcome::Wrong),
        sample(Role::Canary, 0, 0, Outcome::Ok),
        sample(Role::Measured, 0, 0, Outcome::Ok),
        sample(Role::Measured, 1, 0, Outcome::Ok),
        sample(Role::Measured, 0, 1, Outcome::Timeout),
    ];
    let recorded =
        Recorded { run: common::run(), samples, rounds: vec![], torn: None, ended: true };
    let counted: Vec<_> =
        recorded.counted().iter().map(|s| (s.role, s.round, s.attempt, s.outcome)).collect();
    assert_eq!(
        counted,
        [
            (Role::Verification, 0, 0, Outcome::Wrong),
            (Role::Measured, 1, 0, Outcome::Ok),
            (Role::Measured, 0, 1, Outcome::Timeout),
        ]
    );
}
