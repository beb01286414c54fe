use serde::Serialize;

use super::{Candidate, Question};
use crate::replay::{Forecast, Job, Polled, Rule, lower_bound};

/// What is to be expected of a strategy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Outlook {
    /// How long the whole run takes.
    pub makespan_ns: Spread,
    /// When the first output comes.
    pub first_ns: Spread,
    /// When half of the outputs have come: the median time from the start to delivery.
    pub half_ns: Spread,
    /// The makespan ÷ what no strategy within the limit can beat, run by run.
    pub over_bound: f64,
    /// Most jobs held.
    pub held: usize,
    /// What they take together; `None` if nobody says what a job holds.
    pub held_bytes: Option<u64>,
}

impl Outlook {
    /// What is compared of the memory: bytes if they are known, else jobs.
    pub(super) fn memory(&self) -> u64 {
        self.held_bytes.unwrap_or(self.held as u64)
    }
}

/// Where a time lies, over the replicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// One in twenty runs is below.
    pub low: u64,
    /// Half of them are below.
    pub median: u64,
    /// One in twenty is above.
    pub high: u64,
}

impl Spread {
    /// Of an odd number of times.
    fn of(times: &mut [u64]) -> Self {
        times.sort_unstable();
        let cut = times.len() / 20;
        Self { low: times[cut], median: times[times.len() / 2], high: times[times.len() - 1 - cut] }
    }
}

/// What is expected of each candidate, and what bounds them all.
pub(super) struct Forecasts {
    pub(super) outlooks: Vec<Option<Outlook>>,
    pub(super) bound_ns: u64,
    pub(super) mean_service_ns: u64,
}

/// The times of one candidate, a replicate each.
#[derive(Default)]
struct Times {
    makespan_ns: Vec<u64>,
    first_ns: Vec<u64>,
    half_ns: Vec<u64>,
    over_bound: Vec<f64>,
}

impl Times {
    fn add(&mut self, forecast: &Forecast, bound_ns: u64) {
        let delivered = &forecast.delivered_ns;
        self.makespan_ns.push(forecast.makespan_ns);
        self.first_ns.push(delivered[0]);
        self.half_ns.push(delivered[(delivered.len() - 1) / 2]);
        // Where no job takes any time, everything is as fast as can be.
        let bound = bound_ns.max(1) as f64;
        self.over_bound.push(forecast.makespan_ns.max(1) as f64 / bound);
    }

    fn outlook(mut self, question: &Question, candidate: &Candidate) -> Outlook {
        let jobs = question.jobs.get();
        let held = candidate.window.map_or(jobs, |window| window.get().min(jobs));
        self.over_bound.sort_unstable_by(f64::total_cmp);
        Outlook {
            makespan_ns: Spread::of(&mut self.makespan_ns),
            first_ns: Spread::of(&mut self.first_ns),
            half_ns: Spread::of(&mut self.half_ns),
            over_bound: self.over_bound[self.over_bound.len() / 2],
            held,
            held_bytes: question.job_bytes.map(|bytes| {
                let besides = candidate.task_bytes.unwrap_or(question.task_bytes);
                bytes.saturating_add(besides).saturating_mul(held as u64)
            }),
        }
    }
}

/// All candidates see the same times, so that they differ by their rules alone.
pub(super) fn outlooks(
    question: &Question,
    candidates: &[Candidate],
    replicates: u32,
    draw: impl Fn(u32) -> Vec<u64>,
) -> Forecasts {
    let mut times: Vec<Times> = candidates.iter().map(|_| Times::default()).collect();
    let (mut bounds, mut sum) = (Vec::new(), 0_u128);
    for replicate in 0..replicates {
        let services = draw(replicate);
        let jobs: Vec<Job> = services.iter().copied().map(Job::from).collect();
        let bound = lower_bound(&jobs, question.limit_to_use(), question.consumer);
        bounds.push(bound);
        sum += services.iter().map(|&time| u128::from(time)).sum::<u128>();
        // Many strategies have one rule.
        let mut known: Vec<((Rule, Polled), Forecast)> = Vec::new();
        for (times, candidate) in times.iter_mut().zip(candidates) {
            let Ok(rule) = candidate.rule else { continue };
            let key = (rule, candidate.polled);
            if !known.iter().any(|(other, _)| *other == key) {
                let forecast = rule.forecast(&services, question.consumer, candidate.polled);
                known.push((key, forecast));
            }
            let forecast = known.iter().find(|(other, _)| *other == key);
            times.add(&forecast.expect("it is known by now").1, bound);
        }
    }
    let drawn = u128::from(replicates) * question.jobs.get() as u128;
    let outlook = |(times, candidate): (Times, &Candidate)| {
        candidate.rule.is_ok().then(|| times.outlook(question, candidate))
    };
    Forecasts {
        outlooks: times.into_iter().zip(candidates).map(outlook).collect(),
        bound_ns: Spread::of(&mut bounds).median,
        mean_service_ns: (sum / drawn) as u64,
    }
}
