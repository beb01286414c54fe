//! What is spawned gets on by itself, is cancelled with its stream, and says when it panics.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod panics;

use std::{
    future,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use backpressure::{IteratorExt as _, Spawn, StreamExt as _};
use futures::{FutureExt, channel::mpsc, channel::oneshot, stream::FusedStream};
use tokio::{runtime::Handle, sync::Barrier, task::yield_now};

/// So many tasks on Tokio.
#[derive(Clone)]
struct Tasks(usize);

impl Spawn for Tasks {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        Handle::current().spawn(task);
    }

    fn parallelism(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.0).unwrap()
    }
}

/// Counts those that are there.
#[derive(Clone, Default)]
struct Alive(Arc<AtomicUsize>);

struct Here(Alive);

impl Alive {
    fn here(&self) -> Here {
        self.0.fetch_add(1, SeqCst);
        Here(self.clone())
    }

    fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outputs_come_in_order_whoever_ran_them() {
    for tasks in [1, 2, 3, 7] {
        for limit in [1, 2, 5, 64] {
            let jobs = (0..500).map(|number| async move {
                for _ in 0..number % 7 {
                    yield_now().await;
                }
                number
            });
            let mut outputs = jobs.materialize(limit).window(limit + 3).spawned_on(Tasks(tasks));
            for expected in 0..500 {
                assert_eq!(outputs.next().await, Some(expected), "{tasks} tasks, limit {limit}");
            }
            assert_eq!(outputs.next().await, None);
            assert!(outputs.is_terminated());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_come_once_as_they_complete_and_never_more_run_than_allowed() {
    for tasks in [1, 2, 5] {
        let (running, most) = (Alive::default(), Arc::new(AtomicUsize::new(0)));
        let (counting, peak) = (running.clone(), most.clone());
        let jobs = (0..2_000).map(move |number| {
            let (running, most) = (counting.clone(), peak.clone());
            async move {
                let _here = running.here();
                most.fetch_max(running.count(), SeqCst);
                for _ in 0..number % 3 {
                    yield_now().await;
                }
                number
            }
        });
        let mut outputs = jobs.as_completed(5).spawned_on(Tasks(tasks));
        let mut seen = vec![];
        while let Some(number) = outputs.next().await {
            seen.push(number);
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..2_000).collect::<Vec<_>>());
        assert!(most.load(SeqCst) <= 5, "{most:?} ran with {tasks} tasks");
    }
}

#[tokio::test]
async fn jobs_get_on_while_the_consumer_is_busy() {
    let (first, second) = (oneshot::channel(), oneshot::channel::<()>());
    let (sent, done) = oneshot::channel();
    let jobs = [
        first.1.map(|_: Result<(), _>| ()).boxed(),
        async move {
            second.1.await.unwrap();
            sent.send(()).unwrap();
        }
        .boxed(),
    ];
    let mut outputs = jobs.into_iter().materialize(2).spawned_on(Tasks(2));
    first.0.send(()).unwrap();
    outputs.next().await.unwrap();
    second.0.send(()).unwrap();
    done.await.unwrap(); // nobody polls the stream
    assert_eq!(outputs.next().await, Some(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_run_side_by_side() {
    // Each waits until the other has come: they would never with less than two in flight.
    let barrier = Arc::new(Barrier::new(2));
    let jobs = (0..2).map(move |_| {
        let barrier = barrier.clone();
        async move { barrier.wait().await.is_leader() }
    });
    let mut outputs = jobs.as_completed(2).spawned_on(Tasks(2));
    let leaders = [outputs.next().await.unwrap(), outputs.next().await.unwrap()];
    assert_eq!(leaders.iter().filter(|&&leader| leader).count(), 1);
}

#[tokio::test]
async fn close_waits_until_no_job_is_left() {
    let alive = Alive::default();
    let counted = alive.clone();
    let jobs = (0..).map(move |_: u32| {
        let here = counted.here();
        async move {
            let _here = here;
            future::pending::<()>().await;
        }
    });
    let mut outputs = jobs.materialize(6).spawned_on(Tasks(3));
    assert!(outputs.next().now_or_never().is_none());
    while alive.count() < 6 {
        yield_now().await;
    }
    outputs.close().await;
    assert_eq!(alive.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn close_waits_until_the_source_is_gone_too() {
    for _ in 0..200 {
        let alive = Alive::default();
        let here = alive.here();
        let jobs = (0..).map(move |_: u32| {
            let _here = &here;
            yield_now()
        });
        let mut outputs = jobs.materialize(4).spawned_on(Tasks(2));
        outputs.next().await;
        outputs.close().await;
        assert_eq!(alive.count(), 0);
    }
}

#[tokio::test]
async fn how_many_are_left_is_said_exactly() {
    let mut outputs = (0..5).map(future::ready).materialize(2).spawned_on(Tasks(1));
    assert_eq!(futures::Stream::size_hint(&outputs), (5, Some(5)));
    for left in (0..5).rev() {
        assert_eq!(outputs.next().await, Some(4 - left));
        let hint = futures::Stream::size_hint(&outputs);
        assert_eq!(hint, (left as usize, Some(left as usize)));
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_cancels_its_jobs() {
    let alive = Alive::default();
    let counted = alive.clone();
    let jobs = (0..100).map(move |_: u32| {
        let here = counted.here();
        async move {
            let _here = here;
            future::pending::<()>().await;
        }
    });
    let mut outputs = jobs.as_completed(4).spawned_on(Tasks(2));
    assert!(outputs.next().now_or_never().is_none());
    while alive.count() < 4 {
        yield_now().await;
    }
    drop(outputs);
    while alive.count() > 0 {
        yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_bounds_what_is_taken_behind_a_slow_one() {
    let taken = Arc::new(AtomicUsize::new(0));
    let (open, gate) = oneshot::channel::<()>();
    let mut gate = Some(gate);
    let counted = taken.clone();
    let jobs = (0..1_000_usize).map(move |number| {
        counted.fetch_add(1, SeqCst);
        let gate = gate.take_if(|_| number == 0);
        async move {
            if let Some(gate) = gate {
                gate.await.unwrap();
            }
            number
        }
    });
    let mut outputs = jobs.materialize(4).window(50).spawned_on(Tasks(2));
    assert!(outputs.next().now_or_never().is_none());
    while taken.load(SeqCst) < 50 {
        yield_now().await;
    }
    for _ in 0..200 {
        yield_now().await;
    }
    assert_eq!(taken.load(SeqCst), 50);
    open.send(()).unwrap();
    for expected in 0..1_000 {
        assert_eq!(outputs.next().await, Some(expected));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_waits_wakes_whoever_has_room() {
    let (sender, receiver) = mpsc::unbounded::<future::Pending<()>>();
    let alive = Alive::default();
    let counted = alive.clone();
    let jobs = futures::StreamExt::map(receiver, move |job| {
        let here = counted.here();
        async move {
            let _here = here;
            job.await;
        }
    });
    let mut outputs = jobs.materialize(6).spawned_on(Tasks(3));
    assert!(outputs.next().now_or_never().is_none());
    for count in 1..=6 {
        sender.unbounded_send(future::pending()).unwrap();
        while alive.count() < count {
            yield_now().await;
        }
    }
    outputs.close().await;
}

#[tokio::test]
async fn the_first_error_ends_it_and_what_runs() {
    let alive = Alive::default();
    let counted = alive.clone();
    let jobs = (0..).map(move |number| {
        let here = counted.here();
        Ok(async move {
            let _here = here;
            match number {
                0 => Ok(0),
                1 => Err("one"),
                _ => future::pending().await,
            }
        })
    });
    let mut outputs = jobs.try_materialize(3).spawned_on(Tasks(1));
    assert_eq!(outputs.next().await, Some(Ok(0)));
    assert_eq!(outputs.next().await, Some(Err("one")));
    assert_eq!(outputs.next().await, None);
    outputs.close().await;
    assert_eq!(alive.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn timers_of_many_jobs_run_beside_each_other() {
    let began = tokio::time::Instant::now();
    let jobs = (0..100).map(|_| tokio::time::sleep(Duration::from_secs(1)));
    let stream = jobs.as_completed(10).spawned_on(Tasks(2));
    stream.for_each(|()| async {}).await;
    assert_eq!(began.elapsed().as_secs(), 10);
}
