//! What `list`, `--dry-run` and the help show without running anything.

use crate::common::Place;

#[test]
fn the_lists_show_what_there_is_within_80_columns() {
    let place = Place::new();
    let all = place.run(["list"]).exits(0).stdout();
    for name in ["semaphore-inside", "materialize", "tokio", "virtual", "stragglers", "preview"] {
        assert!(all.contains(name), "{name} is missing");
    }
    for what in ["strategies", "executors", "suites", "laws"] {
        let text = place.run(["list", what]).exits(0).stdout();
        let long = text.lines().find(|line| line.chars().count() > 80);
        assert_eq!(long, None);
    }
    assert!(all.contains("[legacy]") && all.contains("[simulated]"));
}

#[test]
fn the_lists_come_in_every_format() {
    let place = Place::new();
    let csv = place.run(["list", "executors", "--format", "csv"]).exits(0).stdout();
    assert!(csv.starts_with("executor,what it is\ntokio,"), "{csv}");
    let json = place.run(["list", "--format", "json"]).exits(0).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["strategies"].as_array().unwrap().len(), 29);
    assert_eq!(json["laws"].as_array().unwrap().len(), 11);
    let markdown = place.run(["list", "workloads", "--format", "markdown"]).exits(0).stdout();
    assert!(markdown.starts_with("| workload |"));
}

#[test]
fn the_laws_are_listed_by_number_with_name_and_sentence() {
    let place = Place::new();
    let json = place.run(["list", "laws", "--format", "json"]).exits(0).stdout();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let text = place.run(["list", "laws"]).exits(0).stdout();
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(rows.len(), 11);
    for (number, row) in (1..).zip(&rows) {
        assert_eq!(row["law"], number.to_string());
        let [name, says] = ["name", "what it says"].map(|key| row[key].as_str().unwrap());
        assert!(joined.contains(&format!("{number} {name} {says}")), "{text}");
    }
    assert_eq!(rows[2]["name"], "order");
    let help = place.run(["verify", "--help"]).exits(0).stdout();
    assert!(help.contains("`backpressure list laws`"), "{help}");
}

#[test]
fn a_dry_run_prints_the_plan_and_begins_nothing() {
    let place = Place::new();
    let ended = place
        .run([
            "run",
            "-w",
            "stragglers",
            "-s",
            "^(batching|semaphore)$",
            "-x",
            "^tokio$",
            "--dry-run",
        ])
        .exits(0);
    let cells: Vec<_> = ended.stdout().lines().skip(1).map(str::to_owned).collect();
    assert_eq!(cells.len(), 2, "{cells:?}");
    assert!(cells[0].starts_with("stragglers/batching/tokio/limit=64"));
    assert!(ended.stderr().contains("2 cells, 12 samples in 3 rounds, about "));
    assert!(!place.path().join("reports").exists());
}

#[test]
fn without_a_verb_it_is_the_preview_and_with_full_all_rounds() {
    let place = Place::new();
    let preview = place.run(["--dry-run"]).exits(0).stderr();
    assert!(preview.starts_with("preview: 194 cells, 1,164 samples in 3 rounds"), "{preview}");
    let all = place.run(["run", "--dry-run"]).exits(0).stderr();
    assert!(all.contains("in 3 rounds") && all.starts_with("full: "), "{all}");
    for full in [&["--full", "--dry-run"][..], &["run", "--full", "--dry-run"]] {
        let full = place.run(full).exits(0).stderr();
        assert!(full.contains("in 5 rounds") && full.starts_with("full: "), "{full}");
    }
}

#[test]
fn the_built_in_suites_can_be_given_as_files() {
    let place = Place::new();
    let suites = concat!(env!("CARGO_MANIFEST_DIR"), "/../harness/suites/preview.toml");
    let from_file = place.run(["run", "--plan", suites, "--dry-run"]).exits(0);
    let built_in = place.run(["--dry-run"]).exits(0);
    assert_eq!(from_file.stdout(), built_in.stdout());
}

#[test]
fn a_plan_of_ones_own_is_narrowed_by_the_command_line() {
    let place = Place::new();
    let plan = "name = 'mine'\nrounds = 2\ntimeout = '9s'\n[[matrix]]\nworkloads = ['yield']\n\
                strategies = ['semaphore', 'batching']\nexecutors = ['smol']\nlimit = [7]\n";
    std::fs::write(place.path().join("mine.toml"), plan).unwrap();
    let arguments = ["run", "--plan", "mine.toml", "-s", "batching", "--dry-run"];
    let ended = place.run(arguments).exits(0);
    assert!(ended.stdout().contains("yield/batching/smol/limit=7"));
    assert!(ended.stderr().starts_with("mine: 1 cell, 5 samples in 2 rounds"));
}

#[test]
fn the_help_has_examples_and_the_exit_codes() {
    let place = Place::new();
    for arguments in [&["--help"][..], &["run", "--help"]] {
        let help = place.run(arguments).exits(0).stdout();
        for part in ["Examples:", "-p limit=200", "130 interrupted", "--mem-cap"] {
            assert!(help.contains(part), "no {part} in the help");
        }
        assert!(!help.contains("__cell"));
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.run(["completions", shell]).exits(0).stdout().contains("backpressure"));
    }
}

#[test]
fn there_is_no_colour_in_a_pipe() {
    let ended = Place::new().run(["run", "-s", "nosuch"]).exits(2);
    assert!(!ended.stderr().contains('\u{1b}'), "{}", ended.stderr());
}
