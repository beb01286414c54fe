//! A small crate of somebody's: it counts the words of texts.
//!
//! How many files should it read at once, and by which rule? `benches/words.rs` asks that of every
//! strategy, on every executor, in thirty lines.

/// How many words a text has.
///
/// ```
/// assert_eq!(own_workload::words("to be, or not"), 4);
/// ```
pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}
