use std::{fmt, num::NonZeroU32, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::StoreError;

/// Which part of a plan a run has: `slice:1/4`, the first of four, as cargo-nextest writes it.
///
/// ```
/// use bp_record::Partition;
/// let part: Partition = "hash:2/4".parse().unwrap();
/// assert_eq!((part.index.get(), part.count.get()), (2, 4));
/// assert_eq!(part.to_string(), "hash:2/4");
/// assert!("slice:5/4".parse::<Partition>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Partition {
    /// How the plan is divided.
    pub kind: PartitionKind,
    /// Which part, from 1.
    pub index: NonZeroU32,
    /// How many parts there are; not less than `index`.
    pub count: NonZeroU32,
}

/// How a plan is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartitionKind {
    /// In turn, as cards are dealt: the parts are as equal as can be.
    Slice,
    /// By a hash of what is divided: what stays in the plan stays in its part when the plan grows.
    Hash,
}

impl fmt::Display for PartitionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Slice => "slice",
            Self::Hash => "hash",
        })
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.kind, self.index, self.count)
    }
}

impl FromStr for Partition {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let refuse = |reason| StoreError::BadPartition { text: text.to_owned(), reason };
        let shape = || refuse("it must be slice:1/4 or hash:1/4, the first of four parts");
        let (kind, rest) = text.split_once(':').ok_or_else(shape)?;
        let (index, count) = rest.split_once('/').ok_or_else(shape)?;
        let kind = match kind {
            "slice" => PartitionKind::Slice,
            "hash" => PartitionKind::Hash,
            _ => return Err(shape()),
        };
        let (index, count) = (number(index).ok_or_else(shape)?, number(count).ok_or_else(shape)?);
        let count = NonZeroU32::new(count).ok_or_else(|| refuse("there is at least one part"))?;
        let index = NonZeroU32::new(index).ok_or_else(|| refuse("parts are counted from 1"))?;
        if index > count {
            return Err(refuse("there are fewer parts than that"));
        }
        Ok(Self { kind, index, count })
    }
}

/// Digits alone: a sign or a blank is no part of the syntax.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl TryFrom<String> for Partition {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Self, StoreError> {
        text.parse()
    }
}

impl From<Partition> for String {
    fn from(partition: Partition) -> Self {
        partition.to_string()
    }
}
