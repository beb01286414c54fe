//! Which promises are kept, as `verify` says it.

use serde_json::Value;

use crate::common::Place;

#[test]
fn everything_runs_in_simulated_time() {
    let ended = Place::new().run(["verify", "-x", "virtual", "-w", "exponential"]).exits(0);
    assert!(ended.stderr().contains("56 of 56 cells kept their promises"), "{}", ended.stderr());
    assert!(ended.stdout().contains("semaphore-inside"));
    // The letter that it has beside all others, too.
    assert!(ended.stdout().contains("g virtual"), "{}", ended.stdout());
    let head = ended.stdout().lines().next().unwrap().split_whitespace().last().unwrap().to_owned();
    assert_eq!(head, "g");
}

#[test]
fn a_cell_that_does_not_end_well_is_exit_6() {
    let ended =
        Place::new().run(["verify", "-x", "virtual", "-w", "^fixed$", "--timeout", "1ns"]).exits(6);
    assert!(ended.stderr().contains("0 of 28 cells kept their promises"), "{}", ended.stderr());
    assert!(ended.stdout().contains("fixed/sequential/virtual/-: timeout:"), "{}", ended.stdout());
    let again =
        "\n    backpressure verify -w '^fixed$' -s '^sequential$' -x '^virtual$' --timeout 1ns\n";
    assert!(ended.stdout().contains(again), "{}", ended.stdout());
}

#[test]
fn laws_are_kept_or_not_claimed() {
    let chosen = ["-s", "^(sequential|unbounded-spawn)$", "--schedules", "200"];
    let laws = ["--law", "limit", "--law", "memory", "--law", "cancellation"];
    let ended = Place::new().run([&["verify"], &chosen[..], &laws].concat()).exits(0);
    let said = ended.stdout();
    let marks = |name: &str| {
        let line = said.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(marks("strategy"), ["1", "5", "7"]);
    assert_eq!(marks("sequential"), ["✓", "✓", "✓"]);
    assert_eq!(marks("unbounded-spawn"), ["·", "·", "✓"]);
    // What is not claimed is shown, and memory is really counted.
    let joined = said.replace("\n  ", " ");
    assert!(joined.contains("unbounded-spawn, memory:"), "{said}");
    assert!(joined.contains("bytes for 500 and 2000 jobs"), "{said}");
    assert!(ended.stderr().contains("4 of 4 claims held"), "{}", ended.stderr());
}

#[test]
fn the_other_formats_have_a_row_for_each_finding() {
    let arguments = ["verify", "--law", "order", "--schedules", "50", "-s", "^materialize$"];
    let ended = Place::new().run(arguments.iter().chain(&["--format", "json"])).exits(0);
    let rows: Value = serde_json::from_str(&ended.stdout()).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["law"], &rows[0]["verdict"]), (&"order".into(), &"kept".into()));
    let ended = Place::new().run(arguments.iter().chain(&["--format", "markdown"])).exits(0);
    assert!(ended.stdout().contains("| materialize | ✓i |"), "{}", ended.stdout());
}

#[test]
fn a_mark_says_which_order_is_kept() {
    let chosen = "^(materialize|as-completed|semaphore-inside)$";
    let one = ["verify", "--law", "order", "--schedules", "20", "-s", chosen];
    let said = Place::new().run(one).exits(0).stdout();
    let mark = |name: &str| {
        let line = said.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!([mark("strategy"), mark("materialize")], ["3", "✓i"]);
    assert_eq!([mark("as-completed"), mark("semaphore-inside")], ["✓c", "·"]);
    let legend = "3: ✓i in the order of input, ✓c in that of completion";
    assert!(said.contains(legend), "{said}");
    // Its column is as wide as its widest mark, so all marks end below the number.
    let ends: Vec<_> = said.lines().take(4).map(|line| line.chars().count()).collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{said}");
}

#[test]
fn a_law_that_takes_too_long_is_not_seen() {
    let laws = ["--law", "limit", "--law", "memory", "-s", "^sequential$", "--timeout", "1ns"];
    let ended = Place::new().run([&["verify", "--format", "csv"], &laws[..]].concat()).exits(0);
    let said = ended.stdout();
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].starts_with("strategy,where,law,verdict,seen,workload,executor,order,seed,"));
    // Each was asked for by itself, for the other may have taken the time.
    for (line, law) in lines[1..].iter().zip(["limit", "memory"]) {
        let found =
            format!("sequential,the virtual world,{law},not seen,it ended its process: time");
        assert!(line.starts_with(&found), "{said}");
    }
    assert_eq!(lines.len(), 3, "{said}");
    assert!(ended.stderr().contains("0 of 0 claims held against the laws; 2 not seen"));
}

