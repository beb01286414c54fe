use super::{
    Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, linear_ticks, log_ticks, text,
};
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
    pub(crate) upper: Panel,
    pub(crate) lower: Panel,
}

/// A value that is marked, and where it may truly lie.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) value: f64,
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) label: String,
    pub(crate) stroke: Stroke,
}

/// One of the two figures: what it shows, on an axis of its own.
#[derive(Debug)]
pub(crate) struct Panel {
    /// What is shown, above the axis.
    pub(crate) title: String,
    pub(crate) range: Range,
    pub(crate) lines: Vec<Line>,
    /// (value, from, to): how far the rounds lie apart.
    pub(crate) bars: Vec<(f64, f64, f64)>,
    /// Points that do not count, as open discs.
    pub(crate) open: Vec<(f64, f64)>,
    /// The colour of the bars and of the open discs.
    pub(crate) role: Role,
}

/// Which values the axis of a panel has, and how they are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    /// From zero to a greatest, in whole numbers.
    Counts(f64),
    /// From zero to a greatest, printed so.
    Linear(f64, fn(u64) -> String),
    /// Bytes from a least to a greatest, with equal distances for equal ratios.
    Sizes(f64, f64),
    /// Nanoseconds from a least to a greatest, with equal distances for equal ratios.
    Times(f64, f64),
    /// There is nothing to be shown.
    Empty,
}

/// A line through points, with its name at its end.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// (value, what was measured there).
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) stroke: Stroke,
    /// Whether a disc is at each point.
    pub(crate) discs: bool,
}

impl Panels {
    /// The SVG.
    pub(crate) fn draw(&self, (id, title, description): (&str, &str, &str)) -> String {
        let strip = self.heading.bottom();
        let top = strip + 32.0 + STRIP * self.marks.len() as f64;
        let (middle, bottom) = (top + UPPER, top + UPPER + GAP + LOWER);
        let end = bottom + 46.0;
        let height = end + self.heading.caption_height();
        let (first, last) = (self.values[0] as f64, self.values[self.values.len() - 1] as f64);
        // One value alone lies in the middle.
        let range = if first < last { (first, last) } else { (first / 2.0, last * 2.0) };
        let x = Scale::logarithmic(range, (LEFT + 14.0, RIGHT - 14.0));
        let places = [(top, middle), (middle + GAP, bottom)];
        Sheet { id, title, description, width: WIDTH, height }.draw(|canvas| {
            self.heading.draw(canvas, end);
            let y = |place: usize| strip + 14.0 + STRIP * place as f64;
            let marks = || self.marks.iter().enumerate();
            let panels = || [&self.upper, &self.lower].into_iter().zip(places);
            // From the back to the front.
            marks().for_each(|(_, mark)| mark.band(canvas, x, range, places));
            self.ticks(canvas, x, places);
            panels().for_each(|(panel, place)| panel.axis(canvas, place));
            marks().for_each(|(place, mark)| mark.line(canvas, x, range, (y(place), places)));
            marks().for_each(|(place, mark)| mark.name(canvas, x, range, y(place)));
            panels().for_each(|(panel, place)| panel.data(canvas, x, place));
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

impl Range {
    fn scale(self, (top, bottom): (f64, f64)) -> Scale {
        match self {
            Self::Counts(high) | Self::Linear(high, _) => Scale::linear((0.0, high), (bottom, top)),
            Self::Times(low, high) | Self::Sizes(low, high) => {
                Scale::logarithmic((low, high), (bottom, top))
            }
            Self::Empty => Scale::linear((0.0, 1.0), (bottom, top)),
        }
    }

    fn ticks(self) -> Vec<(f64, String)> {
        let printed = |tick: f64| match self {
            Self::Times(..) => units::tick(tick, units::time),
            Self::Sizes(..) => units::tick(tick, units::bytes),
            Self::Linear(_, print) => units::tick(tick, print),
            Self::Counts(_) | Self::Empty => units::count(tick.round() as u64),
        };
        let ticks = match self {
            Self::Counts(high) | Self::Linear(high, _) => linear_ticks(high, 5),
            Self::Times(low, high) | Self::Sizes(low, high) => log_ticks(low, high, 7),
            Self::Empty => Vec::new(),
        };
        ticks.into_iter().map(|tick| (tick, printed(tick))).collect()
    }
}

impl Panel {
    /// Ticks and lines at the left, and what they are above them.
    fn axis(&self, canvas: &Canvas, place: (f64, f64)) {
        let face = Face::plain(Role::Muted, 12.0);
        let scale = self.range.scale(place);
        for (tick, label) in self.range.ticks() {
            let y = scale.at(tick);
            canvas.line(&[(LEFT, y), (RIGHT, y)], Stroke::solid(Role::Grid, 1.0));
            canvas.text(&label, (LEFT - 8.0, y), face, H::Right);
        }
        canvas.text(&self.title, (20.0, place.0 - 19.0), face, H::Left);
    }

    fn data(&self, canvas: &Canvas, x: Scale, place: (f64, f64)) {
        let y = self.range.scale(place);
        let at = |&(value, of): &(f64, f64)| (x.at(value), y.at(of));
        for &(value, from, to) in &self.bars {
            canvas.line(&[at(&(value, from)), at(&(value, to))], Stroke::solid(self.role, 2.0));
        }
        for point in &self.open {
            canvas.disc(at(point), 4.0, self.role);
            canvas.disc(at(point), 2.5, Role::Card);
        }
        for line in &self.lines {
            let points: Vec<_> = line.points.iter().map(at).collect();
            if points.len() > 1 {
                canvas.line(&points, line.stroke);
            }
            if line.discs {
                points.iter().for_each(|point| canvas.disc(*point, 3.5, line.stroke.role));
            }
        }
        self.names(canvas, y, place);
    }

    /// The name of each line where it ends, pushed apart.
    fn names(&self, canvas: &Canvas, y: Scale, place: (f64, f64)) {
        let ended = self.lines.iter().filter_map(|line| Some((line, y.at(line.points.last()?.1))));
        let ended: Vec<_> = ended.collect();
        let wanted: Vec<f64> = ended.iter().map(|(_, end)| *end).collect();
        let places = super::spread(&wanted, 17.0, place);
        for ((line, end), place) in ended.into_iter().zip(places) {
            let leader = [(RIGHT + 2.0, end), (RIGHT + 12.0, place)];
            canvas.line(&leader, Stroke::solid(line.stroke.role, 1.0));
            canvas.line(&[(RIGHT + 12.0, place), (RIGHT + 30.0, place)], line.stroke);
            let name = text::fit(line.name, 12.5, false, WIDTH - RIGHT - 44.0);
            canvas.text(&name, (RIGHT + 36.0, place), Face::plain(Role::Ink, 12.5), H::Left);
        }
    }
}
