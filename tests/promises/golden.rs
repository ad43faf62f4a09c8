//! Golden files: what the smoke tier prints and draws, to the byte. `just bless` writes them anew.

use crate::{SMOKE, smoked};
use saigen_tests::repository;

/// What a human can read of each study; the rest follows from the same cells.
const FILES: [(usize, &str); 6] = [
    (0, "tables/risk.md"),
    (0, "tables/risk.csv"),
    (0, "tables/training.csv"),
    (0, "tables/phase.tex"),
    (0, "claims.json"),
    (1, "risk.svg"),
];

#[test]
#[expect(clippy::disallowed_methods, reason = "blessing is asked for by the environment")]
fn smoke_results_are_the_golden_ones() {
    let checkout = smoked();
    let bless = std::env::var("SAIGEN_BLESS").is_ok();
    for (room, file) in FILES {
        let found = checkout.read(&format!("{}/nonsmooth/{file}", SMOKE[room]));
        let golden = repository().join("tests/golden/nonsmooth").join(file.rsplit('/').next().unwrap());
        if bless {
            std::fs::write(&golden, &found).unwrap();
            continue;
        }
        let expected = std::fs::read(&golden).unwrap_or_default();
        let differing =
            || String::from_utf8_lossy(&found).lines().zip(String::from_utf8_lossy(&expected).lines()).position(|(a, b)| a != b);
        assert!(
            found == expected,
            "{file} differs from {}, first in line {:?}; `just bless` accepts it",
            golden.display(),
            differing().map(|at| at + 1)
        );
    }
}
