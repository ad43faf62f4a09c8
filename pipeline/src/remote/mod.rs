//! A store that others share: objects by name, each put where there is none and never replaced. It is a
//! folder, or a server's bucket that a courier reaches; what comes from it is believed as far as somebody
//! vouches for it ([`vouch`]), wherever it lies.

mod address;
pub(crate) mod batch;
mod courier;
mod folder;
pub(crate) mod manifest;
#[path = "../../courier/protocol.rs"]
mod protocol;
mod troubles;
pub(crate) mod vouch;

pub(crate) use protocol::{Answer, Request};
pub(crate) use troubles::Troubles;

use address::Address;
use anyhow::Context as _;
use courier::Courier;
use folder::Folder;
use protocol::WINDOW;
use std::collections::BTreeMap;

/// A store, to be asked.
pub(crate) struct Remote {
    address: Address,
    link: Link,
}

/// Who gets and puts its objects.
enum Link {
    Folder(Folder),
    Courier(Courier),
}

impl Remote {
    /// The store at an address. A server is asked nothing yet.
    ///
    /// # Errors
    /// It is no address, no folder, or nobody here can reach such a server.
    pub(crate) fn open(address: &str) -> anyhow::Result<Self> {
        let address = Address::parse(address)?;
        let link = match &address {
            Address::Folder(folder) => Link::Folder(Folder::open(folder)?),
            Address::Server(server) => Link::Courier(Courier::start(server)?),
        };
        Ok(Self { address, link })
    }

    /// The address of an object.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }

    /// Asks about some objects, several at a time, and shows each answer with the place of its name. Gives
    /// up on a store that failed so often that it is not worth asking further; says how many objects were
    /// not asked about.
    ///
    /// # Errors
    /// `make` or `see` does, or there is no answer at all.
    pub(crate) fn ask(
        &mut self,
        names: &[String],
        make: &mut dyn FnMut(usize) -> anyhow::Result<Request>,
        see: &mut dyn FnMut(usize, Answer) -> anyhow::Result<()>,
    ) -> anyhow::Result<usize> {
        let (mut next, mut failures, mut waiting) = (0, 0, BTreeMap::new());
        loop {
            while next < names.len() && waiting.len() < WINDOW && failures < WINDOW {
                let request = make(next)?;
                match &mut self.link {
                    Link::Folder(folder) => {
                        let answer = folder.answer(request);
                        failures += usize::from(matches!(answer, Answer::Failed(_)));
                        see(next, answer)?;
                    }
                    Link::Courier(courier) => {
                        courier.send(&request)?;
                        waiting.insert(names[next].as_str(), next);
                    }
                }
                next += 1;
            }
            let Link::Courier(courier) = &mut self.link else { break };
            if waiting.is_empty() {
                break;
            }
            let reply = courier.receive()?;
            let place = waiting.remove(reply.name.as_str()).ok_or_else(|| courier::broken("answered what it was not asked"))?;
            failures += usize::from(matches!(reply.answer, Answer::Failed(_)));
            see(place, reply.answer)?;
        }
        Ok(names.len() - next)
    }

    /// Asks about one object.
    ///
    /// # Errors
    /// There is no answer.
    pub(crate) fn one(&mut self, name: &str, request: Request) -> anyhow::Result<Answer> {
        let (mut request, mut answer) = (Some(request), None);
        let make = &mut |_| request.take().context("one request is made once");
        self.ask(&[name.to_string()], make, &mut |_, given| {
            answer = Some(given);
            Ok(())
        })?;
        answer.context("one request has one answer")
    }
}

/// A request for an object's text.
pub(crate) fn get(name: &str) -> Request {
    Request::Get { name: name.to_string() }
}

/// A request to put an object.
pub(crate) fn put(name: &str, text: String) -> Request {
    Request::Put { name: name.to_string(), text }
}
