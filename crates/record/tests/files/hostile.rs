//! Files that are not what their names say, and texts that are not meant for a terminal.
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use bp_record::{Fingerprint, Store, StoreError, make_inner_directory, write_atomically};

use crate::common;

fn written() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let mut store = Store::create(place.path(), &common::run(), false).unwrap();
    store.append(&common::sample(0)).unwrap();
    place
}

/// Everything that opens the files of a run; each must refuse.
fn all_refuse(directory: &Path) -> Vec<StoreError> {
    let now: Fingerprint = common::fingerprint();
    let machine = common::run().environment;
    vec![
        Store::read(directory).unwrap_err(),
        Store::resume(directory, &now, &machine).unwrap_err(),
        Store::create(directory, &common::run(), false).unwrap_err(),
    ]
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_pipe_in_place_of_a_file_does_not_hang() {
    for name in ["run.json", "events.jsonl"] {
        let place = written();
        let path = place.path().join(name);
        fs::remove_file(&path).unwrap();
        pipe(&path);
        let errors = all_refuse(place.path());
        let error = errors[0].to_string();
        assert!(error.contains(name) && error.contains("is a pipe or a device"), "{error}");
        assert!(path.exists(), "it is left alone");
    }
}

#[test]
fn a_directory_in_place_of_a_file_is_said() {
    for name in ["run.json", "events.jsonl"] {
        let place = written();
        let path = place.path().join(name);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        for error in all_refuse(place.path()).iter().take(2) {
            assert!(matches!(error, StoreError::InTheWay { found: "a directory", .. }), "{error}");
        }
    }
}

#[test]
fn no_link_is_followed_for_writing() {
    let outside = tempfile::tempdir().unwrap();
    let treasure = outside.path().join("treasure.txt");
    let untouched = || fs::read(&treasure).unwrap() == b"dear";
    fs::write(&treasure, "dear").unwrap();

    let place = written();
    fs::remove_file(place.path().join(".lock")).unwrap();
    symlink(&treasure, place.path().join(".lock")).unwrap();
    for error in [
        Store::create(place.path(), &common::run(), true).unwrap_err(),
        Store::remove(place.path()).unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::InTheWay { found: "a link", .. }), "{error}");
    }
    assert!(untouched(), "a lock is written into");

    let place = written();
    let events = place.path().join("events.jsonl");
    let kept = outside.path().join("events");
    fs::rename(&events, &kept).unwrap();
    let before = fs::read(&kept).unwrap();
    symlink(&kept, &events).unwrap();
    Store::read(place.path()).expect("reading through a link does no harm");
    let machine = common::run().environment;
    let error = Store::resume(place.path(), &common::fingerprint(), &machine).unwrap_err();
    assert!(matches!(error, StoreError::InTheWay { found: "a link", .. }), "{error}");
    assert_eq!(fs::read(&kept).unwrap(), before);
    drop(Store::create(place.path(), &common::run(), true).unwrap());
    assert_eq!(fs::read(&kept).unwrap(), before, "the link was removed, not what it leads to");
}

#[test]
fn a_link_to_other_figures_is_neither_emptied_nor_filled() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("drawing.svg"), "dear").unwrap();
    let place = written();
    let figures = place.path().join("figures");
    symlink(outside.path(), &figures).unwrap();
    for error in [
        Store::create(place.path(), &common::run(), true).unwrap_err(),
        make_inner_directory(&figures).unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::InTheWay { found: "a link", .. }), "{error}");
    }
    assert!(outside.path().join("drawing.svg").exists());
    assert_eq!(Store::read(place.path()).unwrap().samples.len(), 1);
}

#[test]
fn a_planted_temporary_file_leads_nowhere() {
    let outside = tempfile::tempdir().unwrap();
    let treasure = outside.path().join("treasure.txt");
    fs::write(&treasure, "dear").unwrap();
    let place = tempfile::tempdir().unwrap();
    let temporary = format!(".summary.csv.{}.tmp", std::process::id());
    symlink(&treasure, place.path().join(&temporary)).unwrap();
    write_atomically(&place.path().join("summary.csv"), b"new").unwrap();
    assert_eq!(fs::read(&treasure).unwrap(), b"dear");
    assert_eq!(fs::read(place.path().join("summary.csv")).unwrap(), b"new");
    assert!(!place.path().join(&temporary).exists());
}

