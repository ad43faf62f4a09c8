//! Files that appear whole or not at all.

use crate::{ArtifactError, Digest, Result};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Whether a published file may be written again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Plain,
    ReadOnly,
}

/// Writes a file under a temporary name, flushes it to the disk and renames it into place.
pub(super) fn publish(path: &Path, bytes: &[u8], access: Access) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = folder.join(format!(".{name}.part"));
    let mut file = File::create(&temporary).map_err(ArtifactError::io("create", &temporary))?;
    file.write_all(bytes).map_err(ArtifactError::io("write", &temporary))?;
    if access == Access::ReadOnly {
        let metadata = file.metadata().map_err(ArtifactError::io("read", &temporary))?;
        let mut permissions = metadata.permissions();
        permissions.set_readonly(true);
        file.set_permissions(permissions).map_err(ArtifactError::io("protect", &temporary))?;
    }
    file.sync_all().map_err(ArtifactError::io("flush", &temporary))?;
    fs::rename(&temporary, path).map_err(ArtifactError::io("rename into place", path))
}

pub(super) fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(ArtifactError::io("create", folder))
}

/// Removes what a killed run left under temporary names. The caller holds the store's lock, which who
/// delivers to the inbox does not need: what is there stays.
pub(super) fn clear_temporary(folder: &Path, inbox: &Path) -> Result<()> {
    for path in files(folder).into_iter().filter(|path| is_temporary(path) && !path.starts_with(inbox)) {
        remove(&path)?;
    }
    Ok(())
}

pub(super) fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(ArtifactError::io("remove", path))
}

/// Every file below a folder, sorted; none where there is no folder.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            // The entry's own type: a link is a file, wherever it leads.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
}

/// Where the object of a digest lies, below the store's root.
pub(super) fn object(root: &Path, digest: &Digest) -> PathBuf {
    let name = digest.to_string();
    objects(root).join(&name[..2]).join(&name[2..])
}

/// Where objects lie.
pub(super) fn objects(root: &Path) -> PathBuf {
    root.join("objects/sha256")
}

/// The digest that an object's path spells: the names of its folder and of its file.
pub(super) fn object_digest(path: &Path) -> Option<Digest> {
    let (folder, file) = (path.parent()?.file_name()?.to_str()?, path.file_name()?.to_str()?);
    format!("{folder}{file}").parse().ok()
}

/// A new file beside another, to become it once it is whole: another process may be writing the same, or
/// have been killed at it.
///
/// # Errors
/// The file system refuses.
pub fn part(path: &Path) -> io::Result<(File, PathBuf)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut number = 0;
    loop {
        let part = path.with_file_name(format!(".{name}-{number}.part"));
        match File::create_new(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            made => return made.map(|file| (file, part)),
        }
    }
}

pub(super) fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && name.ends_with(".part")
}
