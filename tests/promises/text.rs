//! What a manuscript takes from the record, and what it types of it: `export latex`, `check-text`.

use crate::smoked;
use saigen_tests::{Checkout, Run};

const NUMBER: &str = "nonsmooth/risk:target=smooth,sigma=0.1,n=60,experiment=kernel:mean";

/// Runs `check-text` over a manuscript with this text.
fn check(checkout: &Checkout, text: &str) -> Run {
    checkout.write("paper/main.tex", text.as_bytes());
    checkout.run(&["check-text", "paper/main.tex", "--tier", "smoke"])
}

/// What the macro file says of a number.
fn exported(file: &str, kind: &str, target: &str) -> String {
    let line = format!("\\saigen@set{{{kind}}}{{{target}}}{{\\num{{");
    let found = file.lines().find_map(|text| text.strip_prefix(line.as_str())?.strip_suffix("}}"));
    found.unwrap_or_else(|| panic!("no {kind} '{target}'")).to_string()
}

#[test]
fn what_is_exported_is_what_check_text_accepts() {
    let checkout = smoked();
    checkout.run(&["export", "latex", "--to", "paper", "--tier", "smoke"]).exits(0);
    let file = checkout.text("paper/saigen.tex");
    let (value, both) = (exported(&file, "value", NUMBER), exported(&file, "uncertainty", NUMBER));
    assert!(both.starts_with(&format!("{value}(")), "{value} {both}");
    let table = checkout.text(&format!("{}/nonsmooth/tables/risk.tex", crate::SMOKE[0]));
    assert!(file.contains(&format!("\\saigen@set{{table}}{{nonsmooth/risk}}{{%\n{}}}", &table[table.find("\\begin").unwrap()..])));
    let text = format!(
        "\\input{{saigen}} \\saigenvalue{{{NUMBER}}} \\saigenvalue*{{{NUMBER}}} \\saigentyped{{{NUMBER}}}{{{value}}}\n\
         \\saigentyped{{{NUMBER}}}{{\\num{{{both}}}}} \\saigentable{{nonsmooth/risk}} \\saigenverdict{{nonsmooth/phase-printed}}\n\
         \\saigentypedverdict{{nonsmooth/phase-printed}}{{reproduced}} % \\saigenvalue{{nothing}}"
    );
    let run = check(&checkout, &text).exits(0);
    assert_eq!(run.out, "7 macros in 1 file checked, 0 wrong\n");
    assert_eq!(run.err, "");
}

#[test]
fn an_export_is_the_same_bytes_and_ignored() {
    let checkout = smoked();
    let default = format!("{}/latex/saigen.tex", crate::SMOKE[0]);
    checkout.run(&["export", "latex", "--tier", "smoke"]).exits(0);
    let first = checkout.read(&default);
    let written = checkout.run(&["export", "latex", "nonsmooth", "--to", "else/where", "--tier", "smoke", "--json"]).exits(0).json();
    assert!(written["written"][0].as_str().unwrap().ends_with("else/where/saigen.tex"), "{written}");
    assert!(first == checkout.read("else/where/saigen.tex"));
    // It lies beside the results of its tier, and is none of them.
    checkout.run(&["verify", "--tier", "smoke"]).exits(0);
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("nothing to do");
}

