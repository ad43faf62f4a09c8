//! A data set on this machine: a folder, and the files that the catalog lists of it. Bytes leave it
//! only where they are those that were declared.

use crate::error::{DataError, Result};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A data set by name, with the folder to read it from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSet {
    id: String,
    folder: PathBuf,
    files: BTreeMap<String, String>,
}

impl DataSet {
    /// The data set `id` in a folder, of files with the SHA-256 of each in hexadecimal. No file is
    /// looked at yet.
    pub fn new(id: impl Into<String>, folder: impl Into<PathBuf>, files: BTreeMap<String, String>) -> Self {
        Self { id: id.into(), folder: folder.into(), files }
    }

    /// Its name in the catalog.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where its files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its files with their digests, by name.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// The digest of all names and file digests: what a cell's identity holds. It is that of the text
    /// that `sha256sum` writes of the files, in the order of their names.
    pub fn digest(&self) -> String {
        let line = |(file, digest): (&String, &String)| format!("{digest}  {file}\n");
        sha256(self.files.iter().map(line).collect::<String>().as_bytes())
    }

    /// The bytes of a file, which are those that the catalog declares.
    ///
    /// # Errors
    /// It is none of the data set's, is missing, cannot be read, or holds other bytes.
    pub fn read(&self, file: &str) -> Result<Vec<u8>> {
        let expected = self.files.get(file).ok_or_else(|| DataError::Unlisted { id: self.id.clone(), file: file.to_string() })?;
        let path = self.folder.join(file);
        let bytes = std::fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => DataError::Missing { id: self.id.clone(), path: path.clone() },
            _ => DataError::io("read", &path)(error),
        })?;
        let found = sha256(&bytes);
        if found == *expected {
            Ok(bytes)
        } else {
            Err(DataError::Altered { id: self.id.clone(), path, expected: expected.clone(), found })
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// As [`read`](Self::read), or the bytes are not UTF-8.
    pub fn text(&self, file: &str) -> Result<String> {
        String::from_utf8(self.read(file)?).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            DataError::Malformed { path: self.folder.join(file), line, message: "the text is not UTF-8".to_string() }
        })
    }

    /// The files that are not there, by name.
    pub fn missing(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).filter(|file| !self.folder.join(file).is_file()).collect()
    }

    /// Reads every file.
    ///
    /// # Errors
    /// Of the first file that [`read`](Self::read) refuses.
    pub fn check(&self) -> Result<()> {
        self.files.keys().try_for_each(|file| self.read(file).map(drop))
    }
}

/// The SHA-256 of some bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(files: &[(&str, &str)]) -> (tempfile::TempDir, DataSet) {
        let folder = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
        let digests = files.iter().map(|(name, text)| ((*name).to_string(), sha256(text.as_bytes()))).collect();
        let set = DataSet::new("toy", folder.path(), digests);
        (folder, set)
    }

    #[test]
    fn bytes_are_handed_out_only_where_they_are_the_declared_ones() {
        let (folder, set) = written(&[("a.txt", "1 2\n"), ("b.txt", "3 4\n")]);
        assert_eq!(set.text("a.txt").unwrap(), "1 2\n");
        set.check().unwrap();
        // Two files exchanged: each is a file of the set, and neither is the one it is named for.
        std::fs::rename(folder.path().join("a.txt"), folder.path().join("c.txt")).unwrap();
        std::fs::rename(folder.path().join("b.txt"), folder.path().join("a.txt")).unwrap();
        std::fs::rename(folder.path().join("c.txt"), folder.path().join("b.txt")).unwrap();
        assert!(set.missing().is_empty());
        for file in ["a.txt", "b.txt"] {
            let error = set.read(file).unwrap_err();
            assert!(error.is_integrity() && error.to_string().contains(&format!("{file}' is not the file")), "{error}");
        }
    }

    #[test]
    fn what_is_missing_or_not_listed_is_named() {
        let (folder, set) = written(&[("a.txt", "1 2\n"), ("b.txt", "3 4\n")]);
        std::fs::remove_file(folder.path().join("b.txt")).unwrap();
        assert_eq!(set.missing(), ["b.txt"]);
        let error = set.check().unwrap_err();
        assert!(error.to_string().ends_with("b.txt' of data set 'toy' is missing"), "{error}");
        assert!(error.hint().unwrap().contains("`saigen datasets fetch toy`"));
        assert_eq!(set.read("c.txt").unwrap_err().to_string(), "the catalog lists no file 'c.txt' of data set 'toy'");
    }

    #[test]
    fn the_digest_is_that_of_what_sha256sum_prints() {
        let (_folder, set) = written(&[("b.txt", "3 4\n"), ("a.txt", "1 2\n")]);
        let [a, b] = ["a.txt", "b.txt"].map(|file| &set.files()[file]);
        assert_eq!(set.digest(), sha256(format!("{a}  a.txt\n{b}  b.txt\n").as_bytes()));
        let renamed = DataSet::new("toy", "", [("a.txt".to_string(), a.clone()), ("c.txt".to_string(), b.clone())].into());
        assert_ne!(set.digest(), renamed.digest());
    }
}
