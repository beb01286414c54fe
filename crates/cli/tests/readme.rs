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

/// The folder of the run that stands in the README between the marks called `name`, below the root.
fn run(name: &str) -> String {
    let text = between(name);
    let path = text.split_once("(reports/").unwrap().1;
    format!("reports/{}", path.split_once('/').unwrap().0)
}

/// Makes a committed run again, and says whether its table of `workload` stands in the README.
fn is_shown(name: &str, workload: &str, until: &str) {
    let (run, shown) = (run(name), between(name));
    let tables = format!("\n{}", made_again(&run));
    let table = tables.split("\n### ").find(|table| table.starts_with(workload)).unwrap();
    let table = table.split(until).next().unwrap().trim();
    assert!(table.lines().count() > 8, "{table}");
    assert!(shown.contains(table), "scripts/readme mends this: {name}");
}

#[test]
fn the_committed_report_is_made_again_byte_for_byte() {
    is_shown("table", "stragglers ", "\n#");
}

#[test]
fn the_report_of_real_work_is_made_again_byte_for_byte() {
    is_shown("real", "fetch-upload ", "\nWhere the time went");
    assert_eq!(run("picture"), run("real"), "the main picture is of real work");
}

#[test]
fn what_theory_says_is_made_again_byte_for_byte() {
    let theory = "reports/2026-11-21-theory";
    made_again(theory);
    let said = fs::read_to_string(root().join(theory).join("theory.md")).unwrap();
    assert!(said.lines().skip(2).all(|line| line.ends_with("| yes |")), "{said}");
}

/// Makes the files of a committed run again from its events and traces, and holds them to what is
/// committed. What is printed as tables meanwhile.
fn made_again(run: &str) -> String {
    let committed = root().join(run);
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join(run);
    fs::create_dir_all(copy.join("traces")).unwrap();
    let kept = files(&committed);
    assert!(kept.len() >= 9, "{kept:?}");
    let recorded = |name: &&PathBuf| {
        name.starts_with("traces") || name.ends_with("run.json") || name.ends_with("events.jsonl")
    };
    for name in kept.iter().filter(recorded) {
        fs::copy(committed.join(name), copy.join(name)).unwrap();
    }
    let report = Command::cargo_bin("backpressure")
        .unwrap()
        .current_dir(&place)
        .args(["report", "--format", "markdown", run])
        .assert()
        .success();
    for name in kept {
        let old = fs::read(committed.join(&name)).unwrap();
        let new = fs::read(copy.join(&name)).unwrap_or_default();
        assert!(old == new, "{run}/{}: `backpressure report {run}` mends this", name.display());
    }
    String::from_utf8(report.get_output().stdout.clone()).unwrap()
}

/// The files of `directory` and of the folders in it, by their names in there; without the lock that a
/// run leaves.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            files.extend(self::files(&path).into_iter().map(|inner| name.join(inner)));
        } else {
            files.push(name);
        }
    }
    files
}

#[test]
fn links_lead_to_files() {
    let documents = fs::read_dir(root()).unwrap().chain(fs::read_dir(root().join("docs")).unwrap());
    let documents: Vec<_> = documents
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    assert!(documents.len() >= 7, "{documents:?}");
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        let links = text.split("](").skip(1).map(|rest| rest.split_once(')').unwrap().0);
        let local = links.filter(|link| !link.starts_with("http") && !link.starts_with('#'));
        for link in local {
            let to = document.parent().unwrap().join(link.split('#').next().unwrap());
            assert!(to.exists(), "{}: {link} leads nowhere", document.display());
        }
    }
}
