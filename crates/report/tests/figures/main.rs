//! The figures and files of simulated runs.

mod simulator;

use std::{collections::HashSet, num::NonZeroUsize, path::Path};

use bp_record::{Extent, Outcome, Pass, Run, Sample};
use bp_report::{Figure, Material, figures};

const KINDS: [&str; 10] = [
    "lanes",
    "throughput",
    "pareto",
    "peak-memory",
    "growth",
    "latency",
    "in-flight",
    "memory",
    "done",
    "order",
];

/// What must hold of every figure, whatever the run.
fn sound(figures: &[Figure]) {
    let names: HashSet<_> = figures.iter().map(|figure| &figure.name).collect();
    assert_eq!(names.len(), figures.len(), "a name is a file");
    for figure in figures {
        let (name, svg) = (&figure.name, &figure.svg);
        for nonsense in ["NaN", "nan", "inf\"", "\"inf", "width=\"-", "height=\"-"] {
            assert!(!svg.contains(nonsense), "{name} has {nonsense}");
        }
        let (open, _) = svg.split_once('>').expect("an element");
        assert!(open.starts_with("<svg ") && open.contains(" viewBox=\"0 0 "), "{name}: {open}");
        assert!(open.contains("role=\"img\"") && open.contains("aria-label=\""), "{name}: {open}");
        assert!(!open.contains(" width=") && !open.contains(" height="), "{name}: {open}");
        assert!(svg.contains("<title ") && svg.contains("prefers-color-scheme:dark"), "{name}");
        assert!(!figure.title.is_empty() && !figure.description.is_empty(), "{name}");
    }
}

fn material<'a>(run: &'a Run, samples: &'a [Sample]) -> Material<'a> {
    Material { run, samples, rounds: &[], sources: &[], race: None }
}

fn of<'a>(figures: &'a [Figure], name: &str) -> &'a Figure {
    figures.iter().find(|figure| figure.name == name).expect(name)
}

#[test]
fn a_whole_run_gives_all_figures_and_the_same_bytes_twice() {
    let (run, samples) = (simulator::run(), simulator::samples());
    let all = figures(&run, &samples);
    assert_eq!(
        all.iter().map(|f| f.name.clone()).collect::<Vec<_>>(),
        KINDS.map(|kind| format!("stragglers-{kind}"))
    );
    sound(&all);
    assert_eq!(all, figures(&run, &samples));
}

#[test]
fn results_over_time_are_named_in_the_order_in_which_they_end() {
    let all = figures(&simulator::run(), &simulator::samples());
    let svg = &of(&all, "stragglers-done").svg;
    let names = ["unbounded-spawn", "semaphore", "batching"];
    let places = names.map(|name| svg.find(&format!("s {name}\n")).expect(name));
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn files_are_written_and_those_of_an_earlier_report_go() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    let (run, samples) = (simulator::run(), simulator::samples());
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(place.join("figures")).unwrap();
    std::fs::write(place.join("figures/old-memory.svg"), "<svg/>").unwrap();
    std::fs::write(place.join("figures/notes.txt"), "mine").unwrap();
    let written = bp_report::write(&material(&run, &samples), &place).unwrap();
    assert_eq!(written.len(), 2 + KINDS.len());
    assert_eq!(written[0], place.join("report.md"));
    assert!(written.iter().all(|path| path.is_file()));
    assert!(!place.join("figures/old-memory.svg").exists(), "it shows another run");
    assert!(place.join("figures/notes.txt").exists(), "it is not ours");
    let svg = std::fs::read_to_string(place.join("figures/stragglers-memory.svg")).unwrap();
    assert_eq!(svg, of(&figures(&run, &samples), "stragglers-memory").svg);
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_that_names_it() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("figures"), "a file").unwrap();
    let error =
        bp_report::write(&material(&simulator::run(), &[]), place.path()).unwrap_err().to_string();
    assert!(error.contains("figures is a file, but a run has a directory there"), "{error}");
}

#[test]
fn without_a_measurement_there_is_no_figure() {
    assert_eq!(figures(&simulator::run(), &[]), []);
    let failures: Vec<Sample> = [Pass::Time, Pass::Trace, Pass::Memory]
        .map(|pass| {
            let cell = simulator::cell("semaphore", "tokio", 240);
            simulator::failed(cell, pass, Outcome::Timeout, "took more than 20 s")
        })
        .to_vec();
    assert_eq!(figures(&simulator::run(), &failures), []);
}

#[test]
fn one_strategy_on_one_executor_is_enough() {
    let one =
        |sample: &Sample| sample.cell.executor == "tokio" && sample.cell.strategy == "batching";
    let samples: Vec<Sample> = simulator::samples().into_iter().filter(one).collect();
    let figures = figures(&simulator::run(), &samples);
    assert_eq!(figures.len(), KINDS.len());
    sound(&figures);
}

#[test]
fn the_standard_is_the_best_with_a_limit() {
    let all = figures(&simulator::run(), &simulator::samples());
    let figure = of(&all, "stragglers-throughput");
    assert!(figure.description.contains("631 ms on tokio"), "{}", figure.description);
    assert!(figure.svg.contains("0.5×") && figure.svg.contains("4.2×"), "unbounded and batching");
}

