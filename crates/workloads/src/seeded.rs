//! Randomness by place: what is random about a job follows from the seed and its index alone, so
//! jobs may be created in any order, on any executor, and checked without being run.

use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

/// A number that follows from `seed` and `index` and looks random: SplitMix64, at place `index`.
#[inline]
pub(crate) fn mix(seed: u64, index: u64) -> u64 {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    scramble(scramble(seed).wrapping_add(index.wrapping_mul(GOLDEN)))
}

/// A generator of its own for place `index`.
pub(crate) fn generator(seed: u64, index: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(mix(seed, index))
}

/// A number below `bound` that follows from `seed` and `index`.
pub(crate) fn below(bound: u32, seed: u64, index: u64) -> u32 {
    let wide = u128::from(mix(seed, index)) * u128::from(bound);
    (wide >> 64) as u32
}

#[inline]
fn scramble(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
