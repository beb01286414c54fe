//! What theory says of a rule: by how much it is slower than slots that are never free.
//!
//! All service times have the mean 1, all jobs are there from the start, outputs are taken at once,
//! and there is no end: the tail of a run, in which slots stay free for want of jobs, is left out.

use std::{f64::consts::TAU, num::NonZeroUsize};

use bp_record::Consumer;

use crate::replay::{Job, Rule};

/// How service times are distributed around their mean, which is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// All alike.
    Fixed,
    /// Between zero and two.
    Uniform,
    /// Memoryless.
    Exponential,
    /// The exponential of a normal, σ = 1.
    Lognormal,
}

/// The makespan under `rule` ÷ the makespan if all slots were busy all the time, of a run without
/// end; `None` if the rule has no limit or no such figure is known of it.
///
/// 1 where one job ends and the next starts. For batches of L it is the mean of the longest of L
/// service times: the L-th harmonic number if they are exponential. Ordered delivery has no closed form
/// that is known to us, so that is replayed, with a million draws or two thousand a slot: within 2 %.
///
/// ```
/// use bp_analysis::{replay::Rule, theory::{Shape, slowdown}};
///
/// let ten = Rule::Batches { size: 10.try_into().unwrap(), joined: false };
/// let harmonic: f64 = (1..=10).map(|n| 1.0 / f64::from(n)).sum();
/// assert_eq!(slowdown(Shape::Exponential, ten), Some(harmonic));
/// ```
pub fn slowdown(shape: Shape, rule: Rule) -> Option<f64> {
    match rule {
        Rule::Pool { limit: NonZeroUsize::MAX } => None,
        Rule::Pool { .. }
        | Rule::Loop { .. }
        | Rule::TopUp { .. }
        | Rule::HandedOut { in_order: false, .. } => Some(1.0),
        Rule::Batches { size, .. } => Some(expected_maximum(shape, size)),
        Rule::Ordered { limit, window } | Rule::HandedOut { limit, window, .. }
            if shape == Shape::Fixed && window >= limit =>
        {
            Some(1.0)
        }
        Rule::Ordered { limit, .. } | Rule::HandedOut { limit, .. } => {
            let jobs = draws(shape, (2_000 * limit.get()).max(1_000_000));
            let makespan = rule.makespan(&jobs, Consumer::Instant).ok()?;
            let service: u64 = jobs.iter().map(|job| job.service_ns).sum();
            Some(makespan as f64 * limit.get() as f64 / service as f64)
        }
        Rule::Gather { .. } => None,
    }
}

/// The mean of the longest of so many service times.
pub fn expected_maximum(shape: Shape, of: NonZeroUsize) -> f64 {
    let n = of.get() as f64;
    match shape {
        Shape::Fixed => 1.0,
        Shape::Uniform => 2.0 * n / (n + 1.0),
        Shape::Exponential => (1..=of.get()).map(|k| 1.0 / k as f64).sum(),
        Shape::Lognormal => longest_lognormal(n),
    }
}

/// ∫ exp(z − ½) d(Φ(z)ⁿ), where Φ is the normal distribution: summed up in small steps, beyond which
/// less than 1e-12 is left.
fn longest_lognormal(n: f64) -> f64 {
    const STEP: f64 = 1e-3;
    const FROM: f64 = -9.0;
    let density = |z: f64| (-z * z / 2.0).exp() / TAU.sqrt();
    let (mut phi, mut below, mut mean) = (0.0_f64, 0.0, 0.0);
    for step in 0..20_000 {
        let middle = FROM + (f64::from(step) + 0.5) * STEP;
        phi += density(middle) * STEP;
        let power = phi.min(1.0).powf(n);
        mean += (middle - 0.5).exp() * (power - below);
        below = power;
    }
    mean
}

/// Service times of a million on average.
fn draws(shape: Shape, jobs: usize) -> Vec<Job> {
    let mut uniforms = Uniforms(0);
    let mut draw = || match shape {
        Shape::Fixed => 1.0,
        Shape::Uniform => 2.0 * uniforms.next(),
        Shape::Exponential => -uniforms.next().ln(),
        Shape::Lognormal => {
            // Box and Muller's normal.
            let radius = (-2.0 * uniforms.next().ln()).sqrt();
            (radius * (TAU * uniforms.next()).cos() - 0.5).exp()
        }
    };
    (0..jobs).map(|_| Job::from((draw() * 1e6) as u64)).collect()
}

/// Numbers above 0 and at most 1, by SplitMix64: not those that the workloads draw, so that theory
/// and measurement have nothing in common.
struct Uniforms(u64);

impl Uniforms {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11).wrapping_add(1) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: usize) -> NonZeroUsize {
        NonZeroUsize::new(value).unwrap()
    }

    const SHAPES: [Shape; 4] = [Shape::Fixed, Shape::Uniform, Shape::Exponential, Shape::Lognormal];

    #[test]
    fn the_longest_of_one_is_the_mean() {
        for shape in SHAPES {
            let mean = expected_maximum(shape, n(1));
            assert!((mean - 1.0).abs() < 1e-6, "{shape:?}: {mean}");
        }
    }

    #[test]
    fn the_longest_of_two_lognormals_is_known() {
        // E max = 2 Φ(σ/√2) times the mean; Φ(0.7071) = 0.760250.
        let found = expected_maximum(Shape::Lognormal, n(2));
        assert!((found - 2.0 * 0.760_250).abs() < 1e-5, "{found}");
    }

    #[test]
    fn draws_have_their_mean_and_their_longest() {
        for shape in SHAPES {
            let jobs = draws(shape, 200_000);
            let batches = Rule::Batches { size: n(10), joined: true };
            let longest = batches.makespan(&jobs, Consumer::Instant).unwrap() as f64 / 20_000e6;
            let expected = expected_maximum(shape, n(10));
            assert!((longest / expected - 1.0).abs() < 0.02, "{shape:?}: {longest}, {expected}");
            let mean = jobs.iter().map(|job| job.service_ns as f64).sum::<f64>() / 200_000e6;
            assert!((mean - 1.0).abs() < 0.01, "{shape:?}: {mean}");
        }
    }

    #[test]
    fn rules_without_a_limit_have_no_figure() {
        assert_eq!(slowdown(Shape::Fixed, Rule::Pool { limit: NonZeroUsize::MAX }), None);
        assert_eq!(slowdown(Shape::Fixed, Rule::Gather { limit: n(3), ordered: true }), None);
        assert_eq!(slowdown(Shape::Lognormal, Rule::Pool { limit: n(3) }), Some(1.0));
    }
}
