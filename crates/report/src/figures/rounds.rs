//! Every round of every cell as a dot, with the canary: whether the machine was quiet.

use std::collections::BTreeMap;

use bp_analysis::{Field, Metric, median_of};
use bp_record::RoundRecord;

use super::Draft;
use crate::{
    draw::{Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH},
    units,
};

const LEFT: f64 = 92.0;
const RIGHT: f64 = WIDTH - 40.0;
const HEIGHT: f64 = 220.0;
/// So many dots a round show how they lie.
const MOST: usize = 160;

/// A round: how each cell and each canary lies to its own median, as a ratio.
#[derive(Default)]
struct Round {
    cells: Vec<f64>,
    canaries: Vec<f64>,
    disturbed: bool,
}

pub(super) fn draw(field: &Field, records: &[RoundRecord]) -> Option<Draft> {
    let rounds = rounds(field, records);
    if rounds.len() < 2 {
        return None;
    }
    let title = "Rounds and canary".to_owned();
    let subtitle = "The time to finish of each cell in each round, over that cell's own median; a round is a \
         strip. Open rings: the canary, always the same work. Hatched: a disturbed round.";
    let all = || rounds.values().flat_map(|round| round.cells.iter().chain(&round.canaries));
    let far = all().map(|ratio| ratio.max(1.0 / ratio)).filter(|far| far.is_finite());
    let far = far.fold(1.05, f64::max).min(4.0);
    let within = all().filter(|ratio| (0.95..=1.05).contains(*ratio)).count();
    let part = within as f64 / all().count().max(1) as f64;
    let description =
        format!("{} of all dots lie within 5 % of the median of their cell.", units::percent(part));
    let svg = picture(("rounds", &title, &description), subtitle, &rounds, far);
    Some(Draft { title, description, svg })
}

fn rounds(field: &Field, records: &[RoundRecord]) -> BTreeMap<u32, Round> {
    let mut rounds: BTreeMap<u32, Round> = BTreeMap::new();
    let makespan = Metric::named("makespan_ns").expect("it is one of the metrics");
    for values in field.by_round(makespan) {
        let mut all: Vec<f64> = values.values().copied().collect();
        let median = median_of(&mut all).unwrap_or(1.0).max(1.0);
        for (round, value) in values {
            rounds.entry(round).or_default().cells.push(value / median);
        }
    }
    let both = |record: &RoundRecord| [record.canary_before_ns, record.canary_after_ns];
    let mut canaries: Vec<f64> =
        records.iter().flat_map(both).flatten().map(|ns| ns as f64).collect();
    let median = median_of(&mut canaries).unwrap_or(1.0).max(1.0);
    for record in records {
        let round = rounds.entry(record.round).or_default();
        round.canaries.extend(both(record).into_iter().flatten().map(|ns| ns as f64 / median));
        round.disturbed |= record.noisy.is_some();
    }
    rounds
}

fn picture(
    (id, title, description): (&str, &str, &str),
    subtitle: &str,
    rounds: &BTreeMap<u32, Round>,
    far: f64,
) -> String {
    let heading = Heading::new(title, subtitle, "");
    let top = heading.bottom() + 10.0;
    let bottom = top + HEIGHT;
    let end = bottom + 46.0;
    let y = Scale::logarithmic((1.0 / far, far), (bottom, top));
    let height = end + heading.caption_height();
    let wide = (RIGHT - LEFT) / rounds.len() as f64;
    Sheet { id, title, description, width: WIDTH, height }.draw(|canvas| {
        heading.draw(canvas, end);
        let face = Face::plain(Role::Muted, 12.0);
        for (place, (number, round)) in rounds.iter().enumerate() {
            let left = LEFT + wide * place as f64;
            if round.disturbed {
                canvas.rect((left + 2.0, top), (left + wide - 2.0, bottom), Role::Free, 1.0);
            }
            let middle = left + wide / 2.0;
            if rounds.len() <= 24 || place % rounds.len().div_ceil(24) == 0 {
                canvas.text(&(number + 1).to_string(), (middle, bottom + 12.0), face, H::Middle);
            }
        }
        axis(canvas, y, far);
        for (place, round) in rounds.values().enumerate() {
            round.draw(canvas, y, (LEFT + wide * place as f64, wide));
        }
        canvas.text("round", ((LEFT + RIGHT) / 2.0, bottom + 31.0), face, H::Middle);
    })
}

/// The median, and ratios to both sides of it.
fn axis(canvas: &Canvas, y: Scale, far: f64) {
    let face = Face::plain(Role::Muted, 12.0);
    let steps = [1.02, 1.05, 1.1, 1.2, 1.5, 2.0, 3.0, 4.0];
    let first = steps.iter().rposition(|step| *step <= far.sqrt()).unwrap_or(0);
    let shown = steps.into_iter().skip(first).filter(|step| *step <= far);
    let ticks = shown.flat_map(|step| [step, 1.0 / step]).chain([1.0]);
    for tick in ticks {
        let at = y.at(tick);
        let stroke = match tick {
            1.0 => Stroke::solid(Role::Idle, 1.0),
            _ => Stroke::solid(Role::Grid, 1.0),
        };
        canvas.line(&[(LEFT, at), (RIGHT, at)], stroke);
        let label = if tick == 1.0 {
            "median".to_owned()
        } else {
            format!("{:+.0} %", (tick - 1.0) * 100.0)
        };
        canvas.text(&label, (LEFT - 8.0, at), face, H::Right);
    }
}

impl Round {
    /// Its dots side by side, the same place for the same cell in all rounds.
    fn draw(&self, canvas: &Canvas, y: Scale, (left, wide): (f64, f64)) {
        let room = wide - 16.0;
        let every = self.cells.len().div_ceil(MOST).max(1);
        let count = self.cells.len().max(1) as f64;
        for (place, ratio) in self.cells.iter().enumerate().step_by(every) {
            let x = left + 8.0 + room * 0.8 * (place as f64 + 0.5) / count;
            canvas.disc((x, y.at(*ratio)), 1.75, Role::Muted);
        }
        for (place, ratio) in self.canaries.iter().enumerate() {
            let part = (place as f64 + 0.5) / self.canaries.len() as f64;
            let centre = (left + 8.0 + room * (0.86 + 0.14 * part), y.at(*ratio));
            canvas.disc(centre, 4.5, Role::Ink);
            canvas.disc(centre, 2.75, Role::Card);
        }
    }
}
