//! Loops that do nothing else while they consume an output, step by step: a job that could start
//! meanwhile starts when the loop is back.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    num::NonZeroUsize,
};

use super::rule::Finishes;

/// The loop fills all slots, takes all outputs that are there in the order in which their jobs
/// started, and consumes them one by one.
pub(super) fn take_all(
    services_ns: &[u64],
    limit: NonZeroUsize,
    time_ns: u64,
    deliver: &mut impl FnMut(u64),
) -> u64 {
    let mut running = Finishes::new();
    let mut services = services_ns.iter();
    let mut now: u64 = 0;
    loop {
        let room = limit.get() - running.len();
        running.extend(services.by_ref().take(room).map(|job| Reverse(now.saturating_add(*job))));
        let Some(&Reverse(first)) = running.peek() else { return now };
        let woken = now.max(first);
        now = woken;
        while running.peek().is_some_and(|Reverse(finished)| *finished <= woken) {
            running.pop();
            deliver(now);
            now = now.saturating_add(time_ns);
        }
    }
}

/// The loop starts a job for each free slot while fewer than `window` are held, and consumes the
/// outputs in the order of the input as they come.
pub(super) fn ordered(
    services_ns: &[u64],
    limit: NonZeroUsize,
    window: NonZeroUsize,
    time_ns: u64,
    deliver: &mut impl FnMut(u64),
) -> u64 {
    let mut running = Finishes::new();
    let mut finishes: Vec<u64> = Vec::with_capacity(services_ns.len());
    let mut now: u64 = 0;
    for consumed in 0..services_ns.len() {
        loop {
            while running.peek().is_some_and(|Reverse(finished)| *finished <= now) {
                running.pop();
            }
            let held = finishes.len() - consumed;
            let room = (limit.get() - running.len()).min(window.get() - held);
            for service in services_ns[finishes.len()..].iter().take(room) {
                let finished = now.saturating_add(*service);
                finishes.push(finished);
                running.push(Reverse(finished));
            }
            // The job whose turn it is has started: with nothing held there is room.
            let turn = finishes[consumed];
            if turn <= now {
                break;
            }
            // A slot that becomes free before it counts only if there is a place in the window.
            let next = running.peek().map_or(turn, |Reverse(finished)| turn.min(*finished));
            let waits =
                finishes.len() < services_ns.len() && finishes.len() - consumed < window.get();
            now = if waits { next } else { turn };
        }
        deliver(now);
        now = now.saturating_add(time_ns);
    }
    now
}

/// What a loop that polls its jobs itself comes to next.
enum Next {
    Start(usize),
    Take(usize),
}

/// The loop holds `limit` jobs and polls them itself, first woken first polled: what is done stands
/// before a new job, which therefore starts only when all that is there has been consumed.
pub(super) fn polled(
    services_ns: &[u64],
    limit: NonZeroUsize,
    time_ns: u64,
    in_order: bool,
    deliver: &mut impl FnMut(u64),
) -> u64 {
    let mut running: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    let mut queue: VecDeque<Next> = VecDeque::new();
    let mut early: BinaryHeap<Reverse<usize>> = BinaryHeap::new();
    let (mut now, mut admitted): (u64, usize) = (0, 0);
    for turn in 0..services_ns.len() {
        wake(&mut running, &mut queue, now);
        let full = services_ns.len().min(turn.saturating_add(limit.get()));
        queue.extend((admitted..full).map(Next::Start));
        admitted = full;
        loop {
            if early.peek() == Some(&Reverse(turn)) {
                early.pop();
                break;
            }
            match queue.pop_front() {
                Some(Next::Start(job)) => {
                    running.push(Reverse((now.saturating_add(services_ns[job]), job)));
                }
                Some(Next::Take(job)) if in_order && job != turn => early.push(Reverse(job)),
                Some(Next::Take(_)) => break,
                None => {
                    let first = running.peek().expect("a job that is held runs, waits or is done");
                    now = now.max(first.0.0);
                    wake(&mut running, &mut queue, now);
                }
            }
        }
        deliver(now);
        now = now.saturating_add(time_ns);
    }
    now
}

/// Puts the jobs that are done by `now` into the queue, in the order in which they finished.
fn wake(running: &mut BinaryHeap<Reverse<(u64, usize)>>, queue: &mut VecDeque<Next>, now: u64) {
    while let Some(&Reverse((finished, job))) = running.peek()
        && finished <= now
    {
        running.pop();
        queue.push_back(Next::Take(job));
    }
}