#[test]
fn every_slip_of_a_manuscript_is_named_with_its_place() {
    let checkout = smoked();
    let reordered = "nonsmooth/risk:experiment=kernel,n=60,target=smooth,sigma=0.1:mean";
    let series = "nonsmooth/portraits:1:fit";
    let slips = [
        (format!("\\saigentyped{{{NUMBER}}}{{0.999}}"), "typed '0.999', the record gives 0.0".to_string()),
        (format!("\\saigentyped{{{NUMBER}}}{{0.0(9)}}"), "typed '0.0(9)', the record gives 0.0(0)".to_string()),
        (format!("\\saigentyped{{{NUMBER}}}{{small}}"), "typed 'small' is no number, the record gives 0.0".to_string()),
        (format!("\\saigentyped{{{reordered}}}{{0.0}}"), format!("'{reordered}' is written '{NUMBER}' in LaTeX")),
        (format!("\\saigenvalue{{{reordered}}}"), format!("'{reordered}' is written '{NUMBER}' in LaTeX")),
        ("\\saigenvalue{nonsmooth/risk:n=61:mean}".into(), "on record: no row has n=61".into()),
        ("\\saigenvalue{nonsmooth/risk:n=60:mean}".into(), "rows have n=60 (tell them apart by".into()),
        ("\\saigenvalue{nonsmooth/risk:n=60:man}".into(), "table 'risk' has no column 'man' (its columns: mean".into()),
        ("\\saigenvalue{nonsmooth/risc:n=60:mean}".into(), "study 'nonsmooth' has no table 'risc' (its tables:".into()),
        ("\\saigenvalue{nonsense/risk:n=60:mean}".into(), "there are no results of a study 'nonsense'".into()),
        ("\\saigenvalue{nonsmooth/risk}".into(), "a number needs its row and its column".into()),
        (format!("\\saigenvalue{{{series}}}"), "a series is drawn".into()),
        (format!("\\saigenvalue*{{{}}}", NUMBER.replace(":mean", ":geometric-mean")), "has no uncertainty on record".into()),
        ("\\saigentable{nonsmooth/portraits}".into(), "a series is no table that is read".into()),
        ("\\saigentable{nonsmooth/tables/risk}".into(), "is written 'nonsmooth/risk' in LaTeX".into()),
        ("\\saigenverdict{nonsmooth/phase}".into(), "study 'nonsmooth' has no claim 'phase'".into()),
        ("\\saigentypedverdict{nonsmooth/phase-printed}{refuted}".into(), "typed 'refuted', the record says reproduced".into()),
        ("\\saigentypedverdict{nonsmooth/phase-printed}{holds}".into(), "typed 'holds', which is no verdict".into()),
        (format!("\\saigentyped{{{NUMBER}}} 0.1"), "\\saigentyped lacks an argument".into()),
    ];
    for (slip, message) in &slips {
        let run = check(&checkout, &format!("fine\n{slip}\n")).exits(5);
        let finding = run.out.lines().next().unwrap();
        assert!(finding.starts_with("paper/main.tex:2: ") && finding.contains(message.as_str()), "{slip}: {finding}");
    }
    // All of them at once, as text and as JSON.
    let all: String = slips.iter().map(|(slip, _)| format!("{slip}\n")).collect();
    let text = check(&checkout, &all).exits(5).out;
    let json = checkout.run(&["check-text", "paper/main.tex", "--tier", "smoke", "--json"]).exits(5).json();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), slips.len());
    assert_eq!((&json["checked"], &json["exit"]), (&slips.len().into(), &5.into()));
    for (at, (finding, line)) in findings.iter().zip(text.lines()).enumerate() {
        assert_eq!(line, format!("{}:{}: {}", finding["file"].as_str().unwrap(), at + 1, finding["message"].as_str().unwrap()));
        assert_eq!(finding["line"], at + 1);
    }
}

#[test]
fn sources_that_are_read_in_are_checked_too() {
    let checkout = smoked();
    checkout.write("paper/parts/one.tex", format!("\n\\saigentyped{{{NUMBER}}}{{0.999}}\\input{{main}}\\input{{parts/two}}").as_bytes());
    checkout.write("paper/parts/two.tex", format!("\\saigenvalue{{{NUMBER}}}").as_bytes());
    let run = check(&checkout, "\\input{saigen}\\input{glyphs}\n\\include{parts/one}\n").exits(5);
    assert!(run.out.contains("paper/parts/one.tex:2: typed '0.999'"), "{}", run.out);
    assert!(run.out.ends_with("2 macros in 3 files checked, 1 wrong\n"), "{}", run.out);
    assert!(!run.err.contains("parts/two is not"), "{}", run.err);
    run.says("paper/main.tex:1: glyphs is not beside the manuscript, and was not read").says("'paper/main.tex' holds no macro of saigen");
}

#[test]
fn a_manuscript_that_cannot_be_read_is_2_and_one_without_results_3() {
    let checkout = crate::checkout();
    checkout.run(&["check-text"]).exits(2);
    checkout.run(&["check-text", "nowhere.tex"]).exits(2).says("cannot read 'nowhere.tex'");
    checkout.write("latin.tex", b"caf\xe9");
    checkout.run(&["check-text", "latin.tex"]).exits(2).says("'latin.tex' is not UTF-8");
    checkout.write("paper.tex", b"\\saigenverdict{nonsmooth/phase-printed}");
    checkout.run(&["check-text", "paper.tex", "--tier", "smoke"]).exits(3).says("there are no results at tier smoke");
    checkout.run(&["export", "latex", "--tier", "smoke"]).exits(3).says("there are no results at tier smoke");
    checkout.run(&["export"]).exits(2);
}
