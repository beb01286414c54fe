//! What order costs, window by window: time above, memory below.

use bp_analysis::Summary;
use bp_record::Family;

use super::Draft;
use crate::{
    draw::{Heading, Line, Panel, Panels, Range, Role, Stroke, nice_ceiling, nice_floor},
    facts::{Group, Variant, lost},
    units,
};

/// An ordered strategy at a window.
struct At {
    window: u64,
    makespan_ns: u64,
    live_bytes: Option<u64>,
}

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let executor = group.executor(|row| at(group, row).is_some())?;
    let cells = |family: Family| {
        let of_family = move |variant: &Variant| group.family(&variant.strategy) == family;
        let variants = group.variants().into_iter().filter(of_family);
        variants.filter_map(|variant| group.cell(&variant, executor)).collect::<Vec<_>>()
    };
    let mut points: Vec<At> =
        cells(Family::Ordered).into_iter().filter_map(|row| at(group, row)).collect();
    // Of several with one window the fastest, so that there is one line.
    points.sort_by_key(|point| (point.window, point.makespan_ns));
    points.dedup_by_key(|point| point.window);
    let (first, last) = (points.first()?, points.last()?);
    if first.window == last.window {
        return None;
    }
    let limits = || cells(Family::Ordered).into_iter().filter_map(|row| row.cell.limit);
    // Windows of several limits would be several questions in one picture.
    if limits().min() != limits().max() {
        return None;
    }
    let limit = limits().min()?;
    let refill = cells(Family::Refill)
        .into_iter()
        .filter(|row| lost(row).is_none() && row.cell.limit == Some(limit));
    let unordered = refill.filter_map(|row| row.makespan_ns).map(|spread| spread.median_ns).min();
    let title = group.heading("What order costs, window by window");
    let subtitle = format!(
        "Results in the order of the source on {executor}, limit {limit}: at most a window of jobs \
         is taken and not delivered. Above: the time to finish; dashed, the fastest that keeps no \
         order. Below: the peak of live memory."
    );
    let said = |point: &At| {
        format!(
            "{} with a window of {}",
            units::time(point.makespan_ns),
            units::count(point.window)
        )
    };
    let without =
        unordered.map_or_else(String::new, |ns| format!("; without order {}", units::time(ns)));
    let description =
        format!("On {executor} in order: {} and {}{without}.", said(first), said(last));
    let panels = Panels {
        heading: Heading::new(&title, &subtitle, ""),
        values: points.iter().map(|point| point.window).collect(),
        axis: "window: most jobs taken and not delivered (logarithmic)".to_owned(),
        marks: Vec::new(),
        upper: times(&points, unordered),
        lower: memory(&points),
    };
    let svg = panels.draw((name, &title, &description));
    Some(Draft { title, description, svg })
}

fn at(group: &Group, row: &Summary) -> Option<At> {
    if group.family(&row.cell.strategy) != Family::Ordered || lost(row).is_some() {
        return None;
    }
    // Without a window of its own, a strategy takes no more than its limit.
    let window = row.cell.window.or(row.cell.limit)?.get() as u64;
    let makespan_ns = row.makespan_ns?.median_ns;
    Some(At { window, makespan_ns, live_bytes: row.live_peak_bytes })
}

fn line(name: &'static str, points: Vec<(f64, f64)>) -> Line {
    Line { name, points, stroke: Stroke::solid(Role::Of(Family::Ordered), 2.0), discs: true }
}

fn panel(title: &str, range: Range, lines: Vec<Line>) -> Panel {
    let title = title.to_owned();
    Panel {
        title,
        range,
        lines,
        bars: Vec::new(),
        open: Vec::new(),
        role: Role::Of(Family::Ordered),
    }
}

fn times(points: &[At], unordered: Option<u64>) -> Panel {
    let makespan = |point: &At| (point.window as f64, point.makespan_ns as f64);
    let ordered: Vec<_> = points.iter().map(makespan).collect();
    let mut lines = Vec::new();
    if let (Some(ns), Some(first), Some(last)) = (unordered, ordered.first(), ordered.last()) {
        let points = vec![(first.0, ns as f64), (last.0, ns as f64)];
        let stroke = Stroke::dashed(Role::Of(Family::Refill), 2.0);
        lines.push(Line { name: "no order", points, stroke, discs: false });
    }
    let most = ordered.iter().map(|point| point.1).chain(unordered.map(|ns| ns as f64));
    let most = most.fold(1.0, f64::max);
    lines.push(line("in order", ordered));
    panel("time to finish", Range::Linear(most * 1.05, units::time), lines)
}

fn memory(points: &[At]) -> Panel {
    let bytes = |point: &At| Some((point.window as f64, point.live_bytes?.max(1) as f64));
    let points: Vec<_> = points.iter().filter_map(bytes).collect();
    let all = || points.iter().map(|point| point.1);
    let (title, range) = match all().reduce(f64::min).zip(all().reduce(f64::max)) {
        Some((low, high)) => {
            let range = Range::Sizes(nice_floor(low), nice_ceiling(high * 1.01));
            ("peak of live memory (logarithmic)", range)
        }
        None => ("memory was not weighed", Range::Empty),
    };
    panel(title, range, vec![line("in order", points)])
}
