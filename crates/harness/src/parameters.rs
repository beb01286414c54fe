//! The values that a strategy's parameters take in a plan.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    str::FromStr,
    time::Duration,
};

use serde::{Deserialize, Deserializer, de};

use crate::{Error, units};

/// A capacity or a window: a number, or a multiple of the limit, written `4x`.
///
/// A multiple keeps a suite right when somebody changes the limit alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// So many.
    Number(NonZeroUsize),
    /// So many times the limit.
    TimesLimit(NonZeroUsize),
}

impl Size {
    /// The number, given the limit; at most `usize::MAX`.
    pub fn resolve(self, limit: NonZeroUsize) -> NonZeroUsize {
        match self {
            Self::Number(number) => number,
            Self::TimesLimit(factor) => limit.saturating_mul(factor),
        }
    }
}

impl FromStr for Size {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let expected = "a number from 1 up, nor a multiple of the limit, such as 4x";
        let refuse = || Error::Value { text: text.to_owned(), expected };
        match text.strip_suffix('x') {
            Some(factor) => factor.parse().map(Self::TimesLimit).map_err(|_| refuse()),
            None => text.parse().map(Self::Number).map_err(|_| refuse()),
        }
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SizeVisitor)
    }
}

struct SizeVisitor;

impl de::Visitor<'_> for SizeVisitor {
    type Value = Size;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number from 1 up, or a multiple of the limit, such as \"4x\"")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Size, E> {
        usize::try_from(number)
            .ok()
            .and_then(NonZeroUsize::new)
            .map(Size::Number)
            .ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Size, E> {
        text.parse().map_err(E::custom)
    }
}

/// A pause before each spawn; what a pause of zero does is up to the executor's timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause(pub Duration);

impl FromStr for Pause {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        units::duration(text).map(Self)
    }
}

impl<'de> Deserialize<'de> for Pause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// How many jobs may start a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub NonZeroU32);

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        units::per_second(text).map(Self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_numbers_or_multiples() {
        let limit = NonZeroUsize::new(10).unwrap();
        let resolve = |text: &str| text.parse::<Size>().map(|size| size.resolve(limit).get());
        assert_eq!(resolve("64").unwrap(), 64);
        assert_eq!(resolve("4x").unwrap(), 40);
        for text in ["0", "0x", "x", "", "-1", "1.5x"] {
            assert!(resolve(text).is_err(), "{text}");
        }
    }
}
