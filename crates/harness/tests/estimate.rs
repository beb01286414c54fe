//! What a plan is expected to take, held against a run of it that is committed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use bp_harness::{Filters, Plan, Suite};
use bp_record::{Role, Store};

#[test]
fn the_plan_of_the_readme_takes_about_as_long_as_expected() {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("reports");
    let suite = Suite::open(&reports.join("readme.toml")).unwrap();
    let is_its_run =
        |path: &PathBuf| Store::description(path).is_ok_and(|run| run.suite == suite.name);
    let mut folders = fs::read_dir(&reports).unwrap().map(|entry| entry.unwrap().path());
    let recorded = Store::read(&folders.find(is_its_run).unwrap()).unwrap();
    let plan = Plan::new(&suite, &Filters::default(), &bp_registry::catalogue()).unwrap();

    let mut seconds: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for item in &plan.items {
        seconds.entry(&item.cell.work.name).or_default()[0] += item.expected.as_secs_f64();
    }
    let measured =
        recorded.samples.iter().filter(|it| it.role == Role::Measured && it.attempt == 0);
    for sample in measured {
        let took = sample.measured.as_ref().map_or(0, |measured| measured.makespan_ns);
        seconds.entry(&sample.cell.work.name).or_default()[1] += took as f64 / 1e9;
    }
    // Processes and rehearsals come on top of what was measured.
    for workload in ["stragglers", "contended"] {
        let [expected, took] = seconds[workload];
        let ratio = expected / took;
        assert!((1.0..1.5).contains(&ratio), "{workload}: {expected} s expected, {took} s taken");
    }
}
