//! What the screen looks like, character by character, at two sizes.
//!
//! After a change that is meant, `UPDATE_SNAPSHOTS=1 cargo test -p bp-watch --test snapshots` writes
//! them again; look at the difference before it is committed.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, path::Path};

use bp_record::{Catalogue, Family, Glance, Provenance, TRACE_SCHEMA, TraceFile, TracedMemory};
use bp_watch::{
    Action, Course, Event, Kind, Lane, Leave, Model, Palette, Race, State, action, draw,
};
use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::{Buffer, Cell},
    crossterm::event::{KeyCode, KeyEvent, KeyModifiers},
    style::Modifier,
};

fn buffer(model: &Model, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut model = model.clone();
    model.apply(Event::Resized(height));
    terminal.draw(|frame| draw(frame, &model, Palette::NONE)).unwrap();
    terminal.backend().buffer().clone()
}

/// The screen as text.
fn screen(model: &Model, width: u16, height: u16) -> String {
    let buffer = buffer(model, width, height);
    let row = |y| -> String { (0..width).map(|x| buffer[(x, y)].symbol()).collect() };
    (0..height).map(|y| row(y).trim_end().to_owned() + "\n").collect()
}

/// Compares with the file, or writes it if one asks for that.
#[track_caller]
fn is(model: &Model, (width, height): (u16, u16), name: &str) {
    let name = format!("tests/snapshots/{name}-{width}x{height}.txt");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&name);
    let seen = screen(model, width, height);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &seen).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(seen == known, "{name} is\n{known}\nand the screen is\n{seen}");
}

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

/// Forty jobs of 10 ms, every tenth of which takes 60 ms, four at a time.
fn service_us(job: u64) -> u64 {
    if job % 10 == 5 { 60_000 } else { 10_000 }
}

/// A trace of jobs with these moments: admitted, started, finished, delivered.
fn trace(strategy: &str, family: Family, jobs: &[[u64; 4]]) -> TraceFile {
    let gap = |from: usize, to: usize| -> Vec<u64> {
        jobs.iter().map(|moments| moments[to] - moments[from]).collect()
    };
    let mut before = 0;
    let admitted =
        jobs.iter().map(|moments| moments[0] - std::mem::replace(&mut before, moments[0]));
    let most = jobs.iter().map(|moments| moments[3]).max().unwrap();
    let held = |us: u64| jobs.iter().filter(|it| it[0] <= us && us < it[3]).count() as u64;
    let times: Vec<_> = (0..50).map(|step| step * most / 49).collect();
    TraceFile {
        schema: TRACE_SCHEMA.to_owned(),
        provenance: Provenance::Recorded,
        cell: format!("stragglers/{strategy}/tokio/limit=4"),
        strategy: strategy.to_owned(),
        family,
        executor: "tokio".to_owned(),
        executor_version: None,
        workers: 2,
        workload: "stragglers".to_owned(),
        limit: (family != Family::NoLimit).then_some(4),
        window: None,
        seed: 1,
        round: 0,
        commit: None,
        compiler: None,
        processor: None,
        time: "2026-01-01T00:00:00Z".to_owned(),
        jobs: jobs.len() as u64,
        every: 1,
        admitted: admitted.collect(),
        started: gap(0, 1),
        finished: gap(1, 2),
        delivered: gap(2, 3),
        lost: vec![],
        memory: Some(TracedMemory {
            at_us: std::iter::once(0).chain(times.windows(2).map(|it| it[1] - it[0])).collect(),
            live_bytes: times.iter().map(|us| 1_000 * held(*us)).collect(),
        }),
    }
}

/// What four rules make of the same jobs.
fn traces() -> Vec<TraceFile> {
    const JOBS: u64 = 40;
    let all: Vec<_> = (0..JOBS).map(|job| [0, 0, service_us(job), service_us(job)]).collect();
    let mut batches = Vec::new();
    let mut begin = 0;
    for batch in (0..JOBS).collect::<Vec<_>>().chunks(4) {
        batches.extend(batch.iter().map(|job| {
            let end = begin + service_us(*job);
            [begin, begin, end, end]
        }));
        begin = batches.iter().map(|moments| moments[3]).max().unwrap();
    }
    let mut slots = [0; 4];
    let refilled = |job| {
        let slot = slots.iter_mut().min().unwrap();
        let start = std::mem::replace(slot, *slot + service_us(job));
        [start, start, *slot, *slot]
    };
    let refilled: Vec<_> = (0..JOBS).map(refilled).collect();
    // Four held at most, and each output waits for those before it.
    let mut ordered: Vec<[u64; 4]> = Vec::new();
    for job in 0..JOBS {
        let start = ordered.iter().nth_back(3).map_or(0, |before| before[3]);
        let end = start + service_us(job);
        let delivered = end.max(ordered.last().map_or(0, |before| before[3]));
        ordered.push([start, start, end, delivered]);
    }
    vec![
        trace("materialize", Family::Ordered, &ordered),
        trace("semaphore", Family::Refill, &refilled),
        trace("batching", Family::Barrier, &batches),
        trace("unbounded-spawn", Family::NoLimit, &all),
    ]
}

