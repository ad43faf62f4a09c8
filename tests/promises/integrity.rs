//! Edited results: found, named, and exit 6.

use crate::{SMOKE, smoked};

const VERIFY: [&str; 3] = ["verify", "--tier", "smoke"];

fn of(file: &str) -> String {
    format!("{}/nonsmooth/{file}", SMOKE[0])
}

#[test]
fn an_untouched_record_verifies() {
    let run = smoked().run(&VERIFY).exits(0);
    assert!(run.out.contains("50 files compared with what cells.csv gives, 0 wrong"), "{}", run.out);
}

#[test]
fn an_edited_number_in_the_cells_is_found() {
    let checkout = smoked();
    let text = checkout.text(&of("cells.csv"));
    // The first digit behind the first decimal point that any record holds.
    let line = text.lines().find(|line| line.starts_with("kernel,")).unwrap();
    let at = line.rfind("0.0").unwrap();
    let edited = format!("{}0.9{}", &line[..at], &line[at + 3..]);
    checkout.edit(&of("cells.csv"), line, &edited);
    checkout.run(&VERIFY).exits(6).says("cells.csv' does not hold what lock.json says: 1 cell changed or added").says("hint: restore");
}

#[test]
fn a_cell_that_is_no_number_is_named_with_its_line() {
    let checkout = smoked();
    let text = checkout.text(&of("cells.csv"));
    let line = text.lines().find(|line| line.starts_with("kernel,")).unwrap();
    let at = line.rfind("0.0").unwrap();
    checkout.edit(&of("cells.csv"), line, &format!("{}nan{}", &line[..at], &line[at + 3..]));
    checkout.run(&VERIFY).exits(6).says("cells.csv' is malformed: line 34: column");
}

#[test]
fn edited_tables_verdicts_figures_and_reports_are_found() {
    let checkout = smoked();
    let edits = [
        (of("tables/phase.csv"), "2,", "3,", "differs from what the cells give, first in line"),
        (of("tables/risk.tex"), "toprule", "hline", "differs from what the cells give, first in line 4"),
        (
            of("claims.json"),
            "\"verdict\": \"reproduced\"",
            "\"verdict\": \"refuted\"",
            "says 'refuted' of claim 'phase-printed', where the cells give 'reproduced'",
        ),
        (of("lock.json"), "\"tier\": \"smoke\"", "\"tier\": \"full\"", "differs from what the cells give"),
        (format!("{}/report.html", SMOKE[0]), "3 reproduced", "15 reproduced", "differs from what the cells give"),
        (format!("{}/nonsmooth/risk.svg", SMOKE[1]), "</svg>", " </svg>", "differs from what the cells give"),
    ];
    for (file, from, to, said) in edits {
        let before = checkout.read(&file);
        checkout.edit(&file, from, to);
        checkout.run(&VERIFY).exits(6).says(said).says(&file);
        checkout.write(&file, &before);
    }
    std::fs::remove_file(checkout.path(&of("tables/risk.md"))).unwrap();
    checkout.write(&of("tables/invented.csv"), b"n\n1\n");
    checkout.run(&VERIFY).exits(6).says("risk.md' is missing").says("invented.csv' is not made from the cells");
    // A run puts everything right.
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("0 cells run, 0 later steps made, 2 files written");
    checkout.run(&VERIFY).exits(0);
}

#[test]
fn results_of_another_declaration_are_told_from_edited_ones() {
    let checkout = smoked();
    checkout.edit(crate::NONSMOOTH, "rate = 0.01", "rate = 0.02");
    checkout.run(&VERIFY).exits(3).says("not of today's code and declaration");
}

#[test]
fn the_committed_record_verifies() {
    let root = saigen_tests::repository();
    let run = crate::checkout().run(&["verify", "--root", &root.to_string_lossy()]);
    run.exits(0);
}

#[test]
fn an_edited_published_number_makes_its_tables_anew_and_no_cell() {
    let checkout = crate::whole();
    let run = ["run", "density", "--tier", "smoke", "--jobs", "2"];
    checkout.run(&run).exits(0);
    let table = format!("{}/density/tables/loss-oracle.csv", SMOKE[0]);
    assert!(checkout.text(&table).contains("-1.324"));
    checkout.edit("pipeline/studies/density/published.csv", "-1.324", "-1.423");
    checkout.run(&["verify", "density", "--tier", "smoke"]).exits(6).says("loss-oracle.csv' differs from what the cells give");
    // Three tables hold the number and three figures show it; the claims, the study's results and the
    // report follow.
    checkout.run(&run).exits(0).says("0 cells run, 9 later steps made");
    assert!(checkout.text(&table).contains("-1.423"));
    checkout.run(&["verify", "density", "--tier", "smoke"]).exits(0);
}
