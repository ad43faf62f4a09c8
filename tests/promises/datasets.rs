//! Data sets: what the catalog says, getting them, what is found of other bytes, and what a machine
//! without them does and says.

use crate::program;
use saigen_tests::{Checkout, repository};
use std::fs;

/// The study of these tests: four cells that read nothing, and four that name a data set.
const STUDY: &str = "pipeline/studies/nonsmooth/study.toml";

const MORE: &str = r#"
[[experiment]]
id = "real"
label = "rates, beside data"
method = "rate-exponents"
grid = "phase"
outputs = ["linear", "network"]
data = ["near"]

[[table]]
id = "real"
title = "Exponents"
experiments = ["real"]
keys = ["dimension", "beta", "alpha"]

[[table.column]]
name = "linear"
of = "linear"
statistic = "mean"

[[table.column]]
name = "network"
of = "network"
statistic = "mean"

[[claim]]
id = "as-fast"
statement = "The network is as fast as the linear bound"
place = "nowhere"
source = "derived"
tier = "full"
rule = { kind = "bound", table = "real", left = "linear", relation = "<=", right = "network" }
"#;

/// What `near` holds, before it is fetched.
pub(crate) const FILES: [(&str, &str); 2] = [("pair0001.txt", "1 2\n3 4\n"), ("pair0002.txt", "5 6\n7 8\n")];

/// A checkout with that study, and a data set that is to be had from a folder of it.
fn checkout() -> Checkout {
    let checkout = Checkout::synthetic(program(), [2, 2, 1]);
    checkout.write(STUDY, (checkout.text(STUDY) + MORE).as_bytes());
    catalog(&checkout);
    checkout
}

/// Writes the entry of that data set.
pub(crate) fn catalog(checkout: &Checkout) {
    let entry = format!(
        "title = \"Two small files\"\nrepository = \"https://example.org/near\"\nrevision = \"1\"\nurl = \"file://{}/{{file}}\"\n\
         licence = \"none found\"\ncitation = \"nobody\"\n",
        checkout.path("from").display()
    );
    checkout.write("datasets/catalog/near.toml", entry.as_bytes());
    FILES.iter().for_each(|(file, text)| checkout.write(&format!("from/{file}"), text.as_bytes()));
    list(checkout, &FILES);
}

/// Writes the list of files of `near` as `sha256sum` does.
fn list(checkout: &Checkout, files: &[(&str, &str)]) {
    let line = |(file, text): &(&str, &str)| format!("{}  {file}\n", saigen_datasets::set::sha256(text.as_bytes()));
    checkout.write("datasets/catalog/near.sha256", files.iter().map(line).collect::<String>().as_bytes());
}

/// A checkout with the data and everything run, then as a machine has it that cloned the repository:
/// results, no store, no data.
fn cloned() -> Checkout {
    let checkout = checkout();
    checkout.run(&["datasets", "fetch", "near"]).exits(0);
    checkout.run(&["run"]).exits(0).says("8 cells run");
    fs::remove_dir_all(checkout.path("artifacts/store")).unwrap();
    fs::remove_dir_all(checkout.path("datasets/cache")).unwrap();
    checkout
}

const RECORD: [&str; 2] = ["artifacts/record", "figures/record"];

#[test]
fn a_data_set_is_listed_fetched_and_checked() {
    let checkout = checkout();
    let listed = checkout.run(&["datasets", "list"]).exits(0).says("hint: `saigen datasets fetch near` gets it");
    for words in ["near  Two small files", "2 files, not here: nothing of it is in", "https://example.org/near at 1", "licence  none found"]
    {
        assert!(listed.out.contains(words), "'{words}' is not in\n{}", listed.out);
    }
    checkout.run(&["datasets", "verify"]).exits(0);
    checkout.run(&["datasets", "verify", "near"]).exits(3).says("--data-dir");
    let fetched = checkout.run(&["datasets", "fetch", "near"]).exits(0).says("licence: none found");
    assert!(fetched.out.starts_with("near: 2 fetched, 2 files whole in '"), "{}", fetched.out);
    let again = checkout.run(&["datasets", "fetch", "near", "--json"]).exits(0).json();
    assert_eq!(again[0]["fetched"], 0);
    let whole = checkout.run(&["datasets", "verify", "near"]).exits(0);
    let document = checkout.run(&["datasets", "list", "--json"]).exits(0).json();
    assert!(whole.out.contains(document[0]["digest"].as_str().unwrap()), "{}", whole.out);
    assert_eq!(document[0]["missing"].as_array().unwrap().len(), 0);
    // Where the data lie does not matter.
    fs::rename(checkout.path("datasets/cache"), checkout.path("elsewhere")).unwrap();
    checkout.run(&["datasets", "verify", "near", "--data-dir", "elsewhere"]).exits(0);
    checkout.run(&["run", "--data-dir", "elsewhere"]).exits(0).says("8 cells run");
}

