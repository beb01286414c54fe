//! `watch`: on a terminal, and where there is none.

use std::{fs, path::Path, process::Command, sync::mpsc};

use bp_record::{Catalogue, TraceFile};
use bp_watch::{Model, Palette, Race};

use crate::{common::Place, terminal::Terminal};

/// A run with one trace of forty jobs.
fn recorded() -> Place {
    let place = Place::new();
    place.tiny(&["--out", "run"]).exits(0);
    place
}

/// Three jobs, two at a time.
const TRACE: &str = r#"{"schema":"bp-trace/1","provenance":"recorded","cell":"c","strategy":"semaphore",
"family":"refill","executor":"smol","executor_version":null,"workers":2,"workload":"fixed","limit":2,
"window":null,"seed":1,"round":0,"commit":null,"compiler":null,"processor":null,
"time":"2026-01-01T00:00:00Z","jobs":3,"every":1,"admitted":[0,0,4000],"started":[0,0,0],
"finished":[4000,5000,4000],"delivered":[0,0,0],"memory":null}"#;

/// A place with that trace in a file.
fn traced() -> Place {
    let place = Place::new();
    fs::write(place.path().join("trace.json"), TRACE).unwrap();
    place
}

fn on_terminal(place: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Terminal {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("backpressure"));
    command.current_dir(place).args(arguments).env("TERM", "xterm-256color");
    command.env_remove("NO_COLOR").env_remove("COLORTERM").envs(variables.iter().copied());
    Terminal::start(&mut command)
}

#[test]
fn where_there_is_no_terminal_it_says_what_to_use_instead() {
    let place = recorded();
    place.run(["watch"]).exits(2).says(&["draws on a terminal", "`backpressure run`"]);
    let ended = place.run(["watch", "run"]).exits(2);
    ended.says(&["draws on a terminal", "`backpressure race RUN`", "`backpressure trace RUN`"]);
    let dumb = on_terminal(place.path(), &["watch", "run"], &[("TERM", "dumb")]);
    let (status, screen) = dumb.ends();
    assert_eq!(status.code(), Some(2), "{screen}");
}

#[test]
fn what_cannot_be_watched_is_refused_with_its_reason() {
    let place = recorded();
    let refused = |arguments: &[&str], code, parts: &[&str]| {
        place.run(["watch"].iter().chain(arguments)).exits(code).says(parts);
    };
    refused(&["-x", "virtual"], 2, &["time on `virtual` is simulated"]);
    refused(&["-w", "fixed|yield"], 2, &["more than one workload", "-w"]);
    refused(&["-s", ".", "-x", "."], 2, &["cells match, and at most 12"]);
    refused(&["-w", "nothing-like-it"], 2, &["nothing-like-it"]);
    refused(&["run", "-s", "batching"], 4, &["no trace matches"]);
    refused(&["nowhere.json"], 1, &["nowhere.json"]);
    refused(&["reports/latest"], 1, &["reports/latest holds no run", "run `backpressure` first"]);
    fs::write(place.path().join("bad.json"), r#"{"schema":"bp-trace/9"}"#).unwrap();
    refused(&["run", "bad.json"], 1, &["bad.json", "bp-trace/9"]);
    place.run(["watch", "run", "--jobs", "5"]).exits(2);
}

#[test]
fn a_replay_plays_pauses_and_leaves_the_terminal_as_it_was() {
    let place = recorded();
    let mut terminal = on_terminal(place.path(), &["watch", "run"], &[]);
    let seen = terminal.shows("q quit");
    assert!(seen.contains("fixed · 40 jobs · simulated time"), "{seen}");
    assert!(seen.contains("at the end") && seen.contains("done in"), "{seen}");
    assert!(terminal.is_raw());
    terminal.press("-- ");
    terminal.shows("playing at");
    terminal.press(" ");
    terminal.shows("paused");
    terminal.press("?");
    terminal.shows("─ ");
    terminal.press("q");
    let (status, left) = terminal.ends();
    assert_eq!((status.code(), left.as_str()), (Some(0), ""), "the screen is as it was");
}

#[test]
fn it_follows_the_size_of_the_window() {
    let place = traced();
    let mut terminal = on_terminal(place.path(), &["watch", "trace.json"], &[]);
    terminal.shows("q quit");
    terminal.resize(40, 5);
    terminal.shows("too small a window");
    terminal.resize(120, 40);
    let seen = terminal.shows("all keys");
    let longest = seen.lines().map(|line| line.chars().count()).max().unwrap();
    assert_eq!(longest, 120, "{seen}");
    terminal.press("q");
    assert_eq!(terminal.ends().0.code(), Some(0));
}

#[test]
fn whoever_interrupts_it_gets_the_terminal_back() {
    let place = traced();
    for interrupt in ["\u{3}", "-INT", "-TERM", "-HUP"] {
        let mut terminal = on_terminal(place.path(), &["watch", "trace.json"], &[]);
        terminal.shows("q quit");
        match interrupt.strip_prefix('-') {
            None => terminal.press(interrupt),
            Some(_) => terminal.signal(interrupt),
        }
        assert_eq!(terminal.ends().0.code(), Some(130), "{interrupt:?}");
    }
}

#[test]
fn without_its_terminal_it_ends() {
    let place = traced();
    for arguments in [&["watch", "trace.json"][..], &["watch", "-w", "^fixed$", "--service", "1h"]]
    {
        let mut terminal = on_terminal(place.path(), arguments, &[]);
        terminal.shows("q quit");
        assert!(!terminal.hangs_up().success());
    }
}

#[test]
fn no_color_means_no_colour() {
    let place = traced();
    let colours = |variables: &[(&str, &str)]| {
        let mut terminal = on_terminal(place.path(), &["watch", "trace.json"], variables);
        terminal.shows("q quit");
        terminal.press("q");
        let written = String::from_utf8_lossy(&terminal.written).into_owned();
        terminal.ends();
        (written.contains("\u{1b}[38;2;"), written.contains("\u{1b}[38;5;"))
    };
    assert_eq!(colours(&[("COLORTERM", "truecolor")]), (true, false));
    assert_eq!(colours(&[]), (false, true));
    assert_eq!(colours(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]), (false, false));
}

