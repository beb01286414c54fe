use serde::Serialize;

use crate::{LEAST_REPLICATES, Point, median_of};

/// How often the rounds are drawn anew.
const RESAMPLES: usize = 1_000;

/// A figure that follows from all rounds of a curve, and where it may truly lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// From all rounds.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How many rounds there were.
    pub rounds: usize,
    /// True for a bootstrapped 95 % interval; else it spans what each round says by itself.
    pub bootstrapped: bool,
}

/// A curve of some rounds, drawn with repetition.
pub(crate) struct Draw {
    /// (value, median throughput a second).
    pub(crate) throughputs: Vec<(f64, f64)>,
    /// The median of the mean service times at the least value, in seconds.
    pub(crate) service_s: Option<f64>,
}

/// Estimates a figure of a curve. The replicate is the round, in which all values were measured
/// under like conditions; rounds that lack one of them are left out. `None` if the figure cannot
/// be computed from all rounds.
pub(crate) fn estimate(
    points: &[&Point],
    seed: u64,
    figure: impl Fn(&Draw) -> Option<f64>,
) -> Option<Estimate> {
    let rounds = common_rounds(points);
    let value = figure(&draw(points, &rounds))?;
    let mut random = seed;
    let mut figures: Vec<f64> = if rounds.len() < LEAST_REPLICATES {
        rounds.iter().filter_map(|round| figure(&draw(points, &[*round]))).collect()
    } else {
        let mut drawn = || rounds[below(rounds.len(), &mut random)];
        let mut again = || rounds.iter().map(|_| drawn()).collect::<Vec<_>>();
        (0..RESAMPLES).filter_map(|_| figure(&draw(points, &again()))).collect()
    };
    figures.sort_unstable_by(f64::total_cmp);
    let bootstrapped = rounds.len() >= LEAST_REPLICATES;
    let beyond = if bootstrapped { figures.len() / 40 } else { 0 }; // 2.5 % on each side
    let (low, high) = match figures.as_slice() {
        [] => (value, value),
        figures => (figures[beyond], figures[figures.len() - 1 - beyond]),
    };
    Some(Estimate {
        value,
        // The medians of all rounds can give more or less than any round by itself.
        low: low.min(value),
        high: high.max(value),
        rounds: rounds.len(),
        bootstrapped,
    })
}

/// The rounds in which every point was timed.
fn common_rounds(points: &[&Point]) -> Vec<u32> {
    let Some((first, others)) = points.split_first() else { return Vec::new() };
    let has = |point: &&Point, round| point.rounds.iter().any(|own| own.round == round);
    let rounds = first.rounds.iter().map(|replicate| replicate.round);
    rounds.filter(|round| others.iter().all(|point| has(point, *round))).collect()
}

fn draw(points: &[&Point], rounds: &[u32]) -> Draw {
    let throughput = |point: &&Point| {
        let of = |round: &u32| point.rounds.iter().find(|own| own.round == *round);
        let mut drawn: Vec<_> =
            rounds.iter().filter_map(of).map(|own| own.throughput_per_s).collect();
        Some((point.value as f64, median_of(&mut drawn)?))
    };
    let services = |of: &dyn Fn(u32) -> usize| {
        let own = points.first().map_or(&[][..], |point| &point.rounds);
        let times = own.iter().filter_map(|own| Some((of(own.round), own.service_mean_ns? as f64)));
        let times = times.flat_map(|(times, mean)| std::iter::repeat_n(mean / 1e9, times));
        median_of(&mut times.collect::<Vec<_>>())
    };
    Draw {
        throughputs: points.iter().filter_map(throughput).collect(),
        // A preview traces its first round only: then that stands for the others.
        service_s: services(&|round| rounds.iter().filter(|drawn| **drawn == round).count())
            .or_else(|| services(&|_| 1)),
    }
}

/// A number below `bound`, which is small; from SplitMix64.
fn below(bound: usize, state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^= mixed >> 31;
    ((u128::from(mixed) * bound as u128) >> 64) as usize
}
