//! One request to the server, and what became of it in words.

use crate::connect::Store;
use crate::protocol::{Answer, LIMIT, Request};
use crate::quiet::quiet;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use object_store::path::Path;
use object_store::{Error, GetResult, ObjectStore as _, ObjectStoreExt as _, PutMode};
use std::time::Duration;

/// The most names that a folder may have. A server may list without end,
const NAMES: usize = 10_000;

/// or list nothing without end: how long all tries of a request may take together.
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) async fn carry(store: &Store, request: Request) -> (String, Answer) {
    let (name, work): (String, BoxFuture<'_, Answer>) = match request {
        Request::Get { name } => (name.clone(), Box::pin(get(store, store.path(&name)))),
        Request::Put { name, text } => (name.clone(), Box::pin(put(store, store.path(&name), text))),
        Request::List { name } => (name.clone(), Box::pin(list(store, store.path(&name)))),
    };
    let late = || Answer::Failed(format!("no answer came in {} minutes", PATIENCE.as_secs() / 60));
    (name, tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| late()))
}

async fn get(store: &Store, path: Path) -> Answer {
    let found = match store.server.get(&path).await {
        Ok(found) => found,
        Err(error) => return missing(&error).unwrap_or_else(|| failed(&error)),
    };
    match bytes(found).await {
        Ok(bytes) => String::from_utf8(bytes).map_or_else(|_| Answer::Wrong("is no text".to_string()), Answer::Got),
        Err(answer) => answer,
    }
}

/// The bytes of an object, no more of them than may be.
async fn bytes(found: GetResult) -> Result<Vec<u8>, Answer> {
    let large = || Answer::Wrong(format!("is larger than {} MiB, which no batch is", LIMIT >> 20));
    let declared = found.meta.size;
    if declared > LIMIT {
        return Err(large());
    }
    let (mut bytes, mut stream) = (Vec::new(), found.into_stream());
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk.map_err(|error| failed(&error))?);
        if bytes.len() as u64 > LIMIT {
            return Err(large());
        }
    }
    if bytes.len() as u64 == declared { Ok(bytes) } else { Err(Answer::Failed(format!("{} of {declared} bytes came", bytes.len()))) }
}

async fn put(store: &Store, path: Path, text: String) -> Answer {
    match store.server.put_opts(&path, text.into(), PutMode::Create.into()).await {
        Ok(_) => Answer::Put,
        Err(Error::AlreadyExists { .. }) => Answer::There,
        Err(error) => failed(&error),
    }
}

async fn list(store: &Store, path: Path) -> Answer {
    let mut listed = store.server.list(Some(&path));
    let mut names = Vec::new();
    while let Some(found) = listed.next().await {
        match found {
            Ok(found) => names.extend(found.location.filename().map(str::to_string)),
            Err(error) => return missing(&error).map_or_else(|| failed(&error), |_| Answer::Names(Vec::new())),
        }
        if names.len() > NAMES {
            return Answer::Failed(format!("more than {NAMES} objects are listed there"));
        }
    }
    names.sort();
    Answer::Names(names)
}

/// Whether an object is just not there. A bucket that is not there is another matter.
fn missing(error: &Error) -> Option<Answer> {
    let text = error.to_string();
    let nowhere = ["NoSuchBucket", "ContainerNotFound", "bucket does not exist"].iter().any(|word| text.contains(word));
    (matches!(error, Error::NotFound { .. }) && !nowhere).then_some(Answer::Absent)
}

/// With all causes that a message above does not tell.
fn failed(error: &Error) -> Answer {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(below) = cause {
        let told = below.to_string();
        if !text.contains(&told) {
            text = format!("{text}: {told}");
        }
        cause = below.source();
    }
    Answer::Failed(quiet(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_is_not_there_is_no_empty_one() {
        let not_found = |said: &str| Error::NotFound { path: "a".to_string(), source: said.to_string().into() };
        assert_eq!(missing(&not_found("<Code>NoSuchKey</Code>")), Some(Answer::Absent));
        assert_eq!(missing(&not_found("<Code>NoSuchBucket</Code>")), None);
        assert_eq!(missing(&Error::Generic { store: "S3", source: "404".into() }), None);
    }
}
