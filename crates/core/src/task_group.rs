use std::{
    any::Any,
    fmt,
    future::Future,
    mem,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::atomic::Ordering::Relaxed,
    task::{Context, Poll, Waker},
};

use futures::{FutureExt, channel::oneshot};
use slab::Slab;

use crate::{
    Executor, Lost,
    sync::{Arc, AtomicBool, Mutex, Weak},
};

/// Tasks that are awaited together. Dropping the group, or its [`join`](Self::join), cancels those
/// that are alive.
///
/// It counts its members and keeps no handles: a group of which most tasks have ended holds no
/// memory for them. A cancelled task ends when it is next polled, and is woken for that; one that
/// never yields cannot be cancelled.
pub struct TaskGroup<'x, X> {
    executor: &'x X,
    /// `None` once joining: the members alone keep the group alive then.
    live: Option<Arc<Live>>,
    rest: Weak<Live>,
    ended: oneshot::Receiver<Panic>,
}

type Panic = Box<dyn Any + Send>;

/// What the members share. The last of them drops it, and `end` with it, which completes `join`.
struct Live {
    cancelled: AtomicBool,
    parked: Mutex<Slab<Waker>>,
    end: Mutex<Option<oneshot::Sender<Panic>>>,
}

impl<'x, X: Executor> TaskGroup<'x, X> {
    /// An empty group whose tasks will run on `executor`.
    pub fn new(executor: &'x X) -> Self {
        let (end, ended) = oneshot::channel();
        let live = Arc::new(Live {
            cancelled: AtomicBool::new(false),
            parked: Mutex::default(),
            end: Mutex::new(Some(end)),
        });
        Self { executor, rest: Arc::downgrade(&live), live: Some(live), ended }
    }

    /// Starts `task` as a member of this group.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.executor.spawn(Detached { member: self.member(task) });
    }

    /// Starts `task` as a member of this group, on a thread of its own.
    pub fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.executor.spawn_thread(Detached { member: self.member(task) });
    }

    /// Starts `task` as a member of this group and hands back what it yields, or [`Lost`] if it
    /// panicked or was cancelled. Dropping the handle lets the task run on.
    pub fn start<F>(
        &self,
        task: F,
    ) -> impl Future<Output = Result<F::Output, Lost>> + Send + Unpin + use<F, X>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let ended = self.executor.start(self.member(task));
        ended.map(|output| output.flatten().ok_or(Lost))
    }

    /// What a member asks that does several jobs in one poll, so that it starts none once the group
    /// is cancelled.
    pub fn cancellation(&self) -> Cancellation {
        Cancellation { live: self.shared() }
    }

    /// Completes when no task of the group is alive.
    ///
    /// # Panics
    /// As soon as a member has panicked, with its panic; the other members are cancelled.
    pub async fn join(mut self) {
        self.live = None;
        if let Ok(panic) = (&mut self.ended).await {
            resume_unwind(panic);
        }
    }

    fn member<F>(&self, task: F) -> Member<F> {
        Member { task, place: Place { live: self.shared(), slot: None } }
    }

    fn shared(&self) -> Arc<Live> {
        self.live.clone().expect("only join, which consumes the group, takes it")
    }
}

impl<X> Drop for TaskGroup<'_, X> {
    fn drop(&mut self) {
        let Some(live) = self.live.take().or_else(|| self.rest.upgrade()) else { return };
        let parked = {
            let mut parked = live.parked.lock();
            live.cancelled.store(true, Relaxed); // who parks later takes the lock, and sees it
            mem::take(&mut *parked)
        };
        parked.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

pin_project_lite::pin_project! {
    /// A task that ends when its group is cancelled, and whose panic goes to whoever joins.
    struct Member<F> {
        #[pin]
        task: F,
        place: Place,
    }
}

/// What the task yields, or `None` if it was cancelled or panicked.
impl<F: Future> Future for Member<F> {
    type Output = Option<F::Output>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if this.place.live.cancelled.load(Relaxed) {
            return Poll::Ready(None);
        }
        match catch_unwind(AssertUnwindSafe(|| this.task.poll(cx))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Some(output)),
            Ok(Poll::Pending) if this.place.park(cx.waker()) => Poll::Pending,
            Ok(Poll::Pending) => Poll::Ready(None),
            Err(panic) => {
                if let Some(end) = this.place.live.end.lock().take() {
                    drop(end.send(panic));
                }
                Poll::Ready(None)
            }
        }
    }
}

pin_project_lite::pin_project! {
    /// A member of which nobody wants to know how it ended.
    struct Detached<F> {
        #[pin]
        member: Member<F>,
    }
}

impl<F: Future<Output = ()>> Future for Detached<F> {
    type Output = ();

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().member.poll(cx).map(drop)
    }
}

/// Tells a member whether its group is cancelled. It belongs to the members: a group that is joined
/// waits for whoever holds one.
pub struct Cancellation {
    live: Arc<Live>,
}

impl Cancellation {
    /// True once the group, or its join, has been dropped.
    #[inline]
    pub fn requested(&self) -> bool {
        self.live.cancelled.load(Relaxed)
    }
}

impl fmt::Debug for Cancellation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancellation").field("requested", &self.requested()).finish()
    }
}

/// A member's place in its group; where its waker is kept once it has had to wait.
struct Place {
    live: Arc<Live>,
    slot: Option<usize>,
}

impl Place {
    /// Makes the waker known to the group, once; false if the group is cancelled.
    ///
    /// Once is enough: whoever polls a member is an executor, and the waker of a task wakes it for
    /// as long as it lives, whether a worker or a blocked thread polls it. A test of the registry
    /// holds every executor to that.
    #[inline]
    fn park(&mut self, waker: &Waker) -> bool {
        self.slot.is_some() || self.park_first(waker)
    }

    #[inline]
    fn park_first(&mut self, waker: &Waker) -> bool {
        let mut parked = self.live.parked.lock();
        if self.live.cancelled.load(Relaxed) {
            return false;
        }
        self.slot = Some(parked.insert(waker.clone()));
        true
    }
}

impl Drop for Place {
    #[inline]
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            let waker = self.live.parked.lock().try_remove(slot);
            drop(waker); // outside the lock: dropping the last waker of a task may drop the task
        }
    }
}

impl<X> fmt::Debug for TaskGroup<'_, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = self.rest.strong_count() - usize::from(self.live.is_some());
        f.debug_struct("TaskGroup").field("members", &members).finish_non_exhaustive()
    }
}
