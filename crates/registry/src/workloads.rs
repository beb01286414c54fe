//! Every workload, and how it is made from what a plan says of it.

use std::{net::SocketAddr, path::Path, time::Duration};

use bp_record::{Extent, Work};
use bp_workloads::{
    AnyWorkload, Contended, Doing, FetchUpload, FileList, Files, Law, Lookup, Reading, Simulated,
    Terms, UrlList, WorkloadError, replayed,
};

use crate::measure::Failure;

/// What is said of a workload.
pub(crate) struct WorkloadRow {
    pub(crate) name: &'static str,
    pub(crate) sentence: &'static str,
    kind: Kind,
}

impl WorkloadRow {
    /// Whether the service time asked for has a meaning.
    pub(crate) fn timed(&self) -> bool {
        matches!(self.kind, Kind::Sleeps(_) | Kind::Replays | Kind::Contended) || self.served()
    }

    /// Whether its jobs talk to a server of ours, which somebody has to start.
    pub(crate) fn served(&self) -> bool {
        matches!(self.kind, Kind::FetchesAndUploads | Kind::LooksUp)
    }

    /// The law of its service times, where the jobs sleep and do nothing else.
    pub(crate) fn law(&self) -> Option<Law> {
        match self.kind {
            Kind::Sleeps(law) => Some(law),
            _ => None,
        }
    }
}

enum Kind {
    Sleeps(Law),
    Replays,
    Yields,
    Computes,
    Contended,
    Files(Reading),
    FetchesAndUploads,
    LooksUp,
}

/// The workload whose service times are read from a file.
pub(crate) const REPLAY: &str = "replay";

/// How many types of workload there are, for each of which every strategy is compiled on every
/// executor: the bare one and the observed one.
pub(crate) const TYPES: usize = 2;

pub(crate) const WORKLOADS: &[WorkloadRow] = &[
    sleeps("fixed", Law::Fixed, "sleeps, all jobs equally long (batching loses nothing here)"),
    sleeps("uniform", Law::Uniform, "sleeps, for up to twice the mean"),
    sleeps("exponential", Law::Exponential, "sleeps, memoryless"),
    sleeps("lognormal", Law::Lognormal, "sleeps, σ = 1: the usual shape of response times"),
    sleeps("pareto", Law::Pareto, "sleeps, shape 2.5: a heavy tail"),
    sleeps(
        "stragglers",
        Law::Stragglers,
        "sleeps; one job in a hundred takes a hundred times as long",
    ),
    sleeps("reciprocal", Law::Reciprocal, "sleeps, job n for 1/n of the first (document 001)"),
    WorkloadRow {
        name: REPLAY,
        sentence: "sleeps, job n for the n-th time of a file (--service-times)",
        kind: Kind::Replays,
    },
    WorkloadRow { name: "yield", sentence: "yields once; no timer", kind: Kind::Yields },
    WorkloadRow {
        name: "cpu",
        sentence: "computes for about 5 µs; no timer",
        kind: Kind::Computes,
    },
    WorkloadRow {
        name: "contended",
        sentence: "waits for a place in a service that slows down under load and refuses beyond it",
        kind: Kind::Contended,
    },
    WorkloadRow {
        name: "files",
        sentence: "reads and checks real files, whole",
        kind: Kind::Files(Reading::Whole),
    },
    WorkloadRow {
        name: "open-files",
        sentence: "opens real files and reads them piece by piece (--descriptors limits how many)",
        kind: Kind::Files(Reading::Pieces),
    },
    WorkloadRow {
        name: "fetch-upload",
        sentence: "gets a page from a real server and posts it back; beyond its places and its queue \
                   the server refuses (document 000)",
        kind: Kind::FetchesAndUploads,
    },
    WorkloadRow {
        name: "lookup",
        sentence: "asks a real server for an address, over UDP and from a socket of its own",
        kind: Kind::LooksUp,
    },
];

const fn sleeps(name: &'static str, law: Law, sentence: &'static str) -> WorkloadRow {
    WorkloadRow { name, sentence, kind: Kind::Sleeps(law) }
}

pub(crate) fn row(name: &str) -> Option<&'static WorkloadRow> {
    WORKLOADS.iter().find(|row| row.name == name)
}

