use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex},
};

use crate::{LawError, locked};

/// A list of choices: what the scenario is, and what the executor does at each step. Where the list
/// ends, every further choice is 0, which is always the plainest.
///
/// ```
/// use bp_laws::Schedule;
///
/// let schedule: Schedule = "02ff".parse()?;
/// assert_eq!(schedule.choices(), [2, 255]);
/// assert_eq!(schedule.to_string(), "02ff");
/// # Ok::<(), bp_laws::LawError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Schedule(Vec<u8>);

impl Schedule {
    /// The schedule of these choices. Zeros at the end say nothing and are left out.
    pub fn new(mut choices: Vec<u8>) -> Self {
        choices.truncate(choices.iter().rposition(|&choice| choice > 0).map_or(0, |last| last + 1));
        Self(choices)
    }

    /// The choices.
    pub fn choices(&self) -> &[u8] {
        &self.0
    }
}

/// Two hexadecimal digits a choice; `-` for the empty list.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("-");
        }
        self.0.iter().try_for_each(|choice| write!(f, "{choice:02x}"))
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schedule({self})")
    }
}

impl FromStr for Schedule {
    type Err = LawError;

    fn from_str(text: &str) -> Result<Self, LawError> {
        let refused = || LawError::Schedule(text.to_owned());
        let digits = if text == "-" { "" } else { text };
        if !digits.len().is_multiple_of(2) {
            return Err(refused());
        }
        let choice = |pair: &[u8]| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        };
        let choices: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(choice).collect();
        choices.map(Self::new).ok_or_else(refused)
    }
}

/// A schedule that is being followed, or made: choices are taken from it one by one, by whoever
/// draws the scenario and then by the executor.
#[derive(Clone, Debug)]
pub(crate) struct Choices(Arc<Mutex<Source>>);

#[derive(Debug)]
struct Source {
    taken: Vec<u8>,
    given: Vec<u8>,
    /// Where there is a seed, choices follow from it; otherwise from `given`.
    random: Option<u64>,
}

impl Choices {
    /// Choices that follow from a seed.
    pub(crate) fn random(seed: u64) -> Self {
        // SplitMix64 has no state from which it does not leave, so every seed will do.
        Self::of(Source { taken: Vec::new(), given: Vec::new(), random: Some(seed) })
    }

    /// Those of a schedule.
    pub(crate) fn of_schedule(schedule: &Schedule) -> Self {
        Self::of(Source { taken: Vec::new(), given: schedule.0.clone(), random: None })
    }

    fn of(source: Source) -> Self {
        Self(Arc::new(Mutex::new(source)))
    }

    /// A choice below `bound`, of at most 256.
    pub(crate) fn below(&self, bound: usize) -> usize {
        let source = &mut *locked(&self.0);
        let place = source.taken.len();
        let byte = match &mut source.random {
            Some(state) => next_byte(state, place),
            None => source.given.get(place).copied().unwrap_or(0),
        };
        let choice = usize::from(byte) % bound.clamp(1, 256);
        source.taken.push(choice as u8);
        choice
    }

    /// True once in so many times; 0 says no.
    pub(crate) fn one_in(&self, many: usize) -> bool {
        self.below(many) == 1
    }

    /// All that were taken.
    pub(crate) fn taken(&self) -> Schedule {
        Schedule::new(locked(&self.0).taken.clone())
    }
}

/// Eight choices of each number, by SplitMix64.
fn next_byte(state: &mut u64, place: usize) -> u8 {
    if place.is_multiple_of(8) {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    }
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    z.to_le_bytes()[place % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_at_random_can_be_taken_again() {
        let random = Choices::random(7);
        let bounds = [3, 256, 10, 1, 1000, 2, 5, 7, 9, 11];
        let first = bounds.map(|bound| random.below(bound));
        let text = random.taken().to_string();
        let again = Choices::of_schedule(&text.parse().unwrap());
        assert_eq!(bounds.map(|bound| again.below(bound)), first);
        assert_eq!(again.below(9), 0, "beyond its end all is plain");
    }

    #[test]
    fn text_that_is_no_schedule_is_refused() {
        for text in ["0", "0g", "é", "+1"] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
        assert_eq!("-".parse::<Schedule>().unwrap(), "0000".parse().unwrap());
    }
}
