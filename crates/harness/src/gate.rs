//! The gate file: a line a metric, `live_peak_bytes = "5%|64KiB"`.

use std::{ops::Range, path::Path};

use bp_analysis::{Gate, Metric, Slack, Unit};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{Error, select::nearest, units};

/// Reads a gate from a TOML file.
///
/// # Errors
/// If the file cannot be read, is no TOML, or has a metric or a unit that there is not; the
/// message has the path, the line and the column, and says what would be right.
pub fn open_gate(path: &Path) -> Result<Gate, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| Error::GateFile { path: path.to_owned(), cause })?;
    parse_gate(&text, &path.display().to_string())
}

/// Reads a gate from the text of a TOML file; `origin` is where the text came from.
///
/// ```
/// let gate = bp_harness::parse_gate("sojourn_p99_ns = \"20%\"", "mine.toml").unwrap();
/// assert_eq!(gate.rules[0].1.relative, Some(0.2));
/// ```
///
/// # Errors
/// As [`open_gate`].
pub fn parse_gate(text: &str, origin: &str) -> Result<Gate, Error> {
    let at = |place: Range<usize>, reason: String| {
        let (line, column) = position(text, place.start);
        Error::GateText { origin: origin.to_owned(), line, column, reason }
    };
    let table = DeTable::parse(text).map_err(|error| {
        at(error.span().unwrap_or_default(), error.message().trim_end().to_owned())
    })?;
    let mut lines: Vec<_> = table.get_ref().iter().collect();
    // The table is sorted by name; what is shown is in the order of the file.
    lines.sort_by_key(|(name, _)| name.span().start);
    let mut rules = Vec::new();
    for (name, value) in lines {
        let metric = metric(name.get_ref()).map_err(|error| at(name.span(), error.to_string()))?;
        let slack = slack(value, metric).map_err(|reason| at(value.span(), reason))?;
        rules.push((metric, slack));
    }
    if rules.is_empty() {
        let reason = "no metric: write a line such as makespan_ns = \"5%\"".to_owned();
        return Err(at(0..0, reason));
    }
    Ok(Gate { rules })
}

/// The metric of that name.
///
/// # Errors
/// If there is none; the message has the nearest.
pub fn metric(name: &str) -> Result<&'static Metric, Error> {
    Metric::named(name).ok_or_else(|| {
        let known: Vec<_> = Metric::all().iter().map(|metric| metric.name).collect();
        let near = nearest(name, &known);
        let near = if near.is_empty() { known[..5].join(", ") + ", …" } else { near.join(", ") };
        Error::Metric { name: name.to_owned(), near }
    })
}

fn slack(value: &Spanned<DeValue<'_>>, metric: &Metric) -> Result<Slack, String> {
    let text = value.get_ref().as_str().ok_or_else(|| {
        format!("{} is given as a text, such as {} = {}", metric, metric, example(metric.unit))
    })?;
    let mut slack = Slack::default();
    for part in text.split('|').map(str::trim) {
        let (place, amount) = match part.ends_with('%') {
            true => (&mut slack.relative, units::share(part).ok().map(|ppm| f64::from(ppm) / 1e6)),
            false => (&mut slack.absolute, absolute(part, metric.unit)),
        };
        let amount = amount.ok_or_else(|| wrong(part, metric))?;
        if place.replace(amount).is_some() {
            let wanted = example(metric.unit);
            return Err(format!(
                "`{text}` says the same twice: write one part of the base and one amount, such as {wanted}"
            ));
        }
    }
    Ok(slack)
}

fn absolute(text: &str, unit: Unit) -> Option<f64> {
    match unit {
        Unit::Time => units::duration(text).ok().map(|time| time.as_nanos() as f64),
        Unit::Size => units::bytes(text).ok().map(|bytes| bytes as f64),
        Unit::Count | Unit::Rate => {
            text.parse().ok().filter(|amount: &f64| amount.is_finite() && *amount >= 0.0)
        }
    }
}

