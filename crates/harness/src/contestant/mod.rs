//! Programs of somebody else that run our cells: what their file says, how they are started, and
//! what becomes of their answers. The protocol is in docs/PROTOCOL.md.

mod answer;
mod enter;
mod file;
mod version;

pub use self::{
    enter::{CONTESTANT_VERB, enter},
    file::Contestant,
};
