//! Runs one cell, watched as the pass says. From here on every type is known.

use std::{any::Any, fmt, pin::pin, sync::Arc, thread, time::Duration};

use bp_analysis::{read_totals, thin};
use bp_core::{Clock, Io, Runtime, Strategy, Workload};
use bp_observe::{
    Observed, Recorder, Sampler, memory,
    process::{self, Usage},
};
use bp_record::{Cell, Extent, Measured, Pass, Series, Work};
use bp_workloads::{Conditions, Counted, Gate, Scenario, Schedule, WorkloadError};
use futures::{
    FutureExt,
    future::{BoxFuture, Either, select},
};
use thiserror::Error;

use crate::{
    Watch,
    derive::{Witnessed, derive},
};

/// Why a cell has no valid measurement.
#[derive(Error)]
pub enum Failure {
    /// The strategy, the executor and the workload do not go together.
    #[error("{0}")]
    Unsupported(String),
    /// What the cell needs is not there, such as a directory.
    #[error("{0}")]
    Invalid(String),
    /// The run ended, but a promise was broken: which, and what was measured all the same.
    #[error("{0}")]
    Wrong(String, Box<Measured>),
    /// The strategy, or the consumer in it, panicked.
    #[error("panicked: {0}")]
    Panic(String),
}

/// Without what was measured, which is long.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Unsupported(_) => "Unsupported",
            Self::Invalid(_) => "Invalid",
            Self::Wrong(..) => "Wrong",
            Self::Panic(_) => "Panic",
        };
        f.debug_tuple(kind).field(&self.to_string()).finish()
    }
}