#[test]
fn a_schedule_is_shown_again() {
    let mark = |law: &str, strategy: &str| {
        let one = ["verify", "--law", law, "-s", strategy, "--schedule", "0103"];
        let said = Place::new().run(one).exits(0).stdout();
        said.lines().nth(1).unwrap().split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!(mark("limit", "^batching$"), "✓");
    assert_eq!(mark("limit", "^unbounded-spawn$"), "·");
    // What no schedule can show is not said to be kept.
    assert_eq!(mark("memory", "^batching$"), "?");
}

#[test]
fn an_empty_directory_is_no_fault_of_a_strategy() {
    let chosen = ["verify", "-w", "^files$", "-x", "^virtual$", "-s", "^batching$"];
    let ended = Place::new().run(chosen).exits(0);
    assert!(ended.stderr().contains("1 of 1 cells kept"), "{}", ended.stderr());
}

#[test]
fn what_makes_no_sense_is_refused() {
    let says = |arguments: &[&str], code, parts: &[&str]| {
        let ended = Place::new().run([&["verify"], arguments].concat()).exits(code);
        let said = ended.stderr();
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    };
    says(&["--law", "lmit"], 2, &["lmit", "limit, exactly-once"]);
    says(&["--law", "limit", "--schedule", "0g"], 2, &["0g", "hexadecimal"]);
    says(&["--law", "limit", "--schedule", "00"], 2, &["one law of one strategy", "28 strategies"]);
    says(&["--schedule", "00"], 2, &["--law"]);
    says(&["--law", "limit", "-s", "semafore"], 2, &["`semafore` is unknown", "semaphore"]);
    says(&["--law", "limit", "-s", "join-set"], 4, &["virtual world"]);
}

#[test]
fn what_would_be_ignored_is_refused_in_the_words_of_clap() {
    let refused = |arguments: &[&str], parts: &[&str]| {
        let ended = Place::new().run([&["verify"], arguments].concat()).exits(2);
        let said = ended.stderr();
        assert_eq!(ended.stdout(), "");
        assert!(parts.iter().all(|part| said.contains(part)), "{arguments:?}: {said}");
        let usage = "\n\nUsage: backpressure verify [OPTIONS]\n";
        assert!(said.contains("\n\n  tip: ") && said.contains(usage), "{said}");
    };
    let law = "error: the argument '--law <LAW>' cannot be used with";
    // Laws have no executor, no workload, no parameter and no size.
    refused(&["--law", "limit", "-x", "tokio"], &[law, "'--executor <REGEX>'", "to run cells"]);
    refused(&["--law", "limit", "-x", "virtual"], &[law, "'--executor <REGEX>'"]);
    refused(&["--law", "limit", "-w", "fixed"], &[law, "'--workload <REGEX>'"]);
    refused(&["--law", "limit", "-p", "limit=3"], &[law, "'--parameter <NAME=VALUES>'"]);
    let several =
        ["  --workload <REGEX>\n", "  --jobs <N>\n", "  --dir <DIR>\n", "  --for <TIME>\n"];
    for (flag, shown) in [("--jobs=9", 1), ("--dir=.", 2), ("--for=1s", 3)] {
        refused(&["--law=limit", "-w=fixed", flag], &[law, several[0], several[shown]]);
    }
    refused(&["--soak", "-w", "fixed"], &["'--soak' cannot be used with '--workload <REGEX>'"]);
    refused(&["--soak", "--fail", "1%"], &["'--soak' cannot be used with '--fail <SHARE>'"]);
    // Cells have no schedules.
    let schedules = "'--schedules <N>' cannot be used with";
    refused(&["--schedules", "9", "-x", "tokio"], &[schedules, "'--executor <REGEX>'"]);
    refused(&["--schedules", "9", "--service", "1ms"], &[schedules, "'--service <TIME>'"]);
    // A schedule is one run.
    let one = ["--law", "limit", "-s", "^batching$", "--schedule", "01"];
    for flag in [&["--schedules", "9"][..], &["--soak"], &["--seed", "3"], &["--timeout", "9s"]] {
        refused(&[&one, flag].concat(), &["'--schedule <CHOICES>' cannot be used with", flag[0]]);
    }
}

#[test]
fn what_can_be_had_together_is_not_refused() {
    let cells = ["verify", "-w", "^fixed$", "-s", "^batching$", "-x", "virtual", "-p", "limit=3"];
    Place::new().run(cells).exits(0);
    let both = ["verify", "-s", "^batching$", "-x", "virtual", "-p", "limit=3", "--schedules", "9"];
    let ended = Place::new().run(both).exits(0);
    assert!(ended.stderr().contains("held against the laws; "), "{}", ended.stderr());
    let laws = ["--law", "limit", "--seed", "7", "--schedules", "9", "--timeout", "60s"];
    Place::new().run([&["verify", "-s", "^batching$"], &laws[..]].concat()).exits(0);
}
