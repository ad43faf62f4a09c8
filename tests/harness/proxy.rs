//! What may stand between a program and a server: a proxy that passes HTTP on, or spoils it in one way.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One way to spoil what a server says.
#[derive(Clone, Debug)]
pub enum Fault {
    /// None: everything is passed on.
    None,
    /// A byte in the middle of the body is another.
    FlipByte,
    /// Half of the body comes, then the connection ends.
    CutShort,
    /// The first two answers to each request are the status 500.
    ErrorTwice,
    /// The status 503, always.
    Unavailable,
    /// No answer ever comes.
    Hang,
    /// The body comes a byte at a time, and never to its end.
    Drip,
    /// The body is this one, whatever was asked for.
    Body(Vec<u8>),
    /// The body is said to have more bytes than any disk, and goes on and on.
    Endless,
    /// The body has no length, and goes on and on.
    Chunks,
    /// The status 404, always.
    NotFound,
    /// Whatever is put is said to be there.
    AlreadyThere,
    /// What is put arrives, and the first answer is lost.
    LostAnswer,
    /// Whatever is put is said to have been put, also where something was.
    Replaces,
}

/// A proxy on this machine, which ends with the test program.
#[derive(Clone)]
pub struct Proxy {
    port: u16,
    state: Arc<Mutex<State>>,
}

struct State {
    fault: Fault,
    /// What the target of a request must hold to be spoiled.
    of: String,
    /// How many requests there were of each method and target.
    seen: BTreeMap<String, usize>,
}

impl Proxy {
    /// A proxy to a server at a port of this machine.
    ///
    /// # Panics
    /// If this machine has no port left.
    pub fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { fault: Fault::None, of: String::new(), seen: BTreeMap::new() }));
        let proxy = Self { port, state };
        let within = proxy.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let proxy = within.clone();
                // Who hangs up early has read enough.
                std::thread::spawn(move || drop(proxy.serve(stream, server)));
            }
        });
        proxy
    }

    /// The port that it listens at.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Spoils requests from now on whose target holds `of`.
    ///
    /// # Panics
    /// If a request of before did.
    pub fn spoil(&self, fault: Fault, of: &str) {
        *self.state.lock().unwrap() = State { fault, of: of.to_string(), seen: BTreeMap::new() };
    }

    /// Passes one request on, and its answer back, and ends the connection.
    fn serve(&self, mut stream: TcpStream, server: u16) -> std::io::Result<()> {
        let (head, body) = message(&mut stream)?;
        let line = head.lines().next().unwrap_or_default().to_string();
        let (fault, nth) = {
            let mut state = self.state.lock().unwrap();
            let fault = if line.contains(&state.of) { state.fault.clone() } else { Fault::None };
            let seen = state.seen.entry(line.clone()).or_default();
            *seen += 1;
            (fault, *seen)
        };
        let is_put = line.starts_with("PUT ");
        match fault {
            Fault::ErrorTwice if nth <= 2 => return status(&mut stream, "500 Internal Server Error"),
            Fault::Unavailable => return status(&mut stream, "503 Service Unavailable"),
            Fault::NotFound => return status(&mut stream, "404 Not Found"),
            Fault::AlreadyThere if is_put => return status(&mut stream, "412 Precondition Failed"),
            Fault::Hang => return until_hung_up(&mut stream),
            _ => {}
        }
        let mut upstream = TcpStream::connect(("127.0.0.1", server))?;
        // The end of the answer is then the end of the connection. No signature covers this line.
        let asked = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
        upstream.write_all(asked.as_bytes())?;
        upstream.write_all(&body)?;
        let mut answer = Vec::new();
        upstream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
        let (mut head, mut body) = (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end..].to_vec());
        let is_object = line.starts_with("GET ") && head.starts_with("HTTP/1.1 20") && !body.is_empty();
        match fault {
            Fault::LostAnswer if is_put && nth == 1 => return stream.shutdown(Shutdown::Both),
            Fault::Replaces if is_put && head.starts_with("HTTP/1.1 412") => {
                (head, body) = ("HTTP/1.1 200 OK\r\nETag: \"0\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_string(), Vec::new());
            }
            Fault::FlipByte if is_object => {
                let middle = body.len() / 2;
                body[middle] ^= 1;
            }
            Fault::CutShort if is_object => body.truncate(body.len() / 2),
            Fault::Body(other) if is_object => {
                head = with_length(&head, &format!("Content-Length: {}\r\n", other.len()));
                body = other;
            }
            Fault::Endless if is_object => {
                head = with_length(&head, "Content-Length: 1099511627776\r\n");
                stream.write_all(head.as_bytes())?;
                return without_end(&mut stream, b"0123456789abcdef");
            }
            Fault::Chunks if is_object => {
                head = with_length(&head, "Transfer-Encoding: chunked\r\n");
                stream.write_all(head.as_bytes())?;
                return without_end(&mut stream, b"10\r\n0123456789abcdef\r\n");
            }
            Fault::Drip if is_object => {
                stream.write_all(head.as_bytes())?;
                for byte in body {
                    stream.write_all(&[byte])?;
                    std::thread::sleep(Duration::from_millis(50));
                }
                return Ok(());
            }
            _ => {}
        }
        stream.write_all(head.as_bytes())?;
        stream.write_all(&body)
    }
}

/// The head and the body of a request.
fn message(stream: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    Ok((head, body))
}

fn status(stream: &mut TcpStream, status: &str) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

/// The head of an answer with another line about its body's length.
fn with_length(head: &str, line: &str) -> String {
    let is_length = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        name != "content-length" && name != "transfer-encoding"
    };
    let lines: Vec<&str> = head.trim_end().split("\r\n").filter(is_length).collect();
    format!("{}\r\n{line}\r\n", lines.join("\r\n"))
}

/// Sends the same again and again, until nobody reads it any more: a minute at most.
fn without_end(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let many = bytes.repeat(4096);
    for _ in 0..60_000 {
        stream.write_all(&many)?;
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Waits until the other side hangs up: a minute at most.
fn until_hung_up(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.read(&mut [0]).map(drop)
}
