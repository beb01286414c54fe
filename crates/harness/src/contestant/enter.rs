use std::{
    env,
    ffi::OsString,
    io::{self, Error, ErrorKind},
    process::Command,
};

use crate::platform;

/// The hidden command by which this program becomes a contestant.
pub const CONTESTANT_VERB: &str = "__contestant";

/// Becomes the program that the command line names after the verb and a number of bytes: with that
/// much address space, and to end when the parent does.
///
/// A limit that the parent sets after the start would come too late for what is there by then.
///
/// # Errors
/// If there is no such program. Otherwise there is nobody left to return to.
pub fn enter() -> io::Result<()> {
    let mut arguments = env::args_os().skip(2);
    let bytes = arguments.next().and_then(|bytes| bytes.to_str()?.parse().ok());
    let (Some(bytes), Some(program)) = (bytes, arguments.next()) else {
        let message = format!("{CONTESTANT_VERB} takes a number of bytes and a program");
        return Err(Error::new(ErrorKind::InvalidInput, message));
    };
    let arguments: Vec<OsString> = arguments.collect();
    platform::end_with_parent();
    platform::limit_address_space(bytes);
    let error = platform::become_program(Command::new(&program).args(arguments));
    let message = format!("cannot start {}: {error}", program.to_string_lossy());
    Err(Error::new(error.kind(), message))
}
