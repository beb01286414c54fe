//! Invented samples and what they say together.

use std::num::NonZeroUsize;

use bp_analysis::{MemoryVerdict, Spread, Summary, summarize, summary_csv};
use bp_record::{
    Arrivals, Cell, Consumer, Counts, Extent, Faults, Measured, Outcome, Pass, Quantiles, Real,
    Role, Sample, Work,
};

fn cell(strategy: &str, jobs: u64) -> Cell {
    Cell {
        work: Work {
            name: "fixed".into(),
            extent: Extent::Jobs(jobs),
            service_ns: 1_000_000,
            payload_bytes: 0,
            seed: 1,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        },
        strategy: strategy.into(),
        executor: "tokio".into(),
        threads: NonZeroUsize::MIN,
        limit: NonZeroUsize::new(10),
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    }
}

fn sample(cell: Cell, pass: Pass, measured: Measured) -> Sample {
    Sample {
        cell,
        pass,
        role: Role::Measured,
        round: 0,
        attempt: 0,
        outcome: Outcome::Ok,
        exit_code: Some(0),
        signal: None,
        message: None,
        measured: Some(measured),
    }
}

fn time(strategy: &str, makespan_ns: u64) -> Sample {
    let counts = Counts { succeeded: 90, failed: 10, ..Counts::default() };
    let measured = Measured {
        counts,
        makespan_ns,
        cpu_user_ns: Some(makespan_ns / 2),
        cpu_system_ns: Some(1),
        threads_found: Some(3),
        ..Measured::default()
    };
    sample(cell(strategy, 100), Pass::Time, measured)
}

fn trace(strategy: &str, makespan_ns: u64, in_flight_peak: u64) -> Sample {
    let wait = Quantiles { count: 100, max_ns: makespan_ns, ..Quantiles::default() };
    let measured = Measured {
        makespan_ns,
        in_flight_peak: Some(in_flight_peak),
        wait: Some(wait),
        ..Measured::default()
    };
    sample(cell(strategy, 100), Pass::Trace, measured)
}

fn memory(strategy: &str, jobs: u64, live_peak_bytes: u64) -> Sample {
    let measured = Measured {
        live_peak_bytes: Some(live_peak_bytes),
        allocations: Some(jobs),
        ..Measured::default()
    };
    sample(cell(strategy, jobs), Pass::Memory, measured)
}

fn failed(mut sample: Sample, outcome: Outcome, message: &str) -> Sample {
    sample.outcome = outcome;
    sample.message = Some(message.into());
    sample
}

fn only(samples: &[Sample]) -> Summary {
    let [summary] = <[Summary; 1]>::try_from(summarize(samples)).expect("one cell");
    summary
}

#[test]
fn cells_keep_the_order_in_which_they_first_appear() {
    let samples = [time("b", 1), time("a", 1), time("b", 2), time("c", 1)];
    let ids: Vec<_> = summarize(&samples).into_iter().map(|row| row.id).collect();
    assert_eq!(ids, ["fixed/b/tokio/limit=10", "fixed/a/tokio/limit=10", "fixed/c/tokio/limit=10"]);
    assert_eq!(summarize(&[]), []);
}

#[test]
fn the_makespan_comes_from_the_time_passes_alone() {
    let samples = [
        time("a", 300),
        trace("a", 9_000, 10),
        time("a", 100),
        memory("a", 100, 5),
        time("a", 200),
    ];
    let row = only(&samples);
    let spread = Spread { median_ns: 200, min_ns: 100, max_ns: 300, mad_ns: 100, rounds: 3 };
    assert_eq!(row.makespan_ns, Some(spread));
    assert_eq!(row.throughput_per_s, Some(90.0 * 1e9 / 200.0), "failed jobs do not count");
    assert_eq!(row.cpu_ns, Some(101));
    assert_eq!((row.failed, row.refused, row.threads_found), (Some(10), Some(0), Some(3)));
    assert_eq!(row.samples_ok, 5);
}

