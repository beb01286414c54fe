use std::borrow::Cow;

use crate::{Arrivals, Cell, Consumer, Counts, Extent, Measured, Sample, Served, Table};

/// The bytes of `samples.csv`: one row a sample, in the order given.
///
/// The series and traces are not in it; they are in `events.jsonl` alone.
pub fn samples_csv(samples: &[Sample]) -> Vec<u8> {
    let table = cell_columns(Table::new(), |sample: &Sample| &sample.cell);
    let table = table
        .text("pass", |sample| sample.pass.to_string().into())
        .text("role", |sample| sample.role.to_string().into())
        .number("round", |sample| Some(sample.round))
        .number("attempt", |sample| Some(sample.attempt))
        .text("outcome", |sample| sample.outcome.to_string().into())
        .number("exit_code", |sample| sample.exit_code)
        .number("signal", |sample| sample.signal)
        .text("message", |sample| sample.message.as_deref().unwrap_or_default().into());
    measured_columns(table).csv(samples)
}

/// The columns that say what was run; every table of a run begins with them.
pub fn cell_columns<T: 'static>(
    table: Table<T>,
    cell: impl Fn(&T) -> &Cell + Copy + 'static,
) -> Table<T> {
    let table = table
        .text("cell", move |row| cell(row).id().into())
        .text("workload", move |row| cell(row).work.name.as_str().into())
        .text("strategy", move |row| cell(row).strategy.as_str().into())
        .text("executor", move |row| cell(row).executor.as_str().into())
        .number("threads", move |row| Some(cell(row).threads))
        .number("limit", move |row| cell(row).limit)
        .number("capacity", move |row| cell(row).capacity)
        .number("window", move |row| cell(row).window)
        .number("pause_ns", move |row| cell(row).pause_ns)
        .number("rate_per_second", move |row| cell(row).rate_per_second);
    work_columns(table, cell)
}

fn work_columns<T: 'static>(
    table: Table<T>,
    cell: impl Fn(&T) -> &Cell + Copy + 'static,
) -> Table<T> {
    table
        .number("jobs", move |row| match cell(row).work.extent {
            Extent::Jobs(jobs) => Some(jobs),
            Extent::ForNs(_) => None,
        })
        .number("for_ns", move |row| match cell(row).work.extent {
            Extent::Jobs(_) => None,
            Extent::ForNs(time_ns) => Some(time_ns),
        })
        .number("nominal_service_ns", move |row| Some(cell(row).work.service_ns))
        .number("payload_bytes", move |row| Some(cell(row).work.payload_bytes))
        .number("seed", move |row| Some(cell(row).work.seed))
        .number("places", move |row| Some(cell(row).work.places))
        .number("queue", move |row| Some(cell(row).work.queue))
        .text("directory", move |row| {
            let directory = cell(row).work.directory.as_ref();
            directory.map_or(Cow::Borrowed(""), |path| path.to_string_lossy())
        })
        .text("arrivals", move |row| match cell(row).work.arrivals {
            Arrivals::Drain => "drain".into(),
            Arrivals::Constant { .. } => "constant".into(),
            Arrivals::Poisson { .. } => "poisson".into(),
        })
        .number("arrivals_per_second", move |row| match cell(row).work.arrivals {
            Arrivals::Drain => None,
            Arrivals::Constant { per_second } | Arrivals::Poisson { per_second } => {
                Some(per_second)
            }
        })
        .text("consumer", move |row| match cell(row).work.consumer {
            Consumer::Instant => "instant".into(),
            Consumer::Serial { .. } => "serial".into(),
            Consumer::Parallel { .. } => "parallel".into(),
        })
        .number("consumer_time_ns", move |row| cell(row).work.consumer.time_ns())
        .number("fail_per_million", move |row| Some(cell(row).work.faults.fail_per_million))
        .number("panic_per_million", move |row| Some(cell(row).work.faults.panic_per_million))
        .number("rate_limit_per_second", move |row| {
            cell(row).work.real.rate_limit.map(|limit| limit.per_second)
        })
        .number("loss_per_million", move |row| Some(cell(row).work.real.loss_per_million))
        .number("descriptors", move |row| cell(row).work.real.descriptors)
        .number("retries", move |row| Some(cell(row).work.real.retries))
        .number("stop", move |row| Some(u8::from(cell(row).work.real.stop)))
}

