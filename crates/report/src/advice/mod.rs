//! The answer to "which strategy should I use?": a verdict, a table, a reason for each strategy, and
//! code to paste.

mod code;
mod rows;
mod terminal;
mod words;

use bp_analysis::advise::{Advice, Question, Standing, Window};
use serde_json::{Value, json};

use self::{
    code::{code, heading},
    words::Said,
};
use crate::{
    document::markdown::{escape, pipes},
    tables::Format,
    units,
};

/// What was asked, and what was found.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// What was asked.
    pub question: &'a Question,
    /// Where the service times come from, such as `times.csv`.
    pub source: &'a str,
    /// The run in which it was measured what tasks take.
    pub measured: Option<&'a str>,
    /// What was found.
    pub advice: &'a Advice,
    /// How wide a window should be.
    pub window: &'a Window,
}

/// The answer, ready to be printed, ending with a line end.
pub fn advice(answer: &Answer, format: Format) -> String {
    match format {
        Format::Table => terminal::text(answer),
        Format::Csv => rows::csv(answer),
        Format::Json => format!("{:#}\n", json(answer)),
        Format::Markdown => markdown(answer),
    }
}

fn json(answer: &Answer) -> Value {
    let Answer { question, source, measured, advice, window } = *answer;
    let said = Said::of(answer);
    let strategies = advice.rows.iter().enumerate().map(|(index, row)| {
        let mut value = json!(row);
        let verdict = match row.standing {
            _ if index == advice.choice => "use",
            Standing::Efficient { .. } => "worth_choosing",
            Standing::Dominated { .. } => "dominated",
            Standing::Refused(_) => "not_allowed",
            Standing::Open => "open",
        };
        value["verdict"] = verdict.into();
        value["reason"] = said.reason(index).into();
        value
    });
    json!({
        "source": source,
        "question": {
            "jobs": question.jobs,
            "limit": question.limit,
            "memory_bytes": question.memory_bytes,
            "job_bytes": question.job_bytes,
            "task_bytes": measured.map(|_| question.task_bytes),
            "task_bytes_measured_in": measured,
            "ordered": question.ordered,
            "consumer": question.consumer,
        },
        "verdict": said.verdict(),
        "use": advice.rows[advice.choice].names[0],
        "limit": advice.limit,
        "window": window,
        "bound_ns": advice.bound_ns,
        "mean_service_ns": advice.mean_service_ns,
        "replicates": advice.replicates,
        "strategies": strategies.collect::<Vec<_>>(),
        "premises": said.premises(),
        "code": code(answer),
    })
}

fn markdown(answer: &Answer) -> String {
    let said = Said::of(answer);
    let mut text = format!("## {}\n\n{}\n\n", said.verdict(), escape(&said.summary()));
    let table = rows::full(answer);
    text += &pipes(&table.head, &table.rows);
    for (title, lines) in said.sections() {
        text += &format!("\n**{title}**\n\n");
        for (names, reason) in lines {
            text += &format!("- {}: {}\n", escape(&names), escape(&reason));
        }
    }
    text += &format!("\n{}\n\n{}\n", said.window(), escape(&said.premises()));
    let code = code(answer);
    text + &format!("\n{}\n\n```rust\n{code}```\n", heading(&code))
}

/// `semaphore` or, if others are in one row with it, `semaphore +7`.
fn name(names: &[String]) -> String {
    let more = names.len() - 1;
    let name = units::plain(&names[0]);
    if more == 0 { name } else { format!("{name} +{more}") }
}
