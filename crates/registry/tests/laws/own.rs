//! A workload from another crate: its own panics, its own arrivals, its own end.

use std::{
    num::NonZeroUsize,
    panic::resume_unwind,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use bp_core::{Clock, Deliver, Workload};
use bp_record::{Arrivals, Cell, Extent, Measured, Pass};
use bp_registry::{Failure, Watch, execute_own};

use crate::common::{cell, on_virtual};

const JOBS: u64 = 120;
const LIMIT: usize = 8;
const MS: u64 = 1_000_000;

/// Jobs of a few milliseconds that are there every `gap`, of which some panic, until the source
/// closes.
#[derive(Clone, Copy)]
struct Theirs {
    gap: Duration,
    panics: fn(u64) -> Option<When>,
    closes_after: u64,
    admitted: &'static AtomicU64,
}

/// When a job panics.
#[derive(Clone, Copy, PartialEq)]
enum When {
    /// Before there is a job.
    Unmade,
    AtOnce,
    /// After half its time.
    Midway,
    /// When it is asked how it ended.
    AtTheEnd,
}

impl Theirs {
    fn new() -> Self {
        let admitted = Box::leak(Box::default());
        Self { gap: Duration::ZERO, panics: |_| None, closes_after: u64::MAX, admitted }
    }
}

/// As `panic!`, but it prints nothing.
fn panic_if(now: bool) {
    if now {
        resume_unwind(Box::new("ouch"));
    }
}

struct Output(bool);

impl Deliver for Output {
    fn succeeded(&self) -> bool {
        panic_if(self.0);
        true
    }

    async fn deliver(self) {}
}

impl<X: Clock> Workload<X> for Theirs {
    type Output = Output;

    fn len(&self) -> Option<u64> {
        None
    }

    fn open(&self) -> bool {
        self.admitted.load(Relaxed) < self.closes_after
    }

    fn arrival(&self, index: u64) -> Duration {
        self.gap * index as u32
    }

    fn job(&self, index: u64, clock: &X) -> impl Future<Output = Output> + Send + 'static {
        self.admitted.fetch_add(1, Relaxed);
        let panics = (self.panics)(index);
        panic_if(panics == Some(When::Unmade));
        let half = Duration::from_micros(500 + 700 * (index % 5));
        let (first, second) = (clock.sleep(half), clock.sleep(2 * half));
        async move {
            panic_if(panics == Some(When::AtOnce));
            first.await;
            panic_if(panics == Some(When::Midway));
            second.await;
            Output(panics == Some(When::AtTheEnd))
        }
    }
}

/// One job in ten, in each way in turn.
fn some_panic(index: u64) -> Option<When> {
    let ways = [When::AtOnce, When::Midway, When::AtTheEnd];
    (index % 10 == 3).then(|| ways[(index / 10 % 3) as usize])
}

/// Every strategy that runs every job, on the virtual clock and on Tokio.
fn everywhere() -> impl Iterator<Item = Cell> {
    let on_tokio = bp_registry::catalogue().strategies.into_iter();
    let on_tokio = on_tokio.filter(|entry| entry.executors.iter().any(|name| name == "tokio"));
    let on_tokio = on_tokio.filter(|entry| !entry.name.starts_with("load-shedding"));
    let on_tokio = on_tokio.map(|entry| Cell {
        executor: "tokio".into(),
        threads: NonZeroUsize::new(2).unwrap(),
        ..cell("fixed", &entry.name, JOBS, LIMIT)
    });
    let on_virtual = on_virtual().into_iter().filter(|name| !name.starts_with("load-shedding"));
    on_virtual.map(|name| cell("fixed", &name, JOBS, LIMIT)).chain(on_tokio)
}

fn run(cell: &Cell, watch: impl Into<Watch>, theirs: Theirs) -> Measured {
    // The source closes in each of its two runs, the rehearsal and the one that counts.
    let make = || Theirs { admitted: Box::leak(Box::default()), ..theirs };
    execute_own(cell, watch, make).unwrap_or_else(|failure| panic!("{}: {failure:?}", cell.id()))
}

