//! Real files: what is listed, what is verified, and what is said when something is wrong.

mod common;

use std::{fs, num::NonZeroUsize, path::Path};

use bp_core::{Deliver, Runtime, Workload};
use bp_tokio::{MultiThread, Tokio};
use bp_workloads::{Conditions, FileList, Files, Reading, Scenario, WorkloadError};
use common::run;
use tempfile::TempDir;

/// A directory of three files worth reading, `a`, `b` and `sub/c`, and some that are not.
fn directory() -> TempDir {
    let directory = tempfile::tempdir().expect("a place for temporary files");
    for (path, content) in
        [("b", "two"), ("a", "one"), ("sub/c", ""), ("sub/.git/x", "no"), ("target/y", "no")]
    {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        fs::write(path, content).expect("it can be written");
    }
    directory
}

fn scenario(files: Files) -> Scenario<Files> {
    let tally = files.tally();
    Scenario::new(files, tally, Conditions::default())
}

#[test]
fn every_file_is_read_and_its_checksum_verified() {
    let directory = directory();
    let list = FileList::open(directory.path()).unwrap();
    assert_eq!((list.len(), list.bytes(), list.skipped()), (3, 6, 0));
    let files = Files::new(list, Reading::Whole, 0, Some(7));
    let values = [b"one".as_slice(), b"two", b""].map(|bytes| u64::from(crc32fast::hash(bytes)));
    assert_eq!([0, 1, 2].map(|index| files.tally().value(index)), values, "sorted by path");
    let (scenario, _) = run(scenario(files), 2);
    let counts = scenario.tally().counts();
    assert_eq!((counts.succeeded, counts.failed), (7, 0));
    assert_eq!(counts.checksum, 3 * values[0] + 2 * (values[1] + values[2]), "again and again");
    assert_eq!((scenario.tally().expected(7), scenario.tally().trouble()), (counts.checksum, None));
}

#[test]
fn it_runs_on_a_real_runtime() {
    let directory = directory();
    let files = Files::new(FileList::open(directory.path()).unwrap(), Reading::Whole, 0, Some(3));
    let scenario = scenario(files);
    let (tally, expected) = (scenario.tally(), scenario.tally().expected(3));
    MultiThread::start(NonZeroUsize::MIN, 7).run(async move {
        let mut jobs = scenario.jobs(&Tokio);
        while let Some(job) = jobs.next().await {
            job.await.deliver().await;
        }
    });
    assert_eq!((tally.counts().succeeded, tally.counts().checksum), (3, expected));
}

#[test]
fn a_file_that_vanishes_fails_its_job() {
    let directory = directory();
    let files = Files::new(FileList::open(directory.path()).unwrap(), Reading::Whole, 0, Some(6));
    let vanished = directory.path().join("b");
    fs::remove_file(&vanished).unwrap();
    let (scenario, _) = run(scenario(files), 2);
    let counts = scenario.tally().counts();
    assert_eq!((counts.succeeded, counts.failed, counts.delivered), (4, 2, 6));
    assert_eq!(
        counts.checksum,
        scenario.tally().expected(6),
        "each was delivered once all the same"
    );
    let trouble = scenario.tally().trouble().unwrap();
    assert!(trouble.contains(vanished.to_str().unwrap()), "{trouble}");
    assert!(trouble.starts_with("cannot read"), "{trouble}");
}

#[test]
fn a_file_that_changes_fails_its_job() {
    let directory = directory();
    let files = Files::new(FileList::open(directory.path()).unwrap(), Reading::Whole, 0, Some(3));
    let changed = directory.path().join("a");
    fs::write(&changed, "One").unwrap();
    let (scenario, _) = run(scenario(files), 1);
    assert_eq!(scenario.tally().counts().failed, 1);
    let trouble = scenario.tally().trouble().unwrap();
    assert!(trouble.contains(changed.to_str().unwrap()), "{trouble}");
    assert!(trouble.contains("changed"), "{trouble}");
}

#[test]
fn of_a_large_tree_only_the_first_files_are_looked_at() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c/d", "c/run/events.jsonl", "c/run/run.json", "e"] {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    assert_eq!(FileList::open(directory.path()).unwrap().len(), 4, "a recorded run is no input");
    let first = FileList::first(directory.path(), 2).unwrap();
    assert_eq!((first.len(), first.bytes()), (2, 2));
}

#[test]
fn large_files_are_skipped_and_counted() {
    let directory = directory();
    let large = fs::File::create(directory.path().join("large")).unwrap();
    large.set_len((64 << 20) + 1).unwrap(); // sparse: it takes no space
    let list = FileList::open(directory.path()).unwrap();
    assert_eq!((list.len(), list.skipped()), (3, 1));
    large.set_len(64 << 20).unwrap();
    assert_eq!(FileList::open(directory.path()).unwrap().len(), 4);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let directory = directory();
    let link = |target: &Path, name| {
        std::os::unix::fs::symlink(target, directory.path().join(name)).unwrap();
    };
    link(directory.path(), "around");
    link(&directory.path().join("a"), "again");
    link(Path::new("/nowhere"), "dangling");
    let list = FileList::open(directory.path()).unwrap();
    assert_eq!((list.len(), list.skipped()), (3, 0));
}

#[test]
fn a_directory_that_gives_nothing_is_an_error_with_its_path() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    let error = |name| FileList::open(&path(name)).unwrap_err();
    assert!(
        matches!(error("a"), WorkloadError::NotADirectory { path: found } if found == path("a"))
    );
    assert!(
        matches!(error("empty"), WorkloadError::Empty { path: found } if found == path("empty"))
    );
    let nowhere = error("nowhere");
    assert!(
        matches!(&nowhere, WorkloadError::Unreadable { path: found, .. } if *found == path("nowhere"))
    );
    for (name, error) in [("a", error("a")), ("empty", error("empty")), ("nowhere", nowhere)] {
        let message = error.to_string();
        assert!(message.contains(path(name).to_str().unwrap()), "{message}");
        assert!(!message.contains('\n'), "{message}");
    }
}

/// The same files, opened and read piece by piece.
#[test]
fn pieces_make_the_same_whole() {
    let directory = directory();
    let long = directory.path().join("long");
    fs::write(&long, vec![7; 3 * 8_192 + 5]).unwrap();
    for (gone, failed) in [(false, 0), (true, 1)] {
        let list = FileList::open(directory.path()).unwrap();
        if gone {
            fs::remove_file(&long).unwrap();
        }
        let (scenario, _) = run(scenario(Files::new(list, Reading::Pieces, 0, Some(4))), 2);
        let (tally, counts) = (scenario.tally(), scenario.tally().counts());
        assert_eq!((counts.succeeded, counts.failed), (4 - failed, failed));
        assert_eq!(counts.checksum, tally.expected(4));
    }
}