#[test]
fn times_are_those_of_the_median_trace_and_peaks_the_greatest() {
    let samples = [trace("a", 300, 10), trace("a", 100, 12), trace("a", 200, 11)];
    let row = only(&samples);
    assert_eq!(row.trace_sample, Some(2));
    assert_eq!(row.wait.map(|wait| wait.max_ns), Some(200), "never averaged over samples");
    assert_eq!(row.in_flight_peak, Some(12));
    assert_eq!((row.makespan_ns, row.throughput_per_s), (None, None));
}

#[test]
fn failures_are_counted_and_give_no_figures() {
    let samples = [
        failed(time("a", 1), Outcome::Wrong, "12 in flight, but the limit is 10"),
        time("a", 500),
        failed(time("a", 1), Outcome::Timeout, "after 60 s"),
        failed(time("a", 1), Outcome::Timeout, "after 60 s"),
        failed(memory("a", 25, 7), Outcome::Oom, "cap of 1 GiB"),
    ];
    let row = only(&samples);
    assert_eq!(row.failures, [(Outcome::Timeout, 2), (Outcome::Oom, 1), (Outcome::Wrong, 1)]);
    assert_eq!(row.message.as_deref(), Some("12 in flight, but the limit is 10"));
    assert_eq!(row.makespan_ns.map(|spread| (spread.median_ns, spread.rounds)), Some((500, 1)));
    assert_eq!((row.samples_ok, row.live_peak_bytes, row.memory_growth), (1, None, None));
}

#[test]
fn the_trouble_of_a_job_is_said_unless_a_sample_failed() {
    let mut troubled = time("a", 1);
    troubled.measured.as_mut().expect("it was measured").trouble = Some("a file vanished".into());
    let samples = [troubled, failed(time("a", 1), Outcome::Timeout, "after 60 s")];
    assert_eq!(only(&samples[..1]).message.as_deref(), Some("a file vanished"));
    assert_eq!(only(&samples).message.as_deref(), Some("after 60 s"));
}

#[test]
fn a_cell_that_only_fails_is_a_row_all_the_same() {
    let row = only(&[failed(time("a", 1), Outcome::Panic, "oh")]);
    assert_eq!((row.samples_ok, row.jobs, row.makespan_ns), (0, Some(100), None));
}

#[test]
fn memory_growth_compares_two_extents_of_one_cell() {
    let verdict = |full: u64, small: u64| {
        // The small one comes first, and a round of the full one is far off.
        let samples = [
            memory("a", 25, small),
            memory("a", 100, full),
            memory("a", 100, full),
            memory("a", 100, 90_000_000),
        ];
        let row = only(&samples);
        assert_eq!((row.jobs, row.live_peak_bytes), (Some(100), Some(full)));
        assert_eq!(row.live_peak_small, Some((25, small)));
        assert_eq!(row.allocations, Some(100), "of the full extent alone");
        assert_eq!(row.memory_sample, Some(2));
        (row.memory_growth.unwrap(), row.verdict_memory().unwrap())
    };
    let (growth, found) = verdict(4_000_000, 1_000_000);
    assert!((growth - 1.0).abs() < 1e-9);
    assert_eq!(found, MemoryVerdict::Grows);
    assert_eq!(verdict(50_000, 50_000), (0.0, MemoryVerdict::Bounded));
    assert_eq!(verdict(2_000_000, 1_000_000).1, MemoryVerdict::Between);
    assert_eq!(verdict(800, 100), (0.0, MemoryVerdict::Bounded), "a few words are noise");
}

