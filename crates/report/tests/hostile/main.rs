//! Generated hostile text in every place of a run that holds text, through every way out: it is
//! shown, and is nothing but text. What a page or a picture may consist of is taken from the same
//! run under harmless names.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod disguise;
#[path = "../../../record/tests/files/hostile_text.rs"]
mod hostile_text;
mod shape;
#[path = "../figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use bp_analysis::{Metric, rank};
use bp_record::{
    Family, Outcome, Pass, Provenance, RoundRecord, Run, Sample, TRACE_SCHEMA, TraceFile,
};
use bp_report::{Format, Material, Report, chrome_trace, race, ranking, report, table};

use crate::{
    disguise::Disguise,
    hostile_text::hostile_text,
    shape::{Shape, markdown, picture},
};

/// How many runs are made under hostile names: BACKPRESSURE_TEXTS, or so many.
fn seeds() -> std::ops::Range<u64> {
    0..std::env::var("BACKPRESSURE_TEXTS").map_or(12, |text| text.parse().unwrap())
}

/// Each text of a seed is another.
fn hostile(seed: u64) -> Disguise {
    Disguise::new(move |number| hostile_text(seed << 16 | number as u64))
}

fn harmless() -> Disguise {
    Disguise::new(|_| "word".to_owned())
}

/// A run, its samples and its rounds, of which some failed and one was disturbed.
struct Disguised {
    run: Run,
    samples: Vec<Sample>,
    rounds: Vec<RoundRecord>,
}

fn disguised(disguise: &mut Disguise) -> Disguised {
    let (mut run, mut samples) = (simulator::run(), simulator::samples());
    let cell = simulator::cell("batching", "smol", 7);
    samples.push(simulator::failed(cell, Pass::Time, Outcome::Panic, "a message"));
    disguise.run(&mut run);
    samples.iter_mut().for_each(|sample| disguise.sample(sample));
    let noisy = Some(disguise.instead_of("a message").to_owned());
    Disguised { run, samples, rounds: vec![RoundRecord { noisy, ..RoundRecord::default() }] }
}

fn made(of: &Disguised) -> Report {
    let Disguised { run, samples, rounds } = of;
    report(&Material { run, samples, rounds, sources: &[], race: Some("<!doctype html>") })
}

fn trace(strategy: &str, family: Family) -> TraceFile {
    TraceFile {
        schema: TRACE_SCHEMA.to_owned(),
        provenance: Provenance::Recorded,
        cell: format!("fixed/{strategy}/tokio/limit=2"),
        strategy: strategy.to_owned(),
        family,
        executor: "tokio".to_owned(),
        executor_version: None,
        workers: 2,
        workload: "stragglers".to_owned(),
        limit: Some(2),
        window: None,
        seed: 1,
        round: 0,
        commit: None,
        compiler: None,
        processor: None,
        time: "a time".to_owned(),
        jobs: 4,
        every: 1,
        admitted: vec![0, 0, 1000, 0],
        started: vec![0; 4],
        finished: vec![1000; 4],
        delivered: vec![0; 4],
        lost: vec![],
        memory: None,
    }
}

fn traces(disguise: &mut Disguise) -> Vec<TraceFile> {
    let mut traces = [trace("semaphore", Family::Refill), trace("batching", Family::Barrier)];
    traces.iter_mut().for_each(|trace| disguise.trace(trace));
    traces.to_vec()
}

fn makespan() -> &'static Metric {
    Metric::named("makespan_ns").unwrap()
}

/// Nothing in it steers, but for the ends of its lines.
#[track_caller]
fn only_shows(text: &str, what: &str) {
    let found = text.match_indices(|c| c != '\n' && bp_record::steers(c)).next();
    let line = found.map(|(at, _)| text[..at].lines().next_back());
    assert_eq!(found, None, "{what} steers behind {line:?}");
}

#[test]
fn no_text_is_an_element_of_the_page() {
    let plain = Shape::of(&made(&disguised(&mut harmless())).html);
    for seed in seeds() {
        let page = made(&disguised(&mut hostile(seed))).html;
        only_shows(&page, &format!("the page of seed {seed}"));
        Shape::of(&page).is_no_more_than(&plain, seed);
    }
}

