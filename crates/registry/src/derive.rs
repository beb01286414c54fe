//! What follows from the moments of a run, whoever made it.

use bp_analysis::{Moments, Offered, open_loop, read};
use bp_record::{Arrivals, Cell, Extent, Measured, Trace};

use crate::rules;

/// Of the jobs that were due in an endless run, so many are counted at most.
const COUNTED: u64 = 1 << 24;

/// What a verdict needs to know of a run besides what is kept of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Witnessed {
    /// Outputs that were delivered after that of a job which had finished later; `None` where the
    /// order of the deliveries was not kept.
    pub(crate) overtaken: Option<u64>,
    /// Jobs that started and never finished, and the time that they were in service.
    pub(crate) lost: u64,
    pub(crate) lost_sum_ns: u64,
    /// True if the workload itself closed its source, so that there may be fewer jobs than planned.
    pub(crate) closed: bool,
}

impl From<&Moments> for Witnessed {
    fn from(moments: &Moments) -> Self {
        let &Moments { overtaken, lost, lost_sum_ns, .. } = moments;
        Self { overtaken, lost, lost_sum_ns, closed: false }
    }
}

/// Enters into `measured`, a run of `cell`, all that its complete `trace` says, and keeps as much
/// of the trace as a file may hold. `due_ns` says when a job arrived, or would have;
/// `consumer_mean_ns` how long its consumer was seen to take for an output.
pub(crate) fn derive(
    cell: &Cell,
    trace: Trace,
    due_ns: impl Fn(u64) -> u64,
    consumer_mean_ns: Option<u64>,
    measured: &mut Measured,
) -> Witnessed {
    let jobs = trace.arrived_ns.len();
    let moments = read(&trace, measured.makespan_ns);
    let witnessed = Witnessed::from(&moments);
    moments.apply(measured);
    let paced = cell.work.arrivals != Arrivals::Drain || trace.arrived_ns.iter().any(|&at| at > 0);
    if paced {
        let offered = offered(cell.work.extent, jobs as u64, due_ns);
        measured.open_loop = offered.and_then(|offered| open_loop(offered, &trace));
    }
    measured.ideal = rules::ideal_of(cell, &trace, jobs as u64, consumer_mean_ns);
    measured.trace = Some(trace.thinned()); // all of it has been read
    witnessed
}

/// The jobs that were due: the admitted ones, and those that an endless source had not handed out
/// when it closed. `None` if nobody could count those.
fn offered(extent: Extent, admitted: u64, due_ns: impl Fn(u64) -> u64) -> Option<Offered> {
    let jobs = match extent {
        Extent::Jobs(_) => admitted,
        Extent::ForNs(time) => (admitted..COUNTED).find(|&job| due_ns(job) > time)?,
    };
    Offered::new(jobs, due_ns)
}
