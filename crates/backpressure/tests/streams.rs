//! What a stream hands out, and when it takes and starts what.

use std::{
    cell::{Cell, RefCell},
    future::{self, Future},
    num::NonZeroUsize,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

use backpressure::{Bounds, BoundsError, Counts, Event, IteratorExt as _, StreamExt as _};
use futures::{
    FutureExt, Stream,
    channel::oneshot,
    executor::block_on,
    stream::{self, FusedStream},
};

/// Polls a stream once, as an executor would that is woken for nothing.
fn poll<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop()))
}

/// Jobs that end when they are told to.
fn gates(count: usize) -> (Vec<oneshot::Sender<usize>>, Vec<oneshot::Receiver<usize>>) {
    (0..count).map(|_| oneshot::channel()).unzip()
}

fn open(gates: &mut Vec<oneshot::Sender<usize>>, output: usize) {
    gates.remove(0).send(output).expect("the job is there");
}

#[test]
fn outputs_come_in_the_order_of_the_source() {
    block_on(async {
        let (mut senders, receivers) = gates(3);
        let mut outputs = receivers.into_iter().materialize(3);
        assert!(poll(&mut outputs).is_pending());
        senders.pop().unwrap().send(2).unwrap();
        senders.pop().unwrap().send(1).unwrap();
        assert!(poll(&mut outputs).is_pending(), "the first is not there");
        open(&mut senders, 0);
        for expected in 0..3 {
            assert_eq!(outputs.next().await, Some(Ok(expected)));
        }
        assert_eq!(outputs.next().await, None);
        assert!(outputs.is_terminated());
    });
}

#[test]
fn outputs_come_as_they_complete() {
    let (mut senders, receivers) = gates(3);
    let mut outputs = receivers.into_iter().as_completed(3);
    assert!(poll(&mut outputs).is_pending());
    for last in [2, 1, 0] {
        senders.pop().unwrap().send(last).unwrap();
        assert_eq!(poll(&mut outputs), Poll::Ready(Some(Ok(last))));
    }
    assert_eq!(poll(&mut outputs), Poll::Ready(None));
}

#[test]
fn behind_a_slow_one_a_window_lets_others_start_and_no_more() {
    let taken = Cell::new(0);
    let source = (0..).inspect(|_| taken.set(taken.get() + 1)).map(|number: usize| match number {
        0 => future::pending().left_future(),
        _ => future::ready(number).right_future(),
    });
    let mut outputs = source.materialize(2).window(10);
    for _ in 0..3 {
        assert!(poll(&mut outputs).is_pending());
    }
    assert_eq!(taken.get(), 10);
    assert_eq!(outputs.counts(), counts(1, 10));
    assert_eq!(outputs.counts().waiting(), 9);
}

fn counts(in_flight: usize, held: usize) -> Counts {
    let mut counts = Counts::default();
    (counts.in_flight, counts.held) = (in_flight, held);
    counts
}

#[test]
fn a_place_is_filled_before_its_output_is_handed_out() {
    let started = Cell::new(0);
    let (mut senders, receivers) = gates(3);
    let source = receivers.into_iter().inspect(|_| started.set(started.get() + 1));
    let mut outputs = source.materialize(1);
    assert!(poll(&mut outputs).is_pending());
    assert_eq!(started.get(), 1);
    open(&mut senders, 0);
    assert_eq!(poll(&mut outputs), Poll::Ready(Some(Ok(0))));
    assert_eq!(started.get(), 2, "the consumer may be long");
}

#[test]
fn nothing_is_taken_before_there_is_room() {
    let taken = Cell::new(0);
    let source = (0..).map(|_: usize| taken.set(taken.get() + 1)).map(|()| future::pending::<()>());
    let mut outputs = source.as_completed(3);
    assert_eq!(taken.get(), 0, "nobody has polled it");
    assert!(poll(&mut outputs).is_pending());
    assert!(poll(&mut outputs).is_pending());
    assert_eq!(taken.get(), 3);
}

