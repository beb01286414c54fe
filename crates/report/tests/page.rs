//! `report.html`: one file, complete without scripts, that lets nothing of a run be more than text.
#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

#[path = "figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use std::{num::NonZeroUsize, path::Path, process::Command};

use bp_record::{Axis, Extent, Outcome, Pass, RoundRecord, Run, Sample, WorkloadEntry};
use bp_report::{Material, Report, report};

const SOURCES: [(&str, &str); 1] = [("batching", "//! Batches.\nfn run() { a < b && c }\n")];

/// Three rounds of everything, each a little slower than the one before.
fn rounds() -> Vec<Sample> {
    let again = |round: u32| {
        let mut samples = simulator::samples();
        for sample in &mut samples {
            sample.round = round;
            if let Some(measured) = &mut sample.measured {
                measured.makespan_ns += u64::from(round) * 100_000;
            }
        }
        samples
    };
    (0..3).flat_map(again).collect()
}

fn made(run: &Run, samples: &[Sample], rounds: &[RoundRecord]) -> Report {
    report(&Material { run, samples, rounds, sources: &SOURCES, race: Some("<!doctype html>") })
}

/// What must hold of every page.
fn sound(page: &str) {
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.len() < 3 << 20, "{} bytes", page.len());
    for (open, close) in [("<section", "</section>"), ("<figure", "</figure>"), ("<td", "</td>")] {
        assert_eq!(page.matches(open).count(), page.matches(close).count(), "{open}");
    }
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).expect("a policy");
    let policy = policy.split('"').next().expect("it ends");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    // Nothing is fetched: every address is a place of the page, data, or a file beside it.
    let namespace = "http://www.w3.org/2000/svg";
    assert!(!page.replace(namespace, "").contains("://"), "an address of the network");
    for attribute in ["href=\"", "src=\""] {
        for address in page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let beside = ["summary.csv", "samples.csv", "run.json", "events.jsonl", "race.html"];
            let own = address.starts_with('#') || address.starts_with("data:");
            assert!(own || beside.contains(&address), "{address}");
        }
    }
    // The policy forbids styles and handlers on elements.
    assert!(!page.contains(" style=\"") && !page.contains(" onclick="));
    let ids: Vec<_> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an id stands twice");
    for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&target), "#{target} leads nowhere");
    }
}

#[test]
fn the_page_has_every_section_and_the_same_bytes_twice() {
    let record = RoundRecord { canary_before_ns: Some(20_000_000), ..RoundRecord::default() };
    let of = |round| RoundRecord { round, ..record.clone() };
    let (run, samples, records) = (simulator::run(), rounds(), [of(0), of(1), of(2)]);
    let page = made(&run, &samples, &records).html;
    sound(&page);
    assert!(page.contains(">Files and method</h3>"));
    let kinds = ["lanes", "pareto", "growth", "latency", "in-flight", "memory", "done", "order"];
    for kind in kinds {
        assert!(page.contains(&format!("<figure id=\"stragglers-{kind}\">")), "{kind}");
    }
    assert!(page.contains("<figure id=\"rounds\">"), "rounds");
    assert!(page.contains("backpressure sweep --over limit=1..=256*2 -w '^stragglers$'"));
    assert!(page.contains("a &lt; b &amp;&amp; c"), "the source of batching");
    assert!(page.contains("href=\"data:text/csv;charset=utf-8,cell,"), "the CSV");
    assert_eq!(page, made(&run, &samples, &records).html);
}

/// The sections of every report.
const SECTIONS: [&str; 12] = [
    "1. Verdict",
    "2. Side by side",
    "3. Memory against throughput",
    "4. Memory growth",
    "5. Limit and load",
    "6. Latency by percentile",
    "7. Over time",
    "8. What order costs",
    "9. Where the time went",
    "10. Rounds and canary",
    "11. Strategies",
    "12. Machine, method and files",
];

/// All texts between two marks.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split(close).next()).collect()
}

