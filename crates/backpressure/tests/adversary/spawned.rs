//! The spawned form on an executor that polls whom the seed says.

use std::{
    collections::BTreeSet,
    future::Future,
    num::NonZeroUsize,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use backpressure::{Spawn, StreamExt as _};
use futures::{FutureExt, Stream, future::BoxFuture};

use crate::{
    schedules,
    world::{Draw, Flag, Rules, Source, Token, World},
};

/// Tasks, each with whether it was woken. One that is over is none.
#[derive(Clone)]
struct Executor {
    parallelism: NonZeroUsize,
    tasks: Arc<Mutex<Vec<Task>>>,
}

struct Task {
    future: Option<BoxFuture<'static, ()>>,
    woken: Arc<Flag>,
}

impl Spawn for Executor {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let woken = Arc::new(Flag::default());
        Waker::from(woken.clone()).wake();
        self.tasks.lock().unwrap().push(Task { future: Some(task.boxed()), woken });
    }

    fn parallelism(&self) -> NonZeroUsize {
        self.parallelism
    }
}

impl Executor {
    /// Polls one of those that were woken, from `first` on; false if there is none.
    fn poll(&self, first: usize) -> bool {
        let mut tasks = self.tasks.lock().unwrap();
        let count = tasks.len();
        let mut order = (0..count).map(|place| (first + place) % count);
        let woken = |&place: &usize| tasks[place].future.is_some() && tasks[place].woken.take();
        let Some(place) = order.find(woken) else { return false };
        let task = &mut tasks[place];
        let waker = Waker::from(task.woken.clone());
        let future = task.future.as_mut().unwrap();
        if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            task.future = None;
        }
        true
    }

    fn is_idle(&self) -> bool {
        let tasks = self.tasks.lock().unwrap();
        tasks.iter().all(|task| task.future.is_none() || !task.woken.is_set())
    }

    fn is_over(&self) -> bool {
        self.tasks.lock().unwrap().iter().all(|task| task.future.is_none())
    }
}

type Outputs = Pin<Box<dyn Stream<Item = Result<Token, Token>>>>;

struct Consumer {
    world: World,
    executor: Executor,
    in_order: bool,
    outputs: Option<Outputs>,
    asleep: Option<Arc<Flag>>,
    seen: BTreeSet<usize>,
    over: bool,
}

impl Consumer {
    fn new(seed: u64, in_order: bool) -> Self {
        let mut draw = Draw::new(seed);
        let parallelism = NonZeroUsize::new(1 + draw.below(3)).unwrap();
        let executor = Executor { parallelism, tasks: Arc::default() };
        let rules = Rules::draw(&mut draw, false, false);
        let (limit, window) = (rules.limit, rules.window);
        let world = World::new(rules, draw);
        let (source, spawner) = (Source(world.clone()), executor.clone());
        let outputs: Outputs = match in_order {
            true => Box::pin(source.materialize(limit).window(window).spawned_on(spawner)),
            false => Box::pin(source.as_completed(limit).window(window).spawned_on(spawner)),
        };
        let outputs = Some(outputs);
        Self {
            world,
            executor,
            in_order,
            outputs,
            asleep: None,
            seen: BTreeSet::new(),
            over: false,
        }
    }

    fn poll(&mut self) {
        let Some(outputs) = &mut self.outputs else { return };
        let flag = Arc::new(Flag::default());
        let waker = Waker::from(flag.clone());
        let next = outputs.as_mut().poll_next(&mut Context::from_waker(&waker));
        self.asleep = next.is_pending().then_some(flag);
        match next {
            Poll::Ready(Some(Ok(token) | Err(token))) => {
                let mut world = self.world.lock();
                assert!(!self.in_order || token.number == world.handed_out, "another order");
                assert!(self.seen.insert(token.number), "{} comes twice", token.number);
                world.handed_out += 1;
            }
            Poll::Ready(None) => {
                let jobs = self.world.lock().rules.jobs;
                assert_eq!(self.seen.len(), jobs, "the end comes before the last output");
                self.over = true;
            }
            Poll::Pending => assert!(!self.over, "it goes on after its end"),
        }
    }

    /// If all sleep nobody was woken, and there is nothing to be done.
    fn check(&self) {
        let awake = self.asleep.as_ref().is_none_or(|flag| flag.is_set());
        if awake || !self.executor.is_idle() {
            return;
        }
        let world = self.world.lock();
        assert_eq!(world.woken(), None, "a job was woken, and its task was not");
        let full = world.running == world.rules.limit;
        let held = world.taken - world.handed_out == world.rules.window;
        let told = world.source.is_some();
        assert!(full || held || told || world.source_ended, "all sleep, and there is room");
    }

    fn step(&mut self) {
        let (step, first) = {
            let draw = &mut self.world.lock().draw;
            (draw.below(16), draw.below(16))
        };
        match step {
            0..=3 => self.poll(),
            4..=9 => drop(self.executor.poll(first)),
            10..=13 => self.world.ring_any(),
            _ => self.world.wake_source(),
        }
        self.check();
    }

    fn finish(&mut self) {
        for round in 0.. {
            assert!(round < 10_000, "it does not come to an end");
            if self.over {
                break;
            }
            while self.executor.poll(0) {
                self.check();
            }
            while !self.over && self.asleep.as_ref().is_none_or(|flag| flag.is_set()) {
                self.poll();
            }
            self.check();
            self.world.ring_all();
        }
    }

    /// Nothing of it is left once its tasks were polled, for which they are woken.
    fn drop_all(&mut self) {
        self.outputs = None;
        while self.executor.poll(0) {}
        assert!(self.executor.is_over(), "a task is not over");
        assert_eq!(self.world.alive(), 0, "jobs or outputs are left");
        self.world.ring_all();
    }
}

fn schedule(seed: u64, in_order: bool) {
    let mut consumer = Consumer::new(seed, in_order);
    let steps = consumer.world.lock().draw.below(300);
    for _ in 0..steps {
        consumer.step();
    }
    let finishes = consumer.world.lock().draw.one_in(2);
    if finishes {
        consumer.finish();
    }
    consumer.drop_all();
}

#[test]
fn spawned_in_order() {
    schedules("spawned_in_order", 1_000, |seed| schedule(seed, true));
}

#[test]
fn spawned_as_completed() {
    schedules("spawned_as_completed", 1_000, |seed| schedule(seed, false));
}
