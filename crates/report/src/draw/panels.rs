use super::{Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, text};
use crate::units;

const LEFT: f64 = 92.0;
const RIGHT: f64 = WIDTH - 130.0;
const UPPER: f64 = 210.0;
const LOWER: f64 = 150.0;
const GAP: f64 = 48.0;
/// What the name of a mark takes above the upper panel.
const STRIP: f64 = 18.0;

/// Two figures above each other that share a logarithmic axis, with marks through both.
#[derive(Debug)]
pub(crate) struct Panels {
    pub(crate) heading: Heading,
    /// The values that were measured, by rising value; there is at least one.
    pub(crate) values: Vec<u64>,
    /// What the values are.
    pub(crate) axis: String,
    pub(crate) marks: Vec<Mark>,
}

/// A value that is marked, and where it may truly lie.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) value: f64,
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) label: String,
    pub(crate) stroke: Stroke,
}

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panel {
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    pub(crate) x: Scale,
}

impl Panels {
    /// The SVG: the frame, then what `upper` and `lower` draw.
    pub(crate) fn draw(
        &self,
        (id, title, description): (&str, &str, &str),
        upper: impl Fn(&Canvas, Panel),
        lower: impl Fn(&Canvas, Panel),
    ) -> String {
        let strip = self.heading.bottom();
        let top = strip + 32.0 + STRIP * self.marks.len() as f64;
        let (middle, bottom) = (top + UPPER, top + UPPER + GAP + LOWER);
        let end = bottom + 46.0;
        let height = end + self.heading.caption_height();
        let (first, last) = (self.values[0] as f64, self.values[self.values.len() - 1] as f64);
        // One value alone lies in the middle.
        let range = if first < last { (first, last) } else { (first / 2.0, last * 2.0) };
        let x = Scale::logarithmic(range, (LEFT + 14.0, RIGHT - 14.0));
        Sheet { id, title, description, width: WIDTH, height }.draw(|canvas| {
            self.heading.draw(canvas, end);
            let panels = [(top, middle), (middle + GAP, bottom)];
            let y = |place: usize| strip + 14.0 + STRIP * place as f64;
            let marks = || self.marks.iter().enumerate();
            marks().for_each(|(_, mark)| mark.band(canvas, x, range, panels));
            self.ticks(canvas, x, panels);
            marks().for_each(|(place, mark)| mark.line(canvas, x, range, (y(place), panels)));
            marks().for_each(|(place, mark)| mark.name(canvas, x, range, y(place)));
            let panel = |(top, bottom)| Panel { top, bottom, x };
            upper(canvas, panel(panels[0]));
            lower(canvas, panel(panels[1]));
        })
    }

    /// A tick at each value, named where there is room for its name.
    fn ticks(&self, canvas: &Canvas, x: Scale, panels: [(f64, f64); 2]) {
        let face = Face::plain(Role::Muted, 12.0);
        let bottom = panels[1].1;
        let mut taken = f64::NEG_INFINITY;
        for value in &self.values {
            let at = x.at(*value as f64);
            for (top, bottom) in panels {
                canvas.line(&[(at, top), (at, bottom)], Stroke::solid(Role::Grid, 1.0));
            }
            let label = units::count(*value);
            let half = text::width(&label, 12.0, false) / 2.0;
            if at - half >= taken {
                canvas.text(&label, (at, bottom + 11.0), face, H::Middle);
                taken = at + half + 6.0;
            }
        }
        canvas.text(&self.axis, ((LEFT + RIGHT) / 2.0, bottom + 29.0), face, H::Middle);
    }
}

impl Mark {
    fn is_within(&self, (first, last): (f64, f64)) -> bool {
        (first..=last).contains(&self.value)
    }

    /// Where it may lie, behind everything else.
    fn band(&self, canvas: &Canvas, x: Scale, range: (f64, f64), panels: [(f64, f64); 2]) {
        if let Some((low, high)) = self.interval.filter(|_| self.is_within(range)) {
            for (top, bottom) in panels {
                canvas.rect((x.at(low), top), (x.at(high), bottom), Role::Heat(1), 1.0);
            }
        }
    }

