use std::time::Duration;

/// How long a replay takes at least, unless one asks for another speed.
const REPLAY: Duration = Duration::from_secs(5);
/// The slowest and the fastest, as powers of two.
const SPEEDS: std::ops::RangeInclusive<i32> = -12..=8;

/// Which moment is shown, and how that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Playhead {
    at_us: u64,
    pub(crate) motion: Motion,
    /// As a power of two: 0 is as fast as it was.
    speed: i32,
}

/// How the moment that is shown moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    /// Not at all.
    Still,
    /// With time, at its speed.
    Playing,
    /// With the end of what was seen.
    Following,
}

impl Playhead {
    /// At the end of what takes `end_us`, at a speed at which one can see it.
    pub(crate) fn at_end(end_us: u64) -> Self {
        let turns = end_us as f64 / REPLAY.as_micros() as f64;
        let speed = if turns > 0.0 { turns.log2().floor() as i32 } else { 0 };
        let speed = speed.clamp(*SPEEDS.start(), *SPEEDS.end());
        Self { at_us: end_us, motion: Motion::Still, speed }
    }

    /// With what goes on.
    pub(crate) fn following() -> Self {
        Self { at_us: 0, motion: Motion::Following, speed: 0 }
    }

    /// Where it is in what takes `end_us` so far.
    pub(crate) fn at(&self, end_us: u64) -> u64 {
        if self.motion == Motion::Following { end_us } else { self.at_us.min(end_us) }
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, time: Duration, end_us: u64) {
        if self.motion == Motion::Playing {
            let passed = time.as_micros() as f64 * f64::from(self.speed).exp2();
            self.at_us = self.at_us.saturating_add(passed as u64);
            if self.at_us >= end_us {
                *self = Self { at_us: end_us, motion: Motion::Still, ..*self };
            }
        }
    }

    /// Plays or pauses; from the start if it is at the end of what is over.
    pub(crate) fn toggle(&mut self, end_us: u64, goes_on: bool) {
        self.at_us = self.at(end_us);
        self.motion = match self.motion {
            Motion::Still if goes_on => Motion::Following,
            Motion::Still => Motion::Playing,
            Motion::Playing | Motion::Following => Motion::Still,
        };
        if self.motion == Motion::Playing && self.at_us >= end_us {
            self.at_us = 0;
        }
    }

    /// Goes to a moment and stays there; what goes on is followed from its end.
    pub(crate) fn seek(&mut self, us: u64, end_us: u64, goes_on: bool) {
        self.at_us = us.min(end_us);
        if goes_on && us >= end_us {
            self.motion = Motion::Following;
        } else if self.motion == Motion::Following {
            self.motion = Motion::Still;
        }
    }

    /// Twice as fast, so many times.
    pub(crate) fn faster(&mut self, times: i32) {
        self.speed = (self.speed + times).clamp(*SPEEDS.start(), *SPEEDS.end());
    }

    /// Such as `1/8×`, of the speed at which it happened.
    pub(crate) fn speed(&self) -> String {
        let factor = 1_u64 << self.speed.unsigned_abs();
        if self.speed < 0 { format!("1/{factor}×") } else { format!("{factor}×") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_takes_five_to_ten_seconds() {
        for (end_us, speed) in [(5_000_000, "1×"), (9_999_999, "1×"), (700_000, "1/8×"), (0, "1×")]
        {
            assert_eq!(Playhead::at_end(end_us).speed(), speed, "{end_us} µs");
        }
        assert_eq!(Playhead::at_end(60_000_000).speed(), "8×");
        assert_eq!(Playhead::at_end(1).speed(), "1/4096×");
    }

    #[test]
    fn it_plays_at_its_speed_and_stops_at_the_end() {
        let mut head = Playhead::at_end(700_000);
        head.toggle(700_000, false);
        assert_eq!(head.at(700_000), 0, "from the start");
        head.pass(Duration::from_secs(1), 700_000);
        assert_eq!(head.at(700_000), 125_000);
        head.faster(1);
        head.pass(Duration::from_secs(1), 700_000);
        assert_eq!(head.at(700_000), 375_000);
        head.pass(Duration::from_secs(60), 700_000);
        assert_eq!((head.at(700_000), head.motion), (700_000, Motion::Still));
    }

    #[test]
    fn what_goes_on_is_followed_until_one_looks_elsewhere() {
        let mut head = Playhead::following();
        assert_eq!(head.at(10), 10);
        head.seek(4, 10, true);
        assert_eq!((head.at(20), head.motion), (4, Motion::Still));
        head.toggle(20, true);
        assert_eq!(head.at(30), 30);
        head.toggle(30, true);
        assert_eq!(head.at(40), 30);
        head.seek(40, 40, true);
        assert_eq!(head.motion, Motion::Following);
    }
}