const LIVE: [&str; 9] =
    ["watch", "-w", "^fixed$", "-s", "^semaphore$", "-x", "^tokio$", "-p", "limit=2"];

fn live(place: &Place, more: &[&str]) -> Terminal {
    let arguments: Vec<_> = LIVE.iter().chain(more).copied().collect();
    on_terminal(place.path(), &arguments, &[])
}

#[test]
fn a_run_is_watched_until_it_ends() {
    let place = Place::new();
    let mut terminal = live(&place, &["--jobs", "40", "--service", "1ms"]);
    let seen = terminal.shows("done in");
    assert!(seen.contains("fixed · 40 jobs · live") && seen.contains("100 %"), "{seen}");
    let row = seen.lines().find(|line| line.contains("in flight")).unwrap();
    let figures: Vec<_> = row.split_whitespace().skip(2).take(2).collect();
    assert_eq!(figures, ["0", "2"], "none is left, and two were there at most: {seen}");
    let memory = seen.lines().find(|line| line.contains("memory ")).unwrap();
    assert!(memory.contains("kB") && !memory.contains('–'), "it was weighed: {seen}");
    terminal.press("q");
    assert_eq!(terminal.ends().0.code(), Some(0));
    assert!(fs::read_dir(place.path()).unwrap().next().is_none(), "nothing is written down");
}

#[test]
fn whoever_leaves_ends_what_goes_on() {
    for (key, code) in [("q", 0), ("\u{3}", 130)] {
        let mut terminal =
            live(&Place::new(), &["--jobs", "8", "--service", "1h", "--timeout", "2h"]);
        // Each moment is that of the last look.
        let seen = terminal.shows("all slots busy");
        assert!(seen.contains("going on"), "{seen}");
        terminal.press(key);
        assert_eq!(terminal.ends().0.code(), Some(code));
    }
}

#[test]
fn a_run_that_fails_says_why_and_still_does_when_one_has_left() {
    let mut terminal = live(&Place::new(), &["--jobs", "8", "--service", "1h", "--timeout", "1ms"]);
    terminal.shows("timeout: no end after");
    terminal.press("q");
    let (status, left) = terminal.ends();
    assert_eq!(status.code(), Some(1), "it is no success: {left}");
    assert!(left.contains("semaphore on tokio: timeout: no end after"), "{left}");
    assert!(left.contains("1 of 1 run did not end well"), "{left}");
}

/// Set in the process in which something panics.
const PANICS: &str = "BACKPRESSURE_TEST_PANICS";

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    if std::env::var_os(PANICS).is_some() {
        return draw_and_panic();
    }
    let name = "watch::a_panic_gives_the_terminal_back_before_it_is_told";
    let mut command = Command::new(std::env::current_exe().unwrap());
    let command = command.args(["--exact", name, "--nocapture"]).env(PANICS, "1");
    command.env("RUST_BACKTRACE", "0");
    let (status, left) = Terminal::start(command).ends();
    assert!(!status.success());
    assert!(left.contains("somebody looked the wrong way"), "{left}");
}

/// Shows a trace, and panics when it was drawn twice.
fn draw_and_panic() {
    let place = traced();
    let traces = [TraceFile::read(&place.path().join("trace.json")).unwrap()];
    let races = bp_report::races(&Catalogue::default(), &traces);
    let mut model = Model::new(races.iter().map(Race::of_traces).collect());
    let looks = std::cell::Cell::new(0);
    let stopped = || {
        looks.set(looks.get() + 1);
        assert!(looks.get() < 3, "somebody looked the wrong way");
        false
    };
    drop(bp_watch::show(&mut model, &mpsc::channel().1, Palette::NONE, stopped));
}
