//! The tasks of a stream, which share its source and its window, and its consumer.

use std::{
    future::{Future, pending, ready},
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use backpressure::{IteratorExt as _, Spawn, StreamExt as _};
use futures::{FutureExt, future::BoxFuture, stream};
use loom::{future::block_on, thread};

use crate::gates::Gate;

/// A thread of the model blocks on each of so many tasks.
#[derive(Clone, Copy)]
struct Threads(usize);

impl Spawn for Threads {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(thread::spawn(move || block_on(task)));
    }

    fn parallelism(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.0).unwrap()
    }
}

models! {
    /// A task finds no room while the consumer makes some.
    fn a_task_without_room_meets_a_consumer(2) {
        let mut outputs = (0..).map(ready).materialize(1).spawned_on(Threads(1));
        assert_eq!(block_on(outputs.next()), Some(0));
        assert_eq!(block_on(outputs.next()), Some(1));
    }

    /// The same with an output of a batch, of which no lock tells, and a job that waits: what the
    /// consumer waits for is not yet taken from the source.
    fn a_task_without_room_meets_a_batch(1) {
        let job = |number| match number {
            2 => pending().boxed(),
            _ => ready(number).boxed(),
        };
        let mut outputs = (0..4).map(job).as_completed(2).spawned_on(Threads(1));
        for number in [0, 1, 3] {
            assert_eq!(block_on(outputs.next()), Some(number));
        }
    }

    /// A stream is dropped while its task is awake, for it was told of room.
    fn a_stream_is_dropped_while_its_task_is_awake(1) {
        let mut outputs = (0..).map(ready).materialize(1).spawned_on(Threads(1));
        assert_eq!(block_on(outputs.next()), Some(0));
    }

    /// Two tasks find no room while the consumer makes some: whoever is woken goes on.
    fn two_tasks_without_room_meet_a_consumer(1) {
        let mut outputs = (0..3).map(ready).materialize(2).spawned_on(Threads(2));
        for number in 0..3 {
            assert_eq!(block_on(outputs.next()), Some(number));
        }
        assert_eq!(block_on(outputs.next()), None);
    }

    /// A stream is dropped while its task goes to sleep: the task ends.
    fn a_stream_is_dropped_while_its_task_parks(2) {
        let jobs = [pending::<()>()].into_iter();
        let mut outputs = jobs.as_completed(1).spawned_on(Threads(1));
        assert!(block_on(async { outputs.next().now_or_never() }).is_none());
    }

    /// Whoever closes a stream waits until its tasks are over, and no longer.
    fn a_stream_is_closed_while_its_tasks_park(1) {
        let jobs = (0..2).map(|_| pending::<()>());
        let mut outputs = jobs.as_completed(2).spawned_on(Threads(2));
        assert!(block_on(async { outputs.next().now_or_never() }).is_none());
        block_on(outputs.close());
    }

    /// A source wakes one of two tasks that wait for it, and that one has to tell the other.
    fn a_source_wakes_one_of_two_tasks(0) {
        let gate = Gate::new(1);
        let waits = gate.clone();
        let source = stream::poll_fn(move |cx| waits.poll(cx).map(|()| Some(pending::<usize>())));
        let both = Gate::new(2);
        let started = both.clone();
        let jobs = futures::StreamExt::map(source, move |job| {
            started.open();
            job
        });
        let mut outputs = jobs.as_completed(2).spawned_on(Threads(2));
        assert!(block_on(async { outputs.next().now_or_never() }).is_none());
        gate.open();
        block_on(both.job(0));
    }

    /// The last output and the end of the source come from different tasks.
    fn two_tasks_end(1) {
        let jobs = (0..2).map(ready);
        let outputs = jobs.as_completed(2).spawned_on(Threads(2));
        let mut sum = 0;
        block_on(outputs.for_each(|number| {
            sum += number;
            ready(())
        }));
        assert_eq!(sum, 1);
    }

    /// A panic makes room of which no output tells.
    fn a_panic_makes_room(2) {
        let panics = async { resume_unwind(Box::new("planned")) };
        let jobs: [BoxFuture<'static, usize>; 2] = [panics.boxed(), ready(1).boxed()];
        let mut outputs = jobs.into_iter().materialize(1).spawned_on(Threads(1));
        catch_unwind(AssertUnwindSafe(|| block_on(outputs.next()))).unwrap_err();
        assert_eq!(block_on(outputs.next()), Some(1));
        assert_eq!(block_on(outputs.next()), None);
    }

    /// A consumer is told of a panic though no output comes.
    fn a_panic_is_told(2) {
        let panics = async { resume_unwind(Box::new("planned")) };
        let jobs: [BoxFuture<'static, usize>; 2] = [panics.boxed(), pending().boxed()];
        let mut outputs = jobs.into_iter().materialize(1).spawned_on(Threads(1));
        catch_unwind(AssertUnwindSafe(|| block_on(outputs.next()))).unwrap_err();
    }
}
