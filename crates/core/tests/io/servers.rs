//! Servers in a thread of the standard library, for so many clients and so long.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, UdpSocket},
    thread::{self, JoinHandle},
};

use super::PATIENCE;

/// Hears each of so many clients to its end, and says the same.
pub(crate) fn echo_streams(clients: usize) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        for _ in 0..clients {
            let mut stream = listener.accept().unwrap().0;
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut heard = vec![];
            stream.read_to_end(&mut heard).unwrap();
            stream.write_all(&heard).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
        }
    });
    (address, server)
}

/// Answers so many datagrams, each after a stranger has said something else.
pub(crate) fn echo_datagrams(many: usize) -> (SocketAddr, JoinHandle<()>) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let address = socket.local_addr().unwrap();
    let server = thread::spawn(move || {
        let mut heard = [0; 16];
        for _ in 0..many {
            let (length, client) = socket.recv_from(&mut heard).unwrap();
            stranger.send_to(b"a lie", client).unwrap();
            socket.send_to(&heard[..length], client).unwrap();
        }
    });
    (address, server)
}
