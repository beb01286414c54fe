//! Every strategy and variant: its name, its kind, what it takes, and how it is made.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use bp_adaptive::Adaptive;
use bp_as_completed::{AsCompleted, AsCompletedAll, AsCompletedLibrary, AsCompletedPolling};
use bp_async_std::AsyncStd;
use bp_batching::{Batching, BatchingJoined};
use bp_bounded_channel::{BoundedChannel, BoundedChannelTokio};
use bp_core::{Clock, Executor, Strategy};
use bp_load_shedding::{LoadShedding, SheddingQueue};
use bp_materialize::{
    Materialize, MaterializeLibrary, MaterializeLibrarySpawned, MaterializeSpawned,
    MaterializeWindow,
};
use bp_rate_limit::RateLimit;
use bp_record::{
    Cell,
    Family::{self, Barrier, NoLimit, Ordered, Refill},
    Parameter::{self, Capacity, Limit, Pause, Rate, Window},
};
use bp_semaphore::{SemaphoreBefore, SemaphoreInside, SemaphoreTokio};
use bp_sequential::Sequential;
use bp_sleep_yield::{SleepPause, SleepYield};
use bp_thread_pool::{ThreadPool, ThreadPoolMap};
use bp_tokio::{JoinSetTopUp, Tokio};
use bp_unbounded_spawn::{Gather, UnboundedSpawn};
use bp_wait_any::WaitAny;

/// What is done with a strategy once its type is known.
pub trait Visit<X: Clock> {
    /// What comes of it.
    type Output;

    /// Does it.
    fn visit<S: Strategy<X>>(self, strategy: S) -> Self::Output;
}

/// What is said of a strategy.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) family: Family,
    pub(crate) takes: &'static [Parameter],
    /// Where its source is, below `crates`.
    pub(crate) file: &'static str,
    /// Its source text, of which the first lines say what it is and where it comes from.
    pub(crate) text: &'static str,
}

/// The parameters of a cell; those that the strategy does not take have no meaning.
struct Given {
    limit: NonZeroUsize,
    /// The limit for those whose type allows one of 0, which a cell without a limit means.
    #[cfg(feature = "peers")]
    number: usize,
    capacity: NonZeroUsize,
    window: NonZeroUsize,
    pause: Duration,
    per_second: NonZeroU32,
    /// For what shares its jobs among some tasks: one for a thread, and two where there is one, so
    /// that they share them there, too.
    tasks: NonZeroUsize,
}

impl Given {
    /// `check` has refused a cell that lacks what its strategy takes.
    fn of(cell: &Cell) -> Self {
        Self {
            limit: cell.limit.unwrap_or(NonZeroUsize::MIN),
            #[cfg(feature = "peers")]
            number: cell.limit.map_or(0, NonZeroUsize::get),
            capacity: cell.capacity.unwrap_or(NonZeroUsize::MIN),
            window: cell.window.unwrap_or(NonZeroUsize::MIN),
            pause: Duration::from_nanos(cell.pause_ns.unwrap_or(0)),
            per_second: cell.rate_per_second.unwrap_or(NonZeroU32::MIN),
            tasks: cell.threads.max(NonZeroUsize::MIN.saturating_add(1)),
        }
    }
}

