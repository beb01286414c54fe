//! Futures that weigh something run together only as far as their budget goes.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    cell::RefCell,
    future::{self, Future},
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use backpressure::{Bounded, Counts, IteratorExt as _, Order, Scale, Weigh, Weighed};
use futures::{FutureExt, Stream, StreamExt as _, executor::block_on, stream::FusedStream};

fn units(budget: usize) -> NonZeroUsize {
    NonZeroUsize::new(budget).unwrap()
}

/// What runs, and what was seen.
struct World {
    budget: usize,
    /// Those that run: number, weight, and how to wake them.
    running: Vec<(usize, usize, Waker)>,
    /// Of those that run, the numbers of those that may end.
    open: Vec<usize>,
    started: usize,
    taken: usize,
    alive: usize,
    /// The weight of the one that was taken last.
    last: usize,
    /// Whether the laws were kept.
    lawful: bool,
}

type Shared = Rc<RefCell<World>>;

fn world(budget: usize) -> Shared {
    let (running, open) = (vec![], vec![]);
    Rc::new(RefCell::new(World {
        budget,
        running,
        open,
        started: 0,
        taken: 0,
        alive: 0,
        last: 0,
        lawful: true,
    }))
}

impl World {
    fn weight(&self) -> usize {
        self.running.iter().map(|(_, weight, _)| weight).sum()
    }

    /// The laws, whenever one starts. A panic here would be one of the job.
    fn start(&mut self, number: usize, weight: usize, waker: &Waker) {
        self.lawful &= number == self.started; // none has overtaken another
        self.started += 1;
        let together = self.weight() + weight;
        self.running.push((number, weight, waker.clone()));
        let alone = self.running.len() == 1;
        self.lawful &= together <= self.budget || alone;
    }

    fn fits(&self, weight: usize) -> bool {
        self.running.is_empty() || self.weight() + weight <= self.budget
    }

    fn stop(&mut self, number: usize) {
        self.running.retain(|(runs, ..)| *runs != number);
    }

    /// Lets one that runs end.
    fn open(&mut self, index: usize) -> Waker {
        let (number, _, waker) = &self.running[index];
        self.open.push(*number);
        waker.clone()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    EndsAtOnce,
    PanicsAtOnce,
    Ends,
    Panics,
}

struct Job {
    number: usize,
    weight: usize,
    kind: Kind,
    started: bool,
    world: Shared,
}

impl Job {
    fn new(number: usize, weight: usize, kind: Kind, world: &Shared) -> Self {
        let mut inside = world.borrow_mut();
        assert_eq!(number, inside.taken);
        inside.taken += 1;
        inside.alive += 1;
        inside.last = weight;
        Self { number, weight, kind, started: false, world: world.clone() }
    }
}

impl Weigh for Job {
    fn weight(&self) -> usize {
        self.weight
    }
}

impl Future for Job {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let world = self.world.clone();
        let mut world = world.borrow_mut();
        if !self.started {
            self.started = true;
            world.start(self.number, self.weight, cx.waker());
        }
        let at_once = matches!(self.kind, Kind::EndsAtOnce | Kind::PanicsAtOnce);
        if !at_once && !world.open.contains(&self.number) {
            return Poll::Pending;
        }
        world.stop(self.number);
        drop(world);
        assert!(matches!(self.kind, Kind::Ends | Kind::EndsAtOnce), "it is to panic");
        Poll::Ready(self.number)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let mut world = self.world.borrow_mut();
        world.stop(self.number);
        world.alive -= 1;
    }
}

/// Numbers that look random and are the same for the same seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

const JOBS: usize = 60;

/// A consumer that polls, and a world that lets jobs end, as drawn; it may leave before the end.
struct Consumer {
    draw: Draw,
    world: Shared,
    limit: usize,
    window: usize,
    handed_out: usize,
    panics: usize,
}

