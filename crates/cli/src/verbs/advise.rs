use std::{
    fs::File,
    io::{self, BufReader},
    num::NonZeroUsize,
    path::Path,
};

use anyhow::{Context, Result};
use bp_analysis::{
    advise::{Candidate, Question, TaskMemory, advise as weigh, resampled, smallest_window},
    summarize,
};
use bp_harness::Error;
use bp_record::{Sample, Store, Trace};
use bp_report::Answer;
use regex::Regex;

use crate::{
    arguments::{Advise, Law},
    exit::Status,
    output,
};

/// More jobs than these would take too long to be replayed.
const MOST_JOBS: usize = 1_000_000;
/// How many jobs a law is asked for if nobody says.
const USUAL_JOBS: NonZeroUsize = NonZeroUsize::new(1_000).expect("1,000 is not zero");

/// Says which strategy to use.
pub(crate) fn advise(arguments: &Advise) -> Result<Status> {
    let times = Times::of(arguments)?;
    let jobs = arguments.jobs.unwrap_or(times.jobs());
    if jobs.get() > MOST_JOBS {
        return Err(usage(format!(
            "{jobs} jobs are too many to replay: ask for at most {MOST_JOBS}; with more, makespans \
             grow in proportion"
        )));
    }
    let measured = arguments.measured.as_deref().map(task_memory).transpose()?;
    let question = question(arguments, jobs, measured.as_ref().map_or(0, TaskMemory::most))?;
    let draw = |replicate| times.draw(jobs, arguments.seed, replicate);
    let window = smallest_window(&question, draw);
    let mut candidates = bp_registry::candidates(jobs, question.limit_to_use(), window.places);
    if let Some(measured) = &measured {
        candidates.iter_mut().for_each(|candidate| weighed(candidate, measured));
    }
    let measured = arguments.measured.as_ref().map(|run| run.display().to_string());
    let advice = weigh(&question, &candidates, draw).ok_or_else(|| {
        let run = measured.as_deref().unwrap_or_default();
        usage(format!("no strategy that was measured is allowed: leave --measured {run} out"))
    })?;
    let answer = Answer {
        question: &question,
        source: &times.source(),
        measured: measured.as_deref(),
        advice: &advice,
        window: &window,
    };
    output::print_as(arguments.format, &bp_report::advice(&answer, arguments.format.into()))?;
    Ok(Status::Done)
}

fn question(arguments: &Advise, jobs: NonZeroUsize, task_bytes: u64) -> Result<Question> {
    let question = Question {
        jobs,
        limit: arguments.limit,
        memory_bytes: arguments.memory,
        job_bytes: arguments.job_bytes,
        task_bytes,
        ordered: arguments.ordered,
        consumer: arguments.consumer,
    };
    if let (Some(0), Some(memory), Some(job)) =
        (question.room(), arguments.memory, arguments.job_bytes)
    {
        return Err(usage(format!(
            "--memory of {memory} B has no room for one job, which takes {job} B (--job-bytes) and \
             {task_bytes} B besides (--measured): give at least {} B",
            job.saturating_add(task_bytes)
        )));
    }
    Ok(question)
}

/// What each strategy took for a job besides, in a run that says so.
fn task_memory(run: &Path) -> Result<TaskMemory> {
    let measured = TaskMemory::of(&summarize(&Store::read(run)?.counted()));
    if measured.is_empty() {
        let run = run.display();
        return Err(usage(format!(
            "{run} says of no strategy what its jobs took: name a run with the passes trace and memory"
        )));
    }
    Ok(measured)
}

/// A strategy that was not measured is not compared with those that were.
fn weighed(candidate: &mut Candidate, measured: &TaskMemory) {
    candidate.task_bytes = measured.of_strategy(&candidate.name);
    if candidate.task_bytes.is_none() && candidate.rule.is_ok() {
        candidate.rule = Err("what it takes for a job was not measured in that run".to_owned());
    }
}

/// How long jobs take.
enum Times {
    Given { times: Vec<u64>, from: String, jobs: NonZeroUsize },
    Law(Law),
}

