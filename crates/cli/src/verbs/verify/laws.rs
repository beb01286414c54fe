//! The laws: each strategy in a child of its own, so that nobody else's memory is counted with it.

use std::{collections::HashSet, time::Duration};

use anyhow::{Context, Result, bail};
use bp_harness::{
    Error, Filters, Interrupts, Launcher, Matrix, serve_text, side_by_side, verification,
};
use bp_laws::{Effort, Law, Order, Row, Schedule, Subject, Verdict, replay, subjects, verify_laws};
use bp_record::Outcome;
use serde::{Deserialize, Serialize};

use super::{BROKEN, COMPLETION, INPUT, NOT_SEEN, again, counter, table};
use crate::{arguments::Verify, exit::Status};

/// The hidden command that makes the program hold one strategy against some laws.
pub(crate) const VERB: &str = "__laws";

/// What the parent asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Request {
    strategy: String,
    laws: Vec<String>,
    soak: bool,
    schedules: Option<u64>,
    seed: Option<u64>,
    /// Its options as they were typed.
    typed: String,
}

/// What was found of one strategy and one law.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) strategy: String,
    pub(crate) law: String,
    /// `kept`, `broken`, `not claimed` or `not seen`.
    pub(crate) verdict: String,
    /// What was seen.
    pub(crate) seen: String,
    /// Which order is kept, if the law is about that.
    pub(crate) order: Option<String>,
    /// With which seed the schedules began.
    pub(crate) seed: Option<u64>,
    /// Over how many schedules; 0 where a probe needs none.
    pub(crate) schedules: u64,
    /// The seed of the schedule that broke it.
    pub(crate) broken_by_seed: Option<u64>,
    /// The schedule that was tried, or the shortest found that breaks the law.
    pub(crate) schedule: Option<String>,
    /// That in words.
    pub(crate) steps: Vec<String>,
    /// The command that shows it again, if there is something to show.
    pub(crate) again: String,
}

impl Finding {
    fn of(row: Row, subject: &Subject) -> Self {
        let (strategy, law) = (row.subject, row.law.name().to_owned());
        let (verdict, seen) = (row.verdict.word().to_owned(), row.verdict.seen().to_owned());
        let order = match (row.law, &row.verdict, subject.claims().order) {
            (Law::Order, Verdict::Kept(_), Order::Input) => Some(INPUT.to_owned()),
            (Law::Order, Verdict::Kept(_), Order::Completion) => Some(COMPLETION.to_owned()),
            _ => None,
        };
        let told = Self { strategy, law, verdict, seen, order, ..Self::default() };
        let Verdict::Broken(broken) = row.verdict else {
            return Self { schedules: row.schedules, ..told };
        };
        Self {
            schedules: row.schedules,
            broken_by_seed: broken.seed,
            schedule: broken.schedule.as_ref().map(ToString::to_string),
            steps: broken.steps,
            again: broken.replay,
            ..told
        }
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.verdict == "broken"
    }
}

/// The strategies that the command line chose, of those that run in the virtual world.
fn chosen(arguments: &Verify) -> Result<Vec<String>> {
    let (flags, filters) = (Matrix::default(), arguments.select.filters());
    let filters = Filters { strategies: filters.strategies, ..Filters::default() };
    let plan = verification(None, &flags, &filters, &bp_registry::catalogue())?;
    let chosen: HashSet<_> = plan.cells.iter().map(|cell| cell.strategy.as_str()).collect();
    let names = subjects().iter().map(|subject| subject.name().to_owned()).collect::<Vec<_>>();
    let names: Vec<_> = names.into_iter().filter(|name| chosen.contains(&**name)).collect();
    if names.is_empty() && !arguments.wants_cells() {
        let message =
            "laws are tried in the virtual world, and none of these strategies runs there";
        bail!(Error::Nothing(message.to_owned()));
    }
    Ok(names)
}

