use bp_report::units;
use ratatui::{
    Frame,
    layout::Rect,
    style::{Color, Style},
    text::{Line, Span},
    widgets::{Sparkline, SparklineBar},
};

use super::{
    LEFT, QUIET, STRONG,
    axis::Axis,
    text::{both_ends, cut},
};
use crate::{Gauge, Lane, State};

/// Eighths of a row, which is what the blocks of a terminal have.
const EIGHTHS: u16 = 8;

/// What the top of each chart stands for: its peak in all lanes that are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales<'a> {
    lanes: &'a [Lane],
    /// Whether that goes for all gauges.
    one_for_all: bool,
}

impl<'a> Scales<'a> {
    pub(super) fn of(lanes: &'a [Lane], one_for_all: bool) -> Self {
        Self { lanes, one_for_all }
    }

    /// In flight and held have their own in each lane, unless one wants it otherwise: next to a
    /// strategy without a limit, nobody would see a slot that is free.
    fn top(&self, lane: &Lane, gauge: Gauge) -> u64 {
        let top = |lane: &Lane| lane.peak(gauge).unwrap_or(0);
        let jobs = matches!(gauge, Gauge::InFlight | Gauge::Held);
        if jobs && !self.one_for_all {
            let limit = lane.limit.filter(|_| gauge == Gauge::InFlight);
            return top(lane).max(limit.unwrap_or(0));
        }
        let all = if gauge == Gauge::Delivered { lane.jobs } else { None };
        self.lanes.iter().map(top).chain(all).max().unwrap_or(0)
    }
}

/// Draws a lane: a title, and each gauge in figures and over time.
pub(super) fn draw(
    frame: &mut Frame,
    area: Rect,
    lane: &Lane,
    axis: &Axis,
    scales: &Scales,
    colour: Color,
) {
    let title = Rect { height: 1, ..area };
    frame.render_widget(heading(lane, axis.now_us, area.width, colour), title);
    let tall = (area.height - 1) / 4;
    for (place, gauge) in (0..).zip(Gauge::ALL) {
        let row = Rect { y: area.y + 1 + place * tall, height: tall, ..area };
        frame.render_widget(figures(lane, gauge, axis.now_us, colour), Rect { height: 1, ..row });
        let chart = Rect { x: area.x + LEFT, width: axis.columns, ..row };
        let top = scales.top(lane, gauge) as f64;
        frame.render_widget(chart_of(lane, gauge, axis, top, tall, colour), chart);
    }
}

fn heading(lane: &Lane, now_us: u64, width: u16, colour: Color) -> Line<'static> {
    let Lane { family, executor, .. } = lane;
    let mut rule = format!("{family} · {executor}");
    if let Some(limit) = lane.limit {
        rule += &format!(" · limit {}", units::count(limit));
    }
    if let Some(window) = lane.window {
        rule += &format!(" · window {}", units::count(window));
    }
    let remark = lane.remark(now_us);
    let failed = matches!(lane.state, State::Failed(_));
    let style = if failed { STRONG } else { Style::new() };
    let room = usize::from(width).saturating_sub(30);
    let remark = cut(&remark, room);
    let name = cut(&lane.strategy, 24);
    let rest = width.saturating_sub(Span::raw(&name).width() as u16 + 3);
    let mut line = both_ends(&rule, QUIET, &format!("{remark} "), style, rest);
    line.spans.insert(0, Span::styled(format!("{name}  "), STRONG));
    line.spans.insert(0, Span::styled("▌", Style::new().fg(colour)));
    line
}

/// The name of a gauge, what it shows, and the most that it showed.
fn figures(lane: &Lane, gauge: Gauge, now_us: u64, colour: Color) -> Line<'static> {
    let (name, print): (_, fn(u64) -> String) = match gauge {
        Gauge::Delivered => ("delivered", units::count),
        Gauge::InFlight => ("in flight", units::count),
        Gauge::Held => ("held", units::count),
        Gauge::Memory => ("memory", units::bytes),
    };
    let shown = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), print);
    let glance = lane.course.at(now_us);
    let about = if lane.every > 1 && gauge != Gauge::Memory { "≈" } else { "" };
    let about = |text: String| if text == "–" { text } else { format!("{about}{text}") };
    let now = about(shown(gauge.of(&glance)));
    let second = match (gauge, lane.jobs) {
        (Gauge::Delivered, Some(jobs)) if jobs > 0 => {
            format!("{} %", u128::from(glance.delivered) * 100 / u128::from(jobs))
        }
        (Gauge::Delivered, _) => String::new(),
        _ => about(shown(gauge.peak(&glance))),
    };
    Line::from(vec![
        Span::styled("▌", Style::new().fg(colour)),
        Span::raw(format!("{name:<9}{now:>8} ")),
        Span::styled(format!("{second:>8}"), QUIET),
    ])
}

/// A gauge over time; what is still to come is faint.
fn chart_of(
    lane: &Lane,
    gauge: Gauge,
    axis: &Axis,
    top: f64,
    tall: u16,
    colour: Color,
) -> Sparkline<'static> {
    let levels = u64::from(tall * EIGHTHS);
    let bar = |column: u16| {
        let (from, to) = axis.column(column);
        let level = lane.course.column(gauge, from, to).map(|value| level(value, top, levels));
        let style = if column > axis.now() { QUIET } else { Style::new().fg(colour) };
        SparklineBar::from(level).style(style)
    };
    let bars: Vec<_> = (0..axis.columns).map(bar).collect();
    Sparkline::default().data(bars).max(levels).absent_value_symbol(" ")
}

/// How many of `levels` a value fills; what is not zero is seen.
fn level(value: f64, top: f64, levels: u64) -> u64 {
    let share = if top > 0.0 { value / top } else { 0.0 };
    let level = (share * levels as f64).round() as u64;
    level.clamp(u64::from(value > 0.0), levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_zero_is_seen_and_nothing_is_above_the_top() {
        let all = [0.0, 1e-9, 50.0, 100.0, 101.0].map(|value| level(value, 100.0, 8));
        assert_eq!(all, [0, 1, 4, 8, 8]);
        assert_eq!(level(0.0, 0.0, 8), 0);
    }
}
