use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Arrivals, Cell, Extent, Parameter};

/// What a sweep goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Most jobs in flight.
    Limit,
    /// Most jobs admitted and not delivered.
    Window,
    /// How many jobs there are.
    Jobs,
    /// How many jobs arrive a second.
    Rate,
}

impl Axis {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Limit, Self::Window, Self::Jobs, Self::Rate];

    /// Where `cell` lies on this axis; `None` if it has no place there.
    pub fn of(self, cell: &Cell) -> Option<u64> {
        match self {
            Self::Limit => cell.limit.map(|limit| limit.get() as u64),
            Self::Window => cell.window.map(|window| window.get() as u64),
            Self::Jobs => match cell.work.extent {
                Extent::Jobs(jobs) => Some(jobs),
                Extent::ForNs(_) => None,
            },
            Self::Rate => match cell.work.arrivals {
                Arrivals::Drain => None,
                Arrivals::Constant { per_second } | Arrivals::Poisson { per_second } => {
                    Some(per_second.into())
                }
            },
        }
    }

    /// The parameter that a strategy must take to be swept; `None` if the axis is the workload's.
    pub fn parameter(self) -> Option<Parameter> {
        match self {
            Self::Limit => Some(Parameter::Limit),
            Self::Window => Some(Parameter::Window),
            Self::Jobs | Self::Rate => None,
        }
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Limit => "limit",
            Self::Window => "window",
            Self::Jobs => "jobs",
            Self::Rate => "rate",
        })
    }
}
