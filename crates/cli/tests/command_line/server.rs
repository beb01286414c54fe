//! The hidden command that is a server, as the harness uses it, and on its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
};

const WORK: &str = r#"{"name":"fetch-upload","extent":{"jobs":1},"service_ns":1000,
    "payload_bytes":64,"seed":7,"places":2,"queue":2,"directory":null,"arrivals":"drain",
    "consumer":"instant","faults":{"fail_per_million":0,"panic_per_million":0}}"#;

fn server() -> Child {
    Command::new(assert_cmd::cargo::cargo_bin("backpressure"))
        .arg(bp_harness::SERVER_VERB)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_server_serves_until_its_input_ends() {
    let mut server = server();
    let mut input = server.stdin.take().unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap());
    let mut ask = |line: &str| {
        writeln!(input, "{}", line.replace('\n', "")).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        serde_json::from_str::<serde_json::Value>(&answer).unwrap()
    };
    let address: SocketAddr = ask(WORK)["address"].as_str().unwrap().parse().unwrap();
    assert!(address.ip().is_loopback());
    let mut page = TcpStream::connect(address).unwrap();
    page.write_all(b"GET /page/3 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    page.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert_eq!(ask(r#""report""#)["answered"], 1);
    drop(input);
    assert!(server.wait().unwrap().success());
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_server_that_cannot_be_says_so_and_fails() {
    let mut server = server();
    server.stdin.take().unwrap().write_all(b"hello\n").unwrap();
    let ended = server.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let errors = String::from_utf8(ended.stderr).unwrap();
    assert!(errors.contains("`hello` is not the work of a cell"), "{errors}");
}
