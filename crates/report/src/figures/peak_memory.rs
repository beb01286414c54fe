//! The peak of the live bytes of every strategy on every executor, and whether it grows.

use bp_analysis::{MemoryVerdict, Summary};

use super::Draft;
use crate::{
    draw::{
        Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, fit, log_ticks, nice_ceiling,
        nice_floor, width,
    },
    facts::{Group, Variant, absence, listed},
    growth, units,
};

const LEFT: f64 = 236.0;
const RIGHT: f64 = WIDTH - 156.0;
/// Between the dots of two executors in one row.
const STEP: f64 = 6.0;

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let (executors, variants) = (group.executors(), group.variants());
    let peaks: Vec<u64> = group.cells().filter_map(|row| row.live_peak_bytes).collect();
    let most = peaks.iter().copied().max()?;
    let least = peaks.iter().copied().filter(|peak| *peak > 0).min().unwrap_or(1);
    let low = nice_floor(least as f64);
    let high = nice_ceiling(most as f64).max(low * 10.0);

    let title = group.heading("Peak memory");
    let jobs = group.cells().filter_map(|row| row.jobs).max();
    let jobs = jobs.map_or(String::new(), |jobs| format!(" with {}", units::jobs(jobs)));
    let subtitle = format!(
        "Most heap bytes allocated and not freed at one instant{jobs}, without thread stacks; \
         logarithmic. Right: whether it grows with the number of jobs."
    );
    let heading = Heading::new(&title, &subtitle, "");
    let description = description(group, (least, most));

    let top = heading.bottom() + 28.0;
    let pitch = (STEP * executors.len() as f64 + 8.0).max(22.0);
    let bottom = top + pitch * variants.len() as f64;
    let end = bottom + 46.0;
    let scale = Scale::logarithmic((low, high), (LEFT, RIGHT));
    let height = end + heading.caption_height();
    let sheet = Sheet { id: name, title: &title, description: &description, width: WIDTH, height };
    let svg = sheet.draw(|canvas| {
        heading.draw(canvas, end);
        key(canvas, top - 22.0, &executors);
        axis(canvas, scale, (low, high), (top, bottom));
        for (place, variant) in variants.iter().enumerate() {
            let y = top + pitch * (place as f64 + 0.5);
            let cells: Vec<_> =
                executors.iter().map(|executor| group.cell(variant, executor)).collect();
            row(canvas, group, variant, &cells, (y, scale));
        }
    });
    Some(Draft { title, description, svg })
}

/// Whose memory grows, or where all of it is bounded, how much it is.
fn description(group: &Group, (least, most): (u64, u64)) -> String {
    let grows = |variant: &Variant| {
        let cells = group.executors().into_iter().filter_map(|name| group.cell(variant, name));
        cells.into_iter().any(|row| row.verdict_memory() == Some(MemoryVerdict::Grows))
    };
    let growing: Vec<_> = group
        .variants()
        .iter()
        .filter(|variant| grows(variant))
        .map(|variant| variant.name())
        .collect();
    if growing.is_empty() {
        format!("From {} to {}.", units::bytes(least), units::bytes(most))
    } else {
        format!("The memory of {} grows with the number of jobs.", listed(&growing))
    }
}

fn verdict(row: Option<&Summary>) -> Option<MemoryVerdict> {
    row.and_then(Summary::verdict_memory)
}

fn axis(canvas: &Canvas, scale: Scale, (low, high): (f64, f64), (top, bottom): (f64, f64)) {
    let face = Face::plain(Role::Muted, 12.0);
    for tick in log_ticks(low, high, 10) {
        let x = scale.at(tick);
        canvas.line(&[(x, top), (x, bottom)], Stroke::solid(Role::Grid, 1.0));
        canvas.text(&units::tick(tick, units::bytes), (x, bottom + 12.0), face, H::Middle);
    }
    let middle = (LEFT + RIGHT) / 2.0;
    canvas.text("peak of the live bytes", (middle, bottom + 31.0), face, H::Middle);
}

fn row(
    canvas: &Canvas,
    group: &Group,
    variant: &Variant,
    cells: &[Option<&Summary>],
    (y, scale): (f64, Scale),
) {
    let family = Role::Of(group.family(&variant.strategy));
    let title = fit(&variant.name(), 12.5, false, LEFT - 32.0);
    canvas.text(&title, (LEFT - 12.0, y), Face::plain(Role::Ink, 12.5), H::Right);
    canvas.line(&[(LEFT, y), (RIGHT, y)], Stroke::solid(Role::Grid, 1.0));
    let first = y - STEP * (cells.len() as f64 - 1.0) / 2.0;
    for (place, cell) in cells.iter().enumerate() {
        if let Some(bytes) = cell.and_then(|row| row.live_peak_bytes) {
            mark(canvas, (scale.at(bytes as f64), first + STEP * place as f64), place, family);
        }
    }
    let (text, strong) = remark(cells);
    let face = if strong { Face::bold(Role::Ink, 12.5) } else { Face::plain(Role::Muted, 12.5) };
    canvas.text(&text, (RIGHT + 14.0, y), face, H::Left);
}

