//! How many jobs a service has room for, estimated from how long they take.

use std::{num::NonZeroUsize, time::Duration};

use crate::round::Round;

/// A limit that moves by a step a round. Each seventeenth round is a probe, at three quarters of the
/// limit: who waits at the limit does not wait there, and how long a job takes alone is known again.
#[derive(Clone, Debug)]
pub struct Estimate {
    pub(crate) most: usize,
    pub(crate) limit: f64,
    /// Until jobs have been seen to wait, it doubles a round.
    pub(crate) climbs: bool,
    /// What a job takes where none waits, in seconds.
    alone: Option<f64>,
    /// From which round on the next one that ends is a probe.
    pub(crate) probe: u64,
    pub(crate) round: Round,
}

impl Estimate {
    /// It begins at 16, or at `most`, which it never exceeds.
    pub fn new(most: NonZeroUsize) -> Self {
        let (most, round) = (most.get(), Round::default());
        Self { most, limit: most.min(16) as f64, climbs: true, alone: None, probe: 17, round }
    }

    /// How many jobs may be inside.
    pub fn allowed(&self) -> usize {
        let share = if self.round.number < self.probe { 1.0 } else { 0.75 };
        ((self.limit * share) as usize).clamp(1, self.most)
    }

    /// The round in which one more begins; nothing if so many are `inside` that it has to wait.
    pub fn admit(&mut self, inside: usize) -> Option<u64> {
        self.round.was_full |= inside + 1 >= self.allowed();
        (inside < self.allowed()).then_some(self.round.number)
    }

    /// A job that began in `round` took so long.
    pub fn took(&mut self, round: u64, time: Duration) {
        let Some(mean) = self.round.add(round, time, self.allowed()) else { return };
        let alone = *self.alone.get_or_insert(mean);
        if self.round.number < self.probe {
            self.steer(mean, alone);
        } else {
            (self.alone, self.probe) = (Some(alone.midpoint(mean)), self.round.number + 17);
        }
        self.round = self.round.next();
    }

    /// A job that began in `round` was refused: the service is full, whatever the others took.
    pub fn refused(&mut self, round: u64) {
        if round == self.round.number {
            (self.limit, self.climbs) = ((self.limit * 0.75).max(1.0), false); // once a round
            self.round = self.round.next();
        }
    }
}
