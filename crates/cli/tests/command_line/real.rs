//! Real work through the built program: limits that bite, and who stays within them. Counts only;
//! how long anything takes is nobody's promise.

use std::{collections::HashMap, fs};

use crate::common::Place;

/// All that have a reactor of their own.
pub(crate) const EVERYWHERE: &str = "^(tokio|async-std|smol|futures)$";

/// One timed run, by the names of its columns.
pub(crate) struct Row(HashMap<String, String>);

impl Row {
    pub(crate) fn text(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    pub(crate) fn count(&self, column: &str) -> u64 {
        self.text(column).parse().unwrap_or_else(|_| panic!("{column} is empty: {:?}", self.0))
    }

    fn sum(&self, columns: &[&str]) -> u64 {
        columns.iter().map(|column| self.count(column)).sum()
    }
}

/// Runs a workload once for each chosen strategy on each chosen executor: the timed rows.
pub(crate) fn run(place: &Place, chosen: [&str; 3], more: &[&str]) -> Vec<Row> {
    let [workload, strategies, executors] = chosen;
    let names = ["-w", workload, "-s", strategies, "-x", executors];
    let whole = ["run", "--rounds", "1", "--timeout", "60s", "--out", "out", "--replace"];
    place.run(whole.iter().chain(&names).chain(more)).exits(0);
    let mut reader = csv::Reader::from_path(place.path().join("out/samples.csv")).unwrap();
    let rows = reader.deserialize().map(|row| Row(row.unwrap()));
    let timed = |row: &Row| row.text("pass") == "time" && row.text("role") == "measured";
    let rows: Vec<_> = rows.filter(timed).collect();
    rows.iter().for_each(nothing_is_lost);
    rows
}

/// Every job that began ended once, and so did every request that the server saw.
fn nothing_is_lost(row: &Row) {
    let ends = ["succeeded", "failed", "panicked", "cancelled", "shed"];
    assert_eq!(row.text("outcome"), "ok", "{}", row.text("message"));
    assert_eq!((row.count("jobs"), row.sum(&ends)), (row.count("admitted"), row.count("admitted")));
    if !row.text("server_requests").is_empty() {
        let ends = ["answered", "overloaded", "limited", "banned", "abandoned", "dropped"];
        let ends = ends.map(|end| format!("server_{end}"));
        let ends = ends.each_ref().map(String::as_str);
        assert_eq!(row.count("server_requests"), row.sum(&ends), "{:?}", row.0);
    }
}

/// Checks each row of a strategy, of which there must be so many: one for each executor.
fn each(rows: &[Row], strategy: &str, executors: usize, check: impl Fn(&Row)) {
    let rows: Vec<_> = rows.iter().filter(|row| row.text("strategy") == strategy).collect();
    assert_eq!(rows.len(), executors, "of {strategy}");
    rows.into_iter().for_each(check);
}

#[test]
fn whoever_opens_all_files_at_once_runs_out_of_descriptors() {
    let place = Place::new();
    fs::create_dir(place.path().join("files")).unwrap();
    for file in 0..300 {
        fs::write(place.path().join(format!("files/{file}")), [b'x'; 100]).unwrap();
    }
    let sizes = ["--dir", "files", "--descriptors", "64", "--jobs", "600", "-p", "limit=16"];
    let rows = run(&place, ["^open-files$", "^(unbounded-spawn|semaphore)$", EVERYWHERE], &sizes);
    each(&rows, "unbounded-spawn", 4, |row| {
        assert!(row.count("failed") > 0, "{}", row.text("executor"));
        assert!(row.text("trouble").contains("Too many open files"), "{}", row.text("trouble"));
    });
    each(&rows, "semaphore", 4, |row| {
        assert_eq!((row.count("succeeded"), row.text("trouble")), (600, ""));
    });
}

#[test]
fn a_service_refuses_whoever_asks_for_everything_at_once() {
    let sizes = ["--places", "4", "--queue", "8", "--service", "2ms", "--jobs", "120"];
    let more = [&sizes[..], &["-p", "limit=8"]].concat();
    let strategies = "^(unbounded-spawn|semaphore)$";
    let rows = run(&Place::new(), ["^fetch-upload$", strategies, EVERYWHERE], &more);
    each(&rows, "unbounded-spawn", 4, |row| {
        assert!(row.count("refused") > 0, "{}", row.text("executor"));
        assert_eq!(row.count("server_overloaded"), row.count("refused"));
        assert!(row.count("server_inside_peak") <= 12);
        assert!(row.count("succeeded") < 120);
    });
    each(&rows, "semaphore", 4, |row| {
        assert_eq!((row.count("refused"), row.count("succeeded")), (0, 120));
        assert_eq!((row.count("server_overloaded"), row.count("server_answered")), (0, 240));
        assert!(row.count("server_inside_peak") <= 8, "a limit holds on the other side, too");
    });
}

#[test]
fn a_limit_alone_is_banned_and_a_rate_is_not() {
    let served = ["--rate-limit", "100/s:50", "--service", "100us"];
    let run = |strategy, more: &[&str]| {
        let more = [&served[..], more].concat();
        run(&Place::new(), ["^fetch-upload$", strategy, "^(tokio|smol)$"], &more)
    };
    let rows = run("^semaphore$", &["-p", "limit=8", "--jobs", "300"]);
    each(&rows, "semaphore", 2, |row| {
        let limited = row.sum(&["server_limited", "server_banned"]);
        assert!(row.count("refused") > 0 && row.count("refused") == limited);
        assert!(row.count("server_limited") > 0 && row.count("server_bans") >= 1);
    });
    // Each job is two requests.
    let rows = run("^rate-limit$", &["-p", "rate=40/s", "--jobs", "50"]);
    each(&rows, "rate-limit", 2, |row| {
        assert_eq!((row.count("refused"), row.count("succeeded")), (0, 50));
        assert_eq!((row.count("server_limited"), row.count("server_answered")), (0, 100));
    });
}

#[test]
fn lost_datagrams_are_asked_for_again_or_missed() {
    let lossy = |retries| {
        let lossy = ["--loss", "5%", "--service", "1ms", "--jobs", "150", "-p", "limit=16"];
        let more = [&lossy[..], &["--retries", retries]].concat();
        run(&Place::new(), ["^lookup$", "^semaphore$", EVERYWHERE], &more)
    };
    each(&lossy("5"), "semaphore", 4, |row| {
        assert_eq!(row.count("succeeded"), 150);
        assert!(row.count("retried") > 0 && row.count("server_dropped") > 0);
        let seen = row.sum(&["server_answered", "server_dropped"]);
        assert_eq!((row.count("server_requests"), row.count("retried")), (seen, seen - 150));
    });
    each(&lossy("0"), "semaphore", 4, |row| {
        assert!(row.count("failed") > 0 && row.count("failed") == row.count("server_dropped"));
        assert!(row.text("trouble").contains("no answer within"), "{}", row.text("trouble"));
        assert_eq!(row.count("retried"), 0);
    });
}

#[test]
fn whoever_asks_for_all_names_at_once_runs_out_of_sockets() {
    let sizes = ["--descriptors", "64", "--service", "1ms", "--jobs", "400", "-p", "limit=16"];
    let strategies = "^(unbounded-spawn|semaphore)$";
    let rows = run(&Place::new(), ["^lookup$", strategies, EVERYWHERE], &sizes);
    each(&rows, "unbounded-spawn", 4, |row| {
        assert!(row.count("failed") > 0, "{}", row.text("executor"));
        assert!(row.text("trouble").contains("Too many open files"), "{}", row.text("trouble"));
    });
    each(&rows, "semaphore", 4, |row| assert_eq!(row.count("succeeded"), 400));
}

#[test]
fn simulated_time_has_no_sockets_and_says_so() {
    let place = Place::new();
    let why = "fetch-upload talks to a server, and virtual has no sockets";
    place.run(["run", "-w", "fetch-upload", "-x", "virtual"]).exits(4).says(&[why]);
}

#[test]
fn promises_are_kept_beside_a_server_too() {
    let verify = ["verify", "-w", "^(fetch-upload|lookup|open-files)$", "-s", "^semaphore$"];
    let ended = Place::new().run(verify.iter().chain(&["-x", EVERYWHERE])).exits(0);
    assert!(ended.stderr().contains("12 of 12 cells kept"), "{}", ended.stderr());
}
