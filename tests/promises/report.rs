//! The report as a file: nothing to load, nothing to run that a declaration says, every link inside.
//! What it does in a browser is in `browser`.

use crate::{NONSMOOTH, SMOKE, checkout, smoked};
use saigen_tests::Checkout;
use std::collections::BTreeSet;

fn report(checkout: &Checkout) -> String {
    checkout.text(&format!("{}/report.html", SMOKE[0]))
}

/// The elements of a page: the name of each start tag with its attributes. What scripts and styles
/// hold is no element.
fn elements(html: &str) -> Vec<(&str, Vec<(&str, &str)>)> {
    let (mut found, mut rest) = (Vec::new(), html);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, after) = rest.split_once('>').unwrap();
        let (name, text) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let quoted: Vec<&str> = text.split('"').collect();
        let attributes = quoted.chunks_exact(2).map(|pair| (pair[0].trim().trim_end_matches('='), pair[1]));
        found.push((name, attributes.collect()));
        rest = match name {
            "script" => after.split_once("</script>").unwrap().1,
            "style" => after.split_once("</style>").unwrap().1,
            _ => after,
        };
    }
    found
}

/// The values of an attribute, with the element that has it.
fn attribute<'a>(html: &'a str, wanted: &str) -> Vec<(&'a str, &'a str)> {
    let of = |(name, attributes): (&'a str, Vec<(&'a str, &'a str)>)| {
        let values = attributes.into_iter().filter(|(known, _)| *known == wanted).map(|(_, value)| (name, value));
        values.collect::<Vec<_>>()
    };
    elements(html).into_iter().flat_map(of).collect()
}

#[test]
fn it_loads_nothing() {
    let html = report(&smoked());
    for name in ["src", "srcset", "xlink:href", "action", "formaction", "data", "poster", "background"] {
        let values = attribute(&html, name);
        assert!(values.iter().all(|(_, value)| value.starts_with('#')), "{name}: {values:?}");
    }
    let (links, others): (Vec<_>, Vec<_>) = attribute(&html, "href").into_iter().partition(|(element, _)| *element == "a");
    assert!(others.iter().all(|(_, target)| target.starts_with('#')), "{others:?}");
    assert!(links.iter().all(|(_, target)| target.starts_with('#') || target.starts_with("https://")), "{links:?}");
    // A drawing may refer to its own parts.
    let html = html.replace("url(#", "");
    for word in ["@import", "url(", "fetch(", "XMLHttpRequest", "import("] {
        assert!(!html.contains(word), "{word}");
    }
}

#[test]
fn every_id_is_there_once_and_every_inner_link_leads_to_one() {
    let html = report(&smoked());
    let ids: Vec<&str> = attribute(&html, "id").into_iter().map(|(_, id)| id).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "{ids:?}");
    let inner: Vec<&str> = attribute(&html, "href").into_iter().filter_map(|(_, target)| target.strip_prefix('#')).collect();
    assert!(inner.len() > 50);
    let lost: Vec<_> = inner.iter().filter(|target| !distinct.contains(**target)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let (here, there) = (smoked(), smoked());
    let before = report(&here);
    here.run_with(&["report", "--tier", "smoke"], &[("TZ", "Asia/Tokyo"), ("LC_ALL", "de_DE.UTF-8"), ("COLUMNS", "40")]).exits(0);
    assert!(before == report(&here) && before == report(&there));
}

