//! How long a job takes, by percentile: from its arrival to its delivery, beside its own time.

use bp_analysis::Summary;
use bp_record::Measured;

use super::Draft;
use crate::{
    draw::{
        Canvas, Face, H, Heading, Role, Scale, Sheet, Stroke, WIDTH, fit, log_ticks, nice_ceiling,
        nice_floor, spread,
    },
    facts::{Group, left_out, listed},
    units,
};

const LEFT: f64 = 84.0;
const RIGHT: f64 = WIDTH - 262.0;
const HEIGHT: f64 = 330.0;
/// The maximum has no place on the axis 1/(1-p); it stands this many decades after the last point.
const MAXIMUM: f64 = 0.3;

/// A line of the figure.
struct Spectrum<'a> {
    label: String,
    role: Role,
    /// Which of several of its family, told apart by marks.
    member: usize,
    points: &'a [(f64, u64)],
    service: bool,
}

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let measured = |row: &Summary| group.samples.get(row.trace_sample?)?.measured.as_ref();
    let has = |row: &Summary| measured(row).is_some_and(|m| !m.series.sojourn.is_empty());
    let executor = group.executor(has)?;
    let (chosen, omitted) = group.chosen(executor, 5, has);
    let mut lines: Vec<Spectrum> = Vec::new();
    let mut services = Vec::new();
    for (variant, row) in &chosen {
        let Some(measured) = measured(row) else { continue };
        let role = Role::Of(group.family(&variant.strategy));
        let member = lines.iter().filter(|line| line.role == role).count();
        let label = variant.name();
        services.push((label.clone(), role, measured));
        lines.push(Spectrum {
            label,
            role,
            member,
            points: &measured.series.sojourn,
            service: false,
        });
    }
    lines.extend(service_lines(&services));

    let title = group.heading("Latency by percentile");
    let subtitle = format!(
        "Sojourn time, from arrival to delivery (solid), beside service time, from start to finish \
         (dashed), on {executor}; both axes are logarithmic."
    );
    let said: Vec<_> = chosen
        .iter()
        .filter_map(|(variant, row)| {
            let sojourn = row.sojourn.as_ref()?;
            Some(format!(
                "{} {}",
                variant.name(),
                units::time(sojourn.p50_ns.unwrap_or(sojourn.mean_ns))
            ))
        })
        .collect();
    let description = format!("Median sojourn time on {executor}: {}.", listed(&said));
    let heading = Heading::new(&title, &subtitle, &left_out(&omitted));
    let svg = picture(&heading, (name, &title, &description), &lines)?;
    Some(Draft { title, description, svg })
}

/// The service times, one line for those that are alike.
fn service_lines<'a>(all: &[(String, Role, &'a Measured)]) -> Vec<Spectrum<'a>> {
    let mut alike: Vec<Vec<&(String, Role, &'a Measured)>> = Vec::new();
    for entry in all.iter().filter(|(_, _, measured)| !measured.series.service.is_empty()) {
        let same = |members: &&mut Vec<&(String, Role, &Measured)>| {
            are_alike(&members[0].2.series.service, &entry.2.series.service)
        };
        match alike.iter_mut().find(same) {
            Some(members) => members.push(entry),
            None => alike.push(vec![entry]),
        }
    }
    let line = |members: &Vec<&(String, Role, &'a Measured)>| {
        let (first, role, measured) = members[0];
        let (label, role) = match members.len() {
            1 => (format!("service: {first}"), *role),
            count if count == all.len() => ("service time, all alike".to_owned(), Role::Muted),
            count => (format!("service time, {count} alike"), Role::Muted),
        };
        Spectrum { label, role, member: 0, points: &measured.series.service, service: true }
    };
    alike.iter().map(line).collect()
}

/// True if nine in ten points of two spectra are within a quarter of each other: then the lines
/// would cover one another.
fn are_alike(a: &[(f64, u64)], b: &[(f64, u64)]) -> bool {
    let near = |(a, b): &(&(f64, u64), &(f64, u64))| {
        a.1.abs_diff(b.1) as f64 <= 0.25 * a.1.max(b.1) as f64
    };
    let same = a.iter().zip(b).filter(near).count();
    a.len() == b.len() && same * 10 >= a.len() * 9
}

fn picture(heading: &Heading, names: (&str, &str, &str), lines: &[Spectrum]) -> Option<String> {
    let points = || lines.iter().flat_map(|line| line.points);
    let last = points().map(|point| point.0).filter(|fraction| *fraction < 1.0).fold(0.0, f64::max);
    let decades = place(last, 0.0) + MAXIMUM;
    let low = nice_floor(points().map(|point| point.1).filter(|ns| *ns > 0).min()? as f64);
    let high = nice_ceiling(points().map(|point| point.1).max()? as f64).max(low * 2.0);

    let top = heading.bottom() + 4.0;
    let bottom = top + HEIGHT;
    let x = Scale::linear((0.0, decades), (LEFT, RIGHT));
    let y = Scale::logarithmic((low, high), (bottom, top));
    let (id, title, description) = names;
    let end = bottom + 46.0;
    let height = end + heading.caption_height();
    let sheet = Sheet { id, title, description, width: WIDTH, height };
    Some(sheet.draw(|canvas| {
        heading.draw(canvas, end);
        axes(canvas, (x, last, decades), y, (low, high));
        for line in lines {
            spectrum(canvas, line, |fraction| x.at(place(fraction, decades)), y);
        }
        labels(canvas, lines, y, (top, bottom));
    }))
}

