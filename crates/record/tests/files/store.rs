//! Writing a run: where it may go, what it removes, who may write.

use std::{fs, io, path::Path};

use bp_record::{Outcome, Recorded, Store, StoreError, write_atomically};

use crate::common;

fn create(directory: &Path, replace: bool) -> Result<Store, StoreError> {
    Store::create(directory, &common::run(), replace)
}

/// The names in a directory, sorted.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let mut names: Vec<_> = entries.map(|e| e.file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_new_directory_is_made_with_its_parents() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("reports/latest");
    let store = create(&directory, false).unwrap();
    assert_eq!(store.directory(), directory);
    assert_eq!(names(&directory), [".lock", "events.jsonl", "run.json"]);
    assert_eq!(Store::read(&directory).unwrap().run, common::run());
}

#[test]
fn an_acknowledged_sample_can_be_read_at_once() {
    let place = tempfile::tempdir().unwrap();
    let mut store = create(place.path(), false).unwrap();
    for round in 0..3 {
        store.append(&common::sample(round)).unwrap();
        let Recorded { samples, torn, .. } = Store::read(place.path()).unwrap();
        assert_eq!((samples.len(), torn), (round as usize + 1, None));
    }
}

#[test]
fn an_earlier_run_is_replaced_only_when_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let mut store = create(place.path(), false).unwrap();
    store.append(&common::sample(0)).unwrap();
    drop(store);
    let error = create(place.path(), false).unwrap_err();
    assert!(matches!(error, StoreError::Exists { .. }), "{error}");
    assert_eq!(Store::read(place.path()).unwrap().samples.len(), 1, "it is untouched");

    drop(create(place.path(), true).unwrap());
    assert_eq!(Store::read(place.path()).unwrap().samples.len(), 0);
}

#[test]
fn replacing_removes_our_own_files_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    drop(create(place.path(), false).unwrap());
    let figures = place.path().join("figures");
    fs::create_dir(&figures).unwrap();
    for ours in ["report.md", "theory.md", "samples.csv", "summary.csv", "figures/a.svg"] {
        fs::write(place.path().join(ours), "old").unwrap();
    }
    for theirs in ["notes.txt", "figures/photo.png"] {
        fs::write(place.path().join(theirs), "dear").unwrap();
    }
    drop(create(place.path(), true).unwrap());
    assert_eq!(names(place.path()), [".lock", "events.jsonl", "figures", "notes.txt", "run.json"]);
    assert_eq!(names(&figures), ["photo.png"]);

    fs::remove_file(figures.join("photo.png")).unwrap();
    drop(create(place.path(), true).unwrap());
    assert!(!figures.exists(), "an empty directory of figures is ours");
}

#[test]
fn a_directory_of_someone_else_is_refused_and_not_touched() {
    for file in ["thesis.tex", "run.json"] {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join(file), "{\"schema\": 3}").unwrap();
        for replace in [false, true] {
            let error = create(place.path(), replace).unwrap_err();
            assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
            assert!(error.to_string().contains(file), "{error}");
        }
        assert_eq!(names(place.path()), [file], "not even a lock file is left");
    }
}

#[test]
fn what_a_run_that_could_not_begin_left_is_no_obstacle() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join(".lock"), "1").unwrap();
    fs::write(place.path().join(".run.json.77.tmp"), "{").unwrap();
    create(place.path(), false).unwrap();
}

#[test]
fn a_file_in_place_of_the_directory_is_said() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    let error = create(&file, true).unwrap_err();
    assert!(matches!(error, StoreError::NotADirectory { .. }), "{error}");
    let error = create(&file.join("below"), true).unwrap_err();
    assert!(error.to_string().contains("file/below"), "{error}");
    #[cfg(unix)]
    assert!(error.to_string().contains("a part of this path is a file"), "{error}");
}

#[test]
fn a_second_writer_is_told_at_once_who_the_first_is() {
    let place = tempfile::tempdir().unwrap();
    let first = create(place.path(), false).unwrap();
    for replace in [false, true] {
        let error = create(place.path(), replace).unwrap_err();
        assert!(matches!(error, StoreError::Locked { .. }), "{error}");
        assert!(error.to_string().contains(&place.path().display().to_string()), "{error}");
        #[cfg(unix)]
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    }
    drop(first);
    create(place.path(), true).unwrap();
}

#[test]
fn a_sample_that_could_not_be_read_back_is_not_written() {
    let place = tempfile::tempdir().unwrap();
    let mut store = create(place.path(), false).unwrap();
    let mut sample = common::sample(0);
    sample.measured.as_mut().unwrap().in_flight_mean = Some(f64::NAN);
    let error = store.append(&sample).unwrap_err();
    assert!(matches!(error, StoreError::BadSample { .. }), "{error}");
    assert!(error.to_string().contains("exponential"), "{error}");
    sample.measured = None;
    sample.outcome = Outcome::Wrong;
    store.append(&sample).unwrap();
    assert_eq!(Store::read(place.path()).unwrap().samples, [sample]);
}

#[test]
fn a_sample_that_is_too_long_to_be_read_is_not_written() {
    let place = tempfile::tempdir().unwrap();
    let mut store = create(place.path(), false).unwrap();
    let mut sample = common::sample(0);
    sample.message = Some("x".repeat(64 << 20));
    let error = store.append(&sample).unwrap_err();
    assert!(error.to_string().ends_with("longer than 64 MiB"), "{error}");
    assert_eq!(Store::read(place.path()).unwrap().samples, []);
}

#[test]
fn a_file_is_replaced_whole_and_no_temporary_is_left() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("samples.csv");
    write_atomically(&path, b"a long first content").unwrap();
    write_atomically(&path, b"short").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"short");
    assert_eq!(names(place.path()), ["samples.csv"]);

    // A directory is in the way: it stays, and the temporary file goes.
    let path = place.path().join("figures");
    fs::create_dir(&path).unwrap();
    let error = write_atomically(&path, b"").unwrap_err();
    assert!(error.to_string().contains("cannot write"), "{error}");
    assert_eq!(names(place.path()), ["figures", "samples.csv"]);
}

#[test]
fn the_usual_refusals_come_with_advice() {
    let message = |kind: io::ErrorKind| {
        let path = "/there/events.jsonl".into();
        StoreError::Io { action: "write", path, cause: kind.into() }.to_string()
    };
    let full = message(io::ErrorKind::StorageFull);
    assert!(full.starts_with("cannot write /there/events.jsonl: no storage space"), "{full}");
    assert!(full.ends_with("free some space, or name a directory on another disk"), "{full}");
    let denied = message(io::ErrorKind::PermissionDenied);
    assert!(denied.ends_with("name a directory that you may write to"), "{denied}");
    assert!(!message(io::ErrorKind::BrokenPipe).contains(';'));
}
