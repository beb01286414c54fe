use std::{
    future::Future,
    mem,
    panic::resume_unwind,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    task::{Context, Poll, ready},
    time::Duration,
};

use bp_core::{Clock, Deliver, Workload};
use bp_record::{Arrivals, Consumer, Faults, Work};
use tokio::sync::Semaphore;

use crate::{
    Schedule, Tally,
    seeded::{below, mix},
    taken::{Taken, nanoseconds},
};

/// A workload under conditions: paced arrivals, a slow consumer, failing and panicking jobs; and the
/// count of how its jobs ended.
///
/// What is around the job is outermost: a decorator inside sees the work alone, and sees an output
/// being delivered when the consumer takes it.
#[derive(Debug)]
pub struct Scenario<W> {
    inner: W,
    schedule: Schedule,
    faults: Faults,
    seed: u64,
    stage: &'static Stage,
}

/// What surrounds a workload.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Conditions {
    /// When jobs become available.
    pub arrivals: Arrivals,
    /// Who takes the outputs, and how long that lasts.
    pub consumer: Consumer,
    /// Which jobs fail and which panic.
    pub faults: Faults,
    /// Whether the first job that fails or panics closes the source. Those that run go on.
    pub stop: bool,
    /// What all that is random follows from.
    pub seed: u64,
}

impl From<&Work> for Conditions {
    fn from(work: &Work) -> Self {
        let Work { arrivals, consumer, faults, seed, .. } = *work;
        Self { arrivals, consumer, faults, stop: work.real.stop, seed }
    }
}

/// What all jobs of a scenario share; leaked, like the tally.
#[derive(Debug)]
struct Stage {
    tally: &'static Tally,
    consumer: Consumer,
    taken: Taken,
    /// First in, first out: held while the one consumer works.
    turn: Semaphore,
    closed: AtomicBool,
    /// The source was closed from within: the workload has no more, or a job failed.
    dry: AtomicBool,
    /// A job that fails closes it.
    stop: bool,
}

impl Stage {
    /// A job failed or panicked.
    #[cold]
    fn falter(&self) {
        if self.stop {
            self.dry.store(true, Relaxed);
            self.closed.store(true, Relaxed);
        }
    }

    /// Completes when the consumer is free for an output, if all outputs have the same one.
    async fn turn(&'static self) -> Option<Turn> {
        match self.consumer {
            Consumer::Serial { .. } => {
                self.turn.acquire().await.expect("no one closes the semaphore").forget();
                Some(Turn(self))
            }
            Consumer::Instant | Consumer::Parallel { .. } => None,
        }
    }
}

/// The one permit of a serial consumer, in half the room: tasks hold one.
struct Turn(&'static Stage);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.turn.add_permits(1);
    }
}

impl<W> Scenario<W> {
    /// Puts `inner`, whose jobs are counted by `tally`, under `conditions`.
    ///
    /// # Panics
    /// If the rate of arrivals is zero.
    pub fn new(inner: W, tally: &'static Tally, conditions: Conditions) -> Self {
        let Conditions { arrivals, consumer, faults, stop, seed } = conditions;
        let turn = Semaphore::new(1);
        let (closed, dry) = (AtomicBool::new(false), AtomicBool::new(false));
        let stage = Stage { tally, consumer, taken: Taken::default(), turn, closed, dry, stop };
        let schedule = Schedule::new(arrivals, seed);
        Self { inner, schedule, faults, seed, stage: Box::leak(Box::new(stage)) }
    }

    /// The workload inside.
    pub fn inner(&self) -> &W {
        &self.inner
    }

    /// How the jobs ended.
    pub fn tally(&self) -> &'static Tally {
        self.stage.tally
    }

    /// True if the source was closed from within, and that was seen: the workload has no more jobs,
    /// or one failed.
    pub fn ran_dry(&self) -> bool {
        self.stage.dry.load(Relaxed)
    }

    /// How long the consumer took for an output, on the clock of the executor and on average; `None`
    /// if outputs are taken at once.
    pub fn consumer_mean(&self) -> Option<Duration> {
        self.stage.taken.mean()
    }

    /// What closes the source.
    pub fn gate(&self) -> Gate {
        Gate { stage: self.stage }
    }

    #[inline]
    fn fate(&self, index: u64) -> Fate {
        let Faults { fail_per_million: fail, panic_per_million: panic } = self.faults;
        if fail == 0 && panic == 0 {
            return Fate::Runs;
        }
        let draw = below(1_000_000, mix(self.seed, 0xFA11), index);
        if draw < panic {
            Fate::Panics
        } else if draw < panic.saturating_add(fail) {
            Fate::Fails
        } else {
            Fate::Runs
        }
    }
}