#[test]
fn both_forms_have_the_same_sections_in_the_same_order_and_lead_to_them() {
    let (run, samples) = (simulator::run(), rounds());
    let Report { markdown, html, .. } = made(&run, &samples, &[]);
    let headings: Vec<_> = markdown.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(headings, SECTIONS);
    let headings = between(&html, "-h\" tabindex=\"-1\">", "</h2>");
    assert_eq!(headings, SECTIONS);
    let links: Vec<_> = between(&html, "<nav", "</nav>");
    let links = between(links[0], "<a href=\"", "</a>");
    assert_eq!(links[6], "#s-over-time\">7. Over time");
    assert_eq!(links.len(), SECTIONS.len());
    // What was not measured keeps its number, and says what would measure it.
    let absent = "[5. Limit and load](#5-limit-and-load) (not in this run) · [6.";
    assert!(markdown.contains(absent), "{markdown}");
    let absent = between(&html, "<li class=\"absent\"><a href=\"#", "\"");
    assert_eq!(absent, ["s-limit-and-load", "s-what-order-costs", "s-where-the-time-went"]);
    let said = "Not in this run: **Throughput and latency against the limit, with the knee**. This \
                gives it: `backpressure sweep --over limit=1..=256*2";
    let section = markdown.split("## 5. ").nth(1).expect("a section");
    assert!(section.split("## 6. ").next().is_some_and(|all| all.contains(said)), "{section}");
}

#[test]
fn what_is_of_one_workload_stands_under_its_name_where_there_are_several() {
    let mut samples = rounds();
    let alone = made(&simulator::run(), &samples, &[]);
    assert!(!alone.markdown.contains("### stragglers"), "{}", alone.markdown);
    let mut other = simulator::samples();
    other.iter_mut().for_each(|sample| sample.cell.work.name = "fixed".into());
    // A barrier that costs nothing tells nothing.
    for sample in samples.iter_mut().filter(|sample| sample.cell.strategy == "batching") {
        if let Some(measured) = &mut sample.measured {
            measured.makespan_ns = 1_000_000;
        }
    }
    samples.extend(other);
    let mut run = simulator::run();
    let known = run.catalogue.workloads[0].clone();
    run.catalogue.workloads.push(WorkloadEntry { name: "fixed".into(), ..known });
    let Report { markdown, html, .. } = made(&run, &samples, &[]);
    sound(&html);
    // Side by side, and each kind of picture.
    let sections = |name: &str| markdown.matches(&format!("\n### {name}\n")).count();
    assert_eq!((sections("stragglers"), sections("fixed")), (5, 5), "{markdown}");
    let parts = between(&html, "<div data-workload=\"", "\"");
    assert_eq!(parts.len(), 12);
    assert_eq!(parts[..4], ["fixed", "stragglers", "stragglers", "fixed"], "what tells most first");
    let (first, _) = html.split_once("id=\"s-side-by-side\"").expect("a section");
    assert_eq!(first.matches("<div data-workload").count(), 2, "the verdict of each");

    // Where no job is asked to last, no rule makes anyone wait, and there is less to tell.
    run.catalogue.workloads[1].timed = false;
    let Report { markdown, html, .. } = made(&run, &samples, &[]);
    assert_eq!(between(&html, "<div data-workload=\"", "\"")[0], "stragglers");
    assert!(!markdown.contains("A barrier makes free slots wait"), "{markdown}");
}

