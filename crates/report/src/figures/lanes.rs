//! What each slot does at each moment: a block is work, a hole is a free slot.

use bp_analysis::{Summary, summarize};
use bp_record::{Extent, Family, Measured, Run, Sample, Trace};

use super::{
    Draft,
    callout::{self, Callout},
    layout::{Layout, layout},
};
use crate::{
    draw::{Canvas, Face, H, Heading, Plot, Role, RowHead, Rows, Stroke, width},
    facts::{Group, Variant, groups, left_out, listed, lost_text},
    pace::Pace,
    units,
};

/// Most jobs of a run whose slots are drawn: beyond that a single one cannot be seen.
pub const MOST_DRAWN: usize = 1000;
const HEIGHT: f64 = 84.0;
const TITLE: &str = "Slots at work, slots free";
/// A block that is to be told from its neighbours is at least so high.
const SEEN: f64 = 1.5;

/// A strategy's trace, ready to be drawn.
struct Lanes {
    title: String,
    sentence: String,
    family: Family,
    makespan_ns: u64,
    /// How many of its jobs succeeded a second.
    rate: f64,
    /// What is said of its end beside the time.
    note: String,
    /// Which part of the jobs did not succeed, if any.
    lost: Option<f64>,
    layout: Layout,
    /// How many slots there are; `None` where the jobs are too many for lanes.
    slots: Option<usize>,
    /// Whether finished outputs keep their slot until they are delivered.
    held: bool,
    /// (time, jobs in flight), for rows without lanes.
    in_flight: Vec<(u64, u64)>,
    callout: Callout,
}

pub(super) fn draw(group: &Group, name: &str) -> Option<Draft> {
    let samples = small(group);
    let summaries = summarize(&samples);
    let groups = groups(group.run, &samples, &summaries);
    let group = groups.first()?;
    let has = |row: &Summary| row.trace_sample.is_some();
    let executor = group.executor(has)?;
    let (chosen, omitted) = group.chosen(executor, 4, has);
    let limit = chosen.iter().filter_map(|(_, row)| row.cell.limit).max();
    let limit = limit.map_or(64, usize::from);
    let mut rows: Vec<Lanes> =
        chosen.iter().filter_map(|(variant, row)| lanes(group, variant, row, limit)).collect();
    let jobs = rows.iter().map(|row| row.layout.total).max()?;
    compare(&mut rows, Pace::of(group.cells()));
    let title = group.heading(TITLE);
    Some(picture(&title, name, executor, (jobs, limit), &rows, &left_out(&omitted)))
}

/// What the trace of a cell shows at one look, if it is small enough to be drawn.
pub(crate) fn seen(run: &Run, samples: &[Sample], row: &Summary) -> Option<String> {
    let measured = drawn(samples, row)?;
    let trace = measured.trace.as_ref().filter(|trace| trace.arrived_ns.len() <= MOST_DRAWN)?;
    let family = run.catalogue.strategy(&row.cell.strategy)?.family;
    let slots = usize::from(row.cell.limit?);
    let ordered = layout(trace, measured.makespan_ns, true);
    let held = family == Family::Ordered && ordered.lanes <= slots;
    let layout = if held { ordered } else { layout(trace, measured.makespan_ns, false) };
    let callout = callout::limited(&layout, slots, measured.makespan_ns, held);
    // Without a stretch to point at, it says no more than how busy the slots are.
    callout.span_ns.map(|_| format!("At the worst, {}.", callout.text))
}

