//! The colours of all figures, in light and in dark, and the frame of an accessible SVG.

use std::fmt::Write;

use bp_record::Family;

/// What a colour is for. Hue means the family of rule and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The ground.
    Card,
    /// Text and emphasised lines.
    Ink,
    /// Secondary text.
    Muted,
    /// Lines behind the data.
    Grid,
    /// The hatching of a slot that nobody uses.
    Idle,
    /// A family of rule.
    Of(Family),
    /// A cell of a heat table, from 0 (good) to 3.
    Heat(u8),
    /// Text on the strongest heat.
    OnHeat,
    /// A free slot, hatched.
    Free,
    /// A finished output that is held, hatched in the colour of its family.
    Held(Family),
}

const FAMILIES: [Family; 4] = [Family::NoLimit, Family::Barrier, Family::Refill, Family::Ordered];

impl Role {
    /// The name of its CSS variable, its light and its dark colour.
    ///
    /// No two roles share a light colour: it is what the style sheet finds a role by.
    fn colours(self) -> (&'static str, u32, u32) {
        match self {
            Self::Card => ("card", 0xFF_FFFF, 0x14_1A21),
            Self::Ink => ("ink", 0x16_202B, 0xE9_EEF3),
            Self::Muted => ("muted", 0x4A_5664, 0xA7_B3BF),
            Self::Grid => ("grid", 0xE3_E7EC, 0x26_303A),
            Self::Idle => ("idle", 0xB3_BCC6, 0x4C_5966),
            Self::Of(Family::NoLimit) => ("no-limit", 0x9B_3321, 0xE0_4333),
            Self::Of(Family::Barrier) => ("barrier", 0xDD_7808, 0xFC_B05C),
            Self::Of(Family::Refill) => ("refill", 0x37_7FB9, 0x88_BDFD),
            Self::Of(Family::Ordered) => ("ordered", 0x5E_1A70, 0xA9_64D0),
            Self::Heat(0) => ("heat-0", 0xF3_F7FC, 0x1A_222B),
            Self::Heat(1) => ("heat-1", 0xDD_E7F1, 0x21_3243),
            Self::Heat(2) => ("heat-2", 0xBF_D2E6, 0x29_4560),
            Self::Heat(_) => ("heat-3", 0x47_6F98, 0x8F_BCE8),
            Self::OnHeat => ("on-heat", 0xFF_FFFE, 0x0D_1520),
            // Sentinels: replaced by patterns, never seen.
            Self::Free => ("free", 0x00_00F0, 0),
            Self::Held(Family::NoLimit) => ("held-no-limit", 0x00_00F1, 0),
            Self::Held(Family::Barrier) => ("held-barrier", 0x00_00F2, 0),
            Self::Held(Family::Refill) => ("held-refill", 0x00_00F3, 0),
            Self::Held(Family::Ordered) => ("held-ordered", 0x00_00F4, 0),
        }
    }

    /// The colour to draw with.
    pub(super) fn light(self) -> (u8, u8, u8) {
        let [_, red, green, blue] = self.colours().1.to_be_bytes();
        (red, green, blue)
    }

    fn light_hex(self) -> String {
        format!("#{:06X}", self.colours().1)
    }

    fn solid() -> impl Iterator<Item = Self> {
        [Self::Card, Self::Ink, Self::Muted, Self::Grid, Self::Idle, Self::OnHeat]
            .into_iter()
            .chain(FAMILIES.map(Self::Of))
            .chain((0..4).map(Self::Heat))
    }

    fn hatched() -> impl Iterator<Item = (Self, Self)> {
        let held = FAMILIES.map(|family| (Self::Held(family), Self::Of(family)));
        std::iter::once((Self::Free, Self::Idle)).chain(held)
    }
}

/// The colour of a family as `0xRRGGBB`, for a light ground or for a dark one; it keeps a contrast of
/// 3 to 1 on both.
///
/// ```
/// assert_eq!(bp_report::family_colour(bp_record::Family::Refill, true), 0x88BDFD);
/// ```
pub fn family_colour(family: Family, dark: bool) -> u32 {
    let (_, light, on_dark) = Role::Of(family).colours();
    if dark { on_dark } else { light }
}

