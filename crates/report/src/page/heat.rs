//! Strategies and executors side by side, shaded by what a ratio means and not by rank.
//!
//! The table shows how long each took against the best that limits; scripts put other metrics and
//! another reference into it, from numbers and texts that are all made here.

use bp_analysis::{Better, Column, Metric, Standing};
use bp_record::Family;
use serde_json::{Value, json};

use super::{block::Writer, strategies::anchor};
use crate::{
    comparison::value,
    draw::escape,
    tables::{Page, Row},
    units,
};

/// What can be chosen, with its name for people; the first is shown at first.
const METRICS: [(&str, &str); 12] = [
    ("makespan_ns", "time to finish"),
    ("throughput_per_s", "jobs per second"),
    ("cpu_ns", "processor time"),
    ("first_delivery_ns", "time to the first result"),
    ("sojourn_p50_ns", "sojourn, median"),
    ("sojourn_p99_ns", "sojourn, p99"),
    ("service_p50_ns", "service, median"),
    ("live_peak_bytes", "peak of live memory"),
    ("rss_peak_bytes", "resident memory"),
    ("allocations", "allocations"),
    ("held_peak", "most jobs taken and not delivered"),
    ("out_of_order", "results out of order"),
];
/// From so many times the reference on the shade is the strongest.
const TWICE: f64 = 2.0;

/// A metric of a page.
struct Layer {
    metric: &'static Metric,
    label: &'static str,
    /// One an executor.
    columns: Vec<Column>,
}

/// The table, with what a script needs to show others.
pub(crate) fn table(writer: &Writer, page: &Page) -> String {
    let layers = layers(writer, page);
    let Some(first) = layers.first() else {
        return "<p>Nothing was measured that could be compared.</p>\n".to_owned();
    };
    let heads = page
        .executors
        .iter()
        .map(|executor| format!("<th scope=\"col\">{}</th>", escape(&executor.marked())));
    let rows: String = page
        .rows
        .iter()
        .enumerate()
        .map(|(place, row)| row_of(writer, page, first, (place, row)))
        .collect();
    let table = writer.scrolling(&format!(
        "<table class=\"heat\">\n<thead><tr><th scope=\"col\">{}</th>{}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n",
        first.label,
        heads.collect::<String>(),
    ));
    let data = data(page, &layers).to_string().replace('<', "\\u003c");
    format!(
        "<div class=\"compare\">\n{table}{}\
         <script type=\"application/json\">{data}</script>\n</div>\n",
        key(first)
    )
}

/// The metrics that were measured of any of the cells.
fn layers(writer: &Writer, page: &Page) -> Vec<Layer> {
    let layer = |(name, label): (&str, &'static str)| {
        let metric = Metric::named(name)?;
        let column = |column: usize| {
            let ids = page.rows.iter().map(|row| Some(row.cells[column]?.id.as_str()));
            writer.facts.field.column(&ids.collect::<Vec<_>>(), metric)
        };
        let columns: Vec<_> = (0..page.executors.len()).map(column).collect();
        let measured = columns.iter().any(|column| column.standings.iter().any(Option::is_some));
        measured.then_some(Layer { metric, label, columns })
    };
    METRICS.into_iter().filter_map(layer).collect()
}

/// A row of the table as it is without scripts.
fn row_of(writer: &Writer, page: &Page, layer: &Layer, (place, row): (usize, &Row)) -> String {
    let cells = layer.columns.iter().enumerate().map(|(executor, column)| {
        let Some(standing) = &column.standings[place] else {
            return format!("<td class=\"absent\">{}</td>", escape(&row.absence(executor)));
        };
        let best = best(page, column, layer.metric);
        let reference = best.and_then(|place| Some((place, column.standings[place].as_ref()?)));
        let (kind, ratio) = reference.map_or(("even", String::new()), |(reference, of)| {
            let ratio = ratio(standing, of);
            let worse = if layer.metric.better == Better::Fewer { ratio } else { 1.0 / ratio };
            (kind(worse, column.alike[reference][place]), times(ratio))
        });
        let [value, spread, tie] = texts(standing, layer.metric);
        format!("<td class=\"{kind}\"><b>{value}</b> <span>{ratio}</span><sup>{tie}</sup><i>{spread}</i></td>")
    });
    format!("<tr><th scope=\"row\">{}</th>{}</tr>\n", name(writer, row), cells.collect::<String>())
}

/// The name of a row, with a way to its strategy if there is more to be known of it.
fn name(writer: &Writer, row: &Row) -> String {
    let mut strategies = row.cells.iter().flatten().map(|cell| &cell.cell.strategy);
    let known = strategies.find(|name| writer.facts.run.catalogue.strategy(name).is_some());
    let text = escape(&row.name);
    known.map_or_else(|| text.clone(), |name| format!("<a href=\"#{}\">{text}</a>", anchor(name)))
}

/// The best of those that limit, or of all where none does.
fn best(page: &Page, column: &Column, metric: &Metric) -> Option<usize> {
    let known = column.standings.iter().enumerate();
    let known = known.filter_map(|(place, standing)| Some((place, standing.as_ref()?.median)));
    let sign = if metric.better == Better::Fewer { 1.0 } else { -1.0 };
    let rank = |(place, median): (usize, f64)| (is_free(&page.rows[place]), sign * median);
    let least = known.min_by(|left, right| {
        let (left, right) = (rank(*left), rank(*right));
        left.0.cmp(&right.0).then(left.1.total_cmp(&right.1))
    });
    least.map(|(place, _)| place)
}

