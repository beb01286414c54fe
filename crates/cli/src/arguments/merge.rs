//! The options of `merge`.

use std::path::PathBuf;

use clap::Args;

use super::Format;

pub(super) const MERGE_ABOUT: &str = "\
Make one run of the parts that `run --partition` made, be it on several machines.

All parts must be of the same plan, seed and version, and no cell may be in two of them. What is \
missing, and parts that were made under unlike conditions, are refused unless a flag allows it, \
and said in any case.";

/// Options of `merge`.
#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// Where the whole run is written; it must not exist, or be empty
    #[arg(value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// The directories of the parts, in any order
    #[arg(value_name = "PART", required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// Merge although parts or samples are missing
    #[arg(long)]
    pub(crate) allow_missing: bool,
    /// Merge although machines, compilers or the programs' files differ
    #[arg(long)]
    pub(crate) allow_unlike: bool,
    /// How results are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}