/// A table of rows, and the function that makes the strategy of a cell and shows it to a visitor,
/// or hands the visitor back if the table does not have it.
macro_rules! strategies {
    (
        $table:ident, $choose:ident $([$X:ident: $bound:ident])? $(for $only:ty)?, $given:ident;
        $(
            $(#[$only_with:meta])?
            $name:literal $file:literal $title:literal $family:ident [$($takes:ident)*] $make:expr;
        )+
    ) => {
        pub(crate) const $table: &[Row] = &[$($(#[$only_with])? Row {
            name: $name,
            title: $title,
            family: $family,
            takes: &[$($takes),*],
            file: $file,
            text: include_str!(concat!("../../", $file)),
        }),+];

        pub(crate) fn $choose<$($X: $bound,)? V: Visit<$($X)? $($only)?>>(
            cell: &Cell,
            visit: V,
        ) -> Result<V::Output, V> {
            let $given = Given::of(cell);
            match cell.strategy.as_str() {
                $($(#[$only_with])? $name => Ok(visit.visit($make)),)+
                _ => Err(visit),
            }
        }
    };
}

strategies! {
    POLLED, choose_polled [X: Clock], given;

    "sequential" "strategies/sequential/src/lib.rs"
        "sequential" Refill [] Sequential;
    "batching-joined" "strategies/batching/src/joined.rs"
        "batching, joined in one task" Barrier [Limit] BatchingJoined { size: given.limit };
    "as-completed" "strategies/as-completed/src/lib.rs"
        "as completed" Refill [Limit] AsCompleted { limit: given.limit };
    "materialize" "strategies/materialize/src/lib.rs"
        "materialize (ordered)" Ordered [Limit] Materialize { limit: given.limit };
    "as-completed-library" "strategies/as-completed/src/library.rs"
        "as completed, backpressure" Refill [Limit] AsCompletedLibrary { limit: given.limit };
    "materialize-library" "strategies/materialize/src/library.rs"
        "materialize, backpressure" Ordered [Limit Window]
        MaterializeLibrary { limit: given.limit, window: given.window };
    #[cfg(feature = "peers")]
    "futures-for-each-concurrent" "peers/src/futures_util.rs"
        "for_each_concurrent of futures" Refill [Limit] bp_peers::ForEachConcurrent { limit: given.number };
    #[cfg(feature = "peers")]
    "futures-buffered-ordered" "peers/src/futures_buffered.rs"
        "buffered_ordered of futures-buffered" Ordered [Limit] bp_peers::BufferedOrdered { limit: given.number };
    #[cfg(feature = "peers")]
    "futures-buffered-unordered" "peers/src/futures_buffered/unordered.rs"
        "buffered_unordered of futures-buffered" Refill [Limit] bp_peers::BufferedUnordered { limit: given.number };
    #[cfg(feature = "peers")]
    "futures-concurrency-for-each" "peers/src/futures_concurrency.rs"
        "for_each of futures-concurrency" Refill [Limit] bp_peers::ConcurrentForEach { limit: given.limit };
    #[cfg(feature = "peers")]
    "futures-concurrency-collect" "peers/src/futures_concurrency/collect.rs"
        "collect of futures-concurrency" Refill [Limit] bp_peers::ConcurrentCollect { limit: given.limit };
    #[cfg(feature = "peers")]
    "buffer-unordered-weighted" "peers/src/buffer_unordered_weighted.rs"
        "buffer-unordered-weighted" Refill [Limit] bp_peers::BufferUnorderedWeighted { limit: given.number };
    #[cfg(feature = "peers")]
    "fast-ordered-buffer" "peers/src/fast_ordered_buffer.rs"
        "fast-ordered-buffer" Ordered [Limit] bp_peers::FastOrderedBuffer { limit: given.number };
    #[cfg(feature = "peers")]
    "async-executor-limit" "peers/src/async_executor.rs"
        "async-executor with a semaphore" Refill [Limit] bp_peers::LimitedExecutor { limit: given.number };
}

strategies! {
    SPAWNING, choose_spawning [X: Executor], given;

    "unbounded-spawn" "strategies/unbounded-spawn/src/lib.rs"
        "unbounded spawn" NoLimit [] UnboundedSpawn;
    "unbounded-spawn-gather" "strategies/unbounded-spawn/src/gather.rs"
        "unbounded spawn, gathered" NoLimit [] Gather;
    "sleep-yield" "strategies/sleep-yield/src/lib.rs"
        "yield before spawn" NoLimit [] SleepYield;
    "sleep-yield-pause" "strategies/sleep-yield/src/pause.rs"
        "sleep before spawn" NoLimit [Pause] SleepPause { pause: given.pause };
    "batching" "strategies/batching/src/lib.rs"
        "batching" Barrier [Limit] Batching { size: given.limit };
    "semaphore" "strategies/semaphore/src/lib.rs"
        "semaphore before spawn" Refill [Limit] SemaphoreBefore { permits: given.limit };
    "semaphore-inside" "strategies/semaphore/src/inside.rs"
        "semaphore inside the task" Refill [Limit] SemaphoreInside { permits: given.limit };
    "semaphore-tokio" "strategies/semaphore/src/tokio_sync.rs"
        "semaphore of tokio::sync" Refill [Limit] SemaphoreTokio { permits: given.limit };
    "bounded-channel" "strategies/bounded-channel/src/lib.rs"
        "bounded channel" Refill [Limit Capacity]
        BoundedChannel { workers: given.limit, capacity: given.capacity };
    "bounded-channel-tokio" "strategies/bounded-channel/src/tokio_mpsc.rs"
        "bounded channel of tokio::sync" Refill [Limit Capacity]
        BoundedChannelTokio { workers: given.limit, capacity: given.capacity };
    "thread-pool" "strategies/thread-pool/src/lib.rs"
        "thread pool" Refill [Limit] ThreadPool { threads: given.limit };
    "thread-pool-map" "strategies/thread-pool/src/map.rs"
        "thread pool, mapped" Refill [Limit] ThreadPoolMap { threads: given.limit };
    "as-completed-all" "strategies/as-completed/src/all.rs"
        "as completed, no limit" NoLimit [] AsCompletedAll;
    "as-completed-polling" "strategies/as-completed/src/polling.rs"
        "as completed, polling" Refill [Limit] AsCompletedPolling { limit: given.limit };
    "wait-any" "strategies/wait-any/src/lib.rs"
        "wait for any" Refill [Limit] WaitAny { limit: given.limit };
    "materialize-spawned" "strategies/materialize/src/spawned.rs"
        "materialize, spawned" Ordered [Limit] MaterializeSpawned { limit: given.limit };
    "materialize-window" "strategies/materialize/src/window.rs"
        "materialize, wider window" Ordered [Limit Window]
        MaterializeWindow { limit: given.limit, window: given.window };
    "materialize-library-spawned" "strategies/materialize/src/library_spawned.rs"
        "materialize, backpressure, spawned" Ordered [Limit Window] MaterializeLibrarySpawned {
            limit: given.limit,
            window: given.window,
            tasks: given.tasks,
        };
    "load-shedding" "strategies/load-shedding/src/lib.rs"
        "load shedding" Refill [Limit] LoadShedding { permits: given.limit };
    "load-shedding-queue" "strategies/load-shedding/src/queue.rs"
        "load shedding, with a queue" Refill [Limit Capacity]
        SheddingQueue { permits: given.limit, capacity: given.capacity };
    "rate-limit" "strategies/rate-limit/src/lib.rs"
        "rate limit" Refill [Limit Rate]
        RateLimit { permits: given.limit, per_second: given.per_second };
    "adaptive" "strategies/adaptive/src/lib.rs"
        "adaptive limit" Refill [Limit] Adaptive { limit: given.limit };
    #[cfg(feature = "peers")]
    "tower-concurrency-limit" "peers/src/tower.rs"
        "ConcurrencyLimit of tower" Refill [Limit] bp_peers::ConcurrencyLimited { limit: given.number };
}

strategies! {
    TOKIO, choose_tokio for Tokio, given;

    "as-completed-join-set" "executors/tokio/src/join_set.rs"
        "as completed, JoinSet" Refill [Limit] JoinSetTopUp { limit: given.limit };
    #[cfg(feature = "peers")]
    "par-stream" "peers/src/par_stream.rs"
        "par_then of par-stream" Ordered [Limit] bp_peers::ParThen { limit: given.limit };
    #[cfg(feature = "peers")]
    "pumps" "peers/src/pumps.rs"
        "ordered stage of pumps" Ordered [Limit] bp_peers::Pump { limit: given.limit };
}

#[cfg(feature = "peers")]
strategies! {
    ASYNC_STD, choose_async_std for AsyncStd, given;

    "parallel-stream" "peers/src/parallel_stream.rs"
        "parallel-stream" Refill [Limit] bp_peers::ParallelMap { limit: given.limit };
}

#[cfg(not(feature = "peers"))]
pub(crate) const ASYNC_STD: &[Row] = &[];

#[cfg(not(feature = "peers"))]
pub(crate) fn choose_async_std<V: Visit<AsyncStd>>(_: &Cell, visit: V) -> Result<V::Output, V> {
    Err(visit)
}

/// Every table.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    [POLLED, SPAWNING, TOKIO, ASYNC_STD].into_iter().flatten()
}

pub(crate) fn row(name: &str) -> Option<&'static Row> {
    rows().find(|row| row.name == name)
}

/// Makes the strategy of `cell`, which [`check`](crate::check) has let pass, and shows it to a
/// visitor. Of the cell only the name and the parameters have a meaning.
///
/// A cell without a limit, which no check lets pass, makes one of 0 where the type of the strategy
/// allows that, which it shows by claiming none; of others it makes one of 1.
///
/// # Errors
/// The visitor, if no strategy of that name runs on every executor.
pub fn visit<X: Executor, V: Visit<X>>(cell: &Cell, visit: V) -> Result<V::Output, V> {
    choose_polled(cell, visit).or_else(|visit| choose_spawning(cell, visit))
}

/// Whether a strategy polls its jobs itself, within its own task.
pub fn polls_itself(name: &str) -> bool {
    POLLED.iter().any(|row| row.name == name)
}

/// Whether a strategy is that of somebody else's crate, which the feature `peers` brings.
pub fn is_peer(name: &str) -> bool {
    row(name).is_some_and(|row| row.file.starts_with("peers/"))
}
