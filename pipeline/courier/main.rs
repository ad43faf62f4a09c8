//! `saigen-courier ADDRESS`: gets and puts the objects of a server for `saigen`, which starts it and
//! speaks to it line by line ([`protocol`]). All that is asynchronous, and all that knows credentials, is
//! in this process; what it brings is text, which `saigen` believes as little as any other.

mod carry;
mod connect;
mod protocol;
mod quiet;

use protocol::{Hello, PROTOCOL, Reply, Request, WINDOW};
use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), None) = (arguments.next(), arguments.next()) else {
        eprintln!("error: expected one address, as `saigen` gives it\nhint: see `saigen push --help`");
        return ExitCode::from(2);
    };
    let store = match connect::connect(&address) {
        Ok(store) => store,
        Err(why) => {
            say(&Hello::Refused { why });
            return ExitCode::SUCCESS;
        }
    };
    say(&Hello::Ready { protocol: PROTOCOL });
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no runtime can be made: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(serve(Arc::new(store)));
    ExitCode::SUCCESS
}

/// Answers requests as they come, some at a time, until there are no more.
async fn serve(store: Arc<connect::Store>) {
    // A thread of its own, so that who asks is never held up by who answers.
    let (asked, mut requests) = mpsc::channel::<Request>(WINDOW);
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        for request in lines.map_while(|line| serde_json::from_str(&line).ok()) {
            if asked.blocking_send(request).is_err() {
                break;
            }
        }
    });
    let window = Arc::new(Semaphore::new(WINDOW));
    while let Some(request) = requests.recv().await {
        // It is never closed.
        let Ok(place) = Arc::clone(&window).acquire_owned().await else { break };
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let (name, answer) = carry::carry(&store, request).await;
            say(&Reply { name, answer });
            drop(place);
        });
    }
    // Until the last has answered.
    let _ = window.acquire_many(WINDOW as u32).await;
}

/// Says one line. Where nobody listens any more, nobody needs an answer.
fn say(line: &impl serde::Serialize) {
    match serde_json::to_string(line) {
        Ok(line) if writeln!(std::io::stdout().lock(), "{line}").is_ok() => {}
        _ => std::process::exit(1),
    }
}
