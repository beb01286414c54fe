//! Document 001's example: a hundred jobs, of which job n sleeps for 1/n seconds.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
    time::Duration,
};

use bp_as_completed::{AsCompleted, AsCompletedAll, AsCompletedPolling};
use bp_core::{Clock, Deliver, Runtime, Strategy, Workload};
use bp_virtual::{Virtual, VirtualWorld};

const TEN: NonZeroUsize = NonZeroUsize::new(10).unwrap();

/// What the program prints.
#[derive(Clone, Default)]
struct Transcript(Arc<Mutex<Vec<String>>>);

impl Transcript {
    fn print(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

struct Result {
    number: u64,
    transcript: Transcript,
}

impl Deliver for Result {
    async fn deliver(self) {
        self.transcript.print(format!("Result {}", self.number));
    }
}

/// `(mycoro(i) for i in range(1, 101))`
struct MyCoro(Transcript);

impl Workload<Virtual> for MyCoro {
    type Output = Result;

    fn len(&self) -> Option<u64> {
        Some(100)
    }

    fn job(&self, index: u64, executor: &Virtual) -> impl Future<Output = Result> + Send + 'static {
        let number = index + 1;
        let transcript = self.0.clone();
        let sleep = executor.sleep(Duration::from_secs(1) / number as u32);
        async move {
            transcript.print(format!("Starting {number}"));
            sleep.await;
            transcript.print(format!("Finishing {number}"));
            Result { number, transcript }
        }
    }
}

/// On one thread, whose tasks run in the order in which they become ready.
fn transcript(strategy: impl Strategy<Virtual>) -> Vec<String> {
    let transcript = Transcript::default();
    let workload = MyCoro(transcript.clone());
    let world = VirtualWorld::start(NonZeroUsize::MIN, 0);
    let executor = world.handle().clone();
    world.run(async move { strategy.run(&workload, &executor).await });
    let lines = transcript.0.lock().unwrap();
    lines.clone()
}

fn starting(numbers: std::ops::RangeInclusive<u64>) -> Vec<String> {
    numbers.map(|number| format!("Starting {number}")).collect()
}

fn assert_as_the_document_shows(lines: &[String]) {
    assert_eq!(lines[..10], starting(1..=10));
    assert_eq!(lines[10..13], ["Finishing 10", "Result 10", "Starting 11"]);
    assert_eq!(lines[lines.len() - 2..], ["Finishing 1", "Result 1"]);
    let starts = lines.iter().filter(|line| line.starts_with("Starting")).cloned();
    assert_eq!(starts.collect::<Vec<_>>(), starting(1..=100));
    assert_eq!(finished(lines), finishing(10));
    let limit = (0..=lines.len()).map(|end| running(&lines[..end])).max();
    assert_eq!(limit, Some(10));
}

/// In which order jobs finish with `limit` places: the next job takes the first place that is free.
fn finishing(limit: usize) -> Vec<String> {
    let mut ends: Vec<(u64, u64)> = vec![];
    let mut places = vec![0; limit];
    for number in 1..=100 {
        let place = places.iter_mut().min().unwrap();
        *place += 1_000_000_000 / number;
        ends.push((*place, number));
    }
    ends.sort_unstable();
    ends.into_iter().map(|(_, number)| format!("Finishing {number}")).collect()
}

fn finished(lines: &[String]) -> Vec<String> {
    lines.iter().filter(|line| line.starts_with("Finishing")).cloned().collect()
}

/// How many have started and not finished.
fn running(lines: &[String]) -> usize {
    let count = |word| lines.iter().filter(|line| line.starts_with(word)).count();
    count("Starting") - count("Finishing")
}

#[test]
fn the_limited_loop_prints_what_the_document_shows() {
    assert_as_the_document_shows(&transcript(AsCompletedPolling { limit: TEN }));
}

#[test]
fn woken_instead_of_polling_it_prints_the_same() {
    assert_as_the_document_shows(&transcript(AsCompleted { limit: TEN }));
}

#[test]
fn without_a_limit_all_start_first_and_the_last_is_the_first() {
    let lines = transcript(AsCompletedAll);
    assert_eq!(lines[..100], starting(1..=100));
    assert_eq!(finished(&lines), finishing(100));
    assert_eq!(lines[lines.len() - 2..], ["Finishing 1", "Result 1"]);
}
