//! Golden files: what the smoke tier prints and draws, to the byte. `just bless` writes them anew.

use crate::{SMOKE, whole_smoked};
use saigen_tests::repository;

/// What a human can read of each study; the rest follows from the same cells.
const FILES: [(usize, &str); 16] = [
    (0, "nonsmooth/tables/risk.md"),
    (0, "nonsmooth/tables/risk.csv"),
    (0, "nonsmooth/tables/training.csv"),
    (0, "nonsmooth/tables/phase.tex"),
    (0, "nonsmooth/claims.json"),
    (1, "nonsmooth/risk.svg"),
    (0, "density/tables/loss-oracle.md"),
    (0, "density/tables/loss-cv.csv"),
    (0, "density/tables/lepski.csv"),
    (0, "density/tables/signs.csv"),
    (0, "semiflat/tables/kinds.csv"),
    (0, "semiflat/tables/figure-2b.csv"),
    (0, "gan-stability/tables/constants.csv"),
    (0, "gan-stability/tables/settling.csv"),
    (0, "gradient-layer/tables/work.csv"),
    (0, "gradient-layer/tables/descent.csv"),
];

#[test]
#[expect(clippy::disallowed_methods, reason = "blessing is asked for by the environment")]
fn smoke_results_are_the_golden_ones() {
    let checkout = whole_smoked();
    let bless = std::env::var("SAIGEN_BLESS").is_ok();
    for (room, file) in FILES {
        let found = checkout.read(&format!("{}/{file}", SMOKE[room]));
        let golden = repository().join("tests/golden").join(file.replace("tables/", ""));
        if bless {
            std::fs::create_dir_all(golden.parent().unwrap()).unwrap();
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
