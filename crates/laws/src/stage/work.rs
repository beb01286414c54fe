use std::{
    any::Any,
    fmt,
    future::Future,
    panic::resume_unwind,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

use bp_core::{Clock, Deliver, Executor, Uncontained, Workload, yield_once};
use bp_virtual::Virtual;
use futures::future::{BoxFuture, FutureExt, poll_fn};

use super::ledger::Ledger;
use crate::{
    locked,
    scenario::{Pause, Scenario, Script},
};

/// What a law gives a strategy to do: jobs that follow a script and keep books.
#[derive(Clone)]
pub struct Work(pub(crate) Arc<Stage>);

impl Work {
    /// How many outputs have been delivered.
    pub fn delivered(&self) -> u64 {
        self.0.ledger().delivered
    }
}

/// Where a run takes place.
pub(crate) struct Stage {
    pub(crate) scenario: Scenario,
    pub(crate) world: Virtual,
    ledger: Mutex<Ledger>,
}

impl Stage {
    pub(crate) fn new(scenario: Scenario, ledger: Ledger, world: Virtual) -> Self {
        Self { scenario, world, ledger: Mutex::new(ledger) }
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        locked(&self.ledger)
    }

    fn wait(&self, pause: &Pause, index: u64) -> BoxFuture<'static, ()> {
        match pause {
            Pause::Yield => yield_once().boxed(),
            Pause::Sleep(duration) => self.world.sleep(*duration).boxed(),
            Pause::Nudge => nudged(self.world.clone()).boxed(),
            Pause::Act(act) => act(index, &self.world),
        }
    }

    /// Keeps a waker for later, where the scenario is one of wakers that linger.
    fn linger(&self, waker: &Waker) {
        if self.scenario.lingering {
            self.ledger().lingering.push(waker.clone());
        }
    }

    /// Wakes all whose wakers were kept, most of which have ended.
    pub(crate) fn wake_lingering(&self) {
        if self.scenario.lingering {
            let wakers = std::mem::take(&mut self.ledger().lingering);
            wakers.into_iter().for_each(Waker::wake);
        }
    }
}

/// Waits until another task wakes it.
fn nudged(world: Virtual) -> impl Future<Output = ()> + Send {
    let parked: Arc<Mutex<Option<Waker>>> = Arc::default();
    let mut nudge = Some(parked.clone());
    poll_fn(move |cx| {
        *locked(&parked) = Some(cx.waker().clone());
        if let Some(parked) = nudge.take() {
            world.spawn(async move {
                yield_once().await;
                let waker = locked(&parked).take();
                drop(parked);
                waker.into_iter().for_each(Waker::wake);
            });
        }
        if Arc::strong_count(&parked) == 1 { Poll::Ready(()) } else { Poll::Pending }
    })
}

/// Panics as planned, without the message that a panic writes.
fn planned() -> ! {
    resume_unwind(Box::new("planned") as Box<dyn Any + Send>)
}

impl Workload<Virtual> for Work {
    type Output = Output;

    fn len(&self) -> Option<u64> {
        self.0.scenario.jobs
    }

    fn open(&self) -> bool {
        let Scenario { closes_at, most, .. } = self.0.scenario;
        let mut ledger = self.0.ledger();
        let closed = closes_at.is_some_and(|at| ledger.delivered >= at) || ledger.pulled >= most;
        ledger.closed |= closed;
        !closed
    }

    fn arrival(&self, index: u64) -> Duration {
        self.0.scenario.gap.saturating_mul(u32::try_from(index).unwrap_or(u32::MAX))
    }

    fn job(&self, index: u64, _world: &Virtual) -> impl Future<Output = Output> + Send + 'static {
        if self.0.scenario.source_panics == Some(index) {
            self.0.ledger().fatal = true;
            self.0.scenario.story.tell(|| "the source panics");
            planned();
        }
        self.0.ledger().pull(index);
        let script = (self.0.scenario.script)(index);
        Body { stage: self.0.clone(), index, script, at: 0, pause: None, state: State::Fresh }
    }
}

