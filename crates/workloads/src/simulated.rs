use std::{
    future::Future,
    hint::black_box,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bp_core::{Clock, Workload};

use crate::{Law, Receipt, Tally, payload::Payload, tally::Values};

/// Jobs that wait for a timer, yield, or compute, and hold some memory meanwhile.
///
/// A job allocates its payload when it is first polled, serves, frees the payload, and yields a
/// number that follows from the seed and its index.
#[derive(Debug)]
pub struct Simulated {
    doing: Doing,
    jobs: Option<u64>,
    payload_bytes: usize,
    seed: u64,
    tally: &'static Tally,
}

/// What a job does while it is in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Sleeps, for as long as the law says.
    Sleep {
        /// How service times are distributed.
        law: Law,
        /// Their mean, or what the law says.
        service: Duration,
    },
    /// Sleeps, for as long as is said for each job; when the list is at its end, from its start.
    Replay {
        /// Service times in nanoseconds; not empty.
        times: &'static [u64],
    },
    /// Yields to other tasks, once; no timer.
    Yield,
    /// Computes for about 5 µs, without yielding; no timer.
    Cpu,
}

impl Simulated {
    /// So many `jobs`, endless if `None`, each holding `payload_bytes` while in service.
    pub fn new(doing: Doing, jobs: Option<u64>, payload_bytes: usize, seed: u64) -> Self {
        Self { doing, jobs, payload_bytes, seed, tally: Tally::leak(Values::Seeded(seed)) }
    }

    /// How the jobs ended.
    pub fn tally(&self) -> &'static Tally {
        self.tally
    }
}

impl<X: Clock> Workload<X> for Simulated {
    type Output = Receipt;

    fn len(&self) -> Option<u64> {
        self.jobs
    }

    #[inline(always)]
    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Receipt> + Send + 'static {
        Serve {
            step: match self.doing {
                Doing::Sleep { law, service } => {
                    Step::Sleep { sleep: executor.sleep(law.service(self.seed, index, service)) }
                }
                Doing::Replay { times } => {
                    let time = times[(index % times.len() as u64) as usize];
                    Step::Sleep { sleep: executor.sleep(Duration::from_nanos(time)) }
                }
                Doing::Yield => Step::Yield { turn: executor.yield_now() },
                Doing::Cpu => Step::Cpu,
            },
            payload: Payload::Wanted(self.payload_bytes),
            value: self.tally.value(index),
            tally: self.tally,
        }
    }
}

pin_project_lite::pin_project! {
    /// A job. Written by hand since an async block would store what it captures twice.
    struct Serve<S, Y> {
        #[pin]
        step: Step<S, Y>,
        payload: Payload,
        value: u64,
        tally: &'static Tally,
    }
}

pin_project_lite::pin_project! {
    #[project = StepNow]
    enum Step<S, Y> {
        Sleep { #[pin] sleep: S },
        Yield { #[pin] turn: Y },
        Cpu,
    }
}

impl<S: Future<Output = ()>, Y: Future<Output = ()>> Future for Serve<S, Y> {
    type Output = Receipt;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Receipt> {
        let this = self.project();
        this.payload.hold();
        match this.step.project() {
            StepNow::Sleep { sleep } => ready!(sleep.poll(cx)),
            StepNow::Yield { turn } => ready!(turn.poll(cx)),
            StepNow::Cpu => _ = black_box(compute(*this.value)),
        }
        this.payload.free();
        Poll::Ready(Receipt::good(this.tally, *this.value))
    }
}

/// About 5 µs of work on a processor of 3 GHz: a chain of 3,000 steps, of which each needs the one
/// before. A fixed count and no clock, so that it is the same work everywhere.
fn compute(value: u64) -> u64 {
    (0..3_000).fold(value, |x, step| (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ step)
}
