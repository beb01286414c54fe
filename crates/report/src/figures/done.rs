//! How many results there are, over time: a barrier delivers in bursts, order in waves.

use bp_analysis::Summary;
use bp_record::Measured;

use super::Draft;
use crate::{
    draw::{Axis, Chart, Heading, Role, Trail},
    facts::{Group, left_out, listed},
    units,
};

/// So many lines can be told apart.
const MOST: usize = 5;

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let measured = |row: &Summary| group.samples.get(row.trace_sample?)?.measured.as_ref();
    let has = |row: &Summary| measured(row).is_some_and(|m| !m.series.delivered.is_empty());
    let executor = group.executor(has)?;
    let (mut chosen, omitted) = group.chosen(executor, MOST, has);
    // Their names stand in the order in which they end.
    chosen.sort_by_key(|(_, row)| measured(row).map(|measured| measured.makespan_ns));
    let mut lines: Vec<Trail> = Vec::new();
    let mut halves = Vec::new();
    for (variant, row) in &chosen {
        let Some(measured) = measured(row) else { continue };
        let role = Role::Of(group.family(&variant.strategy));
        let label = variant.name();
        halves.push(format!("{label} {}", units::time(half(measured))));
        lines.push(Trail {
            // All end with all results, so the lines are told apart by when.
            label: format!("{} {label}", units::time(measured.makespan_ns)),
            role,
            member: lines.iter().filter(|line| line.role == role).count(),
            points: trail(measured),
            discs: false,
        });
    }
    let last = |of: fn(&(f64, f64)) -> f64| {
        lines.iter().flat_map(|line| line.points.iter().map(of)).fold(1.0, f64::max)
    };
    let title = group.heading("Results over time");
    let subtitle = format!(
        "Results handed to the consumer since the start, on {executor}. Steep is fast; flat is a \
         wait in which nothing comes out."
    );
    let description =
        format!("Half of the results were there, on {executor}: {}.", listed(&halves));
    let chart = Chart {
        heading: Heading::new(&title, &subtitle, &left_out(&omitted)),
        x: axis("time since the start", last(|point| point.0), units::time),
        // A little air, or the line of all results would lie on the edge.
        y: axis("results delivered", last(|point| point.1) * 1.04, units::count),
        lines,
    };
    let svg = chart.draw((name, &title, &description));
    Some(Draft { title, description, svg })
}

fn axis(title: &str, high: f64, print: fn(u64) -> String) -> Axis {
    Axis {
        title: title.to_owned(),
        range: (0.0, high),
        logarithmic: false,
        print,
        marked: Vec::new(),
    }
}

/// The steps, from nothing at the start.
fn trail(measured: &Measured) -> Vec<(f64, f64)> {
    let mut points = vec![(0.0, 0.0)];
    let mut before = 0.0;
    for &(time, count) in &measured.series.delivered {
        points.push((time as f64, before));
        before = count as f64;
        points.push((time as f64, before));
    }
    points
}

/// When half of all were delivered.
fn half(measured: &Measured) -> u64 {
    let series = &measured.series.delivered;
    let all = series.last().map_or(0, |point| point.1);
    series.iter().find(|point| point.1 * 2 >= all).map_or(0, |point| point.0)
}

#[cfg(test)]
mod tests {
    use bp_record::Series;

    use super::*;

    #[test]
    fn results_rise_in_steps_from_nothing() {
        let delivered = vec![(10, 1), (20, 4), (90, 8)];
        let series = Series { delivered, ..Series::default() };
        let measured = Measured { series, ..Measured::default() };
        assert_eq!(half(&measured), 20);
        assert_eq!(trail(&measured)[..4], [(0.0, 0.0), (10.0, 0.0), (10.0, 1.0), (20.0, 1.0)]);
        assert_eq!(half(&Measured::default()), 0);
    }
}