/// What makes an SVG of plotters a figure: a name, colours that follow the reader's scheme,
/// hatching, and no fixed size.
///
/// Each colour is written as its light value, so that a viewer without style sheets shows the
/// light figure; the style sheet finds it by that value and puts the variable in its place.
pub(super) fn finish(svg: &str, id: &str, title: &str, description: &str) -> String {
    let (open, body) = svg.split_once(">\n").expect("plotters writes the opening tag first");
    let view_box = open
        .split_once("viewBox=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(view_box, _)| view_box)
        .expect("plotters writes a viewBox");
    let mut body = body.replace(" opacity=\"1\"", "").replace(" font-family=\"sans-serif\"", "");
    let mut patterns = String::new();
    for (role, lines) in Role::hatched() {
        let sentinel = format!("fill=\"{}\"", role.light_hex());
        if body.contains(&sentinel) {
            let name = role.colours().0;
            body = body.replace(&sentinel, &format!("fill=\"url(#{id}-{name})\""));
            patterns += &pattern(&format!("{id}-{name}"), role, lines);
        }
    }
    let (title, body) = (escape(title), super::compact::compact(&body));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{view_box}\" role=\"img\" \
         aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-description\" aria-label=\"{title}\" \
         class=\"backpressure-figure\" font-family=\"system-ui, -apple-system, &quot;Segoe UI&quot;, \
         Roboto, &quot;DejaVu Sans&quot;, sans-serif\">\n\
         <title id=\"{id}-title\">{title}</title>\n\
         <desc id=\"{id}-description\">{}</desc>\n\
         <style>{}</style>\n<defs>\n{patterns}</defs>\n{body}",
        escape(description),
        style_sheet(),
    )
}

fn pattern(id: &str, role: Role, lines: Role) -> String {
    let (angle, gap, width) = if role == Role::Free { (45, 24, 4) } else { (-45, 14, 4) };
    format!(
        "<pattern id=\"{id}\" width=\"{gap}\" height=\"{gap}\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate({angle})\"><rect width=\"{width}\" height=\"{gap}\" \
         fill=\"{}\"/></pattern>\n",
        lines.light_hex()
    )
}

/// The style sheet of one figure that stands alone.
fn style_sheet() -> String {
    format!(
        "\n.backpressure-figure{{{}}}\n\
         @media (prefers-color-scheme:dark){{.backpressure-figure{{{}}}}}{}\n",
        variables(false),
        variables(true),
        rules()
    )
}

/// The CSS variables of all colours, in light or in dark.
pub(crate) fn variables(dark: bool) -> String {
    let variable = |role: Role| {
        let (name, light_value, dark_value) = role.colours();
        format!("--{name}:#{:06X};", if dark { dark_value } else { light_value })
    };
    Role::solid().map(variable).collect()
}

/// The rules that put the variables in the place of the light colours that figures are drawn with.
pub(crate) fn rules() -> String {
    let mut rules = String::new();
    for role in Role::solid() {
        let (name, hex) = (role.colours().0, role.light_hex());
        write!(
            rules,
            "\n.backpressure-figure [fill=\"{hex}\"]{{fill:var(--{name})}}\
             .backpressure-figure [stroke=\"{hex}\"]{{stroke:var(--{name})}}"
        )
        .expect("writing into a string");
    }
    rules
}

/// A figure for a page that has [`variables`] and [`rules`] once, for all of them.
pub(crate) fn without_style(svg: &str) -> String {
    let parts = svg.split_once("<style>").and_then(|(before, rest)| {
        let (_, after) = rest.split_once("</style>\n")?;
        Some(format!("{before}{after}"))
    });
    parts.unwrap_or_else(|| svg.to_owned())
}

/// Text as the content of an element or of a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    crate::units::plain(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_roles_share_a_light_colour() {
        let all: Vec<_> = Role::solid().chain(Role::hatched().map(|(role, _)| role)).collect();
        for (place, role) in all.iter().enumerate() {
            for other in &all[place + 1..] {
                assert_ne!(role.light(), other.light(), "{role:?} and {other:?}");
            }
        }
    }

    /// Relative luminance as WCAG defines it.
    fn luminance(colour: u32) -> f64 {
        let [_, channels @ ..] = colour.to_be_bytes();
        let linear = channels.map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(a: u32, b: u32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_families_keep_their_contrast_in_both_schemes() {
        let on = |role: Role, ground: Role| {
            let ((_, light, dark), (_, light_ground, dark_ground)) =
                (role.colours(), ground.colours());
            contrast(light, light_ground).min(contrast(dark, dark_ground))
        };
        for ground in [Role::Card, Role::Heat(0), Role::Heat(1), Role::Heat(2)] {
            assert!(on(Role::Ink, ground) >= 7.0, "{ground:?}");
            assert!(on(Role::Muted, ground) >= 4.5, "{ground:?} {}", on(Role::Muted, ground));
        }
        assert!(on(Role::OnHeat, Role::Heat(3)) >= 4.5);
        for family in FAMILIES {
            assert!(on(Role::Of(family), Role::Card) >= 3.0, "{family}");
        }
    }
}
