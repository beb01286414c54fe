//! `advise`: the answer in every format, and what is not a question.

use std::fs;

use assert_cmd::Command;

use crate::common::{Ended, Place};

/// A file of service times, 40 of 20 ms and every tenth of 300.
fn place() -> Place {
    let place = Place::new();
    let time = |index: u32| if index % 10 == 9 { "300\n" } else { "20\n" };
    let text: String = std::iter::once("service_ms\n").chain((0..400).map(time)).collect();
    fs::write(place.path().join("times.csv"), text).unwrap();
    place
}

#[track_caller]
fn refuses(text: &str, arguments: &[&str], code: i32, parts: &[&str]) {
    let place = Place::new();
    fs::write(place.path().join("times.csv"), text).unwrap();
    place.run(["advise"].iter().chain(arguments)).exits(code).says(parts);
}

#[test]
fn the_answer_names_a_strategy_its_reasons_and_its_code_within_80_columns() {
    let text = place().run(["advise", "times.csv", "--limit", "8"]).exits(0).stdout();
    assert!(text.starts_with("Use semaphore with a limit of 8.\n"), "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "400 jobs of 48.", // on average, of those drawn
        "batching: semaphore is ",
        "as fast",
        "unbounded-spawn",
        "all 400 jobs would be in flight; 8 are allowed",
        "that lose 10 % at most",
        "Code to paste; it needs tokio.",
        "const LIMIT: usize = 8;",
    ] {
        assert!(words.contains(part), "no {part:?} in:\n{text}");
    }
    let wide: Vec<_> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:?}");
}

#[test]
fn a_budget_is_given_back_in_the_unit_in_which_it_was_given() {
    let said = |memory: &str, job: &str| {
        let law = ["advise", "--service", "exponential:20ms", "--jobs", "1000"];
        let bounds = ["--memory", memory, "--job-bytes", job];
        let text = place().run(law.iter().chain(&bounds)).exits(0).stdout();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let binary = said("64MiB", "256KiB");
    assert!(
        binary.contains("holds 1,000 jobs, which is 250 MiB; the budget is 64 MiB"),
        "{binary}"
    );
    assert!(binary.contains("a job held counts 256 KiB"), "{binary}");
    let decimal = said("64MB", "250KB");
    assert!(decimal.contains("which is 250 MB; the budget is 64 MB"), "{decimal}");
}

#[test]
fn in_order_it_names_the_window_and_gives_code_with_both() {
    let arguments = ["advise", "times.csv", "--limit", "8", "--ordered", "--format", "json"];
    let text = place().run(arguments).exits(0).stdout();
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["use"], "materialize-library");
    let places = answer["window"]["places"].as_u64().unwrap();
    assert!(places > 8, "{places}");
    let code = answer["code"].as_str().unwrap();
    assert!(code.contains(&format!("const LIMIT: usize = 8;\nconst WINDOW: usize = {places};")));
    let rows = answer["strategies"].as_array().unwrap();
    let of = |name: &str| rows.iter().find(|row| row["names"][0] == name).unwrap();
    assert_eq!(of("semaphore")["verdict"], "not_allowed");
    let (chosen, widest) = (of("materialize-library"), of("thread-pool-map"));
    let makespan =
        |row: &serde_json::Value| row["outlook"]["makespan_ns"]["median"].as_f64().unwrap();
    assert!(makespan(chosen) <= 1.1 * makespan(widest), "more than a tenth is lost");
    assert!(chosen["outlook"]["over_bound"].as_f64().unwrap() >= 1.0);
}

#[test]
fn the_same_question_has_the_same_answer_from_a_file_and_from_a_pipe() {
    let place = place();
    let csv = |file: &str, seed: &str, input: &str| {
        let mut command = Command::cargo_bin("backpressure").unwrap();
        let arguments = ["advise", file, "--limit", "8", "--format", "csv", "--seed", seed];
        command.current_dir(place.path()).args(arguments).write_stdin(input);
        Ended(command.output().unwrap()).exits(0).stdout()
    };
    let text = fs::read_to_string(place.path().join("times.csv")).unwrap();
    assert_eq!(csv("times.csv", "7", ""), csv("-", "7", &text));
    assert_ne!(csv("times.csv", "7", ""), csv("times.csv", "8", ""), "another draw");
    let columns = |line: &str| line.split(",\"").next().unwrap().split(',').count();
    let answer = csv("-", "7", &text);
    let lines: Vec<_> = answer.lines().collect();
    let head = lines[0].split(',').count();
    assert!(lines[1..].iter().all(|line| columns(line) == head - 1), "the reason is quoted last");
}

