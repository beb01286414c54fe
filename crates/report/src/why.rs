//! Why a cell behaved as it did, in sentences. Each is computed from what was measured of it.

use bp_analysis::{MemoryVerdict, Summary};

use crate::{facts::lost_text, figures::seen, growth, sections::Facts, tables, units};

/// A factor that is nearer to one than this is not worth a sentence.
const TELLING: f64 = 1.05;

/// The sentences, those about time first; none where nothing succeeded and nothing was said.
pub(crate) fn why(facts: &Facts, row: &Summary) -> Vec<String> {
    let mut said = Vec::new();
    if !row.failures.is_empty() {
        said.push(format!("It failed: {}.", tables::failure(row)));
    }
    said.extend(row.lost().map(|part| {
        format!("Jobs failed or were refused ({}), so its time is not compared.", lost_text(part))
    }));
    said.extend(seen(facts.run, facts.samples, row));
    said.extend(busy(row));
    said.extend(factors(row));
    said.extend(memory(row));
    said.extend(order(row));
    said
}

/// How much of its slots was used.
fn busy(row: &Summary) -> Option<String> {
    let limit = row.cell.limit?.get();
    let part = row.in_flight_mean? / limit as f64;
    Some(format!(
        "Its {} worked {} of the time.",
        units::counted(limit, "slot"),
        units::percent(part)
    ))
}

/// What the rule and what the code made of the ideal.
fn factors(row: &Summary) -> Option<String> {
    let split = row.split()?;
    let of = |factor: Option<f64>, what: &str| {
        let factor = factor.filter(|factor| *factor >= TELLING)?;
        Some(format!("{what} {} times", units::factor(factor)))
    };
    let factors = [
        of(split.policy, "its rule makes the run last"),
        of(split.implementation, "code and executor"),
        of(split.interference, "late timers and other jobs"),
    ];
    let factors: Vec<_> = factors.into_iter().flatten().collect();
    let known = split.policy.is_some() && split.implementation.is_some();
    match (factors.is_empty(), known) {
        (true, false) => None,
        (true, true) => Some("It took hardly longer than is possible with its limit.".to_owned()),
        (false, _) => Some(format!("Against the ideal, {}.", factors.join(", "))),
    }
}

/// How much it held, and whether that grows.
fn memory(row: &Summary) -> Option<String> {
    let (peak, jobs) = (units::bytes(row.live_peak_bytes?), row.jobs.map(units::jobs));
    let with = jobs.map_or_else(String::new, |jobs| format!(" with {jobs}"));
    let before = row.live_peak_small.map_or_else(String::new, |(jobs, peak)| {
        format!(" and {} with {}", units::bytes(peak), units::count(jobs))
    });
    let verdict = row.verdict_memory().map_or_else(String::new, |verdict| match verdict {
        MemoryVerdict::Bounded => ": memory is bounded".to_owned(),
        MemoryVerdict::Between => ": memory is in between bounded and growing".to_owned(),
        MemoryVerdict::Grows => format!(": memory grows with {}", growth::with(row)),
        other => format!(" ({})", growth::word(Some(other))),
    });
    Some(format!("It held at most {peak}{with}{before}{verdict}."))
}

fn order(row: &Summary) -> Option<String> {
    Some(match (row.out_of_order?, row.held_peak) {
        (0, Some(held)) => {
            let (held, was) = (units::jobs(held), if held == 1 { "was" } else { "were" });
            format!("Results came in order; at most {held} {was} taken and not delivered.")
        }
        (0, None) => "Results came in order.".to_owned(),
        (1, _) => "1 result came after a later one.".to_owned(),
        (late, _) => format!("{} results came after a later one.", units::count(late)),
    })
}

#[cfg(test)]
mod tests {
    use bp_record::{Ideal, Sample};

    use super::*;

    fn row() -> Summary {
        let text = include_str!("../../record/tests/fixtures/schema-2/events.jsonl");
        let line = text.lines().find(|line| line.contains("\"sample\"")).expect("there is one");
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut sample: Sample = serde_json::from_value(value["sample"].clone()).unwrap();
        sample.measured = None;
        bp_analysis::summarize(&[sample]).remove(0)
    }

    #[test]
    fn a_factor_near_one_is_not_said() {
        let ideal = |greedy_ns, policy_ns| Ideal {
            greedy_nominal_ns: Some(greedy_ns),
            greedy_ns,
            policy_ns: Some(policy_ns),
            ..Ideal::default()
        };
        let of = |ideal, traced_ns| {
            factors(&Summary { ideal: Some(ideal), traced_ns: Some(traced_ns), ..row() })
        };
        let said = of(ideal(100, 300), 309).expect("it is known");
        assert_eq!(said, "Against the ideal, its rule makes the run last 3.00 times.");
        let said = of(ideal(100, 100), 101).expect("it is known");
        assert!(said.contains("hardly longer"), "{said}");
        assert_eq!(factors(&row()), None);
    }

    #[test]
    fn memory_is_said_with_both_numbers_of_jobs() {
        let grown = Summary {
            jobs: Some(400),
            live_peak_bytes: Some(40_000),
            live_peak_small: Some((100, 10_000)),
            memory_growth: Some(1.0),
            ..row()
        };
        let said = memory(&grown).expect("it is known");
        let expected = "It held at most 40.0 kB with 400 jobs and 10.0 kB with 100: memory grows \
                        with the number of jobs.";
        assert_eq!(said, expected);
    }
}
