//! Reading a trace that somebody may have made by hand, or with intent: never more memory than an
//! honest one needs, and a place with every refusal.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};

use super::{Fault, MOST_TRACED, TraceFile, check};
use crate::error::printable;

/// The longest file. An honest one of the most jobs is below a third of it.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// Most samples of memory; a run has a few hundred.
const MOST_SAMPLES: usize = 10_000;

/// What the bytes of a file hold, if it is a trace.
pub(super) fn parse(bytes: &[u8]) -> Result<TraceFile, Fault> {
    /// What a reader of any version understands.
    #[derive(Deserialize)]
    struct Version {
        schema: String,
    }
    let Version { schema } = serde_json::from_slice(bytes).map_err(not_json)?;
    check::version(&schema)?;
    let trace = serde_json::from_slice(bytes).map_err(not_json)?;
    check::check(&trace)?;
    Ok(trace)
}

fn not_json(error: serde_json::Error) -> Fault {
    let place = format!("line {} column {}", error.line(), error.column());
    let said = printable(&error.to_string());
    let reason = said.strip_suffix(&format!(" at {place}")).unwrap_or(&said);
    Fault::new(place, reason)
}

/// A list of at most so many numbers, none of them negative.
struct Column {
    name: &'static str,
    most: usize,
}

impl<'de> Visitor<'de> for Column {
    type Value = Vec<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of whole numbers in `{}`", self.name)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<u64>, A::Error> {
        let Self { name, most } = self;
        let mut column = Vec::new();
        loop {
            let index = column.len();
            let number = list.next_element::<Number>();
            match number
                .map_err(|why| A::Error::custom(format!("`{name}`, entry {index}: {why}")))?
            {
                None => return Ok(column),
                Some(_) if index == most => {
                    let reason =
                        format!("`{name}` has more than {most} entries: keep one in so many jobs");
                    return Err(A::Error::custom(reason));
                }
                Some(Number(number)) => column.push(number),
            }
        }
    }
}

/// A whole number, none of them negative.
struct Number(u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
        Ok(Number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
        u64::try_from(number)
            .map(Number)
            .map_err(|_| E::custom(format!("{number} is a negative gap, and time goes on")))
    }
}

fn column<'de, D: Deserializer<'de>>(
    deserializer: D,
    name: &'static str,
    most: usize,
) -> Result<Vec<u64>, D::Error> {
    deserializer.deserialize_seq(Column { name, most })
}

/// The functions that serde calls for a list by its name.
macro_rules! columns {
    ($($name:ident: $most:expr),+) => {$(
        pub(super) fn $name<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<u64>, D::Error> {
            column(list, stringify!($name), $most)
        }
    )+};
}

columns!(
    admitted: MOST_TRACED,
    started: MOST_TRACED,
    finished: MOST_TRACED,
    delivered: MOST_TRACED,
    lost: MOST_TRACED,
    at_us: MOST_SAMPLES,
    live_bytes: MOST_SAMPLES
);
