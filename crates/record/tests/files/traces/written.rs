//! What is written is what was measured, or nothing.

use bp_record::{
    Family, JobMoments, MOST_TRACED, Pass, Provenance, Store, StoreError, Trace, TraceFile,
};
use proptest::prelude::*;

use super::{only, refill, run, sample, store};

#[test]
fn what_was_measured_is_read_again_to_the_microsecond() {
    let job = (0..9_000_000_u64, 0..50_000_u64);
    let inputs = (1..9_usize, prop::collection::vec(job, 1..200), any::<u64>());
    proptest!(ProptestConfig::with_cases(64), |((limit, jobs, seed) in inputs)| {
        let mut trace = refill(limit, &jobs);
        for job in 0..jobs.len() {
            match (seed >> (job % 60)) & 3 {
                // It panicked: when it ended is when it was lost, and it has no output.
                0 => {
                    trace.lost_ns[job] = trace.finished_ns[job].take();
                    trace.delivered_ns[job] = None;
                    trace.order.retain(|other| *other != job as u64);
                }
                // Another thread took the next one, and noted that sooner.
                1 if job + 1 < jobs.len() => trace.admitted_ns[job + 1] = Some(0),
                _ => {}
            }
        }
        let place = tempfile::tempdir().unwrap();
        let mut there = Store::create(place.path(), &run(), true).unwrap();
        store(&mut there, sample("semaphore", limit, trace.clone())).unwrap();
        let recorded = Store::read(place.path()).unwrap();
        let file = recorded.trace(place.path(), &only(&recorded)).unwrap();
        let moments = file.moments();
        for (job, found) in moments.iter().enumerate() {
            let us = |list: &[Option<u64>]| list[job].map(|moment| moment / 1_000);
            prop_assert_eq!(found.index, job as u64);
            prop_assert_eq!(Some(found.started_us), us(&trace.started_ns));
            prop_assert_eq!(found.lost, trace.lost_ns[job].is_some());
            let end = us(&trace.finished_ns).or(us(&trace.lost_ns));
            prop_assert_eq!(Some(found.finished_us), end);
            prop_assert_eq!(Some(found.delivered_us), us(&trace.delivered_ns).or(end));
            prop_assert!(found.admitted_us <= found.started_us);
        }
        prop_assert!(moments.is_sorted_by_key(|job| job.admitted_us));
        // And once more, as a file by itself.
        let path = place.path().join("alone.json");
        file.write(&path).unwrap();
        prop_assert_eq!(&TraceFile::read(&path).unwrap(), &file);
        let again = file.trace();
        prop_assert_eq!(again.lost_ns.iter().flatten().count(), file.lost.len());
        prop_assert_eq!(again.order.len() + file.lost.len(), jobs.len());
    });
}

#[test]
fn a_trace_says_where_it_comes_from() {
    let place = tempfile::tempdir().unwrap();
    let mut there = Store::create(place.path(), &run(), true).unwrap();
    let mut weighed = sample("semaphore", 2, Trace::default());
    (weighed.pass, weighed.round) = (Pass::Memory, 0);
    let measured = weighed.measured.as_mut().unwrap();
    (measured.trace, measured.series.live_bytes) = (None, vec![(1_500, 64), (9_999, 128)]);
    there.append(&weighed).unwrap();
    store(&mut there, sample("semaphore", 2, refill(2, &[(5_000, 0); 3]))).unwrap();
    let recorded = Store::read(place.path()).unwrap();
    let found = recorded.trace(place.path(), &only(&recorded)).unwrap();
    assert_eq!((found.schema.as_str(), found.provenance), ("bp-trace/1", Provenance::Recorded));
    assert_eq!(found.cell, weighed.cell.id());
    assert_eq!((found.family, found.limit, found.window), (Family::Refill, Some(2), None));
    assert_eq!((found.executor_version.as_deref(), found.workers), (Some("1.48"), 1));
    assert_eq!((found.commit.as_deref(), found.jobs, found.every), (Some("abc"), 3, 1));
    assert_eq!(found.time, "2026-11-21T10:00:00Z");
    let memory = found.memory.unwrap();
    assert_eq!((memory.at_us, memory.live_bytes), (vec![1, 8], vec![64, 128]));

    // A strategy without a parameter promises its limit all the same, and simulated time is said.
    let mut alone = sample("sequential", 0, refill(1, &[(5_000, 0); 3]));
    alone.cell.executor = "virtual".into();
    store(&mut there, alone).unwrap();
    let recorded = Store::read(place.path()).unwrap();
    let sequential = &recorded.traced()[1];
    let found = recorded.trace(place.path(), sequential).unwrap();
    assert_eq!((found.provenance, found.limit), (Provenance::Simulated, Some(1)));
    assert_eq!((found.executor_version, found.memory), (None, None));
}

