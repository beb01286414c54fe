use std::num::NonZeroUsize;

use bp_record::Consumer;
use serde::Serialize;

use super::{LOSS, Question, replicates};
use crate::replay::{Polled, Rule};

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

/// The smallest window with which keeping the order makes the makespan at most a tenth longer than
/// with a window that is never full; in half of the replicates at least.
///
/// A wider window never makes a run longer, so it is found by halving: O(log N) replays a
/// replicate. `draw` is that of [`advise`](super::advise()).
pub fn smallest_window(question: &Question, draw: impl Fn(u32) -> Vec<u64>) -> Window {
    let (limit, jobs) = (question.limit_to_use(), question.jobs);
    let runs: Vec<Run> = (0..replicates(jobs))
        .map(|replicate| Run::new(draw(replicate), limit, question.consumer))
        .collect();
    let mut wanted: Vec<usize> = runs.iter().map(|run| run.smallest(LOSS)).collect();
    wanted.sort_unstable();
    let wanted = wanted[wanted.len() / 2];
    let places = wanted.min(question.room().unwrap_or(wanted)).max(limit.get());
    let loss = |places: usize| {
        let mut losses: Vec<f64> = runs.iter().map(|run| run.loss(places)).collect();
        losses.sort_unstable_by(f64::total_cmp);
        losses[losses.len() / 2]
    };
    let mut widths = vec![limit.get()];
    widths.extend((1..).map(|power| limit.get() << power).take_while(|&width| width < places));
    widths.extend([places, places.saturating_mul(2).min(jobs.get())]);
    widths.dedup();
    let tried = |places| Tried {
        places: NonZeroUsize::new(places).expect("a window is as wide as the limit"),
        loss: loss(places),
    };
    Window {
        places: NonZeroUsize::new(places).expect("a window is as wide as the limit"),
        wanted: NonZeroUsize::new(wanted).filter(|&wanted| wanted.get() > places),
        tried: widths.into_iter().map(tried).collect(),
    }
}

/// One replicate.
struct Run {
    services_ns: Vec<u64>,
    limit: NonZeroUsize,
    consumer: Consumer,
    widest_ns: u64,
}

impl Run {
    fn new(services_ns: Vec<u64>, limit: NonZeroUsize, consumer: Consumer) -> Self {
        let mut run = Self { services_ns, limit, consumer, widest_ns: 0 };
        run.widest_ns = run.makespan(run.services_ns.len());
        run
    }

    fn makespan(&self, window: usize) -> u64 {
        let window = NonZeroUsize::new(window).unwrap_or(NonZeroUsize::MIN).max(self.limit);
        let rule = Rule::Ordered { limit: self.limit, window };
        rule.forecast(&self.services_ns, self.consumer, Polled::ByExecutor).makespan_ns
    }

    fn loss(&self, window: usize) -> f64 {
        self.makespan(window).max(1) as f64 / self.widest_ns.max(1) as f64 - 1.0
    }

    fn smallest(&self, loss: f64) -> usize {
        let (mut low, mut high) = (self.limit.get(), self.services_ns.len().max(self.limit.get()));
        while low < high {
            let middle = low.midpoint(high);
            if self.loss(middle) <= loss {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}
