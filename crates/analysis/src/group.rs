use std::collections::HashMap;

use bp_record::{Cell, Extent, Measured, Outcome, Pass, Sample};

use crate::{
    growth,
    quantiles::{mad, median},
    summary::{Spread, Summary},
};

/// The samples of one cell, at all extents.
pub(crate) struct Group<'a> {
    samples: &'a [Sample],
    /// Where they stand in `samples`; there is at least one.
    members: Vec<usize>,
    /// One that has the full extent.
    full: &'a Cell,
}

impl<'a> Group<'a> {
    /// The group of `members`, of which there is at least one.
    pub(crate) fn new(samples: &'a [Sample], members: Vec<usize>) -> Self {
        let cells = members.iter().rev().map(|&index| &samples[index].cell);
        let full =
            cells.max_by_key(|cell| cell.work.extent.amount()).expect("a group has a sample");
        Self { samples, members, full }
    }

    pub(crate) fn summary(&self, id: String) -> Summary {
        let trace_sample = self.middle(Pass::Trace, |measured| Some(measured.makespan_ns));
        let memory_sample = self.middle(Pass::Memory, |measured| measured.live_peak_bytes);
        let trace = trace_sample.and_then(|index| self.samples[index].measured.as_ref());
        let time_sample = self.middle(Pass::Time, |measured| Some(measured.makespan_ns));
        let time = time_sample.and_then(|index| self.samples[index].measured.as_ref());
        let memory = memory_sample.and_then(|index| self.samples[index].measured.as_ref());
        let live_peak_bytes = self.median(Pass::Memory, |measured| measured.live_peak_bytes);
        let live_peak_small = self.small_peak();
        Summary {
            id,
            cell: self.full.clone(),
            jobs: jobs(self.full),
            samples_ok: self.outcomes(Outcome::Ok),
            failures: self.failures(),
            message: self
                .failed()
                .find_map(|sample| sample.message.clone())
                .or_else(|| self.trouble()),
            makespan_ns: spread(self.values(Pass::Time, |measured| Some(measured.makespan_ns))),
            throughput_per_s: self.throughput(),
            cpu_ns: self
                .median(Pass::Time, |m| Some(m.cpu_user_ns?.saturating_add(m.cpu_system_ns?))),
            switches_voluntary: self.median(Pass::Time, |m| m.switches_voluntary),
            switches_involuntary: self.median(Pass::Time, |m| m.switches_involuntary),
            threads_found: self.greatest(Pass::Time, |m| m.threads_found),
            first_delivery_ns: trace.and_then(|m| m.first_delivery_ns),
            wait: trace.and_then(|m| m.wait.clone()),
            service: trace.and_then(|m| m.service.clone()),
            blocked: trace.and_then(|m| m.blocked.clone()),
            sojourn: trace.and_then(|m| m.sojourn.clone()),
            open_loop: trace.and_then(|m| m.open_loop),
            service_sum_ns: trace.and_then(|m| m.service_sum_ns),
            in_flight_peak: self.greatest(Pass::Trace, |m| m.in_flight_peak),
            in_flight_mean: trace.and_then(|m| m.in_flight_mean),
            held_peak: self.greatest(Pass::Trace, |m| m.held_peak),
            out_of_order: trace.and_then(|m| m.out_of_order),
            ideal: trace.and_then(|m| m.ideal.clone()),
            traced_ns: trace.map(|m| m.makespan_ns),
            histograms: trace.is_some_and(|m| m.histograms),
            probe_effect: self.probe_effect(),
            live_peak_bytes,
            live_peak_small,
            memory_growth: match self.full.work.extent {
                Extent::Jobs(jobs) => {
                    growth::with_jobs(live_peak_bytes.map(|peak| (jobs, peak)), live_peak_small)
                }
                Extent::ForNs(ns) => {
                    memory.and_then(|m| growth::with_time(&m.series.live_bytes, ns))
                }
            },
            allocations: self.median(Pass::Memory, |m| m.allocations),
            rss_peak_bytes: self.median(Pass::Memory, |m| m.rss_peak_bytes),
            refused: self.median(Pass::Time, |m| Some(m.counts.refused)),
            failed: self.median(Pass::Time, |m| Some(m.counts.failed)),
            panicked: self.median(Pass::Time, |m| Some(m.counts.panicked)),
            shed: self.median(Pass::Time, |m| Some(m.counts.shed)),
            ends: time.map(|m| m.counts),
            served: time.and_then(|m| m.served),
            trace_sample,
            memory_sample,
        }
    }

