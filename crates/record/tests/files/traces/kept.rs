//! Of each cell one trace stands, in a file that leads nowhere else.

use std::{collections::HashSet, fs, path::Path};

use bp_record::{Allow, Recorded, RoundRecord, Run, Sample, Store, merge};

use super::{only, refill, run, sample, store};
use crate::common;

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory.join("traces")).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn in_round(round: u32, attempt: u32) -> Sample {
    Sample { round, attempt, ..sample("semaphore", 2, refill(2, &[(5_000, 0); 3])) }
}

#[test]
fn the_trace_of_the_first_round_that_was_not_disturbed_stands() {
    let place = tempfile::tempdir().unwrap();
    let mut there = Store::create(place.path(), &run(), true).unwrap();
    let turn = |recorded: &Recorded| {
        let sample = only(recorded);
        (sample.round, sample.attempt)
    };
    for (round, attempt, stands) in [(0, 0, (0, 0)), (0, 1, (0, 1)), (1, 0, (0, 1)), (2, 0, (2, 0))]
    {
        store(&mut there, in_round(round, attempt)).unwrap();
        let noisy = (round < 2).then(|| "a neighbour".to_owned());
        let record = RoundRecord { round, attempt, noisy, ..RoundRecord::default() };
        there.append_round(&record).unwrap();
        let recorded = Store::read(place.path()).unwrap();
        assert_eq!(turn(&recorded), stands, "after round {round}, {attempt}");
    }
    let names = names(place.path());
    assert_eq!(names.len(), 4, "each has a name of its own: {names:?}");
    let kept = names.iter().filter(|name| name.ends_with("round-3.json")).cloned();
    there.retain_traces(&kept.collect::<HashSet<_>>()).unwrap();
    let recorded = Store::read(place.path()).unwrap();
    assert_eq!(recorded.trace(place.path(), &only(&recorded)).unwrap().round, 2);
}

#[test]
fn a_file_that_was_changed_or_is_gone_is_refused_and_the_rest_is_read() {
    let place = tempfile::tempdir().unwrap();
    let mut there = Store::create(place.path(), &run(), true).unwrap();
    store(&mut there, in_round(0, 0)).unwrap();
    let recorded = Store::read(place.path()).unwrap();
    let (samples, troubles) = recorded.counted_with_traces(place.path(), 3);
    assert!(troubles.is_empty() && samples[0].measured.as_ref().unwrap().trace.is_some());
    let (samples, _) = recorded.counted_with_traces(place.path(), 2);
    assert!(samples[0].measured.as_ref().unwrap().trace.is_none(), "too many jobs");

    let path = place.path().join("traces").join(&names(place.path())[0]);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"round\":0", "\"round\":7", 1)).unwrap();
    let error = recorded.trace(place.path(), &only(&recorded)).unwrap_err().to_string();
    assert!(error.contains("its digest: it is ") && error.contains("was changed"), "{error}");
    fs::remove_file(&path).unwrap();
    let (samples, troubles) = recorded.counted_with_traces(place.path(), 3);
    assert!(troubles[0].to_string().contains("round-1.json"), "{troubles:?}");
    assert!(samples[0].measured.as_ref().unwrap().trace.is_none());
}

#[test]
fn an_event_cannot_lead_out_of_its_run() {
    let place = tempfile::tempdir().unwrap();
    let mut there = Store::create(place.path(), &run(), true).unwrap();
    let sample = store(&mut there, in_round(0, 0)).unwrap();
    for name in
        ["../run.json", "/etc/passwd", "a/b.json", "..json", ".a.json", "a.txt", "\u{1b}.json", ""]
    {
        let mut sample = sample.clone();
        sample.measured.as_mut().unwrap().trace_file.as_mut().unwrap().file = name.into();
        let recorded =
            Recorded { samples: vec![sample.clone()], ..Store::read(place.path()).unwrap() };
        let error = recorded.trace(place.path(), &sample).unwrap_err().to_string();
        assert!(error.contains("is not the name of a trace"), "{name}: {error}");
        assert!(!error.contains('\u{1b}'), "{error:?}");
    }
}

