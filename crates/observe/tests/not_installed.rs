//! A process with another allocator measures nothing, and says so.

use bp_observe::memory;

#[test]
fn without_the_allocator_there_are_no_figures() {
    assert!(!memory::installed());
    assert!(memory::begin().is_none());
}