#[test]
fn words_of_a_declaration_and_its_readme_stay_words() {
    let checkout = checkout();
    let bad = r#"<script>alert(1)</script><img src=x onerror=alert(2)>"'&amp;</style>"#;
    let toml = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    for (field, value) in [
        ("title", "ReLU networks against fixed bases on functions with a jump"),
        ("authors", "Masaaki Imaizumi and Kenji Fukumizu"),
        ("title", "Deep Neural Networks Learn Non-Smooth Functions Effectively"),
        ("label", "Gaussian kernel ridge"),
        ("title", "Integrated squared error when tuned by cross-validation or held-out data: mean ± standard error over seeds"),
        ("title", "Risk on the two-piece function"),
        ("statement", "The same holds under the wider condition a (D-2b) < 2b(D-1), which the exponents themselves give"),
        ("place", "JMLR 2022, section 5.1 and figure 2"),
    ] {
        checkout.edit(NONSMOOTH, &format!("{field} = \"{value}\""), &format!("{field} = \"{}\"", toml(bad)));
    }
    checkout.edit("pipeline/studies/nonsmooth/README.md", "## Findings\n", &format!("## Findings\n\n{bad}\n\n[x](javascript:alert(3))\n"));
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
    let html = report(&checkout);
    let names: BTreeSet<&str> = elements(&html).into_iter().map(|(name, _)| name).collect();
    assert!(!names.contains("img"), "{names:?}");
    assert!(!html.contains("<script>alert") && !html.contains("javascript:"));
    assert_eq!(html.matches("</style>").count(), html.matches("<style>").count());
    assert!(html.matches("&lt;script&gt;alert(1)").count() > 8);
    assert!(attribute(&html, "onerror").is_empty());
}

#[test]
fn what_a_readme_says_is_part_of_it() {
    let checkout = smoked();
    assert!(report(&checkout).contains("<h3>Deviations</h3>"));
    checkout.edit("pipeline/studies/nonsmooth/README.md", "## Deviations\n", "## Deviations\n\nOne more thing.\n");
    checkout.run(&["verify", "--tier", "smoke"]).exits(6).says("report.html' differs");
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("0 cells run, 1 later step made, 1 file written");
    assert!(report(&checkout).contains("One more thing."));
    checkout.run(&["verify", "--tier", "smoke"]).exits(0);
}

#[test]
fn commands_say_which_results_they_speak_of() {
    let html = report(&smoked());
    let commands: Vec<&str> = html.split("<code class=\"command\">").skip(1).filter_map(|rest| rest.split("</code>").next()).collect();
    assert!(commands.len() > 8);
    for command in commands {
        assert!(command.starts_with("saigen ") && command.ends_with(" --tier smoke --backend flex"), "{command}");
    }
}

#[test]
fn a_command_that_it_shows_is_understood() {
    let checkout = smoked();
    let html = report(&checkout);
    let figure =
        html.split("saigen trace '").skip(1).filter_map(|rest| rest.split('\'').next()).find(|target| *target == "nonsmooth/risk").unwrap();
    checkout.run(&["trace", figure, "--tier", "smoke"]).exits(0);
    let target = "nonsmooth/phase:ROW:COLUMN";
    assert!(html.contains(target));
    checkout.run(&["trace", &target.replace("ROW", "5").replace("COLUMN", "linear"), "--tier", "smoke"]).exits(0);
}

#[test]
fn a_figure_is_drawn_anew_from_the_cells_alone() {
    let checkout = smoked();
    std::fs::remove_dir_all(checkout.path("artifacts/store")).unwrap();
    checkout.edit(NONSMOOTH, "title = \"Risk on the two-piece function\"", "title = \"Risk, drawn anew\"");
    let drawn = format!("{}/nonsmooth/risk.svg", SMOKE[1]);
    let before = checkout.text(&drawn);
    let run = checkout.run(&["report", "--tier", "smoke"]).exits(0);
    assert!(run.out.contains(&drawn) && run.out.contains("lock.json"), "{}", run.out);
    assert!(before != checkout.text(&drawn) && checkout.text(&drawn).contains("<title>Risk, drawn anew</title>"));
    checkout.run(&["verify", "--tier", "smoke"]).exits(0);
    assert!(checkout.run(&["report", "--tier", "smoke"]).exits(0).out.contains("every file is as the cells give it"));
}

#[test]
fn nothing_is_made_of_cells_that_the_lock_does_not_name() {
    let checkout = smoked();
    let cells = format!("{}/nonsmooth/cells.csv", SMOKE[0]);
    let text = checkout.text(&cells);
    let line = text.lines().find(|line| line.starts_with("kernel,")).unwrap();
    let at = line.rfind("0.0").unwrap();
    checkout.edit(&cells, line, &format!("{}0.9{}", &line[..at], &line[at + 3..]));
    let before = checkout.files(&SMOKE);
    checkout.run(&["report", "--tier", "smoke"]).exits(6).says("does not hold what lock.json says: 1 cell changed or added, 0 gone");
    assert!(before == checkout.files(&SMOKE));
}
