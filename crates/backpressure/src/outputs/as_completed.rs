use alloc::collections::VecDeque;

use super::{Order, Outputs};

/// Outputs are handed out in the order in which their futures end.
#[derive(Clone, Copy, Debug)]
pub struct AsCompleted;

impl<T> Order<T> for AsCompleted {
    type Outputs = Ended<T>;
}

/// Those that wait, the first to end first, and how many will come.
#[derive(Debug)]
pub struct Ended<T> {
    ended: VecDeque<T>,
    awaited: usize,
}

impl<T> Outputs<T> for Ended<T> {
    type Ticket = ();

    fn new() -> Self {
        Self { ended: VecDeque::new(), awaited: 0 }
    }

    #[inline]
    fn admit(&mut self) {
        self.awaited += 1;
    }

    #[inline]
    fn put(&mut self, (): (), output: T) {
        self.awaited -= 1;
        self.ended.push_back(output);
    }

    #[inline]
    fn put_next(&mut self, output: T) {
        self.ended.push_back(output);
    }

    fn lose(&mut self, (): ()) {
        self.awaited -= 1;
    }

    #[inline]
    fn has_next(&mut self) -> bool {
        !self.ended.is_empty()
    }

    #[inline]
    fn take(&mut self) -> Option<T> {
        self.ended.pop_front()
    }

    fn put_back(&mut self, output: T) {
        self.ended.push_front(output);
    }

    #[inline]
    fn held(&self) -> usize {
        self.ended.len() + self.awaited
    }
}
