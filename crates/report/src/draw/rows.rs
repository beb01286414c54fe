use bp_record::Family;

use super::{Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, fit, linear_ticks, wrap};
use crate::units;

const LEFT: f64 = 250.0;
const RIGHT: f64 = WIDTH - 118.0;

/// What stands at the left of a row.
#[derive(Clone, Debug)]
pub(crate) struct RowHead {
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) family: Family,
}

/// Where the data of one row may be drawn, in pixels, and the shared axis of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plot {
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) time: Scale,
}

/// Rows above each other, a strategy a row, that share one axis of time: a line cannot cover
/// another one, and the ends can be compared by eye.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) heading: Heading,
    pub(crate) heads: Vec<RowHead>,
    /// How much room the data of a row has, in pixels.
    pub(crate) height: f64,
    /// Room above the data of a row, for what is said of it.
    pub(crate) strip: f64,
    /// Room below the axis, for a key.
    pub(crate) footer: f64,
    /// Where the axis of time ends.
    pub(crate) until_ns: u64,
}

impl Rows {
    /// The SVG: the frame, then `row` for each row, then `footer` with the place of its top.
    pub(crate) fn draw(
        &self,
        (id, title, description): (&str, &str, &str),
        row: impl Fn(&Canvas, usize, Plot),
        footer: impl Fn(&Canvas, f64),
    ) -> String {
        let top = self.heading.bottom();
        let pitch = self.strip + self.height + 14.0;
        let axis = top + pitch * self.heads.len() as f64;
        let end = axis + 46.0 + self.footer;
        let height = end + self.heading.caption_height();
        Sheet { id, title, description, width: WIDTH, height }.draw(|canvas| {
            self.heading.draw(canvas, end);
            let time = Scale::linear((0.0, self.until_ns as f64), (LEFT, RIGHT));
            self.axis(canvas, top, axis, time);
            for (place, head) in self.heads.iter().enumerate() {
                let row_top = top + pitch * place as f64;
                let plot = Plot {
                    top: row_top + self.strip,
                    bottom: row_top + self.strip + self.height,
                    left: LEFT,
                    right: RIGHT,
                    time,
                };
                self.head(canvas, head, plot, place);
                row(canvas, place, plot);
            }
            footer(canvas, axis + 46.0);
        })
    }

    fn axis(&self, canvas: &Canvas, top: f64, bottom: f64, time: Scale) {
        let face = Face::plain(Role::Muted, 12.0);
        for tick in linear_ticks(self.until_ns as f64, 6) {
            let x = time.at(tick);
            canvas.line(&[(x, top), (x, bottom)], Stroke::solid(Role::Grid, 1.0));
            let label = units::tick(tick, units::time);
            canvas.text(&label, (x, bottom + 11.0), face, H::Middle);
        }
        let middle = (LEFT + RIGHT) / 2.0;
        canvas.text("time since the start", (middle, bottom + 29.0), face, H::Middle);
    }

    fn head(&self, canvas: &Canvas, head: &RowHead, plot: Plot, place: usize) {
        if place > 0 {
            let y = plot.top - self.strip - 6.0;
            canvas.line(&[(20.0, y), (WIDTH - 20.0, y)], Stroke::solid(Role::Grid, 1.0));
        }
        // The labels of the row's own axis stand between.
        let room = LEFT - 20.0 - 60.0;
        let title = wrap(&head.title, 15.0, room - 28.0, 2);
        let lines = ((self.strip + self.height) / 17.0) as usize;
        let notes = wrap(&head.note, 12.0, room, lines.saturating_sub(title.len()).max(1));
        let middle = (plot.top + plot.bottom) / 2.0;
        let mut y = middle - 8.0 * (title.len() + notes.len()).saturating_sub(1) as f64;
        canvas.rect((20.0, y - 5.0), (40.0, y + 5.0), Role::Of(head.family), 1.0);
        for line in title {
            canvas.text(&line, (48.0, y), Face::bold(Role::Ink, 13.5), H::Left);
            y += 17.0;
        }
        for line in notes {
            canvas.text(&line, (20.0, y), Face::plain(Role::Muted, 12.0), H::Left);
            y += 16.0;
        }
    }
}

impl Plot {
    /// Where a value of `0..=high` lies in this row.
    pub(crate) fn values(&self, high: f64) -> Scale {
        Scale::linear((0.0, high), (self.bottom, self.top))
    }

    /// Ticks of a value of `0..=high` at the left of this row, with lines behind the data.
    pub(crate) fn value_axis(&self, canvas: &Canvas, high: f64, print: fn(u64) -> String) {
        let scale = self.values(high);
        for tick in linear_ticks(high, 3) {
            let y = scale.at(tick);
            canvas.line(&[(self.left, y), (self.right, y)], Stroke::solid(Role::Grid, 1.0));
            let face = Face::plain(Role::Muted, 11.0);
            let place = (self.left - 6.0, y);
            canvas.text(&units::tick(tick, print), place, face, H::Right);
        }
    }

    /// A vertical line where the row ends, with what is said of the end at its right.
    pub(crate) fn end(&self, canvas: &Canvas, end_ns: u64, strong: &str, note: &str) {
        let x = self.time.at(end_ns as f64);
        canvas.line(&[(x, self.top - 2.0), (x, self.bottom + 2.0)], Stroke::solid(Role::Ink, 2.0));
        let middle = (self.top + self.bottom) / 2.0;
        let strong_y = if note.is_empty() { middle } else { middle - 9.0 };
        let (ink, muted) = (Face::bold(Role::Ink, 13.0), Face::plain(Role::Muted, 12.0));
        canvas.text(strong, (x + 8.0, strong_y), ink, H::Left);
        let note = fit(note, 12.0, false, WIDTH - x - 14.0);
        canvas.text(&note, (x + 8.0, middle + 9.0), muted, H::Left);
    }

    /// A step function over time from zero, as a filled shape with an outline; it keeps its last
    /// value until `end_ns`.
    pub(crate) fn steps(
        &self,
        canvas: &Canvas,
        points: &[(u64, u64)],
        (high, end_ns): (f64, u64),
        family: Family,
    ) {
        let values = self.values(high);
        let mut outline = vec![(self.left, self.bottom)];
        let mut y = self.bottom;
        for &(time, value) in points {
            let x = self.time.at(time as f64);
            outline.push((x, y));
            y = values.at(value as f64);
            outline.push((x, y));
        }
        let end = self.time.at(end_ns as f64);
        outline.push((end, y));
        let mut shape = outline.clone();
        shape.push((end, self.bottom));
        // What lies behind must not be taken for a part of the shape.
        canvas.polygon(&shape, Role::Card, 1.0);
        canvas.polygon(&shape, Role::Of(family), 0.3);
        canvas.line(&outline, Stroke::solid(Role::Of(family), 1.5));
    }
}
