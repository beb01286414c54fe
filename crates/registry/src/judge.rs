//! Whether a run kept the promises of its strategy and of the contract.

use bp_core::{Claims, Order};
use bp_record::{Cell, Extent, Measured};

use crate::{derive::Witnessed, measure::Finished};

/// The first promise that was broken, in a line for people; `None` if all were kept as far as this
/// pass can see.
pub(crate) fn verdict(
    cell: &Cell,
    claims: &Claims,
    finished: &Finished,
    single_threaded: bool,
) -> Option<String> {
    let Finished { measured, witnessed, .. } = finished;
    counts(cell.work.extent, claims, finished)
        .or_else(|| limit(claims, measured))
        .or_else(|| window(claims, measured))
        .or_else(|| order(claims, measured, witnessed, single_threaded))
        .or_else(|| deliveries(measured))
        .or_else(|| little(measured, witnessed))
        .or_else(|| capacity(claims, measured))
        .or_else(|| rule(measured))
}

/// Every job ends exactly once, and every output is delivered exactly once. A job may panic, of
/// its own accord or as planned, or be shed by who says so: then it is counted, and so is what it was
/// to yield.
fn counts(extent: Extent, claims: &Claims, finished: &Finished) -> Option<String> {
    let Finished { measured: Measured { counts, .. }, witnessed, checksum } = finished;
    let ended = counts.succeeded + counts.failed + counts.panicked + counts.cancelled + counts.shed;
    if let Extent::Jobs(jobs) = extent
        && counts.admitted != jobs
        && !(witnessed.closed && counts.admitted < jobs)
    {
        return Some(format!("admitted {} of {jobs} jobs", counts.admitted));
    }
    if ended != counts.admitted || counts.cancelled > 0 {
        return Some(format!(
            "of {} admitted jobs {ended} ended, {} of them cancelled",
            counts.admitted, counts.cancelled
        ));
    }
    if counts.shed > 0 && !claims.sheds {
        let (shed, admitted) = (counts.shed, counts.admitted);
        return Some(format!("promised to run every job and shed {shed} of {admitted}"));
    }
    let finished = counts.succeeded + counts.failed;
    if counts.delivered != finished {
        return Some(format!("delivered {} of {finished} outputs", counts.delivered));
    }
    let due = checksum.wrapping_sub(counts.lost);
    (counts.checksum != due).then(|| {
        let found = counts.checksum;
        format!("the checksum of the delivered outputs is {found:016x} and should be {due:016x}")
    })
}

fn limit(claims: &Claims, measured: &Measured) -> Option<String> {
    let (limit, peak) = (claims.limit?.get() as u64, measured.in_flight_peak?);
    (peak > limit).then(|| format!("promised at most {limit} in flight and had {peak}"))
}

/// One job more may be in hand, taken from the source before its place is free.
fn window(claims: &Claims, measured: &Measured) -> Option<String> {
    let (window, peak) = (claims.window?.get() as u64, measured.held_peak?);
    (peak > window.saturating_add(1))
        .then(|| format!("promised to hold at most {window} jobs and held {peak}"))
}

/// Where jobs run on several threads, two that end at once may be seen in either order; and where
/// there are too many to be traced, the order in which they end is not kept.
fn order(
    claims: &Claims,
    measured: &Measured,
    witnessed: &Witnessed,
    single_threaded: bool,
) -> Option<String> {
    match claims.order {
        Order::Any => None,
        Order::Input => {
            let late = measured.out_of_order.filter(|&late| late > 0)?;
            Some(format!("promised the order of the source, and {late} outputs came late"))
        }
        Order::Completion => {
            let late = witnessed.overtaken.filter(|&late| late > 0 && single_threaded)?;
            Some(format!("promised the order of completion, and {late} outputs came late"))
        }
    }
}

