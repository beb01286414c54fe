//! What is achieved of what is offered, and what latency that costs.

use super::{
    Draft,
    knee::{latencies, tail_and_median},
};
use crate::{
    draw::{Canvas, Heading, Mark, Panel, Panels, Role, Scale, Stroke, linear_ticks},
    sweep::{Swept, Times},
    units,
};

pub(super) fn draw(swept: &Swept, name: &str) -> Option<Draft> {
    let found = swept.saturation?;
    let title = format!("Offered and achieved: {}", swept.who);
    let subtitle = format!(
        "{}. Above: jobs delivered per second over jobs that arrive per second; dashed, all \
         of them. Below: from when a job was due to its delivery. Where the backlog grows, latency \
         depends on how long one waits.",
        swept.conditions
    );
    let description = swept.said().into_iter().next().unwrap_or_default();
    let mark = |rate: u64, label: &str, stroke| Mark {
        value: rate as f64,
        interval: None,
        label: format!("{label} {} /s", units::count(rate)),
        stroke,
    };
    let solid = Stroke::solid(Role::Ink, 1.5);
    let dashed = Stroke::dashed(Role::Muted, 1.5);
    let kept = found.keeps_up_at.map(|rate| mark(rate, "keeps up with", solid));
    let behind = found.falls_behind_at.map(|rate| mark(rate, "falls behind at", dashed));
    let panels = Panels {
        heading: Heading::new(&title, &subtitle, ""),
        values: swept.curve.points.iter().map(|point| point.value).collect(),
        axis: "jobs that arrive per second (logarithmic)".to_owned(),
        marks: kept.into_iter().chain(behind).collect(),
    };
    let svg = panels.draw(
        (name, &title, &description),
        |canvas, panel| rates(canvas, panel, swept),
        |canvas, panel| {
            let role = Role::Of(swept.family);
            let of: Times = |summary| summary.sojourn.as_ref();
            let mut lines = tail_and_median(swept, of, role);
            lines.insert(0, ("p99.9", |times| times.p999_ns, Stroke::solid(Role::Muted, 2.0)));
            let title = "sojourn from the due time (logarithmic)";
            latencies(canvas, panel, title, swept, (of, &lines));
        },
    );
    Some(Draft { title, description, svg })
}

fn rates(canvas: &Canvas, panel: Panel, swept: &Swept) {
    let traced = |of: fn(&bp_record::OpenLoop) -> f64| -> Vec<(u64, f64)> {
        let points = swept.curve.points.iter();
        points.filter_map(|p| Some((p.value, of(&p.summary.open_loop?)))).collect()
    };
    let (offered, achieved) = (traced(|o| o.offered_per_s), traced(|o| o.achieved_per_s));
    let high = offered.iter().chain(&achieved).map(|point| point.1).fold(1.0, f64::max) * 1.05;
    let y = Scale::linear((0.0, high), (panel.bottom, panel.top));
    let ticks = linear_ticks(high, 5);
    panel.axis(canvas, y, &ticks, ("jobs per second", |tick| units::count(tick.round() as u64)));
    let lines = [
        ("offered", offered, Stroke::dashed(Role::Muted, 2.0)),
        ("achieved", achieved, Stroke::solid(Role::Of(swept.family), 2.0)),
    ];
    let mut names = Vec::new();
    for (name, points, stroke) in lines {
        panel.points(canvas, &points, y, stroke);
        let end = points.last().map_or(panel.bottom, |point| y.at(point.1));
        names.push((end, name.to_owned(), stroke));
    }
    panel.names(canvas, &names);
}
