//! How many jobs are in flight, over time: batches run empty, a refill keeps its slots filled.

use bp_analysis::Summary;
use bp_record::Measured;

use super::Draft;
use crate::{
    draw::{Canvas, Heading, Plot, Role, RowHead, Rows, Stroke},
    facts::{Group, left_out, listed},
    units,
};

/// A strategy in this figure.
struct Row<'a> {
    head: RowHead,
    measured: &'a Measured,
    limit: Option<u64>,
}

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let measured = |row: &Summary| group.samples.get(row.trace_sample?)?.measured.as_ref();
    let has = |row: &Summary| measured(row).is_some_and(|m| !m.series.in_flight.is_empty());
    let executor = group.executor(has)?;
    let (chosen, omitted) = group.chosen(executor, 5, has);
    let rows = chosen.iter().filter_map(|(variant, summary)| {
        let limit = summary.cell.limit.map(|limit| limit.get() as u64);
        let head = RowHead {
            title: variant.name(),
            note: limit.map_or("no limit".into(), |n| format!("limit {}", units::count(n))),
            family: group.family(&variant.strategy),
        };
        Some(Row { head, measured: measured(summary)?, limit })
    });
    let rows: Vec<Row> = rows.collect();

    let title = group.heading("In flight over time");
    let subtitle = format!(
        "Jobs started and not finished, on {executor}; each row has a scale of its own. Hatched: \
         slots that are free although jobs wait."
    );
    let said: Vec<_> =
        rows.iter().map(|row| format!("{} {}", row.head.title, row.occupation())).collect();
    let description = format!("On {executor}: {}.", listed(&said));
    let frame = Rows {
        heading: Heading::new(&title, &subtitle, &left_out(&omitted)),
        heads: rows.iter().map(|row| row.head.clone()).collect(),
        height: 60.0,
        strip: 8.0,
        footer: 0.0,
        until_ns: rows.iter().map(|row| row.measured.makespan_ns).max()?.max(1),
    };
    let paint = |canvas: &Canvas, place: usize, plot: Plot| rows[place].paint(canvas, plot);
    let svg = frame.draw((name, &title, &description), paint, |_, _| {});
    Some(Draft { title, description, svg })
}

impl Row<'_> {
    fn peak(&self) -> u64 {
        let drawn = self.measured.series.in_flight.iter().map(|point| point.1).max();
        drawn.max(self.measured.in_flight_peak).unwrap_or(0)
    }

    /// `39 % busy` of the slots, or where there are none, `peak 240`.
    fn occupation(&self) -> String {
        match (self.limit, self.measured.in_flight_mean) {
            (Some(limit), Some(mean)) => format!("{} busy", units::percent(mean / limit as f64)),
            _ => format!("peak {}", units::count(self.peak())),
        }
    }

    fn paint(&self, canvas: &Canvas, plot: Plot) {
        let points = &self.measured.series.in_flight;
        let high = self.peak().max(self.limit.unwrap_or(0)).max(1) as f64;
        plot.value_axis(canvas, high, units::count);
        if let Some(limit) = self.limit {
            let top = plot.values(high).at(limit as f64);
            let until = plot.time.at(last_rise(points) as f64);
            canvas.rect((plot.left, top), (until, plot.bottom), Role::Free, 1.0);
            canvas.line(&[(plot.left, top), (plot.right, top)], Stroke::dashed(Role::Muted, 1.0));
        }
        let end_ns = self.measured.makespan_ns;
        plot.steps(canvas, points, (high, end_ns), self.head.family);
        plot.end(canvas, end_ns, &units::time(end_ns), &self.occupation());
    }
}

/// When the number rose last: until then, there were jobs that waited.
fn last_rise(points: &[(u64, u64)]) -> u64 {
    let rises = points.windows(2).filter(|pair| pair[1].1 > pair[0].1);
    rises.map(|pair| pair[1].0).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::last_rise;

    #[test]
    fn the_last_rise_is_when_the_last_job_started() {
        assert_eq!(last_rise(&[(1, 1), (2, 2), (5, 1), (7, 2), (8, 1), (9, 0)]), 7);
        assert_eq!(last_rise(&[(1, 4), (5, 0)]), 0);
        assert_eq!(last_rise(&[]), 0);
    }
}