#[test]
fn a_panic_of_their_own_is_counted_and_no_fault_of_the_strategy() {
    let theirs = Theirs { panics: some_panic, ..Theirs::new() };
    let counted = Watch::up_to(10);
    for cell in everywhere() {
        for watch in [Pass::Time.into(), Pass::Trace.into(), counted] {
            let measured = run(&cell, watch, theirs);
            let (counts, what) = (measured.counts, format!("{} {watch:?}", cell.id()));
            assert_eq!((counts.admitted, counts.panicked), (JOBS, JOBS / 10), "{what}");
            assert_eq!((counts.succeeded, counts.delivered), (108, 108), "{what}");
            let trouble = measured.trouble.unwrap();
            assert!(trouble.starts_with("job ") && trouble.ends_with(" panicked"), "{trouble}");
            if let Some(trace) = measured.trace {
                let moments = |job: usize| (trace.finished_ns[job], trace.lost_ns[job]);
                assert!(matches!(moments(3), (None, Some(_))), "{what}: at once");
                assert!(matches!(moments(13), (None, Some(_))), "{what}: midway");
                assert!(matches!(moments(23), (Some(_), Some(_))), "{what}: at the end");
            }
        }
    }
}

#[test]
fn all_may_panic() {
    let theirs = Theirs { panics: |_| Some(When::Midway), ..Theirs::new() };
    for cell in everywhere() {
        for watch in [Pass::Time, Pass::Trace] {
            let counts = run(&cell, watch, theirs).counts;
            assert_eq!((counts.panicked, counts.delivered), (JOBS, 0), "{}", cell.id());
        }
    }
}

#[test]
fn their_jobs_come_when_they_say() {
    let theirs = Theirs { gap: Duration::from_millis(4), ..Theirs::new() };
    for strategy in on_virtual() {
        let cell = cell("fixed", &strategy, JOBS, LIMIT);
        let traced = run(&cell, Pass::Trace, theirs);
        let trace = traced.trace.as_ref().unwrap();
        let due: Vec<_> = (0..JOBS).map(|job| 4 * MS * job).collect();
        assert_eq!(trace.arrived_ns, due, "{strategy}");
        let admitted = trace.admitted_ns.iter().map(|moment| moment.unwrap());
        assert!(admitted.zip(&due).all(|(admitted, due)| admitted >= *due), "{strategy}");
        assert!(traced.makespan_ns >= due[JOBS as usize - 1], "{strategy}");
        // Of too many to be traced, each wait is counted from there, too.
        let counted = run(&cell, Watch::up_to(10), theirs);
        let longest = |of: &Measured| of.wait.as_ref().unwrap().max_ns;
        assert_eq!(longest(&counted), longest(&traced), "{strategy}");
    }
}

#[test]
fn their_own_rate_makes_an_open_loop_and_of_two_schedules_the_later_counts() {
    let theirs = Theirs { gap: Duration::from_millis(4), ..Theirs::new() };
    let mut cell = cell("fixed", "semaphore", JOBS, LIMIT);
    let rate = |cell: &Cell| run(cell, Pass::Trace, theirs).open_loop.unwrap().offered_per_s;
    assert!((rate(&cell) - 250.0).abs() < 5.0, "{}", rate(&cell));
    for (per_second, due) in [(1_000, 4), (100, 10)] {
        cell.work.arrivals = Arrivals::Constant { per_second };
        let arrived = run(&cell, Pass::Trace, theirs).trace.unwrap().arrived_ns;
        assert_eq!(arrived[JOBS as usize - 1], due * MS * (JOBS - 1), "{per_second} a second");
    }
}

#[test]
fn their_source_may_end_before_all_jobs_are_taken() {
    let theirs = Theirs { closes_after: 50, ..Theirs::new() };
    for cell in everywhere() {
        for watch in [Pass::Time, Pass::Trace] {
            let counts = run(&cell, watch, theirs).counts;
            assert_eq!((counts.admitted, counts.delivered), (50, 50), "{}", cell.id());
        }
    }
    let mut endless = cell("fixed", "semaphore", JOBS, LIMIT);
    endless.work.extent = Extent::ForNs(60_000 * MS);
    assert_eq!(run(&endless, Pass::Trace, theirs).counts.admitted, 50);
}

#[test]
fn a_panic_before_there_is_a_job_ends_the_run() {
    let broken = || Theirs { panics: |i| (i == 50).then_some(When::Unmade), ..Theirs::new() };
    let cell = cell("fixed", "sequential", JOBS, LIMIT);
    let failure = execute_own(&cell, Pass::Trace, broken).unwrap_err();
    assert!(matches!(&failure, Failure::Panic(said) if said == "ouch"), "{failure:?}");
}
