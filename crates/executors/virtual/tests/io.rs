//! What a virtual world has of the real one: files, and no sockets.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, io::ErrorKind, num::NonZeroUsize, path::Path, time::Duration};

use bp_core::{Clock as _, Io as _, Runtime as _};
use bp_virtual::VirtualWorld;
use futures::AsyncReadExt as _;

#[test]
fn a_socket_is_refused_with_what_would_be_right() {
    let world = VirtualWorld::start(NonZeroUsize::MIN, 7);
    let io = world.handle().clone();
    let refusals = world.run(async move {
        let to = ([127, 0, 0, 1], 80).into();
        let stream = io.connect(to).await.map(drop);
        [stream, io.datagrams(to).await.map(drop)].map(Result::unwrap_err)
    });
    assert_eq!(refusals.each_ref().map(|error| error.kind()), [ErrorKind::Unsupported; 2]);
    let whole = "to 127.0.0.1:80 needs an executor whose time is real";
    assert_eq!(
        refusals.map(|error| error.to_string()),
        ["a connection", "datagrams"]
            .map(|what| format!("a virtual clock has no sockets: {what} {whole}"))
    );
}

#[test]
fn a_file_is_read_in_place_and_takes_no_time() {
    let world = VirtualWorld::start(NonZeroUsize::MIN, 7);
    let io = world.handle().clone();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let expected = fs::read(&path).unwrap();
    world.run(async move {
        let missing = path.with_file_name("missing.toml");
        let unopened = io.open_file(missing.clone());
        assert_eq!(unopened.await.map(drop).unwrap_err().kind(), ErrorKind::NotFound);
        let mut content = vec![];
        io.open_file(path.clone()).await.unwrap().read_to_end(&mut content).await.unwrap();
        assert!(content == expected);
        assert!(io.read_file(path).await.unwrap() == expected);
        assert_eq!(io.now(), Duration::ZERO);
    });
}
