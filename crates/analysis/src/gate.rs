use bp_record::Work;

use crate::Metric;

/// Which metrics are compared, and by how much each may change before it matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// The metrics, each once, in the order in which they are shown.
    pub rules: Vec<(&'static Metric, Slack)>,
}

impl Gate {
    /// The rules for cells of `work`: a metric that says nothing of it gives way to the one that does,
    /// whose unit is another, so that a slack in units is left out.
    pub(crate) fn rules_for(&self, work: &Work) -> Vec<(&'static Metric, Slack)> {
        let mut rules: Vec<(&'static Metric, Slack)> = Vec::new();
        for &(metric, slack) in &self.rules {
            let fair = metric.fair(work);
            let slack = if fair == metric { slack } else { Slack { absolute: None, ..slack } };
            if !rules.iter().any(|(known, _)| *known == fair) {
                rules.push((fair, slack));
            }
        }
        rules
    }
}

/// How far a metric may move. What is given must be exceeded; if both are, both must.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slack {
    /// As a part of the base: 0.05 is 5 %.
    pub relative: Option<f64>,
    /// In the unit of the metric.
    pub absolute: Option<f64>,
}

impl Slack {
    /// True if a change by the factor `exp(log_ratio)` of something that was `base` matters.
    ///
    /// Up and down are alike: what is 5 % above the base is as far from it as what the base is
    /// 5 % above of.
    ///
    /// ```
    /// let slack = bp_analysis::Slack { relative: Some(0.05), absolute: Some(64.0) };
    /// assert!(slack.exceeded(1.1_f64.ln(), 1_000.0));
    /// assert!(!slack.exceeded(1.1_f64.ln(), 500.0)); // 50 is less than 64
    /// assert!(!slack.exceeded(1.04_f64.ln(), 10_000.0));
    /// ```
    pub fn exceeded(&self, log_ratio: f64, base: f64) -> bool {
        let relative = self.relative.is_none_or(|slack| log_ratio.abs() > slack.ln_1p());
        let moved = base * log_ratio.exp_m1().abs();
        let absolute = self.absolute.is_none_or(|slack| moved > slack);
        log_ratio != 0.0 && relative && absolute
    }

    /// The part of the base beyond which a change of something that was `base` matters.
    pub(crate) fn relative_to(&self, base: f64) -> f64 {
        let absolute = self.absolute.map_or(0.0, |slack| slack / base.max(1.0));
        self.relative.unwrap_or(0.0).max(absolute)
    }
}

/// The gate of those who bring none: processor time and makespan by 5 %, the peak of live memory
/// by 5 % and 64 KiB, the allocations by 2 % and 100.
impl Default for Gate {
    fn default() -> Self {
        let rule = |name, relative, absolute| {
            let metric = Metric::named(name).expect("a test makes the default gate");
            (metric, Slack { relative: Some(relative), absolute })
        };
        Self {
            rules: vec![
                rule("cpu_ns", 0.05, None),
                rule("makespan_ns", 0.05, None),
                rule("live_peak_bytes", 0.05, Some(65_536.0)),
                rule("allocations", 0.02, Some(100.0)),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_gate_has_both_kinds_of_slack() {
        let gate = Gate::default();
        assert_eq!(gate.rules.len(), 4);
        assert!(gate.rules.iter().any(|(_, slack)| slack.absolute.is_some()));
    }

    #[test]
    fn up_and_down_are_alike() {
        let slack = Slack { relative: Some(0.05), absolute: None };
        for log_ratio in [0.048_f64, 0.0488, 0.049, 0.06] {
            let up = slack.exceeded(log_ratio, 1.0);
            assert_eq!(up, log_ratio > 1.05_f64.ln());
            assert_eq!(up, slack.exceeded(-log_ratio, 1.0));
        }
    }

    #[test]
    fn an_absolute_slack_alone_and_none_at_all() {
        let ten = Slack { relative: None, absolute: Some(10.0) };
        assert!(ten.exceeded(1.2_f64.ln(), 100.0) && !ten.exceeded(1.05_f64.ln(), 100.0));
        assert!(Slack::default().exceeded(0.001, 5.0) && !Slack::default().exceeded(0.0, 5.0));
    }

    #[test]
    fn the_larger_slack_decides_what_matters() {
        let slack = Slack { relative: Some(0.05), absolute: Some(10.0) };
        assert_eq!((slack.relative_to(1_000.0), slack.relative_to(100.0)), (0.05, 0.1));
    }
}
