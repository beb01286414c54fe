//! What the tasks of a stream and its consumer share: the source, the outputs, and who waits.

use alloc::{boxed::Box, collections::VecDeque, vec::Vec};
use core::{
    any::Any,
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::PoisonError,
};

use futures_core::Stream;

use crate::{
    bounds::Bounds,
    outputs::Outputs,
    sync::{
        AtomicBool, AtomicUsize, AtomicWaker, Mutex, MutexGuard,
        Ordering::{Acquire, Relaxed, Release, SeqCst},
    },
};

/// Outputs that the consumer takes at once.
const BATCH: usize = 32;
/// Futures that a task takes at once: few, so that all tasks have some where some compute for long.
const FEW: usize = 4;

pub(super) type Payload = Box<dyn Any + Send>;

/// One for a stream.
pub(super) struct Shared<S, O> {
    bounds: Bounds,
    state: Mutex<State<S, O>>,
    /// A waker for each task.
    tasks: Box<[AtomicWaker]>,
    /// Outputs that were handed to the consumer. It alone adds to them.
    handed_out: AtomicUsize,
    /// Whether a task waits for the source, or for room in the window.
    some_idle: AtomicBool,
    /// Whether all is to end: nobody wants the outputs.
    closed: AtomicBool,
}

pub(super) struct State<S, O> {
    /// `None` once it has ended.
    source: Option<Pin<Box<S>>>,
    outputs: O,
    /// Outputs that the consumer took from here, in batches.
    taken: usize,
    /// Tasks that wait for the source or for room, and have slots free.
    idle: Vec<usize>,
    /// The task whose waker the source has.
    listener: Option<usize>,
    /// Tasks that are not over.
    alive: usize,
    /// Whether one was dropped before it was over, and with it what it ran.
    broken: bool,
    panics: VecDeque<Payload>,
    consumer: Option<Waker>,
}

/// What a task got.
pub(super) struct Pulled {
    /// The source has ended, or nothing more is wanted.
    pub(super) ended: bool,
}