impl From<WorkloadError> for Failure {
    fn from(error: WorkloadError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl Failure {
    pub(crate) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::Panic(text.unwrap_or("a panic without a message").to_owned())
    }
}

/// What a run left behind.
pub(crate) struct Finished {
    pub(crate) measured: Measured,
    pub(crate) witnessed: Witnessed,
    /// What all admitted jobs were to yield, summed up.
    pub(crate) checksum: u64,
}

/// Makes the workload of a cell, as often as it is asked.
pub(crate) type Make<'m, W> = &'m dyn Fn(&Work) -> Result<W, Failure>;

/// Runs a strategy on the workload that is made for `cell`, watched as `pass` says.
pub(crate) fn measure<R, W>(
    cell: &Cell,
    watch: Watch,
    make: Make<W>,
    drive: Arc<dyn Drive<R::Handle, W>>,
) -> Result<Finished, Failure>
where
    R: Runtime<Handle: Io>,
    W: Workload<R::Handle> + Counted,
{
    let pass = watch.pass;
    let workload = make(&cell.work)?;
    let tally = workload.tally();
    let conditions = Conditions::from(&cell.work);
    let extent = cell.work.extent;
    let runtime = R::start(cell.threads, cell.work.seed);
    warm_up(&runtime);
    // A server would count what is rehearsed, and a rate limit remember it.
    if watch.server.is_none() {
        rehearse(&runtime, cell, make, Arc::clone(&drive))?;
    }
    let threads_found = process::threads();
    let clock = runtime.handle().clone();
    let mut measured;
    let mut witnessed = Witnessed::default();
    let closed;
    match pass {
        Pass::Time | Pass::Memory => {
            let scenario = Arc::new(Scenario::new(workload, tally, conditions));
            let driver = drive.bare(clock, extent, scenario.clone());
            let run = || runtime.run(driver);
            measured = if pass == Pass::Time { time(run) } else { memory(run) };
            closed = scenario.ran_dry();
        }
        Pass::Trace => {
            let recorder = recorder(cell, watch.traced);
            let observed = Observed::new(workload, recorder);
            let scenario = Arc::new(Scenario::new(observed, tally, conditions));
            let driver = drive.observed(clock.clone(), extent, scenario.clone());
            let open = watch.lookout.map(|lookout| lookout.open(recorder, tally));
            let ran = runtime.run(async move {
                recorder.begin(clock.now());
                driver.await
            });
            drop(open);
            let arrival = |index| Workload::<R::Handle>::arrival(&*scenario, index);
            let consumed = scenario.consumer_mean().map(nanoseconds);
            (measured, witnessed) = trace(cell, &ran, recorder, arrival, consumed);
            closed = scenario.ran_dry();
        }
    }
    measured.counts = tally.counts();
    let checksum = tally.expected(measured.counts.admitted);
    measured.trouble = tally.trouble().map(str::to_owned);
    measured.threads_found = threads_found;
    witnessed.closed = closed;
    Ok(Finished { measured, witnessed, checksum })
}

/// Opens the reactor and the timer and starts the threads, which some runtimes do when they are
/// first used.
fn warm_up<R: Runtime>(runtime: &R) {
    let clock = runtime.handle().clone();
    runtime.run(async move {
        clock.yield_now().await;
        clock.sleep(Duration::from_millis(1)).await;
    });
}

/// The same strategy on a few of the same jobs, whose figures are thrown away: what is measured
/// afterwards finds the code in the caches, the pools grown and the threads awake.
///
/// Two fillings of the limit, but no more than a tenth of the jobs; all at once, and nobody who
/// needs time for their outputs, for that would only take long.
fn rehearse<R, W>(
    runtime: &R,
    cell: &Cell,
    make: Make<W>,
    drive: Arc<dyn Drive<R::Handle, W>>,
) -> Result<(), Failure>
where
    R: Runtime<Handle: Io>,
    W: Workload<R::Handle> + Counted,
{
    let fillings =
        cell.limit.map_or(REHEARSED, |limit| (limit.get() as u64).saturating_mul(2).min(REHEARSED));
    let extent = Extent::Jobs(match cell.work.extent {
        Extent::Jobs(jobs) => fillings.min(jobs / 10),
        Extent::ForNs(_) => fillings,
    });
    if extent.amount() == 0 {
        return Ok(());
    }
    let workload = make(&Work { extent, ..cell.work.clone() })?;
    let tally = workload.tally();
    let scenario = Arc::new(Scenario::new(workload, tally, Conditions::default()));
    runtime.run(drive.bare(runtime.handle().clone(), extent, scenario));
    Ok(())
}

/// Most jobs of a rehearsal.
const REHEARSED: u64 = 1_000;

/// With room for every job, if at most `traced`; else with totals. Of an endless run nobody knows,
/// so it has both.
fn recorder(cell: &Cell, traced: usize) -> &'static Recorder {
    let Work { extent, arrivals, seed, .. } = cell.work;
    let schedule = Schedule::new(arrivals, seed);
    match extent {
        Extent::Jobs(jobs) if jobs <= traced as u64 => Recorder::leak(jobs as usize),
        Extent::Jobs(_) => Recorder::leak_with_totals(0, move |job| schedule.arrival(job)),
        Extent::ForNs(_) => Recorder::leak_with_totals(traced, move |job| schedule.arrival(job)),
    }
}

/// One pair of clock readings, and nothing inside.
fn time(run: impl FnOnce() -> Ran) -> Measured {
    let before = Usage::now();
    let ran = run();
    let used = Usage::now().zip(before).map(|(now, before)| now.since(&before));
    Measured {
        makespan_ns: nanoseconds(ran.makespan),
        cpu_user_ns: used.map(|used| nanoseconds(used.user)),
        cpu_system_ns: used.map(|used| nanoseconds(used.system)),
        switches_voluntary: used.map(|used| used.voluntary),
        switches_involuntary: used.map(|used| used.involuntary),
        ..Measured::default()
    }
}

/// What was allocated, and what was resident.
fn memory(run: impl FnOnce() -> Ran) -> Measured {
    let sampler = Sampler::new().ok();
    let reset = process::reset_peak_rss();
    let meter = memory::begin();
    if let (Some(sampler), Some(meter)) = (&sampler, &meter) {
        sampler.start(meter);
    }
    let ran = run();
    let used = meter.map(memory::Meter::finish);
    let rss_peak_bytes = if reset { process::peak_rss() } else { None };
    let live_bytes = sampler.map(Sampler::finish).unwrap_or_default();
    Measured {
        makespan_ns: nanoseconds(ran.makespan),
        live_peak_bytes: used.map(|used| used.peak_bytes),
        allocations: used.map(|used| used.allocations),
        rss_peak_bytes,
        series: Series { live_bytes: thin::series(&live_bytes), ..Series::default() },
        ..Measured::default()
    }
}

