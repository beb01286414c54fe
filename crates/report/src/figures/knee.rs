//! Throughput and latency over a limit, a window or the number of jobs, with the knee.

use bp_analysis::Point;
use bp_record::{Axis, Quantiles};

use super::Draft;
use crate::{
    draw::{
        Canvas, Heading, Mark, Panel, Panels, Role, Scale, Stroke, linear_ticks, log_ticks,
        nice_ceiling, nice_floor,
    },
    sweep::{Swept, Times},
    units,
};

/// So many points make a smooth line of the law.
const SMOOTH: u32 = 200;

pub(super) fn draw(swept: &Swept, name: &str) -> Option<Draft> {
    let points = &swept.curve.points;
    let throughput = points.iter().filter_map(|p| Some((p.value, p.summary.throughput_per_s?)));
    let throughput: Vec<(u64, f64)> = throughput.collect();
    let most = throughput.iter().map(|point| point.1).reduce(f64::max)?;
    let title = format!("Throughput over the {}: {}", swept.curve.axis, swept.who);
    let failed = swept.curve.points.len() > swept.sound().count();
    let caption =
        if failed { "Open circles: jobs failed or were refused; not compared." } else { "" };
    let heading = Heading::new(&title, &subtitle(swept), caption);
    let description = swept
        .said()
        .into_iter()
        .next()
        .unwrap_or_else(|| format!("The highest throughput is {}.", units::per_second(most)));
    let panels = Panels {
        heading,
        values: points.iter().map(|point| point.value).collect(),
        axis: format!("{} (logarithmic)", swept.curve.axis),
        marks: marks(swept),
    };
    let svg = panels.draw(
        (name, &title, &description),
        |canvas, panel| upper(canvas, panel, swept, most),
        |canvas, panel| lower(canvas, panel, swept),
    );
    Some(Draft { title, description, svg })
}

fn subtitle(swept: &Swept) -> String {
    let bars = "Above: jobs that succeed per second, the median over the rounds, with bars from the \
                least to the greatest";
    let law = match swept.knee.as_ref().filter(|_| swept.curve.axis == Axis::Limit) {
        Some(knee) if knee.usl.is_some() => {
            "; dashed, the universal scalability law that fits best"
        }
        _ => "",
    };
    let conditions = &swept.conditions;
    format!("{conditions}. {bars}{law}. Below: how long a job takes from start to finish.")
}

fn marks(swept: &Swept) -> Vec<Mark> {
    let Some(knee) = &swept.knee else { return Vec::new() };
    let mut marks = Vec::new();
    let limit = swept.curve.axis == Axis::Limit;
    if let Some(little) = knee.little.filter(|_| limit) {
        marks.push(Mark {
            value: little.value,
            interval: (little.rounds > 1).then_some((little.low, little.high)),
            label: format!("Little's law: {:.1} in flight", little.value),
            stroke: Stroke::dashed(Role::Muted, 1.5),
        });
    }
    let range = swept.curve.points.first().zip(swept.curve.points.last());
    let range = range.map(|(first, last)| (first.value, last.value));
    if let Some(peak) = range.and_then(|range| knee.believed_peak(range)).filter(|_| limit) {
        marks.push(Mark {
            value: peak.value,
            interval: (peak.rounds > 1).then_some((peak.low, peak.high)),
            label: format!("peak of the law: {:.0}", peak.value),
            stroke: Stroke::dashed(Role::Muted, 1.5),
        });
    }
    if knee.names_a_value() {
        marks.push(Mark {
            value: knee.enough as f64,
            interval: None,
            label: format!("use {}", swept.at(knee.enough)),
            stroke: Stroke::solid(Role::Ink, 1.5),
        });
    }
    marks
}

