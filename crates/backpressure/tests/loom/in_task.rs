//! The set of those that were woken, and the task that looks at it.

use std::{
    future::{pending, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use backpressure::IteratorExt as _;
use futures::{FutureExt, Stream, future::BoxFuture};
use loom::{future::block_on, thread};

use crate::gates::Gate;

/// Polls a stream once, by nobody who could be woken.
fn poll<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop()))
}

/// A thread that opens a gate.
fn opened(gate: &Gate) -> thread::JoinHandle<()> {
    let gate = gate.clone();
    thread::spawn(move || gate.open())
}

/// Is pending once, and has woken itself then.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

models! {
    /// A job is woken while the task goes to sleep, with another waker than before.
    fn a_wake_meets_a_task_that_goes_to_sleep(2) {
        let gate = Gate::new(1);
        let mut outputs = [gate.job(7)].into_iter().materialize(1);
        assert!(poll(&mut outputs).is_pending());
        opened(&gate);
        assert_eq!(block_on(outputs.next()), Some(7));
    }

    /// A job is woken, waits on, and is woken again.
    fn a_second_wake_meets_a_task_that_sleeps_again(2) {
        let gate = Gate::new(2);
        let mut outputs = [gate.job(7)].into_iter().materialize(1);
        assert!(poll(&mut outputs).is_pending());
        thread::spawn(move || {
            gate.open();
            gate.open();
        });
        assert_eq!(block_on(outputs.next()), Some(7));
    }

    /// Two threads wake one job, which needs both.
    fn two_wake_one_job(2) {
        let gate = Gate::new(2);
        let mut outputs = [gate.job(7)].into_iter().materialize(1);
        assert!(poll(&mut outputs).is_pending());
        opened(&gate);
        opened(&gate);
        assert_eq!(block_on(outputs.next()), Some(7));
    }

    /// Two threads wake two jobs side by side: the second bit of a leaf tells nobody.
    fn two_wake_two_jobs_of_a_leaf(2) {
        let gates = [Gate::new(1), Gate::new(1)];
        let mut outputs = [gates[0].job(0), gates[1].job(1)].into_iter().as_completed(2);
        assert!(poll(&mut outputs).is_pending());
        gates.iter().for_each(|gate| drop(opened(gate)));
        let both = [block_on(outputs.next()), block_on(outputs.next())];
        assert!(matches!(both, [Some(0), Some(1)] | [Some(1), Some(0)]), "{both:?}");
    }

    /// Two threads wake jobs of two leaves: the first has four slots, of which three are never woken.
    fn two_wake_jobs_of_two_leaves(2) {
        let gates = [Gate::new(1), Gate::new(1)];
        let mut jobs: Vec<BoxFuture<'static, usize>> = vec![gates[0].job(0).boxed()];
        jobs.extend((0..3).map(|_| pending().boxed()));
        jobs.push(gates[1].job(1).boxed());
        let mut outputs = jobs.into_iter().as_completed(5);
        assert!(poll(&mut outputs).is_pending());
        gates.iter().for_each(|gate| drop(opened(gate)));
        let both = [block_on(outputs.next()), block_on(outputs.next())];
        assert!(matches!(both, [Some(0), Some(1)] | [Some(1), Some(0)]), "{both:?}");
    }

    /// A job that wakes itself in its poll is polled again, though another is woken from elsewhere.
    fn a_job_wakes_itself_while_another_is_woken(2) {
        let gates = [Gate::new(1), Gate::new(1)];
        let first = gates[0].job(0);
        let own = async {
            let number = first.await;
            yield_once().await;
            number
        };
        let jobs: [BoxFuture<'static, usize>; 2] = [own.boxed(), gates[1].job(1).boxed()];
        let mut outputs = jobs.into_iter().materialize(2);
        assert!(poll(&mut outputs).is_pending());
        opened(&gates[1]);
        gates[0].open();
        assert_eq!(block_on(outputs.next()), Some(0));
        assert_eq!(block_on(outputs.next()), Some(1));
    }

    /// A job that wakes another in its poll, from which a thread wakes it, too.
    fn a_job_and_a_thread_wake_another_job(2) {
        let (first, last) = (Gate::new(1), Gate::new(2));
        let opening = last.clone();
        let waits = first.job(1).map(move |number| {
            opening.open();
            number
        });
        let jobs: [BoxFuture<'static, usize>; 2] = [last.job(0).boxed(), waits.boxed()];
        let mut outputs = jobs.into_iter().materialize(2);
        assert!(poll(&mut outputs).is_pending());
        opened(&first);
        opened(&last);
        assert_eq!(block_on(outputs.next()), Some(0));
        assert_eq!(block_on(outputs.next()), Some(1));
    }

    /// Whoever polled it last wakes a job of a task that has gone to another thread.
    fn a_task_goes_to_another_thread(2) {
        let gate = Gate::new(1);
        let mut outputs = [gate.job(7)].into_iter().materialize(1);
        assert!(poll(&mut outputs).is_pending());
        let polls = thread::spawn(move || assert_eq!(block_on(outputs.next()), Some(7)));
        gate.open();
        polls.join().unwrap();
    }

    /// The same after a job has panicked in its poll, which leaves no mark behind.
    fn a_panic_leaves_no_mark_of_the_thread(2) {
        let gate = Gate::new(1);
        let panics = async { std::panic::resume_unwind(Box::new("planned")) };
        let jobs: [BoxFuture<'static, usize>; 2] = [gate.job(7).boxed(), panics.boxed()];
        let mut outputs = jobs.into_iter().materialize(2);
        catch_unwind(AssertUnwindSafe(|| poll(&mut outputs))).unwrap_err();
        let polls = thread::spawn(move || assert_eq!(block_on(outputs.next()), Some(7)));
        gate.open();
        polls.join().unwrap();
    }

    /// A waker outlives its stream, which is dropped while it wakes.
    fn a_stream_is_dropped_while_it_is_woken(2) {
        let gate = Gate::new(2);
        let mut outputs = [gate.job(7)].into_iter().materialize(1);
        assert!(poll(&mut outputs).is_pending());
        let opener = opened(&gate);
        let next = block_on(poll_fn(|cx| Poll::Ready(Pin::new(&mut outputs).poll_next(cx))));
        assert!(next.is_pending(), "there is another lock");
        drop(outputs);
        gate.wake();
        opener.join().unwrap();
    }

    /// A slot is used again while its former job is still woken: the new one waits on.
    fn a_late_wake_meets_another_job_in_the_slot(2) {
        let gates = [Gate::new(1), Gate::new(1)];
        let mut outputs = [gates[0].job(0), gates[1].job(1)].into_iter().materialize(1);
        assert!(poll(&mut outputs).is_pending());
        opened(&gates[0]);
        let late = gates[0].clone();
        thread::spawn(move || late.wake());
        assert_eq!(block_on(outputs.next()), Some(0));
        gates[1].open();
        assert_eq!(block_on(outputs.next()), Some(1));
    }
}
