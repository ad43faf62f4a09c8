//! A manifest names batches with the digests of their objects; a signature of it vouches for those bytes.
//!
//! It lies under its own digest, and each signature under that and its own, so that none is ever in
//! another's way and nothing need be replaced.

use super::{Answer, Remote, Request, Troubles, get, put};
use crate::cli::Signer;
use crate::project::Project;
use crate::signature::ssh;
use saigen_artifacts::store::{FORMAT, inbox};
use saigen_artifacts::{ArtifactError, Digest, canonical};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The format that is written, and the only one that is read.
const VERSION: u32 = 1;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Manifest {
    manifest: u32,
    /// The digest of each batch's object.
    batches: BTreeMap<Digest, Digest>,
}

fn folder() -> String {
    format!("v{FORMAT}/manifests")
}

fn name(manifest: &Digest) -> String {
    format!("{}/{manifest}.json", folder())
}

fn signature_name(manifest: &Digest, signature: &Digest) -> String {
    format!("{}/{manifest}.{signature}.sig", folder())
}

/// The digests of a manifest and its signature, off the signature's name in its folder.
fn signature_of(name: &str) -> Option<(Digest, Digest)> {
    let (manifest, signature) = name.strip_suffix(".sig")?.split_once('.')?;
    Some((manifest.parse().ok()?, signature.parse().ok()?))
}

/// Puts a manifest of batches, then its signature by a key. Gives the manifest's name.
///
/// # Errors
/// `ssh-keygen` does not sign, or the store gives no answer.
pub(crate) fn publish(
    remote: &mut Remote,
    batches: BTreeMap<Digest, Digest>,
    key: &Path,
    troubles: &mut Troubles,
) -> anyhow::Result<String> {
    let text = canonical(&Manifest { manifest: VERSION, batches }) + "\n";
    let manifest = Digest::of(text.as_bytes());
    let signature = String::from_utf8(ssh::sign(key, &text)?)?;
    let signature_name = signature_name(&manifest, &Digest::of(signature.as_bytes()));
    for (name, text) in [(name(&manifest), text), (signature_name, signature)] {
        match remote.one(&name, put(&name, text.clone()))? {
            Answer::Put => {}
            Answer::There => match remote.one(&name, get(&name))? {
                Answer::Got(there) if there == text => {}
                Answer::Got(_) => troubles.wrong(remote, &name, "is not what its name says"),
                Answer::Absent => troubles.other(remote, &name, Answer::There),
                answer => troubles.other(remote, &name, answer),
            },
            answer => troubles.other(remote, &name, answer),
        }
    }
    Ok(remote.url(&name(&manifest)))
}

/// What manifests say that an allowed signer signed.
#[derive(Default)]
pub(crate) struct Signed {
    /// Batches with the digests of their objects.
    pub(crate) batches: BTreeSet<(Digest, Digest)>,
    /// How many manifests count.
    pub(crate) manifests: usize,
    /// Why one does not.
    pub(crate) refused: Option<String>,
}

/// Reads the manifests of a store, and holds their signatures against the allowed signers.
///
/// # Errors
/// `ssh-keygen` cannot be started, or the store gives no answers at all.
pub(crate) fn signed(remote: &mut Remote, project: &Project, signer: &Signer, troubles: &mut Troubles) -> anyhow::Result<Signed> {
    let mut signed = Signed::default();
    let listed = match remote.one(&folder(), Request::List { name: folder() })? {
        Answer::Names(names) => names,
        answer => {
            troubles.other(remote, &folder(), answer);
            return Ok(signed);
        }
    };
    let pairs: BTreeSet<(Digest, Digest)> = listed.iter().filter_map(|name| signature_of(name)).collect();
    // A manifest may have several signatures; each object is fetched once, and is what its name says.
    let manifests = pairs.iter().map(|(manifest, _)| (name(manifest), *manifest));
    let signatures = pairs.iter().map(|(manifest, signature)| (signature_name(manifest, signature), *signature));
    let wanted: BTreeMap<String, Digest> = manifests.chain(signatures).collect();
    let names: Vec<String> = wanted.keys().cloned().collect();
    let (mut texts, mut other) = (BTreeMap::new(), Vec::new());
    let unasked = remote.ask(&names, &mut |at| Ok(get(&names[at])), &mut |at, answer| {
        match answer {
            Answer::Got(text) if Digest::of(text.as_bytes()) == wanted[&names[at]] => drop(texts.insert(names[at].clone(), text)),
            Answer::Got(_) => other.push((at, Answer::Wrong("is not what its name says".to_string()))),
            answer => other.push((at, answer)),
        }
        Ok(())
    })?;
    troubles.not_asked(unasked);
    other.into_iter().for_each(|(at, answer)| troubles.other(remote, &names[at], answer));
    let mut counted = BTreeSet::new();
    for (manifest, signature) in pairs {
        let texts = (texts.get(&name(&manifest)), texts.get(&signature_name(&manifest, &signature)));
        let (Some(text), Some(signature)) = texts else { continue };
        match check(project, signer, signature, text)? {
            Ok(_) => match serde_json::from_str(text) {
                Ok(Manifest { manifest: VERSION, batches }) => {
                    signed.batches.extend(batches);
                    counted.insert(manifest);
                }
                Ok(Manifest { manifest: version, .. }) => {
                    signed.refused = Some(format!("'{}' is of format {version}, which is not read here", remote.url(&name(&manifest))));
                }
                Err(error) => signed.refused = Some(format!("'{}' is signed and no manifest: {error}", remote.url(&name(&manifest)))),
            },
            Err(why) => signed.refused = Some(format!("the signature of '{}' {why}", remote.url(&name(&manifest)))),
        }
    }
    signed.manifests = counted.len();
    Ok(signed)
}

/// Who signed a text, or why it does not count. `ssh-keygen` reads the signature from a file, which is
/// where the store's lock, that the caller holds, keeps others away.
fn check(project: &Project, signer: &Signer, signature: &str, text: &str) -> anyhow::Result<Result<String, String>> {
    let path: PathBuf = inbox::inbox(&project.store()).with_file_name(".signature.part");
    std::fs::write(&path, signature).map_err(ArtifactError::io("write", &path))?;
    let checked = ssh::check(signer, &path, text);
    std::fs::remove_file(&path).map_err(ArtifactError::io("remove", &path))?;
    checked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        let path = signature_name(&a, &b);
        assert_eq!(signature_of(path.rsplit('/').next().unwrap()), Some((a, b)));
        for other in [format!("{a}.json"), format!("{a}.sig"), format!(".{a}.{b}.sig"), format!("{a}.{b}.sig.part")] {
            assert_eq!(signature_of(&other), None, "{other}");
        }
    }

    #[test]
    fn a_manifest_is_read_strictly() {
        let manifest = Manifest { manifest: VERSION, batches: [(Digest::of(b"a"), Digest::of(b"b"))].into() };
        let text = canonical(&manifest);
        assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap(), manifest);
        assert!(serde_json::from_str::<Manifest>(&text.replace("batches", "batch")).is_err());
        assert!(serde_json::from_str::<Manifest>(&text.replacen('}', ",\"x\":1}", 1)).is_err());
    }
}
