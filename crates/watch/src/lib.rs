//! Runs in a terminal: recorded ones that are replayed, and those that go on.
//!
//! A [`Model`] is what there is to see. It changes by [`Event`]s alone, and [`draw`] is a pure
//! function of it, so that both can be tested without a terminal. [`show`] is the loop around them
//! that has one. Nothing here runs, measures or reads a file.

mod colours;
mod course;
mod keys;
mod lane;
mod model;
mod playhead;
mod steps;
mod terminal;
mod view;

pub use crate::{
    colours::Palette,
    course::{Course, Gauge},
    keys::action,
    lane::{Lane, State},
    model::{Action, Event, Kind, Leave, Model, Race},
    terminal::{fits, show},
    view::draw,
};