/// Holds each chosen strategy against the laws, as many at once as there are processors.
pub(super) fn hold(arguments: &Verify, stop: &Interrupts) -> Result<Vec<Finding>> {
    let laws: Vec<_> = if arguments.laws.laws.is_empty() {
        Law::ALL.to_vec()
    } else {
        arguments.laws.laws.clone()
    };
    let requests: Vec<_> = chosen(arguments)?
        .into_iter()
        .map(|strategy| Request {
            strategy,
            laws: laws.iter().map(|law| law.name().to_owned()).collect(),
            soak: arguments.laws.soak,
            schedules: arguments.laws.schedules.map(Into::into),
            seed: arguments.seed,
            typed: arguments.typed.laws.clone(),
        })
        .collect();
    let launcher = Launcher::this_program_as(VERB, arguments.bounds.memory_cap_bytes())?;
    let usual = if arguments.laws.soak { SOAK_TIMEOUT } else { TIMEOUT };
    let timeout = arguments.bounds.timeout.unwrap_or(usual);
    let count = counter(requests.len(), "strategies held against the laws");
    let each = |request: &Request| ask(&launcher, request, timeout, stop);
    let findings = side_by_side(&requests, stop, each, count)?;
    Ok(findings.into_iter().flatten().collect())
}

/// However slow a machine is and however many schedules there are.
const TIMEOUT: Duration = Duration::from_secs(600);
const SOAK_TIMEOUT: Duration = Duration::from_secs(24 * 3_600);

/// What a child finds. If it does not live to say, each law gets a child, and the law that ends it
/// is broken: whoever uses the strategy would be ended as well.
fn ask(
    launcher: &Launcher,
    request: &Request,
    timeout: Duration,
    stop: &Interrupts,
) -> Result<Vec<Finding>> {
    let text = serde_json::to_vec(request)?;
    let (outcome, message) = match launcher.ask(text, timeout, stop)? {
        Ok(answer) => {
            return serde_json::from_slice(&answer).context("the answer of the child is none");
        }
        Err((Outcome::Interrupted, _)) => return Ok(vec![]),
        Err(ended) => ended,
    };
    let [law] = &*request.laws else {
        let one = |law: &String| {
            ask(launcher, &Request { laws: vec![law.clone()], ..request.clone() }, timeout, stop)
        };
        let found: Result<Vec<_>> = request.laws.iter().map(one).collect();
        return Ok(found?.into_iter().flatten().collect());
    };
    Ok(vec![Finding {
        strategy: request.strategy.clone(),
        law: law.clone(),
        // How long it takes says nothing of whether it is kept.
        verdict: if outcome == Outcome::Timeout { NOT_SEEN } else { BROKEN }.to_owned(),
        seen: format!("it ended its process: {outcome}: {message}"),
        again: again::of_law(law, &request.strategy, &request.typed),
        ..Finding::default()
    }])
}

/// Runs as the child.
pub(crate) fn serve() -> std::io::Result<()> {
    serve_text(|text| {
        let request: Request = serde_json::from_str(text).expect("the parent is this program");
        let laws: Vec<Law> =
            request.laws.iter().map(|law| law.parse().expect("it was parsed before")).collect();
        let effort = if request.soak { Effort::soak() } else { Effort::quick() };
        let effort = Effort {
            schedules: request.schedules.unwrap_or(effort.schedules),
            seed: request.seed.unwrap_or(effort.seed),
            ..effort
        };
        let subject = subject(&request.strategy);
        let rows = verify_laws(&subject, &laws, &effort).into_iter();
        let of = |row| Finding { seed: Some(effort.seed), ..Finding::of(row, &subject) };
        let findings: Vec<_> = rows.map(of).collect();
        serde_json::to_string(&findings).expect("findings are plain")
    })
}

fn subject(name: &str) -> Subject {
    subjects().into_iter().find(|subject| subject.name() == name).expect("it was chosen")
}

/// One schedule again, as one law sees it.
pub(super) fn replayed(arguments: &Verify, schedule: &Schedule) -> Result<Status> {
    let names = chosen(arguments)?;
    let ([law], [name]) = (&*arguments.laws.laws, &*names) else {
        bail!(Error::Contradiction(format!(
            "--schedule shows one law of one strategy again, as --law limit -s '^batching$' does; \
             here are {} laws and {} strategies",
            arguments.laws.laws.len(),
            names.len()
        )));
    };
    let subject = subject(name);
    let verdict = replay(&subject, *law, schedule);
    let broken = verdict.broken();
    let row = Row { subject: name.clone(), law: *law, verdict, probes: vec![], schedules: 1 };
    let found = Finding { schedule: Some(schedule.to_string()), ..Finding::of(row, &subject) };
    table::print(&[found], &[], "", arguments.format)?;
    Ok(if broken { Status::Broken } else { Status::Done })
}
