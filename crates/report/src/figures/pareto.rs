//! Memory against throughput: who is worth a thought, and who is beaten in both.

use bp_analysis::{Summary, front};

use super::{
    Draft,
    names::{Label, RADIUS, placed},
};
use crate::{
    draw::{
        Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, log_ticks, nice_ceiling,
        nice_floor, width,
    },
    facts::{Group, REPRESENTATIVES, Variant, listed},
    units,
};

const LEFT: f64 = 92.0;
const RIGHT: f64 = WIDTH - 40.0;
const HEIGHT: f64 = 360.0;
const TEXT: f64 = 12.0;

/// A strategy as a point.
struct Dot {
    label: String,
    role: Role,
    /// Jobs per second, and bytes.
    at: (f64, f64),
}

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let at = |row: &Summary| {
        let known =
            (row.throughput_per_s.filter(|rate| *rate > 0.0)?, row.live_peak_bytes?.max(1) as f64);
        row.lost().is_none().then_some(known)
    };
    let executor = group.executor(|row| at(row).is_some())?;
    let dot = |variant: &Variant| {
        let at = at(group.cell(variant, executor)?)?;
        let role = Role::Of(group.family(&variant.strategy));
        Some(Dot { label: variant.name(), role, at })
    };
    let dots: Vec<Dot> = group.variants().iter().filter_map(dot).collect();
    let best = front(&dots.iter().map(|dot| dot.at).collect::<Vec<_>>());
    let named: Vec<_> = best.iter().map(|&place| dots[place].said()).collect();
    let title = group.heading("Memory against throughput");
    let subtitle = format!(
        "Each strategy on {executor}: jobs per second (more is right) and the peak of live memory \
         (less is below). The line joins those that nobody beats in both."
    );
    let description = format!("On {executor} nobody beats {} in both.", listed(&named));
    let svg = picture((name, &title, &description), &subtitle, &dots, &best)?;
    Some(Draft { title, description, svg })
}

impl Dot {
    fn said(&self) -> String {
        let (rate, bytes) = self.at;
        format!("{} ({}, {})", self.label, units::per_second(rate), units::bytes(bytes as u64))
    }

    fn telling(&self) -> usize {
        let place = REPRESENTATIVES.iter().position(|name| *name == self.label);
        place.unwrap_or(REPRESENTATIVES.len())
    }
}

fn picture(
    (id, title, description): (&str, &str, &str),
    subtitle: &str,
    dots: &[Dot],
    best: &[usize],
) -> Option<String> {
    let (least, most) = (
        dots.iter().map(|dot| dot.at.1).reduce(f64::min)?,
        dots.iter().map(|dot| dot.at.1).reduce(f64::max)?,
    );
    let slowest = nice_floor(dots.iter().map(|dot| dot.at.0).reduce(f64::min)?.max(1.0));
    let fastest =
        nice_ceiling(dots.iter().map(|dot| dot.at.0).reduce(f64::max)?).max(slowest * 2.0);
    let (low, high) = (nice_floor(least), nice_ceiling(most).max(nice_floor(least) * 10.0));
    let plain = Heading::new(title, subtitle, "");
    let top = plain.bottom() + 22.0;
    let bottom = top + HEIGHT;
    let x = Scale::logarithmic((slowest, fastest), (LEFT + 8.0, RIGHT - 8.0));
    let y = Scale::logarithmic((low, high), (bottom, top));
    let place = |dot: &Dot| (x.at(dot.at.0), y.at(dot.at.1));
    // Those on the line are named first, then the best known, then the others as far as there is room.
    let mut order: Vec<usize> = (0..dots.len()).collect();
    order.sort_by_key(|place| (!best.contains(place), dots[*place].telling()));
    let centres: Vec<_> = dots.iter().map(place).collect();
    let line: Vec<_> = best.iter().map(|&place| centres[place]).collect();
    let named = dots.iter().map(|dot| width(&dot.label, TEXT, true)).collect::<Vec<_>>();
    // Names may reach as far as the texts of the axes.
    let bounds = (LEFT, top - 9.0, WIDTH - 4.0, bottom + 7.0);
    let labels = placed(&centres, &named, &order, &line, bounds);
    let has = |place: &usize| labels.iter().any(|label| label.whose == *place);
    let unnamed: Vec<_> = (0..dots.len()).filter(|place| !has(place)).collect();
    let unnamed: Vec<_> = unnamed.into_iter().map(|place| dots[place].label.clone()).collect();
    let caption = match unnamed.is_empty() {
        true => String::new(),
        false => format!("Without a name, for want of room: {}.", listed(&unnamed)),
    };
    let heading = Heading::new(title, subtitle, &caption);
    let end = bottom + 46.0;
    let height = end + heading.caption_height();
    let sheet = Sheet { id, title, description, width: WIDTH, height };
    Some(sheet.draw(|canvas| {
        heading.draw(canvas, end);
        axes(canvas, (x, slowest, fastest), (y, low, high));
        if line.len() > 1 {
            canvas.line(&line, Stroke::dashed(Role::Muted, 1.5));
        }
        for ends in labels.iter().filter_map(|label| label.leader) {
            canvas.line(&ends, Stroke::solid(Role::Muted, 1.0));
        }
        for (dot, centre) in dots.iter().zip(&centres) {
            canvas.disc(*centre, RADIUS, dot.role);
        }
        for Label { whose, at, h, .. } in labels {
            let face = Face { role: Role::Ink, size: TEXT, bold: best.contains(&whose) };
            canvas.text(&dots[whose].label, at, face, h);
        }
    }))
}

fn axes(
    canvas: &Canvas,
    (x, slowest, fastest): (Scale, f64, f64),
    (y, low, high): (Scale, f64, f64),
) {
    let (face, grid) = (Face::plain(Role::Muted, 12.0), Stroke::solid(Role::Grid, 1.0));
    let (top, bottom) = (y.at(high), y.at(low));
    for tick in log_ticks(low, high, 11) {
        let at = y.at(tick);
        canvas.line(&[(LEFT, at), (RIGHT, at)], grid);
        canvas.text(&units::tick(tick, units::bytes), (LEFT - 8.0, at), face, H::Right);
    }
    for tick in log_ticks(slowest, fastest, 9) {
        let at = x.at(tick);
        canvas.line(&[(at, top), (at, bottom)], grid);
        canvas.text(&units::tick(tick, units::count), (at, bottom + 12.0), face, H::Middle);
    }
    let middle = (LEFT + RIGHT) / 2.0;
    canvas.text("jobs per second (logarithmic)", (middle, bottom + 31.0), face, H::Middle);
    canvas.text("peak of the live bytes", (20.0, top - 16.0), face, H::Left);
}