#[test]
fn a_source_that_waits_is_asked_again_when_it_wakes() {
    block_on(async {
        let (sender, receiver) = async_channel();
        let mut outputs = receiver.map_ready().materialize(4);
        assert!(outputs.next().now_or_never().is_none());
        sender.unbounded_send(7).unwrap();
        assert_eq!(outputs.next().await, Some(7));
        drop(sender);
        assert_eq!(outputs.next().await, None);
    });
}

type Channel = futures::channel::mpsc::UnboundedReceiver<usize>;

fn async_channel() -> (futures::channel::mpsc::UnboundedSender<usize>, Channel) {
    futures::channel::mpsc::unbounded()
}

trait MapReady: Stream<Item = usize> + Sized {
    fn map_ready(self) -> impl Stream<Item = future::Ready<usize>> + Unpin;
}

impl MapReady for Channel {
    fn map_ready(self) -> impl Stream<Item = future::Ready<usize>> + Unpin {
        futures::StreamExt::map(self, future::ready)
    }
}

#[test]
fn jobs_may_borrow() {
    let words = ["a".to_owned(), "bc".to_owned()];
    let mut sizes = words.iter().map(|word| async { word.len() }).materialize(2);
    assert_eq!(block_on(sizes.next()), Some(1));
    assert_eq!(block_on(sizes.next()), Some(2));
}

#[test]
fn a_stream_that_cannot_be_moved_is_a_source_too() {
    let unfolded = stream::unfold(0, |n| async move { (n < 3).then(|| (future::ready(n), n + 1)) });
    let mut outputs = pin!(unfolded.materialize(2));
    for n in 0..3 {
        assert_eq!(block_on(future::poll_fn(|cx| outputs.as_mut().poll_next(cx))), Some(n));
    }
}

#[test]
fn how_many_are_left_is_said_exactly() {
    let mut outputs = (0..5).map(future::ready).materialize(2);
    for left in (0..5).rev() {
        assert_eq!(block_on(outputs.next()), Some(4 - left));
        assert_eq!(outputs.size_hint(), (left, Some(left)));
    }
    let endless = (0..).map(future::ready).materialize(2);
    assert_eq!(endless.size_hint(), (usize::MAX, None));
}

#[test]
fn the_first_error_ends_a_fallible_stream() {
    let started = Cell::new(0);
    let jobs = (0..).map(|n| {
        started.set(started.get() + 1);
        Ok(async move { if n == 3 { Err(n) } else { Ok(n) } })
    });
    let mut outputs = jobs.try_materialize(2);
    for n in 0..3 {
        assert_eq!(block_on(outputs.next()), Some(Ok(n)));
    }
    assert_eq!(block_on(outputs.next()), Some(Err(3)));
    let then = started.get();
    assert_eq!(block_on(outputs.next()), None);
    assert!(outputs.is_terminated());
    assert!(started.get() == then && then <= 6, "{then} were started");
}

#[test]
fn what_runs_is_dropped_with_the_first_error() {
    let (sender, receiver) = oneshot::channel::<()>();
    let jobs = [Ok(receiver.map(|_| Ok(())).left_future()), Err("no")];
    let more = jobs.into_iter().chain([Ok(future::ready(Ok(())).right_future())]);
    let mut outputs = more.try_as_completed(2);
    assert_eq!(block_on(outputs.next()), Some(Err("no")));
    assert!(sender.is_canceled());
    assert_eq!(block_on(outputs.next()), None);
}

#[test]
fn jobs_get_on_while_a_consumer_waits() {
    let (mut senders, receivers) = gates(2);
    let (allow, allowed) = oneshot::channel::<()>();
    let ended = Cell::new(0);
    let allowed = RefCell::new(Some(allowed));
    let count = |output: Result<usize, _>| {
        ended.set(ended.get() + 1);
        output.unwrap()
    };
    let jobs = receivers.into_iter().map(|gate| gate.map(count));
    let consume = |output| {
        let allowed = (output == 0).then(|| allowed.take()).flatten();
        async move {
            if let Some(allowed) = allowed {
                allowed.await.unwrap();
            }
        }
    };
    let mut all = pin!(jobs.materialize(2).for_each(consume));
    let mut poll = || all.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll().is_pending());
    open(&mut senders, 0);
    assert!(poll().is_pending());
    open(&mut senders, 1);
    assert!(poll().is_pending());
    assert_eq!(ended.get(), 2, "the consumer of the first still waits");
    allow.send(()).unwrap();
    assert!(poll().is_ready());
}