#[test]
fn whatever_a_cell_is_called_its_file_has_a_harmless_name_of_its_own() {
    let place = tempfile::tempdir().unwrap();
    let mut there = Store::create(place.path(), &run(), true).unwrap();
    let long = "x".repeat(5_000);
    let labels =
        ["../../outside", "=cmd()", "<script>", "\u{1b}[2J", "ÄÖ", "", ".", "CON", "con", &long];
    for label in labels {
        let mut sample = in_round(0, 0);
        sample.cell.work.name = label.into();
        store(&mut there, sample).unwrap();
    }
    let names = names(place.path());
    assert_eq!(names.len(), labels.len(), "{names:?}");
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    assert!(names.iter().all(|name| name.chars().all(plain) && name.len() < 200), "{names:?}");
    let recorded = Store::read(place.path()).unwrap();
    for sample in recorded.traced() {
        assert_eq!(recorded.trace(place.path(), &sample).unwrap().cell, sample.cell.id());
    }
}

#[test]
fn what_is_removed_with_a_run_are_its_traces_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("mine");
    let mut there = Store::create(&directory, &run(), true).unwrap();
    let mine = store(&mut there, in_round(0, 0)).unwrap();
    drop(there);
    let file = mine.measured.unwrap().trace_file.unwrap().file;
    fs::write(directory.join(format!("traces/.{file}.77.tmp")), "half").unwrap();
    fs::write(directory.join("traces/notes.txt"), "mine").unwrap();
    Store::remove(&directory).unwrap();
    assert_eq!(names(&directory), ["notes.txt"]);
    fs::remove_dir_all(&directory).unwrap();

    let mut there = Store::create(&directory, &run(), true).unwrap();
    store(&mut there, in_round(0, 0)).unwrap();
    drop(there);
    Store::remove(&directory).unwrap();
    assert!(!directory.exists());
}

#[test]
fn a_merge_takes_the_traces_along() {
    let place = tempfile::tempdir().unwrap();
    let part = |index: u32| {
        let directory = place.path().join(index.to_string());
        let fits = |limit: usize| {
            let sample = sample("semaphore", limit, refill(1, &[(5_000, 0); 3]));
            (sample.cell.id(), "00000001-1".to_owned())
        };
        let run = Run {
            partition: Some(format!("slice:{index}/2").parse().unwrap()),
            fingerprint: Some(bp_record::Fingerprint {
                cells: vec![fits(1), fits(2)],
                ..common::fingerprint()
            }),
            planned: 1,
            rounds: 2,
            ..run()
        };
        let mut there = Store::create(&directory, &run, true).unwrap();
        for round in [0, 1] {
            let sample = sample("semaphore", index as usize, refill(1, &[(5_000, 0); 3]));
            store(&mut there, Sample { round, ..sample }).unwrap();
        }
        there.finish().unwrap();
        (directory.clone(), Store::read(&directory).unwrap())
    };
    let parts = [part(1), part(2)];
    let merged = merge(&parts, Allow::default()).unwrap();
    let whole = place.path().join("whole");
    Store::write(&whole, &merged.recorded, &merged.traces).unwrap();
    let recorded = Store::read(&whole).unwrap();
    let traced = recorded.traced();
    assert_eq!((traced.len(), names(&whole).len()), (2, 2), "one a cell, and no other");
    for sample in traced {
        assert_eq!(recorded.trace(&whole, &sample).unwrap().cell, sample.cell.id());
    }

    // One that is gone or was changed is missing, as a sample would be.
    let gone = parts[1].0.join("traces").join(names(&parts[1].0)[0].as_str());
    fs::write(&gone, "{}").unwrap();
    let error = merge(&parts, Allow::default()).unwrap_err().to_string();
    assert!(error.contains("its digest") && error.contains("--allow-missing"), "{error}");
    let merged = merge(&parts, Allow { missing: true, unlike: false }).unwrap();
    assert!(merged.notes[0].contains("its digest"), "{:?}", merged.notes);
    assert_eq!((merged.traces.len(), merged.recorded.traced().len()), (1, 1));
}
