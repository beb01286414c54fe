//! What a plan is made of, with a catalogue of its own: no strategy runs here.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::collections::HashSet;

use bp_harness::{Error, Filters, Matrix, Plan, Suite};
use bp_record::{
    Catalogue, ExecutorEntry, Extent, Family, Parameter, Pass, StrategyEntry, WorkloadEntry,
};
use regex::Regex;

fn catalogue() -> Catalogue {
    let strategy = |name: &str, takes: &[Parameter], executors: &[&str]| StrategyEntry {
        name: name.into(),
        title: name.into(),
        sentence: String::new(),
        source: String::new(),
        family: Family::Refill,
        claims: String::new(),
        takes: takes.into(),
        executors: executors.iter().map(|&name| name.into()).collect(),
    };
    let executor = |name: &str, simulated| ExecutorEntry {
        name: name.into(),
        sentence: String::new(),
        legacy: false,
        simulated,
        single_threaded: false,
        contestant: None,
    };
    let workload = |name: &str| WorkloadEntry {
        name: name.into(),
        sentence: String::new(),
        timed: true,
        served: false,
    };
    Catalogue {
        strategies: vec![
            strategy("all", &[], &["fast", "slow", "dream"]),
            strategy("gate", &[Parameter::Limit], &["fast", "slow", "dream"]),
            strategy("row", &[Parameter::Limit, Parameter::Window], &["fast"]),
            strategy("nap", &[Parameter::Pause], &["slow"]),
        ],
        executors: vec![executor("fast", false), executor("slow", false), executor("dream", true)],
        workloads: vec![workload("even"), workload("odd")],
    }
}

fn suite(matrices: &str) -> Suite {
    let text = format!("name = 'test'\nrounds = 2\ntimeout = '5s'\n{matrices}");
    Suite::parse(&text, "test").unwrap()
}

fn ids(plan: &Plan) -> Vec<String> {
    plan.cells.iter().map(bp_record::Cell::id).collect()
}

fn filters(workloads: &[&str], strategies: &[&str], executors: &[&str]) -> Filters {
    let regexes = |list: &[&str]| list.iter().map(|text| Regex::new(text).unwrap()).collect();
    Filters {
        workloads: regexes(workloads),
        strategies: regexes(strategies),
        executors: regexes(executors),
    }
}

fn plan(matrices: &str, filters: &Filters) -> Result<Plan, Error> {
    Plan::new(&suite(matrices), filters, &catalogue())
}

#[test]
fn parameters_that_a_strategy_does_not_take_add_no_cells() {
    let text = "[[matrix]]\nworkloads = ['even']\nlimit = [2, 8]\nwindow = ['1x', '4x']\npause = ['0s', '1ms', '2ms']";
    let plan = plan(text, &Filters::default()).unwrap();
    assert_eq!(
        ids(&plan),
        [
            "even/all/fast/-",
            "even/all/slow/-",
            "even/gate/fast/limit=2",
            "even/gate/fast/limit=8",
            "even/gate/slow/limit=2",
            "even/gate/slow/limit=8",
            "even/row/fast/limit=2,window=2",
            "even/row/fast/limit=2,window=8",
            "even/row/fast/limit=8,window=8",
            "even/row/fast/limit=8,window=32",
            "even/nap/slow/pause_ns=0",
            "even/nap/slow/pause_ns=1000000",
            "even/nap/slow/pause_ns=2000000",
        ]
    );
}

