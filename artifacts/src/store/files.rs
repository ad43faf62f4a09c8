//! Files that appear whole or not at all.

use crate::{ArtifactError, Result};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

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

/// Removes what a killed run left under temporary names. The caller holds the store's lock.
pub(super) fn clear_temporary(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(ArtifactError::io("read", folder))?.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            clear_temporary(&path)?;
        } else if name.to_string_lossy().starts_with('.') && name.to_string_lossy().ends_with(".part") {
            fs::remove_file(&path).map_err(ArtifactError::io("remove", &path))?;
        }
    }
    Ok(())
}
