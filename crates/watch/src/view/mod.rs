//! How a model looks. Pure: the same model gives the same picture.

mod axis;
mod lane;
mod text;

use std::ops::Range;

use bp_report::units;
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::{Modifier, Style},
    text::Line,
    widgets::{Block, Clear, Paragraph},
};

use self::text::{between, both_ends};
use crate::{
    Gauge, Kind, Lane, Model, Palette,
    keys::KEYS,
    playhead::Motion,
    view::{axis::Axis, lane::Scales},
};

/// Less has no room for a lane.
const LEAST: (u16, u16) = (60, 9);
/// A title, and a row for each gauge.
const LANE: u16 = 5;
/// Where the charts begin.
const LEFT: u16 = 29;
/// More rows than this for one gauge show no more.
const TALLEST: u16 = 3;

/// What is less important than the rest.
const QUIET: Style = Style::new().add_modifier(Modifier::DIM);
const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);

/// The heading, the axis, the note and the keys.
const AROUND: u16 = 4;

/// How many lanes so many rows have room for; one at least.
pub(crate) fn room(rows: u16) -> usize {
    usize::from(rows.saturating_sub(AROUND) / LANE).max(1)
}

/// Draws a model on a frame, which should have as many rows as the model knows of.
pub fn draw(frame: &mut Frame, model: &Model, palette: Palette) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return too_small(frame, area);
    }
    let [heading, axis, lanes, note, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let race = model.shown();
    let visible = model.visible();
    let shown = &race.lanes[visible.clone()];
    let shown = &shown[..shown.len().min(room(area.height))];
    let columns = area.width - LEFT - 1;
    let time = Axis::new(model, columns);
    frame.render_widget(head(model, heading.width), heading);
    frame.render_widget(time.line(LEFT), axis);
    let scales = Scales::of(shown, model.one_scale());
    let height = (lanes.height / (shown.len() as u16).max(1)).saturating_sub(1) / 4;
    let height = height.clamp(1, TALLEST);
    for (place, lane) in (0..).zip(shown) {
        let tall = 1 + 4 * height;
        let area = Rect { y: lanes.y + place * tall, height: tall, ..lanes };
        lane::draw(frame, area, lane, &time, &scales, palette.of(lane.family));
    }
    frame.render_widget(foot(model, &visible, note.width), note);
    let words = "space play · ←→ seek · +- speed · ↑↓ strategies · ? all keys · q quit";
    frame.render_widget(Line::styled(format!(" {words}"), QUIET), keys);
    if model.helps() {
        help(frame, area);
    }
}

fn too_small(frame: &mut Frame, area: Rect) {
    let (width, height) = LEAST;
    let text = format!(
        "{} × {} is too small a window: {width} × {height} is the least. q quits.",
        area.width, area.height
    );
    let text = Paragraph::new(text).wrap(ratatui::widgets::Wrap { trim: true });
    frame.render_widget(text, area);
}

/// What is shown, and which moment of it.
fn head(model: &Model, width: u16) -> Line<'static> {
    let race = model.shown();
    let jobs = match race.jobs {
        Some(jobs) => units::counted(usize::try_from(jobs).unwrap_or(usize::MAX), "job"),
        None => "an endless source".to_owned(),
    };
    let kind = match race.kind {
        Kind::Recorded => "recorded",
        Kind::Simulated => "simulated time",
        Kind::Live => "live",
    };
    let what = format!(" {} · {jobs} · {kind}", race.workload);
    let end_us = model.end_us();
    let now = units::time(model.now_us().saturating_mul(1_000));
    let end = units::time(end_us.saturating_mul(1_000));
    let moment = match model.head().motion {
        Motion::Following => format!("going on, {now} "),
        Motion::Still if model.now_us() >= end_us => format!("at the end, {end} "),
        Motion::Still => format!("paused, {now} of {end} "),
        Motion::Playing => format!("playing at {}, {now} of {end} ", model.head().speed()),
    };
    both_ends(&what, STRONG, &moment, Style::new(), width)
}

/// What one has to know of the figures, and what else there is.
fn foot(model: &Model, visible: &Range<usize>, width: u16) -> Line<'static> {
    let race = model.shown();
    let weighed = |lane: &Lane| lane.peak(Gauge::Memory).is_some();
    let every = race.lanes.iter().map(|lane| lane.every).max().unwrap_or(1);
    let mut notes = Vec::new();
    notes.extend((every > 1).then(|| format!("≈ only one job in {every} is known")));
    match race.kind {
        Kind::Live => {
            notes.push("they share this machine and are watched: nothing to be quoted".to_owned());
        }
        Kind::Simulated => {
            notes.push("exact, and no measurement: time is simulated".to_owned());
        }
        Kind::Recorded if race.lanes.iter().any(weighed) => {
            notes.push("memory: of another process, for weighing disturbs".to_owned());
        }
        Kind::Recorded => {}
    }
    let note = format!(" {}", notes.join(" · "));
    let (place, races) = model.place();
    let mut more = Vec::new();
    if visible.len() < race.lanes.len() {
        let Range { start, end } = visible;
        more.push(format!("{}–{end} of {} ↑↓", start + 1, race.lanes.len()));
    }
    if model.one_scale() {
        more.push("one scale for all".to_owned());
    }
    if races > 1 {
        more.push(format!("workload {place} of {races} tab"));
    }
    both_ends(&note, QUIET, &format!("{} ", more.join(" · ")), Style::new(), width)
}

fn help(frame: &mut Frame, area: Rect) {
    let lines: Vec<_> =
        KEYS.iter().map(|(key, what)| Line::from(format!(" {key:<11}{what}"))).collect();
    let (width, height) = (50.min(area.width), (lines.len() as u16 + 2).min(area.height));
    let place = between(area, width, height);
    frame.render_widget(Clear, place);
    let frame_of_it = Block::bordered().title(" Keys ");
    frame.render_widget(Paragraph::new(lines).block(frame_of_it), place);
}