#[test]
fn what_is_for_overload_is_among_all_only_where_there_can_be_one() {
    let mut catalogue = catalogue();
    let mut shedder = catalogue.strategies[1].clone();
    (shedder.name, shedder.claims) = ("door".into(), "limit, sheds what is too much".into());
    catalogue.strategies.push(shedder);
    let planned = |matrix: &str, wanted: &[&str]| {
        let text = format!("[[matrix]]\nworkloads = ['even']\nexecutors = ['fast']\n{matrix}");
        let plan = Plan::new(&suite(&text), &filters(&[], wanted, &[]), &catalogue).unwrap();
        ids(&plan).iter().filter(|id| id.contains("/door/")).count()
    };
    assert_eq!(planned("", &[]), 0, "all at once: it would shed nearly all of them");
    assert_eq!(planned("", &["^door$"]), 1, "named, it runs all the same");
    assert_eq!(planned("strategies = ['door']", &[]), 1);
    assert_eq!(planned("arrivals = 'poisson:100/s'", &[]), 1);
}

#[test]
fn a_preview_watches_once_and_times_every_round() {
    let text =
        "[[matrix]]\nworkloads = ['even']\nstrategies = ['all']\nexecutors = ['fast']\njobs = 400";
    let plan = plan(text, &Filters::default()).unwrap();
    assert!(plan.preview);
    let count = |pass, round, jobs| {
        let extent = Extent::Jobs(jobs);
        let same = |item: &&bp_harness::Item| {
            item.pass == pass && item.round == round && item.cell.work.extent == extent
        };
        plan.items.iter().filter(same).count()
    };
    assert_eq!((count(Pass::Time, 0, 400), count(Pass::Time, 1, 400)), (1, 1));
    assert_eq!((count(Pass::Trace, 0, 400), count(Pass::Memory, 0, 400)), (1, 1));
    assert_eq!(count(Pass::Memory, 0, 100), 1, "memory at a quarter shows whether it grows");
    assert_eq!(plan.items.len(), 5);
}

#[test]
fn a_full_run_watches_every_round() {
    let text = "[[matrix]]\nworkloads = ['even']\nstrategies = ['all']\nexecutors = ['fast']";
    let mut suite = suite(text);
    suite.rounds = 5.try_into().unwrap();
    let plan = Plan::new(&suite, &Filters::default(), &catalogue()).unwrap();
    assert!(!plan.preview);
    assert_eq!(plan.items.len(), 5 * 4);
}

#[test]
fn an_endless_source_has_no_quarter_and_more_time() {
    let text =
        "[[matrix]]\nworkloads = ['even']\nstrategies = ['all']\nexecutors = ['fast']\nfor = '3s'";
    let plan = plan(text, &Filters::default()).unwrap();
    assert_eq!(plan.items.len(), 4);
    assert!(plan.items.iter().all(|item| item.timeout.as_secs() == 8));
    assert!(plan.expected().as_secs() >= 12);
}

#[test]
fn rounds_are_shuffled_inside_by_the_seed_and_hold_everything() {
    let text = "[[matrix]]\nlimit = [1, 2, 3, 4, 5, 6]";
    let order = |seed| {
        let mut suite = suite(text);
        suite.seed = seed;
        Plan::new(&suite, &Filters::default(), &catalogue()).unwrap()
    };
    let sequence = |plan: &Plan| -> Vec<_> {
        plan.items.iter().map(|item| (item.cell.id(), item.pass, item.round)).collect()
    };
    assert_eq!(sequence(&order(3)), sequence(&order(3)));
    assert_ne!(sequence(&order(3)), sequence(&order(4)));
    let plan = order(3);
    let rounds: Vec<_> = plan.items.iter().map(|item| item.round).collect();
    assert!(rounds.is_sorted(), "a round ends before the next begins");
    for round in 0..2 {
        let timed: HashSet<_> = plan
            .items
            .iter()
            .filter(|item| item.round == round && item.pass == Pass::Time)
            .map(|item| item.cell.id())
            .collect();
        assert_eq!(timed.len(), plan.cells.len());
    }
    let first: Vec<_> = plan.items.iter().take(plan.cells.len()).map(|i| i.cell.id()).collect();
    assert_ne!(first, ids(&plan));
}

