//! Crates that people use instead of writing a strategy, each as a strategy of the contract.
//!
//! A file a crate, in the use that its documentation shows. What each claims here is what its own
//! documentation promises; the laws then say what it keeps. A limit is of the type that the crate
//! takes, so that a law can try 0 where that can be written; nothing is claimed of it.

mod async_executor;
mod buffer_unordered_weighted;
mod fast_ordered_buffer;
mod futures_buffered;
mod futures_concurrency;
mod futures_util;
mod par_stream;
mod parallel_stream;
mod pumps;
mod tower;

pub use crate::{
    async_executor::LimitedExecutor,
    buffer_unordered_weighted::BufferUnorderedWeighted,
    fast_ordered_buffer::FastOrderedBuffer,
    futures_buffered::{BufferedOrdered, BufferedUnordered},
    futures_concurrency::{ConcurrentCollect, ConcurrentForEach},
    futures_util::ForEachConcurrent,
    par_stream::ParThen,
    parallel_stream::ParallelMap,
    pumps::Pump,
    tower::ConcurrencyLimited,
};
