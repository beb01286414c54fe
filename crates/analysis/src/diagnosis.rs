use std::fmt;

use bp_record::Examination;

use crate::{mad, median};

/// What an examination says of one property of the machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The property.
    pub what: &'static str,
    /// What was found.
    pub found: String,
    /// What that means.
    pub verdict: Fitness,
    /// What to do about it, or how to read results with it.
    pub advice: String,
}

/// How fit a machine is for measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fitness {
    /// Nothing to do.
    Good,
    /// It can be measured on, with care.
    Fair,
    /// What is measured will not be believed.
    Poor,
    /// The machine does not tell.
    Unknown,
}

impl fmt::Display for Fitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
            Self::Unknown => "unknown",
        })
    }
}

/// A rule: up to here good, up to there fair, else poor.
fn graded(value: f64, good: f64, fair: f64) -> Fitness {
    match value {
        value if value <= good => Fitness::Good,
        value if value <= fair => Fitness::Fair,
        _ => Fitness::Poor,
    }
}

/// What an examination says, the most important first.
pub fn diagnose(examination: &Examination) -> Vec<Finding> {
    let mut findings = vec![build(examination), noise(examination), floor(examination)];
    findings.extend([load(examination), stolen(examination), governor(examination)]);
    findings.extend([virtualised(examination), processors(examination), child(examination)]);
    findings.extend(timers(examination));
    findings
}

fn unknown(what: &'static str, advice: &str) -> Finding {
    let found = "the machine does not tell".to_owned();
    Finding { what, found, verdict: Fitness::Unknown, advice: advice.to_owned() }
}

/// The advice that goes with a verdict, where good needs none.
fn unless_good(verdict: Fitness, advice: &str) -> String {
    if verdict == Fitness::Good { String::new() } else { advice.to_owned() }
}

fn build(examination: &Examination) -> Finding {
    let profile = &examination.environment.profile;
    let verdict = if profile == "release" { Fitness::Good } else { Fitness::Poor };
    let advice = unless_good(verdict, "build with --release: a debug build measures the compiler");
    Finding { what: "build", found: profile.clone(), verdict, advice }
}

fn noise(examination: &Examination) -> Finding {
    let what = "noise of one core";
    let canary = &examination.canary_ns;
    let Some((middle, spread)) = median(&mut canary.clone()).zip(mad(canary)) else {
        return unknown(what, "the canary did not run: see `backpressure verify`");
    };
    let share = spread as f64 / middle.max(1) as f64;
    let verdict = graded(share, 0.02, 0.08);
    let found = format!("{:.1} % around {:.1} ms", share * 100.0, middle as f64 / 1e6);
    let advice = "end other programs; quote ratios of interleaved rounds only; take more rounds";
    Finding { what, found, verdict, advice: unless_good(verdict, advice) }
}

/// The same program against itself: what differs less cannot be told apart.
fn floor(examination: &Examination) -> Finding {
    let what = "same against same";
    let mut ratios: Vec<f64> = examination
        .pairs_ns
        .iter()
        .map(|&(a, b)| (b.max(1) as f64 / a.max(1) as f64).ln())
        .collect();
    let Some(interval) = crate::median_interval(&ratios) else {
        return unknown(what, "too few pairs succeeded: see `backpressure verify`");
    };
    ratios.sort_unstable_by(f64::total_cmp);
    let off = interval.low.abs().max(interval.high.abs()).exp_m1();
    let verdict = graded(off, 0.03, 0.10);
    let (found, pairs) = (format!("differs by up to {:.1} %", off * 100.0), ratios.len());
    let percent = (off * 100.0).ceil();
    let advice =
        format!("with {pairs} rounds, differences below {percent:.0} % cannot be told from none");
    Finding { what, found, verdict, advice }
}

fn load(examination: &Examination) -> Finding {
    let what = "other load";
    let environment = &examination.environment;
    let Some((load, count)) = environment.load_1m.zip(environment.processors) else {
        return unknown(what, "make sure that nothing else runs");
    };
    let verdict = graded(load / count.max(1) as f64, 0.1, 0.5);
    let found = format!("load {load:.2} on {count} processors");
    let advice = "wait until the machine is idle, or expect rounds to be flagged and repeated";
    Finding { what, found, verdict, advice: unless_good(verdict, advice) }
}

fn stolen(examination: &Examination) -> Finding {
    let what = "stolen time";
    let Some(share) = examination.meanwhile.stolen else {
        return unknown(what, "of no importance on a machine of one's own");
    };
    let verdict = graded(share, 0.005, 0.05);
    let found = format!("{:.1} % went to other machines", share * 100.0);
    let advice = "the host is shared: compare interleaved, and repeat at another hour";
    Finding { what, found, verdict, advice: unless_good(verdict, advice) }
}

fn governor(examination: &Examination) -> Finding {
    let what = "frequency governor";
    let Some(governor) = &examination.environment.governor else {
        return unknown(what, "if this is your machine, set it to performance");
    };
    let verdict = if governor == "performance" { Fitness::Good } else { Fitness::Fair };
    let advice = "set it to performance, such as with `cpupower frequency-set -g performance`";
    Finding { what, found: governor.clone(), verdict, advice: unless_good(verdict, advice) }
}