fn replay(traces: &[TraceFile]) -> Model {
    for trace in traces {
        assert_eq!(trace.fault(), None, "{}", trace.strategy);
    }
    let races = bp_report::races(&Catalogue::default(), traces);
    Model::new(races.iter().map(Race::of_traces).collect())
}

fn press(model: &mut Model, keys: &[KeyCode]) {
    for key in keys {
        let wanted = action(KeyEvent::new(*key, KeyModifiers::NONE)).unwrap();
        model.apply(Event::Do(wanted));
    }
}

#[test]
fn it_opens_on_the_finished_picture() {
    let model = replay(&traces());
    is(&model, SMALL, "finished");
    is(&model, LARGE, "finished");
}

#[test]
fn while_it_plays_what_is_to_come_can_be_told_from_what_was() {
    let mut model = replay(&traces());
    press(&mut model, &[KeyCode::Char(' ')]);
    assert!(model.moves());
    // 300 ms are played in five to ten seconds, so at a 32nd of the speed.
    model.apply(Event::Passed(std::time::Duration::from_millis(2_720)));
    assert_eq!(model.now_us(), 85_000);
    is(&model, SMALL, "playing");
    is(&model, LARGE, "playing");
    let buffer = buffer(&model, 80, 24);
    let row: Vec<_> = (29..79).map(|x| &buffer[(x, 8)]).collect();
    let faint = |cell: &&Cell| cell.modifier.contains(Modifier::DIM);
    // 85 of 300 ms are 14 of 50 columns, and the next one is under way.
    assert_eq!(row.iter().position(&faint), Some(15));
    assert!(row[15..].iter().all(faint), "what is to come is faint to its end");
}

#[test]
fn colours_are_of_families_and_only_where_they_are_wanted() {
    let model = replay(&traces());
    let coloured = |palette| {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| draw(frame, &model, palette)).unwrap();
        let buffer = terminal.backend().buffer();
        let mut colours: Vec<_> = buffer.content.iter().map(|cell| cell.fg.to_string()).collect();
        colours.sort();
        colours.dedup();
        colours
    };
    assert_eq!(coloured(Palette::NONE), ["Reset"]);
    let all = Palette::from_environment(|name| (name == "COLORTERM").then(|| "truecolor".into()));
    assert_eq!(coloured(all), ["#88BDFD", "#A964D0", "#E04333", "#FCB05C", "Reset"]);
}

#[test]
fn one_scale_for_all_is_a_key_away() {
    let mut model = replay(&traces());
    press(&mut model, &[KeyCode::Char('s')]);
    is(&model, SMALL, "one-scale");
}

#[test]
fn the_keys_are_shown_over_the_picture() {
    let mut model = replay(&traces());
    press(&mut model, &[KeyCode::Char('?')]);
    is(&model, SMALL, "keys");
}

#[test]
fn a_window_that_is_too_small_says_so() {
    for size in [(59, 24), (80, 8), (20, 3), (1, 1)] {
        let text = screen(&replay(&traces()), size.0, size.1);
        if size.0 > 50 {
            assert!(text.contains("too small a window: 60 × 9 is the least"), "{text}");
        }
    }
    let text = screen(&replay(&traces()), 60, 9);
    assert!(text.contains("unbounded-spawn") && !text.contains("batching"), "{text}");
    assert!(text.contains("1–1 of 4"), "{text}");
}

#[test]
fn other_strategies_are_a_key_away_and_the_last_stays() {
    let mut model = replay(&traces());
    model.apply(Event::Resized(16));
    // The first two take 300 ms, and the last two 290.
    assert!(screen(&model, 80, 16).contains("at the end, 300 ms"));
    press(&mut model, &[KeyCode::Down; 9]);
    let text = screen(&model, 80, 16);
    assert!(text.contains("semaphore") && text.contains("materialize"), "{text}");
    assert!(text.contains("3–4 of 4") && text.contains("at the end, 290 ms"), "{text}");
    press(&mut model, &[KeyCode::Home, KeyCode::End, KeyCode::PageUp]);
    let text = screen(&model, 80, 16);
    assert!(text.contains("1–2 of 4") && text.contains("at the end, 300 ms"), "{text}");
}

fn glance(at_ms: u64, delivered: u64, in_flight: u64, held: u64) -> Glance {
    Glance {
        at_us: 1_000 * at_ms,
        delivered,
        lost: 0,
        in_flight,
        in_flight_peak: in_flight.max(4),
        held,
        held_peak: held.max(5),
        live_bytes: Some(1_000 * held),
        live_peak_bytes: Some(5_000),
    }
}

