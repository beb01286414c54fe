//! docs/LAWS.md is true: all laws are there under their own names, and what holds them exists.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use bp_laws::{Effort, Law};

/// How many laws there are, those of the harness included.
const LAWS: usize = 20;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn page() -> String {
    fs::read_to_string(root().join("docs/LAWS.md")).unwrap()
}

/// The cells of the tables below a heading of the page.
fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let below =
        page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let section = below.1.split("\n## ").next().unwrap();
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    let lines = section.lines().filter(|line| line.starts_with('|'));
    lines.filter(|line| !line.contains("--")).map(cells).filter(|row| row.len() > 1).collect()
}

/// The laws as the page counts them: number, name and sentence.
fn laws(page: &str) -> Vec<(usize, String, String)> {
    let counted = rows(page, "All of them").into_iter().filter_map(|row| {
        let number = row[0].parse().ok()?;
        Some((number, row[1].clone(), row[2].clone()))
    });
    counted.collect()
}

/// What stands between backticks and names a test: a file and a name.
fn tests(text: &str) -> Vec<(&str, &str)> {
    text.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::")).collect()
}

#[test]
fn the_page_has_every_law_under_the_name_and_with_the_sentence_of_the_code() {
    let laws = laws(&page());
    let numbers: Vec<_> = laws.iter().map(|law| law.0).collect();
    assert_eq!(numbers, (1..=LAWS).collect::<Vec<_>>());
    for (law, (number, name, sentence)) in Law::ALL.into_iter().zip(&laws) {
        assert_eq!((law.number(), law.name()), (*number, name.as_str()));
        assert_eq!(law.sentence(), sentence, "{name}");
    }
    let names: BTreeSet<_> = laws.iter().map(|law| &law.1).collect();
    assert_eq!(names.len(), LAWS);
}

#[test]
fn every_law_has_a_test() {
    let page = page();
    let own = rows(&page, "Laws 1 to 11");
    assert!(own.iter().any(|row| row[1].contains("::our_strategies_keep_the_laws`")));
    for (number, name, _) in laws(&page).into_iter().skip(Law::ALL.len()) {
        let mut heading = name.clone();
        heading[..1].make_ascii_uppercase();
        let rows = rows(&page, &format!("{number}. {heading}"));
        assert!(rows.len() > 1, "{heading}: no clause");
        for row in rows.iter().skip(1) {
            assert!(!tests(&row[1]).is_empty(), "{heading}: no test for {:?}", row[0]);
        }
    }
}

#[test]
fn every_test_that_is_named_is_there_and_runs() {
    let page = page();
    let named = tests(&page);
    assert!(named.len() > 90, "{named:?}");
    for (file, name) in named {
        let path = root().join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        if file.ends_with(".mjs") {
            let case = text.contains(&format!("['{name}',"))
                || text.contains(&format!("function {name}("));
            assert!(case, "{file} has no case {name}");
            continue;
        }
        let (before, _) = text
            .split_once(&format!("\nfn {name}()"))
            .or_else(|| text.split_once(&format!("\n    fn {name}()")))
            .unwrap_or_else(|| panic!("{file} has no function {name}"));
        let attributes: Vec<_> =
            before.lines().rev().take_while(|line| line.trim().starts_with(['#', '/'])).collect();
        let is_test = attributes.iter().any(|line| line.trim() == "#[test]");
        assert!(is_test, "{file}: {name} is no test: {attributes:?}");
        // What is left out of `cargo test` says by which script it is run, or how.
        let ignored = attributes.iter().any(|line| line.contains("#[ignore"));
        let how = ["scripts/soak", "cargo test --release"];
        let said = attributes.iter().any(|line| how.iter().any(|how| line.contains(how)));
        assert!(!ignored || said, "{file}: {name} is never run");
    }
}

#[test]
fn the_figures_are_those_of_the_code() {
    let own = rows(&page(), "Laws 1 to 11");
    let of = |test: &str| {
        let row = own.iter().find(|row| row[1].ends_with(&format!("::{test}`")));
        row.unwrap_or_else(|| panic!("no row of {test}"))[2].clone()
    };
    let thousands = |count: u64| format!("{},000 ", count / 1_000);
    let (debug, quick) = (Effort::debug().schedules, Effort::quick().schedules);
    assert!(of("our_strategies_keep_the_laws").starts_with(&thousands(debug)));
    assert!(of("our_strategies_keep_the_laws_over_many_schedules").starts_with(&thousands(quick)));
    let faults = fs::read_to_string(root().join("crates/laws/tests/mutants/fault.rs")).unwrap();
    let mutants = faults.lines().filter(|line| line.contains(" in ") && line.contains(" breaks "));
    let mutants = mutants.filter(|line| line.ends_with(';')).count();
    let said = of("each_mutant_is_caught_by_the_law_that_it_breaks");
    assert!(said.starts_with(&format!("{mutants} ")), "{said}, and there are {mutants}");
}

#[test]
fn every_soak_is_on_the_page() {
    let page = page();
    for entry in fs::read_dir(root().join("scripts/soak")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // What the others are made with, and what is of no law.
        if ["record", "compare", "slower.patch"].contains(&name.as_str()) {
            continue;
        }
        assert!(page.contains(&format!("`scripts/soak/{name}`")), "scripts/soak/{name}");
    }
}
