//! A set that delivers in the order of the source, and batches; and the ways to get them wrong.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use bp_core::{Claims, Clock, Deliver, Executor, Lost, Order, Strategy, TaskGroup, Workload};
use futures::{
    FutureExt,
    future::join_all,
    stream::{FuturesUnordered, StreamExt},
};

use crate::fault::Fault::{self, *};

pub(crate) struct Ring {
    pub(crate) limit: NonZeroUsize,
    pub(crate) fault: Option<Fault>,
}

impl<X: Clock> Strategy<X> for Ring {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.limit),
            window: Some(self.limit),
            order: Order::Input,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let limit = self.limit.get();
        let mut jobs = workload.jobs(executor);
        let (mut running, mut done) = (FuturesUnordered::new(), BTreeMap::new());
        let (mut more, mut taken, mut due) = (true, 0_usize, 0_usize);
        loop {
            let counted = |running: usize, done: usize| match self.fault {
                Some(WindowIgnored) => running,
                _ => running + done,
            };
            while more && counted(running.len(), done.len()) < limit {
                match jobs.next().await {
                    Some(job) => {
                        let place = match self.fault {
                            Some(SwappedAtTheWrap) => swapped(taken, limit),
                            _ => taken,
                        };
                        running.push(job.map(move |output| (place, output)));
                        taken += 1;
                    }
                    None => more = false,
                }
            }
            let Some((place, output)) = running.next().await else { break };
            done.insert(place, output);
            while let Some(output) = done.remove(&due) {
                due += 1;
                Deliver::deliver(output).await;
            }
        }
        for (_, output) in done {
            Deliver::deliver(output).await;
        }
    }
}

/// The first two places of a ring change places once it begins anew.
fn swapped(place: usize, limit: usize) -> usize {
    match place % limit {
        0 if place > 0 && limit > 1 => place + 1,
        1 if place > limit => place - 1,
        _ => place,
    }
}

pub(crate) struct Batch {
    pub(crate) limit: NonZeroUsize,
    pub(crate) fault: Option<Fault>,
}

impl<X: Executor> Strategy<X> for Batch {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.limit),
            window: Some(self.limit),
            order: Order::Input,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let more = usize::from(self.fault == Some(BatchPlusOne));
        let size = self.limit.saturating_add(more);
        let mut jobs = workload.jobs(executor);
        while let Some(batch) = jobs.batch(size).await {
            if self.fault == Some(LastBatchForgotten) && batch.len() < size.get() {
                break;
            }
            let tasks = TaskGroup::new(executor);
            let tickets: Arc<AtomicUsize> = Arc::default();
            let ticketed = batch.into_iter().map(|job| {
                let tickets = tickets.clone();
                tasks.start(async move {
                    let ticket = tickets.fetch_add(1, Relaxed);
                    (ticket, job.await)
                })
            });
            let mut outputs = join_all(ticketed).await;
            if self.fault == Some(OrderOfFirstPolls) {
                outputs.sort_by_key(|output| output.as_ref().map_or(0, |(ticket, _)| *ticket));
            }
            if self.fault == Some(BatchBackwards) {
                outputs.reverse();
            }
            for output in outputs {
                output.map_or(Err(Lost), |(_, output)| output).deliver().await;
            }
        }
    }
}
