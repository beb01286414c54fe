//! How long a plan will take, before anything of it has run.

use std::{num::NonZeroUsize, rc::Rc, time::Duration};

use bp_analysis::replay::Polled;
use bp_record::{Arrivals, Catalogue, Cell, Consumer, Extent, Work};

/// What a process costs beside its jobs: start, threads, warm-up, answer, and to store that.
const PROCESS: Duration = Duration::from_millis(15);
/// The same for a program of somebody else, which may have to start an interpreter.
const FOREIGN_PROCESS: Duration = Duration::from_millis(150);
/// What one job costs a core, whatever it waits for.
const JOB_CPU: f64 = 3e-6;
/// What it costs there, by the first contestant, which is Python.
const FOREIGN_JOB_CPU: f64 = 15e-6;
/// By how much timers fire late where they tick once a millisecond, as tokio's do.
const TICK_LATE_NS: u64 = 1_100_000;
/// By how much others do.
const TIMER_LATE_NS: u64 = 100_000;
/// A child rehearses: two fillings of the limit, so many jobs at most, and at most a tenth of all.
const REHEARSED: u64 = 1_000;
/// Of longer runs so many jobs are replayed, and the rest is taken to be like them.
const MOST_REPLAYED: u64 = 20_000;
/// What is taken for service times of which nobody knows the law.
const USUAL_LAW: &str = "exponential";

/// Guesses how long child processes will take: honestly, and within a factor of one and a half
/// where their jobs wait for timers.
///
/// A strategy's rule is replayed on the very service times that the jobs will have, for a mean does
/// not say how long a batch, or an output before others, keeps all waiting.
pub(crate) struct Estimate<'a> {
    catalogue: &'a Catalogue,
    /// Of each workload the service times with late timers: many cells have the same.
    services: Vec<(Work, u64, Rc<[u64]>)>,
}

impl<'a> Estimate<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue) -> Self {
        Self { catalogue, services: Vec::new() }
    }

    /// How long a child process will take for a cell. O(jobs log jobs), of 20,000 jobs at most.
    pub(crate) fn of(&mut self, cell: &Cell) -> Duration {
        let executor = self.catalogue.executor(&cell.executor);
        let foreign = executor.is_some_and(|entry| entry.contestant.is_some());
        let (process, job_cpu) =
            if foreign { (FOREIGN_PROCESS, FOREIGN_JOB_CPU) } else { (PROCESS, JOB_CPU) };
        let simulated = executor.is_some_and(|entry| entry.simulated);
        let late_ns = lateness(&cell.executor);
        let rehearsal = if simulated || foreign { 0.0 } else { self.rehearsal(cell, late_ns) };
        // The processor's part comes on top.
        let run = match cell.work.extent {
            Extent::ForNs(time) => seconds(time),
            Extent::Jobs(jobs) if simulated => jobs as f64 * job_cpu,
            Extent::Jobs(jobs) => self.waiting(cell, jobs, late_ns) + jobs as f64 * job_cpu,
        };
        process + Duration::from_secs_f64((rehearsal + run).min(1e9))
    }

    /// How many seconds a child takes for jobs of which nothing is kept: they are all there, and
    /// their outputs are taken at once.
    fn rehearsal(&mut self, cell: &Cell, late_ns: u64) -> f64 {
        let two = |limit: NonZeroUsize| (limit.get() as u64).saturating_mul(2).min(REHEARSED);
        let most = cell.limit.map_or(REHEARSED, two);
        let jobs = match cell.work.extent {
            Extent::Jobs(jobs) => most.min(jobs / 10),
            Extent::ForNs(_) => most,
        };
        let (arrivals, consumer) = (Arrivals::Drain, Consumer::Instant);
        let work = Work { arrivals, consumer, ..cell.work.clone() };
        self.waiting(&Cell { work, ..cell.clone() }, jobs, late_ns)
    }

    /// How many seconds a run of `jobs` jobs waits for timers that fire so late.
    fn waiting(&mut self, cell: &Cell, jobs: u64, late_ns: u64) -> f64 {
        let few = jobs.min(MOST_REPLAYED);
        let services = self.services(&cell.work, few, late_ns);
        // Whichever is slowest holds the others up.
        replayed(cell, jobs, &services, late_ns).max(paced(cell, jobs, &services, late_ns))
    }

    /// How long the first jobs are in service, in nanoseconds, as far as is known beforehand.
    fn services(&mut self, work: &Work, jobs: u64, late_ns: u64) -> Rc<[u64]> {
        let work = Work { extent: Extent::Jobs(jobs), ..work.clone() };
        let same = |known: &&(Work, u64, Rc<[u64]>)| known.0 == work && known.1 == late_ns;
        if let Some((.., services)) = self.services.iter().find(same) {
            return Rc::clone(services);
        }
        let timed = self.catalogue.workload(&work.name).is_some_and(|entry| entry.timed);
        let services: Rc<[u64]> = match asked(&work, jobs).filter(|_| timed) {
            Some(asked) => asked.iter().map(|time| time.saturating_add(late_ns)).collect(),
            None => vec![0; jobs as usize].into(),
        };
        self.services.push((work, late_ns, Rc::clone(&services)));
        services
    }
}

