use std::time::{Duration, Instant};

use crate::{Item, State};

/// Corrects the plan's guess by what the items so far really took.
#[derive(Debug)]
pub(crate) struct Forecast {
    began: Instant,
    done: usize,
    planned: usize,
    expected: Duration,
    passed: Duration,
}

impl Forecast {
    /// For the items that are to run.
    pub(crate) fn new<'a>(items: impl Iterator<Item = &'a Item>) -> Self {
        let (expected, passed) = (Duration::ZERO, Duration::ZERO);
        let mut forecast = Self { began: Instant::now(), done: 0, planned: 0, expected, passed };
        forecast.add(items);
        forecast
    }

    /// More items are to run.
    pub(crate) fn add<'a>(&mut self, items: impl Iterator<Item = &'a Item>) {
        for item in items {
            self.planned += 1;
            self.expected += item.expected;
        }
    }

    pub(crate) fn ended(&mut self, item: &Item) {
        self.done += 1;
        self.passed += item.expected;
    }

    pub(crate) fn state(&self) -> State {
        let left = left(self.expected, self.passed, self.began.elapsed());
        State { done: self.done, planned: self.planned, left }
    }
}

/// The rest of the guess, times how wrong it was so far. At first the guess itself weighs most.
fn left(expected: Duration, passed: Duration, taken: Duration) -> Duration {
    const TRUST: f64 = 2.0;
    let factor = (taken.as_secs_f64() + TRUST) / (passed.as_secs_f64() + TRUST);
    expected.saturating_sub(passed).mul_f64(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_is_corrected_by_what_was_seen() {
        let s = Duration::from_secs;
        assert_eq!(left(s(100), s(0), s(0)), s(100));
        let slow = left(s(100), s(50), s(100)).as_secs_f64();
        assert!((95.0..100.0).contains(&slow), "{slow}");
        assert_eq!(left(s(100), s(100), s(170)), s(0));
    }
}