impl<S, O> Shared<S, O> {
    pub(super) fn new(source: S, bounds: Bounds, outputs: O, tasks: usize) -> Self {
        let state = State {
            source: Some(Box::pin(source)),
            outputs,
            taken: 0,
            idle: Vec::new(),
            listener: None,
            alive: tasks,
            broken: false,
            panics: VecDeque::new(),
            consumer: None,
        };
        Self {
            bounds,
            state: Mutex::new(state),
            tasks: (0..tasks).map(|_| AtomicWaker::new()).collect(),
            handed_out: AtomicUsize::new(0),
            some_idle: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// What panics under the lock is caught there, so nothing is left half done.
    fn lock(&self) -> MutexGuard<'_, State<S, O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Acquire)
    }

    /// Ends the tasks when they are next polled, for which they are woken.
    pub(super) fn close(&self) {
        self.closed.store(true, Release);
        self.tasks.iter().for_each(AtomicWaker::wake);
    }

    /// Remembers how to wake a task. It has to look at what it waits for after this.
    pub(super) fn register(&self, task: usize, cx: &Context<'_>) {
        self.tasks[task].register(cx.waker());
    }

    /// A task is gone: it was over, or was dropped by its executor.
    pub(super) fn ended(&self, task: usize, over: bool) {
        let mut state = self.lock();
        if state.alive == 1 && self.is_closed() {
            // Nobody will ask it, and whoever waits until all is gone waits for it as well.
            let source = state.source.take();
            drop(state);
            let panic = dropped(source);
            state = self.lock();
            state.panics.extend(panic);
        }
        state.alive -= 1;
        state.broken |= !over && !self.is_closed();
        state.idle.retain(|&idle| idle != task);
        let next = state.idle.pop(); // whoever was to be woken in its place
        let consumer = state.consumer.take();
        drop(state);
        self.wake(next);
        consumer.into_iter().for_each(Waker::wake);
    }

    fn wake(&self, task: Option<usize>) {
        if let Some(task) = task {
            self.tasks[task].wake();
        }
    }

    /// Whether all tasks are over; else the waker is told when one is.
    pub(super) fn poll_ended(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.alive == 0 {
            return Poll::Ready(());
        }
        state.consumer = Some(cx.waker().clone());
        Poll::Pending
    }

    /// An output goes to the consumer, which leaves room for another.
    #[inline]
    pub(super) fn hand_out(&self) {
        // A task that finds no room says that it is idle and looks again: one of the two is seen.
        self.handed_out.store(self.handed_out.load(Relaxed).wrapping_add(1), SeqCst);
        if self.some_idle.load(SeqCst) {
            let task = self.next_idle(&mut self.lock());
            self.wake(task);
        }
    }

    fn next_idle(&self, state: &mut State<S, O>) -> Option<usize> {
        let task = state.idle.pop();
        self.some_idle.store(!state.idle.is_empty(), SeqCst);
        task
    }
}

impl<S, F, O> Shared<S, O>
where
    S: Stream<Item = F>,
    F: Future,
    O: Outputs<F::Output>,
{
    /// Puts the outputs of a task in their places, and takes from the source what it has slots for.
    pub(super) fn exchange(
        &self,
        task: usize,
        finished: &mut Vec<(O::Ticket, Option<F::Output>)>,
        panics: &mut Vec<Payload>,
        free: usize,
        pulled: &mut VecDeque<(O::Ticket, F)>,
        cx: &mut Context<'_>,
    ) -> Pulled {
        let mut state = self.lock();
        for (ticket, output) in finished.drain(..) {
            match output {
                Some(output) => state.outputs.put(ticket, output),
                None => state.outputs.lose(ticket),
            }
        }
        state.panics.extend(panics.drain(..));
        let there_was = state.source.is_some();
        let (next, source) = self.pull(&mut state, task, free, pulled, cx);
        if let Some(source) = source {
            // Not under the lock: it may do as it likes.
            drop(state);
            let panic = dropped(Some(source));
            state = self.lock();
            state.panics.extend(panic);
        }
        let ended = state.source.is_none() || !state.outputs.wants_more();
        let news = state.outputs.has_next() || !state.panics.is_empty();
        let tell = news || ended && state.outputs.held() == 0;
        let consumer = tell.then(|| state.consumer.take()).flatten();
        let end = there_was && state.source.is_none();
        drop(state);
        self.wake(next);
        if end {
            self.tasks.iter().for_each(AtomicWaker::wake);
        }
        if let Some(consumer) = consumer {
            consumer.wake();
        }
        Pulled { ended }
    }

    /// Takes from the source; hands back who is to go on with that, if another can, and the source if
    /// it has ended.
    fn pull(
        &self,
        state: &mut State<S, O>,
        task: usize,
        free: usize,
        pulled: &mut VecDeque<(O::Ticket, F)>,
        cx: &mut Context<'_>,
    ) -> (Option<usize>, Option<Pin<Box<S>>>) {
        state.idle.retain(|&idle| idle != task);
        self.some_idle.store(!state.idle.is_empty(), SeqCst);
        // Whether the source tells this task of what is next, if anybody.
        let mut told = state.listener.take_if(|listener| *listener == task).is_some();
        let mut free = free.min(FEW);
        loop {
            if free == 0 {
                return (if told { self.next_idle(state) } else { None }, None);
            }
            if !state.outputs.wants_more() {
                return (None, None);
            }
            let Some(source) = &mut state.source else { return (None, None) };
            if self.room(&state.outputs, state.taken) == 0 {
                // It is idle first and looks again after that.
                state.idle.push(task);
                self.some_idle.store(true, SeqCst);
                if self.room(&state.outputs, state.taken) == 0 {
                    return (None, None);
                }
                state.idle.pop();
                continue;
            }
            match catch_unwind(AssertUnwindSafe(|| source.as_mut().poll_next(cx))) {
                Ok(Poll::Ready(Some(future))) => {
                    told = true;
                    state.listener = None;
                    pulled.push_back((state.outputs.admit(), future));
                    free -= 1;
                }
                Ok(Poll::Pending) => {
                    state.listener = Some(task);
                    state.idle.push(task);
                    self.some_idle.store(true, SeqCst);
                    return (None, None);
                }
                end => {
                    state.panics.extend(end.err());
                    return (None, state.source.take());
                }
            }
        }
    }

    /// How many outputs are left, those in the hands of the consumer apart.
    pub(super) fn size_hint(&self) -> (usize, Option<usize>) {
        let state = self.lock();
        let held = state.outputs.held();
        let source = state.source.as_ref().filter(|_| state.outputs.wants_more());
        let (least, most) = source.map_or((0, Some(0)), |source| source.size_hint());
        let least = if O::ALL { least.saturating_add(held) } else { 0 };
        (least, most.and_then(|most| most.checked_add(held)))
    }

    /// How many more may be held.
    fn room(&self, outputs: &O, taken: usize) -> usize {
        let leaving = taken.wrapping_sub(self.handed_out.load(SeqCst));
        self.bounds.window().get().saturating_sub(outputs.held().saturating_add(leaving))
    }

    /// Outputs whose turn it is; false if there will be none.
    pub(super) fn take(
        &self,
        batch: &mut VecDeque<F::Output>,
        cx: &Context<'_>,
    ) -> Poll<Result<bool, Payload>> {
        let mut state = self.lock();
        if let Some(panic) = state.panics.pop_front() {
            return Poll::Ready(Err(panic));
        }
        while batch.len() < BATCH && !state.outputs.is_over() && state.outputs.has_next() {
            state.taken = state.taken.wrapping_add(1);
            batch.extend(state.outputs.take());
        }
        let over = state.outputs.is_over();
        if !batch.is_empty() {
            return Poll::Ready(Ok(true));
        }
        let ended = state.source.is_none() || !state.outputs.wants_more();
        if over || ended && state.outputs.held() == 0 {
            return Poll::Ready(Ok(false));
        }
        assert!(!state.broken, "the executor has dropped a task of this stream, and what it ran");
        if !state.consumer.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            state.consumer = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

/// The panic with which something left.
fn dropped<T>(what: Option<T>) -> Option<Payload> {
    catch_unwind(AssertUnwindSafe(|| drop(what))).err()
}
