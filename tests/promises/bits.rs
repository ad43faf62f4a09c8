//! The same bits, whatever the machine's mood: jobs, batches, directory, environment.

use crate::{CELLS, NONSMOOTH, SMOKE, checkout, smoked};

#[test]
fn one_job_and_three_jobs_give_the_same_bytes() {
    let one = checkout();
    one.run(&["run", "--tier", "smoke", "--jobs", "1"]).exits(0);
    let three = checkout();
    three.run(&["run", "--tier", "smoke", "--jobs", "3"]).exits(0);
    let (one, three) = (one.files(&SMOKE), three.files(&SMOKE));
    assert!(one.len() > 20, "{} files", one.len());
    assert_eq!(one, three);
}

#[test]
fn time_zone_language_and_threads_change_no_byte() {
    let plain = smoked();
    let other = checkout();
    let environment = [
        ("TZ", "Asia/Tokyo"),
        ("LANG", "de_DE.UTF-8"),
        ("LC_ALL", "de_DE.UTF-8"),
        ("RAYON_NUM_THREADS", "7"),
        ("POLARS_MAX_THREADS", "5"),
        ("HOME", "/nowhere"),
    ];
    other.run_with(&["run", "--tier", "smoke"], &environment).exits(0);
    assert_eq!(plain.files(&SMOKE), other.files(&SMOKE));
}

#[test]
fn running_everything_anew_gives_the_same_bytes() {
    let checkout = smoked();
    let before = checkout.files(&SMOKE);
    checkout.run(&["run", "--tier", "smoke", "--force"]).exits(0).says(&format!("{CELLS} cells run, 0 later steps made, 0 files written"));
    assert_eq!(before, checkout.files(&SMOKE));
}

/// Two seeds run together and one after the other: batches are never visible in a result.
#[test]
fn the_grouping_into_batches_changes_no_byte() {
    let together = smoked();
    let apart = checkout();
    apart.edit(NONSMOOTH, "n = [60, 120]\nsigma = [0.1, 0.5]\nseeds = 2", "n = [60, 120]\nsigma = [0.1, 0.5]\nseeds = 1");
    apart.run(&["run", "--tier", "smoke"]).exits(0);
    apart.edit(NONSMOOTH, "n = [60, 120]\nsigma = [0.1, 0.5]\nseeds = 1", "n = [60, 120]\nsigma = [0.1, 0.5]\nseeds = 2");
    apart.run(&["run", "--tier", "smoke"]).exits(0).says(&format!("80 of {CELLS} cells due"));
    assert_eq!(together.files(&SMOKE), apart.files(&SMOKE));
}

/// A mathematical function of the C library in the program would follow the library's version.
#[test]
#[cfg(all(target_os = "linux", not(target_env = "musl")))]
fn no_mathematical_function_of_the_c_library_is_left() {
    let output = std::process::Command::new("nm").args(["-D", "--undefined-only", env!("CARGO_BIN_EXE_saigen")]).output();
    let symbols = String::from_utf8(output.expect("nm is part of every linker's package").stdout).unwrap();
    assert!(symbols.contains("malloc"), "{symbols}");
    let names = symbols.split_whitespace().map(|symbol| symbol.split('@').next().unwrap_or_default());
    // Roots, remainders and fused multiply-adds are exact, whoever computes them.
    let functions = "exp exp2 exp10 expm1 log log2 log10 log1p pow cbrt hypot sin cos tan sincos asin acos atan atan2 sinh cosh tanh \
        asinh acosh atanh erf erfc tgamma lgamma lgamma_r j0 j1 jn y0 y1 yn";
    let left: Vec<&str> = names.filter(|name| functions.split(' ').any(|f| *name == f || name.strip_suffix('f') == Some(f))).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn experiments_that_share_a_sample_say_so() {
    let text = smoked().text(&format!("{}/nonsmooth/cells.csv", SMOKE[0]));
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let at = |name: &str| rows[0].iter().position(|column| *column == name).unwrap();
    let place = ["target", "n", "sigma", "seed"].map(at);
    let of = |experiment: &str| -> Vec<(Vec<&str>, &str)> {
        let own = rows.iter().filter(|row| row[at("experiment")] == experiment);
        own.map(|row| (place.iter().map(|column| row[*column]).collect(), row[at("data")])).collect()
    };
    let kernel = of("kernel");
    assert_eq!(kernel.len(), 16);
    for other in ["network-narrow", "network-wide", "series", "spline"] {
        assert_eq!(of(other), kernel, "{other}");
    }
}

#[test]
fn the_second_backend_shares_what_never_touches_a_device() {
    let checkout = smoked();
    // 86 network cells; the other 218 are computed on the host whatever the backend.
    checkout.run(&["run", "--tier", "smoke", "--backend", "ndarray"]).exits(0).says(&format!("86 of {CELLS} cells due"));
}
