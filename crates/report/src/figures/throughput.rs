//! How long every strategy takes on every executor, and how many times the best with a limit
//! that is: without one, sleeping jobs all run at once, which is no standard for the others.

use bp_analysis::Summary;
use bp_record::Family;

use super::Draft;
use crate::{
    draw::{Canvas, Face, H, Heading, Role, Sheet, WIDTH, fit},
    facts::{Group, LOST, Variant, absence, listed, lost_text},
    pace::Pace,
    units,
};

const LEFT: f64 = 250.0;
const PITCH: f64 = 30.0;
/// Columns narrower than this take smaller letters.
const NARROW: f64 = 120.0;

fn title(pace: Pace) -> &'static str {
    match pace {
        Pace::Makespan => "Time to finish",
        Pace::Rate => "Throughput",
    }
}

fn subtitle(pace: Pace) -> &'static str {
    match pace {
        Pace::Makespan => {
            "Makespan, the median over the rounds, and how many times the best of its executor with \
             a limit it is: sleeping jobs flatter those without. The stronger the shade, the \
             slower; shades begin at 1.1, 1.5 and 2 times."
        }
        Pace::Rate => {
            "Jobs that succeeded per second, the median over the rounds, and how many times slower \
             than the best of its executor with a limit it is. The stronger the shade, the slower; \
             shades begin at 1.1, 1.5 and 2 times."
        }
    }
}

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let pace = Pace::of(group.cells());
    let (executors, variants) = (group.executors(), group.variants());
    let best = |executor: &&str| {
        let value = |variant: &&Variant| pace.compared(group.cell(variant, executor)?);
        let (free, held): (Vec<_>, Vec<_>) =
            variants.iter().partition(|v| group.family(&v.strategy) == Family::NoLimit);
        let best = |variants: Vec<&Variant>| pace.best(variants.iter().filter_map(value));
        best(held).or_else(|| best(free))
    };
    let best: Vec<Option<f64>> = executors.iter().map(best).collect();
    if !group.cells().any(|row| pace.value(row).is_some()) {
        return None;
    }
    let title = group.heading(title(pace));
    let heading = Heading::new(&title, subtitle(pace), &notes(group, &executors));
    let of_executor = executors.iter().zip(&best);
    let said: Vec<_> = of_executor
        .filter_map(|(executor, best)| Some(format!("{} on {executor}", pace.text((*best)?))))
        .collect();
    let description = if said.is_empty() {
        "Jobs failed everywhere, so nothing is compared.".to_owned()
    } else {
        format!("The best with a limit: {}.", listed(&said))
    };

    let top = heading.bottom() + 26.0;
    let wide = ((WIDTH - 20.0 - LEFT) / executors.len() as f64).min(160.0);
    let end = top + PITCH * variants.len() as f64 + 6.0;
    let height = end + heading.caption_height();
    let sheet = Sheet { id: name, title: &title, description: &description, width: WIDTH, height };
    let svg = sheet.draw(|canvas| {
        heading.draw(canvas, end);
        for (column, executor) in executors.iter().enumerate() {
            column_head(canvas, group, executor, (LEFT + wide * column as f64, top, wide));
        }
        for (place, variant) in variants.iter().enumerate() {
            let y = top + PITCH * place as f64;
            let family = group.family(&variant.strategy);
            row_head(canvas, &variant.name(), Role::Of(family), y + PITCH / 2.0);
            for (column, executor) in executors.iter().enumerate() {
                let row = group.cell(variant, executor);
                let place = (LEFT + wide * column as f64, y, wide);
                match row.and_then(|row| pace.compared(row)).zip(best[column]) {
                    Some((value, best)) => {
                        cell(canvas, place, &pace.text(value), pace.times(value, best));
                    }
                    None => {
                        let part = row.and_then(Summary::lost);
                        let text = part.map_or_else(|| absence(row), lost_text);
                        absent(canvas, place, &text);
                    }
                }
            }
        }
    });
    Some(Draft { title, description, svg })
}

fn notes(group: &Group, executors: &[&str]) -> String {
    let mut notes = Vec::new();
    if group.cells().any(|row| row.lost().is_some()) {
        notes.push(format!("% fail: {LOST}."));
    }
    if executors.iter().any(|executor| group.legacy(executor)) {
        notes.push("† no longer maintained; shown because people still run it.".to_owned());
    }
    notes.join(" ")
}

fn column_head(canvas: &Canvas, group: &Group, executor: &str, (x, y, wide): (f64, f64, f64)) {
    let marked =
        if group.legacy(executor) { format!("{executor} †") } else { executor.to_owned() };
    let face = Face::bold(Role::Ink, if wide < NARROW { 11.0 } else { 13.0 });
    let text = fit(&marked, face.size, true, wide - 4.0);
    canvas.text(&text, (x + wide / 2.0, y - 12.0), face, H::Middle);
}

fn row_head(canvas: &Canvas, title: &str, family: Role, middle: f64) {
    canvas.rect((20.0, middle - 5.0), (30.0, middle + 5.0), family, 1.0);
    let label = fit(title, 12.0, false, LEFT - 12.0 - 36.0);
    canvas.text(&label, (LEFT - 12.0, middle), Face::plain(Role::Ink, 12.0), H::Right);
}

fn cell(canvas: &Canvas, (x, y, wide): (f64, f64, f64), value: &str, times: f64) {
    let heat = match times {
        times if times < 1.1 => 0,
        times if times < 1.5 => 1,
        times if times < 2.0 => 2,
        _ => 3,
    };
    canvas.rect((x + 1.0, y + 1.0), (x + wide - 1.0, y + PITCH - 1.0), Role::Heat(heat), 1.0);
    let (strong, weak) =
        if heat == 3 { (Role::OnHeat, Role::OnHeat) } else { (Role::Ink, Role::Muted) };
    let size = if wide < NARROW { 11.0 } else { 13.0 };
    // The value ends and the ratio begins at one place, so that a column of them lines up.
    let (seam, middle) = (x + wide * 0.57, y + PITCH / 2.0);
    let ratio = match times {
        1.0 => "best".to_owned(),
        times if times.is_finite() => units::times(times),
        _ => String::new(),
    };
    canvas.text(value, (seam, middle), Face::plain(strong, size), H::Right);
    canvas.text(&ratio, (seam + 7.0, middle), Face::plain(weak, size - 1.0), H::Left);
}

/// What stands in the place of a cell that has no value.
fn absent(canvas: &Canvas, (x, y, wide): (f64, f64, f64), text: &str) {
    let place = (x + wide / 2.0, y + PITCH / 2.0);
    canvas.text(text, place, Face::plain(Role::Muted, 12.5), H::Middle);
}
