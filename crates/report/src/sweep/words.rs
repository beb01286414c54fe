//! What a curve says, in sentences. Each is computed.

use bp_analysis::{ENOUGH, Estimate, Knee, KneeVerdict, Point, Saturation};
use bp_record::Axis;

use super::Swept;
use crate::{facts::listed, units};

pub(super) fn said(swept: &Swept) -> Vec<String> {
    let mut said = Vec::new();
    match (swept.curve.axis, &swept.knee, &swept.saturation) {
        (Axis::Limit, Some(knee), _) => {
            said.push(conclusion(swept, knee));
            if knee.verdict != KneeVerdict::TooFewValues {
                said.extend(little(swept, knee));
                said.extend(law(swept, knee));
                said.extend(cost(swept, knee));
            }
            said.extend(left_out(swept, knee));
        }
        (Axis::Window, Some(knee), _) => {
            said.push(window(swept, knee));
            said.extend(left_out(swept, knee));
        }
        (Axis::Rate, _, Some(found)) => {
            said.push(capacity(found));
            said.extend(latency(swept, found));
            said.extend(omitted(swept));
        }
        (Axis::Jobs, ..) => {}
        _ => said.push("Nothing was measured that could be compared.".to_owned()),
    }
    said
}

fn conclusion(swept: &Swept, knee: &Knee) -> String {
    let usable = swept.sound().map(|point| point.value);
    let (least, greatest) = (usable.clone().min().unwrap_or(0), usable.clone().max().unwrap_or(0));
    let most = units::jobs_per_second(knee.best.1);
    match knee.verdict {
        KneeVerdict::Found => format!(
            "Use {}: it is the least value measured with {} of the highest throughput ({most}, at \
             {}).",
            swept.at(knee.enough),
            units::percent(ENOUGH),
            swept.at(knee.best.0),
        ),
        KneeVerdict::StillRises => format!(
            "No knee up to {}: throughput there was {} and still rose. Sweep greater values as well.",
            swept.at(greatest),
            units::jobs_per_second(throughput(swept, greatest).unwrap_or(knee.best.1)),
        ),
        KneeVerdict::FlatFromTheStart => format!(
            "No knee from {} on: throughput there was already {} of the highest ({most}, at {}).{}",
            swept.at(least),
            units::percent(throughput(swept, least).unwrap_or(knee.best.1) / knee.best.1),
            swept.at(knee.best.0),
            if least > 1 { " Sweep smaller values as well." } else { "" },
        ),
        KneeVerdict::TooUncertain => {
            "No knee can be named: the rounds differ too much. Take more rounds, or a quieter machine."
                .to_owned()
        }
        KneeVerdict::TooFewValues => format!(
            "No knee can be named: it takes four values at which all jobs succeed, and there are {}.",
            usable.count(),
        ),
    }
}

/// What was achieved at a value.
fn throughput(swept: &Swept, value: u64) -> Option<f64> {
    swept.sound().find(|point| point.value == value)?.summary.throughput_per_s
}

/// `15.8 (15.1 to 16.2, 95 % interval of 8 rounds)`
fn interval(estimate: &Estimate) -> String {
    let number = |value: f64| match value {
        value if !value.is_finite() => "∞".to_owned(),
        value if value < 99.5 => format!("{value:.1}"),
        value => units::count(value.round() as u64),
    };
    let (value, low, high) = (number(estimate.value), number(estimate.low), number(estimate.high));
    match (estimate.rounds, estimate.bootstrapped) {
        (0 | 1, _) => format!("{value} (one round, so no interval)"),
        (rounds, true) => format!("{value} ({low} to {high}, 95 % interval of {rounds} rounds)"),
        (rounds, false) => format!("{value} ({low} to {high} in the {rounds} rounds)"),
    }
}

fn little(swept: &Swept, knee: &Knee) -> Option<String> {
    let first = swept.sound().next()?;
    let service = first.summary.service.as_ref()?.mean_ns;
    Some(format!(
        "Little's law: the highest throughput × the mean service time at {} ({}) = {} in flight. \
         With fewer, nobody could carry that throughput.",
        swept.at(first.value),
        units::time(service),
        interval(&knee.little?),
    ))
}

