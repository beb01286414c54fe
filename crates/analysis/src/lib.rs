//! Pure functions: moments to samples, samples to statistics, service times to ideals. There is
//! no clock and no file here, so every function can be tested with invented numbers.

mod csv;
mod curve;
mod disturbed;
mod group;
mod knee;
mod moments;
mod open_loop;
mod precision;
mod quantiles;
pub mod replay;
mod resample;
mod saturation;
mod steps;
mod summary;
pub mod thin;
mod usl;

pub use crate::{
    csv::summary_csv,
    curve::{Curve, Point, Replicate, curves},
    disturbed::disturbed,
    knee::{ENOUGH, Knee, Verdict, knee},
    moments::{Moments, read},
    open_loop::{Offered, keeps_up, open_loop},
    precision::half_width,
    quantiles::{mad, median, quantiles},
    resample::Estimate,
    saturation::{Saturation, saturation},
    summary::{MemoryVerdict, Spread, Summary, summarize},
    usl::{Usl, fit_usl},
};
