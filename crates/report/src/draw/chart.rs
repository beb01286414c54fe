use super::{
    Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, fit, linear_ticks, log_ticks,
    spread,
};
use crate::units;

const LEFT: f64 = 92.0;
const RIGHT: f64 = WIDTH - 300.0;
const HEIGHT: f64 = 320.0;

/// Lines over one pair of axes, each with its name where it ends.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) heading: Heading,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) lines: Vec<Trail>,
}

/// An axis from a least to a greatest value.
#[derive(Debug)]
pub(crate) struct Axis {
    pub(crate) title: String,
    pub(crate) range: (f64, f64),
    /// Equal distances for equal ratios.
    pub(crate) logarithmic: bool,
    pub(crate) print: fn(u64) -> String,
    /// The values that are marked, where they are few; else those that are round.
    pub(crate) marked: Vec<f64>,
}

/// A line through points.
#[derive(Debug)]
pub(crate) struct Trail {
    pub(crate) label: String,
    pub(crate) role: Role,
    /// Which of several of its colour, told apart by marks.
    pub(crate) member: usize,
    pub(crate) points: Vec<(f64, f64)>,
    /// Whether a disc is at each point.
    pub(crate) discs: bool,
}

impl Chart {
    /// The SVG.
    pub(crate) fn draw(&self, (id, title, description): (&str, &str, &str)) -> String {
        let top = self.heading.bottom() + 22.0;
        let bottom = top + HEIGHT;
        let end = bottom + 46.0;
        let height = end + self.heading.caption_height();
        let (x, y) = (self.x.scale((LEFT, RIGHT)), self.y.scale((bottom, top)));
        Sheet { id, title, description, width: WIDTH, height }.draw(|canvas| {
            self.heading.draw(canvas, end);
            self.grid(canvas, x, y, (top, bottom));
            for line in &self.lines {
                line.draw(canvas, |&(at, value)| (x.at(at), y.at(value)));
            }
            self.names(canvas, x, y, (top, bottom));
        })
    }

    fn grid(&self, canvas: &Canvas, x: Scale, y: Scale, (top, bottom): (f64, f64)) {
        let (face, grid) = (Face::plain(Role::Muted, 12.0), Stroke::solid(Role::Grid, 1.0));
        for tick in self.y.ticks(11) {
            let at = y.at(tick);
            canvas.line(&[(LEFT, at), (RIGHT, at)], grid);
            canvas.text(&units::tick(tick, self.y.print), (LEFT - 8.0, at), face, H::Right);
        }
        for tick in self.x.ticks(7) {
            let at = x.at(tick);
            canvas.line(&[(at, top), (at, bottom)], grid);
            canvas.text(&units::tick(tick, self.x.print), (at, bottom + 12.0), face, H::Middle);
        }
        let middle = (LEFT + RIGHT) / 2.0;
        canvas.text(&self.x.title, (middle, bottom + 31.0), face, H::Middle);
        canvas.text(&self.y.title, (20.0, top - 16.0), face, H::Left);
    }

    /// The name of each line where it ends, pushed apart; with a thin line to the end it names, if that
    /// is at the edge.
    fn names(&self, canvas: &Canvas, x: Scale, y: Scale, bounds: (f64, f64)) {
        let ends: Vec<f64> = self
            .lines
            .iter()
            .map(|line| line.points.last().map_or(bounds.1, |point| y.at(point.1)))
            .collect();
        for ((line, end), place) in self.lines.iter().zip(&ends).zip(spread(&ends, 17.0, bounds)) {
            if line.points.last().is_some_and(|point| x.at(point.0) > RIGHT - 2.0) {
                let leader = [(RIGHT + 3.0, *end), (RIGHT + 16.0, place)];
                canvas.line(&leader, Stroke::solid(line.role, 1.0));
            }
            canvas.line(
                &[(RIGHT + 16.0, place), (RIGHT + 34.0, place)],
                Stroke::solid(line.role, 3.0),
            );
            line.mark(canvas, (RIGHT + 25.0, place));
            let label = fit(&line.label, 12.0, false, WIDTH - RIGHT - 52.0);
            canvas.text(&label, (RIGHT + 40.0, place), Face::plain(Role::Ink, 12.0), H::Left);
        }
    }
}

impl Axis {
    fn scale(&self, pixels: (f64, f64)) -> Scale {
        match self.logarithmic {
            true => Scale::logarithmic(self.range, pixels),
            false => Scale::linear(self.range, pixels),
        }
    }

    fn ticks(&self, most: usize) -> Vec<f64> {
        if !self.marked.is_empty() {
            return self.marked.clone();
        }
        match self.logarithmic {
            true => log_ticks(self.range.0, self.range.1, most),
            false => linear_ticks(self.range.1, most),
        }
    }
}

impl Trail {
    fn draw(&self, canvas: &Canvas, at: impl Fn(&(f64, f64)) -> (f64, f64)) {
        let points: Vec<_> = self.points.iter().map(at).collect();
        if points.len() > 1 {
            canvas.line(&points, Stroke::solid(self.role, 2.0));
        }
        let marked = if self.discs { 1 } else { (points.len() / 9).max(1) };
        for point in points.iter().step_by(marked) {
            if self.discs && self.member == 0 {
                canvas.disc(*point, 3.5, self.role);
            }
            self.mark(canvas, *point);
        }
    }

    /// A disc with an open middle for the second of a colour, full for the third and on.
    fn mark(&self, canvas: &Canvas, centre: (f64, f64)) {
        if self.member > 0 {
            canvas.disc(centre, 4.0, self.role);
        }
        if self.member == 1 {
            canvas.disc(centre, 2.0, Role::Card);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many lines of one unit there are: those of the grid, and leaders.
    fn thin(end: f64) -> usize {
        let axis = || Axis {
            title: "axis".to_owned(),
            range: (0.0, 10.0),
            logarithmic: false,
            print: units::count,
            marked: Vec::new(),
        };
        let line = Trail {
            label: "line".to_owned(),
            role: Role::Ink,
            member: 0,
            points: vec![(0.0, 0.0), (end, 10.0)],
            discs: false,
        };
        let heading = Heading::new("title", "subtitle", "");
        let chart = Chart { heading, x: axis(), y: axis(), lines: vec![line] };
        chart.draw(("id", "title", "description")).matches("stroke-width=\"4\"").count()
    }

    #[test]
    fn a_leader_begins_where_a_line_ends_or_is_not_drawn() {
        assert_eq!(thin(10.0), thin(5.0) + 1);
    }
}
