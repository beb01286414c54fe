//! The page without its script: the lanes of the first race as a picture, and tables of all.

use bp_record::{Catalogue, Provenance, Trace, TraceFile};

use super::{
    field::{Race, end_us},
    whole::{Figures, figures},
};
use crate::{
    draw::{escape, without_style},
    figures::lanes::{MOST_DRAWN, Portrait, of_traces},
    units,
};

const COLUMNS: [(&str, &str); 10] = [
    ("", "Strategy"),
    ("end", "Finished"),
    ("inFlightPeak", "Most in flight"),
    ("memoryPeak", "Peak memory"),
    ("first", "First result"),
    ("p50", "Latency, p50"),
    ("p90", "p90"),
    ("slowest", "slowest"),
    ("busy", "Slots busy"),
    ("overtaken", "Out of order"),
];

/// Figure and tables as HTML, each race on its first executor.
pub(super) fn still(catalogue: &Catalogue, races: &[Race]) -> String {
    let mut html = String::from(
        "<p class=\"note\">Without JavaScript nothing moves here; pictures and numbers are those of \
         the recorded traces.</p>\n",
    );
    for (at, race) in races.iter().enumerate() {
        let clock = match race.provenance {
            Provenance::Recorded => "",
            Provenance::Simulated => ", simulated time",
        };
        let title = format!("{} on {}{clock}", race.workload, race.executor());
        html += &format!("<section class=\"card\">\n<h2>{}</h2>\n", escape(&title));
        // One picture: each is as large as all tables together.
        if at == 0
            && let Some(svg) = picture(catalogue, race)
        {
            html += &format!("<figure>\n{}\n</figure>\n", without_style(&svg).replace(XMLNS, ""));
        }
        html += &table(catalogue, race);
        html += "</section>\n";
    }
    html
}

/// What a picture needs as a file and not inside a page.
const XMLNS: &str = " xmlns=\"http://www.w3.org/2000/svg\"";

fn picture(catalogue: &Catalogue, race: &Race) -> Option<String> {
    let whole = |trace: &&TraceFile| trace.every == 1 && trace.admitted.len() <= MOST_DRAWN;
    let files: Vec<&TraceFile> = race.representatives().into_iter().filter(whole).collect();
    let traces: Vec<Trace> = files.iter().map(|file| file.trace()).collect();
    let slots = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
    let portraits = files.iter().zip(&traces).map(|(file, trace)| Portrait {
        title: title(catalogue, race, file),
        sentence: catalogue.strategy(&file.strategy).map_or("", |entry| &entry.sentence),
        family: file.family,
        trace,
        makespan_ns: end_us(file).max(1).saturating_mul(1_000),
        succeeded: file.jobs.saturating_sub(file.lost.len() as u64),
        lost: Some(file.lost.len() as f64 / file.jobs.max(1) as f64).filter(|part| *part > 0.0),
        slots: file.limit.map(slots),
        live_peak_bytes: figures(file).memory_peak,
    });
    let limit = files.iter().filter_map(|file| file.limit).max().map_or(64, slots);
    of_traces("race", race.workload, race.executor(), limit, portraits.collect())
}

fn table(catalogue: &Catalogue, race: &Race) -> String {
    let head: String =
        COLUMNS.iter().map(|(_, title)| format!("<th scope=\"col\">{title}</th>")).collect();
    let rows: String = race.first().map(|trace| row(catalogue, race, trace)).collect();
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table></div>\n"
    )
}

fn row(catalogue: &Catalogue, race: &Race, trace: &TraceFile) -> String {
    let cells: String = cells(&figures(trace))
        .into_iter()
        .zip(&COLUMNS[1..])
        .map(|(text, (name, _))| format!("<td data-figure=\"{name}\">{text}</td>"))
        .collect();
    let (cell, title) = (escape(&trace.cell), escape(&title(catalogue, race, trace)));
    format!("<tr data-cell=\"{cell}\"><th scope=\"row\">{title}</th>{cells}</tr>\n")
}

fn cells(figures: &Figures) -> [String; 9] {
    let time =
        |us: Option<u64>| us.map_or("–".to_owned(), |us| units::time(us.saturating_mul(1_000)));
    [
        time(Some(figures.end)),
        units::count(figures.in_flight_peak),
        figures.memory_peak.map_or("–".to_owned(), units::bytes),
        time(figures.first),
        time(figures.p50),
        time(figures.p90),
        time(figures.slowest),
        figures.busy.map_or("no limit".to_owned(), units::percent),
        units::count(figures.overtaken),
    ]
}

/// The name of a strategy for people; with its parameters where the race has it several times.
fn title(catalogue: &Catalogue, race: &Race, trace: &TraceFile) -> String {
    let entry = catalogue.strategy(&trace.strategy);
    let title = entry.map_or(trace.strategy.as_str(), |entry| &entry.title);
    let several = race.first().filter(|peer| peer.strategy == trace.strategy).count() > 1;
    match trace.cell.rsplit_once('/') {
        Some((_, parameters)) if several => format!("{title} {}", parameters.replace(',', " ")),
        _ => title.to_owned(),
    }
}
