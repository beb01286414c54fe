//! What is achieved of what is offered, and what latency that costs.

use bp_record::OpenLoop;

use super::{Draft, knee::latencies};
use crate::{
    draw::{Heading, Line, Mark, Panel, Panels, Range, Role, Stroke},
    sweep::Swept,
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
        upper: rates(swept),
        lower: latencies("sojourn from the due time (logarithmic)", swept, |summary| {
            summary.sojourn.as_ref()
        }),
    };
    let svg = panels.draw((name, &title, &description));
    Some(Draft { title, description, svg })
}

fn rates(swept: &Swept) -> Panel {
    let traced = |of: fn(&OpenLoop) -> f64| -> Vec<(f64, f64)> {
        let points = swept.curve.points.iter();
        points.filter_map(|p| Some((p.value as f64, of(&p.summary.open_loop?)))).collect()
    };
    let role = Role::Of(swept.family);
    let line = |name, points, stroke| Line { name, points, stroke, discs: true };
    let offered = traced(|found| found.offered_per_s);
    let achieved = traced(|found| found.achieved_per_s);
    let high = offered.iter().chain(&achieved).map(|point| point.1).fold(1.0, f64::max) * 1.05;
    Panel {
        title: "jobs per second".to_owned(),
        range: Range::Counts(high),
        lines: vec![
            line("offered", offered, Stroke::dashed(Role::Muted, 2.0)),
            line("achieved", achieved, Stroke::solid(role, 2.0)),
        ],
        bars: Vec::new(),
        open: Vec::new(),
        role,
    }
}
