//! What theory says of a cell, from the name of its workload and the rule of its strategy.

use bp_analysis::{replay::Rule, theory::Shape};
use bp_record::{Arrivals, Cell, Consumer, Faults};

use crate::rules;

/// The distribution and the rule of `cell`, for [`slowdown`](bp_analysis::theory::slowdown); `None`
/// where theory says nothing: other service times, late arrivals, a consumer that needs time, faults.
pub fn theory(cell: &Cell) -> Option<(Shape, Rule)> {
    let shape = match cell.work.name.as_str() {
        "fixed" => Shape::Fixed,
        "uniform" => Shape::Uniform,
        "exponential" => Shape::Exponential,
        "lognormal" => Shape::Lognormal,
        _ => return None,
    };
    let work = &cell.work;
    let plain = work.arrivals == Arrivals::Drain
        && work.consumer == Consumer::Instant
        && work.faults == Faults::default();
    Some((shape, rules::rule(cell).ok()?)).filter(|_| plain)
}
