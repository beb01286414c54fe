//! The race page: recorded traces replayed side by side, in one file that needs no network.
//!
//! Its source is in `crates/report/race`, a module an idea, with tests that run under node. Here it
//! is put together: the modules, the traces that fit, and for readers without a script a picture and
//! the tables.

mod field;
mod fit;
mod modules;
mod still;
mod whole;

use bp_record::{Catalogue, TraceFile};
use serde_json::{Value, json};

pub use self::field::{Race, races};
use crate::{
    draw::rules,
    web::{bundle, filled, policy},
};

const TEMPLATE: &str = include_str!("../../race/template.html");
const STYLE: &str = include_str!("../../race/race.css");

/// How large the page may be, in bytes: it opens at once, and can be sent by mail.
const MOST_BYTES: usize = 1 << 20;

/// The race page of these traces: one HTML file of at most 1 MiB that needs no network.
///
/// All on it follows from the traces; the catalogue gives titles, sentences and their order, and
/// `sources` the names of strategies with their code. Names are data: none of them can be markup. Traces of more than 1000 jobs are thinned, and traces that
/// do not fit are left out; the page says both.
///
/// ```
/// let page = bp_report::race(&bp_record::Catalogue::default(), &[], &[]);
/// assert!(page.starts_with("<!doctype html>"));
/// ```
pub fn race(catalogue: &Catalogue, sources: &[(&str, &str)], traces: &[TraceFile]) -> String {
    let races = field::races(catalogue, traces);
    let script = bundle(&modules::MODULES);
    let style = format!("{STYLE}{}", rules());
    let still = still::still(catalogue, &races);
    let page = |data: &Value| {
        let parts = [
            ("policy", &*policy(&style, &script)),
            ("style", &style),
            ("still", &still),
            ("data", &embedded(data)),
            ("script", &script),
        ];
        filled(TEMPLATE, &parts)
    };
    let drawn = |name: &str| traces.iter().any(|trace| trace.strategy == name);
    let sources: Vec<_> = sources.iter().copied().filter(|(name, _)| drawn(name)).collect();
    // A kilobyte for the notes.
    let empty = page(&data(catalogue, &sources, &fit::Fitted::default()));
    let room = MOST_BYTES.saturating_sub(empty.len() + 1024);
    page(&data(catalogue, &sources, &fit::fitted(&races, room)))
}

/// True if a file that begins like this is a race page, of this version or another.
pub fn is_race(head: &[u8]) -> bool {
    let title = b"<title>The backpressure race</title>";
    head.starts_with(b"<!doctype html>") && head.windows(title.len()).any(|part| part == title)
}

fn data(catalogue: &Catalogue, sources: &[(&str, &str)], fitted: &fit::Fitted) -> Value {
    let source = |name: &str| sources.iter().find(|(known, _)| *known == name).map(|it| it.1);
    let strategies = catalogue.strategies.iter().map(|entry| {
        json!({
            "name": entry.name,
            "title": entry.title,
            "sentence": entry.sentence,
            "source": source(&entry.name),
        })
    });
    let executors = catalogue
        .executors
        .iter()
        .map(|entry| json!({ "name": entry.name, "sentence": entry.sentence }));
    json!({
        "schema": "bp-race/1",
        "strategies": strategies.collect::<Vec<_>>(),
        "executors": executors.collect::<Vec<_>>(),
        "notes": fitted.notes,
        "traces": fitted.traces,
    })
}

/// JSON that can stand inside a `script` element: nothing in it can end that element, or make the
/// page read otherwise than it is.
fn embedded(data: &Value) -> String {
    bp_record::printable_json(&data.to_string()).replace('<', "\\u003c")
}
