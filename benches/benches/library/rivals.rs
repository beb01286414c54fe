//! The library, and what people write or take instead of it. Each is written as its documents show.

use std::{
    collections::VecDeque, future::poll_fn, marker::PhantomData, pin::Pin, sync::Arc, task::Poll,
};

use backpressure::IteratorExt as _;
use futures::{StreamExt as _, stream};
use futures_buffered::BufferedStreamExt as _;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    job::{Jobs, Sum},
    runtime::{Runtime, Tasks},
};

/// `materialize(limit)`.
pub(crate) async fn ours<J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let mut outputs = (0..jobs).map(J::job).materialize(limit);
    let mut sum = Sum::new();
    while let Some(output) = outputs.next().await {
        sum.add(output);
    }
    sum
}

/// `as_completed(limit)`.
pub(crate) async fn ours_as_completed<J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let mut outputs = (0..jobs).map(J::job).as_completed(limit);
    let mut sum = Sum::new();
    while let Some(output) = outputs.next().await {
        sum.add(output);
    }
    sum
}

/// `materialize(limit)`, spawned.
pub(crate) async fn ours_spawned<R: Runtime + Send, J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let stream = (0..jobs).map(J::job).materialize(limit);
    let mut outputs = stream.spawned_on(Tasks::<R>(PhantomData));
    let mut sum = Sum::new();
    while let Some(output) = outputs.next().await {
        sum.add(output);
    }
    sum
}

/// `buffered(limit)` of futures.
pub(crate) async fn buffered<J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let mut outputs = stream::iter((0..jobs).map(J::job)).buffered(limit);
    let mut sum = Sum::new();
    while let Some(output) = outputs.next().await {
        sum.add(output);
    }
    sum
}

/// `buffer_unordered(limit)` of futures.
pub(crate) async fn buffer_unordered<J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let mut outputs = stream::iter((0..jobs).map(J::job)).buffer_unordered(limit);
    let mut sum = Sum::new();
    while let Some(output) = outputs.next().await {
        sum.add(output);
    }
    sum
}

/// `buffered_ordered(limit)` of futures-buffered, which does not count what is finished.
pub(crate) async fn futures_buffered<J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let mut outputs = stream::iter((0..jobs).map(J::job)).buffered_ordered(limit);
    let mut sum = Sum::new();
    while let Some(output) = outputs.next().await {
        sum.add(output);
    }
    sum
}

/// The bound: a loop over slots, by hand, for jobs that are awake whenever they are looked at. It
/// knows nothing of wakers and would poll all that sleep.
pub(crate) async fn slot_loop<J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let mut numbers = 0..jobs;
    let mut slots: Box<[_]> = (0..limit).map(|_| Box::pin(None)).collect();
    let mut places = VecDeque::with_capacity(limit);
    let mut sum = Sum::new();
    let mut next = 0;
    poll_fn(|cx| {
        loop {
            while places.len() < limit
                && let Some(number) = numbers.next()
            {
                let slot: &mut Pin<Box<Option<_>>> = &mut slots[next];
                slot.set(Some(J::job(number)));
                let job = slot.as_mut().as_pin_mut().expect("it was set");
                places.push_back(job.poll(cx));
                next = if next + 1 == limit { 0 } else { next + 1 };
            }
            let Some(first) = places.front_mut() else { return Poll::Ready(()) };
            if let Poll::Ready(output) = *first {
                sum.add(output);
                places.pop_front();
                continue;
            }
            let first = (next + limit - places.len()) % limit;
            let mut index = first;
            for place in &mut places {
                if place.is_pending()
                    && let Some(job) = slots[index].as_mut().as_pin_mut()
                {
                    *place = job.poll(cx);
                }
                index = if index + 1 == limit { 0 } else { index + 1 };
            }
        }
    })
    .await;
    sum
}

/// A permit before each task, by hand: `Semaphore` and `spawn`.
pub(crate) async fn semaphore_spawn<R: Runtime, J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let semaphore = Arc::new(Semaphore::new(limit));
    let (sender, receiver) = async_channel::unbounded();
    for number in 0..jobs {
        let permit = semaphore.clone().acquire_owned().await.expect("nobody closes it");
        let sender = sender.clone();
        R::spawn(async move {
            let output = J::job(number).await;
            drop(permit);
            let _ = sender.send(output).await;
        });
    }
    drop(sender);
    let mut sum = Sum::new();
    while let Ok(output) = receiver.recv().await {
        sum.add(output);
    }
    sum
}

/// A `JoinSet` kept at the limit.
pub(crate) async fn join_set<J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let mut tasks = JoinSet::new();
    let mut sum = Sum::new();
    for number in 0..jobs {
        if tasks.len() == limit
            && let Some(output) = tasks.join_next().await
        {
            sum.add(output.expect("no job panics"));
        }
        tasks.spawn(J::job(number));
    }
    while let Some(output) = tasks.join_next().await {
        sum.add(output.expect("no job panics"));
    }
    sum
}

/// `limit` workers that take jobs from one channel of async-channel and put outputs in another.
pub(crate) async fn async_channel_pool<R: Runtime, J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let (work, todo) = async_channel::bounded(limit);
    let (done, outputs) = async_channel::bounded(limit);
    for _ in 0..limit {
        let (todo, done) = (todo.clone(), done.clone());
        R::spawn(async move {
            while let Ok(number) = todo.recv().await {
                let _ = done.send(J::job(number).await).await;
            }
        });
    }
    drop((todo, done));
    R::spawn(async move {
        for number in 0..jobs {
            let _ = work.send(number).await;
        }
    });
    let mut sum = Sum::new();
    while let Ok(output) = outputs.recv().await {
        sum.add(output);
    }
    sum
}

/// The same with channels of kanal.
pub(crate) async fn kanal_pool<R: Runtime, J: Jobs>(jobs: u64, limit: usize) -> Sum {
    let (work, todo) = kanal::bounded_async(limit);
    let (done, outputs) = kanal::bounded_async(limit);
    for _ in 0..limit {
        let (todo, done) = (todo.clone(), done.clone());
        R::spawn(async move {
            while let Ok(number) = todo.recv().await {
                let _ = done.send(J::job(number).await).await;
            }
        });
    }
    drop((todo, done));
    R::spawn(async move {
        for number in 0..jobs {
            let _ = work.send(number).await;
        }
    });
    let mut sum = Sum::new();
    while let Ok(output) = outputs.recv().await {
        sum.add(output);
    }
    sum
}