#[test]
fn a_trace_that_cannot_be_is_never_written() {
    let place = tempfile::tempdir().unwrap();
    let mut there = Store::create(place.path(), &run(), true).unwrap();
    let honest = || refill(2, &[(5_000, 0), (9_000, 0), (5_000, 0), (5_000, 0)]);
    let mut refused = |strategy: &str, limit: usize, change: &dyn Fn(&mut Trace), said: &str| {
        let mut trace = honest();
        change(&mut trace);
        let error = store(&mut there, sample(strategy, limit, trace)).unwrap_err();
        assert!(matches!(error, StoreError::BadTrace { .. }), "{error}");
        assert!(error.to_string().contains(said), "no {said:?} in: {error}");
        assert!(error.to_string().contains("traces/exponential"), "{error}");
    };
    let unchanged = |_: &mut Trace| {};
    refused(
        "semaphore",
        1,
        &unchanged,
        "`started`, job 1: 2 jobs are in flight at 0 µs, and the limit is 1",
    );
    refused("sequential", 0, &unchanged, "the limit is 1");
    refused(
        "batching",
        2,
        &unchanged,
        "`started`, job 2: it started at 5 µs, and the batch before ended at 9",
    );
    let late = |trace: &mut Trace| trace.delivered_ns[1] = Some(12_000);
    refused("materialize", 2, &late, "`delivered`, job 2: it was delivered before job 1");
    refused("nobody", 2, &unchanged, "\"nobody\" is not in the catalogue");
    refused("semaphore", 2, &|trace| trace.finished_ns[1] = None, "`finished`, job 1: it has no");
    refused(
        "semaphore",
        2,
        &|trace| trace.started_ns[3] = Some(50_000),
        "`finished`, job 3: it is 36000 ns before",
    );
    refused("semaphore", 2, &|trace| trace.order[0] = 1, "job 1 was delivered twice");
    refused("semaphore", 2, &|trace| trace.order[0] = 9, "there is no job 9");
    let mut sample = sample("semaphore", 2, honest());
    sample.measured.as_mut().unwrap().trace.as_mut().unwrap().admitted_ns.pop();
    let error = store(&mut there, sample).unwrap_err().to_string();
    assert!(error.contains("`admitted`: it has 3 entries for 4 jobs: a job is missing"), "{error}");
    assert!(!place.path().join("traces").exists());
}

#[test]
fn processors_whose_clocks_disagree_by_nanoseconds_are_forgiven_and_no_more() {
    let place = tempfile::tempdir().unwrap();
    let mut there = Store::create(place.path(), &run(), true).unwrap();
    let mut trace = refill(1, &[(5_000, 0), (5_000, 0)]);
    trace.delivered_ns[0] = Some(4_100);
    store(&mut there, sample("semaphore", 1, trace.clone())).unwrap();
    let recorded = Store::read(place.path()).unwrap();
    let found = recorded.trace(place.path(), &only(&recorded)).unwrap();
    assert_eq!(found.moments()[0].delivered_us, 5);
    trace.delivered_ns[0] = Some(3_999);
    let error = store(&mut there, sample("semaphore", 1, trace)).unwrap_err().to_string();
    assert!(error.contains("`delivered`, job 0: it is 1001 ns before"), "{error}");
}

#[test]
fn of_more_jobs_than_can_be_drawn_one_in_so_many_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let mut there = Store::create(place.path(), &run(), true).unwrap();
    let jobs = 2 * MOST_TRACED + 1;
    let mut sample = sample("semaphore", 4, refill(4, &vec![(2_000, 0); jobs]));
    let measured = sample.measured.as_mut().unwrap();
    measured.trace = measured.trace.take().map(Trace::thinned);
    store(&mut there, sample).unwrap();
    let recorded = Store::read(place.path()).unwrap();
    let found = recorded.trace(place.path(), &only(&recorded)).unwrap();
    assert_eq!((found.jobs, found.every, found.admitted.len()), (200_001, 3, 66_667));
    let JobMoments { index, started_us, .. } = found.moments()[66_666];
    assert_eq!((index, started_us), (199_998, 2 * (199_998 / 4)));
    let bytes = found.json().len();
    assert!(bytes < 1 << 20, "{bytes} bytes");
}
