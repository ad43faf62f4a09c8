//! What the program and its courier say to each other, one line of JSON each: compiled into both.

use serde::{Deserialize, Serialize};

/// The number of this protocol; a courier of another one is not used.
pub(crate) const PROTOCOL: u32 = 1;

/// The most requests that wait for an answer at once: enough that a server's latency does not count.
pub(crate) const WINDOW: usize = 16;

/// The most bytes of an object that are read. A batch of the studies here has some thousand, and none a
/// million; a server that sends without end must not fill the memory.
pub(crate) const LIMIT: u64 = 64 << 20;

/// The first line of a courier: whether it can work.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Hello {
    /// It waits for requests.
    Ready {
        /// What it speaks.
        protocol: u32,
    },
    /// The address, or what the environment says of it, cannot be right.
    Refused {
        /// Why.
        why: String,
    },
}

/// What a store is asked for. Names are paths below its address.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Request {
    /// An object.
    Get {
        /// Its name.
        name: String,
    },
    /// An object to be put where there is none. There is no other way to write.
    Put {
        /// Its name.
        name: String,
        /// What it holds.
        text: String,
    },
    /// The names of the objects in a folder.
    List {
        /// The folder's name.
        name: String,
    },
}

/// What became of a request. Answers come in any order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Reply {
    /// The name that was asked for.
    pub(crate) name: String,
    /// What came of it.
    pub(crate) answer: Answer,
}

/// See [`Reply`].
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Answer {
    /// An object's text.
    Got(String),
    /// There is no such object.
    Absent,
    /// The object was put.
    Put,
    /// There is an object of this name already.
    There,
    /// The names in a folder, sorted.
    Names(Vec<String>),
    /// There is something that cannot be an object of ours: what is wrong with it, to follow its name.
    Wrong(String),
    /// The store could not do it: why.
    Failed(String),
}