/// A job that follows its script.
struct Body {
    stage: Arc<Stage>,
    index: u64,
    script: Script,
    at: usize,
    pause: Option<BoxFuture<'static, ()>>,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Fresh,
    Running,
    Ended,
}

impl Future for Body {
    type Output = Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Output> {
        let this = &mut *self;
        this.enter();
        loop {
            if let Some(pause) = &mut this.pause {
                if pause.as_mut().poll(cx).is_pending() {
                    this.stage.linger(cx.waker());
                    return Poll::Pending;
                }
                this.pause = None;
            }
            let Some(Some(pause)) = this.script.pauses.get(this.at) else {
                if this.at >= this.script.pauses.len() {
                    return Poll::Ready(this.end());
                }
                this.at += 1;
                continue;
            };
            this.pause = Some(this.stage.wait(pause, this.index));
            this.at += 1;
        }
    }
}

impl Body {
    fn enter(&mut self) {
        let mut ledger = self.stage.ledger();
        ledger.job_polls += 1;
        match self.state {
            State::Fresh => ledger.start(self.index),
            State::Running => ledger.story.tell(|| format!("job {} is polled again", self.index)),
            State::Ended => {
                ledger.poll_after_the_end(self.index);
                drop(ledger);
                planned() // as any `async` block would
            }
        }
        self.state = State::Running;
    }

    fn end(&mut self) -> Output {
        self.state = State::Ended;
        if self.script.panics {
            self.stage.ledger().panic();
            self.stage.scenario.story.tell(|| format!("job {} panics", self.index));
            planned();
        }
        if self.script.unwinds {
            self.stage.ledger().unwind();
            self.stage.scenario.story.tell(|| format!("job {} unwinds", self.index));
            resume_unwind(Box::new(Uncontained));
        }
        self.stage.ledger().finish(self.index);
        self.stage.wake_lingering();
        Output { stage: self.stage.clone(), index: self.index, delivered: false }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        match self.state {
            State::Fresh => self.stage.ledger().drop_fresh(self.index),
            state => self.stage.ledger().drop_job(state == State::Running),
        }
        if self.state != State::Ended {
            self.stage.scenario.story.tell(|| format!("job {} is dropped", self.index));
        }
        let ended = self.state == State::Ended;
        if self.script.drop_panics && ended && !thread::panicking() {
            self.stage.ledger().drop_panicked = true;
            self.stage.scenario.story.tell(|| format!("the drop of job {} panics", self.index));
            planned();
        }
    }
}

/// What a job yields; it says when it is delivered, consumed or lost.
pub struct Output {
    stage: Arc<Stage>,
    index: u64,
    delivered: bool,
}

impl Deliver for Output {
    fn deliver(mut self) -> impl Future<Output = ()> + Send + 'static {
        self.delivered = true;
        self.stage.ledger().deliver(self.index);
        let pause = self.stage.scenario.consumer.as_ref();
        let mut consumption = pause.map(|pause| self.stage.wait(pause, self.index));
        poll_fn(move |cx| {
            let output = &self; // which lives as long as its consumption
            if let Some(consumption) = &mut consumption
                && consumption.as_mut().poll(cx).is_pending()
            {
                output.stage.linger(cx.waker());
                return Poll::Pending;
            }
            let mut ledger = output.stage.ledger();
            if output.stage.scenario.consumer_panics == Some(output.index) {
                ledger.fatal = true;
                ledger.story.tell(|| "the consumer panics");
                drop(ledger);
                planned();
            }
            ledger.consumed += 1;
            Poll::Ready(())
        })
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        let mut ledger = self.stage.ledger();
        if self.delivered {
            ledger.consumers_alive -= 1;
        } else {
            ledger.drop_output(self.index);
        }
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Work").field(&*self.0.ledger()).finish()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("index", &self.index).finish_non_exhaustive()
    }
}