#[test]
fn growth_from_a_quarter_below_twice_what_may_be_held_tells_nothing() {
    let with = |change: fn(&mut Cell), full: u64| {
        let mut samples = [memory("a", 25, 1_000_000), memory("a", 100, full)];
        samples.iter_mut().for_each(|sample| change(&mut sample.cell));
        only(&samples).verdict_memory()
    };
    let growing = 4_000_000;
    assert_eq!(
        with(|cell| cell.limit = NonZeroUsize::new(12), growing),
        Some(MemoryVerdict::Grows)
    );
    assert_eq!(
        with(|cell| cell.limit = NonZeroUsize::new(13), growing),
        Some(MemoryVerdict::TooFewJobs)
    );
    assert_eq!(
        with(|cell| cell.window = NonZeroUsize::new(64), 2_000_000),
        Some(MemoryVerdict::TooFewJobs),
        "nor is it in between"
    );
    assert_eq!(
        with(|cell| cell.window = NonZeroUsize::new(64), 1_300_000),
        Some(MemoryVerdict::Bounded),
        "which four times the jobs do show"
    );
    assert_eq!(
        with(|cell| cell.capacity = NonZeroUsize::new(10), growing),
        Some(MemoryVerdict::TooFewJobs),
        "ten in flight and ten in the queue"
    );
    assert_eq!(with(|cell| cell.limit = None, growing), Some(MemoryVerdict::Grows));
}

#[test]
fn memory_is_not_called_bounded_where_jobs_were_lost() {
    let counts = Counts { succeeded: 30, failed: 70, refused: 70, ..Counts::default() };
    let refused = |full| {
        let mut timed = time("a", 1_000);
        timed.measured.as_mut().unwrap().counts = counts;
        only(&[timed, memory("a", 25, 1_000_000), memory("a", 100, full)]).verdict_memory()
    };
    assert_eq!(refused(1_000_000), Some(MemoryVerdict::JobsLost));
    assert_eq!(refused(4_000_000), Some(MemoryVerdict::Grows), "although some held nothing");
}

#[test]
fn jobs_that_were_to_fail_are_not_lost() {
    let with = |failed, refused, panicked| {
        let mut sample = time("a", 1_000);
        sample.cell.work.extent = Extent::Jobs(10_000);
        sample.cell.work.faults = Faults { fail_per_million: 50_000, panic_per_million: 10_000 };
        let succeeded = 10_000 - failed - panicked;
        let counts = Counts { succeeded, failed, refused, panicked, ..Counts::default() };
        sample.measured.as_mut().unwrap().counts = counts;
        let row = only(&[sample]);
        (row.lost(), row.failed_as_asked())
    };
    assert_eq!(with(500, 0, 100), (None, Some(0.06)));
    assert_eq!(with(580, 0, 130), (None, Some(0.071)), "chance alone makes as much of it");
    assert_eq!(with(700, 0, 100), (Some(0.08), None), "some failed that were not to");
    assert_eq!(with(500, 0, 200), (Some(0.07), None), "some panicked that were not to");
    assert_eq!(with(500, 1, 100), (Some(0.06), None), "nobody asks for a refusal");
    assert_eq!(with(0, 0, 0), (None, None));
    let unasked = only(&[time("a", 1_000)]);
    assert_eq!((unasked.lost(), unasked.failed_as_asked()), (Some(0.1), None));
}

#[test]
fn one_extent_says_nothing_of_growth() {
    let row = only(&[memory("a", 100, 5_000)]);
    assert_eq!((row.live_peak_bytes, row.live_peak_small), (Some(5_000), None));
    assert_eq!((row.memory_growth, row.verdict_memory()), (None, None));
}

#[test]
fn a_run_of_a_given_time_has_no_planned_jobs() {
    let mut sample = memory("a", 1, 5_000);
    sample.cell.work.extent = Extent::ForNs(1_000_000_000);
    let row = only(&[sample]);
    assert_eq!((row.jobs, row.live_peak_bytes, row.live_peak_small), (None, Some(5_000), None));
}

