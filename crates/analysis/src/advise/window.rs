use std::{iter::successors, num::NonZeroUsize};

use bp_record::Consumer;
use serde::Serialize;

use super::{LOSS, Question, replicates};
use crate::{
    median,
    replay::{Polled, Rule},
};

/// How wide a window should be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Window {
    /// The smallest that loses a tenth at most, or as much of it as the memory has room for.
    pub places: NonZeroUsize,
    /// The smallest that loses a tenth at most, if there is no room for it.
    pub wanted: Option<NonZeroUsize>,
    /// What some windows lose, from as wide as the limit up to twice the one above.
    pub tried: Vec<Tried>,
}

/// What a window loses.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tried {
    /// Most jobs held.
    pub places: NonZeroUsize,
    /// By how much the makespan is longer than if the window were as wide as there are jobs.
    pub loss: f64,
}

/// The smallest window with which keeping the order makes the median makespan at most a tenth
/// longer than with a window that is never full.
///
/// A wider window never makes a run longer, so it is found by halving: O(log N) replays of every
/// replicate. `draw` is that of [`advise`](super::advise()).
pub fn smallest_window(question: &Question, draw: impl Fn(u32) -> Vec<u64>) -> Window {
    let (limit, jobs) = (question.limit_to_use(), question.jobs);
    let widest = jobs.max(limit);
    let mut runs = Runs {
        services_ns: (0..replicates(jobs)).map(draw).collect(),
        limit,
        consumer: question.consumer,
        widest_ns: 0,
    };
    runs.widest_ns = runs.makespan(widest);
    let wanted = runs.smallest(widest);
    let room = question.room().and_then(NonZeroUsize::new).unwrap_or(wanted);
    let places = wanted.min(room).max(limit);
    let mut widths = vec![limit];
    let doubled = |width: &NonZeroUsize| width.checked_mul(TWO).filter(|&wider| wider < places);
    widths.extend(successors(doubled(&limit), doubled));
    widths.extend([places, places.saturating_mul(TWO).min(widest)]);
    widths.dedup();
    let tried = |places| Tried { places, loss: runs.loss(places) };
    Window {
        places,
        wanted: Some(wanted).filter(|&wanted| wanted > places),
        tried: widths.into_iter().map(tried).collect(),
    }
}

const TWO: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not zero");

/// All replicates.
struct Runs {
    services_ns: Vec<Vec<u64>>,
    limit: NonZeroUsize,
    consumer: Consumer,
    widest_ns: u64,
}

impl Runs {
    /// The median makespan.
    fn makespan(&self, window: NonZeroUsize) -> u64 {
        let rule = Rule::Ordered { limit: self.limit, window };
        let makespan = |services: &Vec<u64>| {
            rule.forecast(services, self.consumer, Polled::ByExecutor).makespan_ns
        };
        let mut makespans: Vec<u64> = self.services_ns.iter().map(makespan).collect();
        median(&mut makespans).unwrap_or(0)
    }

    fn loss(&self, window: NonZeroUsize) -> f64 {
        self.makespan(window).max(1) as f64 / self.widest_ns.max(1) as f64 - 1.0
    }

    fn smallest(&self, widest: NonZeroUsize) -> NonZeroUsize {
        let most = self.widest_ns as f64 * (1.0 + LOSS);
        let (mut low, mut high) = (self.limit, widest);
        while low < high {
            let middle = low.midpoint(high);
            if self.makespan(middle) as f64 <= most {
                high = middle;
            } else {
                low = middle.saturating_add(1);
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::resampled;

    fn n(value: usize) -> NonZeroUsize {
        NonZeroUsize::new(value).unwrap()
    }

    fn question(limit: usize, jobs: usize, room: Option<u64>) -> Question {
        Question {
            jobs: n(jobs),
            limit: Some(n(limit)),
            memory_bytes: room,
            job_bytes: room.map(|_| 1),
            task_bytes: 0,
            ordered: true,
            consumer: Consumer::Instant,
        }
    }

    /// One job in twenty is twenty times as long.
    fn draw(jobs: usize) -> impl Fn(u32) -> Vec<u64> {
        move |replicate| {
            let mut given = vec![1_000; 19];
            given.push(20_000);
            resampled(&given, n(jobs), 7, replicate)
        }
    }

    #[test]
    fn one_place_less_loses_more_than_a_tenth() {
        const JOBS: usize = 600;
        for limit in [3, 4, 6, 9, 13] {
            let found = smallest_window(&question(limit, JOBS, None), draw(JOBS));
            assert!(found.places > n(limit) && found.wanted.is_none(), "{found:?}");
            let makespan = |window: usize| {
                let rule = Rule::Ordered { limit: n(limit), window: n(window) };
                let one = |replicate| {
                    let services = draw(JOBS)(replicate);
                    rule.forecast(&services, Consumer::Instant, Polled::ByExecutor).makespan_ns
                };
                let mut all: Vec<u64> = (0..replicates(n(JOBS))).map(one).collect();
                median(&mut all).unwrap() as f64
            };
            let (places, most) = (found.places.get(), 1.1 * makespan(JOBS));
            assert!(makespan(places) <= most, "limit {limit}: {places} places lose too much");
            assert!(makespan(places - 1) > most, "limit {limit}: {places} places are too many");
        }
    }

    #[test]
    fn jobs_alike_need_no_window() {
        let found = smallest_window(&question(8, 100, None), |_| vec![5; 100]);
        assert_eq!((found.places, found.tried[0].loss), (n(8), 0.0));
    }

    #[test]
    fn memory_bounds_it_and_what_would_be_wanted_is_said() {
        let free = smallest_window(&question(10, 500, None), draw(500)).places;
        let room = free.get() as u64 - 5;
        let bounded = smallest_window(&question(10, 500, Some(room)), draw(500));
        assert_eq!(bounded.places.get() as u64, room);
        assert_eq!(bounded.wanted, Some(free));
    }
}