/// Where a fraction of all jobs lies: in powers of ten of 1/(1-p), the whole at `maximum`.
fn place(fraction: f64, maximum: f64) -> f64 {
    if fraction >= 1.0 { maximum } else { -(1.0 - fraction.max(0.0)).log10() }
}

fn axes(canvas: &Canvas, (x, last, decades): (Scale, f64, f64), y: Scale, (low, high): (f64, f64)) {
    let face = Face::plain(Role::Muted, 12.0);
    let grid = Stroke::solid(Role::Grid, 1.0);
    let (top, bottom) = (y.at(high), y.at(low));
    for tick in log_ticks(low, high, 13) {
        canvas.line(&[(LEFT, y.at(tick)), (RIGHT, y.at(tick))], grid);
        canvas.text(&units::tick(tick, units::time), (LEFT - 8.0, y.at(tick)), face, H::Right);
    }
    let named = [
        (0.0, "least"),
        (0.5, "p50"),
        (0.9, "p90"),
        (0.99, "p99"),
        (0.999, "p99.9"),
        (0.9999, "p99.99"),
    ];
    let within = named.into_iter().filter(|(fraction, _)| *fraction <= last + 1e-9);
    for (fraction, label) in within.chain([(1.0, "max")]) {
        let at = x.at(place(fraction, decades));
        canvas.line(&[(at, top), (at, bottom)], grid);
        canvas.text(label, (at, bottom + 12.0), face, H::Middle);
    }
    let middle = (LEFT + RIGHT) / 2.0;
    canvas.text("percentile of jobs", (middle, bottom + 31.0), face, H::Middle);
}

fn spectrum(canvas: &Canvas, line: &Spectrum, x: impl Fn(f64) -> f64, y: Scale) {
    let points: Vec<_> =
        line.points.iter().map(|&(fraction, ns)| (x(fraction), y.at(ns as f64))).collect();
    let stroke =
        if line.service { Stroke::dashed(line.role, 1.5) } else { Stroke::solid(line.role, 2.0) };
    canvas.line(&points, stroke);
    if line.member > 0 {
        let marked = points.iter().step_by((points.len() / 9).max(1));
        for &centre in marked {
            mark(canvas, centre, line);
        }
    }
}

/// A disc with an open middle for the second of a family, full for the third and on.
fn mark(canvas: &Canvas, centre: (f64, f64), line: &Spectrum) {
    canvas.disc(centre, 4.0, line.role);
    if line.member == 1 {
        canvas.disc(centre, 2.0, Role::Card);
    }
}

/// The name of each line where it ends, pushed apart, with a thin line to the end it names.
fn labels(canvas: &Canvas, lines: &[Spectrum], y: Scale, bounds: (f64, f64)) {
    let ends: Vec<f64> = lines
        .iter()
        .map(|line| line.points.last().map_or(bounds.1, |point| y.at(point.1 as f64)))
        .collect();
    let places = spread(&ends, 18.0, bounds);
    for ((line, end), place) in lines.iter().zip(ends).zip(places) {
        let leader = [(RIGHT + 3.0, end), (RIGHT + 16.0, place)];
        canvas.line(&leader, Stroke::solid(line.role, 1.0));
        let swatch = [(RIGHT + 16.0, place), (RIGHT + 34.0, place)];
        let stroke = if line.service {
            Stroke::dashed(line.role, 2.0)
        } else {
            Stroke::solid(line.role, 3.0)
        };
        canvas.line(&swatch, stroke);
        if line.member > 0 {
            mark(canvas, (RIGHT + 25.0, place), line);
        }
        let room = WIDTH - RIGHT - 40.0 - 12.0;
        let label = fit(&line.label, 12.5, false, room);
        canvas.text(&label, (RIGHT + 40.0, place), Face::plain(Role::Ink, 12.5), H::Left);
    }
}

#[cfg(test)]
mod tests {
    use super::{are_alike, place};

    #[test]
    fn spectra_are_alike_if_their_lines_would_cover_one_another() {
        let flat = |ns: u64| (0..10).map(|i| (f64::from(i) / 10.0, ns)).collect::<Vec<_>>();
        assert!(are_alike(&flat(100), &flat(120)));
        assert!(!are_alike(&flat(100), &flat(140)));
        assert!(!are_alike(&flat(100), &flat(100)[1..]));
        let mut outlier = flat(100);
        outlier[9].1 = 900;
        assert!(are_alike(&flat(100), &outlier));
        outlier[8].1 = 900;
        assert!(!are_alike(&flat(100), &outlier));
    }

    #[test]
    fn each_nine_of_a_percentile_is_equally_wide() {
        let places = [0.0, 0.9, 0.99, 0.999, 1.0].map(|fraction| place(fraction, 3.3));
        for (place, expected) in places.into_iter().zip([0.0, 1.0, 2.0, 3.0, 3.3]) {
            assert!((place - expected).abs() < 1e-9, "{place} is not {expected}");
        }
    }
}
