//! Live bytes over time, all on one linear scale: what has no bound is a mountain.

use bp_analysis::Summary;
use bp_record::Measured;

use super::Draft;
use crate::{
    draw::{Heading, RowHead, Rows},
    facts::{Group, left_out, listed},
    growth, units,
};

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let measured = |row: &Summary| group.samples.get(row.memory_sample?)?.measured.as_ref();
    let has = |row: &Summary| measured(row).is_some_and(|m| !m.series.live_bytes.is_empty());
    let executor = group.executor(has)?;
    let (chosen, omitted) = group.chosen(executor, 5, has);
    let rows: Vec<_> =
        chosen.iter().filter_map(|(variant, row)| Some((variant, *row, measured(row)?))).collect();
    let highest = rows.iter().map(|(_, _, measured)| peak(measured)).max()?;

    let title = group.heading("Memory over time");
    let subtitle = format!(
        "Bytes allocated and not freed, above what was live before the run, on {executor}; all \
         rows share one linear scale."
    );
    let said: Vec<_> = rows
        .iter()
        .map(|(variant, _, measured)| {
            format!("{} {}", variant.name(), units::bytes(peak(measured)))
        })
        .collect();
    let description = format!("Most live bytes on {executor}: {}.", listed(&said));
    let frame = Rows {
        heading: Heading::new(&title, &subtitle, &left_out(&omitted)),
        heads: rows
            .iter()
            .map(|(variant, row, _)| RowHead {
                title: variant.name(),
                note: growth::word(row.verdict_memory()).to_owned(),
                family: group.family(&variant.strategy),
            })
            .collect(),
        height: 66.0,
        strip: 8.0,
        footer: 0.0,
        until_ns: rows.iter().map(|(_, _, measured)| end(measured)).max()?.max(1),
    };
    let svg = frame.draw(
        (name, &title, &description),
        |canvas, place, plot| {
            let (variant, _, measured) = rows[place];
            let high = highest.max(1) as f64 * 1.02;
            plot.value_axis(canvas, high, units::bytes);
            let family = group.family(&variant.strategy);
            plot.steps(canvas, &measured.series.live_bytes, (high, end(measured)), family);
            plot.end(canvas, end(measured), &units::bytes(peak(measured)), "peak");
        },
        |_, _| {},
    );
    Some(Draft { title, description, svg })
}

/// The greatest of what is drawn and of what the allocator counted, which misses nothing.
fn peak(measured: &Measured) -> u64 {
    let drawn = measured.series.live_bytes.iter().map(|point| point.1).max();
    drawn.max(measured.live_peak_bytes).unwrap_or(0)
}

fn end(measured: &Measured) -> u64 {
    let last = measured.series.live_bytes.last().map_or(0, |point| point.0);
    measured.makespan_ns.max(last)
}