#[test]
fn the_memory_of_an_endless_source_grows_with_time() {
    let endless = |succeeded: u64, live_bytes: &[(u64, u64)]| {
        let mut samples = [time("a", 1_000_000_000), memory("a", 1, 400_000)];
        let measured = |sample: &mut Sample| sample.measured.clone().unwrap();
        let (mut timed, mut weighed) = (measured(&mut samples[0]), measured(&mut samples[1]));
        timed.counts = Counts { succeeded, ..Counts::default() };
        weighed.series.live_bytes = live_bytes.to_vec();
        for (sample, measured) in samples.iter_mut().zip([timed, weighed]) {
            sample.cell.work.extent = Extent::ForNs(1_000_000_000);
            sample.measured = Some(measured);
        }
        only(&samples).verdict_memory()
    };
    let line = [(0, 0), (250_000_000, 100_000), (1_000_000_000, 400_000)];
    let flat = [(0, 0), (250_000_000, 400_000), (1_000_000_000, 400_000)];
    assert_eq!(endless(10_000, &line), Some(MemoryVerdict::Grows));
    assert_eq!(endless(10_000, &flat), Some(MemoryVerdict::Bounded));
    assert_eq!(endless(76, &line), Some(MemoryVerdict::TooFewJobs), "19 in a quarter, limit 10");
    assert_eq!(endless(10_000, &[]), None);
}

#[test]
fn the_csv_has_a_row_a_cell_and_leaves_empty_what_was_not_measured() {
    let samples = [
        time("a", 250),
        memory("a", 25, 2_000),
        memory("a", 100, 8_000),
        failed(time("b", 1), Outcome::Crashed, "=cmd()"),
    ];
    let csv = String::from_utf8(summary_csv(&summarize(&samples))).unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let [names, a, b] = &lines[..] else { panic!("{csv}") };
    let at = |row: &Vec<&str>, name: &str| {
        row[names.iter().position(|&found| found == name).unwrap()].to_owned()
    };
    assert_eq!(at(a, "cell"), "fixed/a/tokio/limit=10");
    assert_eq!(at(a, "jobs"), "100");
    assert_eq!(at(a, "makespan_median_ns"), "250");
    assert_eq!(at(a, "wait_max_ns"), "");
    assert_eq!(at(a, "memory_growth"), "1");
    assert_eq!(at(a, "memory_verdict"), "grows");
    assert_eq!(at(b, "failures"), "crashed 1");
    assert_eq!(at(b, "message"), "'=cmd()");
    assert_eq!(at(b, "makespan_median_ns"), "");
    let mut unique = names.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), names.len(), "no column twice");
}

#[test]
fn the_probe_effect_pairs_the_passes_of_a_round() {
    let in_round = |round, sample: Sample| Sample { round, ..sample };
    let repeated = |sample: Sample| Sample { attempt: 1, ..sample };
    // The machine is slower from round to round; each trace takes a tenth longer, one a half.
    let samples = [
        in_round(0, time("a", 100)),
        in_round(0, trace("a", 150, 1)),
        in_round(1, trace("a", 220, 1)),
        in_round(1, time("a", 200)),
        in_round(2, time("a", 400)),
        in_round(2, trace("a", 440, 1)),
        in_round(3, trace("a", 9_000, 1)),
        repeated(in_round(3, time("a", 1))),
    ];
    let effect = only(&samples).probe_effect.unwrap();
    assert!((effect - 1.1).abs() < 1e-9, "{effect}");
    assert_eq!(only(&[time("a", 100)]).probe_effect, None);
    assert_eq!(only(&[trace("a", 100, 1)]).probe_effect, None);
}

#[test]
fn a_summary_says_whether_jobs_were_traced() {
    let mut counted = trace("a", 100, 1);
    let measured = counted.measured.as_mut().unwrap();
    (measured.histograms, measured.sojourn) = (true, measured.wait.clone());
    assert!(only(&[counted.clone()]).histograms);
    assert!(!only(&[trace("a", 100, 1)]).histograms);
    let csv = String::from_utf8(summary_csv(&summarize(&[counted]))).unwrap();
    assert!(csv.lines().next().unwrap().contains(",histograms,probe_effect,"));
    assert!(csv.lines().nth(1).unwrap().contains(",1,,"), "{csv}");
}
