//! Options of `race`.

use std::path::PathBuf;

use clap::Args;

use super::Names;

pub(crate) const RACE_ABOUT: &str = "\
Write a page that replays the traces of a run side by side: one file, for a browser, offline.

It shows what each slot does at each moment, memory, results and their order, all of them computed \
from what was recorded, and can be played, scrubbed and linked to. It is at most 1 MiB: of more \
traces than fit, those that tell most are taken, and the page says which are left out. -w, -s and \
-x choose others.";

pub(crate) const RACE_EXAMPLES: &str = "\
Examples:
  backpressure race reports/latest --open
  backpressure race reports/latest -w '^stragglers$' -x tokio --out stragglers.html";

#[derive(Args, Debug)]
pub(crate) struct Race {
    /// The directory of the run, such as reports/latest
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) names: Names,
    /// Where the page is written; only an earlier race page is replaced [default: RUN/race.html]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Open it in the browser
    #[arg(long)]
    pub(crate) open: bool,
}