impl Consumer {
    fn consume<S, O>(&mut self, mut outputs: Bounded<S, O, (), Scale<Job>>)
    where
        S: Stream<Item = Job> + Unpin,
        O: Order<usize>,
    {
        let leaves = self.draw.below(4) == 0;
        for step in 0.. {
            assert!(step < 10_000, "it does not come to an end");
            let next = catch_unwind(AssertUnwindSafe(|| {
                Pin::new(&mut outputs).poll_next(&mut Context::from_waker(Waker::noop()))
            }));
            assert_eq!(outputs.weight(), self.world.borrow().weight());
            self.see(&next, outputs.counts());
            if matches!(next, Ok(Poll::Ready(None))) {
                assert!(outputs.is_terminated() && outputs.weight() == 0);
                break;
            }
            if leaves && step == 40 {
                break;
            }
            let running = self.world.borrow().running.len();
            if running > 0 && self.draw.below(3) > 0 {
                open(&self.world, self.draw.below(running));
            }
        }
    }

    fn see<E>(&mut self, next: &Result<Poll<Option<usize>>, E>, counts: Counts) {
        let world = self.world.borrow();
        assert!(world.lawful, "more run than fit, or one has overtaken another");
        let in_hand = world.taken - world.started;
        assert_eq!(counts.in_flight, world.running.len());
        assert!(counts.held >= counts.in_flight + in_hand && in_hand <= 1);
        let leaving = usize::from(next.is_err()); // an output was about to be handed out
        assert!(counts.in_flight <= self.limit && counts.held <= self.window + leaving);
        match next {
            Ok(Poll::Ready(Some(_))) => self.handed_out += 1,
            Ok(Poll::Ready(None)) => assert_eq!(self.handed_out + self.panics, JOBS),
            Err(_) => self.panics += 1,
            Ok(Poll::Pending) => {
                let full = counts.in_flight == self.limit || counts.held == self.window;
                let ended = world.started == JOBS;
                let heavy = in_hand == 1 && !world.fits(world.last);
                assert!(full || ended || heavy, "there is room, and nothing starts");
            }
        }
    }
}

/// Weights up to half as much again as the budget, limits and windows, in order and not.
fn schedule(seed: u64) {
    let mut draw = Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let budget = 1 + draw.below(12);
    let limit = 1 + draw.below(8);
    let window = limit + draw.below(6);
    let in_order = draw.below(2) == 0;
    let world = world(budget);
    let inside = world.clone();
    let mut kinds = Draw(seed | 1);
    let jobs = (0..JOBS).map(move |number| {
        let weight = kinds.below(budget + budget / 2 + 2);
        let kind = match kinds.below(8) {
            0 => Kind::EndsAtOnce,
            1 => Kind::PanicsAtOnce,
            2 => Kind::Panics,
            _ => Kind::Ends,
        };
        Job::new(number, weight, kind, &inside)
    });
    let (handed_out, panics) = (0, 0);
    let mut consumer = Consumer { draw, world: world.clone(), limit, window, handed_out, panics };
    if in_order {
        consumer.consume(jobs.materialize(limit).window(window).weighed(units(budget)));
    } else {
        consumer.consume(jobs.as_completed(limit).window(window).weighed(units(budget)));
    }
    assert_eq!(world.borrow().alive, 0, "a job is left");
}

#[test]
fn whatever_comes_never_more_run_than_fit_none_overtakes_and_none_is_left() {
    for seed in 1..=1_000 {
        let outcome = catch_unwind(|| schedule(seed));
        assert!(outcome.is_ok(), "seed {seed}");
    }
}

/// Jobs of these weights, none of which ends by itself.
fn jobs(weights: &[usize], world: &Shared) -> impl Iterator<Item = Job> + Unpin {
    let (weights, world) = (weights.to_vec(), world.clone());
    let job = move |(number, weight)| Job::new(number, weight, Kind::Ends, &world);
    weights.into_iter().enumerate().map(job)
}

fn open(world: &Shared, index: usize) {
    let waker = world.borrow_mut().open(index);
    waker.wake();
}

#[test]
fn a_light_one_does_not_overtake_a_heavy_one() {
    let world = world(10);
    let mut outputs = jobs(&[6, 6, 1], &world).as_completed(9).weighed(units(10));
    assert!(outputs.next().now_or_never().is_none());
    assert_eq!((outputs.weight(), outputs.counts().held), (6, 2), "one runs and one is in hand");
    assert_eq!(outputs.size_hint(), (3, Some(3)));
    assert_eq!(world.borrow().taken, 2, "nothing is taken after it");
    open(&world, 0);
    assert_eq!(outputs.next().now_or_never(), Some(Some(0)));
    assert_eq!((outputs.weight(), outputs.counts().held), (7, 2));
}

