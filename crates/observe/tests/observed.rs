//! The moments of jobs, on a clock on which they are exact.

use std::{
    future::{Future, ready},
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use bp_core::{Clock, Deliver, Runtime, Workload};
use bp_observe::{Observed, Recorder};
use bp_virtual::{Virtual, VirtualWorld};
use futures::{FutureExt, future::join_all};

const MS: Duration = Duration::from_millis(1);

/// Job `i` sleeps for `i + 1` ms; its consumer is counted.
#[derive(Debug)]
struct Steps {
    polled: &'static AtomicU64,
    consumed: &'static AtomicU64,
}

struct Output(&'static AtomicU64);

impl Deliver for Output {
    fn succeeded(&self) -> bool {
        false
    }

    fn deliver(self) -> impl Future<Output = ()> + Send + 'static {
        self.0.fetch_add(1, Relaxed);
        ready(())
    }
}

impl Workload<Virtual> for Steps {
    type Output = Output;

    fn len(&self) -> Option<u64> {
        Some(3)
    }

    fn open(&self) -> bool {
        self.polled.load(Relaxed) < 100
    }

    fn arrival(&self, index: u64) -> Duration {
        MS * index as u32
    }

    fn job(&self, index: u64, executor: &Virtual) -> impl Future<Output = Output> + Send + 'static {
        let (polled, consumed) = (self.polled, self.consumed);
        let sleep = executor.sleep(MS * (index as u32 + 1));
        sleep.map(move |()| {
            polled.fetch_add(1, Relaxed);
            Output(consumed)
        })
    }
}

fn steps() -> Steps {
    Steps { polled: Box::leak(Box::default()), consumed: Box::leak(Box::default()) }
}

fn world() -> VirtualWorld {
    VirtualWorld::start(NonZeroUsize::MIN, 7)
}

fn ns(ms: u64) -> Option<u64> {
    Some(ms * 1_000_000)
}

#[test]
fn each_moment_is_written_down_when_it_comes() {
    let (world, recorder, steps) = (world(), Recorder::leak(8), steps());
    let (consumed, clock) = (steps.consumed, world.handle().clone());
    let start = world.run(async move {
        clock.sleep(10 * MS).await; // the run does not begin when the clock does
        let start = clock.now();
        let observed = Observed::new(steps, recorder);
        let jobs = [0, 1, 2].map(|index| observed.job(index, &clock));
        clock.sleep(MS).await; // admitted at 0, first polled at 1
        let outputs = join_all(jobs).await; // finished at 2, 3 and 4
        for output in outputs.into_iter().rev() {
            assert!(!output.succeeded(), "that of the output inside");
            let delivery = output.deliver();
            clock.sleep(MS).await; // delivered when that is polled: at 5, 6 and 7
            delivery.await;
        }
        start
    });
    let trace = recorder.trace(start, (0..).map(|index| MS * index));
    assert_eq!(trace.arrived_ns, [0, 1_000_000, 2_000_000]);
    assert_eq!(trace.admitted_ns, [ns(0), ns(0), ns(0)]);
    assert_eq!(trace.started_ns, [ns(1), ns(1), ns(1)]);
    assert_eq!(trace.finished_ns, [ns(2), ns(3), ns(4)]);
    assert_eq!(trace.delivered_ns, [ns(7), ns(6), ns(5)]);
    assert_eq!(trace.order, [2, 1, 0]);
    assert_eq!(trace.lost_ns, [None; 3]);
    assert_eq!(consumed.load(Relaxed), 3, "each output reaches its consumer");
}

#[test]
fn a_job_that_is_not_polled_is_admitted_and_no_more() {
    let (world, recorder, steps) = (world(), Recorder::leak(8), steps());
    let polled = steps.polled;
    let clock = world.handle();
    drop(Observed::new(steps, recorder).job(0, clock));
    let trace = recorder.trace(Duration::ZERO, [Duration::ZERO]);
    assert_eq!(trace.admitted_ns, [Some(0)]);
    assert_eq!((trace.started_ns, trace.finished_ns), (vec![None], vec![None]));
    assert_eq!((trace.delivered_ns, trace.order), (vec![None], vec![]));
    assert_eq!(trace.lost_ns, [Some(0)], "it was dropped");
    assert_eq!(polled.load(Relaxed), 0);
}

#[test]
fn an_output_that_nobody_takes_is_lost_when_it_is_dropped() {
    let (world, recorder, steps) = (world(), Recorder::leak(8), steps());
    let clock = world.handle().clone();
    world.run(async move {
        let output = Observed::new(steps, recorder).job(0, &clock).await;
        clock.sleep(MS).await;
        drop(output);
    });
    let trace = recorder.trace(Duration::ZERO, [Duration::ZERO]);
    assert_eq!((trace.finished_ns, trace.lost_ns), (vec![ns(1)], vec![ns(2)]));
    assert_eq!(trace.delivered_ns, [None]);
}

/// Three jobs that panic when they are first polled; they come when the workload says.
struct Broken;

impl Workload<Virtual> for Broken {
    type Output = ();

    fn len(&self) -> Option<u64> {
        Some(3)
    }

    fn arrival(&self, index: u64) -> Duration {
        MS * index as u32
    }

