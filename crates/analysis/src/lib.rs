//! Pure functions: moments to samples, samples to statistics, service times to ideals. There is
//! no clock and no file here, so every function can be tested with invented numbers.

pub mod advise;
mod bootstrap;
mod comparison;
mod counted;
mod csv;
mod curve;
mod diagnosis;
mod disturbed;
mod field;
mod front;
mod gate;
mod group;
mod growth;
mod holm;
mod ideal;
mod interleaved;
mod judgement;
mod knee;
mod lost;
mod metric;
mod moments;
mod open_loop;
mod outcomes;
mod paired;
mod power;
mod precision;
mod quantiles;
mod ranking;
pub mod replay;
mod resample;
mod saturation;
mod side;
mod signed_rank;
mod steps;
mod stored;
mod summary;
pub mod theory;
pub mod thin;
mod totals;
mod usl;

pub use crate::{
    bootstrap::{Interval, LEAST_REPLICATES, difference_interval, median_interval, median_of},
    comparison::{ComparedRow, Comparison, Mean, Method},
    csv::summary_csv,
    curve::{Curve, Point, Replicate, curves},
    diagnosis::{Finding, Fitness, diagnose},
    disturbed::disturbed,
    field::{Column, Field, Standing},
    front::front,
    gate::{Gate, Slack},
    growth::MemoryVerdict,
    holm::{ALPHA, holm, least_pairs},
    ideal::{Split, Terms, ideal, split},
    interleaved::compare_interleaved,
    judgement::Verdict,
    knee::{ENOUGH, Knee, KneeVerdict, knee},
    metric::{Better, Metric, Unit},
    moments::{Moments, read},
    open_loop::{Offered, backlog_growth, keeps_up, open_loop},
    outcomes::OutcomeChange,
    paired::{Paired, paired},
    power::power,
    precision::half_width,
    quantiles::{mad, median, quantiles},
    ranking::{Ranked, Ranking, rank},
    resample::Estimate,
    saturation::{Saturation, saturation},
    signed_rank::sign_p_value,
    stored::compare_stored,
    summary::{Spread, Summary, summarize},
    totals::read_totals,
    usl::{Usl, fit_usl},
};
