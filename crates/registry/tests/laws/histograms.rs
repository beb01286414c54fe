//! Where jobs are too many to be traced one by one, histograms and gauges say the same.

use bp_record::{Arrivals, Cell, Consumer, Faults, Measured, Pass, Quantiles};
use bp_registry::{Watch, claims, execute};

use crate::common::{cell, on_virtual};

const LIMIT: usize = 8;
const FEW: Watch = Watch::up_to(100);

/// Enough for a quantile of 99 %; fewer where each wakes all, which takes the square of their number.
fn jobs(strategy: &str) -> u64 {
    if claims(&cell("fixed", strategy, 1, LIMIT)).unwrap().limit.is_some() { 1_000 } else { 200 }
}

/// The same run, traced and counted: on the virtual clock both are exact.
fn both(cell: &Cell) -> (Measured, Measured) {
    let run =
        |watch: Watch| execute(cell, watch).unwrap_or_else(|e| panic!("{}: {e:?}", cell.id()));
    (run(Pass::Trace.into()), run(FEW))
}

/// Rounded up by less than a thousandth, the extremes not at all.
fn agree(traced: &Option<Quantiles>, counted: &Option<Quantiles>, what: &str) {
    let (traced, counted) = (traced.as_ref().unwrap(), counted.as_ref().unwrap());
    let exact = |times: &Quantiles| (times.count, times.min_ns, times.max_ns);
    assert_eq!(exact(traced), exact(counted), "{what}");
    let quantiles =
        |of: &Quantiles| [Some(of.mean_ns), of.p50_ns, of.p90_ns, of.p99_ns, of.p999_ns];
    for (exact, rounded) in quantiles(traced).into_iter().zip(quantiles(counted)) {
        assert_eq!(exact.is_some(), rounded.is_some(), "{what}");
        let (exact, rounded) = (exact.unwrap_or(0), rounded.unwrap_or(0));
        assert!((exact..=exact + exact / 1_000).contains(&rounded), "{what}: {exact}, {rounded}");
    }
}

fn compare(cell: &Cell) {
    let (traced, counted) = both(cell);
    let what = cell.id();
    assert!(!traced.histograms && counted.histograms, "{what}");
    assert_eq!(
        (traced.makespan_ns, traced.counts),
        (counted.makespan_ns, counted.counts),
        "{what}"
    );
    agree(&traced.wait, &counted.wait, &format!("wait of {what}"));
    agree(&traced.service, &counted.service, &format!("service of {what}"));
    agree(&traced.blocked, &counted.blocked, &format!("blocked of {what}"));
    agree(&traced.sojourn, &counted.sojourn, &format!("sojourn of {what}"));
    let exact = |of: &Measured| {
        (of.first_delivery_ns, of.service_sum_ns, of.in_flight_mean, of.out_of_order)
    };
    assert_eq!(exact(&traced), exact(&counted), "{what}");
    assert_eq!(traced.in_flight_peak, counted.in_flight_peak, "{what}");
    // A job that comes at the instant at which another goes is seen beside it by a gauge alone.
    let (least, held) = (traced.held_peak.unwrap(), counted.held_peak.unwrap());
    assert!((least..=least + 1).contains(&held), "{what}: held {least} or {held}");
    assert_eq!(counted.series.in_flight, []);
    assert_eq!(traced.series.sojourn.len(), counted.series.sojourn.len(), "{what}");
}

#[test]
fn they_agree_with_the_trace_of_the_same_run() {
    for strategy in on_virtual() {
        compare(&cell("exponential", &strategy, jobs(&strategy), LIMIT));
    }
}

#[test]
fn they_agree_where_jobs_are_paced_and_lost_and_outputs_wait() {
    for strategy in on_virtual() {
        let mut hard = cell("lognormal", &strategy, jobs(&strategy), LIMIT);
        hard.work.arrivals = Arrivals::Poisson { per_second: 6 };
        hard.work.consumer = Consumer::Serial { time_ns: 100_000_000 };
        hard.work.faults = Faults { fail_per_million: 100_000, panic_per_million: 100_000 };
        compare(&hard);
    }
}
