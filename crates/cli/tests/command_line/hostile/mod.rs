//! Runs that somebody made to do harm: what is shown of them does none.

mod capped;
mod generated;
mod typed;

use std::{fs, path::Path};

use bp_record::{Sample, Store};

use crate::common::{Ended, Place};

/// Nothing that the program said steers a terminal, but for the ends of lines.
#[track_caller]
fn only_shows(ended: &Ended) {
    for said in [ended.stdout(), ended.stderr()] {
        let found = said.match_indices(|c| c != '\n' && bp_record::steers(c)).next();
        let line = found.map(|(at, _)| said[..at].lines().next_back());
        assert_eq!(found, None, "behind {line:?}");
    }
}

/// Texts that a terminal, a browser, a spreadsheet or a file system would obey.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u{1b}[2J\u{1b}]0;mine\u{7}",
    "../../outside",
    "a|b`c\n# d",
];

/// A run in `mine` whose every name is `text`.
fn write(place: &Path, text: &str) {
    write_to(place, "mine", text);
}

/// The same in a directory of that name.
fn write_to(place: &Path, directory: &str, text: &str) {
    let honest = Store::read(&place.join("honest")).unwrap();
    let mut run = honest.run;
    run.suite = text.into();
    run.started = text.into();
    run.arguments = vec![text.into()];
    run.environment.processor = Some(text.into());
    run.environment.compiler = Some(text.into());
    for entry in &mut run.catalogue.strategies {
        entry.name = text.into();
        entry.title = text.into();
    }
    run.catalogue.executors.iter_mut().for_each(|entry| entry.name = text.into());
    run.catalogue.workloads.iter_mut().for_each(|entry| entry.name = text.into());
    let mut store = Store::create(&place.join(directory), &run, true).unwrap();
    for mut sample in honest.samples {
        sample.cell.work.name = text.into();
        sample.cell.strategy = text.into();
        sample.cell.executor = text.into();
        store.append(&sample).unwrap();
        let failure = Sample {
            outcome: bp_record::Outcome::Wrong,
            message: Some(text.into()),
            measured: None,
            ..sample
        };
        store.append(&failure).unwrap();
    }
    for mut round in honest.rounds {
        round.noisy = Some(text.into());
        store.append_round(&round).unwrap();
    }
}

/// All files below a directory.
fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn hostile_texts_are_shown_and_do_nothing() {
    let place = Place::new();
    place.tiny(&["--out", "honest", "--rounds", "1"]).exits(0);
    for text in HOSTILE {
        write(place.path(), text);
        for format in ["table", "csv", "json", "markdown"] {
            let ended = place.run(["report", "mine", "--format", format]).exits(0);
            only_shows(&ended);
            if format == "markdown" {
                assert!(!ended.stdout().contains("<script"), "{}", ended.stdout());
            }
        }
        for path in files(&place.path().join("mine")) {
            let content = String::from_utf8(fs::read(&path).unwrap()).unwrap();
            let name = path.display();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("md" | "svg") => {
                    // Between fences Markdown shows everything as it is.
                    let outside: String = content.split("```").step_by(2).collect();
                    assert!(!outside.contains("<script"), "{name}");
                    assert!(!content.contains('\u{1b}'), "{name} of {text:?}");
                }
                Some("csv") => {
                    let mut rows = csv::Reader::from_reader(content.as_bytes());
                    for row in rows.records() {
                        let row = row.unwrap();
                        assert!(row.iter().all(|cell| !cell.starts_with('=')), "{name}: {row:?}");
                    }
                }
                _ => {}
            }
        }
        let outside: Vec<_> =
            fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(outside.len(), 2, "{text:?} leads out of its directory: {outside:?}");
    }
}

#[test]
fn files_that_are_none_are_refused_and_nothing_hangs() {
    let place = Place::new();
    place.tiny(&["--out", "mine", "--rounds", "1"]).exits(0);
    let mine = place.path().join("mine");
    for name in ["run.json", "events.jsonl"] {
        let path = mine.join(name);
        let kept = place.path().join("kept");
        fs::rename(&path, &kept).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(pipe.success());
        for verb in [&["report", "mine"][..], &["run", "--resume", "mine"], &["merge", "o", "mine"]]
        {
            place.run(verb).exits(1).says(&[name, "is a pipe or a device"]);
        }
        fs::remove_file(&path).unwrap();
        if name == "run.json" {
            for verb in [&["report", "mine"][..], &["run", "--resume", "mine"]] {
                place.run(verb).exits(1).says(&["mine holds no run, for there is no run.json"]);
            }
        }
        fs::rename(&kept, &path).unwrap();
    }
    place.run(["report", "mine"]).exits(0);
}

#[test]
fn a_newer_run_is_neither_read_nor_replaced() {
    let place = Place::new();
    let mine = place.path().join("reports/latest");
    fs::create_dir_all(&mine).unwrap();
    let newer = r#"{"schema":5,"suite":"x","planned":1,"new":{}}"#;
    fs::write(mine.join("run.json"), newer).unwrap();
    fs::write(mine.join("events.jsonl"), "new\n").unwrap();
    let latest = "reports/latest";
    for verb in [
        &["report", latest][..],
        &["run", "--resume", latest],
        &["merge", "out", latest],
        &["run", "-x", "virtual", "--out", latest, "--replace"],
        &["run", "-x", "virtual"],
        &["clean"],
    ] {
        place.run(verb).exits(1).says(&["has schema 5", "use a newer one"]);
    }
    assert_eq!(fs::read_to_string(mine.join("run.json")).unwrap(), newer);
    assert_eq!(fs::read_dir(&mine).unwrap().count(), 2);
}