fn virtualised(examination: &Examination) -> Finding {
    let what = "virtual machine";
    match examination.environment.virtualised {
        None => unknown(what, "say which machine it was beside the figures"),
        Some(false) => {
            Finding { what, found: "no".to_owned(), verdict: Fitness::Good, advice: String::new() }
        }
        Some(true) => Finding {
            what,
            found: "yes".to_owned(),
            verdict: Fitness::Fair,
            advice: "quote ratios, not absolute times".to_owned(),
        },
    }
}

fn processors(examination: &Examination) -> Finding {
    let what = "processors";
    let environment = &examination.environment;
    let Some(count) = environment.processors else {
        return unknown(what, "give --threads, so that it is known how many are used");
    };
    let quota = environment.cgroup_processors.filter(|quota| *quota < count as f64);
    let (verdict, advice) = match (count, quota) {
        (_, Some(_)) => (
            Fitness::Poor,
            "the control group stops threads when the quota is used up: give --threads below it",
        ),
        (..=2, None) => (
            Fitness::Fair,
            "the harness and its child share them: it stays silent while a child measures",
        ),
        (_, None) => (Fitness::Good, ""),
    };
    let quota = quota.map_or_else(String::new, |quota| format!(", a quota of {quota:.1}"));
    Finding { what, found: format!("{count}{quota}"), verdict, advice: advice.to_owned() }
}

fn child(examination: &Examination) -> Finding {
    let what = "a child process";
    let Some(extra) = median(&mut examination.child_ns.clone()) else {
        return unknown(what, "no child succeeded: see `backpressure verify`");
    };
    let milliseconds = extra as f64 / 1e6;
    let verdict = graded(milliseconds, 20.0, 100.0);
    let found = format!("{milliseconds:.1} ms beyond what it measures");
    let advice = "each sample costs that; it is in no figure, but a run takes longer";
    Finding { what, found, verdict, advice: unless_good(verdict, advice) }
}

/// One line for all timers, and one for each that is off by more than the rest.
fn timers(examination: &Examination) -> impl Iterator<Item = Finding> {
    examination.timers.iter().map(|timer| {
        let late = timer.took_ns.saturating_sub(timer.asked_ns) as f64 / timer.asked_ns as f64;
        let verdict = graded(late, 0.1, 1.5);
        let (took, asked) = (timer.took_ns as f64 / 1e6, timer.asked_ns as f64 / 1e6);
        let needed = timer.took_ns.saturating_sub(timer.asked_ns) as f64 / 1e6 / 0.1;
        let advice = format!(
            "simulated jobs shorter than {needed:.0} ms differ from other executors' by over 10 %"
        );
        Finding {
            what: "timer",
            found: format!("{}: {asked:.0} ms takes {took:.2} ms", timer.executor),
            verdict,
            advice: unless_good(verdict, &advice),
        }
    })
}

#[cfg(test)]
mod tests {
    use bp_record::{Environment, RoundRecord, TimerFinding};

    use super::*;

    fn fit() -> Examination {
        let environment = Environment {
            profile: "release".into(),
            processors: Some(8),
            virtualised: Some(false),
            governor: Some("performance".into()),
            load_1m: Some(0.1),
            ..Environment::default()
        };
        let timer =
            TimerFinding { executor: "smol".into(), asked_ns: 1_000_000, took_ns: 1_050_000 };
        Examination {
            environment,
            canary_ns: vec![20_000_000; 20],
            pairs_ns: vec![(1_000_000, 1_001_000); 20],
            timers: vec![timer],
            child_ns: vec![3_000_000; 20],
            meanwhile: RoundRecord { stolen: Some(0.0), ..RoundRecord::default() },
        }
    }

    fn verdict(examination: &Examination, what: &str) -> Fitness {
        let findings = diagnose(examination);
        findings.iter().find(|finding| finding.what == what).unwrap().verdict
    }

    #[test]
    fn a_quiet_machine_is_good_at_everything() {
        for finding in diagnose(&fit()) {
            assert_eq!(finding.verdict, Fitness::Good, "{finding:?}");
        }
    }

    #[test]
    fn each_fault_is_found_and_comes_with_advice() {
        let mut sick = fit();
        sick.environment.profile = "debug".into();
        sick.environment.cgroup_processors = Some(1.5);
        sick.environment.governor = Some("powersave".into());
        sick.environment.load_1m = Some(8.0);
        sick.canary_ns = (0..20).map(|i| 20_000_000 + i % 2 * 10_000_000).collect();
        sick.pairs_ns = (0..20).map(|i| (1_000, 800 + i % 2 * 600)).collect();
        sick.timers[0].took_ns = 9_000_000;
        sick.child_ns = vec![500_000_000];
        sick.meanwhile.stolen = Some(0.2);
        for what in ["build", "noise of one core", "same against same", "other load"] {
            assert_eq!(verdict(&sick, what), Fitness::Poor, "{what}");
        }
        for what in ["stolen time", "processors", "a child process", "timer"] {
            assert_eq!(verdict(&sick, what), Fitness::Poor, "{what}");
        }
        assert_eq!(verdict(&sick, "frequency governor"), Fitness::Fair);
        let silent = diagnose(&sick)
            .into_iter()
            .filter(|finding| finding.verdict != Fitness::Good && finding.advice.is_empty());
        assert_eq!(silent.count(), 0);
    }

    #[test]
    fn what_is_not_known_is_not_called_good() {
        let findings = diagnose(&Examination::default());
        assert!(findings.iter().all(|finding| finding.verdict != Fitness::Good), "{findings:?}");
    }
}