/// Two runs of which nothing has been seen, and one that cannot be.
fn live() -> Model {
    let lane = |strategy: &str, family, jobs| Lane {
        strategy: strategy.to_owned(),
        family,
        executor: "smol".to_owned(),
        limit: Some(4),
        window: None,
        jobs,
        every: 1,
        course: Course::Seen(vec![]),
        state: State::Starting,
    };
    Model::new(vec![Race {
        workload: "fixed, poisson:90/s".to_owned(),
        jobs: Some(200),
        kind: Kind::Live,
        lanes: vec![
            lane("batching", Family::Barrier, Some(200)),
            lane("semaphore", Family::Refill, Some(200)),
            lane("thread-pool", Family::Refill, Some(200)),
        ],
    }])
}

#[test]
fn what_goes_on_is_followed() {
    let mut model = live();
    assert!(screen(&model, 80, 24).contains("starting"));
    for step in 0..14 {
        let in_flight = if step % 3 == 0 { 1 } else { 4 };
        let seen = glance(100 * step, 9 * step, in_flight, in_flight + 1);
        model.apply(Event::Seen(0, seen));
        model.apply(Event::Seen(1, glance(100 * step + 20, 13 * step, 4, 5)));
    }
    model.apply(Event::Ended(1, Ok(())));
    model.apply(Event::Ended(2, Err("oom: passed its cap of 16777216 bytes".to_owned())));
    is(&model, SMALL, "live");
    is(&model, LARGE, "live");
    assert_eq!(model.failed().count(), 1);
    // When the last has ended, it is a replay of what was seen.
    model.apply(Event::Ended(0, Ok(())));
    assert!(screen(&model, 80, 24).contains("at the end, 1.32 s"));
    press(&mut model, &[KeyCode::Char(' ')]);
    assert!(model.moves() && model.now_us() == 0);
}

#[test]
fn a_peak_between_two_looks_is_drawn() {
    let mut model = live();
    let peak = Glance { in_flight_peak: 4, ..glance(200, 40, 0, 0) };
    model.apply(Event::Seen(0, Glance { in_flight_peak: 0, ..glance(100, 0, 0, 0) }));
    model.apply(Event::Seen(0, peak));
    let text = screen(&model, 80, 24);
    let row = text.lines().find(|line| line.contains("in flight")).unwrap();
    assert!(row.contains('█'), "{text}");
}

#[test]
fn races_are_a_key_away_and_kinds_of_clock_do_not_mix() {
    let mut all = traces();
    all.push(TraceFile { provenance: Provenance::Simulated, ..traces().remove(2) });
    let mut model = replay(&all);
    let first = screen(&model, 80, 24);
    assert!(first.contains("recorded") && first.contains("workload 1 of 2"), "{first}");
    press(&mut model, &[KeyCode::Tab]);
    let second = screen(&model, 80, 24);
    assert!(second.contains("simulated time") && second.contains("exact, and no measurement"));
    assert_eq!(second.matches("in flight").count(), 1);
    assert!(second.contains("memory          –"), "weighing takes real time: {second}");
    press(&mut model, &[KeyCode::Tab]);
    assert_eq!(screen(&model, 80, 24), first);
}

#[test]
fn names_cannot_steer_a_terminal() {
    let mut hostile = traces().remove(1);
    hostile.strategy = "\u{1b}[2Jsemaphore".to_owned();
    hostile.executor = "to\nkio".to_owned();
    hostile.workload = "\u{7}=cmd()".to_owned();
    let text = screen(&replay(&[hostile]), 80, 24);
    assert!(!text.chars().any(|it| it.is_control() && it != '\n'), "{text:?}");
    assert!(text.contains("\\u{1b}[2Jsemaphore") && text.contains("to\\nkio"), "{text}");
}

#[test]
fn a_thinned_trace_says_so() {
    let mut thin = traces().remove(1);
    (thin.jobs, thin.every) = (400, 10);
    let text = screen(&replay(&[thin]), 80, 24);
    assert!(text.contains("≈ only one job in 10 is known"), "{text}");
    assert!(text.contains("≈400") && text.contains("100 %"), "{text}");
    let peak = text.lines().find(|line| line.contains("in flight")).unwrap();
    assert!(peak.split_whitespace().filter(|word| word.starts_with('≈')).count() == 2, "{peak}");
    assert!(text.contains("done in ≈") && text.contains("· memory: of another process"), "{text}");
    let mut model = replay(&[TraceFile { limit: Some(4), ..traces().remove(1) }]);
    press(&mut model, &[KeyCode::Home]);
    assert!(screen(&model, 80, 24).contains("all slots busy"));
}

#[test]
fn leaving_is_an_event_like_any_other() {
    let mut model = replay(&traces());
    assert_eq!(model.left(), None);
    model.apply(Event::Do(Action::Leave(Leave::Done)));
    assert_eq!(model.left(), Some(Leave::Done));
}
