//! What panics says so to the consumer, and an executor that drops tasks is found out.

use std::{
    future,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use backpressure::{IteratorExt as _, Spawn};
use futures::FutureExt;
use tokio::task::yield_now;

use crate::Tasks;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_panics_says_so_and_the_others_come() {
    for yields in [0, 1] {
        for in_order in [true, false] {
            let jobs = (0..20).map(move |number| async move {
                for _ in 0..yields {
                    yield_now().await;
                }
                assert!(number != 7, "number 7");
                number
            });
            let (mut seen, mut panics) = (vec![], vec![]);
            let mut drain = async |next: &mut dyn FnMut() -> Next| {
                loop {
                    match AssertUnwindSafe(next()).catch_unwind().await {
                        Ok(Some(number)) => seen.push(number),
                        Ok(None) => break,
                        Err(panic) => panics.push(*panic.downcast::<&str>().unwrap()),
                    }
                }
            };
            type Next = futures::future::BoxFuture<'static, Option<u32>>;
            if in_order {
                let outputs =
                    Arc::new(tokio::sync::Mutex::new(jobs.materialize(3).spawned_on(Tasks(2))));
                drain(&mut || {
                    let outputs = outputs.clone();
                    async move { outputs.lock().await.next().await }.boxed()
                })
                .await;
            } else {
                let outputs =
                    Arc::new(tokio::sync::Mutex::new(jobs.as_completed(3).spawned_on(Tasks(2))));
                drain(&mut || {
                    let outputs = outputs.clone();
                    async move { outputs.lock().await.next().await }.boxed()
                })
                .await;
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..20).filter(|&number| number != 7).collect::<Vec<_>>());
            assert_eq!(panics, ["number 7"]);
        }
    }
}

#[tokio::test]
async fn a_source_that_panics_ends() {
    let jobs = (0..5).map(|number| {
        assert!(number != 2, "number 2");
        future::ready(number)
    });
    let mut outputs = jobs.materialize(2).spawned_on(Tasks(1));
    let mut seen = vec![];
    for _ in 0..4 {
        seen.push(AssertUnwindSafe(outputs.next()).catch_unwind().await.ok());
    }
    seen.sort_unstable();
    assert_eq!(seen, [None, Some(None), Some(Some(0)), Some(Some(1))]);
}

#[test]
fn an_executor_that_drops_its_tasks_is_found_out() {
    struct Dropping;
    impl Spawn for Dropping {
        fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
            drop(task);
        }
    }
    let mut outputs = (0..5).map(future::ready).materialize(2).spawned_on(Dropping);
    let panic = catch_unwind(AssertUnwindSafe(|| outputs.next().now_or_never())).unwrap_err();
    let said = panic.downcast_ref::<&str>().unwrap();
    assert!(said.contains("the executor has dropped"), "{said}");
}

#[test]
fn one_task_that_its_executor_drops_is_found_out_too() {
    #[derive(Clone, Default)]
    struct Kept(Arc<std::sync::Mutex<Vec<futures::future::BoxFuture<'static, ()>>>>);
    impl Spawn for Kept {
        fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
            self.0.lock().unwrap().push(task.boxed());
        }

        fn parallelism(&self) -> NonZeroUsize {
            NonZeroUsize::new(2).unwrap()
        }
    }
    let kept = Kept::default();
    let jobs = (0..9).map(|_| future::pending::<()>());
    let mut outputs = jobs.materialize(2).spawned_on(kept.clone());
    assert!(outputs.next().now_or_never().is_none());
    let mut tasks = std::mem::take(&mut *kept.0.lock().unwrap());
    assert!(tasks.iter_mut().all(|task| task.now_or_never().is_none()));
    drop(tasks.pop());
    let panic = catch_unwind(AssertUnwindSafe(|| outputs.next().now_or_never())).unwrap_err();
    assert!(panic.downcast_ref::<&str>().unwrap().contains("dropped a task"));
}

#[tokio::test]
async fn a_source_that_panics_when_it_is_dropped_says_so_and_close_comes_back() {
    struct Source(u32);
    impl Iterator for Source {
        type Item = future::Ready<u32>;

        fn next(&mut self) -> Option<Self::Item> {
            self.0 = self.0.checked_sub(1)?;
            Some(future::ready(self.0))
        }
    }
    impl Drop for Source {
        fn drop(&mut self) {
            panic!("the source is dropped");
        }
    }
    let mut outputs = Source(3).as_completed(1).spawned_on(Tasks(1));
    let (mut seen, mut panics) = (vec![], 0);
    for _ in 0..5 {
        match AssertUnwindSafe(outputs.next()).catch_unwind().await {
            Ok(output) => seen.extend(output),
            Err(_) => panics += 1,
        }
    }
    assert_eq!((seen, panics), (vec![2, 1, 0], 1));
    let mut early = Source(1_000).as_completed(1).spawned_on(Tasks(1));
    assert_eq!(early.next().await, Some(999));
    early.close().await;
}

#[cfg(feature = "tokio")]
#[test]
fn a_poll_outside_of_any_runtime_panics_and_loses_nothing() {
    let mut outputs =
        (0..3).map(future::ready).materialize(2).spawned_on(backpressure::spawn::Tokio);
    for _ in 0..2 {
        let next = catch_unwind(AssertUnwindSafe(|| outputs.next().now_or_never()));
        let said = *next.unwrap_err().downcast::<String>().unwrap();
        assert!(said.contains("must be called from the context of a Tokio"), "{said}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for number in 0..3 {
            assert_eq!(outputs.next().await, Some(number));
        }
        assert_eq!(outputs.next().await, None);
    });
}

#[tokio::test]
async fn an_executor_that_panics_for_one_task_is_found_out_and_the_others_end() {
    struct Two(Tasks, AtomicUsize);
    impl Spawn for Two {
        fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
            assert!(self.1.fetch_add(1, SeqCst) < 2, "no more than two");
            self.0.spawn(task);
        }

        fn parallelism(&self) -> NonZeroUsize {
            self.0.parallelism()
        }
    }
    let jobs = (0..9).map(|_| future::pending::<()>());
    let mut outputs = jobs.materialize(5).spawned_on(Two(Tasks(4), AtomicUsize::new(0)));
    for expected in ["no more than two", "the executor has dropped a task"] {
        let next = AssertUnwindSafe(outputs.next()).catch_unwind().await;
        let said = *next.unwrap_err().downcast::<&str>().unwrap();
        assert!(said.starts_with(expected), "{said}");
    }
    outputs.close().await;
}