/// True if the jobs talk to a server of ours, which has to be there before they start: not those
/// that go through a list of the user's own.
pub fn needs_server(work: &Work) -> bool {
    row(&work.name).is_some_and(WorkloadRow::served) && work.real.urls.is_none()
}

/// [`make`], as [`measure`](crate::measure::measure) wants it.
#[cfg(test)]
pub(crate) fn registered(work: &Work) -> Result<AnyWorkload, Failure> {
    Ok(make(work, None)?)
}

/// The same with the server that its jobs talk to.
pub(crate) fn served_by(
    server: Option<SocketAddr>,
) -> impl Fn(&Work) -> Result<AnyWorkload, Failure> {
    move |work| Ok(make(work, server)?)
}

/// Makes the workload of a cell. It fails if what is to be read is not there, or nobody serves.
pub(crate) fn make(work: &Work, server: Option<SocketAddr>) -> Result<AnyWorkload, WorkloadError> {
    let jobs = match work.extent {
        Extent::Jobs(jobs) => Some(jobs),
        Extent::ForNs(_) => None,
    };
    let simulated = |doing| Simulated::new(doing, jobs, work.payload_bytes, work.seed).into();
    let service = Duration::from_nanos(work.service_ns);
    Ok(match row(&work.name).expect("checked").kind {
        Kind::Sleeps(law) => simulated(Doing::Sleep { law, service }),
        Kind::Replays => simulated(Doing::Replay { times: times(work)? }),
        Kind::Yields => simulated(Doing::Yield),
        Kind::Computes => simulated(Doing::Cpu),
        Kind::Contended => Contended::new(terms(work), jobs, work.payload_bytes, work.seed).into(),
        Kind::Files(reading) => {
            let directory = work.directory.as_deref().unwrap_or(Path::new("."));
            let most = jobs.and_then(|jobs| usize::try_from(jobs).ok()).unwrap_or(usize::MAX);
            Files::new(FileList::first(directory, most)?, reading, work.real.retries, jobs).into()
        }
        Kind::FetchesAndUploads => {
            let Work { seed, payload_bytes, ref real, .. } = *work;
            match &real.urls {
                Some(urls) => {
                    let list = UrlList::open(urls, real.upload_to.as_deref())?;
                    FetchUpload::listed(list, seed, real.retries, jobs).into()
                }
                None => {
                    let server = server.ok_or(WorkloadError::NoServer)?;
                    FetchUpload::new(server, seed, payload_bytes, real.retries, jobs).into()
                }
            }
        }
        Kind::LooksUp => {
            let server = server.ok_or(WorkloadError::NoServer)?;
            Lookup::new(server, work.seed, work.real.retries, jobs).into()
        }
    })
}

/// The service times that are asked for of the first `jobs` jobs, in nanoseconds; or why there are
/// none.
pub(crate) fn nominal(work: &Work, jobs: u64) -> Result<Vec<u64>, &'static str> {
    let row = row(&work.name).ok_or("nobody but its author knows how long its jobs take")?;
    match row.kind {
        Kind::Sleeps(law) => {
            let service = Duration::from_nanos(work.service_ns);
            let time = |index| law.service(work.seed, index, service).as_nanos();
            Ok((0..jobs).map(|index| u64::try_from(time(index)).unwrap_or(u64::MAX)).collect())
        }
        Kind::Replays => {
            let times = times(work).map_err(|_| "the file of service times cannot be read")?;
            Ok(times.iter().copied().cycle().zip(0..jobs).map(|(time, _)| time).collect())
        }
        Kind::Contended | Kind::FetchesAndUploads | Kind::LooksUp => {
            Err("how long a service with so many places takes depends on the other requests")
        }
        Kind::Yields | Kind::Computes | Kind::Files(_) => Err("no service time is asked for"),
    }
}

/// The service times that are replayed.
fn times(work: &Work) -> Result<&'static [u64], WorkloadError> {
    replayed(work.service_times.as_ref().expect("checked"), work.service_ns)
}

/// A quarter of the mean service a turn: a request comes back to the line about four times.
fn terms(work: &Work) -> Terms {
    let service = Duration::from_nanos(work.service_ns);
    Terms {
        places: work.places,
        queue: work.queue,
        law: Law::Exponential,
        service,
        quantum: (service / 4).max(Duration::from_nanos(1)),
    }
}
