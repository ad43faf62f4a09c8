//! The address of a store, as `--store` has it.

use crate::exit::{Exit, refuse};
use std::fmt;
use std::path::PathBuf;

/// What an address may be.
const FORMS: &str = "such as file:///srv/saigen, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX";

#[derive(Debug, PartialEq)]
pub(super) enum Address {
    /// A folder, which several machines may see.
    Folder(PathBuf),
    /// A bucket of a server, and where in it: `s3://BUCKET/PREFIX`.
    Server(String),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "file://{}", folder.display()),
            Self::Server(server) => f.write_str(server),
        }
    }
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it. One that may hold credentials is not repeated.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let wrong = |message: String, hint: &str| Err(refuse(Exit::Usage, message, hint));
        let Some((scheme, place)) = text.split_once("://") else {
            return wrong(format!("'{text}' is no address of a store"), &format!("give one {FORMS}"));
        };
        if place.contains(['@', '?', '#']) {
            return wrong(
                format!("the address '{scheme}://…' holds more than a place"),
                "credentials, region and endpoint come from the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT, …), never from an address",
            );
        }
        let place = place.trim_end_matches('/');
        match scheme {
            "file" if place.starts_with('/') || text == "file:///" => {
                Ok(Self::Folder(PathBuf::from(if place.is_empty() { "/" } else { place })))
            }
            "file" => wrong(
                format!("'{text}' names no folder from the root"),
                "write file:// and a path that begins with '/', such as file:///srv/saigen",
            ),
            "s3" | "gs" | "az" => {
                let mut parts = place.split('/');
                let bucket = parts.next().unwrap_or_default();
                let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.=".contains(&b));
                if bucket.is_empty() {
                    return wrong(format!("'{text}' names no bucket"), &format!("give one {FORMS}"));
                }
                match place.split('/').find(|part| part.is_empty() || part.chars().all(|c| c == '.') || !is_name(part)) {
                    Some(part) => wrong(
                        format!("'{text}' has '{part}', which is no name of a bucket or a folder"),
                        "letters, digits and the characters - _ . = make a name; one '/' is between two",
                    ),
                    None => Ok(Self::Server(format!("{scheme}://{place}"))),
                }
            }
            _ => wrong(format!("'{scheme}' is no kind of store that is known"), &format!("give an address {FORMS}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let server = |text: &str| Address::Server(text.to_string());
        for (text, address) in [
            ("s3://bucket", server("s3://bucket")),
            ("gs://a-b/c/d//", server("gs://a-b/c/d")),
            ("az://box/p=1", server("az://box/p=1")),
            ("file:///srv/a b/", Address::Folder("/srv/a b".into())),
            ("file:///", Address::Folder("/".into())),
        ] {
            assert_eq!(Address::parse(text).unwrap(), address, "{text}");
        }
    }

    #[test]
    fn what_is_none_is_told_and_credentials_are_not_repeated() {
        for (text, why) in [
            ("/srv/saigen", "'/srv/saigen' is no address of a store"),
            ("s3:bucket", "'s3:bucket' is no address of a store"),
            ("s3://", "'s3://' names no bucket"),
            ("s3:///prefix", "'s3:///prefix' names no bucket"),
            ("s3://b/../c", "has '..', which is no name"),
            ("s3://b//c", "has '', which is no name"),
            ("s3://b/c d", "has 'c d', which is no name"),
            ("file://host/path", "names no folder from the root"),
            ("file://", "names no folder from the root"),
            ("ftp://host/path", "'ftp' is no kind of store"),
            ("https://host/path", "'https' is no kind of store"),
            ("s3://KEY:hunter2@bucket", "the address 's3://…' holds more than a place"),
            ("az://box/p?sig=hunter2", "the address 'az://…' holds more than a place"),
        ] {
            let said = Address::parse(text).unwrap_err().to_string();
            assert!(said.contains(why) && !said.contains("hunter2"), "{text}: {said}");
        }
    }
}