#[test]
fn cells_are_shaded_by_what_their_ratio_means() {
    let page = made(&simulator::run(), &rounds(), &[]).html;
    let cells = |name: &str| {
        let row = page.split(&format!("\">{name}</a></th>")).nth(1).expect("a row");
        let row = row.split("</tr>").next().expect("it ends");
        row.split("<td class=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(cells("batching"), ["twice"; 4]);
    assert_eq!(cells("unbounded-spawn"), ["better"; 4]);
    assert!(cells("semaphore").iter().all(|kind| ["even", "worse"].contains(kind)));
    assert!(page.contains("too few rounds to rank (3 rounds, it takes "), "what noise means");
}

#[test]
fn a_failure_is_a_cell_and_says_how() {
    let mut samples = rounds();
    let lost =
        |sample: &Sample| sample.cell.strategy == "batching" && sample.cell.executor == "smol";
    samples.retain(|sample| !lost(sample));
    let cell = simulator::cell("batching", "smol", 240);
    samples.push(simulator::failed(cell, Pass::Time, Outcome::Oom, "needs <more>"));
    let page = made(&simulator::run(), &samples, &[]).html;
    sound(&page);
    assert!(page.contains("<td class=\"absent\">oom</td>"));
    assert!(page.contains("oom: needs &lt;more&gt;"), "what it said");
}

#[test]
fn a_disturbed_round_that_counts_is_a_banner() {
    let round = RoundRecord { noisy: Some("<b>steal</b>".into()), ..RoundRecord::default() };
    let made = made(&simulator::run(), &rounds(), &[round]);
    assert!(made.html.contains("<p class=\"notice noisy\" role=\"note\"><strong>Noisy.</strong>"));
    assert!(!made.html.contains("<b>steal"), "it is a word and no markup");
    assert!(
        made.html.contains("&lt;b&gt;steal&lt;/b&gt;") && made.markdown.contains("> **Noisy.**")
    );
}

#[test]
fn windows_and_limits_are_pictures_where_they_were_measured() {
    let mut samples = rounds();
    for sample in &mut samples {
        if sample.cell.strategy == "materialize-window" {
            sample.cell.window = NonZeroUsize::new(40);
        }
    }
    let windows = made(&simulator::run(), &samples, &[]);
    sound(&windows.html);
    let figure = windows.figures.iter().find(|figure| figure.kind == "window").expect("a picture");
    assert!(figure.description.contains("with a window of 10 and "), "{}", figure.description);
    assert!(!windows.markdown.contains("What order costs, window by window**"));

    // A sweep times every number of jobs.
    let few = samples.iter().filter(|sample| sample.cell.work.extent == Extent::Jobs(60));
    let timed: Vec<_> = few.map(|few| Sample { pass: Pass::Time, ..few.clone() }).collect();
    samples.extend(timed);
    let run = Run { sweep: Some(Axis::Jobs), ..simulator::run() };
    let jobs = made(&run, &samples, &[]);
    sound(&jobs.html);
    assert!(jobs.figures.iter().any(|figure| figure.kind == "growth"));
    let section = jobs.html.split("<section id=\"s-memory-growth\"").nth(1).expect("a section");
    let section = section.split("</section>").next().expect("it ends");
    assert!(section.contains(">All curves</h3>"), "{section}");
    assert!(jobs.html.contains("<li>Peak memory grows as: "), "the verdict");
}

#[test]
fn what_a_run_says_stays_text() {
    let evil = "</script><script>alert(1)</script>=cmd()&\"'\u{1b}[31m\u{202e}]]>{{style}}";
    let mut run = simulator::run();
    run.suite = evil.into();
    run.arguments = vec![evil.into()];
    run.started = evil.into();
    run.environment.processor = Some(evil.into());
    run.catalogue.strategies[1].title = evil.into();
    run.catalogue.strategies[1].sentence = evil.into();
    let mut samples = simulator::samples();
    for sample in &mut samples {
        if sample.cell.executor == "smol" {
            sample.cell.executor = evil.into();
        }
        sample.cell.work.name = evil.into();
        if sample.cell.strategy == "wait-any" {
            sample.cell.strategy = evil.into();
        }
    }
    samples.push(simulator::failed(samples[0].cell.clone(), Pass::Time, Outcome::Panic, evil));
    let page = made(&run, &samples, &[]).html;
    sound(&page);
    let scripts = page.matches("<script").count();
    let data = page.matches("<script type=\"application/json\">").count();
    assert_eq!(scripts, data + 1, "a script that is not ours");
    assert_eq!(page.matches("</script>").count(), scripts);
    assert!(!page.chars().any(|c| c.is_control() && c != '\n'), "a control character");
    assert!(!page.contains('\u{202e}'), "it turns the direction of writing");
    // In a spreadsheet it would be a formula.
    assert!(!page.contains("%0A=cmd"), "a cell of the CSV begins like a formula");
}

#[test]
fn a_run_without_samples_says_so() {
    let page = made(&simulator::run(), &[], &[]).html;
    sound(&page);
    assert!(page.contains("No sample was taken, so there is nothing to show."));
}

#[test]
fn the_two_forms_say_the_same() {
    let Report { markdown, html, figures } = made(&simulator::run(), &rounds(), &[]);
    let shown = html.replace("&#39;", "'").replace("&quot;", "\"").replace("&gt;", ">");
    for line in markdown.lines().filter(|line| line.starts_with("- ") && !line.contains("**")) {
        let text = line[2..].replace(['\\', '`'], "");
        assert!(line.contains("](") || shown.replace("<code>", "").contains(&text), "{text}");
    }
    for figure in figures.iter().filter(|figure| figure.kind != "throughput") {
        assert!(markdown.contains(&figure.file_name()), "{}", figure.name);
        assert!(html.contains(&format!("id=\"{}\"", figure.name)), "{}", figure.name);
    }
}

#[test]
fn the_script_passes_its_own_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
    let Ok(output) = Command::new("node").arg("--test").current_dir(folder).output() else {
        eprintln!("skipped: there is no node here, which runs the tests of the page's script");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
