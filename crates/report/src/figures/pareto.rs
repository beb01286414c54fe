//! Memory against throughput: who is worth a thought, and who is beaten in both.

use bp_analysis::{Summary, front};

use super::Draft;
use crate::{
    draw::{
        Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, log_ticks, nice_ceiling,
        nice_floor, width,
    },
    facts::{Group, Variant, listed},
    units,
};

const LEFT: f64 = 92.0;
const RIGHT: f64 = WIDTH - 40.0;
const HEIGHT: f64 = 360.0;
const RADIUS: f64 = 5.0;
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
    // Those on the line are named first, then the others as far as there is room.
    let rest = (0..dots.len()).filter(|place| !best.contains(place));
    let order: Vec<usize> = best.iter().copied().chain(rest).collect();
    let centres: Vec<_> = dots.iter().map(place).collect();
    let (labels, unnamed) = placed(dots, &centres, &order, (top, bottom));
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
        let line: Vec<_> = best.iter().map(|&place| centres[place]).collect();
        if line.len() > 1 {
            canvas.line(&line, Stroke::dashed(Role::Muted, 1.5));
        }
        for (dot, centre) in dots.iter().zip(&centres) {
            canvas.disc(*centre, RADIUS, dot.role);
        }
        for (place, at, h) in labels {
            let bold = best.contains(&place);
            let face = Face { role: Role::Ink, size: TEXT, bold };
            canvas.text(&dots[place].label, at, face, h);
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

/// Whose name it is, where it stands, and which side of it that place is.
type Label = (usize, (f64, f64), H);

/// A rectangle: left, top, right, bottom.
type Area = (f64, f64, f64, f64);

/// Where the names stand that have room beside their point, and the names of the others.
fn placed(
    dots: &[Dot],
    centres: &[(f64, f64)],
    order: &[usize],
    (top, bottom): (f64, f64),
) -> (Vec<Label>, Vec<String>) {
    let around = |&(x, y): &(f64, f64)| (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS);
    let mut taken: Vec<Area> = centres.iter().map(around).collect();
    let (mut labels, mut unnamed) = (Vec::new(), Vec::new());
    for &place in order {
        let (x, y) = centres[place];
        let wide = width(&dots[place].label, TEXT, true);
        let candidates = [
            (H::Right, x - 9.0, y, x - 9.0 - wide, x - 9.0),
            (H::Left, x + 9.0, y, x + 9.0, x + 9.0 + wide),
            (H::Middle, x, y - 14.0, x - wide / 2.0, x + wide / 2.0),
            (H::Middle, x, y + 14.0, x - wide / 2.0, x + wide / 2.0),
        ];
        let fits = |&(_, _, y, left, right): &(H, f64, f64, f64, f64)| {
            let area = (left, y - 7.0, right, y + 7.0);
            let inside = left > LEFT && right < WIDTH - 4.0 && y - 7.0 > top && y + 7.0 < bottom;
            inside && !taken.iter().any(|other| overlap(area, *other))
        };
        match candidates.into_iter().find(fits) {
            Some((h, at, y, left, right)) => {
                taken.push((left, y - 7.0, right, y + 7.0));
                labels.push((place, (at, y), h));
            }
            None => unnamed.push(dots[place].label.clone()),
        }
    }
    (labels, unnamed)
}

fn overlap(a: Area, b: Area) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cover_nothing_and_those_without_room_are_told() {
        let dot = |label: &str| Dot { label: label.into(), role: Role::Ink, at: (1.0, 1.0) };
        let dots: Vec<_> = ["one", "two", "three", "four", "five", "six"].map(dot).into();
        let centres = vec![(400.0, 200.0); 6];
        let order: Vec<_> = (0..6).collect();
        let (labels, unnamed) = placed(&dots, &centres, &order, (50.0, 400.0));
        assert_eq!((labels.len(), unnamed), (4, vec!["five".to_owned(), "six".to_owned()]));
        assert!(overlap((0.0, 0.0, 2.0, 2.0), (1.0, 1.0, 3.0, 3.0)));
        assert!(!overlap((0.0, 0.0, 1.0, 1.0), (1.0, 0.0, 2.0, 1.0)), "they only touch");
    }
}
