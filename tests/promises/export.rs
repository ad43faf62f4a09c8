//! Figures as files for a paper: `export figures`.

use crate::{SMOKE, smoked};

#[test]
fn figures_are_written_in_three_formats() {
    let checkout = smoked();
    let run = |arguments: &[&str]| {
        let all: Vec<&str> = ["export", "figures", "--tier", "smoke", "--to", "given"].iter().chain(arguments).copied().collect();
        checkout.run(&all)
    };
    let written = run(&["nonsmooth", "--format", "svg", "--json"]).exits(0).json();
    let figures = written["written"].as_array().unwrap().len();
    assert!(figures > 1, "{written}");
    let of_record = checkout.files(&[&format!("{}/nonsmooth", SMOKE[1])]);
    let exported = checkout.files(&["given/nonsmooth"]);
    assert!(of_record.iter().map(|(_, bytes)| bytes).eq(exported.iter().map(|(_, bytes)| bytes)));
    run(&["--format", "pdf"]).exits(0);
    run(&["--format", "png", "--scale", "1"]).exits(0);
    let small = checkout.read("given/nonsmooth/risk.png");
    run(&["--format", "png", "--scale", "2"]).exits(0);
    let large = checkout.read("given/nonsmooth/risk.png");
    let width = |png: &[u8]| u32::from_be_bytes(png[16..20].try_into().unwrap());
    assert!(small.starts_with(b"\x89PNG") && width(&large).abs_diff(2 * width(&small)) <= 1, "{} {}", width(&small), width(&large));
    assert!(checkout.read("given/nonsmooth/risk.pdf").starts_with(b"%PDF-"));
    assert_eq!(checkout.files(&["given"]).len(), 3 * figures);
}

#[test]
fn wrong_exports_are_refused() {
    let checkout = smoked();
    let run = |arguments: &[&str]| checkout.run(&[&["export", "figures", "--tier", "smoke"], arguments].concat());
    run(&[]).exits(2).says("--format");
    run(&["--format", "gif"]).exits(2);
    run(&["--format", "pdf", "--scale", "2"]).exits(2).says("only a PNG has a scale");
    run(&["--format", "png", "--scale", "0"]).exits(2).says("expected a number from 0.1 to 20");
    run(&["nothing", "--format", "pdf"]).exits(2).says("there is no study 'nothing'");
    checkout.write("file", b"");
    run(&["--format", "svg", "--to", "file"]).exits(1).says("Not a directory");
}
