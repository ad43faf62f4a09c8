//! A client of the server that an address names. Credentials, region and endpoint come from the
//! environment, as every client of these servers takes them.

use crate::quiet::quiet;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{ClientConfigKey, ObjectStore, RetryConfig};
use std::time::Duration;
use url::{Host, Url};

/// A server's bucket, and where in it objects are.
pub(crate) struct Store {
    pub(crate) server: Box<dyn ObjectStore>,
    prefix: Path,
}

impl Store {
    /// The path of an object.
    pub(crate) fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }
}

/// How often a request is made again that failed in a way that may pass. Each waits longer than the one
/// before. How long a request may take is the client's to say: 5 s to connect and 30 s in all, or what
/// `AWS_CONNECT_TIMEOUT`, `AWS_TIMEOUT` and their like for the other servers say.
fn retries() -> RetryConfig {
    RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(60), ..RetryConfig::default() }
}

/// A client for `s3://BUCKET/PREFIX`, `gs://…` or `az://…`; it asks nothing yet.
pub(crate) fn connect(address: &str) -> Result<Store, String> {
    // TLS takes the provider of the process. It is the first one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (scheme, place) = address.split_once("://").ok_or("is no address")?;
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let server = match scheme {
        "s3" => {
            let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retries());
            let asked = [AmazonS3ConfigKey::Endpoint, AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp)];
            let http = may_be_plain(asked.map(|key| builder.get_config_value(&key)), "AWS_ALLOW_HTTP")?;
            builder.with_allow_http(http).build().map(boxed)
        }
        "az" => {
            let builder = MicrosoftAzureBuilder::from_env().with_container_name(bucket).with_retry(retries());
            let asked = [AzureConfigKey::Endpoint, AzureConfigKey::Client(ClientConfigKey::AllowHttp)];
            let http = may_be_plain(asked.map(|key| builder.get_config_value(&key)), "AZURE_ALLOW_HTTP")?;
            builder.with_allow_http(http).build().map(boxed)
        }
        "gs" => GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retries()).build().map(boxed),
        _ => return Err(format!("'{scheme}' is no kind of server that is known here")),
    };
    let server = server.map_err(|error| quiet(&error.to_string()))?;
    Ok(Store { server, prefix: Path::from(prefix) })
}

fn boxed(server: impl ObjectStore) -> Box<dyn ObjectStore> {
    Box::new(server)
}

/// Whether plain http may be spoken to an endpoint: where the environment says so, and to this machine,
/// where nobody listens in.
fn may_be_plain([endpoint, allowed]: [Option<String>; 2], variable: &str) -> Result<bool, String> {
    let Some(endpoint) = endpoint else { return Ok(false) };
    let url = Url::parse(&endpoint).map_err(|error| format!("the endpoint in the environment is no address: {error}"))?;
    let near = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let allowed = near || allowed.is_some_and(|word| ["1", "true", "on", "yes", "y"].contains(&word.to_ascii_lowercase().as_str()));
    match url.scheme() == "http" && !allowed {
        true => Err(format!("the endpoint in the environment is plain http, and not on this machine; {variable}=true allows that")),
        false => Ok(allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_or_where_it_is_asked_for() {
        let plain = |endpoint: &str, allowed: Option<&str>| may_be_plain([Some(endpoint.to_string()), allowed.map(str::to_string)], "X");
        for near in ["http://localhost:9000", "http://127.0.0.1:1", "http://[::1]:1/x"] {
            assert_eq!(plain(near, None), Ok(true), "{near}");
        }
        for far in ["http://example.org", "http://127.0.0.1.example.org"] {
            assert!(plain(far, None).unwrap_err().contains("plain http") && plain(far, Some("false")).is_err(), "{far}");
            assert_eq!(plain(far, Some("true")), Ok(true), "{far}");
        }
        assert_eq!(plain("https://example.org", None), Ok(false));
        assert!(plain("no address", None).unwrap_err().contains("is no address"));
        assert_eq!(may_be_plain([None, None], "X"), Ok(false));
    }
}
