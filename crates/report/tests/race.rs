//! The race page as a file: it stands alone, it is small, and no name in it is markup.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{path::Path, process::Command};

use bp_record::{
    Catalogue, Family, Provenance, StrategyEntry, TRACE_SCHEMA, TraceFile, TracedMemory,
};
use bp_report::race;
use serde_json::Value;

/// A trace of jobs that take turns in two slots, a millisecond each.
fn trace(strategy: &str, family: Family, jobs: u64) -> TraceFile {
    let gap = |job: u64| if job > 0 && job.is_multiple_of(2) { 1000 } else { 0 };
    let count = jobs as usize;
    TraceFile {
        schema: TRACE_SCHEMA.to_owned(),
        provenance: Provenance::Recorded,
        cell: format!("fixed/{strategy}/tokio/limit=2"),
        strategy: strategy.to_owned(),
        family,
        executor: "tokio".to_owned(),
        executor_version: None,
        workers: 2,
        workload: "fixed".to_owned(),
        limit: Some(2),
        window: None,
        seed: 1,
        round: 0,
        commit: None,
        compiler: None,
        processor: None,
        time: "2026-01-01T00:00:00Z".to_owned(),
        jobs,
        every: 1,
        admitted: (0..jobs).map(gap).collect(),
        started: vec![0; count],
        finished: vec![1000; count],
        delivered: vec![0; count],
        lost: vec![],
        memory: Some(TracedMemory { at_us: vec![0, 500], live_bytes: vec![2048, 4096] }),
    }
}

/// What the page carries for its script.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once(r#"<script id="data" type="application/json">"#).unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn the_page_needs_nothing_from_anywhere() {
    let page = race(&Catalogue::default(), &[], &[trace("semaphore", Family::Refill, 6)]);
    for address in ["http:", "https:", "://", "src=\"/", "@import", "url(/"] {
        assert!(!page.contains(address), "{address}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert!(
        bp_report::is_race(&page.as_bytes()[..2048]) && !bp_report::is_race(b"<!doctype html>")
    );
}

#[test]
fn what_it_carries_is_what_was_recorded() {
    let trace = trace("semaphore", Family::Refill, 6);
    let page = race(&Catalogue::default(), &[], std::slice::from_ref(&trace));
    let carried: TraceFile = serde_json::from_value(data(&page)["traces"][0].clone()).unwrap();
    assert_eq!(carried, trace);
    assert_eq!(page, race(&Catalogue::default(), &[], &[trace]), "the same traces, the same bytes");
}

#[test]
fn without_a_script_there_are_a_picture_and_the_numbers() {
    let page = race(&Catalogue::default(), &[], &[trace("semaphore", Family::Refill, 6)]);
    let still = page.split_once("<div id=\"still\">").unwrap().1.split_once("<script").unwrap().0;
    assert!(still.contains("<svg ") && still.contains("role=\"img\""));
    for (figure, text) in [
        ("end", "3.00 ms"),
        ("inFlightPeak", "2"),
        ("memoryPeak", "4.10 kB"),
        ("busy", "100 %"),
        ("overtaken", "0"),
        ("p50", "–"),
    ] {
        let cell = format!("<td data-figure=\"{figure}\">{text}</td>");
        assert!(still.contains(&cell), "{cell} in {still}");
    }
}

#[test]
fn no_name_is_markup() {
    let name = "<script>alert(1)</script><!--DATA-->=cmd()\u{1b}[31m\"&";
    let mut hostile = trace(name, Family::Barrier, 6);
    for field in
        [&mut hostile.workload, &mut hostile.executor, &mut hostile.cell, &mut hostile.time]
    {
        *field = name.to_owned();
    }
    hostile.processor = Some(name.to_owned());
    let plain = race(&Catalogue::default(), &[], &[trace("batching", Family::Barrier, 6)]);
    let page = race(&Catalogue::default(), &[], &[hostile]);
    let count = |text: &str| page.matches(text).count();
    assert_eq!(count("<script"), plain.matches("<script").count());
    assert_eq!(count("</script"), plain.matches("</script").count());
    assert_eq!(count("<!--"), plain.matches("<!--").count());
    assert_eq!(count("\u{1b}"), 0);
    assert_eq!(data(&page)["traces"][0]["strategy"], name, "it is data all the same");
}

#[test]
fn the_code_of_what_is_drawn_comes_along() {
    let entry = |name: &str| StrategyEntry {
        name: name.to_owned(),
        title: name.to_owned(),
        sentence: String::new(),
        source: String::new(),
        family: Family::Refill,
        claims: String::new(),
        takes: vec![],
        executors: vec![],
    };
    let catalogue =
        Catalogue { strategies: vec![entry("semaphore"), entry("own")], ..Catalogue::default() };
    let sources = [("semaphore", "fn run<T>() {}\n// </script>"), ("own", "fn other() {}")];
    let page = race(&catalogue, &sources, &[trace("semaphore", Family::Refill, 6)]);
    let strategies = &data(&page)["strategies"];
    assert_eq!(strategies[0]["source"], sources[0].1);
    assert_eq!(strategies[1]["source"], Value::Null, "nothing shows it");
}