#[test]
fn no_text_is_an_element_of_the_race() {
    let page = |disguise: &mut Disguise| {
        let Disguised { run, .. } = disguised(disguise);
        race(&run.catalogue, &[], &traces(disguise))
    };
    let plain = Shape::of(&page(&mut harmless()));
    for seed in seeds() {
        let mut disguise = hostile(seed);
        let page = page(&mut disguise);
        let (before, rest) =
            page.split_once(r#"<script id="data" type="application/json">"#).unwrap();
        let (data, after) = rest.split_once("</script>").unwrap();
        only_shows(before, "before the data");
        only_shows(after, "after the data");
        Shape::of(&page).is_no_more_than(&plain, seed);
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["traces"][0]["workload"], disguise.instead_of("stragglers"), "it is data");
    }
}

#[test]
fn no_text_is_an_element_of_a_picture() {
    let mut known = picture::Names::default();
    for figure in made(&disguised(&mut harmless())).figures {
        known.add(&figure.svg);
    }
    for seed in seeds() {
        for figure in made(&disguised(&mut hostile(seed))).figures {
            only_shows(&figure.svg, &figure.name);
            known.has_all_of(&figure.svg, &format!("{} of seed {seed}", figure.name));
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            assert!(figure.name.chars().all(plain) && figure.name.len() < 200, "{}", figure.name);
        }
    }
}

#[test]
fn no_text_means_anything_in_markdown() {
    let of = |made: &Disguised| {
        let all = [
            report(&Material {
                run: &made.run,
                samples: &made.samples,
                rounds: &made.rounds,
                sources: &[],
                race: None,
            })
            .markdown,
            table(&made.run, &made.samples, Format::Markdown),
            ranking(&rank(&made.samples, makespan()), makespan(), Format::Markdown),
        ];
        all.map(|text| {
            only_shows(&text, "Markdown");
            markdown(&text)
        })
    };
    let plain = of(&disguised(&mut harmless()));
    for seed in seeds() {
        for (shape, plain) in of(&disguised(&mut hostile(seed))).iter().zip(&plain) {
            // Fewer may be: a name that begins with a space is not shown in bold type.
            let more =
                shape.iter().find(|(kind, count)| plain.get(*kind).is_none_or(|it| it < count));
            assert_eq!(more, None, "seed {seed}: {shape:?} instead of {plain:?}");
        }
    }
}

#[test]
fn no_text_steers_a_terminal_or_is_a_formula() {
    for seed in seeds() {
        let Disguised { run, samples, .. } = disguised(&mut hostile(seed));
        only_shows(&table(&run, &samples, Format::Table), "the table");
        let ranked = rank(&samples, makespan());
        only_shows(&ranking(&ranked, makespan(), Format::Table), "the ranking");
        for csv in [
            table(&run, &samples, Format::Csv),
            ranking(&ranked, makespan(), Format::Csv),
            String::from_utf8(bp_record::samples_csv(&samples)).unwrap(),
        ] {
            only_shows(&csv, "CSV");
            for row in csv::Reader::from_reader(csv.as_bytes()).records() {
                let row = row.unwrap();
                let formula = |cell: &&str| {
                    let sign = cell.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}']);
                    sign && cell.parse::<f64>().is_err()
                };
                assert_eq!(row.iter().find(formula), None, "seed {seed}");
            }
        }
    }
}

#[test]
fn every_text_is_data_in_json() {
    for seed in seeds() {
        let mut disguise = hostile(seed);
        let Disguised { run, samples, .. } = disguised(&mut disguise);
        let json = table(&run, &samples, Format::Json);
        let shown = bp_record::printable_json(&json);
        only_shows(&shown, "JSON");
        let [made, shown] = [&json, &shown]
            .map(|text| -> serde_json::Value { serde_json::from_str(text).unwrap() });
        assert_eq!(made, shown, "spelt otherwise, it says the same");
        assert_eq!(made["suite"], disguise.instead_of("test"));
        for trace in traces(&mut disguise) {
            let chrome = chrome_trace(&trace).json;
            let chrome: serde_json::Value = serde_json::from_str(&chrome).unwrap();
            assert_eq!(chrome["otherData"]["workload"], disguise.instead_of("stragglers"));
        }
    }
}
