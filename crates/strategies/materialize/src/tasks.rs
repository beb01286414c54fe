//! An executor of the contract as one of the library.

use std::num::NonZeroUsize;

use backpressure::Spawn;
use bp_core::Executor;

/// So many tasks on an executor.
pub(crate) struct Tasks<'x, X> {
    pub(crate) executor: &'x X,
    pub(crate) tasks: NonZeroUsize,
}

impl<X: Executor> Spawn for Tasks<'_, X> {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.executor.spawn(task);
    }

    fn parallelism(&self) -> NonZeroUsize {
        self.tasks
    }
}