#[test]
fn a_long_trace_is_thinned_and_keeps_the_figures_of_all() {
    let page = race(&Catalogue::default(), &[], &[trace("semaphore", Family::Refill, 2500)]);
    let carried = &data(&page)["traces"][0];
    assert_eq!((&carried["every"], &carried["jobs"]), (&3.into(), &2500.into()));
    let list = |name: &str| carried[name].as_array().unwrap().iter().map(|v| v.as_u64().unwrap());
    assert_eq!(list("started").count(), 834);
    // Job 2499 is the last of each third: it was admitted when 1249 pairs were done.
    assert_eq!(list("admitted").sum::<u64>(), 1_249_000);
    let whole = &carried["whole"];
    let in_flight = whole["in_flight"].as_array().unwrap();
    assert!((2..1000).contains(&in_flight.len()), "{}", in_flight.len());
    assert!(in_flight.contains(&serde_json::json!([0, 2])));
    assert_eq!(
        (&whole["end"], &whole["inFlightPeak"], &whole["busy"], &whole["p90"]),
        (&1_250_000.into(), &2.into(), &1.0.into(), &1000.into())
    );
}

#[test]
fn a_page_of_many_traces_keeps_the_telling_ones_and_says_what_is_left_out() {
    let telling = [("batching", Family::Barrier), ("semaphore", Family::Refill)];
    let others = (0..120).map(|at| trace(&format!("own-{at}"), Family::Refill, 1000));
    let telling = telling.map(|(name, family)| trace(name, family, 1000));
    let all: Vec<_> = others.chain(telling).collect();
    let page = race(&Catalogue::default(), &[], &all);
    assert!(page.len() <= 1 << 20, "{} bytes", page.len());
    assert!(page.len() > 900 << 10, "{} bytes leave room", page.len());
    let data = data(&page);
    let kept: Vec<_> = data["traces"].as_array().unwrap().iter().map(|t| &t["strategy"]).collect();
    assert!(kept.contains(&&"batching".into()) && kept.contains(&&"semaphore".into()));
    let note = data["notes"][0].as_str().unwrap();
    let left_out = format!("Left out are {} of fixed on tokio.", 122 - kept.len());
    assert!(note.contains(&format!("holds {} of 122 traces", kept.len())), "{note}");
    assert!(note.contains(&left_out), "{note}");
}

#[test]
fn the_race_that_tells_most_comes_first_and_simulated_time_last() {
    let mut slow = trace("batching", Family::Barrier, 6);
    slow.workload = "telling".to_owned();
    slow.finished = vec![5000; 6];
    slow.admitted = vec![0, 0, 5000, 0, 5000, 0];
    let refill = |workload: &str| TraceFile {
        workload: workload.to_owned(),
        ..trace("semaphore", Family::Refill, 6)
    };
    let simulated =
        TraceFile { provenance: Provenance::Simulated, ..trace("batching", Family::Barrier, 6) };
    let all = [
        simulated,
        trace("batching", Family::Barrier, 6),
        refill("fixed"),
        slow,
        refill("telling"),
    ];
    let page = race(&Catalogue::default(), &[], &all);
    let workloads: Vec<_> = data(&page)["traces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| {
            format!("{} {}", t["workload"].as_str().unwrap(), t["provenance"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        workloads,
        [
            "telling recorded",
            "telling recorded",
            "fixed recorded",
            "fixed recorded",
            "fixed simulated"
        ]
    );
}

#[test]
fn no_trace_is_no_blank_page() {
    let page = race(&Catalogue::default(), &[], &[]);
    assert!(page.contains("There is no trace in this page"));
}

/// The unit tests of the modules run under node, where there is one.
#[test]
fn the_modules_pass_their_own_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("race");
    let Ok(output) = Command::new("node").arg("--test").current_dir(folder).output() else {
        println!("skipped: there is no node, so the tests in crates/report/race/tests did not run");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The page takes out of texts what the Rust half does.
#[test]
fn what_steers_is_the_same_for_both_halves() {
    let script = include_str!("../race/format.js");
    let (_, class) = script.split_once("const STEERS =\n  /[").unwrap();
    let class = class.split_once("]/gu;").unwrap().0;
    let mut ranges: Vec<(u32, u32)> = vec![];
    let mut until = false;
    for part in class.split("\\u").skip(1) {
        let number = part.trim_end_matches('-').trim_matches(['{', '}']);
        let number = u32::from_str_radix(number, 16).unwrap();
        match ranges.last_mut().filter(|_| until) {
            Some(last) => last.1 = number,
            None => ranges.push((number, number)),
        }
        until = part.ends_with('-');
    }
    for character in '\0'..=char::MAX {
        let code = u32::from(character);
        let inside = ranges.iter().any(|&(from, to)| (from..=to).contains(&code));
        assert_eq!(inside, bp_record::steers(character), "{code:x}");
    }
}