#[test]
fn what_a_run_recorded_can_be_asked_about() {
    let place = Place::new();
    place.tiny(&["--out", "r"]).exits(0);
    let text = place.run(["advise", "--run", "r", "--limit", "4"]).exits(0).stdout();
    assert!(
        text.contains("40 jobs of 1.00 ms on average (drawn from the 40 of fixed in r)"),
        "{text}"
    );
    let weighed =
        ["advise", "--run", "r", "--limit", "4", "--job-bytes", "1KiB", "--measured", "r"];
    let text = place.run(weighed).exits(0).stdout();
    assert!(text.contains("was not measured in that run"), "{text}");
    place.run(weighed.iter().chain(&["--ordered"])).exits(2).says(&["no strategy", "--measured r"]);
    place
        .run(["advise", "--run", "r", "--limit", "4", "--cell", "^uniform/"])
        .exits(2)
        .says(&["no trace of the jobs", "--cell"]);
    place.run(["advise", "--run", "nowhere", "--limit", "4"]).exits(1).says(&["nowhere"]);
}

#[test]
fn what_is_advised_can_be_run() {
    let place = place();
    let select = ["-s", "^semaphore$", "-x", "virtual", "-p", "limit=8", "--rounds", "1"];
    let replay = ["run", "-w", "^replay$", "--service-times", "times.csv", "--out", "r"];
    place.run(replay.iter().chain(&select)).exits(0);
    let asked = ["--limit", "8", "--format", "csv"];
    let recorded = place.run(["advise", "--run", "r"].iter().chain(&asked)).exits(0).stdout();
    let given = place.run(["advise", "times.csv"].iter().chain(&asked)).exits(0).stdout();
    assert_eq!(recorded, given, "the trace has the times of the file");
}

#[test]
fn a_file_that_is_none_says_where_and_what_would_be_right() {
    let limit = ["times.csv", "--limit", "8"];
    refuses("", &limit, 1, &["times.csv", "no service times", "20ms"]);
    refuses("service_ms\n", &limit, 1, &["times.csv", "no service times"]);
    refuses("20ms\nfast\n", &limit, 1, &["times.csv, line 2, column 1", "`fast`"]);
    refuses("20ms\n-1ms\n", &limit, 1, &["line 2, column 1", "below zero"]);
    refuses("service_ms\nNaN\n", &limit, 1, &["line 2, column 1", "no number"]);
    refuses("20ms\n1e300s\n", &limit, 1, &["line 2, column 1", "more than a day"]);
    refuses("20\n", &limit, 1, &["line 1, column 1", "no unit", "service_ms"]);
    refuses("20ms,30ms\n", &limit, 1, &["line 1, column 5", "second column"]);
    refuses("1ms\n", &["nowhere.csv", "--limit", "8"], 1, &["cannot open nowhere.csv"]);
}

#[test]
fn questions_that_are_none() {
    let text = "20ms\n";
    refuses(text, &["times.csv", "--limit", "0"], 2, &["--limit", "whole number from 1 up"]);
    refuses(text, &["times.csv", "--jobs", "0", "--limit", "8"], 2, &["--jobs"]);
    refuses(text, &["times.csv", "--jobs", "1000001", "--limit", "8"], 2, &["at most 1000000"]);
    refuses(text, &["times.csv"], 2, &["required"]);
    refuses(text, &["--limit", "8"], 2, &["required"]);
    refuses(text, &["times.csv", "--memory", "1MiB"], 2, &["required"]);
    refuses(
        text,
        &["times.csv", "--memory", "1KiB", "--job-bytes", "4KiB"],
        2,
        &["no room for one job", "4096 B", "give at least 4096 B"],
    );
    refuses(text, &["times.csv", "--unit", "parsec", "--limit", "8"], 2, &["ns, us, ms"]);
    let law = |law: &'static str| ["--service", law, "--limit", "8"];
    refuses(text, &law("gauss:5ms"), 2, &["no law `gauss`", "lognormal"]);
    refuses(text, &law("uniform"), 2, &["exponential:20ms"]);
    refuses(text, &law("uniform:0ms"), 2, &["above zero"]);
    refuses(text, &law("cpu:5ms"), 2, &["no law `cpu`"]);
}