fn measured_columns(table: Table<Sample>) -> Table<Sample> {
    fn of(sample: &Sample) -> Option<&Measured> {
        sample.measured.as_ref()
    }
    let count = |get: fn(&Counts) -> u64| {
        move |sample: &Sample| of(sample).map(|measured| get(&measured.counts))
    };
    let seen =
        |get: fn(&Served) -> u64| move |sample: &Sample| Some(get(of(sample)?.served.as_ref()?));
    table
        .text("trouble", |row| {
            of(row).and_then(|of| of.trouble.as_deref()).unwrap_or_default().into()
        })
        .number("makespan_ns", |row| Some(of(row)?.makespan_ns))
        .number("admitted", count(|counts| counts.admitted))
        .number("succeeded", count(|counts| counts.succeeded))
        .number("failed", count(|counts| counts.failed))
        .number("refused", count(|counts| counts.refused))
        .number("panicked", count(|counts| counts.panicked))
        .number("cancelled", count(|counts| counts.cancelled))
        .number("shed", count(|counts| counts.shed))
        .number("retried", count(|counts| counts.retried))
        .number("delivered", count(|counts| counts.delivered))
        .number("checksum", count(|counts| counts.checksum))
        .number("first_delivery_ns", |row| of(row)?.first_delivery_ns)
        .quantiles("wait", |row| of(row)?.wait.as_ref())
        .quantiles("service", |row| of(row)?.service.as_ref())
        .quantiles("blocked", |row| of(row)?.blocked.as_ref())
        .quantiles("sojourn", |row| of(row)?.sojourn.as_ref())
        .open_loop(|row| of(row)?.open_loop.as_ref())
        .number("service_sum_ns", |row| of(row)?.service_sum_ns)
        .number("in_flight_peak", |row| of(row)?.in_flight_peak)
        .number("in_flight_mean", |row| of(row)?.in_flight_mean)
        .number("held_peak", |row| of(row)?.held_peak)
        .number("out_of_order", |row| of(row)?.out_of_order)
        .number("ideal_lower_bound_ns", |row| Some(of(row)?.ideal.as_ref()?.lower_bound_ns))
        .number("ideal_greedy_nominal_ns", |row| of(row)?.ideal.as_ref()?.greedy_nominal_ns)
        .number("ideal_greedy_ns", |row| Some(of(row)?.ideal.as_ref()?.greedy_ns))
        .number("ideal_policy_ns", |row| of(row)?.ideal.as_ref()?.policy_ns)
        .text("ideal_missing", |row| {
            let ideal = of(row).and_then(|of| of.ideal.as_ref());
            ideal.and_then(|ideal| ideal.missing.as_deref()).unwrap_or_default().into()
        })
        .number("histograms", |row| {
            of(row).filter(|of| of.sojourn.is_some()).map(|of| u8::from(of.histograms))
        })
        .number("live_peak_bytes", |row| of(row)?.live_peak_bytes)
        .number("allocations", |row| of(row)?.allocations)
        .number("rss_peak_bytes", |row| of(row)?.rss_peak_bytes)
        .number("cpu_user_ns", |row| of(row)?.cpu_user_ns)
        .number("cpu_system_ns", |row| of(row)?.cpu_system_ns)
        .number("switches_voluntary", |row| of(row)?.switches_voluntary)
        .number("switches_involuntary", |row| of(row)?.switches_involuntary)
        .number("threads_found", |row| of(row)?.threads_found)
        .number("server_requests", seen(|seen| seen.requests))
        .number("server_answered", seen(|seen| seen.answered))
        .number("server_overloaded", seen(|seen| seen.overloaded))
        .number("server_limited", seen(|seen| seen.limited))
        .number("server_banned", seen(|seen| seen.banned))
        .number("server_abandoned", seen(|seen| seen.abandoned))
        .number("server_dropped", seen(|seen| seen.dropped))
        .number("server_bans", seen(|seen| seen.bans))
        .number("server_inside_peak", seen(|seen| seen.inside_peak))
        .number("server_connections_peak", seen(|seen| seen.connections_peak))
}
