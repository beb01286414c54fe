//! Arrivals that wait for nobody, on the virtual clock: every latency counts from when a job was
//! due, whenever it was admitted.

use std::{
    cmp::Reverse, collections::BinaryHeap, future::Future, num::NonZeroUsize, sync::Arc,
    time::Duration,
};

use bp_analysis::{keeps_up, read};
use bp_core::{Clock, Runtime, Strategy, Workload};
use bp_observe::{Observed, Recorder};
use bp_record::{Arrivals, Cell, Extent, Measured, Pass, Trace};
use bp_registry::execute;
use bp_semaphore::SemaphoreBefore;
use bp_virtual::{Virtual, VirtualWorld};

use crate::common::cell;

const MS: u64 = 1_000_000;
const JOBS: u64 = 2_000;
const LIMIT: usize = 8;
const SERVICE: Duration = Duration::from_millis(5);
const STALL: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(1_300));

/// A job a millisecond, each of 5 ms, from a service that answers nobody between 1 s and 1.3 s.
struct Stalls;

impl Workload<Virtual> for Stalls {
    type Output = ();

    fn len(&self) -> Option<u64> {
        Some(JOBS)
    }

    fn arrival(&self, index: u64) -> Duration {
        Duration::from_millis(index)
    }

    fn job(&self, _: u64, clock: &Virtual) -> impl Future<Output = ()> + Send + 'static {
        let clock = clock.clone();
        async move {
            clock.sleep(SERVICE).await;
            if (STALL.0..STALL.1).contains(&clock.now()) {
                clock.sleep(STALL.1 - clock.now()).await;
            }
        }
    }
}

fn stalled() -> (Trace, u64) {
    let world = VirtualWorld::start(NonZeroUsize::MIN, 0);
    let recorder = Recorder::leak(JOBS as usize);
    let clock = world.handle().clone();
    let workload = Arc::new(Observed::new(Stalls, recorder));
    let permits = NonZeroUsize::new(LIMIT).unwrap();
    world.run(async move { SemaphoreBefore { permits }.run(&*workload, &clock).await });
    let due = (0..JOBS).map(Duration::from_millis);
    (recorder.trace(Duration::ZERO, due), world.handle().now().as_nanos() as u64)
}

/// When each job must end: it starts when it is due and a slot is free.
fn ends() -> Vec<u64> {
    let mut free: BinaryHeap<Reverse<u64>> = (0..LIMIT).map(|_| Reverse(0)).collect();
    let end = |due: u64| {
        let Reverse(slot) = free.pop().unwrap();
        let end = due.max(slot) + 5 * MS;
        let end = if (1_000 * MS..1_300 * MS).contains(&end) { 1_300 * MS } else { end };
        free.push(Reverse(end));
        end
    };
    (0..JOBS).map(|job| job * MS).map(end).collect()
}

#[test]
fn a_stall_is_seen_from_the_due_time_and_hidden_from_the_permit() {
    let (trace, makespan) = stalled();
    let ends = ends();
    let delivered: Vec<_> = trace.delivered_ns.iter().map(|moment| moment.unwrap()).collect();
    assert_eq!(delivered, ends, "to the nanosecond");
    let figures = read(&trace, makespan);
    // From the permit only the eight that were inside have seen it: less than one in a hundred.
    let service = figures.service.unwrap();
    assert_eq!((service.p99_ns, service.max_ns), (Some(5 * MS), 305 * MS));
    // From the due time, everyone has who came while it lasted, or while the rest was made up for.
    let mut expected: Vec<_> = (0..JOBS).zip(&ends).map(|(job, end)| end - job * MS).collect();
    expected.sort_unstable();
    let p99 = expected[JOBS as usize * 99 / 100 - 1];
    let sojourn = figures.sojourn.unwrap();
    assert_eq!((sojourn.p50_ns, sojourn.p99_ns), (Some(5 * MS), Some(p99)));
    assert!((280 * MS..300 * MS).contains(&p99), "{p99}");
    assert!(figures.wait.unwrap().p99_ns > Some(280 * MS), "before the start, and not in service");
}