fn is_free(row: &Row) -> bool {
    row.family == Some(Family::NoLimit)
}

/// Less than one of anything counts as one, so that every ratio exists.
fn ratio(standing: &Standing, reference: &Standing) -> f64 {
    standing.median.max(1.0) / reference.median.max(1.0)
}

/// What a value is to the reference of which it is `worse` times as bad.
fn kind(worse: f64, alike: bool) -> &'static str {
    match worse {
        _ if alike => "even",
        worse if worse >= TWICE => "twice",
        worse if worse > 1.0 => "worse",
        _ => "better",
    }
}

fn times(ratio: f64) -> String {
    if ratio < 9.995 { format!("{ratio:.2}×") } else { units::times(ratio) }
}

/// The value, how far the rounds lie apart, and the letter of its group of ties.
fn texts(standing: &Standing, metric: &Metric) -> [String; 3] {
    let print = |number: f64| value(metric.unit, number);
    let (low, high) = (print(standing.low), print(standing.high));
    let spread = match low.rsplit_once(' ').zip(high.rsplit_once(' ')) {
        _ if low == high => String::new(),
        Some(((number, unit), (_, other))) if unit == other => format!("{number} to {high}"),
        _ => format!("{low} to {high}"),
    };
    let letter = |tie: u32| char::from_u32(u32::from(b'a') + tie - 1).filter(|_| tie <= 26);
    let tie = standing.tie.map(|tie| letter(tie).map_or(tie.to_string(), String::from));
    [print(standing.median), spread, tie.unwrap_or_default()]
}

/// What shades and letters mean, for the rounds that there are.
fn key(layer: &Layer) -> String {
    let column = layer.columns.iter().min_by_key(|column| column.rounds);
    let (rounds, needed) = column.map_or((0, 0), |column| (column.rounds, column.rounds_needed));
    let counted = units::counted(rounds as usize, "round");
    let noise = if rounds < needed {
        format!("too few rounds to rank ({counted}, it takes {needed}): they disagree who is ahead")
    } else {
        "the rounds do not tell it from the reference".to_owned()
    };
    let apart = if rounds < 8 { "least and greatest round" } else { "95 % interval" };
    let letters = if rounds < needed { "" } else { " Letters: groups of ties, a ahead of b." };
    format!(
        "<p class=\"key\"><span class=\"even\">within noise</span> {noise} · \
         <span class=\"better\">better</span> <span class=\"worse\">worse</span> \
         <span class=\"twice\">worse by over twice</span> · below: {apart}.{letters}</p>\n"
    )
}

/// All layers for scripts: what is printed, and the numbers that ratios are made of.
fn data(page: &Page, layers: &[Layer]) -> Value {
    let layer = |layer: &Layer| {
        let columns = layer.columns.iter().enumerate().map(|(executor, column)| {
            let cells = column.standings.iter().zip(&page.rows).map(|(standing, row)| {
                standing.as_ref().map_or_else(
                    || json!(row.absence(executor)),
                    |standing| {
                        let [value, spread, tie] = texts(standing, layer.metric);
                        json!([standing.median, value, spread, tie])
                    },
                )
            });
            let alike = column.alike.iter().map(|alike| hexadecimal(alike));
            json!({
                "cells": cells.collect::<Vec<_>>(),
                "alike": alike.collect::<Vec<_>>(),
            })
        });
        json!({
            "name": layer.metric.name,
            "label": layer.label,
            "more": layer.metric.better == Better::More,
            "columns": columns.collect::<Vec<_>>(),
        })
    };
    json!({
        "rows": page.rows.iter().map(|row| &row.name).collect::<Vec<_>>(),
        "free": page.rows.iter().map(is_free).collect::<Vec<_>>(),
        "metrics": layers.iter().map(layer).collect::<Vec<_>>(),
    })
}

/// Four truths a digit, the first the highest bit.
fn hexadecimal(bits: &[bool]) -> String {
    let digit = |four: &[bool]| {
        let value = (0..4).fold(0, |value, place| {
            value << 1 | u32::from(four.get(place).copied().unwrap_or(false))
        });
        char::from_digit(value, 16).expect("four bits are a digit")
    };
    bits.chunks(4).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shade_says_what_a_ratio_means() {
        let kinds = [(3.0, true), (3.0, false), (2.0, false), (1.01, false), (0.5, false)]
            .map(|(worse, alike)| kind(worse, alike));
        assert_eq!(kinds, ["even", "twice", "twice", "worse", "better"]);
    }

    #[test]
    fn a_spread_names_its_unit_once() {
        let metric = Metric::named("makespan_ns").expect("there is one");
        let of = |low, high| {
            let standing = Standing { median: low, low, high, rounds: 5, tie: Some(2) };
            texts(&standing, metric)
        };
        assert_eq!(of(1.4e8, 1.5e8), ["140 ms", "140 to 150 ms", "b"]);
        assert_eq!(of(9e8, 1.5e9), ["900 ms", "900 ms to 1.50 s", "b"]);
        assert_eq!(of(1.4e8, 1.4e8)[1], "");
    }

    #[test]
    fn bits_are_digits() {
        assert_eq!(hexadecimal(&[true, false, false, true, true]), "98");
        assert_eq!(hexadecimal(&[]), "");
    }
}
