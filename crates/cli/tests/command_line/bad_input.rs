//! Whoever types something wrong is told what, where, and what would be right.

use crate::common::Place;

#[track_caller]
fn refuses(arguments: &[&str], parts: &[&str]) {
    let place = Place::new();
    let mut all = vec!["run"];
    all.extend(arguments);
    place.run(all).exits(2).says(parts);
    assert!(!place.path().join("reports").exists(), "nothing is begun");
}

#[test]
fn unknown_names_list_the_nearest() {
    refuses(&["-s", "semafore"], &["strategy `semafore` is unknown", "semaphore"]);
    refuses(&["-x", "tokoi"], &["executor `tokoi` is unknown", "tokio"]);
    refuses(&["-w", "straglers"], &["workload `straglers` is unknown", "stragglers"]);
    refuses(&["-s", "semaphore", "-s", "bathcing"], &["`bathcing`", "batching"]);
}

#[test]
fn a_regular_expression_that_is_none() {
    let ended = Place::new().run(["run", "-s", "sema(phore"]).exits(2);
    assert!(ended.stderr().contains("unclosed group"), "{}", ended.stderr());
}

#[test]
fn zero_of_anything() {
    refuses(&["-p", "limit=0"], &["limit=0", "whole number from 1 up"]);
    refuses(&["-p", "limit=8,0"], &["whole number from 1 up"]);
    refuses(&["--jobs", "0"], &["--jobs", "whole number from 1 up"]);
    refuses(&["--for", "0s"], &["--for", "above zero"]);
    refuses(&["--rounds", "0"], &["--rounds", "whole number from 1 up"]);
    refuses(&["--threads", "0"], &["--threads", "whole number from 1 up"]);
    refuses(&["--timeout", "0s"], &["--timeout", "above zero"]);
}

#[test]
fn parameters_that_are_none() {
    refuses(
        &["-p", "depth=3"],
        &["no parameter `depth`", "limit, capacity, window, pause and rate"],
    );
    refuses(&["-p", "limit"], &["limit=64,256"]);
    refuses(&["-p", "window=wide"], &["`wide`", "4x"]);
    refuses(
        &["-s", "materialize-window", "-p", "limit=100", "-p", "window=50"],
        &["window=50", "limit=100"],
    );
    refuses(&["-s", "^thread-pool$", "-p", "limit=1000000"], &["too large", "4096"]);
}

#[test]
fn values_without_their_units() {
    refuses(&["--service", "5"], &["--service", "such as 5ms"]);
    refuses(&["--payload", "64"], &["--payload", "such as 16MiB"]);
    refuses(&["--fail", "1"], &["--fail", "such as 0.1%"]);
    refuses(&["--arrivals", "poisson"], &["--arrivals", "poisson:2000/s"]);
    refuses(&["--consumer", "slow"], &["--consumer", "serial:1ms"]);
}

#[test]
fn a_memory_cap_below_what_a_child_needs() {
    refuses(&["--mem-cap", "1MiB"], &["--mem-cap", "16MiB at least"]);
}

#[test]
fn options_that_exclude_each_other() {
    refuses(&["--jobs", "5", "--for", "1s"], &["--jobs", "--for"]);
    refuses(&["--replace"], &["required"]);
    Place::new().run(["frobnicate"]).exits(2);
}

#[test]
fn a_plan_with_a_mistake_says_where() {
    let place = Place::new();
    let plan = place.path().join("mine.toml");
    std::fs::write(&plan, "name = 'mine'\nrounds = 1\ntimeout = '1s'\nfast = true\n").unwrap();
    let ended = place.run(["run", "--plan", "mine.toml"]).exits(2).says(&["mine.toml", "line 4"]);
    assert!(ended.stderr().contains("unknown field `fast`"));

    place.run(["run", "--plan", "nowhere.toml"]).exits(1).says(&["cannot read", "nowhere.toml"]);
}

#[test]
fn nothing_selected() {
    let place = Place::new();
    place.run(["run", "-s", "^z+$"]).exits(4).says(&["nothing selected"]);
    place.run(["run", "-s", "as-completed-join-set", "-x", "^smol$"]).exits(4).says(&[
        "nothing selected",
        "as-completed-join-set does not run on smol: it runs on tokio",
    ]);
}
