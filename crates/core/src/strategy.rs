use std::{future::Future, num::NonZeroUsize};

use crate::{Clock, Workload};

/// A way of running the jobs of a workload.
///
/// A strategy that needs only the clock of its executor, because it polls its jobs itself, asks for
/// [`Clock`]; one that spawns asks for [`Executor`](crate::Executor).
pub trait Strategy<X: Clock>: Send + Sync + 'static {
    /// What it promises. Whoever runs it holds it to that.
    fn claims(&self) -> Claims {
        Claims::default()
    }

    /// Runs every job of `workload`, but for those that it [sheds](Claims::sheds), and completes once
    /// each output is delivered.
    ///
    /// Dropping the future cancels the jobs that are alive: none starts afterwards, and those that
    /// were spawned end when they are next polled, for which they are woken.
    ///
    /// # Panics
    /// If delivering an output panics. A job that panics comes out as [`Lost`](crate::Lost).
    fn run<W: Workload<X>>(&self, workload: &W, executor: &X) -> impl Future<Output = ()> + Send;
}

/// What a strategy promises; the default promises only that each job ends exactly once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Most jobs in flight: started and not finished.
    pub limit: Option<NonZeroUsize>,
    /// Most jobs held: admitted and not yet delivered. This is what bounds memory.
    pub window: Option<NonZeroUsize>,
    /// In which order outputs are delivered.
    pub order: Order,
    /// Whether it may drop jobs that it never polled, where its window is full. Who does not say so
    /// runs every job.
    pub sheds: bool,
    /// Whether it may have fewer in flight than its limit though jobs wait, as what it sees of them
    /// tells it.
    pub adapts: bool,
}

/// In which order outputs are delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// In any.
    #[default]
    Any,
    /// The first to finish is the first to be delivered.
    Completion,
    /// That of the source.
    Input,
}
