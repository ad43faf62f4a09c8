//! A store that others share, as a folder: what is pushed is put once and never replaced, and what is
//! pulled is taken where the record, a signature or the user vouches for it. On a server: `remote`.

use crate::exec::forge;
use crate::{SMOKE, checkout, program, smoked};
use saigen_tests::{Checkout, Run};
use std::time::Duration;

/// The cells of the study that these tests use, each a batch of its own.
pub(crate) const CELLS: usize = 8;
pub(crate) const RECORD: [&str; 2] = ["artifacts/record", "figures/record"];
const CSV: &str = "artifacts/record/nonsmooth/cells.csv";

/// A checkout of a few cells that are not run yet.
pub(crate) fn fresh() -> Checkout {
    Checkout::synthetic(program(), [2, 2, 2])
}

/// The same with its results, a folder `shared` for a store, and keys to sign with.
fn recorded() -> Checkout {
    let checkout = fresh();
    checkout.run(&["run"]).exits(0);
    std::fs::create_dir(checkout.path("shared")).unwrap();
    for name in ["a", "b"] {
        checkout.run_other("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name], None).exits(0);
    }
    checkout
}

/// The same, pushed.
fn pushed() -> Checkout {
    let checkout = recorded();
    push(&checkout, &checkout, &[])
        .exits(0)
        .says(&format!("batches: {CELLS} put, 0 there with the same values, 0 of {CELLS} not run here"));
    checkout
}

/// The address of the store in a checkout.
fn store(checkout: &Checkout) -> String {
    format!("file://{}", checkout.path("shared").display())
}

fn push(from: &Checkout, to: &Checkout, more: &[&str]) -> Run {
    from.run(&[&["push", "--store", &store(to)], more].concat())
}

fn pull(to: &Checkout, from: &Checkout, more: &[&str]) -> Run {
    to.run(&[&["pull", "--store", &store(from)], more].concat())
}

/// The objects of a store that hold batches.
fn objects(checkout: &Checkout) -> Vec<String> {
    checkout.files(&["shared/v2/batches"]).into_iter().map(|(path, _)| path).collect()
}

/// Other values in an object, with its seal made to match.
fn lie(checkout: &Checkout) -> String {
    let object = objects(checkout)[0].clone();
    forge(checkout, &object, "{\\\"float\\\":", "{\\\"float\\\":1");
    object
}

/// Nothing is left to be run, and the results are those of another checkout.
pub(crate) fn is_whole(checkout: &Checkout, other: &Checkout) {
    checkout.run(&["run"]).exits(0).says("0 cells run");
    assert_eq!(checkout.files(&RECORD), other.files(&RECORD));
}

/// Gives a checkout the results that another has, as a clone of its repository would.
pub(crate) fn clone_record(from: &Checkout, to: &Checkout) {
    for (path, bytes) in from.files(&RECORD) {
        to.write(&path, &bytes);
    }
}

#[test]
fn what_is_pulled_need_not_be_run_and_gives_the_same_bytes() {
    let (one, other) = (smoked(), checkout());
    std::fs::create_dir(one.path("shared")).unwrap();
    push(&one, &one, &["--tier", "smoke"]).exits(0);
    pull(&other, &one, &["--tier", "smoke", "--unsigned"]).exits(0).says(&format!("{} new cells taken in", crate::CELLS));
    other.run(&["run", "--tier", "smoke"]).exits(0).says("0 cells run");
    assert_eq!(other.files(&SMOKE), one.files(&SMOKE));
    other.run(&["verify", "--tier", "smoke"]).exits(0);
    other.run(&["doctor"]).exits(0);
    pull(&other, &one, &["--tier", "smoke"]).exits(0).says("nothing to pull");
}

#[test]
fn without_a_voucher_nothing_is_taken() {
    let (one, other) = (pushed(), fresh());
    let refused = pull(&other, &one, &[]).exits(3).says("0 new cells taken in").says("--unsigned");
    refused.says(&format!("not taken: {CELLS} that nobody vouches for (none is in the record here, and no signer is named)"));
    other.run(&["plan"]).exits(3).says(&format!("{CELLS} of {CELLS} cells due"));
    let json = pull(&other, &one, &["--json"]).exits(3).json();
    assert_eq!((&json["not-vouched-for"], &json["cells"], &json["due"]), (&CELLS.into(), &0.into(), &CELLS.into()));
    pull(&other, &one, &["--unsigned"]).exits(0);
    is_whole(&other, &one);
}

/// A reviewer has the record, and gets what it was made of: audits of a sample need not run the rest.
#[test]
fn the_record_vouches_for_what_has_its_values() {
    let (one, other) = (pushed(), fresh());
    clone_record(&one, &other);
    pull(&other, &one, &[]).exits(0).says(&format!("{CELLS} new cells taken in"));
    other.run(&["run"]).exits(0);
    assert_eq!(other.files(&RECORD), one.files(&RECORD));
    other.run(&["audit", "--nonce", "words", "--cells", "3"]).exits(0);
}

#[test]
fn a_lie_against_the_record_is_told_whoever_vouches_for_it() {
    let (one, other) = (pushed(), fresh());
    clone_record(&one, &other);
    let object = lie(&one);
    for more in [&[][..], &["--unsigned"]] {
        let run = pull(&other, &one, more).exits(6).says(&object).says("holds other values of cell 'nonsmooth/phase/");
        run.says("than the record does");
    }
    // The others were taken, and the next run computes what is missing.
    other.run(&["plan"]).exits(3).says(&format!("1 of {CELLS} cells due"));
    other.run(&["run"]).exits(0);
    assert_eq!(other.files(&RECORD), one.files(&RECORD));
}

#[test]
fn a_record_that_was_edited_vouches_for_nothing() {
    let (one, other) = (pushed(), fresh());
    clone_record(&one, &other);
    // As whoever wants a forged object believed would: the lock still says what was.
    let text = other.text(CSV);
    let (head, line) = (text.lines().next().unwrap(), text.lines().nth(1).unwrap());
    let column = head.split(',').position(|name| name == "network").unwrap();
    let mut fields: Vec<String> = line.split(',').map(str::to_string).collect();
    fields[column] = "0.123".to_string();
    other.edit(CSV, line, &fields.join(","));
    pull(&other, &one, &[]).exits(3).says("not taken: 1 that nobody vouches for");
}

#[test]
fn a_signed_manifest_vouches_for_its_bytes() {
    let (one, other) = (recorded(), fresh());
    push(&one, &one, &["--key", "a"]).exits(0).says("signed in 'file://");
    let signers = |key: &str| other.write("signers", format!("a@x {}", one.text(&format!("{key}.pub"))).as_bytes());
    let asked = ["--signer", "signers", "--identity", "a@x"];
    signers("b");
    let refused = pull(&other, &one, &asked).exits(3).says(&format!("not taken: {CELLS} that nobody vouches for"));
    refused.says("was made with a key that 'signers' gives to nobody");
    signers("a");
    // Pushed again by another, whose signature is none that counts: each lies beside the other.
    push(&one, &one, &["--key", "b"]).exits(0).says(&format!("0 put, {CELLS} there with the same values"));
    assert_eq!(one.files(&["shared/v2/manifests"]).len(), 3);
    let lied = lie(&one);
    let run = pull(&other, &one, &asked).exits(3).says(&format!("{} new cells taken in", CELLS - 1));
    run.says("not taken: 1 that nobody vouches for (1 manifest of 'a@x' name other bytes or none)");
    other.run(&["run"]).exits(0).says("1 cell run");
    assert_eq!(other.files(&RECORD), one.files(&RECORD));
    // Who holds the right values is told of the lie, and signs nothing.
    let run = push(&other, &one, &[]).exits(6).says(&lied).says("holds other values of cell 'nonsmooth/phase/");
    run.says("than this machine has: there by saigen ").says(", here by saigen ");
}

#[test]
fn a_manifest_that_was_altered_is_told() {
    let (one, other) = (recorded(), fresh());
    push(&one, &one, &["--key", "a"]).exits(0);
    other.write("signers", format!("a@x {}", one.text("a.pub")).as_bytes());
    let asked = ["--signer", "signers", "--identity", "a@x"];
    let manifest = one.files(&["shared/v2/manifests"]).into_iter().find(|(path, _)| path.ends_with(".json")).unwrap().0;
    one.edit(&manifest, "\"manifest\":1", "\"manifest\":2");
    let run = pull(&other, &one, &asked).exits(6).says(&manifest).says("is not what its name says");
    run.says("0 new cells taken in");
    push(&one, &one, &["--key", "a"]).exits(6).says("is not what its name says");
}

#[test]
fn an_object_that_is_broken_is_told_and_not_replaced() {
    let (one, other) = (pushed(), fresh());
    let objects = objects(&one);
    one.edit(&objects[0], "\"record\":\"{", "\"record\":\"{ ");
    one.write(&objects[1], &one.read(&objects[1])[..100]);
    one.write(&objects[2], &one.read(&objects[3]));
    one.write(&objects[4], &[0xff, 0xfe]);
    let before = one.files(&["shared"]);
    let told = ["was altered: expected sha256", "ends before its last line", "holds another batch", "is no text"];
    let run = pull(&other, &one, &["--unsigned"]).exits(6).says(&format!("{} new cells taken in", CELLS - 4));
    let again = push(&one, &one, &["--key", "a"]).exits(6).says("put and never replaced").says(&format!("0 put, {} there", CELLS - 4));
    for said in told {
        assert!(run.err.contains(said) && again.err.contains(said), "{said}\n{}\n{}", run.err, again.err);
    }
    assert!(one.files(&["shared"]) == before);
    other.run(&["run"]).exits(0).says("4 cells run");
    assert_eq!(other.files(&RECORD), one.files(&RECORD));
    // The way out that is told.
    [0, 1, 2, 4].iter().for_each(|at| std::fs::remove_file(one.path(&objects[*at])).unwrap());
    push(&one, &one, &[]).exits(0).says("batches: 4 put");
    pull(&fresh(), &one, &["--unsigned"]).exits(0);
}

#[test]
fn other_values_than_are_here_are_never_taken() {
    let (one, other) = (pushed(), fresh());
    let batch = objects(&one)[0].clone();
    let key = batch.rsplit('/').next().unwrap().trim_end_matches(".ndjson");
    // This machine has the cells of one batch only, under other values than it will find.
    other.run(&["exec", "--batch", key]).exits(0);
    lie(&one);
    pull(&other, &one, &["--unsigned"]).exits(0);
    // What waits in the inbox is held against what was believed.
    other.run(&["run"]).exits(6).says("holds other values of cell 'nonsmooth/phase/");
}

#[test]
fn killed_at_any_moment_a_push_and_a_pull_go_on() {
    let (one, other) = (recorded(), fresh());
    let (push_to, pull_from) = (["push", "--store", &store(&one)], ["pull", "--unsigned", "--store", &store(&one)]);
    for (checkout, arguments) in [(&one, &push_to[..]), (&other, &pull_from[..])] {
        for at in 0..30 {
            let mut child = checkout.start(arguments);
            std::thread::sleep(Duration::from_millis(at));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        checkout.run(arguments).exits(0);
    }
    is_whole(&other, &one);
}

#[test]
fn two_may_push_at_once() {
    let (one, two, other) = (recorded(), recorded(), fresh());
    let arguments = ["push", "--store", &store(&one)];
    let mut both = [one.start(&arguments), two.start(&arguments)];
    assert!(both.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(objects(&one).len(), CELLS);
    pull(&other, &one, &["--unsigned"]).exits(0);
    is_whole(&other, &one);
}

/// Machines that share no folder: each runs some batches and puts them there.
#[test]
fn batches_are_looked_for_and_delivered_there() {
    let (one, head) = (recorded(), fresh());
    push(&one, &one, &[]).exits(0);
    let keys: Vec<String> =
        objects(&one).iter().map(|path| path.rsplit('/').next().unwrap().trim_end_matches(".ndjson").to_string()).collect();
    objects(&one).iter().skip(2).for_each(|path| std::fs::remove_file(one.path(path)).unwrap());
    let exec = |checkout: &Checkout, keys: &[String]| {
        let asked: Vec<&str> = keys.iter().flat_map(|key| ["--batch", key]).collect();
        checkout.run(&[&["exec", "--store", &store(&one)], &asked[..]].concat())
    };
    let worker = fresh();
    let run = exec(&worker, &keys[..5]).exits(0).says("there   nonsmooth/").says("done    nonsmooth/");
    assert_eq!((run.err.matches("there ").count(), run.err.matches("done ").count()), (2, 3));
    assert!(!worker.path("artifacts").exists(), "nothing is written here");
    exec(&one, &keys).exits(0).says("stored  nonsmooth/");
    lie(&one);
    exec(&worker, &keys).exits(0).says("there   nonsmooth/");
    exec(&one, &keys).exits(6).says("holds other values of cell 'nonsmooth/phase/").says("put and never replaced");
    std::fs::remove_file(one.path(&objects(&one)[0])).unwrap();
    exec(&worker, &keys[..1]).exits(0).says("done    nonsmooth/");
    pull(&head, &one, &["--unsigned"]).exits(0);
    is_whole(&head, &one);
}

#[test]
fn what_cannot_be_a_store_is_told() {
    let checkout = recorded();
    for (address, why) in [
        ("shared", "'shared' is no address of a store"),
        ("ftp://host/path", "'ftp' is no kind of store that is known"),
        ("s3://", "'s3://' names no bucket"),
        ("file:///nowhere/at/all", "is no folder that is there"),
        ("file://shared", "names no folder from the root"),
    ] {
        for verb in [&["push"][..], &["pull"], &["exec", "--batch", &"0".repeat(64)]] {
            let run = checkout.run(&[verb, &["--store", address]].concat()).exits(2);
            assert!(verb[0] == "exec" || run.err.contains(why) && run.err.contains("hint: "), "{}", run.err);
        }
    }
    let secret = checkout.run(&["push", "--store", "s3://KEY:hunter22@bucket"]).exits(2).says("credentials, region and endpoint come from");
    assert!(!secret.err.contains("hunter22") && !secret.out.contains("hunter22"));
    checkout.run(&["push"]).exits(2).says("--store <URL>");
    checkout.run(&["pull", "--store", &store(&checkout), "--signer", "signers"]).exits(2).says("--identity <PRINCIPAL>");
    checkout.run(&["push", "--store", &store(&checkout), "--key", "none"]).exits(2).says("the key 'none' cannot be read");
    checkout.run(&["push", "nothing", "--store", &store(&checkout)]).exits(2).says("there is no study 'nothing'");
}

/// What reaches servers is a program of its own, so that this one needs no network stack.
#[test]
fn without_the_courier_a_server_cannot_be_reached_and_the_way_to_it_is_told() {
    let checkout = recorded();
    checkout.write("bin/saigen", &std::fs::read(program()).unwrap());
    let made = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(checkout.path("bin/saigen"), made).unwrap();
    let run = checkout.run_other("env", &["PATH=/nowhere", "bin/saigen", "pull", "--store", "s3://bucket/prefix"], None).exits(2);
    run.says("takes the program 'saigen-courier'").says("`just courier` builds it");
}