#[test]
fn a_consumer_that_fails_ends_the_stream_and_jobs_get_on_until_then() {
    let (mut senders, receivers) = gates(3);
    let (fail, failed) = oneshot::channel::<()>();
    let (ended, mut failed) = (Cell::new(0), Some(failed));
    let jobs = receivers.into_iter().map(|gate| gate.inspect(|_| ended.set(ended.get() + 1)));
    let consume = |output: Result<usize, _>| {
        let failed = failed.take().expect("nothing is consumed after an error");
        failed.map(move |failed| failed.map_err(|_| output.unwrap()))
    };
    let mut all = pin!(jobs.materialize(2).try_for_each(consume));
    let mut poll = || all.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll().is_pending());
    open(&mut senders, 0);
    assert!(poll().is_pending());
    open(&mut senders, 1);
    assert!(poll().is_pending());
    assert_eq!(ended.get(), 2, "the consumer of the first still waits");
    drop(fail);
    assert_eq!(poll(), Poll::Ready(Err(0)));
    assert!(senders[0].is_canceled(), "the third was dropped with the stream");
}

#[test]
fn more_may_run_after_the_bounds_are_wider_and_fewer_after_they_are_narrower() {
    let (mut senders, receivers) = gates(10);
    let mut outputs = receivers.into_iter().as_completed(2);
    assert!(poll(&mut outputs).is_pending());
    assert_eq!(outputs.counts().in_flight, 2);
    Pin::new(&mut outputs).set_bounds(Bounds::new(5, 5).unwrap());
    assert!(poll(&mut outputs).is_pending());
    assert_eq!(outputs.counts().in_flight, 5);
    Pin::new(&mut outputs).set_bounds(Bounds::new(1, 1).unwrap());
    for ended in 0..4 {
        open(&mut senders, ended);
        assert_eq!(poll(&mut outputs), Poll::Ready(Some(Ok(ended))));
    }
    assert_eq!(outputs.counts().in_flight, 1);
    open(&mut senders, 4);
    assert_eq!(poll(&mut outputs), Poll::Ready(Some(Ok(4))));
    assert_eq!(outputs.counts().in_flight, 1);
}

#[test]
fn all_places_are_filled_before_an_output_that_waits_is_handed_out() {
    let mut outputs = (0..100).map(future::ready).materialize(2);
    assert_eq!(poll(&mut outputs), Poll::Ready(Some(0)));
    assert_eq!(outputs.counts().held, 2);
    Pin::new(&mut outputs).set_bounds(Bounds::new(5, 10).unwrap());
    assert_eq!(poll(&mut outputs), Poll::Ready(Some(1)));
    assert_eq!(outputs.counts().held, 10);
}

#[test]
fn an_observer_sees_all_and_its_counts_add_up() {
    let mut seen = vec![];
    let jobs = [future::pending().left_future(), future::ready(1).right_future()];
    let mut outputs = jobs.into_iter().as_completed(4).observe(|event, counts: Counts| {
        seen.push((event, counts.in_flight, counts.held));
    });
    assert_eq!(poll(&mut outputs), Poll::Ready(Some(1)));
    drop(outputs);
    assert_eq!(seen, [(Event::Started, 1, 1), (Event::Ended, 1, 2), (Event::HandedOut, 1, 1)]);
}

