use super::{Canvas, Face, H, Role, wrap};

/// How wide every figure is, in pixels.
pub(crate) const WIDTH: f64 = 900.0;
const MARGIN: f64 = 20.0;
const TITLE: f64 = 17.0;
const TEXT: f64 = 12.5;
const LINE: f64 = 17.0;

/// The words above and below a figure, broken into lines.
#[derive(Debug)]
pub(crate) struct Heading {
    title: String,
    subtitle: Vec<String>,
    caption: Vec<String>,
}

impl Heading {
    /// `subtitle` says what is shown, with units; `caption` what is left out, and may be empty.
    pub(crate) fn new(title: &str, subtitle: &str, caption: &str) -> Self {
        let room = WIDTH - 2.0 * MARGIN;
        Self {
            title: super::fit(title, TITLE, true, room),
            subtitle: wrap(subtitle, TEXT, room, 3),
            caption: wrap(caption, TEXT, room, 4),
        }
    }

    /// Where the figure itself may begin.
    pub(crate) fn bottom(&self) -> f64 {
        44.0 + LINE * self.subtitle.len() as f64 + 6.0
    }

    /// How much room the caption needs below the figure.
    pub(crate) fn caption_height(&self) -> f64 {
        16.0 + LINE * self.caption.len() as f64
    }

    /// Draw it; the figure ends at `end`.
    pub(crate) fn draw(&self, canvas: &Canvas, end: f64) {
        let face = Face::plain(Role::Muted, TEXT);
        canvas.text(&self.title, (MARGIN, 26.0), Face::bold(Role::Ink, TITLE), H::Left);
        for (line, place) in self.subtitle.iter().zip(0u8..) {
            let y = 50.0 + LINE * f64::from(place);
            canvas.text(line, (MARGIN, y), face, H::Left);
        }
        for (line, place) in self.caption.iter().zip(0u8..) {
            let y = end + 12.0 + LINE * f64::from(place);
            canvas.text(line, (MARGIN, y), face, H::Left);
        }
    }
}
