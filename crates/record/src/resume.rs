use crate::{Environment, Fingerprint, Run};

/// Whether a run can be continued by this plan, this program and this machine; if not, why.
pub(crate) fn resumable(run: &Run, now: &Fingerprint, machine: &Environment) -> Result<(), String> {
    let Some(then) = &run.fingerprint else {
        return Err("it has no fingerprint of its plan and its program, as runs of schema 1 have \
                    none: it can be read, but a new run must be begun"
            .to_owned());
    };
    if !run.shards.is_empty() {
        return Err("it was merged: go on with its parts, and merge them again".to_owned());
    }
    if then.binary != now.binary {
        return Err(format!(
            "it was begun by another program ({}, this one is {}): use that one, or begin a new run",
            then.binary, now.binary
        ));
    }
    let plan = then.differences(now);
    if !plan.is_empty() {
        return Err(format!("the plan is another: {}", plan.join("; ")));
    }
    let machine = run.environment.unlike(machine);
    if !machine.is_empty() {
        return Err(format!("the machine is another: {}: begin a new run", machine.join("; ")));
    }
    Ok(())
}
