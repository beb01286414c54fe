//! One run from its parts: what goes together, what does not, and what must be said.

use std::path::PathBuf;

use bp_record::{
    Allow, Environment, Fingerprint, Merged, Partition, Recorded, Role, RoundRecord, Run, Sample,
    Shard, Store, StoreError, merge, samples_csv,
};

use crate::common;

/// A sample of the cell with that limit.
fn sample(limit: usize, role: Role) -> Sample {
    let mut sample = Sample { role, ..common::sample(0) };
    sample.cell.limit = std::num::NonZeroUsize::new(limit);
    sample
}

/// Three cells, of which part `index` of three has the one with limit `10 * index`.
fn part(index: u32) -> (PathBuf, Recorded) {
    let id = |limit| (sample(limit, Role::Measured).cell.id(), format!("{limit:08x}-1"));
    let fingerprint = Fingerprint { cells: [10, 20, 30].map(id).into(), ..common::fingerprint() };
    let partition: Partition = format!("slice:{index}/3").parse().unwrap();
    let run = Run {
        arguments: ["run", "--partition", &partition.to_string(), "--rounds=1"]
            .map(str::to_owned)
            .into(),
        planned: 1,
        rounds: 1,
        started: format!("2026-11-21T1{}:00:00Z", 5 - index),
        fingerprint: Some(fingerprint),
        partition: Some(partition),
        ..common::run()
    };
    let samples = vec![sample(1, Role::Canary), sample(10 * index as usize, Role::Measured)];
    let rounds = vec![RoundRecord::default()];
    let recorded = Recorded { run, samples, rounds, torn: None, ended: true };
    (PathBuf::from(format!("part-{index}")), recorded)
}

fn parts() -> Vec<(PathBuf, Recorded)> {
    (1..=3).map(part).collect()
}

/// The message with which parts are refused, which names this one.
#[track_caller]
fn refused(parts: &[(PathBuf, Recorded)], named: &str, part: &str) {
    let error = merge(parts, Allow::default()).unwrap_err();
    assert!(matches!(error, StoreError::NotMergeable { .. }), "{error}");
    let message = error.to_string();
    assert!(message.starts_with(&format!("cannot merge {named}: ")), "{message}");
    assert!(message.contains(part), "no {part:?} in: {message}");
}

#[test]
fn all_parts_make_the_whole_whatever_their_order() {
    let Merged { recorded, notes, .. } = merge(&parts(), Allow::default()).unwrap();
    assert_eq!(notes, [""; 0]);
    let run = &recorded.run;
    assert_eq!((run.planned, run.partition, run.shards.len()), (3, None, 3));
    assert_eq!(run.started, "2026-11-21T12:00:00Z", "when the first of them began");
    assert_eq!(run.arguments, ["run", "--rounds=1"], "as the whole would have been made");
    assert_eq!(recorded.counted().len(), 3);
    let parts_of: Vec<_> = recorded.rounds.iter().map(|round| round.part.unwrap().get()).collect();
    assert_eq!(parts_of, [1, 2, 3]);

    let mut reversed = parts();
    reversed.reverse();
    assert_eq!(merge(&reversed, Allow::default()).unwrap().recorded, recorded);

    let place = tempfile::tempdir().unwrap();
    Store::write(place.path(), &recorded, &[]).unwrap();
    let read = Store::read(place.path()).unwrap();
    assert_eq!(read, recorded);
    assert!(read.is_complete());
    assert_eq!(samples_csv(&read.samples), samples_csv(&recorded.samples));
    let error = Store::write(place.path(), &recorded, &[]).unwrap_err();
    assert!(matches!(error, StoreError::Exists { .. }), "{error}");
}

#[test]
fn cells_in_two_parts_are_refused() {
    let mut twice = parts();
    let stolen = sample(10, Role::Measured);
    let id = stolen.cell.id();
    twice[2].1.samples.push(stolen);
    refused(&twice, "part-3", &format!("it has {id}, and so has part-1"));

    let mut same = parts();
    same[2] = (PathBuf::from("copy"), part(1).1);
    refused(&same, "copy", "it has");

    // An empty part has no cell that could be in two.
    let mut empty = parts();
    empty[1].1.samples.clear();
    empty[2] = empty[1].clone();
    refused(&empty, "part-2", "it is slice:2/3, and so is part-2");
}

#[test]
fn a_cell_that_is_not_planned_is_refused() {
    let mut foreign = parts();
    foreign[1].1.samples.push(sample(77, Role::Verification));
    refused(&foreign, "part-2", "limit=77, which is not planned");
}