/// The tally and the trace count deliveries, neither knowing of the other.
fn deliveries(measured: &Measured) -> Option<String> {
    measured.in_flight_mean?; // no trace
    let traced = measured.sojourn.as_ref().map_or(0, |sojourn| sojourn.count);
    let delivered = measured.counts.delivered;
    (traced != delivered)
        .then(|| format!("delivered {delivered} outputs, and the trace has {traced} deliveries"))
}

/// A bucket of a histogram is at most so much of its times wide.
const HISTOGRAM_ERROR: f64 = 1.0 / 1_024.0;

/// Little's law: what was in flight, over time, is what the jobs were in service, one by one.
///
/// Both come from one trace, summed up in two ways, but how many jobs there were comes from the
/// tally, which knows nothing of it: a trace that lost a job, or one of its moments, does not meet
/// the law. One that panicked in service was in service until then. The mean service time is whole
/// nanoseconds, so one a job may be missing; that of a histogram is as true as its buckets are
/// narrow.
fn little(measured: &Measured, witnessed: &Witnessed) -> Option<String> {
    let mean = measured.in_flight_mean?;
    let counts = &measured.counts;
    let ended = counts.succeeded + counts.failed + counts.panicked;
    let finished = measured.service.as_ref().map_or(0, |service| service.count);
    let seen = finished.saturating_add(witnessed.lost);
    if seen != ended {
        return Some(format!("{ended} jobs ended, and the trace has the end of {seen}"));
    }
    if witnessed.lost > counts.panicked {
        let (lost, panicked) = (witnessed.lost, counts.panicked);
        return Some(format!("{panicked} jobs panicked, and the trace lost {lost} in service"));
    }
    let in_flight = mean * measured.makespan_ns as f64;
    let mean_ns = measured.service.as_ref().map_or(0, |service| service.mean_ns);
    let in_service = mean_ns as f64 * finished as f64 + witnessed.lost_sum_ns as f64;
    let mean_is_off = if measured.histograms { HISTOGRAM_ERROR } else { 1e-9 };
    let tolerance = ended as f64 + in_flight * mean_is_off;
    ((in_flight - in_service).abs() > tolerance).then(|| {
        format!("Little's law: in flight for {in_flight:.0} ns, in service for {in_service:.0} ns")
    })
}

/// So many slots have so much time, and no more.
fn capacity(claims: &Claims, measured: &Measured) -> Option<String> {
    let (limit, sum) = (claims.limit?.get() as u128, u128::from(measured.service_sum_ns?));
    let wall = measured.makespan_ns;
    let room = u128::from(wall.saturating_add(tolerance(wall))).saturating_mul(limit);
    (sum > room).then(|| format!("{sum} ns of service in {limit} slots of {wall} ns each"))
}

/// Nothing is faster than its own rule: it does not follow it, or the clock is wrong.
///
/// The rule is replayed with what the jobs took *here*, so a machine that is busy, late timers and
/// jobs without a service time change nothing. Where the rule goes by the order of the source, so
/// does the replay; otherwise by the recorded starts, and no other order is needed: at each start
/// in the record fewer than `limit` of the jobs that stand before it are in service, and in the
/// replay, where each of those started no later, no more. A job that panicked holds its slot until
/// then, in both.
fn rule(measured: &Measured) -> Option<String> {
    let ideal = measured.ideal.as_ref()?;
    let policy = ideal.policy_least_ns.or(ideal.policy_ns)?;
    let wall = measured.makespan_ns;
    (policy > wall.saturating_add(tolerance(wall)))
        .then(|| format!("took {wall} ns, and its rule allows no less than {policy} ns"))
}

