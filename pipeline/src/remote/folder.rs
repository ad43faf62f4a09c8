//! A store that is a folder: on a disk of this machine, or one that several share.

use super::protocol::{Answer, LIMIT, Request};
use crate::exit::{Exit, refuse};
use saigen_artifacts::store::part;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The store in a folder, which must be there.
    ///
    /// # Errors
    /// It is not: what is not mounted must not be taken for an empty store.
    pub(super) fn open(root: &Path) -> anyhow::Result<Self> {
        if root.is_dir() {
            return Ok(Self { root: root.to_path_buf() });
        }
        let message = format!("the store 'file://{}' is no folder that is there", root.display());
        Err(refuse(Exit::Usage, message, "make it, or mount it: one that is missing is not taken for an empty one"))
    }

    pub(super) fn answer(&self, request: Request) -> Answer {
        let done = match &request {
            Request::Get { name } => self.get(name),
            Request::Put { name, text } => self.put(name, text),
            Request::List { name } => self.list(name),
        };
        done.unwrap_or_else(|error| Answer::Failed(error.to_string()))
    }

    fn get(&self, name: &str) -> std::io::Result<Answer> {
        let path = self.root.join(name);
        let bytes = match fs::metadata(&path) {
            Ok(found) if found.len() > LIMIT => {
                return Ok(Answer::Wrong(format!("is larger than {} MiB, which no batch is", LIMIT >> 20)));
            }
            Ok(_) => fs::read(&path)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Answer::Absent),
            Err(error) => return Err(error),
        };
        Ok(String::from_utf8(bytes).map_or_else(|_| Answer::Wrong("is no text".to_string()), Answer::Got))
    }

    /// Written under a name of its own, flushed, then linked to its own name: the link is made whole or
    /// not at all, and not where there is a file.
    fn put(&self, name: &str, text: &str) -> std::io::Result<Answer> {
        let path = self.root.join(name);
        if path.exists() {
            return Ok(Answer::There);
        }
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let (mut file, part) = part(&path)?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&part, &path));
        fs::remove_file(&part)?;
        match written {
            Ok(()) => Ok(Answer::Put),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Answer::There),
            Err(error) => Err(error),
        }
    }

    fn list(&self, name: &str) -> std::io::Result<Answer> {
        let entries = match fs::read_dir(self.root.join(name)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Answer::Names(Vec::new())),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(Answer::Names(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_stays() {
        let at = tempfile::tempdir().unwrap();
        let folder = Folder::open(at.path()).unwrap();
        let put = |text: &str| folder.answer(Request::Put { name: "a/b".into(), text: text.into() });
        let get = |name: &str| folder.answer(Request::Get { name: name.into() });
        assert_eq!(get("a/b"), Answer::Absent);
        assert_eq!(folder.answer(Request::List { name: "a".into() }), Answer::Names(Vec::new()));
        // As one that was killed leaves it.
        fs::create_dir_all(at.path().join("a")).unwrap();
        drop(part(&at.path().join("a/b")).unwrap());
        assert_eq!((put("one"), put("two")), (Answer::Put, Answer::There));
        assert_eq!(get("a/b"), Answer::Got("one".to_string()));
        assert_eq!(folder.answer(Request::List { name: "a".into() }), Answer::Names(vec![".b-0.part".to_string(), "b".to_string()]));
        fs::write(at.path().join("a/c"), [0xff]).unwrap();
        assert_eq!(get("a/c"), Answer::Wrong("is no text".to_string()));
        assert!(matches!(get("a/b/c"), Answer::Failed(_)));
        assert!(Folder::open(&at.path().join("nowhere")).is_err());
    }
}
