//! Which job is delivered when: a line is order, a cloud is none.

use bp_analysis::Summary;

use super::Draft;
use crate::{
    draw::{Heading, Role, RowHead, Rows},
    facts::{Group, left_out, listed},
    units,
};

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let measured = |row: &Summary| group.samples.get(row.trace_sample?)?.measured.as_ref();
    let has = |row: &Summary| measured(row).is_some_and(|m| !m.series.order.is_empty());
    let executor = group.executor(has)?;
    let (chosen, omitted) = group.chosen(executor, 5, has);
    let rows: Vec<_> =
        chosen.iter().filter_map(|(variant, row)| Some((variant, *row, measured(row)?))).collect();
    let points = rows.iter().flat_map(|(_, _, measured)| &measured.series.order);
    let highest = points.map(|point| point.1).max()?.max(1);

    let title = group.heading("Order of delivery");
    let subtitle = format!("Number of the item against the time of its delivery, on {executor}.");
    let said: Vec<_> = rows
        .iter()
        .map(|(variant, row, _)| format!("{} {}", variant.name(), overtaken(row)))
        .collect();
    let description =
        format!("Items delivered after a later one, on {executor}: {}.", listed(&said));
    let frame = Rows {
        heading: Heading::new(&title, &subtitle, &left_out(&omitted)),
        heads: rows
            .iter()
            .map(|(variant, row, _)| RowHead {
                title: variant.name(),
                note: row.cell.limit.map_or("no limit".into(), |limit| format!("limit {limit}")),
                family: group.family(&variant.strategy),
            })
            .collect(),
        height: 84.0,
        strip: 8.0,
        footer: 0.0,
        until_ns: rows.iter().map(|(_, _, m)| m.makespan_ns).max()?.max(1),
    };
    let svg = frame.draw(
        (name, &title, &description),
        |canvas, place, plot| {
            let (variant, row, measured) = rows[place];
            plot.value_axis(canvas, highest as f64, units::count);
            let values = plot.values(highest as f64);
            let role = Role::Of(group.family(&variant.strategy));
            for &(time, index) in &measured.series.order {
                canvas.disc((plot.time.at(time as f64), values.at(index as f64)), 1.5, role);
            }
            let note = if row.out_of_order == Some(0) { "" } else { "overtaken" };
            plot.end(canvas, measured.makespan_ns, &overtaken(row), note);
        },
        |_, _| {},
    );
    Some(Draft { title, description, svg })
}

/// `in order`, or the part of the items that came after a later one.
fn overtaken(row: &Summary) -> String {
    let delivered = row.sojourn.as_ref().map_or(0, |sojourn| sojourn.count).max(1);
    match row.out_of_order {
        None | Some(0) => "in order".to_owned(),
        Some(late) if late * 200 < delivered => "< 1 %".to_owned(),
        Some(late) => units::percent(late as f64 / delivered as f64),
    }
}