/// How far a chain of moments may be off that several threads have written: 1 µs and a
/// hundred-thousandth. Each is read after the one that it waits for, from a clock that does not go
/// back; the clocks of two processors of a virtual machine may disagree by some nanoseconds.
fn tolerance(wall_ns: u64) -> u64 {
    1_000 + wall_ns / 100_000
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroUsize, sync::Arc};

    use bp_analysis::read;
    use bp_core::Strategy;
    use bp_record::{Consumer, Counts, Ideal, Pass, Trace};
    use bp_virtual::{Virtual, VirtualWorld};

    use super::*;
    use crate::{execute, measure::measure, workloads::registered};

    const LIMIT: NonZeroUsize = NonZeroUsize::new(4).unwrap();

    /// So many jobs under the name and with the promises of `name`, in truth run by `strategy`.
    fn passed_off(
        name: &str,
        jobs: u64,
        consumer: Consumer,
        strategy: impl Strategy<Virtual>,
    ) -> String {
        let mut cell: Cell = serde_json::from_value(serde_json::json!({
            "work": {
                "name": "exponential", "extent": {"jobs": jobs}, "service_ns": 1_000_000_000,
                "payload_bytes": 0, "seed": 7, "places": 1, "queue": 0, "directory": null,
                "arrivals": "drain", "consumer": "instant",
                "faults": {"fail_per_million": 0, "panic_per_million": 0},
            },
            "strategy": name, "executor": "virtual", "threads": 1, "limit": LIMIT,
            "capacity": LIMIT, "window": LIMIT, "pause_ns": null,
        }))
        .unwrap();
        cell.work.consumer = consumer;
        let finished =
            measure::<VirtualWorld, _>(&cell, Pass::Trace.into(), &registered, Arc::new(strategy))
                .unwrap();
        let claims = crate::claims(&cell).unwrap();
        assert!(execute(&cell, Pass::Trace).is_ok(), "the real one is not found fault with");
        verdict(&cell, &claims, &finished, true).expect("it is found out")
    }

    #[test]
    fn a_strategy_that_is_faster_than_its_rule_is_found_out() {
        // Each keeps its limit and its window: nothing but its own time gives it away.
        let pool = bp_semaphore::SemaphoreBefore { permits: LIMIT };
        let said = passed_off("batching", 40, Consumer::Instant, pool);
        assert!(said.contains("its rule allows no less than"), "{said}");
        let joined = bp_batching::Batching { size: LIMIT };
        let slow = Consumer::Parallel { time_ns: 5_000_000_000 };
        let all = bp_unbounded_spawn::UnboundedSpawn;
        let said = passed_off("wait-any", 40, Consumer::Instant, all);
        assert!(said.contains("promised at most 4 in flight"), "{said}");
        let said = passed_off("as-completed-polling", 40, slow, joined);
        assert!(said.contains("its rule allows no less than"), "{said}");
    }

    #[test]
    fn an_order_of_completion_is_checked_of_more_jobs_than_are_kept() {
        // It scans a list: of what ends while an output is consumed, it takes first what stands first.
        let polling = bp_as_completed::AsCompletedPolling { limit: LIMIT };
        let slow = Consumer::Parallel { time_ns: 1_000_000_000 };
        let said = passed_off("as-completed", 2_000, slow, polling);
        assert!(said.starts_with("promised the order of completion"), "{said}");
    }

    #[test]
    fn a_panic_is_counted_and_hides_no_lost_output() {
        const VALUES: [u64; 3] = [5, 7, u64::MAX];
        let expected = VALUES.into_iter().fold(0, u64::wrapping_add);
        let panicked = Counts {
            admitted: 3,
            succeeded: 2,
            panicked: 1,
            delivered: 2,
            checksum: VALUES[0].wrapping_add(VALUES[2]),
            lost: VALUES[1],
            ..Counts::default()
        };
        let claims = Claims::default();
        let judged = |ends: Counts| {
            let measured = Measured { counts: ends, ..Measured::default() };
            let witnessed = Witnessed::default();
            counts(Extent::Jobs(3), &claims, &Finished { measured, witnessed, checksum: expected })
        };
        assert_eq!(judged(panicked), None);
        let said = judged(Counts { lost: 0, ..panicked }).unwrap();
        assert!(said.starts_with("the checksum"), "{said}");
        let said = judged(Counts { delivered: 1, checksum: VALUES[0], ..panicked }).unwrap();
        assert_eq!(said, "delivered 1 of 2 outputs");
        // That a job panicked is seen by two that do not know of each other.
        let mut measured = Measured { counts: panicked, ..honest() };
        measured.in_flight_mean = Some(95_000.0 / 90_000.0);
        let lost = Witnessed { lost: 1, lost_sum_ns: 5_000, ..NOTHING };
        assert_eq!(little(&measured, &lost), None);
        let said = little(&measured, &Witnessed { lost_sum_ns: 0, ..lost }).unwrap();
        assert!(said.starts_with("Little's law"), "{said}");
        measured.counts.panicked = 0;
        measured.counts.succeeded = 3;
        let said = little(&measured, &lost).unwrap();
        assert_eq!(said, "0 jobs panicked, and the trace lost 1 in service");
    }

    /// Two jobs in one slot.
    fn honest() -> Measured {
        let trace = Trace {
            arrived_ns: vec![0, 0],
            admitted_ns: vec![Some(0), Some(0)],
            started_ns: vec![Some(0), Some(50_000)],
            finished_ns: vec![Some(50_000), Some(90_000)],
            delivered_ns: vec![Some(50_000), Some(90_000)],
            lost_ns: vec![None; 2],
            order: vec![0, 1],
        };
        let mut measured = Measured {
            counts: Counts { admitted: 2, succeeded: 2, delivered: 2, ..Counts::default() },
            makespan_ns: 90_000,
            ideal: Some(Ideal { policy_ns: Some(90_000), ..Ideal::default() }),
            ..Measured::default()
        };
        read(&trace, 90_000).apply(&mut measured);
        measured.trace = Some(trace);
        measured
    }

    const NOTHING: Witnessed =
        Witnessed { overtaken: Some(0), lost: 0, lost_sum_ns: 0, closed: false };

    const ONE: Claims = Claims {
        limit: Some(NonZeroUsize::MIN),
        window: None,
        order: Order::Any,
        sheds: false,
        adapts: false,
    };

    #[test]
    fn an_honest_trace_passes() {
        assert_eq!(little(&honest(), &NOTHING), None);
        assert_eq!(capacity(&ONE, &honest()), None);
        assert_eq!(rule(&honest()), None);
    }

    #[test]
    fn a_trace_that_lost_a_moment_does_not_meet_littles_law() {
        let mut measured = honest();
        let mut trace = measured.trace.take().unwrap();
        trace.finished_ns[0] = None;
        read(&trace, measured.makespan_ns).apply(&mut measured);
        let said = little(&measured, &NOTHING).unwrap();
        assert!(said.starts_with("2 jobs ended, and the trace has the end of 1"), "{said}");
        // Summed up over time and job by job, in two ways that share no code.
        let measured = Measured { in_flight_mean: Some(1.01), ..honest() };
        let said = little(&measured, &NOTHING).unwrap();
        assert_eq!(said, "Little's law: in flight for 90900 ns, in service for 90000 ns");
    }

    #[test]
    fn more_service_than_slots_have_time_is_found_out() {
        let measured = Measured { makespan_ns: 88_000, ..honest() };
        let said = capacity(&ONE, &measured).unwrap();
        assert!(said.contains("90000 ns of service in 1 slots of 88000 ns"), "{said}");
        let two = Claims { limit: Some(LIMIT), ..ONE };
        assert_eq!(capacity(&two, &measured), None);
    }

    #[test]
    fn a_clock_that_is_off_by_nanoseconds_is_forgiven() {
        let measured = Measured { makespan_ns: 89_500, ..honest() };
        assert_eq!((rule(&measured), capacity(&ONE, &measured)), (None, None));
        assert!(rule(&Measured { makespan_ns: 88_900, ..honest() }).is_some());
    }
}