fn law(swept: &Swept, knee: &Knee) -> Option<String> {
    let (usl, peak) = (knee.usl?, knee.peak?);
    let range = (swept.curve.points.first()?.value, swept.curve.points.last()?.value);
    let fit = format!(
        "The universal scalability law (λ {}, σ {:.3}, κ {:.1e})",
        units::per_second(usl.lambda),
        usl.sigma,
        usl.kappa
    );
    let peak_text = interval(&peak);
    let said = if knee.misses() {
        let missed = units::percent(knee.misfit?);
        let peak = match peak.value.is_finite() {
            true => format!("its peak, {peak_text}, says little here"),
            false => "that it has no peak says little here".to_owned(),
        };
        format!("misses a point by {missed}, for this curve has another shape: {peak}")
    } else if knee.believed_peak(range).is_some() {
        format!("has its peak at {peak_text}: beyond that throughput falls")
    } else if peak.value > range.1 as f64 {
        "has no peak in this range: throughput does not fall here".to_owned()
    } else {
        format!("gives a peak that is too uncertain to be used: {peak_text}")
    };
    Some(format!("{fit} {said}."))
}

/// What going beyond the knee costs.
fn cost(swept: &Swept, knee: &Knee) -> Option<String> {
    if knee.verdict != KneeVerdict::Found {
        return None;
    }
    let last = swept.sound().next_back()?;
    let at = swept.sound().find(|point| point.value == knee.enough)?;
    let (name, quantile) = swept.tail(|summary| summary.service.as_ref());
    let tail = |point: &Point| quantile(point.summary.service.as_ref()?).map(units::time);
    let (there, beyond) = (tail(at)?, tail(last)?);
    (last.value > at.value).then(|| {
        format!(
            "More buys only latency: from start to finish {name} is {there} at {} and {beyond} at {}.",
            swept.at(at.value),
            swept.at(last.value)
        )
    })
}

fn left_out(swept: &Swept, knee: &Knee) -> Option<String> {
    let values: Vec<_> = knee.left_out.iter().map(|value| swept.at(*value)).collect();
    (!values.is_empty())
        .then(|| format!("Left out, for jobs failed or were refused there: {}.", listed(&values)))
}

fn window(swept: &Swept, knee: &Knee) -> String {
    let greatest = swept.curve.points.last().map_or(0, |point| point.value);
    let beyond = if knee.enough == greatest { " Greater values may achieve more." } else { "" };
    format!(
        "Use {}: it is the least value measured with {} of the highest throughput ({}, at {}).\
         {beyond}",
        swept.at(knee.enough),
        units::percent(ENOUGH),
        units::per_second(knee.best.1),
        swept.at(knee.best.0),
    )
}

fn capacity(found: &Saturation) -> String {
    let rate = |rate: u64| format!("{} /s", units::count(rate));
    let there = |at: u64| {
        format!(
            "at {} it achieves {}, and the backlog grows by {}",
            rate(at),
            units::per_second(found.achieved_there_per_s.unwrap_or(0.0)),
            units::per_second(found.growth_there_per_s.unwrap_or(0.0)),
        )
    };
    match (found.keeps_up_at, found.falls_behind_at) {
        (Some(kept), Some(behind)) => {
            format!(
                "Keeps up with {}; saturates before {}: {}.",
                rate(kept),
                rate(behind),
                there(behind)
            )
        }
        (Some(kept), None) => {
            format!("Keeps up with every rate up to {}: not saturated in this range.", rate(kept))
        }
        (None, Some(behind)) => format!("Saturated at every rate: {}.", there(behind)),
        (None, None) => "No rate has arrivals enough to tell.".to_owned(),
    }
}

fn latency(swept: &Swept, found: &Saturation) -> Option<String> {
    let (name, quantile) = swept.tail(|summary| summary.sojourn.as_ref());
    let tail = |point: &Point| quantile(point.summary.sojourn.as_ref()?).map(units::time);
    let kept = |point: &&Point| found.keeps_up_at.is_some_and(|kept| point.value <= kept);
    let first = swept.curve.points.iter().find(kept)?;
    let last = swept.curve.points.iter().rfind(kept)?;
    (last.value > first.value).then_some(())?;
    Some(format!(
        "Counted from when a job was due, the sojourn's {name} is {} at {} and {} at {}.",
        tail(first)?,
        swept.at(first.value),
        tail(last)?,
        swept.at(last.value)
    ))
}

/// Jobs without a latency make the quantiles too small.
fn omitted(swept: &Swept) -> Option<String> {
    let cut = swept.curve.points.iter().filter_map(|point| {
        let jobs = point.summary.open_loop?.never_admitted;
        (jobs > 0).then(|| format!("{} at {}", units::count(jobs), swept.at(point.value)))
    });
    let cut: Vec<_> = cut.collect();
    (!cut.is_empty()).then(|| {
        format!(
            "Due but never admitted before the end, and so missing in the latencies, which are too \
             small there: {}.",
            listed(&cut)
        )
    })
}
