//! Peak memory against the number of jobs: flat where it is bounded, a diagonal where it is not.

use bp_analysis::power;
use bp_record::Family;

use super::Draft;
use crate::{
    draw::{Axis, Chart, Heading, Role, Trail, nice_ceiling, nice_floor},
    facts::{Group, left_out, listed},
    sweep::Swept,
    units,
};

/// So many lines can be told apart.
const MOST: usize = 9;

/// What grew, or did not.
struct Grown {
    label: String,
    family: Family,
    /// (jobs, bytes)
    points: Vec<(u64, u64)>,
}

/// Of cells that were weighed with all their jobs and with fewer.
pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let points = |row: &bp_analysis::Summary| {
        Some(vec![row.live_peak_small?, (row.jobs?, row.live_peak_bytes?)])
    };
    let executor = group.executor(|row| points(row).is_some())?;
    let (chosen, omitted) = group.chosen(executor, MOST, |row| points(row).is_some());
    let grown = chosen.iter().filter_map(|(variant, row)| {
        let (label, family) = (group.title(variant), group.family(&variant.strategy));
        Some(Grown { label, family, points: points(row)? })
    });
    let title = group.heading("Peak memory against the number of jobs");
    picture(name, title, executor, &grown.collect::<Vec<_>>(), &left_out(&omitted))
}

/// Of a sweep over the number of jobs: all curves of one workload, in one picture.
pub(super) fn of_sweep(curves: &[&Swept], name: &str) -> Option<Draft> {
    let first = curves.first()?;
    let grown = |swept: &&Swept| {
        let points = swept.curve.points.iter();
        let points = points.filter_map(|point| Some((point.value, point.summary.live_peak_bytes?)));
        let points: Vec<_> = points.collect();
        let label = swept.who.clone();
        (points.len() > 1).then_some(Grown { label, family: swept.family, points })
    };
    let grown: Vec<_> = curves.iter().filter_map(grown).collect();
    let (shown, rest) = grown.split_at(grown.len().min(MOST));
    let rest: Vec<_> = rest.iter().map(|grown| grown.label.clone()).collect();
    let title = format!("Peak memory against the number of jobs: {}", first.conditions);
    picture(name, title, "", shown, &left_out(&rest))
}

fn picture(
    name: &str,
    title: String,
    executor: &str,
    grown: &[Grown],
    caption: &str,
) -> Option<Draft> {
    let all = || grown.iter().flat_map(|grown| grown.points.iter().copied());
    let range = |of: fn((u64, u64)) -> u64| {
        let least = all().map(of).filter(|value| *value > 0).min()? as f64;
        Some((least, (all().map(of).max()? as f64).max(least * 2.0)))
    };
    let (jobs, bytes) = (range(|point| point.0)?, range(|point| point.1)?);
    let mut lines: Vec<Trail> = Vec::new();
    let mut said = Vec::new();
    for Grown { label, family, points } in grown {
        let role = Role::Of(*family);
        let points: Vec<_> = points.iter().map(|&(n, b)| (n as f64, b as f64)).collect();
        let slope =
            power(&points).map_or_else(String::new, |slope| format!(" N^{}", exponent(slope)));
        said.push(format!("{label}{slope}"));
        lines.push(Trail {
            label: format!("{slope} {label}").trim_start().to_owned(),
            role,
            member: lines.iter().filter(|line| line.role == role).count(),
            points,
            discs: true,
        });
    }
    let mut numbers: Vec<f64> = all().map(|(jobs, _)| jobs as f64).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    let on = if executor.is_empty() { String::new() } else { format!(", on {executor}") };
    let subtitle = format!(
        "Most bytes allocated and not freed at one instant{on}; both axes are logarithmic. N^0 does \
         not grow with the number of jobs N, N^1 grows in step with it (fitted)."
    );
    let description = format!("Peak memory grows{on} as: {}.", listed(&said));
    let axis = |title: &str, range, print, marked| Axis {
        title: title.to_owned(),
        range,
        logarithmic: true,
        print,
        marked,
    };
    let chart = Chart {
        heading: Heading::new(&title, &subtitle, caption),
        x: axis("jobs", jobs, units::count, numbers),
        y: axis(
            "peak of the live bytes",
            (nice_floor(bytes.0), nice_ceiling(bytes.1)),
            units::bytes,
            Vec::new(),
        ),
        lines,
    };
    let svg = chart.draw((name, &title, &description));
    Some(Draft { title, description, svg })
}

/// A power in two digits, without a minus before nothing.
fn exponent(slope: f64) -> String {
    let text = format!("{slope:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::exponent;

    #[test]
    fn nothing_has_no_sign() {
        assert_eq!([-0.001, 0.98, -0.2].map(exponent), ["0.00", "0.98", "-0.20"]);
    }
}