#[test]
fn an_endless_run_is_judged_by_its_rate() {
    let mut samples = simulator::samples();
    for sample in &mut samples {
        sample.cell.work.extent = Extent::ForNs(1_000_000_000);
    }
    let all = figures(&simulator::run(), &samples);
    let figure = of(&all, "stragglers-throughput");
    assert_eq!(figure.title, "Throughput: stragglers");
    assert!(figure.description.contains("380 /s on tokio"), "{}", figure.description);
    sound(&all);
}

#[test]
fn simulated_time_has_figures_of_its_own() {
    let mut run = simulator::run();
    run.catalogue.executors[1].simulated = true;
    let all = figures(&run, &simulator::samples());
    assert_eq!(all.len(), 2 * KINDS.len());
    sound(&all);
    for (figure, own) in
        [("stragglers-peak-memory", "tokio"), ("stragglers-simulated-peak-memory", "smol")]
    {
        let svg = &of(&all, figure).svg;
        for executor in simulator::EXECUTORS {
            let simulated = executor == "smol";
            assert_eq!(
                svg.contains(executor),
                simulated == (own == "smol"),
                "{executor} in {figure}"
            );
        }
    }
}

#[test]
fn strategies_at_several_limits_are_told_apart_and_compared_at_one() {
    let mut samples = simulator::samples();
    let mut wider = samples.clone();
    wider.retain(|sample| sample.cell.strategy == "batching");
    wider.iter_mut().for_each(|sample| sample.cell.limit = NonZeroUsize::new(64));
    samples.extend(wider);
    let all = figures(&simulator::run(), &samples);
    sound(&all);
    let table = &of(&all, "stragglers-throughput").svg;
    assert!(table.contains("batching limit=10") && table.contains("batching limit=64"));
    let order = &of(&all, "stragglers-order").svg;
    assert!(
        order.contains("batching limit=64 and") || order.contains("batching limit=64."),
        "left out"
    );
}

#[test]
fn what_a_figure_has_no_room_for_is_named() {
    let all = figures(&simulator::run(), &simulator::samples());
    let order = of(&all, "stragglers-order");
    let left_out =
        "Not drawn here, but in the tables: sequential, wait-any and materialize-window.";
    assert!(order.svg.contains(left_out));
}

#[test]
fn a_failure_stands_in_its_cell() {
    let mut samples = simulator::samples();
    let lost =
        |sample: &Sample| sample.cell.strategy == "batching" && sample.cell.executor == "smol";
    samples.retain(|sample| !lost(sample));
    let cell = simulator::cell("batching", "smol", 240);
    samples.push(simulator::failed(cell, Pass::Time, Outcome::Oom, "needs more"));
    let all = figures(&simulator::run(), &samples);
    assert!(of(&all, "stragglers-throughput").svg.contains("oom"));
    assert!(!of(&all, "stragglers-peak-memory").svg.contains("oom"), "others have its memory");

    samples.retain(|sample| sample.cell.strategy != "batching");
    let cell = simulator::cell("batching", "smol", 240);
    samples.push(simulator::failed(cell, Pass::Memory, Outcome::Oom, "needs more"));
    let all = figures(&simulator::run(), &samples);
    assert!(of(&all, "stragglers-peak-memory").svg.contains("oom"));
}

#[test]
fn hostile_names_stay_text() {
    let evil = "</text><script>alert(1)</script>&\"'\u{1b}[31m\u{202e}]]>";
    let mut run = simulator::run();
    run.catalogue.strategies[1].title = evil.into();
    run.catalogue.strategies[2].sentence = evil.into();
    let mut samples = simulator::samples();
    for sample in &mut samples {
        if sample.cell.executor == "smol" {
            sample.cell.executor = evil.repeat(40);
        }
        sample.cell.work.name = format!("../{evil}");
        if sample.cell.strategy == "wait-any" {
            sample.cell.strategy = evil.into();
        }
    }
    let all = figures(&run, &samples);
    assert_eq!(all.len(), KINDS.len());
    sound(&all);
    for figure in &all {
        assert!(!figure.svg.contains("<script"), "{}", figure.name);
        assert!(!figure.svg.chars().any(|c| c.is_control() && c != '\n'), "{}", figure.name);
        assert!(figure.file_name().chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)));
    }
}

#[test]
fn extreme_values_are_drawn() {
    for value in [0, 1, u64::MAX] {
        let mut samples = simulator::samples();
        for measured in samples.iter_mut().filter_map(|sample| sample.measured.as_mut()) {
            measured.makespan_ns = value;
            measured.live_peak_bytes = measured.live_peak_bytes.map(|_| value);
            measured.in_flight_peak = Some(value);
            for list in [
                &mut measured.series.live_bytes,
                &mut measured.series.in_flight,
                &mut measured.series.order,
            ] {
                list.iter_mut().for_each(|point| *point = (value, value));
            }
            for list in [&mut measured.series.sojourn, &mut measured.series.service] {
                list.iter_mut().for_each(|point| point.1 = value);
            }
        }
        sound(&figures(&simulator::run(), &samples));
    }
}
