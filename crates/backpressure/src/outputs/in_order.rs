use alloc::collections::VecDeque;

use super::{Order, Outputs};

/// Outputs are handed out in the order of the source. What is finished waits for what is before it.
#[derive(Clone, Copy, Debug)]
pub struct InOrder;

impl<T> Order<T> for InOrder {
    type Outputs = Places<T>;
}

/// A place for each that is held, the next to be handed out first.
#[derive(Debug)]
pub struct Places<T> {
    places: VecDeque<Place<T>>,
    /// The number of the first place.
    first: u64,
}

#[derive(Debug)]
enum Place<T> {
    Awaited,
    Filled(T),
    Lost,
}

impl<T> Outputs<T> for Places<T> {
    type Ticket = u64;

    fn new() -> Self {
        Self { places: VecDeque::new(), first: 0 }
    }

    #[inline]
    fn admit(&mut self) -> u64 {
        let number = self.first.wrapping_add(self.places.len() as u64);
        self.places.push_back(Place::Awaited);
        number
    }

    #[inline]
    fn put(&mut self, number: u64, output: T) {
        let index = self.index(number);
        self.places[index] = Place::Filled(output);
    }

    #[inline]
    fn put_next(&mut self, output: T) {
        self.places.push_back(Place::Filled(output));
    }

    fn lose(&mut self, number: u64) {
        let index = self.index(number);
        self.places[index] = Place::Lost;
    }

    #[inline]
    fn has_next(&mut self) -> bool {
        while let Some(Place::Lost) = self.places.front() {
            self.pop();
        }
        matches!(self.places.front(), Some(Place::Filled(_)))
    }

    #[inline]
    fn take(&mut self) -> Option<T> {
        if !self.has_next() {
            return None;
        }
        match self.pop() {
            Some(Place::Filled(output)) => Some(output),
            _ => None,
        }
    }

    #[inline]
    fn held(&self) -> usize {
        self.places.len()
    }
}

impl<T> Places<T> {
    #[inline]
    fn pop(&mut self) -> Option<Place<T>> {
        self.first = self.first.wrapping_add(1);
        self.places.pop_front()
    }

    #[inline]
    fn index(&self, number: u64) -> usize {
        number.wrapping_sub(self.first) as usize
    }
}
