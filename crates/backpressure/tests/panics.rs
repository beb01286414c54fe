//! What panics takes nobody with it: its place is free, and the others go on.

use std::{
    cell::Cell,
    future::{self, Future},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use backpressure::IteratorExt as _;
use futures::{FutureExt, executor::block_on};

/// Ends when it is polled for the `turns`th time, or panics then.
struct Job<'a> {
    turns: u32,
    number: u32,
    panics: Option<When>,
    alive: &'a Cell<i32>,
}

#[derive(Clone, Copy, PartialEq)]
enum When {
    Polled,
    Dropped,
}

impl<'a> Job<'a> {
    fn new(number: u32, turns: u32, panics: Option<When>, alive: &'a Cell<i32>) -> Self {
        alive.set(alive.get() + 1);
        Self { turns, number, panics, alive }
    }
}

impl Future for Job<'_> {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        self.turns = self.turns.checked_sub(1).expect("it has not ended");
        cx.waker().wake_by_ref();
        match self.turns {
            0 if self.panics == Some(When::Polled) => panic!("job {}", self.number),
            0 => Poll::Ready(self.number),
            _ => Poll::Pending,
        }
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        self.alive.set(self.alive.get() - 1);
        if self.panics == Some(When::Dropped) && self.turns == 0 {
            panic!("job {} is dropped", self.number);
        }
    }
}

/// Nine jobs of which the fifth panics: what is handed out, and how many panics come through.
fn outputs(turns: u32, when: When, in_order: bool) -> (Vec<u32>, u32, i32) {
    let alive = Cell::new(0);
    let jobs = (0..9).map(|number| Job::new(number, turns, (number == 4).then_some(when), &alive));
    let (mut seen, mut panics) = (vec![], 0);
    let mut drain = |next: &mut dyn FnMut() -> Option<u32>| {
        loop {
            match catch_unwind(AssertUnwindSafe(&mut *next)) {
                Ok(Some(number)) => seen.push(number),
                Ok(None) => break,
                Err(_) => panics += 1,
            }
        }
    };
    if in_order {
        let mut stream = jobs.materialize(3);
        drain(&mut || block_on(stream.next()));
    } else {
        let mut stream = jobs.as_completed(3);
        drain(&mut || block_on(stream.next()));
    }
    (seen, panics, alive.get())
}

#[test]
fn others_are_handed_out_and_none_is_left() {
    for turns in [1, 2, 3] {
        for when in [When::Polled, When::Dropped] {
            for in_order in [true, false] {
                let (mut seen, panics, alive) = outputs(turns, when, in_order);
                if !in_order {
                    seen.sort_unstable();
                }
                assert_eq!(seen, [0, 1, 2, 3, 5, 6, 7, 8], "{turns} turns, in order: {in_order}");
                assert_eq!((panics, alive), (1, 0));
            }
        }
    }
}

/// Each is the only one, and one of them panics: whichever it is, the next has its place.
#[test]
fn the_place_of_one_that_panics_is_taken_before_the_task_sleeps() {
    for panics in 0..100 {
        let waker = Cell::new(None);
        let jobs = (0..=panics + 1).map(|number| {
            let (waker, mut turns) = (&waker, 0);
            future::poll_fn(move |cx| {
                if number != panics {
                    return Poll::Ready(number);
                }
                turns += 1;
                assert!(turns == 1, "job {number}");
                waker.set(Some(cx.waker().clone()));
                Poll::Pending
            })
        });
        let mut outputs = jobs.materialize(1);
        let mut next = || catch_unwind(AssertUnwindSafe(|| outputs.next().now_or_never()));
        for number in 0..panics {
            assert_eq!(next().ok(), Some(Some(Some(number))));
        }
        assert_eq!(next().ok(), Some(None));
        waker.take().into_iter().for_each(Waker::wake);
        assert!(next().is_err());
        assert_eq!(next().ok(), Some(Some(Some(panics + 1))), "{panics}");
    }
}

#[test]
fn a_source_that_panics_has_ended_and_what_was_there_is_handed_out() {
    let jobs = (0..9).map(|number| {
        assert!(number != 2, "number 2");
        future::ready(number)
    });
    let mut outputs = jobs.materialize(3);
    let mut next = || catch_unwind(AssertUnwindSafe(|| outputs.next().now_or_never().flatten()));
    let seen: Vec<_> = (0..4).map(|_| next().ok()).collect();
    assert_eq!(seen, [None, Some(Some(0)), Some(Some(1)), Some(None)]);
}

#[test]
fn an_output_keeps_its_turn_if_a_panic_comes_while_its_place_is_filled() {
    for panics_at in 5..12 {
        let mut events = 0;
        let observed = |_, _| {
            events += 1;
            assert!(events != panics_at, "event {panics_at}");
        };
        let mut outputs = (0..9).map(future::ready).materialize(4).observe(observed);
        let mut next = || catch_unwind(AssertUnwindSafe(|| outputs.next().now_or_never()));
        let (mut seen, mut panics) = (vec![], 0);
        for _ in 0..11 {
            match next() {
                Ok(number) => seen.extend(number.expect("all are ready")),
                Err(_) => panics += 1,
            }
        }
        // What was handed to the observer as handed out is gone with it.
        let gone = (panics_at % 2 == 0).then(|| (panics_at - 6) / 2);
        let expected: Vec<_> = (0..9).filter(|&number| Some(number) != gone).collect();
        assert_eq!((seen, panics), (expected, 1), "event {panics_at}");
    }
}

#[test]
fn the_end_after_an_error_comes_though_a_cancelled_job_panics_when_it_is_dropped() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let jobs = (0..2).map(|number| {
        let bomb = (number == 0).then(|| Bomb);
        Ok(async move {
            if bomb.is_some() {
                future::pending::<()>().await;
            }
            Err::<(), _>(number)
        })
    });
    let mut outputs = jobs.try_as_completed(2);
    let mut next = || catch_unwind(AssertUnwindSafe(|| outputs.next().now_or_never()));
    assert!(next().is_err(), "the panic comes through");
    assert_eq!(next().ok(), Some(Some(None)), "and the stream has ended");
}