    /// A line from its name through both panels.
    fn line(
        &self,
        canvas: &Canvas,
        x: Scale,
        range: (f64, f64),
        (y, panels): (f64, [(f64, f64); 2]),
    ) {
        if self.is_within(range) {
            let at = x.at(self.value);
            canvas.line(&[(at, y + 8.0), (at, panels[0].1)], self.stroke);
            canvas.line(&[(at, panels[1].0), (at, panels[1].1)], self.stroke);
        }
    }

    /// Its name, above the lines of others and at the side that has more room; with an arrow if it
    /// lies outside.
    fn name(&self, canvas: &Canvas, x: Scale, range: (f64, f64), y: f64) {
        let (name, at, right) = if self.is_within(range) {
            let at = x.at(self.value);
            (self.label.clone(), at, at > (LEFT + RIGHT) / 2.0)
        } else if self.value > range.1 {
            (format!("{} →", self.label), RIGHT, true)
        } else {
            (format!("← {}", self.label), LEFT, false)
        };
        let wide = text::width(&name, 12.5, false);
        let (from, h) = if right { (at - wide, H::Right) } else { (at, H::Left) };
        canvas.rect((from - 3.0, y - 8.0), (from + wide + 3.0, y + 8.0), Role::Card, 1.0);
        canvas.text(&name, (at, y), Face::plain(Role::Ink, 12.5), h);
    }
}

impl Panel {
    /// The values of this panel from its bottom to its top, with ticks and lines at its left, and
    /// what they are above it.
    pub(crate) fn axis(
        &self,
        canvas: &Canvas,
        scale: Scale,
        ticks: &[f64],
        (title, print): (&str, fn(f64) -> String),
    ) {
        let face = Face::plain(Role::Muted, 12.0);
        for tick in ticks {
            let y = scale.at(*tick);
            canvas.line(&[(LEFT, y), (RIGHT, y)], Stroke::solid(Role::Grid, 1.0));
            canvas.text(&print(*tick), (LEFT - 8.0, y), face, H::Right);
        }
        canvas.text(title, (20.0, self.top - 19.0), face, H::Left);
    }

    /// Points that do not count, as open discs.
    pub(crate) fn open(&self, canvas: &Canvas, points: &[(u64, f64)], y: Scale, role: Role) {
        for &(value, of) in points {
            let centre = (self.x.at(value as f64), y.at(of));
            canvas.disc(centre, 4.0, role);
            canvas.disc(centre, 2.5, Role::Card);
        }
    }

    /// A line with a disc at each point.
    pub(crate) fn points(&self, canvas: &Canvas, points: &[(u64, f64)], y: Scale, stroke: Stroke) {
        let points: Vec<_> =
            points.iter().map(|&(value, of)| (self.x.at(value as f64), y.at(of))).collect();
        if points.len() > 1 {
            canvas.line(&points, stroke);
        }
        points.iter().for_each(|point| canvas.disc(*point, 3.5, stroke.role));
    }

    /// The names of lines at their ends, which lie at these places, pushed apart.
    pub(crate) fn names(&self, canvas: &Canvas, ends: &[(f64, String, Stroke)]) {
        let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
        let places = super::spread(&wanted, 17.0, (self.top, self.bottom));
        for ((end, name, stroke), place) in ends.iter().zip(places) {
            canvas.line(
                &[(RIGHT + 2.0, *end), (RIGHT + 12.0, place)],
                Stroke::solid(stroke.role, 1.0),
            );
            canvas.line(&[(RIGHT + 12.0, place), (RIGHT + 30.0, place)], *stroke);
            let name = text::fit(name, 12.5, false, WIDTH - RIGHT - 44.0);
            canvas.text(&name, (RIGHT + 36.0, place), Face::plain(Role::Ink, 12.5), H::Left);
        }
    }
}
