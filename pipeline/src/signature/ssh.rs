//! `ssh-keygen`, which makes and checks the signatures. Passphrases, agents and hardware keys are its
//! affair, and so is the clock that an allowed signer's `valid-before` is held against.

use crate::cli::Signer;
use crate::exit::{Exit, refuse};
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What signatures are for: one made for mail or for a commit is none of a statement.
const NAMESPACE: &str = "saigen";

/// What a key is to sign with.
const KEY: &str = "name a private key, or the public key of one that ssh-agent holds; `ssh-keygen -t ed25519` makes one";

/// Refuses a key that is not there, before anything is computed.
pub(crate) fn is_there(key: &Path) -> anyhow::Result<()> {
    readable(key, "the key", KEY)
}

/// The signature of a statement by a key.
pub(crate) fn sign(key: &Path, statement: &str) -> anyhow::Result<Vec<u8>> {
    // What it has to say of a passphrase or a hardware key goes to the person at the terminal.
    let output = keygen("sign", &[OsStr::new("-f"), key.as_os_str()], statement, Stdio::inherit())?;
    if !output.status.success() {
        return Err(refuse(Exit::Failed, format!("'ssh-keygen' did not sign with '{}'", key.display()), KEY));
    }
    Ok(output.stdout)
}

impl Signer {
    /// Refuses lists that are not there, before anything is computed.
    pub(crate) fn is_there(&self) -> anyhow::Result<()> {
        readable(
            &self.signer,
            "the list of allowed signers",
            "give a file of lines such as `me@example.org ssh-ed25519 AAAA…`: a principal, and a public key of its",
        )?;
        let revoked =
            |file: &Path| readable(file, "the list of revoked keys", "give public keys, one a line, or what `ssh-keygen -k` wrote");
        self.revoked.as_deref().map_or(Ok(()), revoked)
    }
}

/// Says who signed a statement, in the words of `ssh-keygen`; what is wrong with the signature in ours.
///
/// # Errors
/// `ssh-keygen` cannot be started.
pub(crate) fn check(signer: &Signer, signature: &Path, statement: &str) -> anyhow::Result<Result<String, String>> {
    let (allowed, identity) = (signer.signer.as_path(), signer.identity.as_str());
    let mut options = [OsStr::new("-f"), allowed.as_os_str(), OsStr::new("-I"), OsStr::new(identity)].to_vec();
    if let Some(revoked) = &signer.revoked {
        options.extend([OsStr::new("-r"), revoked.as_os_str()]);
    }
    let of = [OsStr::new("-s"), signature.as_os_str()];
    options.extend(of);
    let verified = keygen("verify", &options, statement, Stdio::piped())?;
    if verified.status.success() {
        return Ok(Ok(words(&verified.stdout)));
    }
    // It refuses all in the same way, so that the reason is asked for: is it a signature of this text?
    let sound = keygen("check-novalidate", &of, statement, Stdio::piped())?;
    if !sound.status.success() {
        return Ok(Err(format!("is no signature of this statement: {}", words(&sound.stderr))));
    }
    let list = allowed.display();
    let principals = keygen("find-principals", &[&[OsStr::new("-f"), allowed.as_os_str()], &of[..]].concat(), "", Stdio::piped())?;
    let (principals, told) = (words(&principals.stdout), words(&verified.stderr));
    let known = principals.lines().any(|name| name == identity);
    let why = match (told.is_empty(), principals.is_empty(), known) {
        (false, ..) => format!("does not count: {told}"),
        (true, true, _) => format!("was made with a key that '{list}' gives to nobody"),
        (true, false, false) => format!("was made with the key of '{}', not of '{identity}'", principals.replace('\n', "', '")),
        (true, false, true) => match &signer.revoked {
            Some(revoked) => format!("was made with a key that '{}' revokes", revoked.display()),
            None => "was refused by 'ssh-keygen', which does not say why".to_string(),
        },
    };
    Ok(Err(why))
}

/// Runs `ssh-keygen -Y WHAT` on a text.
fn keygen(what: &str, options: &[&OsStr], text: &str, errors: Stdio) -> anyhow::Result<Output> {
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", what]).args(options);
    if what != "find-principals" {
        command.args(["-n", NAMESPACE]);
    }
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors).spawn();
    let mut child = child.map_err(|error| {
        refuse(Exit::Failed, format!("the program 'ssh-keygen' cannot be started: {error}"), "install OpenSSH's client, 8.2 or newer")
    })?;
    if let Some(mut input) = child.stdin.take() {
        // Where it ends before it has read all, its status says so.
        let _ = input.write_all(text.as_bytes());
    }
    Ok(child.wait_with_output()?)
}

/// What it said, but its last word where others say why.
fn words(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "Could not verify signature.").collect();
    lines.join("\n")
}

fn readable(path: &Path, what: &str, hint: &str) -> anyhow::Result<()> {
    let error = match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => "it is a folder".to_string(),
        Ok(_) => return Ok(()),
        Err(error) => error.to_string(),
    };
    Err(refuse(Exit::Usage, format!("{what} '{}' cannot be read: {error}", path.display()), hint))
}