#[test]
fn what_weighs_more_than_all_runs_alone() {
    let world = world(10);
    let mut outputs = jobs(&[0, 11, 0], &world).as_completed(9).weighed(units(10));
    assert!(outputs.next().now_or_never().is_none());
    assert_eq!(outputs.counts().in_flight, 1, "it waits even for what weighs nothing");
    open(&world, 0);
    assert_eq!(outputs.next().now_or_never(), Some(Some(0)));
    assert_eq!((outputs.weight(), outputs.counts().in_flight), (11, 1));
    open(&world, 0);
    assert_eq!(outputs.next().now_or_never(), Some(Some(1)));
    assert_eq!((outputs.weight(), outputs.counts().in_flight), (0, 1));
}

#[test]
fn the_limit_holds_whatever_they_weigh() {
    let world = world(10);
    let mut outputs = jobs(&[0; 9], &world).materialize(4).weighed(units(10));
    assert!(outputs.next().now_or_never().is_none());
    assert_eq!(outputs.counts().in_flight, 4);
}

#[test]
fn a_weight_is_free_after_a_panic_and_what_is_in_hand_goes_with_the_stream() {
    let world = world(10);
    let panics = [Job::new(0, 10, Kind::Panics, &world)];
    let others = jobs(&[], &world).chain([Job::new(1, 8, Kind::Ends, &world)]);
    let source = panics.into_iter().chain(others).chain([Job::new(2, 8, Kind::Ends, &world)]);
    let mut outputs = source.materialize(9).weighed(units(10));
    assert!(outputs.next().now_or_never().is_none());
    open(&world, 0);
    let next = catch_unwind(AssertUnwindSafe(|| outputs.next().now_or_never()));
    assert!(next.is_err());
    assert_eq!(outputs.weight(), 0);
    assert!(outputs.next().now_or_never().is_none());
    assert_eq!((outputs.weight(), outputs.counts().held), (8, 2));
    drop(outputs);
    assert_eq!(world.borrow().alive, 0);
}

#[test]
fn a_source_that_fails_has_its_turn_and_an_error_drops_what_is_in_hand() {
    let world = world(10);
    let job = |number, weight| {
        let job = Job::new(number, weight, Kind::Ends, &world);
        Ok(Weighed::new(weight, job.map(|number| if number == 0 { Err(number) } else { Ok(1) })))
    };
    let source = [job(0, 6), job(1, 6), Err(9)].into_iter();
    let mut outputs = source.try_as_completed(9).weighed(units(10));
    assert!(outputs.next().now_or_never().is_none());
    assert_eq!(outputs.counts().held, 2);
    open(&world, 0);
    assert_eq!(outputs.next().now_or_never(), Some(Some(Err(0))));
    assert_eq!(outputs.counts().held, 0);
    assert_eq!(outputs.next().now_or_never(), Some(None));
    assert_eq!(world.borrow().alive, 0);
}

#[test]
fn weights_are_for_all_forms_of_a_stream() {
    let weighed = |n: usize| Weighed::new(n, future::ready(n));
    let mut seen = vec![];
    let outputs = (0..9).map(weighed).materialize(3).observe(|event, _| seen.push(event));
    let outputs = outputs.weighed(units(4)).window(6);
    assert_eq!(block_on(outputs.collect::<Vec<_>>()), (0..9).collect::<Vec<_>>());
    assert_eq!(seen.len(), 18);
    let fallible = (0..3).map(|n| Ok::<_, ()>(Weighed::new(n, future::ready(Ok(n)))));
    let outputs = fallible.try_materialize(2).weighed(units(2)).observe(|_, _| ());
    assert_eq!(block_on(outputs.collect::<Vec<_>>()), [Ok(0), Ok(1), Ok(2)]);
}

#[test]
#[should_panic = "a stream that was polled stays as it is"]
fn a_stream_that_runs_is_not_weighed() {
    let mut outputs = (0..3).map(|n| Weighed::new(n, future::ready(n))).materialize(2);
    outputs.next().now_or_never();
    let _ = outputs.weighed(units(3));
}
