use alloc::boxed::Box;
use core::mem;

use super::{Order, Outputs};

/// Outputs are handed out in the order of the source. What is finished waits for what is before it.
#[derive(Clone, Copy, Debug)]
pub struct InOrder;

impl<T> Order<T> for InOrder {
    type Outputs = Places<T>;
}

/// A ring with a place for each that is held. Number `n` is at `n` modulo its length, which is a
/// power of two; places that are not in use are awaited.
#[derive(Debug)]
pub struct Places<T> {
    ring: Box<[Place<T>]>,
    /// The number of the next to be handed out.
    first: usize,
    /// One after the number of the last to be taken from the source.
    end: usize,
}

#[derive(Debug)]
enum Place<T> {
    Awaited,
    Filled(T),
    Lost,
}

/// Places of a ring that begins; it doubles.
const LEAST: usize = 4;

impl<T> Outputs<T> for Places<T> {
    type Ticket = usize;

    fn new() -> Self {
        Self { ring: Box::default(), first: 0, end: 0 }
    }

    #[inline]
    fn admit(&mut self) -> usize {
        if self.held() == self.ring.len() {
            self.grow();
        }
        let number = self.end;
        self.end = number.wrapping_add(1);
        number
    }

    #[inline]
    fn put(&mut self, number: usize, output: T) {
        *self.place(number) = Place::Filled(output);
    }

    #[inline]
    fn put_next(&mut self, output: T) {
        if self.held() >= self.ring.len() {
            self.grow();
        }
        let number = self.end;
        self.end = number.wrapping_add(1);
        self.put(number, output);
    }

    fn lose(&mut self, number: usize) {
        *self.place(number) = Place::Lost;
    }

    #[inline]
    fn has_next(&mut self) -> bool {
        while self.held() > 0 {
            match self.place(self.first) {
                Place::Awaited => return false,
                Place::Filled(_) => return true,
                place @ Place::Lost => *place = Place::Awaited,
            }
            self.first = self.first.wrapping_add(1);
        }
        false
    }

    #[inline]
    fn take(&mut self) -> Option<T> {
        while self.held() > 0 {
            let place = mem::replace(self.place(self.first), Place::Awaited);
            if let Place::Awaited = place {
                break;
            }
            self.first = self.first.wrapping_add(1);
            if let Place::Filled(output) = place {
                return Some(output);
            }
        }
        None
    }

    fn put_back(&mut self, output: T) {
        if self.held() == self.ring.len() {
            self.grow();
        }
        self.first = self.first.wrapping_sub(1);
        *self.place(self.first) = Place::Filled(output);
    }

    #[inline]
    fn held(&self) -> usize {
        self.end.wrapping_sub(self.first)
    }
}

impl<T> Places<T> {
    #[inline]
    fn place(&mut self, number: usize) -> &mut Place<T> {
        let last = self.ring.len().wrapping_sub(1);
        &mut self.ring[number & last]
    }

    #[cold]
    fn grow(&mut self) {
        let len = (self.ring.len() * 2).max(LEAST);
        let mut ring: Box<[_]> = (0..len).map(|_| Place::Awaited).collect();
        for place in 0..self.held() {
            let number = self.first.wrapping_add(place);
            ring[number & (len - 1)] = mem::replace(self.place(number), Place::Awaited);
        }
        self.ring = ring;
    }
}
