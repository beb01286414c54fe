use anyhow::Result;
use bp_analysis::{Finding, Fitness, diagnose};
use bp_harness::{Interrupts, Launcher, examine};

use crate::{
    arguments::{self, Format},
    exit::Status,
    output,
    rows::{Rows, wrapped},
};

/// Judges the machine before a run, and says what to do.
pub(crate) fn doctor(arguments: &arguments::Doctor) -> Result<Status> {
    let launcher = Launcher::this_program(bp_harness::usual_memory_cap())?;
    let stop = Interrupts::listen()?;
    tell!("examining this machine, some seconds");
    let examination = examine(&launcher, &bp_registry::catalogue(), &stop)?;
    if stop.asked() {
        return Ok(Status::Interrupted);
    }
    let findings = diagnose(&examination);
    print(&findings, arguments.format)?;
    let poor = findings.iter().filter(|finding| finding.verdict == Fitness::Poor).count();
    tell!(
        "{}",
        match poor {
            0 => "nothing speaks against measuring here".to_owned(),
            1 => "one thing speaks against measuring here".to_owned(),
            poor => format!("{poor} things speak against measuring here"),
        }
    );
    Ok(Status::Done)
}

/// What was found, and below it what to do; the other formats have that in a column.
fn print(findings: &[Finding], format: Format) -> Result<()> {
    if format != Format::Table {
        let mut rows = Rows::new(["what", "verdict", "found", "advice"]);
        for Finding { what, verdict, found, advice } in findings {
            rows.add([(*what).to_owned(), verdict.to_string(), found.clone(), advice.clone()]);
        }
        return rows.print(format);
    }
    let mut rows = Rows::new(["what", "verdict", "found"]);
    for Finding { what, verdict, found, .. } in findings {
        rows.add([(*what).to_owned(), verdict.to_string(), found.clone()]);
    }
    let mut text = rows.table();
    let mut said = "";
    for Finding { what, advice, .. } in findings.iter().filter(|finding| !finding.advice.is_empty())
    {
        // Executors that share a timer need the same advice once.
        if advice != said {
            text += &format!("\n{what}:\n{}\n", wrapped(advice, 4));
        }
        said = advice;
    }
    output::print(&text)
}
