//! The split of the time of a run, in tables.

#[path = "figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use bp_record::{Ideal, Pass, Sample};
use bp_report::{Format, table};

/// All strategies on all executors; batches cost three times as much, and pauses are not known.
fn samples() -> Vec<Sample> {
    let mut samples = simulator::samples();
    let traced = samples.iter_mut().filter(|sample| sample.pass == Pass::Trace);
    for sample in traced {
        let barrier = sample.cell.strategy == "batching";
        let known = sample.cell.strategy != "wait-any";
        let measured = sample.measured.as_mut().expect("it succeeded");
        measured.makespan_ns = if barrier { 348_000_000 } else { 116_000_000 };
        measured.ideal = Some(Ideal {
            lower_bound_ns: 99_000_000,
            greedy_nominal_ns: Some(100_000_000),
            greedy_ns: 110_000_000,
            policy_ns: known.then_some(if barrier { 330_000_000 } else { 110_000_000 }),
            policy_least_ns: None,
            consumer_mean_ns: None,
            missing: (!known).then(|| "a pause".to_owned()),
        });
    }
    samples
}

fn text(samples: &[Sample], format: Format) -> String {
    table(&simulator::run(), samples, format)
}

#[test]
fn the_factors_stand_side_by_side_and_multiply_to_the_wall_time() {
    let text = text(&samples(), Format::Table);
    let split = text.split_once("where the time went, on tokio:").expect("it is there").1;
    let words = |name: &str| {
        let line = split.lines().find(|line| line.starts_with(name)).expect("it has a row");
        line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(words("batching"), ["100", "ms", "1.10", "3.00", "1.05", "348", "ms"]);
    assert_eq!(words("wait-any"), ["100", "ms", "1.10", "-", "-", "116", "ms"]);
    assert!(split.contains("-       wait-any: a pause\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn the_page_says_the_same() {
    let text = text(&samples(), Format::Markdown);
    let has = |said: &str| assert!(text.contains(said), "{said} is not in\n{text}");
    has("| strategy | ideal | × interference | × policy | × implementation | = wall |");
    has("| batching | 100 ms | 1.10 | 3.00 | 1.05 | 348 ms |");
    has("\nWhere the time went, on tokio. Ideal: how long it takes");
    has("\n“-”: wait-any: a pause.\n");
}

#[test]
fn a_run_without_ideals_has_no_such_table() {
    for format in [Format::Table, Format::Markdown] {
        let text = text(&simulator::samples(), format);
        assert!(!text.to_lowercase().contains("where the time went"), "{text}");
        assert!(!text.contains("interference"), "{text}");
    }
}

#[test]
fn programs_get_the_factors_too() {
    let csv = text(&samples(), Format::Csv);
    let mut lines = csv.lines();
    let heads: Vec<_> = lines.next().expect("a head").split(',').collect();
    let place = |name: &str| heads.iter().position(|head| *head == name).expect("a column");
    let line = lines.find(|line| line.contains("/batching/tokio/")).expect("a row");
    let cells: Vec<_> = line.split(',').collect();
    assert_eq!(cells[place("ideal_policy_ns")], "330000000");
    assert_eq!(cells[place("policy")], "3");
}
