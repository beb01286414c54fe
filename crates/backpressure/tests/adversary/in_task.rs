//! The in-task form: one consumer, and threads that wake.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    thread,
};

use backpressure::StreamExt as _;
use futures::{Stream, StreamExt};

use crate::{
    schedules,
    world::{Bell, Draw, Flag, Rules, Source, Token, World},
};

type Outputs = Pin<Box<dyn Stream<Item = Result<Token, Token>>>>;

#[derive(Clone, Copy)]
struct Form {
    in_order: bool,
    until_error: bool,
}

impl Form {
    fn outputs(self, world: &World) -> Outputs {
        let Rules { limit, window, .. } = world.lock().rules;
        let source = Source(world.clone());
        match (self.in_order, self.until_error) {
            (true, false) => Box::pin(source.materialize(limit).window(window)),
            (false, false) => Box::pin(source.as_completed(limit).window(window)),
            (true, true) => Box::pin(source.map(Ok).try_materialize(limit).window(window)),
            (false, true) => Box::pin(source.map(Ok).try_as_completed(limit).window(window)),
        }
    }
}

/// A consumer, and what it has seen.
struct Consumer {
    world: World,
    form: Form,
    outputs: Option<Outputs>,
    /// Whom the stream wakes: another at each poll. None while it is awake.
    asleep: Option<Arc<Flag>>,
    over: bool,
}

impl Consumer {
    fn new(seed: u64, form: Form) -> Self {
        let mut draw = Draw::new(seed);
        let rules = Rules::draw(&mut draw, form.until_error, true);
        let world = World::new(rules, draw);
        let outputs = Some(form.outputs(&world));
        Self { world, form, outputs, asleep: None, over: false }
    }

    fn poll(&mut self) {
        let Some(outputs) = &mut self.outputs else { return };
        let flag = Arc::new(Flag::default());
        let waker = Waker::from(flag.clone());
        let next = outputs.as_mut().poll_next(&mut Context::from_waker(&waker));
        self.asleep = next.is_pending().then_some(flag);
        match next {
            Poll::Ready(Some(output)) => self.see(output),
            Poll::Ready(None) => {
                let world = self.world.lock();
                let all = world.source_ended && world.handed_out == world.rules.jobs;
                assert!(self.over || all, "the end comes before the last output");
                self.over = true;
            }
            Poll::Pending => assert!(!self.over, "it goes on after its end"),
        }
    }

    fn see(&mut self, output: Result<Token, Token>) {
        assert!(!self.over, "an output after the end");
        let mut world = self.world.lock();
        let place = world.handed_out;
        let expected = if self.form.in_order { place } else { world.ended[place] };
        world.handed_out += 1;
        self.over = self.form.until_error && output.is_err();
        let (Ok(token) | Err(token)) = output;
        assert_eq!(token.number, expected, "the order is another");
    }

    /// Who sleeps and was not woken had nothing to do.
    fn check(&self) {
        let Some(flag) = self.asleep.as_ref().filter(|flag| !flag.is_set()) else { return };
        let world = self.world.lock();
        assert_eq!(world.woken(), None, "a job was woken, and the task was not");
        let full = world.running == world.rules.limit;
        let held = world.taken - world.handed_out == world.rules.window;
        let latest = Waker::from(flag.clone());
        let told = world.source.as_ref().is_some_and(|waker| waker.will_wake(&latest));
        let ended = world.source_ended || world.failed;
        assert!(full || held || told || ended, "it sleeps, and there is room");
    }

    /// Polls while another thread wakes.
    fn beside_a_thread(&mut self) {
        let bells: Vec<_> = (0..4).filter_map(|_| self.world.lock().any_bell()).collect();
        thread::scope(|scope| {
            scope.spawn(move || bells.iter().for_each(Bell::ring));
            self.poll();
            self.poll();
        });
    }

    fn step(&mut self, threads: bool) {
        let step = self.world.lock().draw.below(16);
        match step {
            0..=5 => self.poll(),
            6..=7 if threads => self.beside_a_thread(),
            6..=10 => self.world.ring_any(),
            11 | 12 => self.world.wake_source(),
            _ if self.asleep.as_ref().is_none_or(|flag| flag.is_set()) => self.poll(),
            _ => {}
        }
        self.check();
    }

    /// Goes on as an executor does, and wakes whoever is left.
    fn finish(&mut self) {
        for round in 0.. {
            assert!(round < 10_000, "it does not come to an end");
            if self.over {
                break;
            }
            while !self.over && self.asleep.as_ref().is_none_or(|flag| flag.is_set()) {
                self.poll();
                self.check();
            }
            self.world.ring_all();
        }
        self.poll();
    }

    fn drop_all(&mut self) {
        self.outputs = None;
        assert_eq!(self.world.alive(), 0, "jobs or outputs are left");
        self.world.ring_all();
    }
}

fn schedule(seed: u64, form: Form) {
    let mut consumer = Consumer::new(seed, form);
    let (threads, steps) = {
        let mut world = consumer.world.lock();
        (world.draw.one_in(16), world.draw.below(200))
    };
    for _ in 0..steps {
        consumer.step(threads);
    }
    let finishes = consumer.world.lock().draw.one_in(2);
    if finishes {
        consumer.finish();
        assert_eq!(consumer.world.alive(), 0, "jobs or outputs are left at the end");
    }
    consumer.drop_all();
}

#[test]
fn materialize() {
    let form = Form { in_order: true, until_error: false };
    schedules("materialize", 2_000, |seed| schedule(seed, form));
}

#[test]
fn as_completed() {
    let form = Form { in_order: false, until_error: false };
    schedules("as_completed", 2_000, |seed| schedule(seed, form));
}

#[test]
fn try_materialize() {
    let form = Form { in_order: true, until_error: true };
    schedules("try_materialize", 2_000, |seed| schedule(seed, form));
}

#[test]
fn try_as_completed() {
    let form = Form { in_order: false, until_error: true };
    schedules("try_as_completed", 2_000, |seed| schedule(seed, form));
}
