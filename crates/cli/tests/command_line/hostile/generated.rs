//! Texts from seeds in a run, and every verb that shows a run.

use std::{collections::BTreeSet, ffi::OsString, fs, path::PathBuf};

use super::*;

#[path = "../../../../record/tests/files/hostile_text.rs"]
mod hostile_text;

use hostile_text::hostile_text;

/// How many runs are made: BACKPRESSURE_TEXTS, or so many.
fn seeds() -> std::ops::Range<u64> {
    0..std::env::var("BACKPRESSURE_TEXTS").map_or(4, |text| text.parse().unwrap())
}

/// All paths below a directory.
fn below(directory: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let inner = entries.flat_map(|path| {
        let more = if path.is_dir() { below(&path) } else { BTreeSet::new() };
        more.into_iter().chain([path])
    });
    inner.collect()
}

#[test]
fn no_verb_is_steered_by_what_it_shows() {
    let place = Place::new();
    place.tiny(&["--out", "honest", "--rounds", "1"]).exits(0);
    for seed in seeds() {
        write(place.path(), &hostile_text(seed << 8));
        write_to(place.path(), "other", &hostile_text(seed << 8 | 1));
        let before = below(place.path());
        for format in ["table", "csv", "json", "markdown"] {
            for verb in [
                &["report", "mine"][..],
                &["trace", "mine"],
                &["rank", "mine"],
                &["compare", "mine", "other"],
                &["compare", "mine", "mine"],
            ] {
                let ended = place.run(verb.iter().chain(&["--format", format]));
                assert!(ended.0.status.code().is_some_and(|code| code != 101), "{verb:?}: a panic");
                only_shows(&ended);
                parses(format, &ended);
            }
        }
        for verb in [
            &["race", "mine"][..],
            &["trace", "mine", "/"],
            &["trace", "mine", "/", "--format", "json"],
            &["advise", "--run", "mine", "--limit", "4"],
            &["watch", "mine"],
            &["merge", "merged", "mine"],
            &["run", "--resume", "mine"],
        ] {
            only_shows(&place.run(verb));
        }
        let made: Vec<_> = below(place.path()).difference(&before).cloned().collect();
        let mine = place.path().join("mine");
        let beyond: Vec<_> = made.iter().filter(|path| !path.starts_with(&mine)).collect();
        assert!(
            beyond.iter().all(|path| path.starts_with(place.path().join("other"))),
            "{beyond:?}"
        );
    }
}

/// What is for programs is whole, and no cell of a table is a formula.
#[track_caller]
fn parses(format: &str, ended: &Ended) {
    let text = ended.stdout();
    match format {
        "json" if !text.is_empty() => {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
        "csv" => {
            for row in csv::Reader::from_reader(text.as_bytes()).records() {
                let row = row.unwrap();
                let number = |cell: &str| cell.trim_end_matches([' ', '%']).parse::<f64>().is_ok();
                let formula = |cell: &&str| {
                    cell.starts_with(['=', '+', '-', '@']) && *cell != "-" && !number(cell)
                };
                assert_eq!(row.iter().find(formula), None, "{row:?}");
            }
        }
        _ => {}
    }
}

/// Directories and files whose names are hostile: what is refused or written there is said.
#[test]
fn no_path_steers_a_terminal() {
    let place = Place::new();
    place.tiny(&["--out", "honest", "--rounds", "1"]).exits(0);
    for seed in seeds() {
        let mut name = hostile_text(seed << 8 | 2).replace(['/', '\0'], "");
        name.truncate((0..=80).rev().find(|&at| name.is_char_boundary(at)).unwrap_or(0));
        let name = format!("d{name}");
        for (arguments, code) in [
            (vec!["report", &name], 1),
            (vec!["race", &name], 1),
            (vec!["run", "--resume", &name], 1),
            (vec!["run", "--plan", &name], 1),
            (vec!["advise", "--limit", "4", &name], 1),
            (vec!["trace", "--check", &name], 1),
        ] {
            let ended = place.run(&arguments).exits(code);
            only_shows(&ended);
        }
        only_shows(&place.tiny(&["--out", &name, "--rounds", "1"]).exits(0));
        only_shows(&place.run(["race", &name]).exits(0));
        only_shows(&place.run(["compare", &name, "honest"]));
        only_shows(&place.tiny(&["--out", &name]).exits(1));
        let there: Vec<OsString> =
            fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(there.len(), 2, "{there:?}");
        fs::remove_dir_all(place.path().join(&name)).unwrap();
    }
}