#[test]
fn the_same_cell_twice_is_one_and_a_different_one_under_its_name_is_refused() {
    let twice = "[[matrix]]\nworkloads = ['even']\n[[matrix]]\nworkloads = ['even', 'odd']";
    let plan_twice = plan(twice, &Filters::default()).unwrap();
    let unique: HashSet<_> = ids(&plan_twice).into_iter().collect();
    assert_eq!(unique.len(), plan_twice.cells.len());

    let differing = "[[matrix]]\nworkloads = ['even']\njobs = 5\n[[matrix]]\nworkloads = ['even']";
    let error = plan(differing, &Filters::default()).unwrap_err();
    assert!(error.is_usage());
    assert!(error.to_string().contains("two different cells are called even/all/fast/-"));
}

#[test]
fn filters_narrow_each_matrix_and_reach_what_the_suite_leaves_out() {
    let text =
        "[[matrix]]\nworkloads = ['even']\n[[matrix]]\nworkloads = ['odd']\nstrategies = ['all']\n";
    let narrow = plan(text, &filters(&["odd"], &["all", "gate"], &["fast"])).unwrap();
    assert_eq!(ids(&narrow), ["odd/all/fast/-"], "the second matrix has no gate");
    let simulated = plan(text, &filters(&["even"], &["gate"], &["dream"])).unwrap();
    assert_eq!(ids(&simulated), ["even/gate/dream/limit=64"]);
    let unlisted =
        plan("[[matrix]]\nworkloads = ['even']", &filters(&["odd"], &["all"], &["fast"]));
    assert_eq!(ids(&unlisted.unwrap()), ["odd/all/fast/-"]);
}

#[test]
fn nothing_selected_is_an_error_of_its_own() {
    for filters in [filters(&["^x+$"], &[], &[]), filters(&[], &["nap"], &["fast"])] {
        let error = plan("[[matrix]]", &filters).unwrap_err();
        assert!(matches!(error, Error::Nothing(_)), "{error}");
        assert!(!error.is_usage());
    }
}

#[test]
fn unknown_names_in_a_plan_list_the_nearest() {
    for (line, part) in [
        ("strategies = ['gaet']", "strategy `gaet` is unknown; the nearest: gate"),
        ("executors = ['fats']", "executor `fats` is unknown; the nearest: fast"),
        ("workloads = ['add']", "workload `add` is unknown; the nearest: odd"),
    ] {
        let error = plan(&format!("[[matrix]]\n{line}"), &Filters::default()).unwrap_err();
        assert_eq!(error.to_string(), part);
    }
}

#[test]
fn jobs_and_a_time_contradict_each_other() {
    let error = plan("[[matrix]]\njobs = 5\nfor = '1s'", &Filters::default()).unwrap_err();
    assert!(error.is_usage() && error.to_string().contains("both `jobs` and `for`"), "{error}");
}

#[test]
fn the_command_line_changes_every_matrix() {
    let flags = Matrix { limit: Some(vec![3.try_into().unwrap()]), ..Matrix::default() };
    let suite = suite("[[matrix]]\nworkloads=['even']\n[[matrix]]\nworkloads=['odd']\nlimit=[9]");
    let plan =
        Plan::new(&suite.overridden(&flags), &filters(&[], &["gate"], &["fast"]), &catalogue());
    assert_eq!(ids(&plan.unwrap()), ["even/gate/fast/limit=3", "odd/gate/fast/limit=3"]);
}

#[test]
fn a_suite_may_watch_in_some_ways_only() {
    let text = "name = 'test'\nrounds = 1\ntimeout = '5s'\npasses = ['trace']\n[[matrix]]\n";
    let suite = Suite::parse(text, "test").unwrap();
    let plan = Plan::new(&suite, &Filters::default(), &catalogue()).unwrap();
    assert_eq!(plan.items.len(), plan.cells.len());
    assert!(plan.items.iter().all(|item| item.pass == Pass::Trace));
    assert!(!plan.preview, "no time is compared, so one round will do");
}