#[test]
fn a_change_of_the_ends_of_lines_is_named() {
    let place = written();
    let path = place.path().join("events.jsonl");
    let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
    fs::write(&path, text).unwrap();
    let error = Store::read(place.path()).unwrap_err().to_string();
    assert!(error.contains("line 1 (byte 0)") && error.contains("carriage return"), "{error}");
}

/// A line with a right checksum over whatever `json` is.
fn line(json: &str) -> String {
    format!("{{\"crc\":\"{:08x}\",\"sample\":{json}}}\n", crc32fast::hash(json.as_bytes()))
}

/// What is read if `text` follows the line with which a run begins.
fn read_events(text: &str) -> Result<usize, String> {
    let place = written();
    let path = place.path().join("events.jsonl");
    let begin = fs::read_to_string(&path).unwrap().lines().next().unwrap().to_owned();
    fs::write(path, begin + "\n" + text).unwrap();
    Store::read(place.path()).map(|found| found.samples.len()).map_err(|error| error.to_string())
}

#[test]
fn values_that_no_sample_has_are_refused_with_their_place() {
    let good = serde_json::to_string(&common::sample(0)).unwrap();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (bad, part) in [
        (good.replacen("\"round\":0", "\"round\":NaN", 1), "expected value"),
        (good.replacen("\"round\":0", "\"round\":1e999", 1), "number out of range"),
        (good.replacen("\"round\":0", "\"round\":-1", 1), "expected u32"),
        (good.replacen("\"round\":0", "\"round\":0,\"round\":1", 1), "duplicate field"),
        (good.replacen("\"round\":0", &format!("\"round\":{deep}"), 1), "expected u32"),
        (good.replacen("\"pass\":\"trace\"", "\"pass\":\"\\u001b[31m\"", 1), "unknown variant"),
        ("\u{0}\u{1}\u{2}".to_owned(), "expected value"),
        (good.replacen("\"semaphore\"", "\"\\ud800\"", 1), "hex escape"),
        (good.replacen("\"semaphore\"", "\"\\udc00\\ud800\"", 1), "surrogate"),
    ] {
        assert_ne!(bad, good, "{part}");
        let error = read_events(&(line(&good) + &line(&bad))).unwrap_err();
        assert!(error.contains("events.jsonl, line 3 (byte ") && error.contains(part), "{error}");
        assert!(!error.contains(|c: char| c.is_control()), "{error:?}");
    }
    assert_eq!(read_events(&line(&good)).unwrap(), 1);
}

#[test]
fn a_million_short_lines_end_at_the_first() {
    let error = read_events(&"x\n".repeat(1_000_000)).unwrap_err();
    assert!(error.contains("line 2 (byte "), "{error}");
    let many = "{\"crc\":\"00000000\",\"round\":{}}\n".repeat(1_000_000);
    assert!(read_events(&many).unwrap_err().contains("checksum"));
}

#[test]
fn a_description_that_lies_is_refused() {
    let good = serde_json::to_string(&common::run()).unwrap();
    for bad in [
        good.replacen("\"rounds\":3", "\"rounds\":1e999", 1),
        good.replacen("\"schema\":4", "\"schema\":0", 1),
        good.replacen("\"schema\":4", "\"schema\":4,\"schema\":4", 1),
        good.replacen("\"partition\":null", "\"partition\":\"slice:5/4\"", 1),
        good.replacen("\"suite\":\"preview\"", "\"suite\":[\"\\u001b[2J\"]", 1),
        good[..good.len() - 1].to_owned(),
        format!("\u{feff}{good}"),
    ] {
        assert_ne!(bad, good);
        let place = written();
        fs::write(place.path().join("run.json"), &bad).unwrap();
        let error = Store::read(place.path()).unwrap_err();
        assert!(matches!(error, StoreError::BadRun { .. }), "{bad}: {error}");
        assert!(!error.to_string().contains(|c: char| c.is_control()), "{error}");
    }
}

#[test]
fn a_huge_description_is_not_read_into_memory() {
    let place = written();
    let path: PathBuf = place.path().join("run.json");
    fs::File::options().write(true).open(&path).unwrap().set_len(65 << 20).unwrap();
    let error = Store::read(place.path()).unwrap_err().to_string();
    assert!(error.contains("run.json") && error.contains("longer than 64 MiB"), "{error}");
}
