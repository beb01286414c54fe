//! The ideals: how long the recorded service times would take if scheduling cost nothing.
//!
//! All times are nanoseconds. Sums saturate at `u64::MAX`, which is 584 years.

use std::{cmp::Reverse, collections::BinaryHeap, num::NonZeroUsize};

/// What no schedule with that limit can beat: all the work spread evenly, or the longest job.
pub fn lower_bound(services: &[u64], limit: NonZeroUsize) -> u64 {
    let sum: u128 = services.iter().map(|&service| u128::from(service)).sum();
    let even = sum.div_ceil(limit.get() as u128);
    let longest = services.iter().copied().max().unwrap_or(0);
    u64::try_from(even).unwrap_or(u64::MAX).max(longest)
}

/// The makespan when each job starts as soon as a slot is free, in the order given: what a
/// semaphore or a pool of workers would do.
pub fn greedy(services: &[u64], limit: NonZeroUsize) -> u64 {
    let mut slots = Slots::new(limit, services.len());
    services.iter().map(|&service| slots.take(0, service)).max().unwrap_or(0)
}

/// The makespan when `size` jobs start together and the next ones wait for all of them: the sum
/// of each batch's longest job.
pub fn batches(services: &[u64], size: NonZeroUsize) -> u64 {
    services
        .chunks(size.get())
        .filter_map(|batch| batch.iter().copied().max())
        .fold(0, u64::saturating_add)
}

/// The makespan when outputs leave in the order of the input, and at most `window` jobs are
/// admitted and not yet delivered: job i starts when a slot is free and job i − window has left.
pub fn ordered(services: &[u64], limit: NonZeroUsize, window: NonZeroUsize) -> u64 {
    let mut slots = Slots::new(limit, services.len());
    let mut delivered: Vec<u64> = Vec::with_capacity(services.len());
    let mut last = 0;
    for (index, &service) in services.iter().enumerate() {
        let admitted = index.checked_sub(window.get()).map_or(0, |before| delivered[before]);
        last = slots.take(admitted, service).max(last);
        delivered.push(last);
    }
    last
}

/// The times at which the slots become free, the earliest first.
struct Slots(BinaryHeap<Reverse<u64>>);

impl Slots {
    /// All slots are free at 0; more slots than jobs are never needed.
    fn new(limit: NonZeroUsize, jobs: usize) -> Self {
        Self(std::iter::repeat_n(Reverse(0), limit.get().min(jobs.max(1))).collect())
    }

    /// Run a job in the slot that is free first, though not before `earliest`; when it finishes.
    fn take(&mut self, earliest: u64, service: u64) -> u64 {
        let mut slot = self.0.peek_mut().expect("there is at least one slot");
        slot.0 = slot.0.max(earliest).saturating_add(service);
        slot.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn n(value: usize) -> NonZeroUsize {
        NonZeroUsize::new(value).unwrap()
    }

    /// Exponential service times of mean a million, from a splitmix64 sequence.
    fn exponential(jobs: u64) -> Vec<u64> {
        let uniform = |index: u64| {
            let mut z = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..jobs).map(|index| (-1e6 * (1.0 - uniform(index)).ln()) as u64).collect()
    }

    #[test]
    fn small_schedules_are_those_computed_by_hand() {
        let services = [4, 1, 1, 4];
        assert_eq!(lower_bound(&services, n(2)), 5);
        assert_eq!(lower_bound(&services, n(9)), 4, "the longest job cannot be split");
        // Slot 1: 0–4; slot 2: 0–1, 1–2, 2–6.
        assert_eq!(greedy(&services, n(2)), 6);
        assert_eq!(batches(&services, n(2)), 4 + 4);
        // Window 2: the third starts when the first has left, at 4, the fourth as well.
        assert_eq!(ordered(&services, n(2), n(2)), 8);
        // Window 3: the third starts at 1, the fourth waits until the first has left.
        assert_eq!(ordered(&services, n(2), n(3)), 8);
        assert_eq!(ordered(&services, n(2), n(4)), 6);
        // A window below the limit is the limit: one after the other.
        assert_eq!(ordered(&services, n(2), n(1)), 10);
    }

    #[test]
    fn edges_are_defined() {
        for services in [&[][..], &[0, 0]] {
            assert_eq!(lower_bound(services, n(3)), 0);
            assert_eq!(greedy(services, n(3)), 0);
            assert_eq!(batches(services, n(3)), 0);
            assert_eq!(ordered(services, n(3), n(3)), 0);
        }
        let great = [u64::MAX, u64::MAX];
        assert_eq!(lower_bound(&great, n(1)), u64::MAX);
        assert_eq!(greedy(&great, n(1)), u64::MAX);
        assert_eq!(batches(&great, n(1)), u64::MAX);
        assert_eq!(ordered(&great, n(1), n(1)), u64::MAX);
        assert_eq!(greedy(&[5, 7], n(usize::MAX)), 7, "as many slots as jobs, not as the limit");
    }

    #[test]
    fn exponential_service_times_meet_the_closed_forms() {
        let services = exponential(400_000);
        let greedy = greedy(&services, n(10)) as f64;
        let batching = batches(&services, n(10)) as f64 / greedy;
        let in_order = ordered(&services, n(10), n(10)) as f64 / greedy;
        assert!((batching - 2.929).abs() < 0.02, "the tenth harmonic number, not {batching}");
        assert!((in_order - 2.32).abs() < 0.02, "{in_order}");
        let wide = ordered(&services, n(10), n(37)) as f64 / greedy;
        assert!((1.08..1.12).contains(&wide), "a window of 3.7 limits costs a tenth, not {wide}");
    }

    proptest! {
        #[test]
        fn no_rule_beats_greedy_and_nothing_beats_the_bound(
            services in prop::collection::vec(0u64..1000, 0..200),
            limit in 1usize..20, window in 1usize..40
        ) {
            let (limit, window) = (n(limit), n(window));
            let greedy = greedy(&services, limit);
            prop_assert!(lower_bound(&services, limit) <= greedy);
            prop_assert!(greedy <= batches(&services, limit));
            prop_assert!(greedy <= ordered(&services, limit, window));
            prop_assert_eq!(ordered(&services, limit, n(services.len().max(1))), greedy);
            prop_assert_eq!(super::greedy(&services, n(1)), services.iter().sum::<u64>());
        }
    }
}