fn upper(canvas: &Canvas, panel: Panel, swept: &Swept, most: f64) {
    let rate = |point: &Point| Some((point.value, point.summary.throughput_per_s?));
    let sound: Vec<_> = swept.sound().filter_map(rate).collect();
    let law = law(swept, &sound);
    let rounds = swept.curve.points.iter().flat_map(|point| &point.rounds);
    let all = rounds.map(|round| round.throughput_per_s).chain(law.iter().map(|point| point.1));
    let high = all.fold(most, f64::max) * 1.05;
    let y = Scale::linear((0.0, high), (panel.bottom, panel.top));
    let ticks = linear_ticks(high, 5);
    panel.axis(canvas, y, &ticks, ("jobs per second", |tick| units::count(tick.round() as u64)));
    let mut names = Vec::new();
    if let Some((_, last)) = law.last() {
        let line: Vec<_> = law.iter().map(|&(n, of)| (panel.x.at(n), y.at(of))).collect();
        let stroke = Stroke::dashed(Role::Muted, 2.0);
        canvas.line(&line, stroke);
        names.push((y.at(*last), "law".to_owned(), stroke));
    }
    let role = Role::Of(swept.family);
    for point in &swept.curve.points {
        let rates = || point.rounds.iter().map(|round| round.throughput_per_s);
        if let Some((low, high)) = rates().reduce(f64::min).zip(rates().reduce(f64::max)) {
            let x = panel.x.at(point.value as f64);
            canvas.line(&[(x, y.at(low)), (x, y.at(high))], Stroke::solid(role, 2.0));
        }
    }
    let failed = swept.curve.points.iter().filter(|point| point.lost().is_some());
    panel.open(canvas, &failed.filter_map(rate).collect::<Vec<_>>(), y, role);
    panel.points(canvas, &sound, y, Stroke::solid(role, 2.0));
    if let Some((_, last)) = sound.last() {
        names.push((y.at(*last), "measured".to_owned(), Stroke::solid(role, 2.0)));
    }
    panel.names(canvas, &names);
}

/// The law where it was fitted; empty if it was not.
fn law(swept: &Swept, sound: &[(u64, f64)]) -> Vec<(f64, f64)> {
    let usl = swept.knee.as_ref().and_then(|knee| knee.usl);
    let (Some(usl), Axis::Limit, [first, .., last]) = (usl, swept.curve.axis, sound) else {
        return Vec::new();
    };
    let (first, last) = (first.0 as f64, last.0 as f64);
    let at = |step: u32| first * (last / first).powf(f64::from(step) / f64::from(SMOOTH));
    (0..=SMOOTH).map(at).map(|n| (n, usl.at(n))).collect()
}

fn lower(canvas: &Canvas, panel: Panel, swept: &Swept) {
    let role = Role::Of(swept.family);
    let of: Times = |summary| summary.service.as_ref();
    let lines = tail_and_median(swept, of, role);
    latencies(canvas, panel, "service time (logarithmic)", swept, (of, &lines));
}

/// The highest quantile that all points have, and the median.
pub(super) fn tail_and_median(swept: &Swept, of: Times, role: Role) -> Vec<Line> {
    let (name, quantile) = swept.tail(of);
    let mut lines: Vec<Line> = vec![(name, quantile, Stroke::solid(role, 2.0))];
    if name != "p50" {
        lines.push(("p50", |times| times.p50_ns, Stroke::dashed(role, 2.0)));
    }
    lines
}

/// A quantile: its name, how it is had, and how its line looks.
pub(super) type Line = (&'static str, fn(&Quantiles) -> Option<u64>, Stroke);

/// Quantiles of a time over the values, on a logarithmic axis.
pub(super) fn latencies(
    canvas: &Canvas,
    panel: Panel,
    title: &str,
    swept: &Swept,
    (of, lines): (Times, &[Line]),
) {
    let line = |quantile: fn(&Quantiles) -> Option<u64>| -> Vec<(u64, f64)> {
        let points = swept.curve.points.iter();
        let known =
            points.filter_map(|p| Some((p.value, quantile(of(&p.summary)?)?.max(1) as f64)));
        known.collect()
    };
    let lines: Vec<_> = lines
        .iter()
        .map(|(name, quantile, stroke)| (*name, line(*quantile), *stroke))
        .filter(|(_, points, _)| !points.is_empty())
        .collect();
    let all = || lines.iter().flat_map(|(_, points, _)| points.iter().map(|point| point.1));
    let Some((low, high)) = all().reduce(f64::min).zip(all().reduce(f64::max)) else {
        let y = Scale::linear((0.0, 1.0), (panel.bottom, panel.top));
        panel.axis(
            canvas,
            y,
            &[],
            ("too few jobs for quantiles, or none was traced", |_| String::new()),
        );
        return;
    };
    let (low, high) = (nice_floor(low), nice_ceiling(high * 1.01));
    let y = Scale::logarithmic((low, high), (panel.bottom, panel.top));
    let print = |tick: f64| units::tick(tick, units::time);
    panel.axis(canvas, y, &log_ticks(low, high, 7), (title, print));
    let mut names = Vec::new();
    for (name, points, stroke) in lines {
        panel.points(canvas, &points, y, stroke);
        let end = points.last().map_or(panel.bottom, |point| y.at(point.1));
        names.push((end, name.to_owned(), stroke));
    }
    panel.names(canvas, &names);
}