/// How many seconds the strategy's rule takes for jobs of which the first have these service times,
/// and for their consumer.
fn replayed(cell: &Cell, jobs: u64, services: &[u64], late_ns: u64) -> f64 {
    let Ok(rule) = bp_registry::rule(cell) else { return 0.0 };
    let consumer = match cell.work.consumer {
        Consumer::Instant => Consumer::Instant,
        slow @ (Consumer::Serial { time_ns } | Consumer::Parallel { time_ns }) => {
            slow.taking(time_ns.saturating_add(late_ns))
        }
    };
    let took = seconds(rule.forecast(services, consumer, Polled::ByExecutor).makespan_ns);
    let all_at_once = rule.limit().get() >= services.len() && consumer == Consumer::Instant;
    if all_at_once { took } else { took * (jobs as f64 / services.len().max(1) as f64) }
}

/// How many seconds it takes until the last job is done if each starts a while after the one
/// before: a pause, or the time between arrivals.
fn paced(cell: &Cell, jobs: u64, services: &[u64], late_ns: u64) -> f64 {
    let arrivals = match cell.work.arrivals {
        Arrivals::Drain => 0.0,
        Arrivals::Constant { per_second } | Arrivals::Poisson { per_second } => {
            1.0 / f64::from(per_second)
        }
    };
    let pause = cell.pause_ns.map_or(0.0, |pause| seconds(pause.saturating_add(late_ns)));
    let gap = arrivals.max(pause);
    let ends = services.iter().enumerate().map(|(job, time)| job as f64 * gap + seconds(*time));
    ends.fold(0.0, f64::max) + (jobs - services.len() as u64) as f64 * gap
}

fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

fn lateness(executor: &str) -> u64 {
    if executor.starts_with("tokio") { TICK_LATE_NS } else { TIMER_LATE_NS }
}

/// The service times that are asked for: by the law, of the file, or else by the usual law.
fn asked(work: &Work, jobs: u64) -> Option<Vec<u64>> {
    let count = NonZeroUsize::new(usize::try_from(jobs).ok()?)?;
    let usual = || bp_registry::drawn(USUAL_LAW, work.service_ns, count, work.seed);
    bp_registry::service_times(work).or_else(|| of_file(work, count)).or_else(usual)
}

/// Those of the file, stretched to the mean that is asked for, and again from the first.
fn of_file(work: &Work, jobs: NonZeroUsize) -> Option<Vec<u64>> {
    let (times, _) = bp_registry::open_service_times(&work.service_times.as_ref()?.path).ok()?;
    let factor = work.service_ns as f64 / bp_registry::mean(&times).max(1) as f64;
    let all = times.iter().cycle().take(jobs.get());
    Some(all.map(|time| (*time as f64 * factor) as u64).collect())
}

#[cfg(test)]
mod tests {
    use bp_record::{Family, Pass};
    use bp_registry::{catalogue, execute};

    use super::*;
    use crate::{Filters, Plan, Suite};

    /// Every strategy on workloads of all shapes, in simulated time, where nothing but the rule and
    /// the jobs take time.
    const COMPUTED: &str = "
        [[matrix]]
        workloads = ['fixed', 'exponential', 'stragglers', 'pareto']
        executors = ['virtual']
        jobs = 480
        service = '5ms'
        limit = [10]
        window = ['4x']
        capacity = ['1x']
        pause = ['1ms']

        [[matrix]]
        workloads = ['stragglers']
        executors = ['virtual']
        strategies = ['semaphore', 'batching', 'materialize', 'materialize-window', 'sequential']
        jobs = 200
        service = '2ms'
        limit = [4]
        window = ['2x']
        consumer = 'serial:3ms'

        [[matrix]]
        workloads = ['exponential']
        executors = ['virtual']
        strategies = ['semaphore', 'batching', 'materialize']
        jobs = 200
        service = '2ms'
        limit = [4]
        arrivals = 'constant:100/s'
    ";

    #[test]
    fn a_guess_is_within_a_factor_of_one_and_a_half_whatever_the_rule() {
        let catalogue = catalogue();
        let suite = Suite::parse(COMPUTED, "computed").unwrap();
        let plan = Plan::new(&suite, &Filters::default(), &catalogue).unwrap();
        let mut estimate = Estimate::new(&catalogue);
        for cell in &plan.cells {
            let Extent::Jobs(jobs) = cell.work.extent else { panic!("{} is endless", cell.id()) };
            let guess = estimate.waiting(cell, jobs, 0);
            let took = execute(cell, Pass::Time).unwrap().makespan_ns as f64 / 1e9;
            let off = (guess / took).max(took / guess);
            assert!(off < 1.5, "{}: {guess} s guessed, {took} s taken", cell.id());
        }
        let ordered = |cell: &&Cell| {
            let strategy = catalogue.strategy(&cell.strategy).unwrap();
            strategy.family == Family::Ordered && cell.work.name == "stragglers"
        };
        assert!(plan.cells.iter().any(|cell| ordered(&cell)), "the hard case is among them");
    }

    #[test]
    fn a_long_run_is_guessed_from_its_beginning() {
        let catalogue = catalogue();
        let mut estimate = Estimate::new(&catalogue);
        let mut guess = |strategies: &str, jobs: u64| {
            let text = format!(
                "[[matrix]]\nworkloads = ['stragglers']\nstrategies = ['{strategies}']\n\
                 executors = ['smol']\njobs = {jobs}\nservice = '1ms'\nlimit = [10]"
            );
            let suite = Suite::parse(&text, "long").unwrap();
            let plan = Plan::new(&suite, &Filters::default(), &catalogue).unwrap();
            estimate.waiting(&plan.cells[0], jobs, 0)
        };
        let ratio = guess("materialize", 80_000) / guess("materialize", 20_000);
        assert!((3.9..4.1).contains(&ratio), "{ratio}");
        let same = guess("unbounded-spawn", 80_000);
        assert!((same - 0.1).abs() < 1e-9, "all at once last as long as the longest: {same} s");
    }
}
