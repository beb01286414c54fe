use std::time::{Duration, Instant, SystemTime};

use bp_record::RoundRecord;

use crate::platform::{self, Disturbance};

/// Of less time the share in which tasks waited says nothing: one other program that starts is much
/// of it.
const LEAST: Duration = Duration::from_secs(2);

/// The machine at an instant, to be compared with itself later.
#[derive(Clone, Debug)]
pub(crate) struct Weather {
    at: Instant,
    wall: SystemTime,
    disturbance: Disturbance,
}

impl Weather {
    pub(crate) fn now() -> Self {
        Self { at: Instant::now(), wall: SystemTime::now(), disturbance: platform::disturbance() }
    }

    /// Writes into `round` what the machine was like from then until now.
    pub(crate) fn since(self, round: &mut RoundRecord) {
        let now = Self::now();
        let elapsed = now.at - self.at;
        let micros = elapsed.as_micros() as f64;
        let grown =
            |now: Option<u64>, then: Option<u64>| now.zip(then).map(|(a, b)| a.saturating_sub(b));
        let (later, sooner) = (now.disturbance, self.disturbance);
        round.stalled = grown(later.stalled_us, sooner.stalled_us)
            .filter(|_| elapsed >= LEAST)
            .map(|stalled| share(stalled as f64, micros));
        round.stolen = grown(later.stolen_ticks, sooner.stolen_ticks)
            .zip(grown(later.ticks, sooner.ticks))
            .map(|(stolen, all)| share(stolen as f64, all as f64));
        let wall = match now.wall.duration_since(self.wall) {
            Ok(forward) => nanoseconds(forward.as_nanos()),
            Err(back) => -nanoseconds(back.duration().as_nanos()),
        };
        round.clock_stepped_ns = Some(wall.saturating_sub(nanoseconds(elapsed.as_nanos())));
    }
}

fn share(part: f64, of: f64) -> f64 {
    if of > 0.0 { (part / of).clamp(0.0, 1.0) } else { 0.0 }
}

fn nanoseconds(value: u128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use bp_analysis::disturbed;

    use super::*;

    /// What is written down if the wall clock goes so much further than the monotonic one: it was
    /// set, or the machine slept, during which the monotonic one stands still.
    fn parted(earlier: impl Fn(SystemTime) -> SystemTime) -> RoundRecord {
        let now = Weather::now();
        let then = Weather { wall: earlier(now.wall), ..now };
        let mut round = RoundRecord::default();
        then.since(&mut round);
        round
    }

    #[test]
    fn a_clock_that_was_set_and_a_machine_that_slept_are_flagged() {
        const HOUR: Duration = Duration::from_secs(3_600);
        let why = |round| disturbed(&round, &[]).unwrap_or_default();
        assert!(why(parted(|wall| wall - HOUR)).starts_with("the clocks parted by 3600."));
        assert!(why(parted(|wall| wall + HOUR)).starts_with("the clocks parted by -3"));
    }

    #[test]
    fn clocks_that_go_together_say_nothing() {
        let stepped = parted(|wall| wall).clock_stepped_ns.unwrap();
        assert!(stepped.unsigned_abs() < 1_000_000_000, "{stepped}");
    }
}