fn wrong(part: &str, metric: &Metric) -> String {
    let kinds = match metric.unit {
        Unit::Time => "a time in ns, us, ms or s",
        Unit::Size => "a size in B, KiB, MiB or GiB",
        Unit::Count | Unit::Rate => "a number",
    };
    let wanted = example(metric.unit);
    format!(
        "`{part}` is no slack for {metric}: write a part of the base from 0% to 100%, {kinds}, or both, such as {wanted}"
    )
}

fn example(unit: Unit) -> &'static str {
    match unit {
        Unit::Time => "\"20%|1ms\"",
        Unit::Size => "\"5%|64KiB\"",
        Unit::Count => "\"2%|100\"",
        Unit::Rate => "\"5%|10\"",
    }
}

/// Line and column, from 1, of a byte of a text.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..byte.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, parts: &[&str]) {
        let error = parse_gate(text, "mine.toml").unwrap_err();
        assert!(error.is_usage());
        for part in parts {
            assert!(error.to_string().contains(part), "no {part:?} in: {error}");
        }
    }

    #[test]
    fn a_line_a_metric_in_the_order_of_the_file() {
        let text = "sojourn_p99_ns = \"20%\" # comment\nlive_peak_bytes = \"5%|64KiB\"\nallocations = \"100\"\nfirst_delivery_ns = \"2ms | 1%\"\n";
        let gate = parse_gate(text, "mine.toml").unwrap();
        let names: Vec<_> = gate.rules.iter().map(|(metric, _)| metric.name).collect();
        assert_eq!(
            names,
            ["sojourn_p99_ns", "live_peak_bytes", "allocations", "first_delivery_ns"]
        );
        let slack = |index: usize| (gate.rules[index].1.relative, gate.rules[index].1.absolute);
        assert_eq!(slack(0), (Some(0.2), None));
        assert_eq!(slack(1), (Some(0.05), Some(65_536.0)));
        assert_eq!(slack(2), (None, Some(100.0)));
        assert_eq!(slack(3), (Some(0.01), Some(2e6)));
    }

    #[test]
    fn an_unknown_metric_names_the_nearest_and_its_place() {
        let text = "cpu_ns = \"5%\"\n  sojourn_p95_ns = \"1%\"\n";
        refused(text, &["mine.toml:2:3:", "no metric `sojourn_p95_ns`", "sojourn_p99_ns"]);
        refused("qqqq = \"1%\"", &["mine.toml:1:1:", "no metric `qqqq`", "makespan_ns"]);
    }

    #[test]
    fn an_unknown_unit_says_what_would_be_right() {
        refused("cpu_ns = \"5 furlongs\"", &["mine.toml:1:10:", "`5 furlongs`", "20%|1ms"]);
        refused("live_peak_bytes = \"5%|64\"", &["`64` is no slack", "KiB"]);
        refused("live_peak_bytes = \"5%|64ms\"", &["`64ms`"]);
        refused("allocations = \"5%|-3\"", &["`-3`", "a number"]);
        refused("allocations = \"NaN\"", &["`NaN`"]);
        refused("cpu_ns = \"900%\"", &["0% to 100%"]);
        refused("cpu_ns = \"\"", &["`` is no slack"]);
        refused("cpu_ns = \"5%|6%\"", &["says the same twice"]);
        refused("cpu_ns = 5", &["mine.toml:1:10:", "given as a text"]);
        refused("[cpu_ns]\na = 1", &["given as a text"]);
    }

    #[test]
    fn no_toml_and_nothing() {
        refused("cpu_ns = \"5%\"\nmakespan_ns\n", &["mine.toml:2:"]);
        refused("cpu_ns = \"5%\"\ncpu_ns = \"6%\"\n", &["mine.toml:2:1:", "duplicate"]);
        refused("# only words\n", &["no metric"]);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(position("µ = 1\nab", 8), (2, 2));
        assert_eq!(position("", 9), (1, 1));
    }
}
