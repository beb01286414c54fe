//! The library against what people write or take instead: processor time a job, all rivals in turn in
//! each round, and the middle of the ratios.
//!
//! `cargo bench --bench library` prints the table; `-- --test` runs each rival once and small, and
//! checks what it yields.

#[path = "../common/callgrind.rs"]
mod callgrind;
mod gate;
mod job;
mod measure;
mod rivals;
mod runtime;
mod table;
mod timers;

use std::env;

use anyhow::{Result, bail};

use crate::{
    job::{AtOnce, Jobs, YieldsOnce},
    measure::{Plan, Rival, rival},
    runtime::{Runtime, Smol, TokioCurrentThread, TokioMain, TokioTwoWorkers},
};

fn main() -> Result<()> {
    let words: Vec<_> = env::args().skip(1).collect();
    let hidden: Vec<_> = words.iter().map(String::as_str).collect();
    if let [gate::INSTRUCTIONS, words @ ..] = &hidden[..] {
        return gate::child(words);
    }
    let plan = if words.iter().any(|word| word == "--test") {
        Plan { jobs: 2_000, rounds: 1, limits: &[16, 200] }
    } else if words.iter().any(|word| word == "--bench") {
        Plan { jobs: 100_000, rounds: 7, limits: &[16, 200, 1_000, 10_000] }
    } else {
        bail!("run it by `cargo bench --bench library`, or with `-- --test` for a small case");
    };
    let mut cells = vec![];
    on::<TokioCurrentThread>(&plan, &mut cells);
    on::<TokioMain>(&plan, &mut cells);
    on::<TokioTwoWorkers>(&plan, &mut cells);
    on::<Smol>(&plan, &mut cells);
    table::print(&plan, &cells);
    timers::print(plan.rounds);
    gate::check()
}

fn on<R: Runtime + Send>(plan: &Plan, cells: &mut Vec<table::Cell>) {
    for &limit in plan.limits {
        cells.push(plan.cell::<R>("ready at once", limit, &rivals::<R, AtOnce>()));
        cells.push(plan.cell::<R>("yields once", limit, &rivals::<R, YieldsOnce>()));
    }
}

/// The first is the one that the others are compared with.
fn rivals<R: Runtime + Send, J: Jobs>() -> Vec<Rival> {
    let mut all = vec![
        rival::<R, _>("materialize", true, rivals::ours::<J>),
        rival::<R, _>("as_completed", false, rivals::ours_as_completed::<J>),
        rival::<R, _>("materialize, spawned", true, rivals::ours_spawned::<R, J>),
        rival::<R, _>("hand-written slot loop", true, rivals::slot_loop::<J>),
        rival::<R, _>("futures buffered", true, rivals::buffered::<J>),
        rival::<R, _>("futures buffer_unordered", false, rivals::buffer_unordered::<J>),
        rival::<R, _>("futures-buffered ordered", true, rivals::futures_buffered::<J>),
        rival::<R, _>("async-channel pool", false, rivals::async_channel_pool::<R, J>),
        rival::<R, _>("kanal pool", false, rivals::kanal_pool::<R, J>),
        rival::<R, _>("semaphore and spawn", false, rivals::semaphore_spawn::<R, J>),
    ];
    if R::NAME.starts_with("tokio") {
        all.push(rival::<R, _>("tokio JoinSet", false, rivals::join_set::<J>));
    }
    all
}