/// What stands at the end of a row, and whether it is a warning.
fn remark(cells: &[Option<&Summary>]) -> (String, bool) {
    let measured = |cell: &&Option<&Summary>| cell.is_some_and(|r| r.live_peak_bytes.is_some());
    if !cells.iter().any(|cell| measured(&cell)) {
        return (absence(cells.iter().copied().flatten().next()), false);
    }
    let verdicts: Vec<_> = cells.iter().filter_map(|cell| verdict(*cell)).collect();
    let growing = verdicts.iter().filter(|verdict| **verdict == MemoryVerdict::Grows).count();
    let text = match (verdicts.first(), growing) {
        (None, _) => String::new(),
        (_, growing) if growing == verdicts.len() => "grows".to_owned(),
        (_, 1..) => format!("grows on {growing} of {}", verdicts.len()),
        (Some(first), _) if verdicts.iter().any(|other| other != first) => "in between".to_owned(),
        (verdict, _) => growth::word(verdict.copied()).to_owned(),
    };
    (text, growing > 0)
}

/// The mark of an executor: its shape and its height in the row tell which one it is.
fn mark(canvas: &Canvas, (x, y): (f64, f64), executor: usize, role: Role) {
    let diamond = |size: f64| [(x - size, y), (x, y - size), (x + size, y), (x, y + size)];
    let triangle =
        |size: f64| [(x - size, y + size * 0.8), (x, y - size), (x + size, y + size * 0.8)];
    match executor % 4 {
        0 => canvas.disc((x, y), 3.5, role),
        1 => canvas.rect((x - 3.0, y - 3.0), (x + 3.0, y + 3.0), role, 1.0),
        2 => canvas.polygon(&triangle(4.2), role, 1.0),
        _ => canvas.polygon(&diamond(4.4), role, 1.0),
    }
    // The second four are the same with an open middle.
    if executor >= 4 {
        canvas.disc((x, y), 1.5, Role::Card);
    }
}

/// The marks and their executors, in the order in which they stand in a row from top to bottom.
fn key(canvas: &Canvas, y: f64, executors: &[&str]) {
    let mut x = LEFT + 4.0;
    for (place, executor) in executors.iter().enumerate() {
        let face = Face::plain(Role::Muted, 12.0);
        let name = fit(executor, face.size, false, 150.0);
        mark(canvas, (x, y), place, Role::Muted);
        canvas.text(&name, (x + 9.0, y), face, H::Left);
        x += 9.0 + width(&name, face.size, false) + 18.0;
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use bp_record::{
        Arrivals, Cell, Consumer, Extent, Faults, Outcome, Pass, Real, Role, Sample, Work,
    };

    use super::*;

    /// What is known of a cell that ran out of memory.
    fn blank() -> Summary {
        let work = Work {
            name: "fixed".into(),
            extent: Extent::Jobs(1),
            service_ns: 1,
            payload_bytes: 0,
            seed: 0,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        };
        let cell = Cell {
            work,
            strategy: "sequential".into(),
            executor: "tokio".into(),
            threads: NonZeroUsize::MIN,
            limit: None,
            capacity: None,
            window: None,
            pause_ns: None,
            rate_per_second: None,
        };
        let sample = Sample {
            cell,
            pass: Pass::Memory,
            role: Role::Measured,
            round: 0,
            attempt: 0,
            outcome: Outcome::Oom,
            exit_code: Some(86),
            signal: None,
            message: None,
            measured: None,
        };
        bp_analysis::summarize(&[sample]).remove(0)
    }

    #[test]
    fn growth_on_some_executors_is_said_of_those() {
        let summary = |growth: f64| Summary {
            live_peak_bytes: Some(1),
            live_peak_small: Some((100, 1)),
            memory_growth: Some(growth),
            ..blank()
        };
        let said = |growths: &[f64]| {
            let rows: Vec<_> = growths.iter().map(|growth| summary(*growth)).collect();
            remark(&rows.iter().map(Some).collect::<Vec<_>>())
        };
        assert_eq!(said(&[1.0, 0.9]), ("grows".into(), true));
        assert_eq!(said(&[1.0, 0.5, 0.0]), ("grows on 1 of 3".into(), true));
        assert_eq!(said(&[0.5, 0.0]), ("in between".into(), false));
        assert_eq!(said(&[0.0, 0.1]), ("bounded".into(), false));
        let nothing = blank();
        assert_eq!(remark(&[None, Some(&nothing)]), ("oom".into(), false));
        assert_eq!(remark(&[None]), ("–".into(), false));
    }
}