/// The moments of each job, and what follows from them; or what was counted, if there were too many.
fn trace(
    cell: &Cell,
    ran: &Ran,
    recorder: &'static Recorder,
    arrival: impl Fn(u64) -> Duration,
    consumer_mean_ns: Option<u64>,
) -> (Measured, Witnessed) {
    let makespan_ns = nanoseconds(ran.makespan);
    let mut measured = Measured { makespan_ns, ..Measured::default() };
    let mut witnessed = Witnessed::default();
    if !recorder.overflown() {
        let jobs = recorder.recorded() as u64;
        let trace = recorder.trace(ran.start, (0..jobs).map(&arrival));
        let due = |job| nanoseconds(arrival(job));
        witnessed = derive(cell, trace, due, consumer_mean_ns, &mut measured);
    } else if let Some(totals) = recorder.totals() {
        let moments = read_totals(&totals, makespan_ns);
        witnessed = Witnessed::from(&moments);
        moments.apply(&mut measured);
        measured.histograms = true;
    }
    (measured, witnessed)
}

/// When a run began, on the clock of its executor, and how long it took.
pub(crate) struct Ran {
    start: Duration,
    makespan: Duration,
}

/// A strategy that is ready to run on a workload of type `W`, bare or observed.
///
/// Shared, for it runs twice: once to warm up. Here ends what is compiled for each strategy on
/// each executor: the driver is boxed, once a run,
/// and all around it is compiled once a runtime. The jobs inside stay static.
pub(crate) trait Drive<X, W> {
    fn bare(
        self: Arc<Self>,
        clock: X,
        extent: Extent,
        workload: Arc<Scenario<W>>,
    ) -> BoxFuture<'static, Ran>;

    fn observed(
        self: Arc<Self>,
        clock: X,
        extent: Extent,
        workload: Arc<Scenario<Observed<W>>>,
    ) -> BoxFuture<'static, Ran>;
}

impl<X: Io, W: Workload<X>, S: Strategy<X>> Drive<X, W> for S {
    fn bare(
        self: Arc<Self>,
        clock: X,
        extent: Extent,
        workload: Arc<Scenario<W>>,
    ) -> BoxFuture<'static, Ran> {
        let gate = workload.gate();
        driver(clock, extent, self, workload, gate).boxed()
    }

    fn observed(
        self: Arc<Self>,
        clock: X,
        extent: Extent,
        workload: Arc<Scenario<Observed<W>>>,
    ) -> BoxFuture<'static, Ran> {
        let gate = workload.gate();
        driver(clock, extent, self, workload, gate).boxed()
    }
}

async fn driver<X, S, W>(
    clock: X,
    extent: Extent,
    strategy: Arc<S>,
    workload: Arc<W>,
    gate: Gate,
) -> Ran
where
    X: Clock,
    S: Strategy<X>,
    W: Workload<X>,
{
    let start = clock.now();
    let run = strategy.run(&*workload, &clock);
    match extent {
        Extent::Jobs(_) => run.await,
        Extent::ForNs(time) => {
            let time = Duration::from_nanos(time);
            close_after(time, gate);
            until(run, clock.sleep(time), gate).await; // the clock may be a simulated one
        }
    }
    Ran { start, makespan: clock.now() - start }
}

/// Closes the source when `time` is over on `clock`, and lets the run end by itself.
async fn until(run: impl Future<Output = ()>, time: impl Future<Output = ()>, gate: Gate) {
    let over = time.map(|()| gate.close());
    if let Either::Right(((), run)) = select(pin!(run), pin!(over)).await {
        run.await;
    }
}

/// Closes the source when `time` is over, whether or not a strategy ever waits.
fn close_after(time: Duration, gate: Gate) {
    thread::spawn(move || {
        thread::sleep(time);
        gate.close();
    });
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