impl<X: Clock, W: Workload<X>> Workload<X> for Scenario<W> {
    type Output = Delivery<W::Output, X>;

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn open(&self) -> bool {
        let open = self.inner.open();
        if !open {
            self.stage.dry.store(true, Relaxed);
        }
        open && !self.stage.closed.load(Relaxed)
    }

    /// By the schedule, but not before the workload itself has the job.
    #[inline]
    fn arrival(&self, index: u64) -> Duration {
        self.schedule.arrival(index).max(self.inner.arrival(index))
    }

    #[inline(always)]
    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Self::Output> + Send + 'static {
        self.stage.tally.admit();
        Run {
            job: self.inner.job(index, executor),
            clock: (self.stage.consumer != Consumer::Instant).then(|| executor.clone()),
            ticket: Ticket::new(self.stage, index, self.fate(index)),
        }
    }
}

/// Closes the source of a [`Scenario`], from anywhere: no further job is admitted.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    stage: &'static Stage,
}

impl Gate {
    /// Closes it, for good.
    pub fn close(&self) {
        self.stage.closed.store(true, Relaxed);
    }
}

pin_project_lite::pin_project! {
    /// A job and what is to become of it. Written by hand since an async block would store the job
    /// twice.
    struct Run<F, X> {
        #[pin]
        job: F,
        clock: Option<X>,
        ticket: Ticket,
    }
}

impl<F: Future<Output: Deliver>, X> Future for Run<F, X> {
    type Output = Delivery<F::Output, X>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.ticket.progress = Progress::Polled;
        let polled = this.job.poll(cx);
        if polled.is_pending() {
            this.ticket.progress = Progress::Waits;
        }
        let output = ready!(polled);
        if this.ticket.fate == Fate::Panics {
            panic_as_planned();
        }
        let succeeded = this.ticket.fate == Fate::Runs && output.succeeded();
        this.ticket.progress = Progress::Ended;
        let stage = this.ticket.stage;
        if !succeeded {
            stage.tally.fail();
            stage.falter();
        }
        Poll::Ready(Delivery {
            output,
            succeeded,
            clock: this.clock.take(),
            ended: Ended { stage },
        })
    }
}

#[cold]
fn panic_as_planned() -> ! {
    resume_unwind(Box::new(Planned)) // unlike `panic!`, it prints nothing
}

/// What a planned panic carries.
struct Planned;

#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Runs,
    Fails,
    Panics,
}

#[derive(Clone, Copy)]
enum Progress {
    /// Not yet polled.
    New,
    Waits,
    /// Being polled; and for ever so if that panicked.
    Polled,
    Ended,
}

/// Counts a job that does not end by itself.
///
/// Some strategies hold one for every job of a run, so it has no byte too many: of the index it has
/// six, enough for a job a microsecond for nine years.
struct Ticket {
    stage: &'static Stage,
    index: [u8; 6],
    fate: Fate,
    progress: Progress,
}

impl Ticket {
    fn new(stage: &'static Stage, index: u64, fate: Fate) -> Self {
        let [index @ .., _, _] = index.to_le_bytes();
        Self { stage, index, fate, progress: Progress::New }
    }

    fn index(&self) -> u64 {
        let [a, b, c, d, e, f] = self.index;
        u64::from_le_bytes([a, b, c, d, e, f, 0, 0])
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        match self.progress {
            Progress::New => self.stage.tally.shed(self.index()),
            Progress::Waits => self.stage.tally.cancel(),
            Progress::Polled => {
                let (tally, index) = (self.stage.tally, self.index());
                tally.panic(index);
                self.stage.falter();
                if self.fate != Fate::Panics {
                    tally.complain(|| format!("job {index} panicked"));
                }
            }
            Progress::Ended => {}
        }
    }
}

/// The output of a [`Scenario`]: that of the job inside, on its way to the consumer.
#[derive(Debug)]
pub struct Delivery<O, X> {
    output: O,
    succeeded: bool,
    clock: Option<X>,
    ended: Ended,
}

/// Counts an output that no one takes.
#[derive(Debug)]
struct Ended {
    stage: &'static Stage,
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.stage.tally.leave_undelivered();
    }
}

impl<O: Deliver, X: Clock> Deliver for Delivery<O, X> {
    fn succeeded(&self) -> bool {
        self.succeeded
    }

    fn refused(&self) -> bool {
        self.output.refused()
    }

    #[inline]
    fn deliver(self) -> impl Future<Output = ()> + Send + 'static {
        let Self { output, clock, ended, .. } = self;
        async move {
            let stage = ended.stage;
            let turn = stage.turn().await;
            mem::forget(ended); // now it is taken
            output.deliver().await;
            if let Some(clock) = clock {
                let from = nanoseconds(clock.now());
                clock.sleep(stage.consumer.time()).await;
                stage.taken.add(nanoseconds(clock.now()).saturating_sub(from));
            }
            drop(turn);
        }
    }
}