    fn job(&self, _: u64, _: &Virtual) -> impl Future<Output = ()> + Send + 'static {
        async { resume_unwind(Box::new("ouch")) } // as `panic!`, but it prints nothing
    }
}

#[test]
fn a_job_that_panics_is_lost_at_once_whoever_keeps_what_is_left_of_it() {
    let (world, recorder) = (world(), Recorder::leak_with_totals(8, |_| Duration::ZERO));
    let clock = world.handle().clone();
    world.run(async move {
        recorder.begin(clock.now());
        let observed = Observed::new(Broken, recorder);
        let mut kept = Vec::new();
        for index in 0..3 {
            clock.sleep(MS).await;
            let mut job = Box::pin(observed.job(index, &clock));
            let polled = catch_unwind(AssertUnwindSafe(|| (&mut job).now_or_never()));
            assert!(polled.is_err());
            kept.push(job);
        }
        clock.sleep(MS).await;
    });
    let trace = recorder.trace(Duration::ZERO, []);
    assert_eq!((trace.started_ns, trace.finished_ns), (vec![ns(1), ns(2), ns(3)], vec![None; 3]));
    assert_eq!(trace.lost_ns, [ns(1), ns(2), ns(3)]);
    let totals = recorder.totals().unwrap();
    assert_eq!((totals.lost, totals.in_flight_peak, totals.held_peak), (3, 1, 1));
    let waited = [(1_000_000, 3)]; // from 0, 1 and 2 ms, as the workload says
    assert_eq!((totals.wait.as_slice(), totals.service.as_slice()), (&waited[..], &[][..]));
}

#[test]
fn what_there_is_no_room_for_runs_and_is_said() {
    let (world, recorder, steps) = (world(), Recorder::leak(2), steps());
    let (consumed, clock) = (steps.consumed, world.handle().clone());
    world.run(async move {
        let observed = Observed::new(steps, recorder);
        for index in (0..3).rev() {
            observed.job(index, &clock).then(Deliver::deliver).await;
        }
    });
    assert_eq!((recorder.recorded(), recorder.overflown()), (2, true));
    assert_eq!(recorder.trace(Duration::ZERO, []).order, [1, 0]);
    assert_eq!(consumed.load(Relaxed), 3);
}

#[test]
fn the_source_is_that_of_the_workload_inside() {
    let observed = Observed::new(steps(), Recorder::leak(0));
    assert_eq!(Workload::<Virtual>::len(&observed), Some(3));
    assert_eq!(Workload::<Virtual>::arrival(&observed, 2), 2 * MS);
    assert!(Workload::<Virtual>::open(&observed));
    observed.inner().polled.store(100, Relaxed);
    assert!(!Workload::<Virtual>::open(&observed));
}

#[test]
fn a_watched_job_is_hardly_larger() {
    let world = world();
    let bare = size_of_val(&steps().job(0, world.handle()));
    let watched = size_of_val(&Observed::new(steps(), Recorder::leak(1)).job(0, world.handle()));
    let place = 8 + 32; // where to write, and how far the job is
    assert!(watched <= bare + place + size_of::<Virtual>(), "{bare} became {watched}");
}

#[test]
fn totals_count_each_job_once_wherever_it_ends() {
    let (world, steps) = (world(), steps());
    let recorder = Recorder::leak_with_totals(0, |job| MS * job as u32);
    let clock = world.handle().clone();
    world.run(async move {
        clock.sleep(10 * MS).await;
        recorder.begin(clock.now());
        let observed = Observed::new(steps, recorder);
        // One after the other, so no two are ever in flight, or held, at once.
        for _ in 0..3 {
            drop(observed.job(0, &clock)); // never started
            let mut job = Box::pin(observed.job(2, &clock));
            assert!((&mut job).now_or_never().is_none());
            clock.sleep(MS).await;
            drop(job); // in flight for 1 ms of its 3
            drop(observed.job(1, &clock).await); // never delivered, after 2 ms
        }
        observed.job(2, &clock).await.deliver().await; // from 9 to 12 ms, arrived at 2
        observed.job(0, &clock).await.deliver().await; // from 12 to 13 ms, arrived at 0
    });
    let totals = recorder.totals().unwrap();
    assert_eq!((totals.in_flight_peak, totals.held_peak), (1, 1), "what ends is given back");
    let sum = |times: &[(u64, u64)]| times.iter().map(|time| time.1).sum::<u64>();
    assert_eq!((sum(&totals.wait), sum(&totals.service)), (8, 5));
    assert_eq!((sum(&totals.blocked), sum(&totals.sojourn)), (2, 2));
    let ms = 1_000_000;
    assert_eq!((totals.service_sum_ns, totals.lost_sum_ns, totals.lost), (10 * ms, 3 * ms, 3));
    assert_eq!((totals.first_delivery_ns, totals.out_of_order), (Some(12 * ms), 1));
    assert_eq!(totals.sojourn, [(10 * ms, 1), (13 * ms, 1)]);
    assert_eq!(totals.wait.last(), Some(&(12 * ms, 1)));
    assert!(recorder.overflown() && Recorder::leak(1).totals().is_none());
}
