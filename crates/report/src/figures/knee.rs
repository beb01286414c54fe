//! Throughput and latency over a limit, a window or the number of jobs, with the knee.

use bp_analysis::Point;
use bp_record::Axis;

use super::Draft;
use crate::{
    draw::{Heading, Line, Mark, Panel, Panels, Range, Role, Stroke, nice_ceiling, nice_floor},
    sweep::{Quantile, Swept, Times},
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
        upper: throughputs(swept, most),
        lower: latencies("service time (logarithmic)", swept, |summary| summary.service.as_ref()),
    };
    let svg = panels.draw((name, &title, &description));
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

fn throughputs(swept: &Swept, most: f64) -> Panel {
    let rate = |point: &Point| Some((point.value as f64, point.summary.throughput_per_s?));
    let points: Vec<_> = swept.sound().filter_map(rate).collect();
    let law = law(swept, &points);
    let rounds = swept.curve.points.iter().flat_map(|point| &point.rounds);
    let all = rounds.map(|round| round.throughput_per_s).chain(law.iter().map(|point| point.1));
    let high = all.fold(most, f64::max) * 1.05;
    let role = Role::Of(swept.family);
    let bar = |point: &Point| {
        let rates = || point.rounds.iter().map(|round| round.throughput_per_s);
        Some((point.value as f64, rates().reduce(f64::min)?, rates().reduce(f64::max)?))
    };
    let failed = swept.curve.points.iter().filter(|point| point.summary.lost().is_some());
    let law_stroke = Stroke::dashed(Role::Muted, 2.0);
    Panel {
        title: "jobs per second".to_owned(),
        range: Range::Counts(high),
        lines: vec![
            Line { name: "law", points: law, stroke: law_stroke, discs: false },
            Line { name: "measured", points, stroke: Stroke::solid(role, 2.0), discs: true },
        ],
        bars: swept.curve.points.iter().filter_map(bar).collect(),
        open: failed.filter_map(rate).collect(),
        role,
    }
}

/// The law where it was fitted; empty if it was not.
fn law(swept: &Swept, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let usl = swept.knee.as_ref().and_then(|knee| knee.usl);
    let (Some(usl), Axis::Limit, [first, .., last]) = (usl, swept.curve.axis, points) else {
        return Vec::new();
    };
    let at = |step: u32| first.0 * (last.0 / first.0).powf(f64::from(step) / f64::from(SMOOTH));
    (0..=SMOOTH).map(at).map(|n| (n, usl.at(n))).collect()
}

/// The highest quantile of a time that all points have, and the median, on a logarithmic axis.
pub(super) fn latencies(title: &str, swept: &Swept, of: Times) -> Panel {
    let role = Role::Of(swept.family);
    let line = |(name, quantile): Quantile, stroke| {
        let at = |point: &Point| {
            Some((point.value as f64, quantile(of(&point.summary)?)?.max(1) as f64))
        };
        Line { name, points: swept.sound().filter_map(at).collect(), stroke, discs: true }
    };
    let tail = swept.tail(of);
    let mut lines = vec![line(tail, Stroke::solid(role, 2.0))];
    if tail.0 != "p50" {
        lines.push(line(("p50", |times| times.p50_ns), Stroke::dashed(role, 2.0)));
    }
    let all = || lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
    let range = match all().reduce(f64::min).zip(all().reduce(f64::max)) {
        Some((low, high)) => Range::Times(nice_floor(low), nice_ceiling(high * 1.01)),
        None => Range::Empty,
    };
    let title = match range {
        Range::Empty => "too few jobs for quantiles, or none was traced".to_owned(),
        _ => title.to_owned(),
    };
    Panel { title, range, lines, bars: Vec::new(), open: Vec::new(), role }
}
