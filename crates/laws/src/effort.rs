/// How much is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many adversarial schedules.
    pub schedules: u64,
    /// The seed of the first; each follows from its own.
    pub seed: u64,
    /// For how many jobs the peak of memory is compared, fewer first.
    pub memory: [u64; 2],
    /// How many jobs the polls are counted over.
    pub polls: u64,
}

impl Effort {
    /// As much as a minute of an optimised build allows for all strategies.
    pub fn quick() -> Self {
        Self { schedules: 100_000, seed: 0, memory: [10_000, 1_000_000], polls: 100_000 }
    }

    /// As much as hours allow.
    pub fn soak() -> Self {
        Self { schedules: 10_000_000, seed: 0, memory: [10_000, 10_000_000], polls: 100_000 }
    }

    /// As much as a minute allows where nothing is optimised, for tests.
    pub fn debug() -> Self {
        Self { schedules: 2_000, seed: 0, memory: [2_000, 20_000], polls: 10_000 }
    }
}
