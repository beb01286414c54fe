//! `backpressure`: runs strategies of backpressure against each other and shows what each costs.
//!
//! This program parses, calls and prints; what it calls is in the crates below. A file a verb.

#[macro_use]
mod output;

mod arguments;
mod browser;
mod contestants;
mod exit;
mod progress;
mod rows;
mod values;
mod verbs;

use std::process::ExitCode;

use bp_observe::memory::Counting;

use crate::{
    arguments::{Arguments, Verb},
    exit::Status,
};

/// Counts in the pass that asks for it, and hands everything on to the system's allocator.
#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    // Before the command line is parsed: a child is started a thousand times a run.
    let verb = std::env::args_os().nth(1);
    if verb.as_ref().is_some_and(|verb| verb == bp_harness::CHILD_VERB) {
        return exit::code(bp_harness::serve().map(|()| Status::Done).map_err(Into::into));
    }
    if verb.as_ref().is_some_and(|verb| verb == bp_harness::WATCHED_VERB) {
        return exit::code(bp_harness::serve_watched().map(|()| Status::Done).map_err(Into::into));
    }
    if verb.as_ref().is_some_and(|verb| verb == bp_harness::SERVER_VERB) {
        let served = bp_harness::serve_beside(bp_servers::serve);
        return exit::code(served.map(|()| Status::Done).map_err(Into::into));
    }
    if verb.as_ref().is_some_and(|verb| verb == bp_harness::CONTESTANT_VERB) {
        return exit::code(bp_harness::enter().map(|()| Status::Done).map_err(Into::into));
    }
    if verb.as_ref().is_some_and(|verb| verb == verbs::verify::laws::VERB) {
        return exit::code(verbs::verify::laws::serve().map(|()| Status::Done).map_err(Into::into));
    }
    if verb.is_some_and(|verb| verb == bp_harness::ENVIRONMENT_VERB) {
        return exit::code(output::print_json(&bp_harness::introduction()).map(|()| Status::Done));
    }
    let arguments = Arguments::typed().unwrap_or_else(|error| exit::usage(&error));
    exit::code(match arguments.verb {
        None => verbs::run::preview(&arguments.run),
        Some(Verb::Run(run)) => verbs::run::all(&run),
        Some(Verb::Sweep(sweep)) => verbs::sweep::sweep(*sweep),
        Some(Verb::Verify(verify)) => verbs::verify::verify(&verify),
        Some(Verb::Doctor(doctor)) => verbs::doctor::doctor(&doctor),
        Some(Verb::Compare(compare)) => verbs::compare::compare(&compare),
        Some(Verb::Rank(rank)) => verbs::rank::rank(&rank),
        Some(Verb::Advise(advise)) => verbs::advise::advise(&advise),
        Some(Verb::List(list)) => verbs::list::list(&list),
        Some(Verb::Report(report)) => verbs::report::report(&report),
        Some(Verb::Race(race)) => verbs::race::race(&race),
        Some(Verb::Watch(mut watch)) => verbs::watch::watch(&mut watch),
        Some(Verb::Trace(trace)) => verbs::trace::trace(&trace),
        Some(Verb::Merge(merge)) => verbs::merge::merge(&merge),
        Some(Verb::Clean) => verbs::clean::clean(),
        Some(Verb::Completions { shell }) => verbs::completions::completions(shell),
    })
}
