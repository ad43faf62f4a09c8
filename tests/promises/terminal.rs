//! How the terminal is used: lines that fit, colour only where it is wanted, help, completions, man.

use crate::{CELLS, checkout, smoked};

/// Verbs that a person sees, as the help lists them.
fn verbs() -> Vec<String> {
    let help = checkout().run(&["--help"]).exits(0).out;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter(|line| !line.starts_with("  help "));
    let names: Vec<String> = names.map(|line| line.split_whitespace().next().unwrap().to_string()).collect();
    assert!(names.len() > 15 && names.contains(&"check-text".to_string()), "{names:?}");
    names
}

#[track_caller]
fn fits(text: &str, what: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{what}: {line}");
    }
}

#[test]
fn help_fits_80_columns() {
    let checkout = checkout();
    fits(&checkout.run(&["--help"]).exits(0).out, "saigen");
    for verb in verbs() {
        for help in [&[verb.as_str(), "--help"][..], &[verb.as_str(), "-h"]] {
            fits(&checkout.run(help).exits(0).out, &verb);
        }
    }
    for kind in ["latex", "figures", "snakemake"] {
        fits(&checkout.run(&["export", kind, "--help"]).exits(0).out, kind);
    }
}

#[test]
fn claims_and_status_are_tables_of_80_columns_without_colour() {
    let checkout = smoked();
    let claims = checkout.run(&["claims", "--tier", "smoke"]).exits(0).out;
    let status = checkout.run(&["status", "--tier", "smoke"]).exits(0).out;
    for (text, what) in [(&claims, "claims"), (&status, "status")] {
        fits(text, what);
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
    assert_eq!(
        status.split_whitespace().skip_while(|word| *word != "nonsmooth").take(7).collect::<Vec<_>>().join(" "),
        format!("nonsmooth up to date {CELLS} 0 0")
    );
    assert!(status.ends_with(&format!("\n0 of {CELLS} cells due at tier smoke on flex\n")), "{status}");
    // Word for word what the JSON says, whose lines do not wrap.
    let json = checkout.run(&["claims", "--tier", "smoke", "--json"]).exits(0).json();
    let words = |text: &str| text.split_whitespace().map(str::to_string).collect::<Vec<_>>();
    let printed = words(&claims);
    for claim in json[0]["claims"].as_array().unwrap() {
        let text = |field: &str| claim[field].as_str().unwrap();
        for part in [text("verdict"), text("source"), &format!("nonsmooth/{}", text("id"))] {
            assert!(printed.contains(&part.to_string()), "{part}");
        }
        for word in words(text("statement")).into_iter().chain(words(text("why"))) {
            assert!(printed.contains(&word), "{word}");
        }
    }
    assert!(claims.contains("\nnonsmooth, 53 claims: "), "{claims}");
}

#[test]
fn completions_and_pages_are_printed_anywhere() {
    let checkout = checkout();
    for (shell, sign) in [("bash", "complete -F _saigen"), ("zsh", "#compdef saigen"), ("fish", "complete -c saigen")] {
        let run = checkout.run(&["completions", shell, "--root", "/"]).exits(0);
        assert!(run.out.contains(sign) && run.out.contains("check-text"), "{shell}");
    }
    checkout.run(&["completions", "tcl"]).exits(2);
    let page = checkout.run(&["man"]).exits(0).out;
    assert!(page.contains(".TH saigen 1") && page.contains("check\\-text"), "{page}");
    assert!(checkout.run(&["man", "run"]).exits(0).out.contains("\\-\\-jobs"));
    checkout.run(&["man", "nothing"]).exits(2).says("there is no verb 'nothing'");
}
