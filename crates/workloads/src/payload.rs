use std::{hint::black_box, mem};

/// The bytes that a job holds while it is in service: allocated when it starts, and really written,
/// so that they are resident.
#[derive(Debug)]
pub(crate) enum Payload {
    /// So many bytes, later.
    Wanted(usize),
    /// Allocated and written.
    Held(#[expect(dead_code, reason = "it is held, and nothing else")] Box<[u8]>),
}

impl Payload {
    /// Allocates, unless that was done.
    #[inline]
    pub(crate) fn hold(&mut self) {
        if let Self::Wanted(bytes) = *self {
            // Not zero, since zeroed pages are not resident until they are written.
            *self = Self::Held(black_box(vec![0xA5; bytes].into_boxed_slice()));
        }
    }

    #[inline]
    pub(crate) fn free(&mut self) {
        drop(mem::replace(self, Self::Wanted(0)));
    }
}
