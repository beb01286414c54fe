//! What the operating system knows of this process: its descriptors.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// What each descriptor stands for: a path, `socket:[inode]`, `anon_inode:[eventpoll]`.
pub(crate) fn descriptors() -> BTreeMap<u32, String> {
    let entries = fs::read_dir("/proc/self/fd").unwrap().map(Result::unwrap);
    let seen = entries.filter_map(|entry| {
        let number = entry.file_name().to_str().unwrap().parse().unwrap();
        let target = fs::read_link(entry.path()).ok()?; // that of the listing itself is gone
        Some((number, target.to_str().unwrap().to_owned()))
    });
    seen.collect()
}

/// The descriptors that are sockets. What a runtime opens late, and for itself, is none.
pub(crate) fn sockets() -> BTreeSet<u32> {
    let sockets = descriptors().into_iter().filter(|(_, target)| target.starts_with("socket:"));
    sockets.map(|(number, _)| number).collect()
}
