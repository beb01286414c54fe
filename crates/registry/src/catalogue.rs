use std::num::{NonZeroU32, NonZeroUsize};

use bp_core::{Claims, Order};
use bp_record::{
    Arrivals, Catalogue, Cell, Consumer, ExecutorEntry, Extent, Faults, Parameter, Real,
    StrategyEntry, Work, WorkloadEntry,
};

use crate::{
    execute,
    executors::{self, EXECUTORS},
    strategies::{Row, rows},
    workloads::WORKLOADS,
};

/// The crates of the strategies in the order in which the documents come to them, and
/// then those for what does not wait to be asked for; the name of each
/// variant begins with that of its crate.
const CRATES: [&str; 13] = [
    "sequential",
    "unbounded-spawn",
    "sleep-yield",
    "batching",
    "semaphore",
    "bounded-channel",
    "thread-pool",
    "as-completed",
    "wait-any",
    "materialize",
    "load-shedding",
    "rate-limit",
    "adaptive",
];

/// Every name that a plan may use, with what a reader needs to know of it.
pub fn catalogue() -> Catalogue {
    let mut rows: Vec<_> = rows().collect();
    let place = |row: &Row| CRATES.iter().position(|name| row.name.starts_with(name));
    rows.sort_by_key(|row| (place(row).unwrap_or(CRATES.len()), row.name));
    Catalogue {
        strategies: rows.into_iter().map(strategy).collect(),
        executors: EXECUTORS
            .iter()
            .map(|row| ExecutorEntry {
                name: row.name.to_owned(),
                sentence: row.sentence.to_owned(),
                legacy: row.legacy,
                simulated: row.simulated,
                single_threaded: row.single_threaded,
                contestant: None,
            })
            .collect(),
        workloads: WORKLOADS
            .iter()
            .map(|row| WorkloadEntry {
                name: row.name.to_owned(),
                sentence: row.sentence.to_owned(),
                timed: row.timed(),
                served: row.served(),
            })
            .collect(),
    }
}

/// The source text of every strategy, by its name: what a report shows beside its figures.
pub fn sources() -> Vec<(&'static str, &'static str)> {
    rows().map(|row| (row.name, row.text)).collect()
}

fn strategy(row: &Row) -> StrategyEntry {
    let mut paragraphs = paragraphs(row.text);
    let sentence = paragraphs.next().unwrap_or_default();
    StrategyEntry {
        name: row.name.to_owned(),
        title: row.title.to_owned(),
        sentence,
        source: paragraphs.find_map(|text| document(&text)).unwrap_or_default(),
        family: row.family,
        claims: claims(row),
        takes: row.takes.to_vec(),
        executors: executors::that_run(row.name).map(|row| row.name.to_owned()).collect(),
    }
}

/// The paragraphs of the comment with which a source text begins.
fn paragraphs(text: &str) -> impl Iterator<Item = String> {
    let lines: Vec<_> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let paragraphs: Vec<_> = lines
        .split(|line| line.trim().is_empty())
        .map(|lines| lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "))
        .collect();
    paragraphs.into_iter()
}

/// The document that a text names, such as `document 000`.
fn document(text: &str) -> Option<String> {
    const LENGTH: usize = "document 000".len();
    let start = text.to_lowercase().find("document 00")?;
    Some(text.get(start..start + LENGTH)?.to_lowercase())
}

/// What a strategy promises, by an example in which each parameter has a value of its own.
fn claims(row: &Row) -> String {
    let takes = |parameter| row.takes.contains(&parameter);
    let example = |parameter, value| if takes(parameter) { NonZeroUsize::new(value) } else { None };
    let cell = Cell {
        work: Work {
            name: String::new(),
            extent: Extent::Jobs(1),
            service_ns: 0,
            payload_bytes: 0,
            seed: 0,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        },
        strategy: row.name.to_owned(),
        executor: String::new(),
        threads: NonZeroUsize::MIN,
        limit: example(Parameter::Limit, LIMIT),
        capacity: example(Parameter::Capacity, CAPACITY),
        window: example(Parameter::Window, WINDOW),
        pause_ns: None,
        rate_per_second: NonZeroU32::new(1).filter(|_| takes(Parameter::Rate)),
    };
    let Claims { limit, window, order, sheds, adapts } =
        execute::claims(&cell).expect("the row exists");
    let mut claims = vec![];
    if let Some(limit) = limit {
        claims.push(match limit.get() {
            1 => "limit 1".to_owned(),
            _ if adapts => "limit, adapted".to_owned(),
            _ => "limit".to_owned(),
        });
    }
    if let Some(window) = window {
        claims.push(format!("memory O({})", order_of(window.get())));
    }
    match order {
        Order::Any => {}
        Order::Completion => claims.push("order of completion".to_owned()),
        Order::Input => claims.push("order of the source".to_owned()),
    }
    if sheds {
        claims.push("sheds what arrives when it is full".to_owned());
    }
    if claims.is_empty() { "none".to_owned() } else { claims.join(", ") }
}

const LIMIT: usize = 100;
const CAPACITY: usize = 1_000;
const WINDOW: usize = 10_000;

fn order_of(window: usize) -> &'static str {
    match window {
        1 => "1",
        WINDOW.. => "window",
        CAPACITY.. => "limit + capacity",
        _ => "limit",
    }
}