#[test]
fn what_cannot_be_fetched_is_named_and_gets_no_name() {
    let checkout = checkout();
    checkout.run(&["datasets", "fetch", "nera"]).exits(2).says("the catalog has no data set 'nera'").says("hint: known: near");
    checkout.write("from/pair0002.txt", b"5 6\n7 9\n");
    checkout.run(&["datasets", "fetch", "near"]).exits(4).says("pair0002.txt' cannot be fetched: what came has sha256");
    checkout.run(&["datasets", "verify"]).exits(3);
    fs::remove_file(checkout.path("from/pair0002.txt")).unwrap();
    checkout.run(&["datasets", "fetch", "near"]).exits(4).says("/from/pair0002.txt' cannot be fetched: curl: ");
    let empty = [("PATH", "/nonexistent")];
    checkout.run_with(&["datasets", "fetch", "near"], &empty).exits(4).says("the program 'curl' cannot be started").says("hint: ");
    assert_eq!(checkout.files(&["datasets/cache"]).len(), 1);
}

#[test]
fn other_bytes_are_found_before_anything_runs() {
    let checkout = checkout();
    checkout.run(&["datasets", "fetch", "near"]).exits(0);
    let [a, b] = FILES.map(|(file, _)| format!("datasets/cache/near/{file}"));
    // Two files of the data set exchanged.
    let (one, other) = (checkout.read(&a), checkout.read(&b));
    checkout.write(&a, &other);
    checkout.write(&b, &one);
    let words = "pair0001.txt' is not the file that the catalog declares for data set 'near': expected sha256";
    checkout.run(&["datasets", "verify"]).exits(6).says(words).says("pair0002.txt' is not the file");
    for verb in ["run", "plan", "status"] {
        checkout.run(&[verb]).exits(6).says(words).says("hint: remove the file and get it again: `saigen datasets fetch near`");
    }
    checkout.run(&["datasets", "fetch", "near"]).exits(6).says(words);
    assert!(!checkout.path("artifacts/record").exists());
    checkout.write(&a, &one);
    checkout.write(&b, &other);
    checkout.run(&["run"]).exits(0).says("8 cells run");
    // What is up to date needs no data.
    checkout.write(&a, &other);
    checkout.run(&["run"]).exits(0).says("nothing to do");
}

#[test]
fn without_the_data_everything_else_runs() {
    let checkout = checkout();
    let run = checkout.run(&["run"]).exits(0).says("not-run: nonsmooth: 4 of 8 cells for want of data");
    let run = run.says("there are no results, and 1 claim is not-run").says("data set 'near' is not here: nothing of it is in '");
    run.says("hint: `saigen datasets fetch near` gets it, or name the folder that holds the data sets with --data-dir").says("4 cells run");
    checkout.run(&["run", "--strict"]).exits(7);
    let document = checkout.run(&["run", "--json"]).exits(0).json();
    assert_eq!((&document["left-out"][0]["cells"], &document["left-out"][0]["results"]), (&4.into(), &"none".into()));
    let plan = checkout.run(&["plan"]).exits(3).says("4 of 8 cells due").says("hint: `saigen datasets fetch near`");
    assert!(plan.out.lines().all(|line| line.starts_with("wait nonsmooth/real/")), "{}", plan.out);
    checkout.run(&["status"]).exits(3).says("data set 'near' is not here");
    checkout.run(&["datasets", "fetch", "near"]).exits(0);
    checkout.run(&["run", "--strict"]).exits(0).says("4 cells run");
    checkout.run(&["verify"]).exits(0);
}

#[test]
fn another_study_is_run_and_written() {
    let checkout = crate::whole();
    catalog(&checkout);
    checkout.edit(STUDY, "[[experiment]]\nid = \"kernel\"\n", "[[experiment]]\nid = \"kernel\"\ndata = [\"near\"]\n");
    let run = checkout.run(&["run", "nonsmooth", "density", "--tier", "smoke", "--jobs", "2"]).exits(0);
    run.says(&format!("not-run: nonsmooth: 16 of {} cells for want of data; there are no results", crate::CELLS));
    assert!(checkout.path("artifacts/out/smoke-flex/density/claims.json").is_file());
    assert!(!checkout.path("artifacts/out/smoke-flex/nonsmooth").exists());
    checkout.run(&["verify", "--tier", "smoke"]).exits(0);
}

#[test]
fn a_record_is_kept_and_verified_where_its_data_are_not() {
    let checkout = cloned();
    let before = checkout.files(&RECORD);
    checkout.run(&["verify"]).exits(0);
    checkout.run(&["claims"]).exits(0);
    checkout.run(&["run"]).exits(0).says("4 cells run").says("4 of 8 cells for want of data; their results stay as they are");
    assert_eq!(checkout.files(&RECORD), before);
    checkout.run(&["run"]).exits(0).says("nothing to do: 4 cells up to date");
    checkout.run(&["run", "--force"]).exits(0).says("4 cells run");
    assert_eq!(checkout.files(&RECORD), before);
    checkout.run(&["verify"]).exits(0);
    let number = "nonsmooth/real:1:network";
    let traced = checkout.run(&["trace", number]).exits(0);
    assert!(traced.out.contains("    data  near  "), "{}", traced.out);
    let users = checkout.run(&["trace", "--from", "near"]).exits(0);
    assert!(users.out.starts_with("nonsmooth: 4 cells of real\n"), "{}", users.out);
    checkout.run(&["trace", number, "--remake"]).exits(4).says("data set 'near' is not here");
    // What is made of the cells can still change: a table of the same cells.
    checkout.edit(STUDY, "title = \"Exponents\"\nexperiments = [\"real\"]", "title = \"Rates\"\nexperiments = [\"real\"]");
    checkout.run(&["run"]).exits(0).says("0 cells run");
    checkout.run(&["verify"]).exits(0);
    assert_eq!(checkout.text("artifacts/record/nonsmooth/cells.csv").lines().count(), 9);
}

