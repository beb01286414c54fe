//! Opening a page in the reader's own browser.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

/// The program that opens a file with what the reader uses for its kind.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// Opens a file. It does not wait: some openers end with the browser only.
pub(crate) fn open(path: &Path) -> Result<()> {
    // A whole path begins with no hyphen, so no opener takes it for an option.
    let whole = std::path::absolute(path)?;
    let mut command = Command::new(OPENER);
    command.arg(whole).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let opened = command.spawn().map(drop);
    opened.with_context(|| {
        format!("{} is written, but {OPENER} cannot open it; open it yourself", path.display())
    })
}
