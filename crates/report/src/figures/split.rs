//! Where the time went: what is possible, and what load, rule and code add to it.

use bp_analysis::Summary;

use super::Draft;
use crate::{
    draw::{Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, fit, linear_ticks, width},
    facts::{Group, Variant, listed},
    units,
};

const LEFT: f64 = 256.0;
const RIGHT: f64 = WIDTH - 196.0;
const PITCH: f64 = 24.0;

/// A run as stretches of time, one after the other.
struct Bar {
    label: String,
    role: Role,
    wall_ns: u64,
    /// Where each part ends, in the order of [`PARTS`]; a part that is not known has no end of its
    /// own.
    ends_ns: [u64; 4],
}

/// The parts, each with its role, its opacity and its name; `None` is the colour of the family.
const PARTS: [(Option<Role>, f64, &str); 4] = [
    (Some(Role::Idle), 0.55, "possible with the limit"),
    (Some(Role::Muted), 1.0, "late timers and other jobs"),
    (None, 1.0, "the rule"),
    (None, 0.45, "code and executor"),
];

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let has = |row: &Summary| ends(row).is_some();
    let executor = group.executor(has)?;
    let bar = |variant: &Variant| {
        let row = group.cell(variant, executor)?;
        let (label, role) = (variant.name(), Role::Of(group.family(&variant.strategy)));
        Some(Bar { label, role, wall_ns: row.traced_ns?, ends_ns: ends(row)? })
    };
    let bars: Vec<Bar> = group.variants().iter().filter_map(bar).collect();
    let title = group.heading("Where the time went");
    let subtitle = format!(
        "The traced run on {executor}, part by part: what its jobs would take if a free slot found \
         work at once; what late timers and other jobs added; what the rule added; what code and \
         executor added."
    );
    let costly = bars.iter().filter_map(Bar::rule);
    let costly: Vec<_> = costly.collect();
    let description = match costly.is_empty() {
        true => format!("On {executor} no rule costs a tenth of the time."),
        false => format!("On {executor} the rule alone takes: {}.", listed(&costly)),
    };
    let svg = picture((name, &title, &description), &subtitle, &bars)?;
    Some(Draft { title, description, svg })
}

/// Where the parts of a run end; `None` where the rule was not replayed.
fn ends(row: &Summary) -> Option<[u64; 4]> {
    let (ideal, wall_ns) = (row.ideal.as_ref()?, row.traced_ns?);
    let policy_ns = ideal.policy_ns?;
    let nominal_ns = ideal.greedy_nominal_ns.unwrap_or(ideal.greedy_ns);
    Some([nominal_ns, ideal.greedy_ns, policy_ns, wall_ns])
}

impl Bar {
    /// What the rule adds, if that is a tenth of the time at least.
    fn rule(&self) -> Option<String> {
        let added = self.ends_ns[2].saturating_sub(self.ends_ns[1]);
        let part = added as f64 / self.wall_ns.max(1) as f64;
        (part >= 0.1).then(|| format!("{} {}", self.label, units::percent(part)))
    }

    fn draw(&self, canvas: &Canvas, scale: Scale, y: f64) {
        let title = fit(&self.label, 12.0, false, LEFT - 32.0);
        canvas.text(&title, (LEFT - 12.0, y), Face::plain(Role::Ink, 12.0), H::Right);
        let mut from = LEFT;
        for ((role, opacity, _), end) in PARTS.into_iter().zip(self.ends_ns) {
            let to = scale.at(end as f64);
            if to > from {
                canvas.rect((from, y - 8.0), (to, y + 8.0), role.unwrap_or(self.role), opacity);
                from = to;
            }
        }
        let wall = units::time(self.wall_ns);
        canvas.text(&wall, (from + 8.0, y), Face::bold(Role::Ink, 12.5), H::Left);
        let rule = self.rule().map(|_| {
            let rule = self.ends_ns[2] as f64 / self.ends_ns[1].max(1) as f64;
            format!("{} by the rule", units::times(rule))
        });
        let at = from + 14.0 + width(&wall, 12.5, true);
        if let Some(rule) = rule {
            canvas.text(&rule, (at, y), Face::plain(Role::Muted, 12.0), H::Left);
        }
    }
}

fn picture(names: (&str, &str, &str), subtitle: &str, bars: &[Bar]) -> Option<String> {
    let longest = bars.iter().map(|bar| bar.wall_ns).max()?.max(1) as f64;
    let (id, title, description) = names;
    let heading = Heading::new(title, subtitle, "");
    let top = heading.bottom() + 26.0;
    let bottom = top + PITCH * bars.len() as f64;
    let end = bottom + 46.0;
    let scale = Scale::linear((0.0, longest), (LEFT, RIGHT));
    let height = end + heading.caption_height();
    let sheet = Sheet { id, title, description, width: WIDTH, height };
    Some(sheet.draw(|canvas| {
        heading.draw(canvas, end);
        key(canvas, top - 20.0, bars);
        let face = Face::plain(Role::Muted, 12.0);
        for tick in linear_ticks(longest, 6) {
            let x = scale.at(tick);
            canvas.line(&[(x, top), (x, bottom)], Stroke::solid(Role::Grid, 1.0));
            canvas.text(&units::tick(tick, units::time), (x, bottom + 12.0), face, H::Middle);
        }
        canvas.text("time", ((LEFT + RIGHT) / 2.0, bottom + 31.0), face, H::Middle);
        for (place, bar) in bars.iter().enumerate() {
            bar.draw(canvas, scale, top + PITCH * (place as f64 + 0.5));
        }
    }))
}

/// The parts; what has the colour of the family has a stripe of each.
fn key(canvas: &Canvas, y: f64, bars: &[Bar]) {
    let mut x = 20.0;
    for (role, opacity, text) in PARTS {
        let stripes = role.map_or_else(|| families(bars), |role| vec![role]);
        let wide = 22.0 / stripes.len() as f64;
        for (place, stripe) in stripes.into_iter().enumerate() {
            let left = x + wide * place as f64;
            canvas.rect((left, y - 5.0), (left + wide, y + 5.0), stripe, opacity);
        }
        canvas.text(text, (x + 28.0, y), Face::plain(Role::Muted, 12.0), H::Left);
        x += 28.0 + width(text, 12.0, false) + 20.0;
    }
}

/// The colours of the bars, each once.
fn families(bars: &[Bar]) -> Vec<Role> {
    let mut families: Vec<Role> = Vec::new();
    for bar in bars {
        if !families.contains(&bar.role) {
            families.push(bar.role);
        }
    }
    families
}

#[cfg(test)]
mod tests {
    use bp_record::Family;

    use super::*;

    #[test]
    fn the_key_has_each_colour_once() {
        let bar = |family| Bar {
            label: String::new(),
            role: Role::Of(family),
            wall_ns: 1,
            ends_ns: [1; 4],
        };
        let bars = [Family::Refill, Family::Barrier, Family::Refill, Family::Ordered].map(bar);
        let expected = [Family::Refill, Family::Barrier, Family::Ordered].map(Role::Of);
        assert_eq!(families(&bars), expected);
    }
}
