//! What was found of these crates, and the law that finds it: if a newer release mends a fault, the
//! test that names it fails, and the table of the documentation is to be made again.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::{collections::BTreeSet, fs, num::NonZeroUsize, path::Path};

use bp_laws::{Effort, Law, subjects, verify_laws};
use bp_observe::memory::Counting;
use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Pass, Real, Work};
use bp_registry::{Failure, execute};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const EFFORT: Effort = Effort { schedules: 1_000, seed: 0, memory: [1_000, 8_000], polls: 4_000 };

/// What breaks a law in the virtual world, and what is seen then.
const FAULTS: &[(&str, Law, &str)] = &[
    // Its tasks are detached, as in its example, and their panics go with them.
    ("async-executor-limit", Law::Failure, "the source or the consumer panicked, and the run"),
    ("async-executor-limit", Law::Failure, "a job unwound, and the run completed as if not"),
    // A semaphore of no permits: the first job waits for one.
    (
        "async-executor-limit",
        Law::Arguments,
        "a limit of 0: 0 of 5 jobs are delivered, and it never",
    ),
    // A weight of 0 leaves no room for a weight of 1.
    (
        "buffer-unordered-weighted",
        Law::Arguments,
        "a limit of 0: 0 of 5 jobs are delivered, and it",
    ),
    // Outputs that wait for their turn do not count.
    ("futures-buffered-ordered", Law::Memory, "behind a slow head: it grows"),
    ("futures-buffered-ordered", Law::Input, "more than the window"),
    // Slots are allocated beforehand, so there can be too many.
    ("futures-buffered-ordered", Law::Arguments, "the largest limit: 0 of 50 outputs"),
    ("futures-buffered-unordered", Law::Arguments, "the largest limit: 0 of 50 outputs"),
    // Nor is there any room in no slots: one waits for it, the other subtracts 1 from them.
    (
        "futures-buffered-unordered",
        Law::Arguments,
        "a limit of 0: 0 of 5 jobs are delivered, and it",
    ),
    ("futures-buffered-ordered", Law::Arguments, "a limit of 0: "),
    // The limit is not asked by `collect`.
    ("futures-concurrency-collect", Law::Limit, "in flight; the limit is"),
    ("futures-concurrency-collect", Law::Arguments, "limit 1: 50 in flight"),
    // It counts by a semaphore of tokio, which has a most that nobody is told.
    ("tower-concurrency-limit", Law::Arguments, "the largest limit: 0 of 50 outputs"),
    (
        "tower-concurrency-limit",
        Law::Arguments,
        "a limit of 0: 0 of 5 jobs are delivered, and it never",
    ),
];

const EVERYWHERE: &[&str] =
    &["tokio", "tokio-current-thread", "async-std", "smol", "futures", "futures-local", "virtual"];

/// What breaks a promise in a cell of each of these executors, and what is seen then.
const CELLS: &[(&str, &str, &[&str], &str)] = &[
    ("futures-buffered-ordered", "stragglers", EVERYWHERE, "promised to hold at most 4 jobs"),
    ("futures-concurrency-collect", "fixed", EVERYWHERE, "promised at most 4 in flight"),
    // It is never told its limit.
    ("parallel-stream", "fixed", &["async-std"], "promised at most 4 in flight"),
];

/// All that a law finds wrong, by schedules and by each of its probes.
fn found(peer: &str, law: Law) -> Vec<String> {
    let subjects = subjects();
    let subject = subjects.iter().find(|subject| subject.name() == peer).unwrap();
    // A schedule that breaks a law is enough, so the probes are asked without any.
    let probes = Effort { schedules: 0, ..EFFORT };
    let rows = [EFFORT, probes].map(|effort| verify_laws(subject, &[law], &effort).remove(0));
    let probes = rows.iter().flat_map(|row| row.probes.iter().map(|(_, verdict)| verdict));
    let all = rows.iter().map(|row| &row.verdict).chain(probes);
    all.filter(|verdict| verdict.broken()).map(|verdict| verdict.seen().to_owned()).collect()
}

/// One test, for the memory of a process is measured, and so nothing may run beside it.
#[test]
fn each_fault_is_found_by_its_law() {
    for &(peer, law, how) in FAULTS {
        let found = found(peer, law);
        println!("{peer}, {law}: {found:#?}");
        assert!(found.iter().any(|why| why.contains(how)), "{peer}, {law}, {how:?}: {found:#?}");
    }
    for &(peer, workload, executors, how) in CELLS {
        for executor in executors {
            match execute(&cell(workload, peer, executor), Pass::Trace) {
                Err(Failure::Wrong(why, _)) => assert!(why.contains(how), "{peer}: {why}"),
                other => panic!("{peer} on {executor}: {:?}", other.map(|_| "no fault")),
            }
        }
    }
}

/// 300 short jobs, four at a time.
fn cell(workload: &str, strategy: &str, executor: &str) -> Cell {
    Cell {
        work: Work {
            name: workload.to_owned(),
            extent: Extent::Jobs(300),
            service_ns: 200_000,
            payload_bytes: 64,
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
        strategy: strategy.to_owned(),
        executor: executor.to_owned(),
        threads: NonZeroUsize::MIN,
        limit: NonZeroUsize::new(4),
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    }
}

/// The cells of the last table of `scripts/soak/peers` that show a fault: whose, and the number of
/// the law or the name of the executor.
fn shown() -> BTreeSet<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let records =
        fs::read_dir(root.join("reports/soak")).unwrap().map(|entry| entry.unwrap().path());
    let last = records.filter(|path| path.to_string_lossy().ends_with("-peers.md")).max().unwrap();
    let text = fs::read_to_string(last).unwrap();
    let legend = text.lines().find(|line| line.contains(": a tokio, ")).unwrap();
    let executors = legend.split_once(": ").unwrap().1.split(", ").map(|named| &named[2..]);
    let mut rows = text.lines().filter(|line| line.starts_with("| ")).map(|line| {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    });
    let laws = rows.next().unwrap().into_iter().skip(1).filter(|head| head.parse::<u8>().is_ok());
    let heads: Vec<_> = laws.chain(executors.map(str::to_owned)).collect();
    let marks = rows.filter(|row| row.len() == heads.len() + 1).flat_map(|row| {
        let marked = heads.iter().zip(row[1..].to_vec()).filter(|(_, mark)| mark == "✗");
        marked.map(|(head, _)| (row[0].clone(), head.clone())).collect::<Vec<_>>()
    });
    marks.collect()
}

#[test]
fn every_fault_of_the_recorded_table_is_here() {
    let of_laws = FAULTS.iter().map(|(peer, law, _)| (*peer, law.number().to_string()));
    let of_cells = CELLS.iter().flat_map(|(peer, _, executors, _)| {
        executors.iter().map(move |executor| (*peer, (*executor).to_owned()))
    });
    let named: BTreeSet<_> =
        of_laws.chain(of_cells).map(|(peer, head)| (peer.to_owned(), head)).collect();
    let shown = shown();
    assert!(shown.len() > 15, "{shown:?}");
    let missing: Vec<_> = shown.difference(&named).collect();
    assert!(missing.is_empty(), "the table shows what no row here names: {missing:?}");
}
