//! Pure functions: moments to samples, samples to statistics, service times to ideals. There is
//! no clock and no file here, so every function can be tested with invented numbers.

mod bootstrap;
mod csv;
mod diagnosis;
mod disturbed;
mod group;
mod moments;
mod precision;
mod quantiles;
pub mod replay;
mod steps;
mod summary;
pub mod thin;

pub use crate::{
    bootstrap::{Interval, LEAST_REPLICATES, difference_interval, median_interval, median_of},
    csv::summary_csv,
    diagnosis::{Finding, Fitness, diagnose},
    disturbed::disturbed,
    moments::{Moments, read},
    precision::half_width,
    quantiles::{mad, median, quantiles},
    summary::{MemoryVerdict, Spread, Summary, summarize},
};