/// Say of each row how many times slower than the best of those with a limit it was.
fn compare(rows: &mut [Lanes], pace: Pace) {
    let value = |row: &Lanes| match pace {
        Pace::Makespan => row.makespan_ns as f64,
        Pace::Rate => row.rate,
    };
    let sound = rows.iter().filter(|row| row.lost.is_none());
    let best = pace.best(sound.filter(|row| row.family != Family::NoLimit).map(value));
    for row in rows {
        row.note = match (row.lost, row.family, best) {
            (Some(part), ..) => lost_text(part),
            (None, _, None) => String::new(),
            (None, Family::NoLimit, _) => "no limit".to_owned(),
            (None, _, Some(best)) if value(row) == best => "best with a limit".to_owned(),
            (None, _, Some(best)) => {
                let times = pace.times(value(row), best);
                match pace {
                    Pace::Makespan if units::is_even(times) => "as long".to_owned(),
                    Pace::Rate if units::is_even(times) => "as much".to_owned(),
                    Pace::Makespan => format!("{} as long", units::times(times)),
                    Pace::Rate => format!("{} slower", units::times(times)),
                }
            }
        };
    }
}

/// The samples of the workload that can be drawn job by job, at the extent that most share, and
/// what memory the same cells needed.
fn small(group: &Group) -> Vec<Sample> {
    let traced = |sample: &&Sample| {
        let trace = sample.measured.as_ref().and_then(|measured| measured.trace.as_ref());
        trace.is_some_and(|trace| (1..=MOST_DRAWN).contains(&trace.arrived_ns.len()))
    };
    let jobs = |sample: &Sample| match sample.cell.work.extent {
        Extent::Jobs(jobs) => jobs,
        Extent::ForNs(_) => 0,
    };
    let extents: Vec<u64> = group.samples().filter(traced).map(jobs).collect();
    let count = |extent: &u64| extents.iter().filter(|other| *other == extent).count();
    let Some(extent) = extents.iter().copied().max_by_key(|extent| (count(extent), *extent)) else {
        return Vec::new();
    };
    let fits = |sample: &&Sample| {
        let drawn = sample.measured.as_ref().is_some_and(|measured| measured.trace.is_some());
        jobs(sample) == extent && (traced(sample) || !drawn)
    };
    group.samples().filter(fits).cloned().collect()
}

/// The measurement whose moments are drawn: that of the median trace, or else the one of the same
/// cell whose moments were kept.
fn drawn<'a>(samples: &'a [Sample], row: &Summary) -> Option<&'a Measured> {
    let moments =
        |sample: &'a Sample| sample.measured.as_ref().filter(|measured| measured.trace.is_some());
    let median = samples.get(row.trace_sample?).and_then(moments);
    let kept = || {
        let mut same = samples.iter().filter(|sample| sample.cell == row.cell);
        same.find_map(moments)
    };
    median.or_else(kept)
}

/// What the row of a strategy is drawn from.
#[derive(Debug)]
pub(crate) struct Portrait<'a> {
    pub(crate) title: String,
    pub(crate) sentence: &'a str,
    pub(crate) family: Family,
    pub(crate) trace: &'a Trace,
    pub(crate) makespan_ns: u64,
    /// How many jobs succeeded.
    pub(crate) succeeded: u64,
    /// Which part of them did not, if that sets it apart from others.
    pub(crate) lost: Option<f64>,
    /// Most jobs in flight, if that is promised.
    pub(crate) slots: Option<usize>,
    pub(crate) live_peak_bytes: Option<u64>,
}

fn lanes(group: &Group, variant: &Variant, row: &Summary, limit: usize) -> Option<Lanes> {
    let measured = drawn(group.samples, row)?;
    let portrait = Portrait {
        title: variant.name(),
        sentence: group.sentence(&variant.strategy),
        family: group.family(&variant.strategy),
        trace: measured.trace.as_ref()?,
        makespan_ns: measured.makespan_ns,
        succeeded: measured.counts.succeeded,
        lost: row.lost(),
        slots: row.cell.limit.map(usize::from),
        live_peak_bytes: row.live_peak_bytes,
    };
    Some(lanes_of(portrait, limit))
}