    /// The successful samples of a pass at an extent, with their places.
    fn measured(
        &self,
        pass: Pass,
        extent: Extent,
    ) -> impl Iterator<Item = (usize, &'a Measured)> + '_ {
        self.members.iter().filter_map(move |&index| {
            let sample = &self.samples[index];
            let asked = sample.pass == pass
                && sample.outcome == Outcome::Ok
                && sample.cell.work.extent == extent;
            sample.measured.as_ref().filter(|_| asked).map(|measured| (index, measured))
        })
    }

    /// A figure of a pass at the full extent, over the rounds.
    fn values(&self, pass: Pass, figure: impl Fn(&Measured) -> Option<u64>) -> Vec<u64> {
        let measured = self.measured(pass, self.full.work.extent);
        measured.filter_map(|(_, measured)| figure(measured)).collect()
    }

    fn median(&self, pass: Pass, figure: impl Fn(&Measured) -> Option<u64>) -> Option<u64> {
        median(&mut self.values(pass, figure))
    }

    fn greatest(&self, pass: Pass, figure: impl Fn(&Measured) -> Option<u64>) -> Option<u64> {
        self.values(pass, figure).into_iter().max()
    }

    /// Where the sample stands whose figure is the median; of two middles, the lower.
    fn middle(&self, pass: Pass, figure: impl Fn(&Measured) -> Option<u64>) -> Option<usize> {
        let measured = self.measured(pass, self.full.work.extent);
        let mut figures: Vec<_> =
            measured.filter_map(|(index, measured)| Some((figure(measured)?, index))).collect();
        figures.sort_unstable();
        let middle = figures.len().checked_sub(1)? / 2;
        Some(figures[middle].1)
    }

    /// Work that failed or was refused is no work done, however fast.
    fn throughput(&self) -> Option<f64> {
        let rates = self
            .measured(Pass::Time, self.full.work.extent)
            .filter(|(_, measured)| measured.makespan_ns > 0)
            .map(|(_, measured)| {
                measured.counts.succeeded as f64 * 1e9 / measured.makespan_ns as f64
            });
        middle_of(rates.collect())
    }

    /// Paired within a round, since machines drift.
    fn probe_effect(&self) -> Option<f64> {
        let round = |index: usize| (self.samples[index].round, self.samples[index].attempt);
        let makespans = |pass| {
            let measured = self.measured(pass, self.full.work.extent);
            measured.map(move |(index, measured)| (round(index), measured.makespan_ns as f64))
        };
        let untraced: HashMap<_, _> =
            makespans(Pass::Time).filter(|(_, makespan)| *makespan > 0.0).collect();
        let pairs = makespans(Pass::Trace)
            .filter_map(|(round, traced)| Some(traced / untraced.get(&round)?));
        middle_of(pairs.collect())
    }

    /// The smallest extent, if there is more than one, and the median peak of the live bytes there.
    fn small_peak(&self) -> Option<(u64, u64)> {
        let full = jobs(self.full)?;
        let extents = self.members.iter().filter_map(|&index| jobs(&self.samples[index].cell));
        let small = extents.min().filter(|&small| small < full)?;
        let measured = self.measured(Pass::Memory, Extent::Jobs(small));
        let mut peaks: Vec<_> = measured.filter_map(|(_, m)| m.live_peak_bytes).collect();
        Some((small, median(&mut peaks)?))
    }

    fn failed(&self) -> impl Iterator<Item = &Sample> {
        let samples = self.members.iter().map(|&index| &self.samples[index]);
        samples.filter(|sample| sample.outcome != Outcome::Ok)
    }

    /// Why jobs failed in a sample that succeeded.
    fn trouble(&self) -> Option<String> {
        let mut measured =
            self.members.iter().filter_map(|&index| self.samples[index].measured.as_ref());
        measured.find_map(|measured| measured.trouble.clone())
    }

    fn outcomes(&self, outcome: Outcome) -> u32 {
        let alike = self.members.iter().filter(|&&index| self.samples[index].outcome == outcome);
        u32::try_from(alike.count()).unwrap_or(u32::MAX)
    }

    fn failures(&self) -> Vec<(Outcome, u32)> {
        let mut outcomes: Vec<_> = self.failed().map(|sample| sample.outcome).collect();
        outcomes.sort_unstable();
        outcomes.dedup();
        outcomes.into_iter().map(|outcome| (outcome, self.outcomes(outcome))).collect()
    }
}

fn jobs(cell: &Cell) -> Option<u64> {
    match cell.work.extent {
        Extent::Jobs(jobs) => Some(jobs),
        Extent::ForNs(_) => None,
    }
}

/// The median; between two middles their mean.
fn middle_of(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.get(values.len() / 2)?;
    Some(values[(values.len() - 1) / 2].midpoint(*upper))
}

fn spread(mut values: Vec<u64>) -> Option<Spread> {
    Some(Spread {
        median_ns: median(&mut values)?,
        min_ns: *values.first()?,
        max_ns: *values.last()?,
        mad_ns: mad(&values)?,
        rounds: u32::try_from(values.len()).unwrap_or(u32::MAX),
    })
}
