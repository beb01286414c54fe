//! Pure functions: moments to samples, samples to statistics, service times to ideals. There is
//! no clock and no file here, so every function can be tested with invented numbers.

mod counted;
mod csv;
mod group;
mod moments;
mod quantiles;
pub mod replay;
mod steps;
mod summary;
pub mod thin;
mod totals;

pub use crate::{
    csv::summary_csv,
    moments::{Moments, read},
    quantiles::{mad, median, quantiles},
    summary::{MemoryVerdict, Spread, Summary, summarize},
    totals::read_totals,
};