#[test]
fn a_record_of_another_plan_is_left_as_it_is() {
    let checkout = cloned();
    let before = checkout.files(&RECORD);
    // Other keys, of cells that cannot be run here.
    checkout.edit(STUDY, "outputs = [\"linear\", \"network\"]\ndata", "outputs = [\"linear\", \"network\", \"printed\"]\ndata");
    let run = checkout.run(&["run"]).exits(0).says("4 cells run");
    run.says("4 of 8 cells for want of data; the results on disk are of another plan, and stay as they are");
    assert_eq!(checkout.files(&RECORD), before);
    checkout.run(&["verify"]).exits(3).says("not of today's code and declaration");
    // Even where those results have not all the columns of today's.
    checkout.edit(STUDY, "\"printed\"]\ndata", "\"not-derived\"]\ndata");
    checkout.run(&["run"]).exits(0).says("stay as they are").says("the report is left as it is: of nonsmooth, ");
    assert_eq!(checkout.files(&RECORD), before);
}

#[test]
fn an_edited_record_is_not_taken_for_the_results_of_what_cannot_be_run() {
    let checkout = cloned();
    let file = "artifacts/record/nonsmooth/cells.csv";
    let text = checkout.text(file);
    let line = text.lines().find(|line| line.starts_with("real,")).unwrap();
    let at = line.rfind("0.").unwrap();
    checkout.edit(file, line, &format!("{}0.9{}", &line[..at], &line[at + 2..]));
    let study = ["artifacts/record/nonsmooth"];
    let edited = checkout.files(&study);
    checkout.run(&["run"]).exits(0).says("the results on disk are of another plan");
    assert_eq!(checkout.files(&study), edited);
    checkout.run(&["verify"]).exits(6).says("cells.csv' does not hold what lock.json says: 1 cell changed or added");
}

#[test]
fn another_catalog_makes_its_cells_due_and_no_others() {
    let checkout = checkout();
    checkout.run(&["datasets", "fetch", "near"]).exits(0);
    checkout.run(&["run"]).exits(0);
    let files = [FILES[0], ("pair0002.txt", "5 6\n7 9\n")];
    list(&checkout, &files);
    checkout.write("datasets/cache/near/pair0002.txt", files[1].1.as_bytes());
    let plan = checkout.run(&["plan"]).exits(3).says("4 of 8 cells due");
    assert!(plan.out.lines().all(|line| line.starts_with("run  nonsmooth/real/") && line.contains("(data.near: ")), "{}", plan.out);
    let explained = checkout.run(&["explain", "nonsmooth/real/"]).exits(3);
    assert!(explained.out.contains("due: the data set 'near' changed"), "{}", explained.out);
    checkout.run(&["run"]).exits(0).says("4 cells run");
}

#[test]
fn a_wrong_catalog_or_declaration_is_told_with_its_line() {
    let checkout = checkout();
    checkout.edit(STUDY, "data = [\"near\"]", "data = [\"neer\"]");
    let words = "experiment['real'].data: the catalog has no data set 'neer'";
    checkout.run(&["plan"]).exits(2).says(words).says("hint: known: near");
    checkout.edit(STUDY, "data = [\"neer\"]", "data = [\"near\", \"near\"]");
    checkout.run(&["plan"]).exits(2).says("experiment['real'].data: the data set 'near' stands twice");
    checkout.edit(STUDY, "data = [\"near\", \"near\"]", "data = [\"near\"]");
    checkout.edit("datasets/catalog/near.toml", "licence", "license");
    let run = checkout.run(&["datasets", "list"]).exits(2).says("near.toml': line 5: unknown field 'license', known: title,");
    run.says("field 'licence' is missing").says("hint: datasets/README.md says");
    checkout.run(&["plan"]).exits(2).says("unknown field 'license'");
    checkout.run(&["doctor"]).exits(1);
}

/// Data whose terms are unclear never enter the repository: only those of our own making lie in it.
#[test]
fn the_repository_holds_no_data_but_its_own() {
    let listed = Checkout::new(program()).run(&["datasets", "list", "--json", "--root", &repository().to_string_lossy()]).exits(0).json();
    let bundled: Vec<&str> =
        listed.as_array().unwrap().iter().filter(|set| set["bundled"] == true).map(|set| set["id"].as_str().unwrap()).collect();
    let folders = fs::read_dir(repository().join("datasets/fixtures")).unwrap().map(|entry| entry.unwrap());
    let folders: Vec<String> =
        folders.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(folders, bundled);
}
