//! Pure functions: moments to samples, samples to statistics, service times to ideals. There is
//! no clock and no file here, so every function can be tested with invented numbers.

mod csv;
mod group;
mod ideal;
mod moments;
mod quantiles;
pub mod replay;
mod steps;
mod summary;
pub mod theory;
pub mod thin;

pub use crate::{
    csv::summary_csv,
    ideal::{Split, Terms, ideal, split},
    moments::{Moments, read},
    quantiles::{mad, median, quantiles},
    summary::{MemoryVerdict, Spread, Summary, summarize},
};