impl Times {
    fn of(arguments: &Advise) -> Result<Self> {
        if let Some(law) = &arguments.service {
            return Ok(Self::Law(law.clone()));
        }
        let (times, from) = match (&arguments.file, &arguments.run) {
            (Some(file), _) if file == Path::new("-") => {
                let name = "standard input";
                let input = io::stdin().lock();
                (bp_registry::read_service_times(name, input, arguments.unit)?, name.to_owned())
            }
            (Some(file), _) => {
                let name = file.display().to_string();
                let input = File::open(file).with_context(|| format!("cannot open {name}"))?;
                let input = BufReader::new(input);
                (bp_registry::read_service_times(&name, input, arguments.unit)?, name)
            }
            (None, Some(run)) => return recorded(run, &arguments.cells),
            (None, None) => {
                return Err(usage("say how long jobs take: FILE, --service or --run".into()));
            }
        };
        let jobs = NonZeroUsize::new(times.len()).unwrap_or(USUAL_JOBS);
        Ok(Self::Given { times, from, jobs })
    }

    fn jobs(&self) -> NonZeroUsize {
        match self {
            Self::Given { jobs, .. } => *jobs,
            Self::Law(_) => USUAL_JOBS,
        }
    }

    fn draw(&self, jobs: NonZeroUsize, seed: u64, replicate: u32) -> Vec<u64> {
        match self {
            Self::Given { times, .. } => resampled(times, jobs, seed, replicate),
            Self::Law(Law { name, service_ns }) => {
                let seed = seed.wrapping_add(u64::from(replicate));
                bp_registry::drawn(name, *service_ns, jobs, seed).expect("the law was looked up")
            }
        }
    }

    fn source(&self) -> String {
        match self {
            Self::Given { times, from, .. } => format!("drawn from the {} of {from}", times.len()),
            Self::Law(Law { name, .. }) => format!("by the law {name}"),
        }
    }
}

/// The service times of all jobs of a run whose cell matches, how many jobs a cell had at most, and
/// what to call them.
fn recorded(run: &Path, cells: &[Regex]) -> Result<Times> {
    let recorded = Store::read(run)?;
    let matches = |sample: &Sample| {
        let id = sample.cell.id();
        cells.is_empty() || cells.iter().any(|regex| regex.is_match(&id))
    };
    let traced: Vec<_> = recorded.traced().into_iter().filter(matches).collect();
    let mut labels: Vec<_> = traced.iter().map(|sample| sample.cell.work.label()).collect();
    labels.sort_unstable();
    labels.dedup();
    let place = run.display();
    let label = match labels.as_slice() {
        [] => {
            return Err(usage(format!(
                "{place} has no trace of the jobs of any such cell: choose others with --cell; \
                 `backpressure trace` shows which there are"
            )));
        }
        [label] => label,
        several => {
            return Err(usage(format!(
                "{place} has several workloads: choose one of them, such as --cell '^{}/'; there \
                 are {}",
                regex::escape(&several[0]),
                several.join(", ")
            )));
        }
    };
    let (mut times, mut jobs, mut medians) = (Vec::new(), 1, Vec::new());
    for sample in &traced {
        let trace = recorded.trace(run, sample)?;
        jobs = trace.jobs.max(jobs);
        let own: Vec<_> = services(&trace.trace()).collect();
        medians.extend(bp_analysis::median(&mut own.clone()));
        times.extend(own);
    }
    let (least, most) = (medians.iter().min(), medians.iter().max());
    if let (Some(&least), Some(&most)) = (least, most)
        && most > least + least / 4
    {
        tell!(
            "note: the median service time is {} in one of these cells and {} in another, so it \
             depends on the strategy; choose one with --cell",
            bp_report::units::time(least),
            bp_report::units::time(most)
        );
    }
    let jobs = NonZeroUsize::new(usize::try_from(jobs)?).unwrap_or(USUAL_JOBS);
    if times.is_empty() {
        return Err(usage(format!("no job of {label} in {place} finished: choose other cells")));
    }
    Ok(Times::Given { times, from: format!("{label} in {place}"), jobs })
}

/// Start to finish of each job that finished.
fn services(trace: &Trace) -> impl Iterator<Item = u64> {
    let moments = trace.started_ns.iter().zip(&trace.finished_ns);
    moments.filter_map(|(start, finish)| Some((*finish)?.saturating_sub((*start)?)))
}

fn usage(problem: String) -> anyhow::Error {
    Error::Contradiction(problem).into()
}
