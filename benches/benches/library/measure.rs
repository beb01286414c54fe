//! Rounds in which each rival runs once, one after the other.

use std::time::Duration;

use bp_analysis::median_of;
use bp_observe::process::Usage;

use crate::{
    job::Sum,
    runtime::Runtime,
    table::{Cell, Row},
};

/// How much is measured.
pub(crate) struct Plan {
    pub(crate) jobs: u64,
    pub(crate) rounds: usize,
    pub(crate) limits: &'static [usize],
}

/// One way of running jobs.
pub(crate) struct Rival {
    name: &'static str,
    in_order: bool,
    run: Box<dyn Fn(u64, usize) -> Sum>,
}

/// A rival whose driver runs on `R`.
pub(crate) fn rival<R: Runtime, F>(
    name: &'static str,
    in_order: bool,
    driver: impl Fn(u64, usize) -> F + 'static,
) -> Rival
where
    F: Future<Output = Sum> + Send + 'static,
{
    Rival { name, in_order, run: Box::new(move |jobs, limit| R::run(driver(jobs, limit))) }
}

impl Rival {
    /// Runs it, checks what it yields, and hands back what a job took of the processors.
    fn nanos(&self, jobs: u64, limit: usize) -> f64 {
        let before = used();
        let sum = (self.run)(jobs, limit);
        let nanos = (used() - before).as_nanos() as f64 / jobs as f64;
        let expected = Sum::of(jobs);
        let right = if self.in_order { sum == expected } else { sum.same_jobs(expected) };
        assert!(right, "{}: {sum:?} in place of {expected:?}", self.name);
        nanos
    }
}

impl Plan {
    /// All rivals at one limit; the first round warms up and is not counted, unless it is the only.
    pub(crate) fn cell<R: Runtime>(
        &self,
        jobs: &'static str,
        limit: usize,
        rivals: &[Rival],
    ) -> Cell {
        let round = |number: usize| {
            let turn = (0..rivals.len()).map(|place| (place + number) % rivals.len());
            let mut nanos = vec![0.0; rivals.len()];
            for index in turn {
                nanos[index] = rivals[index].nanos(self.jobs, limit);
            }
            nanos
        };
        if self.rounds > 1 {
            round(0);
        }
        let rounds: Vec<_> = (0..self.rounds).map(round).collect();
        let rows = rivals.iter().enumerate().map(|(index, rival)| Row {
            name: rival.name,
            nanos: middle(rounds.iter().map(|nanos| nanos[index])),
            ratio: middle(rounds.iter().map(|nanos| nanos[0] / nanos[index])),
        });
        Cell { runtime: R::NAME, jobs, limit, rows: rows.collect() }
    }
}

fn used() -> Duration {
    let usage = Usage::now().expect("the system tells what was used");
    usage.user + usage.system
}

pub(crate) fn middle(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.collect();
    median_of(&mut figures).expect("there is a round")
}
