//! What the observer for the crate tracing emits, and to whom.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fmt::{Debug, Write},
    future,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use backpressure::{Counts, Event, IteratorExt as _, Observe, Traced};
use futures::{FutureExt, Stream};
use tracing::{
    Level, Metadata,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::with_default,
};

/// Writes events down, if they are of a level that it listens to.
#[derive(Clone)]
struct Pad {
    level: Level,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Pad {
    fn new(level: Level) -> Self {
        Self { level, lines: Arc::default() }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl tracing::Subscriber for Pad {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let metadata = event.metadata();
        let mut line = Line(format!("{} {}:", metadata.level(), metadata.target()));
        event.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// One output of two jobs, of which the first never ends.
fn one_output(observer: impl Observe) {
    let jobs = [future::pending().left_future(), future::ready(1).right_future()];
    let mut outputs = jobs.into_iter().as_completed(4).observe(observer);
    let next = Pin::new(&mut outputs).poll_next(&mut Context::from_waker(Waker::noop()));
    assert_eq!(next, Poll::Ready(Some(1)));
}

#[test]
fn whatever_happens_is_an_event_with_the_counts_after_it() {
    let pad = Pad::new(Level::TRACE);
    with_default(pad.clone(), || one_output(Traced::new("pages")));
    let expected = [
        r#"TRACE backpressure: stream="pages" event="started" in_flight=1 held=1 waiting=0"#,
        r#"TRACE backpressure: stream="pages" event="ended" in_flight=1 held=2 waiting=1"#,
        r#"TRACE backpressure: stream="pages" event="handed_out" in_flight=1 held=1 waiting=0"#,
    ];
    assert_eq!(pad.lines(), expected);
}

#[test]
fn nothing_is_emitted_to_who_does_not_listen() {
    one_output(Traced::new("nobody is there"));
    let pad = Pad::new(Level::DEBUG);
    with_default(pad.clone(), || one_output(Traced::new("it wants less")));
    assert_eq!(pad.lines(), [""; 0]);
}

#[test]
fn a_name_may_be_made_at_run_time() {
    let pad = Pad::new(Level::TRACE);
    let mut observer = Traced::new(format!("shard {}", 7));
    with_default(pad.clone(), || observer.see(Event::Started, Counts::default()));
    assert!(pad.lines()[0].contains(r#" stream="shard 7" event="started" "#), "{:?}", pad.lines());
}
