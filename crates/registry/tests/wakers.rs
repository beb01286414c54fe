//! A task group keeps the first waker of a member: whenever the group is dropped, that one must
//! still wake the task. Held here for every executor, for its tasks and for its threads.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    future::{Future, pending},
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bp_core::{Clock, Executor, Runtime, TaskGroup};

const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

/// The members of each kind; more than there are workers, so that tasks move between them.
const EACH: usize = 8;

/// Parks for the first time, goes on more than once, and then waits for ever.
async fn member<X: Clock>(clock: X, waits: Arc<AtomicUsize>, alive: Arc<()>) {
    for _ in 0..10 {
        clock.yield_now().await;
    }
    clock.sleep(Duration::from_millis(1)).await;
    clock.yield_now().await;
    waits.fetch_add(1, SeqCst);
    let () = pending().await;
    drop(alive);
}

/// Waits until `there`, a minute at most.
async fn until<X: Clock>(clock: &X, there: impl Fn() -> bool) -> bool {
    for _ in 0..60_000 {
        if there() {
            return true;
        }
        clock.sleep(Duration::from_millis(1)).await;
    }
    false
}

/// Only the group's drop can end the members, and only by the waker that it knows.
async fn cancels<X: Executor>(executor: X) {
    let (waits, alive) = (Arc::new(AtomicUsize::new(0)), Arc::new(()));
    let group = TaskGroup::new(&executor);
    for _ in 0..EACH {
        group.spawn(member(executor.clone(), waits.clone(), alive.clone()));
        group.spawn_thread(member(executor.clone(), waits.clone(), alive.clone()));
    }
    assert!(until(&executor, || waits.load(SeqCst) == 2 * EACH).await, "members do not get on");
    assert_eq!(Arc::strong_count(&alive), 1 + 2 * EACH);
    drop(group);
    let ended = until(&executor, || Arc::strong_count(&alive) == 1).await;
    assert!(ended, "{} members are alive after their group", Arc::strong_count(&alive) - 1);
}

fn holds<R: Runtime<Handle: Executor>>() {
    let runtime = R::start(TWO, 1);
    runtime.run(driver(runtime.handle().clone()));
}

fn driver<X: Executor>(executor: X) -> impl Future<Output = ()> + Send {
    async move { cancels(executor).await }
}

macro_rules! executors {
    ($($test:ident $runtime:ty;)+) => {$(
        #[test]
        fn $test() {
            holds::<$runtime>();
        }
    )+};
}

executors! {
    tokio_multi_thread bp_tokio::MultiThread;
    tokio_current_thread bp_tokio::CurrentThread;
    async_std bp_async_std::AsyncStd;
    smol bp_smol::SmolThreads;
    futures bp_futures::Pool;
    virtual_clock bp_virtual::VirtualWorld;
}
