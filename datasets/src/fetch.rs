//! Getting a data set: by `curl`, which every system has, so that the program needs no network stack
//! of its own. A file gets its name only once its bytes are those that the catalog declares.

use crate::catalog::Entry;
use crate::error::{DataError, Result};
use crate::set::{DataSet, sha256};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Downloads the files of a data set that are missing. Gives their number.
///
/// # Errors
/// A file that is there holds other bytes than declared, which is left to its owner; the data set is
/// bundled; `curl` is missing or fails; what came is not what was declared, and is dropped.
pub fn fetch(entry: &Entry, set: &DataSet) -> Result<usize> {
    let missing = set.missing();
    set.files().keys().filter(|file| !missing.contains(&file.as_str())).try_for_each(|file| set.read(file).map(drop))?;
    if missing.is_empty() {
        return Ok(0);
    }
    let part = set.folder().join(".part");
    // What an earlier download left behind when it was killed.
    let _ = std::fs::remove_dir_all(&part);
    std::fs::create_dir_all(&part).map_err(DataError::io("create", &part))?;
    let done = download(entry, set, &missing, &part);
    let _ = std::fs::remove_dir_all(&part);
    done.map(|()| missing.len())
}

/// Downloads files into a folder, and moves each to its place in the data set.
fn download(entry: &Entry, set: &DataSet, files: &[&str], part: &Path) -> Result<()> {
    let failed = |file: &str, message: String| {
        let url = entry.address(file).unwrap_or_else(|| file.to_string());
        DataError::Fetch { url, message }
    };
    let mut requests = String::new();
    for (at, file) in files.iter().enumerate() {
        let url = entry.address(file).ok_or_else(|| failed(file, "the data set is part of the repository".to_string()))?;
        requests += &format!("url = \"{url}\"\noutput = \"{at}\"\n");
    }
    // Numbers for names: nothing of the catalog reaches the file system before it is checked.
    let options = ["--disable", "--fail", "--fail-early", "--location", "--silent", "--show-error", "--retry", "2", "--config", "-"];
    let child =
        Command::new("curl").args(options).current_dir(part).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| failed(files[0], format!("the program 'curl' cannot be started: {error}")))?;
    if let Some(mut input) = child.stdin.take() {
        // Where it ends before it has read all, its status says so.
        let _ = input.write_all(requests.as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| failed(files[0], error.to_string()))?;
    // Files that came whole are kept, whatever became of those behind them.
    let said = String::from_utf8_lossy(&output.stderr).trim().to_string();
    let ended = (!output.status.success()).then(|| if said.is_empty() { format!("'curl' ended with {}", output.status) } else { said });
    for (at, file) in files.iter().enumerate() {
        let path = part.join(at.to_string());
        let found = std::fs::read(&path).map_or("nothing".to_string(), |bytes| sha256(&bytes));
        let expected = &set.files()[*file];
        if found != *expected {
            let other = || format!("what came has sha256 {found}, and the catalog declares {expected}");
            return Err(failed(file, ended.unwrap_or_else(other)));
        }
        let target = set.folder().join(file);
        let folder = target.parent().unwrap_or(set.folder());
        std::fs::create_dir_all(folder).map_err(DataError::io("create", folder))?;
        std::fs::rename(&path, &target).map_err(DataError::io("rename into place", &target))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Source;

    /// A data set of two files, to be had from a folder and not yet fetched.
    fn toy(at: &Path, there: &[(&str, &str)]) -> (Entry, DataSet) {
        let from = at.join("from");
        std::fs::create_dir_all(from.join("SIM")).unwrap();
        there.iter().for_each(|(file, text)| std::fs::write(from.join(file), text).unwrap());
        let files = [("SIM/a.txt", "1 2\n"), ("b.txt", "3 4\n")];
        let entry = Entry {
            id: "toy".to_string(),
            title: String::new(),
            source: Source::Here,
            url: Some(format!("file://{}/{{file}}", from.display())),
            folder: "toys/toy".to_string(),
            licence: String::new(),
            citation: String::new(),
            bundled: false,
            files: files.iter().map(|(file, text)| ((*file).to_string(), sha256(text.as_bytes()))).collect(),
        };
        let set = entry.within(&at.join("data"));
        (entry, set)
    }

    #[test]
    fn what_is_missing_comes_and_is_checked() {
        let at = tempfile::tempdir().unwrap();
        let (entry, set) = toy(at.path(), &[("SIM/a.txt", "1 2\n"), ("b.txt", "3 4\n")]);
        assert_eq!(fetch(&entry, &set).unwrap(), 2);
        set.check().unwrap();
        std::fs::remove_file(set.folder().join("b.txt")).unwrap();
        assert_eq!(fetch(&entry, &set).unwrap(), 1);
        assert_eq!(fetch(&entry, &set).unwrap(), 0);
        assert!(!set.folder().join(".part").exists());
    }

    #[test]
    fn other_bytes_get_no_name_and_what_came_whole_is_kept() {
        let at = tempfile::tempdir().unwrap();
        let (entry, set) = toy(at.path(), &[("SIM/a.txt", "1 2\n"), ("b.txt", "3 5\n")]);
        let error = fetch(&entry, &set).unwrap_err().to_string();
        assert!(error.contains("b.txt' cannot be fetched: what came has sha256 "), "{error}");
        assert_eq!(set.missing(), ["b.txt"]);
    }

    #[test]
    fn a_file_that_is_not_to_be_had_is_named() {
        let at = tempfile::tempdir().unwrap();
        let (entry, set) = toy(at.path(), &[("b.txt", "3 4\n")]);
        let error = fetch(&entry, &set).unwrap_err();
        assert!(error.to_string().contains("/from/SIM/a.txt' cannot be fetched: curl: "), "{error}");
        assert!(error.hint().unwrap().contains("--data-dir"));
    }

    #[test]
    fn a_file_of_other_bytes_that_is_there_is_left_to_its_owner() {
        let at = tempfile::tempdir().unwrap();
        let (entry, set) = toy(at.path(), &[("SIM/a.txt", "1 2\n"), ("b.txt", "3 4\n")]);
        std::fs::create_dir_all(set.folder()).unwrap();
        std::fs::write(set.folder().join("b.txt"), "mine").unwrap();
        assert!(fetch(&entry, &set).unwrap_err().is_integrity());
        assert_eq!(std::fs::read(set.folder().join("b.txt")).unwrap(), b"mine");
        assert_eq!(set.missing(), ["SIM/a.txt"]);
    }
}
