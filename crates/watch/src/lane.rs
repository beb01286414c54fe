use bp_record::{Cell, Extent, Family, Glance, TraceFile, printable};

use crate::{Course, Gauge};

/// One run among those that are shown.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its strategy.
    pub strategy: String,
    /// The kind of its rule.
    pub family: Family,
    /// Its executor.
    pub executor: String,
    /// Most jobs in flight, as it promised.
    pub limit: Option<u64>,
    /// Most jobs admitted and not delivered, where that is set apart.
    pub window: Option<u64>,
    /// How many jobs there are; `None` if the source is endless.
    pub jobs: Option<u64>,
    /// Of a trace, each how-manieth job is known; 1 if all are.
    pub every: u64,
    /// What happens over time.
    pub course: Course,
    /// Whether it goes on.
    pub state: State,
}

/// Whether a run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Its process was started, and has not said anything.
    Starting,
    /// It goes on.
    Running,
    /// It has ended well, or is a trace.
    Ended,
    /// It has not ended well, for this reason.
    Failed(String),
}

impl Lane {
    /// A lane for a trace. Its names are data, and cannot steer a terminal. O(jobs log jobs).
    pub fn of_trace(trace: &TraceFile) -> Self {
        Self {
            strategy: printable(&trace.strategy),
            family: trace.family,
            executor: printable(&trace.executor),
            limit: trace.limit,
            window: trace.window,
            jobs: Some(trace.jobs),
            every: trace.every,
            course: Course::of(trace),
            state: State::Ended,
        }
    }

    /// A lane for a cell that is about to run; `limit` is what its strategy promises.
    pub fn of_cell(cell: &Cell, family: Family, limit: Option<u64>) -> Self {
        Self {
            strategy: printable(&cell.strategy),
            family,
            executor: printable(&cell.executor),
            limit,
            window: cell.window.map(|window| window.get() as u64),
            jobs: match cell.work.extent {
                Extent::Jobs(jobs) => Some(jobs),
                Extent::ForNs(_) => None,
            },
            every: 1,
            course: Course::Seen(Vec::new()),
            state: State::Starting,
        }
    }

    /// True as long as more may be seen of it.
    pub fn goes_on(&self) -> bool {
        matches!(self.state, State::Starting | State::Running)
    }

    /// What there is to say of it at a moment, in a few words.
    pub(crate) fn remark(&self, us: u64) -> String {
        let glance = self.course.at(us);
        let over = us >= self.course.end_us();
        match &self.state {
            State::Failed(reason) => return reason.clone(),
            State::Starting => return "starting".to_owned(),
            State::Ended if over => return self.ending(&glance),
            State::Running | State::Ended => {}
        }
        if self.every > 1 {
            return "under way".to_owned(); // of the slots too little is known
        }
        match self.limit.map(|limit| (limit, limit.saturating_sub(glance.in_flight))) {
            None => "no limit to fill".to_owned(),
            Some((_, 0)) => "all slots busy".to_owned(),
            Some((limit, free)) => format!("{free} of {limit} slots free"),
        }
    }

    fn ending(&self, glance: &Glance) -> String {
        // The last job is one of those that are known by luck alone.
        let about = if self.every > 1 { "≈" } else { "" };
        let took = bp_report::units::time(self.course.end_us().saturating_mul(1_000));
        let took = format!("{about}{took}");
        match glance.lost {
            0 => format!("done in {took}"),
            lost => format!("done in {took}, {lost} lost"),
        }
    }

    /// Takes what was seen of it.
    pub(crate) fn see(&mut self, glance: Glance) {
        self.state = State::Running;
        self.course.see(glance);
    }

    /// The most that a gauge shows in all; `None` if nobody measured it.
    pub(crate) fn peak(&self, gauge: Gauge) -> Option<u64> {
        gauge.peak(&self.course.at(u64::MAX))
    }
}
