//! Programs of somebody else, honest and not: each a few lines of shell, run by the real program
//! next to honest cells. The honest answer is the one that docs/PROTOCOL.md shows.

mod files;
mod outcomes;
mod python;

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::common::{Ended, Place};

const PROTOCOL: &str = include_str!("../../../../../docs/PROTOCOL.md");

/// The text of the first code block in `language` below a heading of the document.
fn block(heading: &str, language: &str) -> &'static str {
    let below = PROTOCOL.split_once(&format!("\n## {heading}\n")).unwrap().1;
    let text = below.split_once(&format!("```{language}\n")).unwrap().1;
    text.split_once("```").unwrap().0
}

/// The documented answer, on one line, with something changed.
fn answer(change: impl FnOnce(&mut Value)) -> String {
    let mut answer: Value = serde_json::from_str(block("The answer", "json")).unwrap();
    change(&mut answer["ok"]);
    answer.to_string()
}

fn honest() -> String {
    answer(|_| {})
}

/// Writes the file of a contestant that is a shell script, and the script.
fn contestant(place: &Place, name: &str, script: &str, more: &str) {
    let text = format!(
        "name = '{name}'\nsentence = 'a test'\ncommand = ['sh', '{name}.sh']\n\
         strategies = ['sequential']\nworkloads = ['yield', 'fixed']\n{more}\n"
    );
    fs::write(place.path().join(format!("{name}.toml")), text).unwrap();
    fs::write(place.path().join(format!("{name}.sh")), script).unwrap();
}

/// A script that reads the request and prints `line`.
fn prints(line: &str) -> String {
    format!("cat > /dev/null\ncat <<'END'\n{line}\nEND\n")
}

/// Runs three yielding jobs once on the virtual executor and by each of the contestants.
fn run(place: &Place, names: &[&str], more: &[&str]) -> Ended {
    let files: Vec<_> = names.iter().map(|name| format!("{name}.toml")).collect();
    let usual = ["run", "-w", "^yield$", "-s", "^sequential$", "--jobs", "3", "--rounds", "1"];
    let executors = names.iter().chain(&["virtual"]).flat_map(|name| ["-x", name]);
    let contestants = files.iter().flat_map(|file| ["--contestant", file]);
    place.run(usual.into_iter().chain(executors).chain(contestants).chain(more.iter().copied()))
}

/// The outcomes and messages by executor: of each pass, or of the verification if that failed.
fn rows(place: &Place) -> BTreeMap<String, Vec<(String, String)>> {
    let path = place.path().join("reports/latest/samples.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let [executor, role, outcome, message] = ["executor", "role", "outcome", "message"].map(column);
    let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let verified = &record[role] == "verification" && &record[outcome] == "ok";
        if &record[role] == "canary" || verified {
            continue;
        }
        let row = (record[outcome].to_owned(), record[message].to_owned());
        rows.entry(record[executor].to_owned()).or_default().push(row);
    }
    rows
}

/// Runs the scripts side by side, and checks the outcome and a part of the message of each, and that
/// the cells of others are intact.
#[track_caller]
fn each_ends_as_documented(scripts: &[(&str, String, &str, &str)], more: &[&str]) {
    let place = Place::new();
    contestant(&place, "honest", &prints(&honest()), "");
    let mut names = vec!["honest"];
    for (name, script, ..) in scripts {
        contestant(&place, name, script, "");
        names.push(name);
    }
    let wrong = scripts.iter().any(|(_, _, outcome, _)| *outcome == "wrong");
    run(&place, &names, more).exits(if wrong { 6 } else { 0 });
    let rows = rows(&place);
    for (name, _, outcome, message) in scripts {
        assert_eq!(rows[*name].len(), 1, "{name}: it is verified, and then left alone");
        for row in &rows[*name] {
            assert_eq!(row.0, *outcome, "{name}: {}", row.1);
            assert!(row.1.contains(message), "{name}: no {message:?} in {:?}", row.1);
        }
    }
    for name in ["honest", "virtual"] {
        assert!(rows[name].iter().all(|row| row.0 == "ok"), "{name}: {:?}", rows[name]);
    }
}
