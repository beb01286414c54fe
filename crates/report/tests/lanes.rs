//! What the picture of the lanes says of a simulated run.

#[path = "figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use bp_record::Pass;

/// The makespan of a strategy's trace on tokio.
fn traced(strategy: &str) -> f64 {
    let samples = simulator::samples();
    let mut traces = samples.iter().filter(|sample| sample.pass == Pass::Trace);
    let sample = traces.find(|s| s.cell.strategy == strategy && s.cell.executor == "tokio");
    let measured = sample.and_then(|sample| sample.measured.as_ref());
    measured.expect("the simulator traces all").makespan_ns as f64
}

#[test]
fn each_end_is_compared_with_the_best_that_has_a_limit() {
    let figures = bp_report::figures(&simulator::run(), &simulator::samples());
    let lanes = figures.iter().find(|figure| figure.name == "stragglers-lanes").unwrap();
    let best = traced("semaphore");
    assert!(
        traced("batching") > 1.5 * best && traced("unbounded-spawn") < best,
        "or it shows nothing"
    );
    for strategy in ["batching", "materialize"] {
        let note = format!("{:.1}× as long", traced(strategy) / best);
        assert!(lanes.svg.contains(&note), "{strategy}: {note}");
    }
    assert!(lanes.svg.contains("best with a limit") && lanes.svg.contains("no limit"));
}

#[test]
fn who_takes_hardly_longer_took_as_long() {
    let mut samples = simulator::samples();
    samples.retain(|sample| ["semaphore", "wait-any"].contains(&sample.cell.strategy.as_str()));
    for sample in samples.iter_mut().filter(|sample| sample.cell.strategy == "wait-any") {
        if let Some(measured) = &mut sample.measured {
            measured.makespan_ns += measured.makespan_ns / 50;
        }
    }
    let figures = bp_report::figures(&simulator::run(), &samples);
    let lanes = figures.iter().find(|figure| figure.name == "stragglers-lanes").unwrap();
    assert!(lanes.svg.contains("\nas long\n") && !lanes.svg.contains("1.0×"), "{}", lanes.svg);
}

#[test]
fn the_caption_says_why_batching_loses() {
    let figures = bp_report::figures(&simulator::run(), &simulator::samples());
    let lanes = figures.iter().find(|figure| figure.name == "stragglers-lanes").unwrap();
    for said in [
        "9 free slots wait for job ",
        "9 finished results held behind job ",
        "all 240 in flight at once: 15.7 MB",
    ] {
        assert!(lanes.description.contains(said), "{said} is not in {}", lanes.description);
    }
    assert!(lanes.svg.contains("free slot while jobs wait"), "the key names the hatching");
}

#[test]
fn slow_jobs_are_seen_in_lanes_as_thin_as_hairs() {
    let mut samples = simulator::samples();
    samples.retain(|sample| sample.cell.strategy == "unbounded-spawn");
    for sample in &mut samples {
        sample.cell.limit = std::num::NonZeroUsize::new(240); // as many slots as jobs
    }
    let figures = bp_report::figures(&simulator::run(), &samples);
    let lanes = figures.iter().find(|figure| figure.kind == "lanes").unwrap();
    // A rectangle goes right, down and left again; a unit is a quarter.
    let heights = lanes.svg.split('v').skip(1).filter_map(|path| path.split_once("h-"));
    let heights: Vec<u32> = heights.filter_map(|(height, _)| height.parse().ok()).collect();
    assert!(heights.iter().filter(|height| **height <= 2).count() >= 200, "{heights:?}");
    // One job in twenty is slow.
    assert_eq!(heights.iter().filter(|height| **height == 6).count(), 12, "{heights:?}");
    assert!(lanes.svg.contains("medians of runs without tracing"), "{}", lanes.svg);
}
