//! The report in a browser. Not part of `just test`, because it needs Chromium; `just browse` runs it,
//! and so does CI.

use crate::{NONSMOOTH, SMOKE, checkout, program, smoked};
use saigen_tests::{Checkout, repository};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The folder of the browser tests' Python packages, as `just browse` makes it.
const PYTHON: &str = "target/browser/bin/python";

#[test]
#[ignore = "needs Chromium and the packages of tests/browser"]
fn a_reader_can_use_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).unwrap();
    put("record.html", recorded().read("artifacts/record/report.html"));
    put("smoke.html", smoked().read(&format!("{}/report.html", SMOKE[0])));
    put("large.html", large().read("artifacts/record/report.html"));
    let root = repository();
    let mut tests = Command::new(root.join(PYTHON));
    tests.current_dir(root.join("tests/browser")).args(["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]);
    // In one word: pytest looks for its own options beside the first path that it is given.
    tests.arg(format!("--reports={}", folder.path().display()));
    let status = tests.status().unwrap_or_else(|error| panic!("{PYTHON}: {error}; `just browse` makes it"));
    assert!(status.success());
}

/// The committed record with today's report.
fn recorded() -> Checkout {
    let checkout = checkout();
    copy(&repository().join("artifacts/record"), "artifacts/record", &checkout);
    checkout.run(&["report"]).exits(0);
    checkout
}

fn copy(from: &Path, to: &str, checkout: &Checkout) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let inside = format!("{to}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() { copy(&path, &inside, checkout) } else { checkout.write(&inside, &fs::read(&path).unwrap()) }
    }
}

/// A report of 5,000 rows and 1,000 claims.
fn large() -> Checkout {
    let checkout = Checkout::synthetic(program(), [20, 25, 10]);
    let mut text = checkout.text(NONSMOOTH);
    for at in 0..1000 {
        let (alpha, beta) = (0.5 + 0.05 * (at % 20) as f64, 0.5 + 0.05 * (at / 20 % 25) as f64);
        let relation = if at < 500 { "<" } else { "<=" };
        text += &format!(
            "\n[[claim]]\nid = \"c{at}\"\nstatement = \"The linear exponent is {relation} the network's at alpha {alpha:.2} and beta {beta:.2}\"\n\
             place = \"nowhere\"\nsource = \"derived\"\ntier = \"smoke\"\n\
             rule = {{ kind = \"bound\", table = \"phase\", where = {{ alpha = {alpha:.2}, beta = {beta:.2} }}, left = \"linear\", relation = \"{relation}\", right = \"network\" }}\n"
        );
    }
    checkout.write(NONSMOOTH, text.as_bytes());
    checkout.run(&["run"]).exits(0);
    checkout
}
