use bp_record::{Ideal, Table, cell_columns};

use crate::{MemoryVerdict, Split, Spread, Summary};

/// The bytes of `summary.csv`: one row a cell, in the order given.
pub fn summary_csv(rows: &[Summary]) -> Vec<u8> {
    let table = cell_columns(Table::new(), |row: &Summary| &row.cell)
        .number("samples_ok", |row| Some(row.samples_ok))
        .text("failures", |row| failures(row).into())
        .text("message", |row| row.message.as_deref().unwrap_or_default().into());
    let table = ideal_columns(time_columns(table));
    memory_columns(table).csv(rows)
}

fn ideal_columns(table: Table<Summary>) -> Table<Summary> {
    let ideal = |figure: fn(&Ideal) -> Option<u64>| {
        move |row: &Summary| row.ideal.as_ref().and_then(figure)
    };
    let factor = |factor: fn(Split) -> Option<f64>| move |row: &Summary| factor(row.split()?);
    table
        .number("traced_ns", |row| row.traced_ns)
        .number("ideal_lower_bound_ns", ideal(|ideal| Some(ideal.lower_bound_ns)))
        .number("ideal_greedy_nominal_ns", ideal(|ideal| ideal.greedy_nominal_ns))
        .number("ideal_greedy_ns", ideal(|ideal| Some(ideal.greedy_ns)))
        .number("ideal_policy_ns", ideal(|ideal| ideal.policy_ns))
        .number("interference", factor(|split| split.interference))
        .number("policy", factor(|split| split.policy))
        .number("implementation", factor(|split| split.implementation))
        .text("ideal_missing", |row| {
            let missing = row.ideal.as_ref().and_then(|ideal| ideal.missing.as_deref());
            missing.unwrap_or_default().into()
        })
}

fn time_columns(table: Table<Summary>) -> Table<Summary> {
    let spread = |figure: fn(Spread) -> u64| move |row: &Summary| row.makespan_ns.map(figure);
    table
        .number("rounds", |row| row.makespan_ns.map(|spread| spread.rounds))
        .number("makespan_median_ns", spread(|spread| spread.median_ns))
        .number("makespan_min_ns", spread(|spread| spread.min_ns))
        .number("makespan_max_ns", spread(|spread| spread.max_ns))
        .number("makespan_mad_ns", spread(|spread| spread.mad_ns))
        .number("throughput_per_s", |row| row.throughput_per_s)
        .number("cpu_ns", |row| row.cpu_ns)
        .number("switches_voluntary", |row| row.switches_voluntary)
        .number("switches_involuntary", |row| row.switches_involuntary)
        .number("threads_found", |row| row.threads_found)
        .number("refused", |row| row.refused)
        .number("failed", |row| row.failed)
        .number("panicked", |row| row.panicked)
        .number("shed", |row| row.shed)
        .number("first_delivery_ns", |row| row.first_delivery_ns)
        .quantiles("wait", |row| row.wait.as_ref())
        .quantiles("service", |row| row.service.as_ref())
        .quantiles("blocked", |row| row.blocked.as_ref())
        .quantiles("sojourn", |row| row.sojourn.as_ref())
        .open_loop(|row| row.open_loop.as_ref())
        .number("service_sum_ns", |row| row.service_sum_ns)
        .number("in_flight_peak", |row| row.in_flight_peak)
        .number("in_flight_mean", |row| row.in_flight_mean)
        .number("held_peak", |row| row.held_peak)
        .number("out_of_order", |row| row.out_of_order)
        .number("histograms", |row| row.sojourn.is_some().then_some(u8::from(row.histograms)))
        .number("probe_effect", |row| row.probe_effect)
}

fn memory_columns(table: Table<Summary>) -> Table<Summary> {
    table
        .number("live_peak_bytes", |row| row.live_peak_bytes)
        .number("live_peak_small_jobs", |row| row.live_peak_small.map(|(jobs, _)| jobs))
        .number("live_peak_small_bytes", |row| row.live_peak_small.map(|(_, bytes)| bytes))
        .number("memory_growth", |row| row.memory_growth)
        .text("memory_verdict", |row| match row.verdict_memory() {
            None => "".into(),
            Some(MemoryVerdict::Bounded) => "bounded".into(),
            Some(MemoryVerdict::Between) => "between".into(),
            Some(MemoryVerdict::Grows) => "grows".into(),
            Some(MemoryVerdict::TooFewJobs) => "too few jobs".into(),
            Some(MemoryVerdict::JobsLost) => "jobs lost".into(),
        })
        .number("allocations", |row| row.allocations)
        .number("rss_peak_bytes", |row| row.rss_peak_bytes)
}

/// `timeout 2, oom 1`
fn failures(row: &Summary) -> String {
    let counted = row.failures.iter().map(|(outcome, count)| format!("{outcome} {count}"));
    counted.collect::<Vec<_>>().join(", ")
}
