//! The answer for a terminal of 80 columns.

use super::{
    Answer,
    code::{code, heading},
    name,
    rows::{order, shown, units_range},
    words::{Said, often},
};
use crate::{
    tables::{Align, Grid, wrapped},
    units,
};

const WIDTH: usize = 80;
/// How much of a line a name may take.
const NAME: usize = 22;
/// How far the lines below a reason's first are set in.
const INDENT: usize = 4;

pub(super) fn text(answer: &Answer) -> String {
    let said = Said::of(answer);
    let mut lines = vec![said.verdict(), String::new()];
    lines.extend(wrapped(&said.summary(), WIDTH));
    lines.extend(grid(answer));
    for (title, said) in said.sections() {
        lines.extend([String::new(), title.to_owned()]);
        for (names, reason) in said {
            let text = format!("{names}: {reason}");
            let parts = wrapped(&text, WIDTH - INDENT);
            lines.extend(parts.iter().enumerate().map(|(place, part)| {
                format!("{}{part}", " ".repeat(if place == 0 { INDENT / 2 } else { INDENT }))
            }));
        }
    }
    for paragraph in [said.window(), said.premises()] {
        lines.push(String::new());
        lines.extend(wrapped(&paragraph, WIDTH));
    }
    let code = code(answer);
    lines.extend([String::new(), heading(&code), String::new()]);
    format!("{}\n{code}", lines.join("\n"))
}

fn grid(answer: &Answer) -> Vec<String> {
    let weighed = answer.question.job_bytes.is_some();
    let mut grid = Grid::new();
    grid.names("strategy", NAME);
    let range = often(answer.advice.replicates);
    for heading in ["order", "makespan", &range, "× bound", "jobs held"] {
        grid.column(Align::Right, heading, 5);
    }
    if weighed {
        grid.column(Align::Right, "memory", 6);
    }
    grid.column(Align::Right, "first result", 7);
    for index in shown(answer) {
        let row = &answer.advice.rows[index];
        let Some(outlook) = row.outlook else { continue };
        let mut cells = vec![
            name(&row.names),
            order(row),
            units::time(outlook.makespan_ns.median),
            units_range(outlook.makespan_ns),
            units::factor(outlook.over_bound),
            units::count(outlook.held as u64),
        ];
        cells.extend(outlook.held_bytes.map(units::bytes));
        cells.push(units::time(outlook.first_ns.median));
        grid.row(cells);
    }
    grid.lines()
}
