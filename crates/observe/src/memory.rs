//! Memory as the program sees it: bytes allocated and not freed.
//!
//! What is counted is what the program asked for: the size of each block, of any thread, from the
//! allocation until it is freed; a reallocation is both, and counts as an allocation. Not counted
//! are what the allocator adds for itself, stacks, code, and memory mapped by other means: those are
//! in the resident memory of [`process`](crate::process), which counts whole pages, also those that
//! the allocator keeps. Before the run, and so not in its peak: the runtime with its threads, the
//! workload with what it has read, the sampler with its points. In the peak: the strategy, its
//! tasks and queues, the jobs with their payload, and outputs that wait for the consumer.
//!
//! The binary makes [`Counting`] its global allocator. It passes everything through, at the price
//! of one relaxed load, until [`begin`] or [`cap`] turns counting on.
//!
//! ```
//! use bp_observe::memory::{self, Counting};
//!
//! #[global_allocator]
//! static ALLOCATOR: Counting = Counting;
//!
//! let meter = memory::begin().expect("the allocator is installed");
//! drop(std::hint::black_box(vec![0_u8; 1000]));
//! assert_eq!(meter.finish().peak_bytes, 1000);
//! ```
#![allow(unsafe_code, reason = "an allocator is unsafe to implement; nothing else here is")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    hint::black_box,
    sync::atomic::{
        AtomicBool, AtomicI64, AtomicU64,
        Ordering::{Relaxed, SeqCst},
    },
};

/// The exit code of a process that has passed its [`cap`].
pub const EXIT_OOM: i32 = 86;

static ON: AtomicBool = AtomicBool::new(false);
/// Signed, since what was allocated before counting may be freed while it is on.
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static CAP: AtomicI64 = AtomicI64::new(i64::MAX);

/// The system's allocator, counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting;

// SAFETY: every call goes to `System` with the arguments it came with, and what `System` answers is
// handed back; in between only atomic counters change, which neither allocate nor unwind.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`, and it is the same for `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        freed(layout.size());
        allocated(size);
        // SAFETY: `block` came from `System` by this allocator, with this layout.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        freed(layout.size());
        // SAFETY: as in `realloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

fn allocated(bytes: usize) {
    if ON.load(Relaxed) {
        let live = LIVE.fetch_add(bytes as i64, Relaxed) + bytes as i64;
        ALLOCATIONS.fetch_add(1, Relaxed);
        if live > PEAK.load(Relaxed) {
            PEAK.fetch_max(live, Relaxed);
        }
        if live > CAP.load(Relaxed) {
            over_the_cap(live);
        }
    }
}

fn freed(bytes: usize) {
    if ON.load(Relaxed) {
        LIVE.fetch_sub(bytes as i64, Relaxed);
    }
}

/// True if [`Counting`] is the global allocator of this process; otherwise nothing is measured.
pub fn installed() -> bool {
    let was_on = ON.swap(true, SeqCst);
    let before = ALLOCATIONS.load(SeqCst);
    drop(black_box(Box::new(0_u8)));
    let installed = ALLOCATIONS.load(SeqCst) != before;
    ON.store(was_on, SeqCst);
    installed
}

/// Bytes allocated and not freed since counting was turned on; less than zero if more was freed.
pub fn live() -> i64 {
    LIVE.load(Relaxed)
}

/// The most that [`live`] was since a [`Meter`] began.
pub fn peak() -> i64 {
    PEAK.load(Relaxed)
}

/// From now on, ends the process when more than `bytes` are live that are allocated from now on:
/// it writes `{"oom":{"live_bytes":N}}` and a newline to standard output and exits with
/// [`EXIT_OOM`]. No destructor runs and nothing is flushed.
///
/// To bound all of a process, call this first thing in `main`.
pub fn cap(bytes: usize) {
    CAP.store(live().saturating_add_unsigned(bytes as u64), SeqCst);
    ON.store(true, SeqCst);
}

/// Begins to measure, from what is live now; `None` if [`Counting`] is not installed.
///
/// One meter at a time: there is one peak.
pub fn begin() -> Option<Meter> {
    if !installed() {
        return None;
    }
    ON.store(true, SeqCst);
    let live_before = LIVE.load(SeqCst);
    PEAK.store(live_before, SeqCst);
    Some(Meter { live_before, allocations_before: ALLOCATIONS.load(SeqCst) })
}

/// A measurement under way.
#[derive(Debug)]
pub struct Meter {
    live_before: i64,
    allocations_before: u64,
}

/// What a [`Meter`] measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Most bytes live at one instant, above what was live at the beginning.
    pub peak_bytes: u64,
    /// Bytes live at the end, above what was live at the beginning; below zero if it was less.
    pub live_bytes: i64,
    /// How many allocations and reallocations there were.
    pub allocations: u64,
}

impl Meter {
    /// What was live when this began, as [`live`] counts it.
    pub fn live_before(&self) -> i64 {
        self.live_before
    }

    /// Ends the measurement. Counting is turned off, unless there is a [`cap`].
    pub fn finish(self) -> Usage {
        let usage = Usage {
            peak_bytes: (PEAK.load(SeqCst) - self.live_before).max(0) as u64,
            live_bytes: LIVE.load(SeqCst) - self.live_before,
            allocations: ALLOCATIONS.load(SeqCst) - self.allocations_before,
        };
        ON.store(CAP.load(SeqCst) != i64::MAX, SeqCst);
        usage
    }
}

/// Says how much was live and ends the process, without allocating: this runs inside the allocator.
#[cold]
fn over_the_cap(live: i64) -> ! {
    use std::io::Write;

    static ENDING: AtomicBool = AtomicBool::new(false);
    while ENDING.swap(true, SeqCst) {
        std::hint::spin_loop(); // another thread is at it, and will end this one as well
    }
    let mut line = [0; 64];
    let mut rest = &mut line[..];
    let written = writeln!(rest, r#"{{"oom":{{"live_bytes":{live}}}}}"#).is_ok();
    let free = rest.len();
    let length = if written { line.len() - free } else { 0 };
    end(&line[..length])
}

#[cfg(unix)]
fn end(line: &[u8]) -> ! {
    use nix::libc;

    // SAFETY: the pointer and the length are those of a slice. `write` and `_exit` may be called
    // anywhere, even in a signal handler. If nobody reads the line, the exit code says it all.
    unsafe {
        libc::write(libc::STDOUT_FILENO, line.as_ptr().cast(), line.len());
        libc::_exit(EXIT_OOM)
    }
}

#[cfg(not(unix))]
fn end(line: &[u8]) -> ! {
    use std::io::Write;

    ON.store(false, SeqCst); // what follows may allocate
    drop(std::io::stdout().write_all(line));
    std::process::exit(EXIT_OOM)
}
