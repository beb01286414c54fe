use bp_record::Sample;

use crate::{
    ALPHA, Better, ComparedRow, Comparison, Gate, Interval, Method, Metric, Paired, Slack,
    comparison::{assemble, shared, sides},
    holm,
    judgement::Finding,
    median_of, paired,
    side::CellSamples,
};

/// Compares two sides whose samples were made in turns, a pair of each cell and pass in each
/// round.
///
/// A figure is better or worse if its pairs differ beyond chance, Holm-adjusted over the whole
/// table, *and* the median of their ratios exceeds the gate. With nothing changed, one table in
/// a hundred at most has a false verdict, whatever the noise, for the test rests on nothing but that
/// each pair could as well have come the other way around.
pub fn compare_interleaved(base: &[Sample], new: &[Sample], gate: &Gate) -> Comparison {
    let (base, new) = sides(base, new);
    let shared = shared(&base, &new);
    let mut figures = Vec::new();
    for (base, new) in &shared.cells {
        for (metric, slack) in gate.rules_for(&new.cell.work) {
            figures.extend(Figure::new(base, new, metric, slack));
        }
    }
    let adjusted = holm(&figures.iter().map(|figure| figure.paired.p).collect::<Vec<_>>());
    let rows = figures.into_iter().zip(adjusted).map(|(figure, p)| figure.judged(p)).collect();
    assemble(Method::Interleaved, shared, rows, gate)
}

/// A row before the table is known that it is part of.
struct Figure {
    id: String,
    strategy: String,
    metric: &'static Metric,
    slack: Slack,
    base: f64,
    new: f64,
    paired: Paired,
}

impl Figure {
    /// `None` if there is no pair.
    fn new(
        base: &CellSamples<'_>,
        new: &CellSamples<'_>,
        metric: &'static Metric,
        slack: Slack,
    ) -> Option<Self> {
        let pairs = base.pairs(new, metric);
        Some(Self {
            id: new.id.clone(),
            strategy: new.cell.strategy.clone(),
            metric,
            slack,
            base: median_of(&mut pairs.iter().map(|pair| pair.0).collect::<Vec<_>>())?,
            new: median_of(&mut pairs.iter().map(|pair| pair.1).collect::<Vec<_>>())?,
            paired: paired(&pairs)?,
        })
    }

    fn judged(self, p_adjusted: f64) -> ComparedRow {
        let Self { paired, base, slack, metric, .. } = self;
        let beyond = |log_ratio: f64| slack.exceeded(log_ratio, base);
        let reach = paired.interval.unwrap_or(paired.range);
        let finding = Finding {
            bad: (paired.log_ratio > 0.0) == (metric.better == Better::Fewer),
            beyond_gate: beyond(paired.log_ratio),
            certain: p_adjusted <= ALPHA,
            fine: !beyond(reach.low) && !beyond(reach.high),
        };
        ComparedRow {
            id: self.id,
            strategy: self.strategy,
            metric,
            base,
            new: self.new,
            ratio: paired.log_ratio.exp(),
            interval: paired.interval.map(Interval::exp),
            rounds: paired.pairs,
            p_adjusted: Some(p_adjusted),
            floor: None,
            slack,
            verdict: finding.verdict(),
        }
    }
}
