//! The program `saigen-courier`, which reaches servers: started for one command, and spoken to line by
//! line. So that this program needs no network stack, and holds no credentials.

use super::protocol::{Hello, PROTOCOL, Reply, Request};
use crate::exit::{Exit, refuse};
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const PROGRAM: &str = "saigen-courier";

pub(super) struct Courier {
    child: Child,
    /// None once it was told that there is no more.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Courier {
    /// A courier to a server.
    ///
    /// # Errors
    /// There is none, or it refuses the address or what the environment says of it.
    pub(super) fn start(address: &str) -> anyhow::Result<Self> {
        let mut command = Command::new(beside().unwrap_or_else(|| PathBuf::from(PROGRAM)));
        // What its libraries may have to say when they fail is not for anybody's log.
        command.arg(address).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => refuse(
                Exit::Usage,
                format!(
                    "'{address}' is on a server, which takes the program '{PROGRAM}', and it is neither beside this one nor on the path"
                ),
                "`just courier` builds it, in about a minute; a store in a folder (file:///…) needs nothing",
            ),
            _ => refuse(Exit::Internal, format!("the program '{PROGRAM}' cannot be started: {error}"), "see whether it may be run"),
        })?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else { return Err(broken("has no pipes")) };
        let mut courier = Self { child, input: Some(input), output: BufReader::new(output) };
        match courier.read()? {
            Hello::Ready { protocol: PROTOCOL } => Ok(courier),
            Hello::Ready { protocol } => Err(refuse(
                Exit::Usage,
                format!("the program '{PROGRAM}' is of another version: it speaks {protocol}, and {PROTOCOL} is spoken here"),
                "`just courier` builds the one of this checkout",
            )),
            Hello::Refused { why } => Err(refuse(
                Exit::Usage,
                format!("the store '{address}' cannot be used: {why}"),
                "credentials, region and endpoint come from the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT, AZURE_…, GOOGLE_…",
            )),
        }
    }

    pub(super) fn send(&mut self, request: &Request) -> anyhow::Result<()> {
        let line = serde_json::to_string(request)? + "\n";
        let sent = self.input.as_mut().map(|input| input.write_all(line.as_bytes()).and_then(|()| input.flush()));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(broken("ended before it was told to")),
        }
    }

    pub(super) fn receive(&mut self) -> anyhow::Result<Reply> {
        self.read()
    }

    fn read<T: serde::de::DeserializeOwned>(&mut self) -> anyhow::Result<T> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(0) | Err(_) => Err(broken("ended before it was told to")),
            Ok(_) => serde_json::from_str(&line).map_err(|_| broken("says what is not understood")),
        }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        // Without requests it ends, unless it waits for a server: nobody waits for that any more.
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The courier that was built with this program.
fn beside() -> Option<PathBuf> {
    let path = std::env::current_exe().ok()?.with_file_name(PROGRAM);
    path.is_file().then_some(path)
}

pub(super) fn broken(what: &str) -> anyhow::Error {
    refuse(
        Exit::Failed,
        format!("the program '{PROGRAM}' {what}"),
        "what was fetched or put until then is kept: run the same command again",
    )
}
