//! The contract between jobs, workloads, executors and strategies.
//!
//! - A [`Workload`] says what there is to do: a source of lazy [`Job`]s, each of which yields an
//!   output that [`Deliver`]s itself to whoever waits for it.
//! - An [`Executor`] runs tasks and has a [`Clock`]; a [`Runtime`] owns its threads.
//! - A [`Strategy`] takes jobs from the source and decides when each may run. It sees nothing else:
//!   no clock for measuring, no observer, no concrete runtime.
//!
//! To write a strategy one need read no other crate. This is a whole one:
//!
//! ```
//! use bp_core::{Executor, Job, Strategy, TaskGroup, Workload};
//!
//! /// A task for every job, as fast as jobs can be taken from the source.
//! struct UnboundedSpawn;
//!
//! impl<X: Executor> Strategy<X> for UnboundedSpawn {
//!     async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
//!         let tasks = TaskGroup::new(executor);
//!         let mut jobs = workload.jobs(executor);
//!         while let Some(job) = jobs.next().await {
//!             tasks.spawn(job.delivered());
//!         }
//!         tasks.join().await;
//!     }
//! }
//! ```

mod executor;
mod io;
mod jobs;
mod strategy;
mod sync;
mod task_group;
mod workload;

pub use crate::{
    executor::{Clock, Executor, Runtime, monotonic, yield_once},
    io::{Datagrams, Io, open_reactor, udp_socket},
    jobs::Jobs,
    strategy::{Claims, Order, Strategy},
    task_group::{Cancellation, TaskGroup},
    workload::{Deliver, Job, Lost, Uncontained, Workload},
};
