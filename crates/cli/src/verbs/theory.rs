//! What theory says of each cell, beside what was measured.

use std::collections::HashMap;

use bp_analysis::{Summary, theory::slowdown};
use bp_record::{Catalogue, Cell};

use crate::rows::Rows;

/// The name of the suite of which this is the result.
pub(crate) const THEORY: &str = "theory";

/// How far a cell may be from theory: a tenth.
const TOLERANCE: f64 = 0.10;

/// Predicted and measured slowdown, cell by cell.
pub(crate) struct Theory {
    pub(crate) rows: Rows<8>,
    /// How many cells there are of which theory says something.
    pub(crate) cells: usize,
    /// How many of them are further from it than a tenth, or were not measured.
    pub(crate) off: usize,
}

/// Compares what theory says of each cell with the limit ÷ the mean number in flight, which is the
/// same figure: by how much the run is slower than slots that are never free.
///
/// Rows are in the order of `catalogue`: workload, limit, strategy, executor.
pub(crate) fn compare(summaries: &[Summary], catalogue: &Catalogue) -> Theory {
    let rows = Rows::new([
        "workload",
        "limit",
        "strategy",
        "executor",
        "predicted",
        "measured",
        "deviation",
        "within 10 %",
    ]);
    let mut theory = Theory { rows, cells: 0, off: 0 };
    let mut known = HashMap::new();
    let mut sorted: Vec<_> = summaries.iter().collect();
    sorted.sort_by_cached_key(|summary| place(&summary.cell, catalogue));
    for summary in sorted {
        let cell = &summary.cell;
        let Some(subject) = bp_registry::theory(cell) else { continue };
        let predicted = *known.entry(subject).or_insert_with(|| slowdown(subject.0, subject.1));
        let (Some(predicted), Some(limit)) = (predicted, cell.limit) else { continue };
        let in_flight = summary.in_flight_mean.filter(|mean| *mean > 0.0);
        let measured = in_flight.map(|mean| limit.get() as f64 / mean);
        let deviation = measured.map(|measured| measured / predicted - 1.0);
        let within = deviation.is_some_and(within);
        theory.cells += 1;
        theory.off += usize::from(!within);
        let window = cell.window.map_or_else(String::new, |window| format!(" window={window}"));
        theory.rows.add([
            cell.work.label(),
            limit.to_string(),
            format!("{}{window}", cell.strategy),
            cell.executor.clone(),
            format!("{predicted:.2}×"),
            measured.map_or_else(|| "-".to_owned(), |measured| format!("{measured:.2}×")),
            deviation.map_or_else(|| "-".to_owned(), |part| format!("{:+.1} %", part * 100.0)),
            if within { "yes" } else { "NO" }.to_owned(),
        ]);
    }
    theory
}

/// Where a cell stands, by its names and its parameters.
fn place(cell: &Cell, catalogue: &Catalogue) -> impl Ord + use<> {
    let workload = catalogue.workloads.iter().position(|entry| entry.name == cell.work.name);
    let strategy = catalogue.strategies.iter().position(|entry| entry.name == cell.strategy);
    let executor = catalogue.executors.iter().position(|entry| entry.name == cell.executor);
    (workload, cell.limit, strategy, cell.window, executor)
}

fn within(deviation: f64) -> bool {
    deviation.abs() <= TOLERANCE
}

#[cfg(test)]
mod tests {
    use bp_analysis::summarize;
    use bp_record::{Measured, Outcome, Pass, Role, Sample};

    use super::*;

    /// A traced batch of ten exponential jobs, of which so many were in flight on average.
    fn traced(workload: &str, strategy: &str, in_flight_mean: Option<f64>) -> Sample {
        let cell = serde_json::json!({
            "work": {
                "name": workload, "extent": {"jobs": 1000}, "service_ns": 30_000_000,
                "payload_bytes": 0, "seed": 7, "places": 1, "queue": 0, "directory": null,
                "arrivals": "drain", "consumer": "instant",
                "faults": {"fail_per_million": 0, "panic_per_million": 0},
            },
            "strategy": strategy, "executor": "tokio", "threads": 1, "limit": 10,
            "capacity": null, "window": null, "pause_ns": null,
        });
        Sample {
            cell: serde_json::from_value(cell).unwrap(),
            pass: Pass::Trace,
            role: Role::Measured,
            round: 0,
            attempt: 0,
            outcome: if in_flight_mean.is_some() { Outcome::Ok } else { Outcome::Timeout },
            exit_code: Some(0),
            signal: None,
            message: None,
            measured: in_flight_mean.map(|_| Measured {
                makespan_ns: 9,
                in_flight_mean,
                ..Measured::default()
            }),
        }
    }

    fn found(samples: &[Sample]) -> (usize, usize, String) {
        let theory = compare(&summarize(samples), &bp_registry::catalogue());
        (theory.cells, theory.off, theory.rows.table())
    }

    #[test]
    fn what_is_within_a_tenth_is_said_to_be() {
        // The tenth harmonic number is 2.929: 3.41 in flight.
        let (cells, off, table) = found(&[
            traced("exponential", "semaphore", Some(8.0)),
            traced("exponential", "batching", Some(3.3)),
        ]);
        assert_eq!((cells, off), (2, 1));
        let lines: Vec<_> = table.lines().collect();
        assert!(lines[1].contains("2.93×") && lines[1].ends_with("yes"), "{table}");
        assert!(lines[2].contains("+25.0 %") && lines[2].ends_with("NO"), "{table}");
    }

    #[test]
    fn what_failed_is_off_and_what_has_no_theory_is_left_out() {
        let (cells, off, table) = found(&[
            traced("exponential", "batching", None),
            traced("stragglers", "batching", Some(3.4)),
        ]);
        assert_eq!((cells, off), (1, 1), "{table}");
    }
}
