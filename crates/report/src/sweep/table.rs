//! The table of a curve: a row a value.

use bp_analysis::{Point, Summary, keeps_up};
use bp_record::{Axis, Quantiles, Run, Sample};

use super::{Swept, swept};
use crate::{
    document::{Block, points},
    facts::{absence, lost, lost_text},
    tables::{Align, Grid, wrapped},
    units,
};

const WIDTH: usize = 80;

/// For a terminal of 80 columns.
pub(crate) fn terminal(run: &Run, samples: &[Sample]) -> String {
    let mut lines = Vec::new();
    for swept in &swept(run, samples) {
        lines.extend(wrapped(&title(swept), WIDTH));
        let mut grid = Grid::new();
        heads(swept).iter().for_each(|head| grid.column(Align::Right, head, 8));
        grid.column(Align::Left, "", 0);
        rows(swept).into_iter().for_each(|row| grid.row(row));
        lines.extend(grid.lines());
        lines.push(String::new());
        for sentence in swept.said() {
            let mut mark = "- ";
            for line in wrapped(&sentence, WIDTH - 2) {
                lines.push(format!("{mark}{line}"));
                mark = "  ";
            }
        }
        lines.push(String::new());
    }
    if lines.is_empty() {
        return "Nothing was measured, so there is nothing to compare.\n".to_owned();
    }
    if run.preview {
        lines.push("PREVIEW few jobs or few rounds: a look, not to be quoted".to_owned());
    }
    lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// For a page: what is said of a curve, then its table.
pub(crate) fn blocks<'a>(swept: &Swept) -> Vec<Block<'a>> {
    let mut heads = heads(swept);
    heads.push("remark".to_owned());
    let legend = match swept.curve.axis {
        Axis::Rate => {
            "Latency counts from when a job was due. Offered, achieved and the growth of the backlog \
             are of the time from when a quarter of the jobs was due until the last one was."
        }
        _ => {
            "Service is from start to finish, sojourn from arrival to delivery; memory is the peak \
             of live bytes, in flight the mean over the run."
        }
    };
    let said = swept.said();
    let said = (!said.is_empty()).then(|| points(said));
    let table = [Block::Table(heads, rows(swept)), Block::Paragraph(legend.into())];
    said.into_iter().chain(table).collect()
}

/// What was swept, and over how many rounds.
pub(crate) fn title(swept: &Swept) -> String {
    let rounds = swept.curve.points.iter().map(|point| point.rounds.len()).max().unwrap_or(0);
    let rounds = match rounds {
        1 => "1 round".to_owned(),
        rounds => format!("median of {rounds} rounds"),
    };
    format!("{}, {} · over the {} · {rounds}", swept.who, swept.conditions, swept.curve.axis)
}

fn heads(swept: &Swept) -> Vec<String> {
    let axis = swept.curve.axis;
    let (service, sojourn) = (swept.tail(service).0, swept.tail(sojourn).0);
    let heads: &[&str] = match axis {
        Axis::Rate => &["offered", "achieved", "backlog grows by", "sojourn p50"],
        _ => &["per second", "service p50"],
    };
    let mut heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    heads.insert(0, axis.to_string());
    heads.extend(match axis {
        Axis::Rate => [format!("sojourn {sojourn}"), "sojourn p99.9".to_owned()].to_vec(),
        _ => [
            format!("service {service}"),
            "sojourn p50".to_owned(),
            format!("sojourn {sojourn}"),
            "memory".to_owned(),
        ]
        .to_vec(),
    });
    heads.push("in flight".to_owned());
    heads
}

fn service(summary: &Summary) -> Option<&Quantiles> {
    summary.service.as_ref()
}

fn sojourn(summary: &Summary) -> Option<&Quantiles> {
    summary.sojourn.as_ref()
}

fn rows(swept: &Swept) -> Vec<Vec<String>> {
    swept.curve.points.iter().map(|point| row(swept, point)).collect()
}

fn row(swept: &Swept, point: &Point) -> Vec<String> {
    let dash = || "-".to_owned();
    let summary = &point.summary;
    let quantile = |times: &Option<Quantiles>, of: fn(&Quantiles) -> Option<u64>| {
        times
            .as_ref()
            .filter(|_| lost(summary).is_none())
            .and_then(of)
            .map_or_else(dash, units::time)
    };
    let from_due = |of| quantile(&summary.sojourn, of);
    let (service_tail, sojourn_tail) = (swept.tail(service).1, swept.tail(sojourn).1);
    let in_flight = summary.in_flight_mean.map_or_else(dash, |mean| format!("{mean:.1}"));
    let rate = |rate: Option<f64>| rate.map_or_else(dash, units::rate);
    let mut cells = vec![units::count(point.value)];
    if swept.curve.axis == Axis::Rate {
        let found = summary.open_loop;
        cells.push(rate(found.map(|found| found.offered_per_s)));
        cells.push(rate(found.map(|found| found.achieved_per_s)));
        cells.push(rate(found.map(|found| found.backlog_growth_per_s)));
        cells.extend([from_due(|q| q.p50_ns), from_due(sojourn_tail), from_due(|q| q.p999_ns)]);
    } else {
        cells.push(rate(summary.throughput_per_s));
        cells.push(quantile(&summary.service, |q| q.p50_ns));
        cells.push(quantile(&summary.service, service_tail));
        cells.extend([from_due(|q| q.p50_ns), from_due(sojourn_tail)]);
        cells.push(summary.live_peak_bytes.map_or_else(dash, units::bytes));
    }
    cells.extend([in_flight, remark(swept, point)]);
    cells
}

fn remark(swept: &Swept, point: &Point) -> String {
    let summary = &point.summary;
    if let Some(part) = lost(summary) {
        return lost_text(part);
    }
    if summary.throughput_per_s.is_none() {
        return absence(Some(summary));
    }
    match (&summary.open_loop, &swept.knee) {
        (Some(found), _) if swept.curve.axis == Axis::Rate => {
            if keeps_up(found) {
                String::new()
            } else {
                "behind".to_owned()
            }
        }
        (_, Some(knee)) if knee.names_a_value() && knee.enough == point.value => "← use".to_owned(),
        _ => String::new(),
    }
}