#[test]
fn a_waker_of_a_job_does_not_keep_the_task_once_the_stream_is_gone() {
    struct Task;
    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }
    let task = Arc::new(Task);
    let kept = RefCell::new(vec![]);
    let jobs = (0..3).map(|_| {
        future::poll_fn(|cx| {
            kept.borrow_mut().push(cx.waker().clone());
            Poll::<()>::Pending
        })
    });
    let mut outputs = jobs.materialize(2);
    let waker = Waker::from(task.clone());
    assert!(Pin::new(&mut outputs).poll_next(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    assert_eq!(Arc::strong_count(&task), 2, "a job that is woken tells it");
    drop(outputs);
    assert_eq!(Arc::strong_count(&task), 1);
    kept.take().into_iter().for_each(Waker::wake); // and nothing happens
}

#[test]
fn bounds_that_hold_nothing_are_refused() {
    assert_eq!(Bounds::new(0, 4), Err(BoundsError::NoLimit));
    let narrow = Bounds::new(4, 3);
    assert_eq!(narrow, Err(BoundsError::WindowBelowLimit { window: 3, limit: 4 }));
    let said = narrow.unwrap_err().to_string();
    assert_eq!(
        said,
        "a window of 3 is less than the limit of 4, of which so many could never run; take 4 or more"
    );
    let nonzero = NonZeroUsize::MIN;
    assert_eq!((0..2).map(future::ready).materialize(nonzero).bounds(), Bounds::from(nonzero));
}

#[test]
#[should_panic = "a limit of 0 would never run anything"]
fn a_limit_of_zero_panics() {
    let _ = (0..2).map(future::ready).materialize(0);
}

#[test]
#[should_panic = "a window of 2 is less than the limit of 3"]
fn a_window_below_the_limit_panics() {
    let _ = stream::iter((0..2).map(future::ready)).as_completed(3).window(2);
}

#[test]
fn a_limit_above_all_numbers_allocates_nothing_for_it() {
    let mut outputs = (0..3).map(future::ready).materialize(usize::MAX);
    assert_eq!(block_on(outputs.next()), Some(0));
}

/// That they compile is the test.
#[test]
fn streams_go_where_their_parts_do() {
    fn is_send<T: Send + Unpin>(_: &T) {}
    let outputs = (0..3).map(future::ready).materialize(2).window(4);
    is_send(&outputs);
    drop(outputs.for_each(|_| async {}));

    fn spawns(_: impl Future<Output: Send> + Send + 'static) {}
    let jobs = || (0..3).map(|n| async move { n }).materialize(2);
    spawns(jobs().for_each(async |n| println!("{n}")));
    spawns(jobs().try_for_each(async |n| if n > 1 { Err(n) } else { Ok(()) }));
    spawns(jobs().fold(0, async |sum, n| sum + n));
}

#[test]
fn who_is_woken_by_a_neighbour_or_by_itself_has_its_turn_though_outputs_are_there() {
    // One yields, and all others are over at once: outputs are always there.
    for in_order in [true, false] {
        let polls = Cell::new(0);
        let jobs = (0..).map(|number: u64| {
            let polls = &polls;
            future::poll_fn(move |cx| {
                if number != 3 {
                    return Poll::Ready(number);
                }
                polls.set(polls.get() + 1);
                cx.waker().wake_by_ref();
                Poll::Pending
            })
        });
        let taken = if in_order {
            let mut outputs = jobs.materialize(2).window(2_000);
            block_on(async { [outputs.next().await, outputs.next().await, outputs.next().await] });
            (0..10).map(|_| poll(&mut outputs)).count()
        } else {
            let mut outputs = jobs.as_completed(2);
            (0..1_000).map(|_| block_on(outputs.next())).count()
        };
        assert!(polls.get() >= 10, "{} polls, {taken} outputs", polls.get());
    }
}

#[test]
fn of_a_fallible_stream_no_number_of_outputs_is_promised() {
    let jobs = (0..5).map(|n| Ok(async move { if n == 1 { Err(n) } else { Ok(n) } }));
    let mut outputs = jobs.try_materialize(2);
    assert_eq!(outputs.size_hint(), (0, Some(5)));
    while block_on(outputs.next()).is_some() {
        assert_eq!(outputs.size_hint().0, 0);
    }
    assert_eq!(outputs.size_hint(), (0, Some(0)));
}
