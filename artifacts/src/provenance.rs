//! Where and when a result was made. Provenance is kept beside results and never inside a key.

use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The circumstances of one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Provenance {
    /// The program's version.
    pub program: String,
    /// Operating system and architecture.
    pub system: String,
    /// The processor's name, where the system tells it.
    pub processor: String,
    /// When the step ended, in seconds since 1970 (UTC).
    pub ended: u64,
    /// How long the step's batch took, in milliseconds, shared evenly among its cells.
    pub milliseconds: u64,
}

/// What does not change while a process runs; looked up once.
#[derive(Clone, Debug)]
pub struct Machine {
    system: String,
    processor: String,
}

impl Machine {
    /// Looks at this machine.
    pub fn look() -> Self {
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let name = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
        Self {
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            processor: name.map_or("unknown", str::trim).to_string(),
        }
    }

    /// Operating system and architecture, then the processor.
    pub fn describe(&self) -> String {
        format!("{}, {}", self.system, self.processor)
    }

    /// The provenance of a step that ends now and took `elapsed`.
    pub fn stamp(&self, elapsed: Duration) -> Provenance {
        Provenance {
            program: format!("saigen {}", env!("CARGO_PKG_VERSION")),
            system: self.system.clone(),
            processor: self.processor.clone(),
            ended: now(),
            milliseconds: elapsed.as_millis().try_into().unwrap_or(u64::MAX),
        }
    }
}

/// Seconds since 1970 (UTC). The only look at a wall clock in the project.
#[expect(clippy::disallowed_methods, reason = "provenance is the one owner of the wall clock")]
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}
