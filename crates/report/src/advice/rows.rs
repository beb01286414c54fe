//! The figures of each strategy as rows of text.

use bp_analysis::advise::{Row, Standing};

use super::{
    Answer,
    words::{Said, often},
};
use crate::units;

/// A head and rows as long.
pub(super) struct Table {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// What a page shows of every strategy that is allowed, the one to use first.
pub(super) fn full(answer: &Answer) -> Table {
    let range = often(answer.advice.replicates);
    let head = [
        "strategy",
        "in order",
        "makespan",
        range.as_str(),
        "× bound",
        "jobs held",
        "memory",
        "first result",
        "half of them",
    ];
    let row = |index: usize| {
        let row = &answer.advice.rows[index];
        let outlook = row.outlook?;
        let (makespan, nine) = (outlook.makespan_ns, units_range(outlook.makespan_ns));
        Some(vec![
            row.names.join(", "),
            order(row),
            units::time(makespan.median),
            nine,
            units::factor(outlook.over_bound),
            units::count(outlook.held as u64),
            outlook.held_bytes.map_or_else(|| "-".to_owned(), units::bytes),
            units::time(outlook.first_ns.median),
            units::time(outlook.half_ns.median),
        ])
    };
    Table {
        head: head.map(str::to_owned).to_vec(),
        rows: shown(answer).into_iter().filter_map(row).collect(),
    }
}

/// The rows that are allowed: the one to use, the others worth choosing, those that are beaten.
pub(super) fn shown(answer: &Answer) -> Vec<usize> {
    let rows = &answer.advice.rows;
    let place = |index: usize| match rows[index].standing {
        _ if index == answer.advice.choice => Some(0),
        Standing::Efficient { .. } => Some(1),
        Standing::Dominated { .. } => Some(2),
        Standing::Refused(_) | Standing::Open => None,
    };
    let mut shown: Vec<usize> = (0..rows.len()).filter(|&index| place(index).is_some()).collect();
    shown.sort_by_key(|&index| {
        (place(index), rows[index].outlook.map(|outlook| outlook.makespan_ns.median))
    });
    shown
}

pub(super) fn order(row: &Row) -> String {
    if row.ordered { "yes" } else { "no" }.to_owned()
}

/// `331–380 ms`.
pub(super) fn units_range(spread: bp_analysis::advise::Spread) -> String {
    let (low, high) = (units::time(spread.low), units::time(spread.high));
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number}–{high}"),
        _ => format!("{low}–{high}"),
    }
}

/// A line a strategy, raw integers with the unit in the name; empty means that nobody can tell.
pub(super) fn csv(answer: &Answer) -> String {
    let said = Said::of(answer);
    let mut text = "strategy,verdict,in_order,limit,makespan_ns,makespan_low_ns,makespan_high_ns,\
                    over_bound,held,held_bytes,first_ns,half_ns,reason\n"
        .to_owned();
    for (index, row) in answer.advice.rows.iter().enumerate() {
        let verdict = match row.standing {
            _ if index == answer.advice.choice => "use",
            Standing::Efficient { .. } => "worth_choosing",
            Standing::Dominated { .. } => "dominated",
            Standing::Refused(_) | Standing::Open => "not_allowed",
        };
        let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
        let outlook = row.outlook;
        let figures = [
            number(row.limit.map(|limit| limit.get() as u64)),
            number(outlook.map(|it| it.makespan_ns.median)),
            number(outlook.map(|it| it.makespan_ns.low)),
            number(outlook.map(|it| it.makespan_ns.high)),
            outlook.map_or_else(String::new, |it| format!("{:.4}", it.over_bound)),
            number(outlook.map(|it| it.held as u64)),
            number(outlook.and_then(|it| it.held_bytes)),
            number(outlook.map(|it| it.first_ns.median)),
            number(outlook.map(|it| it.half_ns.median)),
        ];
        let (order, figures) = (order(row), figures.join(","));
        let reason = said.reason(index).replace('"', "\"\"");
        for name in &row.names {
            text += &format!("{name},{verdict},{order},{figures},\"{reason}\"\n");
        }
    }
    text
}