#[test]
fn late_admissions_do_not_make_later_jobs_due_later() {
    let (trace, _) = stalled();
    let late = |job: usize| trace.admitted_ns[job].unwrap() - trace.arrived_ns[job];
    assert!(late(1_005) > 290 * MS, "{}", late(1_005));
    let last = JOBS as usize - 1;
    assert_eq!(late(last), 0, "the backlog is made up for");
    assert_eq!(trace.admitted_ns[last], Some(last as u64 * MS), "as if nothing had happened");
}

/// Jobs of a second, of which so many may be in flight, arriving at `per_second`.
fn paced(strategy: &str, jobs: u64, per_second: u32) -> Cell {
    let mut cell = cell("fixed", strategy, jobs, LIMIT);
    cell.work.arrivals = Arrivals::Constant { per_second };
    cell
}

fn run(cell: &Cell) -> Measured {
    execute(cell, Pass::Trace).unwrap_or_else(|failure| panic!("{}: {failure:?}", cell.id()))
}

#[test]
fn every_refilling_strategy_counts_from_the_due_time() {
    // Ten a second where eight can be done: job n is due at n/10 and starts at ⌊n/8⌋ or later.
    let second = 1_000 * MS;
    for strategy in ["semaphore", "semaphore-tokio", "bounded-channel", "thread-pool", "wait-any"] {
        let measured = run(&paced(strategy, 800, 10));
        let trace = measured.trace.as_ref().unwrap();
        let due: Vec<_> = (0..800).map(|job| job * second / 10).collect();
        assert_eq!(trace.arrived_ns, due, "{strategy}");
        let mut ends: Vec<u64> = Vec::new();
        for (job, due) in due.iter().enumerate() {
            let free = if job < LIMIT { 0 } else { ends[job - LIMIT] };
            ends.push(free.max(*due) + second);
        }
        let longest = ends.iter().zip(&due).map(|(end, due)| end - due).max();
        let sojourn = measured.sojourn.as_ref().unwrap();
        assert_eq!(Some(sojourn.max_ns), longest, "{strategy}");
        assert_eq!(Some(measured.wait.unwrap().max_ns + second), longest, "{strategy}");
    }
}

#[test]
fn a_rate_beyond_the_capacity_is_seen_as_a_backlog_that_grows() {
    let behind = run(&paced("semaphore", 4_000, 10)).open_loop.unwrap();
    assert!(!keeps_up(&behind));
    assert!((behind.offered_per_s - 10.0).abs() < 0.01, "{behind:?}");
    assert!((behind.achieved_per_s - 8.0).abs() < 0.05, "{behind:?}");
    assert!((behind.backlog_growth_per_s - 2.0).abs() < 0.05, "{behind:?}");
    let kept = run(&paced("semaphore", 4_000, 7)).open_loop.unwrap();
    assert!(keeps_up(&kept), "{kept:?}");
    assert!((kept.achieved_per_s - kept.offered_per_s).abs() < 0.01, "{kept:?}");
}

#[test]
fn jobs_that_were_due_and_never_admitted_are_not_forgotten() {
    let mut cell = paced("semaphore", 1, 100);
    cell.work.extent = Extent::ForNs(50_000 * MS);
    let measured = run(&cell);
    let found = measured.open_loop.unwrap();
    // Five thousand and one were due in 50 s, eight a second could be admitted.
    assert_eq!(measured.counts.admitted + found.never_admitted, 5_001);
    assert!(found.never_admitted > 4_500, "{found:?}");
    assert!((found.offered_per_s - 100.0).abs() < 0.01, "{found:?}");
    assert!(!keeps_up(&found));
}

#[test]
fn jobs_that_are_all_there_from_the_start_have_no_rate() {
    assert_eq!(run(&cell("fixed", "semaphore", 100, LIMIT)).open_loop, None);
}