fn lanes_of(portrait: Portrait, limit: usize) -> Lanes {
    let Portrait { family, trace, makespan_ns, .. } = portrait;
    let ordered = layout(trace, makespan_ns, true);
    let fits = portrait.slots.is_some_and(|slots| ordered.lanes <= slots);
    let held = family == Family::Ordered && fits;
    let layout = if held { ordered } else { layout(trace, makespan_ns, false) };
    let slots = (layout.lanes <= 3 * limit).then_some(portrait.slots.unwrap_or(layout.lanes));
    let moments = bp_analysis::read(trace, makespan_ns);
    let callout = match slots {
        Some(slots) => callout::limited(&layout, slots, makespan_ns, held),
        None => callout::unlimited(&layout, moments.in_flight_peak, portrait.live_peak_bytes),
    };
    Lanes {
        title: portrait.title,
        sentence: portrait.sentence.replace(['*', '`'], ""),
        family,
        makespan_ns,
        rate: portrait.succeeded as f64 * 1e9 / makespan_ns.max(1) as f64,
        note: String::new(),
        lost: portrait.lost,
        layout,
        slots,
        held,
        in_flight: moments.series.in_flight,
        callout,
    }
}

/// The same picture of traces that stand for themselves: `name` is the id inside the page, `label`
/// the workload; `limit` is that of most of them. `None` if there is none.
pub(crate) fn of_traces(
    name: &str,
    label: &str,
    executor: &str,
    limit: usize,
    portraits: Vec<Portrait>,
) -> Option<String> {
    let mut rows: Vec<Lanes> =
        portraits.into_iter().map(|portrait| lanes_of(portrait, limit)).collect();
    let jobs = rows.iter().map(|row| row.layout.total).max()?;
    compare(&mut rows, Pace::Makespan);
    let title = format!("{TITLE}: {label}");
    Some(picture(&title, name, executor, (jobs, limit), &rows, "").svg)
}

fn picture(
    title: &str,
    name: &str,
    executor: &str,
    (jobs, limit): (usize, usize),
    rows: &[Lanes],
    caption: &str,
) -> Draft {
    let jobs = units::counted(jobs, "job");
    let subtitle = format!(
        "The same {jobs} on {executor}, at most {limit} in flight where there is a limit. A \
         lane is a slot. Only the rule that fills them differs. Times are of the one traced run that \
         is drawn; the tables have medians of runs without tracing."
    );
    let said: Vec<_> = rows
        .iter()
        .map(|row| {
            format!(
                "{} ends after {} ({})",
                row.title,
                units::time(row.makespan_ns),
                row.callout.text
            )
        })
        .collect();
    let description = format!("{jobs}, limit {limit}, on {executor}: {}.", listed(&said));
    let head = |row: &Lanes| RowHead {
        title: row.title.clone(),
        note: row.sentence.clone(),
        family: row.family,
    };
    let frame = Rows {
        heading: Heading::new(title, &subtitle, caption),
        heads: rows.iter().map(head).collect(),
        height: HEIGHT,
        strip: 24.0,
        footer: 24.0,
        until_ns: rows.iter().map(|row| row.makespan_ns).max().unwrap_or(1).max(1),
    };
    let svg = frame.draw(
        (name, title, &description),
        |canvas, place, plot| row(canvas, &rows[place], plot),
        |canvas, top| key(canvas, top + 10.0, rows),
    );
    Draft { title: title.to_owned(), description, svg }
}

fn row(canvas: &Canvas, row: &Lanes, plot: Plot) {
    match row.slots {
        Some(slots) => slots_of(canvas, row, slots, plot),
        None => {
            let high = row.in_flight.iter().map(|point| point.1).max().unwrap_or(0);
            plot.steps(canvas, &row.in_flight, (high.max(1) as f64, row.makespan_ns), row.family);
        }
    }
    plot.end(canvas, row.makespan_ns, &units::time(row.makespan_ns), &row.note);
    call_out(canvas, &row.callout, plot);
}

