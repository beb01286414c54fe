//! What parent and child say to each other: one JSON document on the child's standard input, one
//! JSON line on its standard output.

use std::{
    io::{self, BufWriter, Read, Write},
    net::SocketAddr,
    panic,
    sync::atomic::{AtomicU32, Ordering},
};

use bp_record::{Cell, Measured, Pass};
use bp_registry::{Failure, Watch};
use serde::{Deserialize, Serialize};

use crate::platform;

/// The hidden command that makes the program a child.
pub const CHILD_VERB: &str = "__cell";

/// Beyond the cap, address space for stacks and for the allocator's arenas, which are reserved
/// by the tens of megabytes a thread and hardly used.
const ADDRESS_SPACE_SLACK: u64 = 4 << 30;

/// Panics that a child writes about. Jobs may be told to panic by the thousand, and each line is
/// a system call that the measurement would show.
const PANICS_SHOWN: u32 = 8;

/// The version of requests and answers; docs/PROTOCOL.md says what is in them.
pub(crate) const VERSION: u32 = 1;

/// What the parent asks for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Always [`VERSION`]; whoever knows another one must not guess.
    pub(crate) version: u32,
    /// What to run.
    pub(crate) cell: Cell,
    /// How to watch it.
    pub(crate) pass: Pass,
    /// How much memory it may use.
    pub(crate) mem_cap_bytes: u64,
    /// The service time of each job, for a contestant that wants to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service_ns: Option<Vec<u64>>,
    /// Where the server of its workload listens, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server: Option<SocketAddr>,
}

/// What the child answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// All went well.
    Ok(Box<Measured>),
    /// These do not go together.
    Unsupported(String),
    /// Something that the cell needs is not there.
    Invalid(String),
    /// A promise was broken.
    Wrong { message: String, measured: Box<Measured> },
    /// Something panicked that must not.
    Panic(String),
    /// The allocator's last word before the process left with [`OOM_EXIT`].
    Oom { live_bytes: u64 },
}

/// The exit code of a process that passed its memory cap.
pub(crate) const OOM_EXIT: i32 = 86;

/// Runs as the child: reads a request from standard input, executes it, answers on standard
/// output.
///
/// # Errors
/// If the request cannot be read or the answer cannot be written. Whatever goes wrong with the
/// cell itself is part of the answer.
pub fn serve() -> io::Result<()> {
    serve_watching(bp_registry::execute)
}

/// The same with cells that `execute` runs, such as those of a workload that is not in the
/// registry.
///
/// # Errors
/// As [`serve`].
pub fn serve_with(
    execute: impl FnOnce(&Cell, Pass) -> Result<Measured, Failure>,
) -> io::Result<()> {
    serve_watching(|cell, watch| execute(cell, watch.pass))
}

/// The same with cells that are told where their server is.
pub(crate) fn serve_watching(
    execute: impl FnOnce(&Cell, Watch) -> Result<Measured, Failure>,
) -> io::Result<()> {
    platform::end_with_parent();
    show_few_panics();
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    let request: Request = serde_json::from_str(&text)?;
    drop(text);
    if request.version != VERSION {
        let message = format!("a request of version {}, and {VERSION} is known", request.version);
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    limit_memory(&request);
    if let Some(most) = request.cell.work.real.descriptors {
        platform::limit_descriptors(most.get());
    }
    let watch = Watch { server: request.server, ..request.pass.into() };
    let reply = match execute(&request.cell, watch) {
        Ok(measured) => Reply::Ok(Box::new(measured)),
        Err(Failure::Unsupported(message)) => Reply::Unsupported(message),
        Err(Failure::Invalid(message)) => Reply::Invalid(message),
        Err(Failure::Wrong(message, measured)) => Reply::Wrong { message, measured },
        Err(Failure::Panic(message)) => Reply::Panic(message),
    };
    let mut output = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut output, &reply)?;
    output.write_all(b"\n")?;
    output.flush()
}

/// Runs as a child of another kind: reads a text from standard input and writes what `answer` makes
/// of it.
///
/// # Errors
/// If the text cannot be read or the answer cannot be written.
pub fn serve_text(answer: impl FnOnce(&str) -> String) -> io::Result<()> {
    platform::end_with_parent();
    show_few_panics();
    let text = io::read_to_string(io::stdin().lock())?;
    let answer = answer(&text);
    let mut output = io::stdout().lock();
    output.write_all(answer.as_bytes())?;
    output.flush()
}

/// The counting allocator knows live bytes, but counting is a probe of some nanoseconds an
/// allocation and belongs in the memory pass alone. The others are left to the operating system,
/// unless the cap is small beside the slack that must be added there.
fn limit_memory(request: &Request) {
    let cap = request.mem_cap_bytes;
    match request.pass {
        Pass::Time | Pass::Trace if cap >= ADDRESS_SPACE_SLACK => {
            platform::limit_address_space(cap.saturating_add(ADDRESS_SPACE_SLACK));
        }
        Pass::Time | Pass::Trace | Pass::Memory => {
            bp_observe::memory::cap(usize::try_from(cap).unwrap_or(usize::MAX));
        }
    }
}

fn show_few_panics() {
    static SHOWN: AtomicU32 = AtomicU32::new(0);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if SHOWN.fetch_add(1, Ordering::Relaxed) < PANICS_SHOWN {
            usual(info);
        }
    }));
}