#[test]
fn other_plans_seeds_versions_and_partitions_are_refused_whatever_is_allowed() {
    let changed = |change: fn(&mut Run)| {
        let mut parts = parts();
        change(&mut parts[1].1.run);
        parts
    };
    let settings = |run: &mut Run| {
        run.fingerprint.as_mut().unwrap().settings[0].1 = "8".into();
    };
    let cells = |run: &mut Run| {
        run.fingerprint.as_mut().unwrap().cells[0].1 = "0-0".into();
    };
    let all = [
        (changed(settings), "seed was 7 and is 8"),
        (changed(cells), "1 cell planned with other settings: exponential"),
        (changed(|run| run.environment.version = "9".into()), "version \"9\" made it"),
        (changed(|run| run.partition = "hash:2/3".parse().ok()), "the plan was divided in two"),
        (changed(|run| run.partition = "slice:2/4".parse().ok()), "the plan was divided in two"),
        (changed(|run| run.partition = None), "only runs that were made with --partition"),
        (changed(|run| run.fingerprint = None), "it has no fingerprint"),
    ];
    for (parts, reason) in all {
        refused(&parts, "part-2", reason);
        merge(&parts, Allow { missing: true, unlike: true }).unwrap_err();
    }
    merge(&[], Allow { missing: true, unlike: true }).unwrap_err();
}

#[test]
fn what_is_missing_is_said_and_only_merged_when_that_is_allowed() {
    let allow = Allow { missing: true, ..Allow::default() };
    let absent = [part(1), part(3)];
    refused(&absent, "part-1", "slice:2/3 is missing; --allow-missing");
    let Merged { recorded, notes, .. } = merge(&absent, allow).unwrap();
    assert_eq!(notes, ["part-1: slice:2/3 is missing"]);
    assert!(!recorded.is_complete() && recorded.run.shards.len() == 2);

    let mut stopped = parts();
    stopped[1].1.ended = false;
    stopped[1].1.samples.clear();
    refused(&stopped, "part-1", "part-2 was stopped, 0 of 1 samples are there");
    assert_eq!(merge(&stopped, allow).unwrap().notes.len(), 1);
}

#[test]
fn a_cell_that_no_part_has_is_missing_though_every_part_is_whole() {
    let mut parts = parts();
    for (_, recorded) in &mut parts {
        let cells = &mut recorded.run.fingerprint.as_mut().unwrap().cells;
        cells.push((sample(40, Role::Measured).cell.id(), "00000040-1".into()));
    }
    let missing = sample(40, Role::Measured).cell.id();
    refused(&parts, "part-1", &format!("{missing} is in no part"));
    let allow = Allow { missing: true, ..Allow::default() };
    let Merged { recorded, notes, .. } = merge(&parts, allow).unwrap();
    assert_eq!((recorded.counted().len(), notes.len()), (3, 1));
}

#[test]
fn unlike_machines_and_compilers_are_said_and_only_merged_when_that_is_allowed() {
    let allow = Allow { unlike: true, ..Allow::default() };
    for (change, reason) in [
        (
            (|run| run.environment.processors = Some(96)) as fn(&mut Run),
            "processors: unknown and 96",
        ),
        (
            |run| run.environment.compiler = Some("rustc 9".into()),
            "compiler: unknown and \"rustc 9\"",
        ),
        (|run| run.environment.profile = "debug".into(), "profile: \"\" and \"debug\""),
        (|run| run.fingerprint.as_mut().unwrap().binary.clear(), "the program's file differs"),
    ] {
        let mut unlike = parts();
        change(&mut unlike[2].1.run);
        refused(&unlike, "part-3", reason);
        let Merged { recorded, notes, .. } = merge(&unlike, allow).unwrap();
        assert!(notes.len() == 1 && notes[0].contains(reason), "{notes:?}");
        assert_eq!(recorded.run.environment.processors, None, "what differs is not known");
        let Shard { environment, .. } = &recorded.run.shards[2];
        assert_eq!(*environment, unlike[2].1.run.environment, "each keeps its own");
    }
    let mut busy = parts();
    busy[2].1.run.environment = Environment { load_1m: Some(8.0), ..Environment::default() };
    assert_eq!(merge(&busy, Allow::default()).unwrap().notes, [""; 0], "load is no other machine");
}

#[test]
fn partitions_are_read_as_they_are_written_and_nothing_else_is() {
    for text in ["slice:1/1", "slice:4/4", "hash:2/3"] {
        assert_eq!(text.parse::<Partition>().unwrap().to_string(), text);
    }
    for (text, reason) in [
        ("slice:0/4", "counted from 1"),
        ("slice:5/4", "fewer parts"),
        ("slice:0/0", "at least one part"),
        ("count:1/4", "slice:1/4 or hash:1/4"),
        ("slice:1", "slice:1/4"),
        ("slice:+1/4", "slice:1/4"),
        ("slice:1/4/4", "slice:1/4"),
        ("slice: 1/4", "slice:1/4"),
        ("slice:1/99999999999", "slice:1/4"),
        ("", "slice:1/4"),
    ] {
        let error = text.parse::<Partition>().unwrap_err().to_string();
        assert!(error.contains(&format!("`{text}`")) && error.contains(reason), "{error}");
    }
}
