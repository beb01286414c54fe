//! A sheet to draw on, in pixels with fractions, over plotters' SVG backend.

use plotters::{
    coord::Shift,
    element::DashedPathElement,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::theme::{self, Role};

/// Plotters places by whole units; four of them to a pixel keep thin shapes true.
const UNITS: f64 = 4.0;
/// Plotters writes a font size divided by this.
const FONT: f64 = 1.24;

/// What a figure is called, and how large it is in pixels.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    /// Part of the names inside the SVG, so that two figures can stand on one page.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Sheet<'_> {
    /// The SVG of what `paint` draws.
    pub(crate) fn draw(&self, paint: impl FnOnce(&Canvas)) -> String {
        let mut svg = String::new();
        {
            let size = ((self.width * UNITS) as u32, (self.height * UNITS) as u32);
            let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            let canvas = Canvas { area };
            canvas.rect((0.0, 0.0), (self.width, self.height), Role::Card, 1.0);
            paint(&canvas);
            drawn(canvas.area.present());
        }
        theme::finish(&svg, self.id, self.title, self.description)
    }
}

/// How a line looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke {
    pub(crate) role: Role,
    /// In pixels.
    pub(crate) width: f64,
    pub(crate) dashed: bool,
}

impl Stroke {
    pub(crate) fn solid(role: Role, width: f64) -> Self {
        Self { role, width, dashed: false }
    }

    pub(crate) fn dashed(role: Role, width: f64) -> Self {
        Self { role, width, dashed: true }
    }
}

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Face {
    pub(crate) role: Role,
    /// In pixels.
    pub(crate) size: f64,
    pub(crate) bold: bool,
}

impl Face {
    pub(crate) fn plain(role: Role, size: f64) -> Self {
        Self { role, size, bold: false }
    }

    pub(crate) fn bold(role: Role, size: f64) -> Self {
        Self { role, size, bold: true }
    }
}

/// Which side of a text its place names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum H {
    Left,
    Middle,
    Right,
}

/// A sheet that is being drawn.
pub(crate) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl Canvas<'_> {
    /// A filled rectangle between two corners.
    pub(crate) fn rect(&self, from: (f64, f64), to: (f64, f64), role: Role, opacity: f64) {
        let style = colour(role).mix(opacity).filled();
        drawn(self.area.draw(&Rectangle::new([units(from), units(to)], style)));
    }

    /// A line through all `points`.
    pub(crate) fn line(&self, points: &[(f64, f64)], stroke: Stroke) {
        let style = colour(stroke.role).stroke_width((stroke.width * UNITS) as u32);
        let points: Vec<_> = points.iter().copied().map(units).collect();
        drawn(if stroke.dashed {
            let (dash, space) = (5 * UNITS as i32, 4 * UNITS as i32);
            self.area.draw(&DashedPathElement::new(points, dash, space, style))
        } else {
            self.area.draw(&PathElement::new(points, style))
        });
    }

    /// A filled shape.
    pub(crate) fn polygon(&self, points: &[(f64, f64)], role: Role, opacity: f64) {
        let points: Vec<_> = points.iter().copied().map(units).collect();
        drawn(self.area.draw(&Polygon::new(points, colour(role).mix(opacity).filled())));
    }

    /// A filled disc.
    pub(crate) fn disc(&self, centre: (f64, f64), radius: f64, role: Role) {
        let radius = (radius * UNITS) as i32;
        drawn(self.area.draw(&Circle::new(units(centre), radius, colour(role).filled())));
    }

    /// A line of text, its place being at half its height. Control characters become spaces.
    pub(crate) fn text(&self, text: &str, place: (f64, f64), face: Face, h: H) {
        let horizontal = match h {
            H::Left => HPos::Left,
            H::Middle => HPos::Center,
            H::Right => HPos::Right,
        };
        let weight = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
        let style = ("sans-serif", face.size * UNITS * FONT, weight).into_text_style(&self.area);
        let ink = colour(face.role);
        let style = style.color(&ink).pos(Pos::new(horizontal, VPos::Center));
        drawn(self.area.draw(&Text::new(crate::units::plain(text), units(place), style)));
    }
}

fn colour(role: Role) -> RGBColor {
    let (red, green, blue) = role.light();
    RGBColor(red, green, blue)
}

fn units((x, y): (f64, f64)) -> (i32, i32) {
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

fn drawn<T, E: std::error::Error + Send + Sync>(result: Result<T, DrawingAreaErrorKind<E>>) {
    result.map(drop).expect("drawing goes into a string, which takes everything");
}
