use thiserror::Error;

/// What cannot be made sense of.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum LawError {
    /// A schedule is written as two hexadecimal digits a choice.
    #[error("{0:?} is no schedule: it takes two hexadecimal digits a choice, or - for none")]
    Schedule(String),
    /// No law has this name.
    #[error("no law is called {0:?}; there are {known}", known = known())]
    Law(String),
}

fn known() -> String {
    crate::Law::ALL.map(crate::Law::name).join(", ")
}
