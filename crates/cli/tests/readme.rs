//! The README shows what the tool made of a committed run, and nothing typed by hand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// What stands in the README between the two marks called `name`.
fn between(name: &str) -> String {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let start = readme.find(&format!("<!-- {name}:")).unwrap();
    let end = readme.find(&format!("<!-- /{name} -->")).unwrap();
    readme[start..end].to_owned()
}

/// The folder of the run that the README shows, below the root.
fn run() -> String {
    let picture = between("picture");
    let path = picture.split_once('(').unwrap().1;
    path.split_once("/figures/").unwrap().0.to_owned()
}

#[test]
fn figures_and_tables_are_made_again_byte_for_byte() {
    let committed = root().join(run());
    let copy = tempfile::tempdir().unwrap();
    for name in ["run.json", "events.jsonl"] {
        fs::copy(committed.join(name), copy.path().join(name)).unwrap();
    }
    let report = Command::cargo_bin("backpressure")
        .unwrap()
        .args(["report", "--format", "markdown"])
        .arg(copy.path())
        .assert()
        .success();
    let table = String::from_utf8(report.get_output().stdout.clone()).unwrap();
    assert!(between("table").contains(table.trim()), "scripts/readme {} mends this", run());
    let mut seen = 0;
    for figure in fs::read_dir(committed.join("figures")).unwrap() {
        let name = figure.unwrap().file_name();
        let old = fs::read(committed.join("figures").join(&name)).unwrap();
        let new = fs::read(copy.path().join("figures").join(&name)).unwrap();
        assert!(old == new, "{} is not what is committed", name.display());
        seen += 1;
    }
    assert!(seen >= 5, "only {seen} figures");
}

#[test]
fn what_theory_says_is_made_again_byte_for_byte() {
    let committed = root().join("reports/2026-11-21-theory");
    let copy = tempfile::tempdir().unwrap();
    for name in ["run.json", "events.jsonl"] {
        fs::copy(committed.join(name), copy.path().join(name)).unwrap();
    }
    Command::cargo_bin("backpressure").unwrap().arg("report").arg(copy.path()).assert().success();
    let [old, new] = [committed.as_path(), copy.path()]
        .map(|place| fs::read_to_string(place.join("theory.md")).unwrap());
    assert_eq!(old, new);
    assert!(new.lines().skip(2).all(|line| line.ends_with("| yes |")), "{new}");
}

#[test]
fn links_lead_to_files() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let links = text.split("](").skip(1).map(|rest| rest.split_once(')').unwrap().0);
        let local = links.filter(|link| !link.starts_with("http") && !link.starts_with('#'));
        for link in local {
            assert!(root().join(link).exists(), "{document}: {link} leads nowhere");
        }
    }
}
