//! A comparison on a terminal.

#[path = "figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use bp_analysis::{Gate, compare_stored};
use bp_record::{Consumer, Environment, Pass, Sample};
use bp_report::{Format, Sides, comparison};

/// Four rounds of a cell with a long name, so many times as slow.
fn rounds(factor: u64) -> Vec<Sample> {
    let mut samples = simulator::samples();
    samples.retain(|sample| {
        sample.cell.strategy == "semaphore" && sample.cell.work.extent.amount() == 240
    });
    let mut all = Vec::new();
    for round in 0..4 {
        for mut sample in samples.clone() {
            sample.round = round;
            sample.cell.work.consumer = Consumer::Serial { time_ns: 1_000_000 };
            sample.cell.work.faults.fail_per_million = 1;
            if let Some(measured) = sample.measured.as_mut().filter(|_| sample.pass == Pass::Time) {
                measured.makespan_ns *= factor;
            }
            all.push(sample);
        }
    }
    all
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    let gate = Gate::default();
    let found = compare_stored(&rounds(1), &rounds(3), &gate);
    let before = Environment { compiler: Some("rustc 1.94".into()), ..Environment::default() };
    let now = Environment { processors: Some(64), ..Environment::default() };
    let long = "reports/a-place-with-a-name-that-is-rather-long-for-a-terminal/of-80-columns";
    let sides = Sides {
        base: long,
        new: long,
        base_environment: Some(&before),
        new_environment: Some(&now),
    };
    let text = comparison(&found, &gate, &sides, Format::Table);
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} characters: {line}", line.chars().count());
        assert_eq!(line.trim_end(), line);
    }
    let id = "stragglers+serial(1000000ns)+fail(1ppm)/semaphore/tokio/limit=10";
    let lines: Vec<_> = text.lines().collect();
    let place = lines.iter().position(|line| *line == id).unwrap_or_else(|| panic!("{text}"));
    let words: Vec<_> = lines[place + 1].split_whitespace().collect();
    assert_eq!(words[..2], ["worse", "makespan_ns"], "{text}");
    assert!(words.contains(&"+200"), "{text}");
}
