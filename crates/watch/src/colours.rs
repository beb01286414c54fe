use bp_record::Family;
use ratatui::style::Color;

/// The colours that a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Whether its ground is dark.
    dark: bool,
    depth: Depth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    None,
    Sixteen,
    Cube,
    All,
}

impl Palette {
    /// No colours at all.
    pub const NONE: Self = Self { dark: true, depth: Depth::None };

    /// What these variables of the environment say; `NO_COLOR`, `COLORTERM`, `TERM` and `COLORFGBG`
    /// are asked for.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let has = |name: &str, part: &str| variable(name).is_some_and(|text| text.contains(part));
        let depth = if variable("NO_COLOR").is_some_and(|text| !text.is_empty()) {
            Depth::None
        } else if has("COLORTERM", "truecolor") || has("COLORTERM", "24bit") {
            Depth::All
        } else if has("TERM", "256color") {
            Depth::Cube
        } else {
            Depth::Sixteen
        };
        // `foreground;background`, of the sixteen colours: 7 and 15 are white.
        let ground = variable("COLORFGBG");
        let ground = ground.as_deref().and_then(|both| both.rsplit(';').next());
        Self { dark: !matches!(ground, Some("7" | "15")), depth }
    }

    /// The colour of a family; that of all text where there are no colours.
    pub(crate) fn of(self, family: Family) -> Color {
        let [_, red, green, blue] = bp_report::family_colour(family, self.dark).to_be_bytes();
        match self.depth {
            Depth::None => Color::Reset,
            Depth::All => Color::Rgb(red, green, blue),
            Depth::Cube => Color::Indexed(nearest(red, green, blue)),
            Depth::Sixteen => match family {
                Family::NoLimit => Color::Red,
                Family::Barrier => Color::Yellow,
                Family::Refill => Color::Blue,
                Family::Ordered => Color::Magenta,
            },
        }
    }
}

/// The nearest colour of the cube of 6 × 6 × 6 that terminals with 256 colours have.
fn nearest(red: u8, green: u8, blue: u8) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |part: u8| {
        let distance = |level: &u8| level.abs_diff(part);
        let nearest = LEVELS.iter().enumerate().min_by_key(|(_, level)| distance(level));
        nearest.map_or(0, |(place, _)| place as u8)
    };
    16 + 36 * level(red) + 6 * level(green) + level(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn palette(variables: &[(&str, &str)]) -> Palette {
        Palette::from_environment(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colours_are_those_that_the_terminal_has() {
        let barrier = |variables| palette(variables).of(Family::Barrier);
        assert_eq!(barrier(&[("COLORTERM", "truecolor")]), Color::Rgb(0xFC, 0xB0, 0x5C));
        assert_eq!(barrier(&[("TERM", "tmux-256color")]), Color::Indexed(215));
        assert_eq!(barrier(&[("TERM", "xterm")]), Color::Yellow);
        let light = [("COLORTERM", "24bit"), ("COLORFGBG", "0;default;15")];
        assert_eq!(barrier(&light), Color::Rgb(0xDD, 0x78, 0x08));
    }

    #[test]
    fn no_color_is_obeyed() {
        let none = [("NO_COLOR", "1"), ("COLORTERM", "truecolor")];
        assert_eq!(palette(&none).of(Family::NoLimit), Color::Reset);
        let empty = [("NO_COLOR", ""), ("TERM", "xterm")];
        assert_eq!(palette(&empty).of(Family::NoLimit), Color::Red, "empty says nothing");
    }
}
