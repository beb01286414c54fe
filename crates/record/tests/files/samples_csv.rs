//! `samples.csv`: raw numbers, empty where nothing was measured, safe to open.

use std::path::PathBuf;

use bp_record::{Outcome, Sample, samples_csv};

use crate::{common, hostile_text::hostile_text};

/// The rows as (name, value) by column.
fn rows(samples: &[Sample]) -> Vec<Vec<(String, String)>> {
    let bytes = samples_csv(samples);
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let names = reader.headers().expect("a line of names").clone();
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let records = reader.records().map(|row| row.expect("as long as the names"));
    records.map(|record| names.iter().zip(&record).map(owned).collect()).collect()
}

fn value<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    &row.iter().find(|(found, _)| found == name).expect(name).1
}

#[test]
fn a_row_holds_the_cell_and_what_was_measured() {
    let rows = rows(&[common::sample(2)]);
    let of = |name| value(&rows[0], name);
    assert_eq!(of("cell"), "exponential+poisson(2000ps)+serial(10ns)/semaphore/tokio/limit=10");
    assert_eq!((of("jobs"), of("for_ns")), ("30", ""));
    assert_eq!((of("arrivals"), of("arrivals_per_second")), ("poisson", "2000"));
    assert_eq!((of("consumer"), of("consumer_time_ns")), ("serial", "10"));
    assert_eq!((of("pass"), of("round"), of("outcome")), ("trace", "2", "ok"));
    assert_eq!((of("makespan_ns"), of("succeeded"), of("failed")), ("1002", "30", "0"));
    assert_eq!((of("service_mean_ns"), of("service_p50_ns"), of("service_p99_ns")), ("5", "4", ""));
    assert_eq!((of("wait_count"), of("live_peak_bytes")), ("", ""), "not measured is never zero");
}

#[test]
fn a_failure_is_a_row_without_figures() {
    let mut sample = common::sample(0);
    sample.outcome = Outcome::Crashed;
    sample.exit_code = None;
    sample.signal = Some(9);
    sample.message = Some("killed, \"by\" the\nkernel".into());
    sample.measured = None;
    let rows = rows(&[sample]);
    let of = |name| value(&rows[0], name);
    assert_eq!((of("outcome"), of("exit_code"), of("signal")), ("crashed", "", "9"));
    assert_eq!(of("message"), "killed, \"by\" the\nkernel");
    assert_eq!((of("makespan_ns"), of("admitted")), ("", ""));
}

#[test]
fn no_text_is_taken_for_a_formula() {
    for start in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\n=1", "＝1", "＠SUM(A1)"] {
        let mut sample = common::sample(0);
        sample.message = Some(start.into());
        sample.exit_code = Some(-1);
        sample.cell.work.directory = Some(PathBuf::from(start));
        let rows = rows(&[sample]);
        assert_eq!(value(&rows[0], "message"), format!("'{start}"));
        assert_eq!(value(&rows[0], "directory"), format!("'{start}"));
        assert_eq!(value(&rows[0], "exit_code"), "-1", "a number stays one");
    }
}

#[test]
fn no_samples_give_the_names_alone_and_no_name_twice() {
    let csv = String::from_utf8(samples_csv(&[])).unwrap();
    assert_eq!(csv.lines().count(), 1);
    let mut names: Vec<_> = csv.trim().split(',').collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// Each text as one that is shown, as JSON and as a cell.
#[test]
fn of_ten_thousand_generated_texts_none_steers_or_is_a_formula() {
    let steers = |text: &str| text.contains(|c| c != '\n' && bp_record::steers(c));
    let mut steering = 0;
    for text in (0..10_000).map(hostile_text) {
        steering += u32::from(steers(&text));
        let shown = bp_record::printable(&text);
        assert!(!steers(&shown) && !shown.contains('\n'), "{shown:?}");
        let cell = bp_record::safe_cell(&text);
        assert!(!steers(&cell), "{cell:?}");
        let signs = ['=', '+', '-', '@', '\u{ff1d}'];
        assert!(!cell.trim_start().starts_with(signs), "{cell:?}");
        let json = bp_record::printable_json(&serde_json::to_string(&text).unwrap());
        assert!(!steers(&json), "{json:?}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
    assert!(steering > 5_000, "only {steering} of the texts are hostile to a terminal");
}

#[test]
fn no_text_steers_a_terminal() {
    let mut sample = common::sample(0);
    sample.message = Some("a\tb\rc\u{9b}2J\u{202e}d\u{200b}\u{2028}\u{e0041}\nlast".into());
    let rows = rows(&[sample]);
    let spelt = r"a\tb\rc\u{9b}2J\u{202e}d\u{200b}\u{2028}\u{e0041}";
    assert_eq!(value(&rows[0], "message"), format!("{spelt}\nlast"), "ends of lines stay");
}
