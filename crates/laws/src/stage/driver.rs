//! The task that polls the run of a strategy, and can drop it at any time.

use std::{
    any::Any,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
};

use bp_core::Executor;
use futures::future::BoxFuture;

use super::{
    run::Ending,
    work::{Stage, Work},
};
use crate::{Driven, locked};

/// The run of a strategy, which can be dropped at any time.
pub(super) struct Run {
    stage: Arc<Stage>,
    future: Mutex<Option<BoxFuture<'static, ()>>>,
    ending: Mutex<Option<Ending>>,
    message: Mutex<Option<String>>,
    /// Wakes the task that polls the run.
    parked: Mutex<Option<Waker>>,
    turn: Arc<AtomicU64>,
    last_waker_only: bool,
    polls: AtomicU64,
}

impl Run {
    pub(super) fn start(
        driven: Arc<dyn Driven>,
        stage: &Arc<Stage>,
        last_waker_only: bool,
    ) -> Arc<Self> {
        let (work, world) = (Work(stage.clone()), stage.world.clone());
        let run = Arc::new(Self {
            stage: stage.clone(),
            future: Mutex::new(Some(Box::pin(async move { driven.drive(&work, &world).await }))),
            ending: Mutex::new(None),
            message: Mutex::new(None),
            parked: Mutex::new(None),
            turn: Arc::default(),
            last_waker_only,
            polls: AtomicU64::new(0),
        });
        stage.world.spawn(Driver(run.clone()));
        run
    }

    pub(super) fn ended(&self) -> Option<Ending> {
        *locked(&self.ending)
    }

    /// How often it was polled.
    pub(super) fn polls(&self) -> u64 {
        self.polls.load(Relaxed)
    }

    /// What the panic said that ended it, if it said anything.
    pub(super) fn message(&self) -> Option<String> {
        locked(&self.message).clone()
    }

    /// Drops the run where it stands, and wakes the task that polled it, so that it ends as well.
    pub(super) fn cancel(&self) {
        self.stage.ledger().over = true;
        let future = locked(&self.future).take();
        drop(catch_unwind(AssertUnwindSafe(|| drop(future))));
        let parked = locked(&self.parked).take();
        parked.into_iter().for_each(Waker::wake);
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut slot = locked(&self.future);
        let Some(future) = slot.as_mut() else { return Poll::Ready(()) };
        self.polls.fetch_add(1, Relaxed);
        self.stage.scenario.story.tell(|| "the strategy is polled");
        *locked(&self.parked) = Some(cx.waker().clone());
        let once = self.last_waker_only.then(|| self.of_this_turn(cx.waker()));
        let cx = &mut Context::from_waker(once.as_ref().unwrap_or(cx.waker()));
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        let ending = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(())) => Ending::Completed,
            Err(panic) => {
                *locked(&self.message) = said(&*panic);
                Ending::Panicked
            }
        };
        drop(slot);
        self.stage.scenario.story.tell(|| ending.told());
        *locked(&self.ending) = Some(ending);
        self.cancel();
        Poll::Ready(())
    }

    /// A waker that is worth nothing once there is another.
    fn of_this_turn(&self, waker: &Waker) -> Waker {
        let turn = self.turn.fetch_add(1, Relaxed) + 1;
        let (latest, waker) = (self.turn.clone(), waker.clone());
        Waker::from(Arc::new(OneTurn { turn, latest, waker }))
    }
}

fn said(panic: &(dyn Any + Send)) -> Option<String> {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).map(str::to_owned)
}

/// The task that polls the run.
struct Driver(Arc<Run>);

impl Future for Driver {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.poll(cx)
    }
}

/// The waker of one poll, which is worth nothing once there was another.
struct OneTurn {
    turn: u64,
    latest: Arc<AtomicU64>,
    waker: Waker,
}

impl Wake for OneTurn {
    fn wake(self: Arc<Self>) {
        if self.latest.load(Relaxed) == self.turn {
            self.waker.wake_by_ref();
        }
    }
}