fn slots_of(canvas: &Canvas, row: &Lanes, slots: usize, plot: Plot) {
    let pitch = (plot.bottom - plot.top) / slots.max(row.layout.lanes) as f64;
    let gap = if pitch >= 4.0 { 1.0 } else { 0.0 };
    let x = |ns: u64| plot.time.at(ns as f64);
    let block = |lane: usize, from: f64, to: f64, role: Role, opacity: f64| {
        let top = plot.top + pitch * lane as f64;
        canvas.rect((from, top), (to, top + pitch - gap), role, opacity);
    };
    // A hole narrower than a pixel and a half is the time of a switch, not a slot that waits.
    let least_ns = (row.makespan_ns as f64 * 1.5 / (plot.right - plot.left)) as u64;
    for (lane, from, to) in row.layout.free(slots, row.held, least_ns) {
        block(lane, x(from), x(to), Role::Free, 1.0);
    }
    let slow_ns = row.layout.slow_ns();
    // Of lanes as thin as hairs, slow jobs are drawn last and thick enough to be seen.
    let mut jobs: Vec<_> = row.layout.jobs.iter().collect();
    jobs.sort_by_key(|job| Layout::is_slow(job, slow_ns));
    for job in jobs {
        let is_slow = Layout::is_slow(job, slow_ns);
        let (from, to) = (x(job.started_ns), x(job.finished_ns));
        // A thin line of ground parts a job from the next one.
        let end = if to - from > 2.0 { to - 0.5 } else { to.max(from + 0.25) };
        if is_slow && pitch < SEEN {
            let top = (plot.top + pitch * job.lane as f64).min(plot.bottom - SEEN);
            canvas.rect((from, top), (end, top + SEEN), Role::Of(row.family), 1.0);
        } else {
            block(job.lane, from, end, Role::Of(row.family), if is_slow { 1.0 } else { 0.5 });
        }
        let delivered = x(job.delivered_ns);
        if row.held && delivered - to > 0.5 {
            block(job.lane, to, delivered, Role::Held(row.family), 1.0);
        }
    }
}

/// The words above the row, with a bracket over the stretch that they are about.
fn call_out(canvas: &Canvas, callout: &Callout, plot: Plot) {
    let face = Face::bold(Role::Ink, 12.5);
    let wide = width(&callout.text, face.size, true);
    let y = plot.top - 13.5;
    let left = match callout.span_ns {
        None => plot.left,
        Some((from, to)) => {
            let (from, to) = (plot.time.at(from as f64), plot.time.at(to as f64));
            let bracket = [
                (from, plot.top - 1.0),
                (from, plot.top - 4.0),
                (to, plot.top - 4.0),
                (to, plot.top - 1.0),
            ];
            canvas.line(&bracket, Stroke::solid(Role::Ink, 1.5));
            ((from + to - wide) / 2.0).clamp(plot.left, (plot.right - wide).max(plot.left))
        }
    };
    canvas.text(&callout.text, (left, y), face, H::Left);
}

/// What the textures mean, of those that appear.
fn key(canvas: &Canvas, y: f64, rows: &[Lanes]) {
    let limited = rows.iter().rfind(|row| row.slots.is_some()).map(|row| row.family);
    let held = rows.iter().find(|row| row.held).map(|row| row.family);
    let entries = [
        limited.map(|family| (Role::Of(family), 0.5, "working")),
        limited.map(|family| (Role::Of(family), 1.0, "slow job (over 4 × the median)")),
        limited.map(|_| (Role::Free, 1.0, "free slot while jobs wait")),
        held.map(|family| (Role::Held(family), 1.0, "finished, held for order")),
    ];
    let mut x = 20.0;
    for (role, opacity, text) in entries.into_iter().flatten() {
        canvas.rect((x, y - 5.0), (x + 22.0, y + 5.0), role, opacity);
        let face = Face::plain(Role::Muted, 12.0);
        canvas.text(text, (x + 28.0, y), face, H::Left);
        x += 28.0 + width(text, face.size, false) + 22.0;
    }
}
