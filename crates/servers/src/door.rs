//! How fast requests may come: a bucket of tokens, strikes, and a ban of everybody.
//!
//! Our own, since it is thirty lines and exact: integers, a clock that is an argument, and strikes
//! and bans, which the crates for it do not have.

use std::{collections::VecDeque, time::Duration};

use bp_record::RateLimit;

/// A token, in the unit of the bucket: what flows in at one a second in a second.
const TOKEN: u64 = 1_000_000_000;
/// The time within which refusals are strikes.
const STRIKES_WITHIN: Duration = Duration::from_secs(1);

/// Lets requests in, or not.
#[derive(Debug)]
pub(crate) struct Door {
    limit: RateLimit,
    credit: u64,
    /// When the credit was reckoned up.
    at: Duration,
    strikes: VecDeque<Duration>,
    banned_until: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Welcome,
    /// There is a token again after so long; `last` if this was the strike that bans everybody.
    TooFast {
        wait: Duration,
        last: bool,
    },
    /// For so much longer.
    Banned {
        wait: Duration,
    },
}

impl Door {
    /// With a full bucket.
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            credit: Self::most(&limit),
            at: Duration::ZERO,
            strikes: VecDeque::new(),
            banned_until: Duration::ZERO,
        }
    }

    /// Somebody comes at `now`, which never goes back. Takes time in proportion to the strikes
    /// that are too old by then, once each.
    pub(crate) fn come(&mut self, now: Duration) -> Entry {
        if now < self.banned_until {
            return Entry::Banned { wait: self.banned_until - now };
        }
        self.fill(now);
        match self.credit.checked_sub(TOKEN) {
            Some(left) => {
                self.credit = left;
                Entry::Welcome
            }
            None => self.refuse(now),
        }
    }

    fn refuse(&mut self, now: Duration) -> Entry {
        let old = |strike: &Duration| now.saturating_sub(*strike) >= STRIKES_WITHIN;
        while self.strikes.front().is_some_and(old) {
            self.strikes.pop_front();
        }
        self.strikes.push_back(now);
        let last = self.strikes.len() as u64 >= u64::from(self.limit.strikes.get());
        if last {
            self.strikes.clear();
            self.banned_until = now.saturating_add(Duration::from_nanos(self.limit.ban_ns));
        }
        let missing = (TOKEN - self.credit).div_ceil(u64::from(self.limit.per_second.get()));
        Entry::TooFast { wait: Duration::from_nanos(missing), last }
    }

    fn fill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at).as_nanos();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        let inflow = passed.saturating_mul(u64::from(self.limit.per_second.get()));
        self.credit = self.credit.saturating_add(inflow).min(Self::most(&self.limit));
        self.at = now;
    }

    fn most(limit: &RateLimit) -> u64 {
        u64::from(limit.burst.get()) * TOKEN // below 2⁶³
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn door(per_second: u32, burst: u32, strikes: u32, ban_ns: u64) -> Door {
        let some = |number| NonZeroU32::new(number).unwrap();
        let (per_second, burst, strikes) = (some(per_second), some(burst), some(strikes));
        Door::new(RateLimit { per_second, burst, strikes, ban_ns })
    }

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    const fn too_fast(ms: u64, last: bool) -> Entry {
        Entry::TooFast { wait: Duration::from_millis(ms), last }
    }

    #[test]
    fn a_burst_and_then_one_a_token() {
        let mut door = door(100, 3, 1_000, 0);
        let came = [0, 0, 0, 0, 9, 10, 10, 35, 35, 35].map(|at| door.come(ms(at)));
        let (in_, out) = (Entry::Welcome, |wait| too_fast(wait, false));
        assert_eq!(came, [in_, in_, in_, out(10), out(1), in_, out(10), in_, in_, out(5)]);
        // However long nobody comes, no more than a burst is saved up.
        let came = [9_999; 4].map(|at| door.come(ms(at)));
        assert_eq!(came, [in_, in_, in_, out(10)]);
    }

    #[test]
    fn strikes_within_a_second_ban_everybody_for_a_while() {
        let mut door = door(1, 1, 3, 2_000_000_000);
        assert_eq!(door.come(ms(0)), Entry::Welcome);
        assert_eq!(door.come(ms(100)), too_fast(900, false));
        assert_eq!(door.come(ms(200)), too_fast(800, false));
        assert_eq!(door.come(ms(300)), too_fast(700, true));
        assert_eq!(door.come(ms(301)), Entry::Banned { wait: ms(1_999) });
        assert_eq!(door.come(ms(2_299)), Entry::Banned { wait: ms(1) });
        // The bucket filled meanwhile, and the strikes are forgotten.
        assert_eq!(door.come(ms(2_300)), Entry::Welcome);
        assert_eq!(door.come(ms(2_300)), too_fast(1_000, false));
    }

    #[test]
    fn strikes_that_are_a_second_apart_ban_nobody() {
        let mut door = door(1, 1, 2, 1);
        assert_eq!(door.come(ms(0)), Entry::Welcome);
        assert_eq!(door.come(ms(999)), too_fast(1, false));
        assert_eq!(door.come(ms(1_000)), Entry::Welcome);
        assert_eq!(door.come(ms(1_999)), too_fast(1, false), "the first is a second ago");
        assert_eq!(door.come(ms(1_999)), too_fast(1, true));
    }

    #[test]
    fn what_led_to_a_ban_does_not_lead_to_the_next() {
        let mut door = door(1, 1, 2, 100_000_000);
        assert_eq!(door.come(ms(0)), Entry::Welcome);
        assert_eq!(
            [10, 20].map(|at| door.come(ms(at))),
            [too_fast(990, false), too_fast(980, true)]
        );
        assert_eq!(door.come(ms(120)), too_fast(880, false), "over, and the first strike again");
        assert_eq!(door.come(ms(121)), too_fast(879, true));
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let mut door = door(u32::MAX, u32::MAX, u32::MAX, u64::MAX);
        let later = Duration::from_secs(u64::MAX);
        assert_eq!([Duration::ZERO, later].map(|at| door.come(at)), [Entry::Welcome; 2]);
    }
}
