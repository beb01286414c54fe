//! Values of options that need more than a unit.

use std::{fmt::Display, num::NonZeroUsize, str::FromStr};

use bp_harness::{Matrix, Pause, Rate, Size, Suite, units};
use bp_record::Cell;
use clap::builder::PossibleValuesParser;

/// The least memory that a child needs to say anything at all.
pub(crate) const LEAST_MEMORY: u64 = 16 << 20;

/// The values of a parameter: `limit=64,256`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Parameter {
    Limit(Vec<NonZeroUsize>),
    Capacity(Vec<Size>),
    Window(Vec<Size>),
    Pause(Vec<Pause>),
    Rate(Vec<Rate>),
}

impl Parameter {
    /// Adds the values to what earlier options gave.
    pub(crate) fn set(&self, matrix: &mut Matrix) {
        match self {
            Self::Limit(values) => matrix.limit.get_or_insert_default().extend(values),
            Self::Capacity(values) => matrix.capacity.get_or_insert_default().extend(values),
            Self::Window(values) => matrix.window.get_or_insert_default().extend(values),
            Self::Pause(values) => matrix.pause.get_or_insert_default().extend(values),
            Self::Rate(values) => matrix.rate.get_or_insert_default().extend(values),
        }
    }
}

impl Parameter {
    /// How it is called on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Limit(_) => "limit",
            Self::Capacity(_) => "capacity",
            Self::Window(_) => "window",
            Self::Pause(_) => "pause",
            Self::Rate(_) => "rate",
        }
    }

    /// Whether the strategy of `cell` takes it.
    pub(crate) fn is_taken(&self, cell: &Cell) -> bool {
        match self {
            Self::Limit(_) => cell.limit.is_some(),
            Self::Capacity(_) => cell.capacity.is_some(),
            Self::Window(_) => cell.window.is_some(),
            Self::Pause(_) => cell.pause_ns.is_some(),
            Self::Rate(_) => cell.rate_per_second.is_some(),
        }
    }
}

impl FromStr for Parameter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, values) = text.split_once('=').ok_or("write it as limit=64,256")?;
        match name {
            "limit" => list(values, count).map(Self::Limit),
            "capacity" => list(values, Size::from_str).map(Self::Capacity),
            "window" => list(values, Size::from_str).map(Self::Window),
            "pause" => list(values, Pause::from_str).map(Self::Pause),
            "rate" => list(values, Rate::from_str).map(Self::Rate),
            _ => Err(format!(
                "there is no parameter `{name}`; there are limit, capacity, window, pause and rate"
            )),
        }
    }
}

fn list<T, E: Display>(
    values: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, String> {
    values.split(',').map(|value| parse(value.trim()).map_err(|e| e.to_string())).collect()
}

/// The name of a built-in suite.
pub(crate) fn suite() -> PossibleValuesParser {
    Suite::built_in().map(|(name, _)| name).collect::<Vec<_>>().into()
}

/// A whole number from 1 up.
pub(crate) fn count<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is not a whole number from 1 up"))
}

/// A share above zero, such as `2%`.
pub(crate) fn precision(text: &str) -> Result<f64, String> {
    match units::share(text) {
        Ok(0) => Err("a precision is above zero, such as 2%".to_owned()),
        Ok(per_million) => Ok(f64::from(per_million) / 1e6),
        Err(error) => Err(error.to_string()),
    }
}

/// A memory cap that a child can live with, in bytes.
pub(crate) fn memory_cap(text: &str) -> Result<u64, String> {
    match units::bytes(text) {
        Ok(bytes) if bytes < LEAST_MEMORY => Err("a child needs 16MiB at least".to_owned()),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}
