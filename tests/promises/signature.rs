//! Signed results: stock `ssh-keygen` checks what `sign` wrote, and `verify --signer` refuses whatever
//! is not the results, the key, the principal and the namespace that were asked for.

use crate::program;
use saigen_tests::{Checkout, Run};

const STATEMENT: &str = "artifacts/record/statement.txt";
const SIGNATURE: &str = "artifacts/record/statement.txt.sig";
const CELLS: &str = "artifacts/record/nonsmooth/cells.csv";

/// Results of a few cells; the keys `a` and `b`; and the list `signers`, which has a@x only.
fn recorded() -> Checkout {
    let checkout = Checkout::synthetic(program(), [2, 2, 2]);
    checkout.run(&["run"]).exits(0);
    for name in ["a", "b"] {
        keygen(&checkout, &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name]).exits(0);
    }
    allow(&checkout, "a@x", "", "a");
    checkout
}

/// The same, signed by `a`.
fn signed() -> Checkout {
    let checkout = recorded();
    checkout.run(&["sign", "--key", "a"]).exits(0);
    checkout
}

fn keygen(checkout: &Checkout, arguments: &[&str]) -> Run {
    checkout.run_other("ssh-keygen", arguments, None)
}

/// Writes the list of allowed signers: one principal, with these options and this key.
fn allow(checkout: &Checkout, principal: &str, options: &str, key: &str) {
    let key = checkout.text(&format!("{key}.pub"));
    checkout.write("signers", format!("{principal} {options} {key}").as_bytes());
}

/// Verifies everything, and the signature by a@x.
fn verify(checkout: &Checkout) -> Run {
    checkout.run(&["verify", "--signer", "signers", "--identity", "a@x"])
}

#[test]
fn stock_ssh_keygen_checks_what_sign_wrote() {
    let checkout = signed();
    let stock = ["-Y", "verify", "-f", "signers", "-I", "a@x", "-n", "saigen", "-s", SIGNATURE];
    let run = checkout.run_other("ssh-keygen", &stock, Some(STATEMENT)).exits(0);
    assert!(run.out.starts_with("Good \"saigen\" signature for a@x with ED25519 key SHA256:"), "{}", run.out);
    let ours = verify(&checkout).exits(0);
    assert!(ours.out.ends_with(&run.out), "{}", ours.out);
    let json = checkout.run(&["verify", "--signer", "signers", "--identity", "a@x", "--json"]).exits(0).json();
    assert_eq!(json["signed"], run.out.trim_end());
    // The statement names the lock and the report by what `sha256sum` reads, and the roots that `verify` says.
    checkout.run_other("sha256sum", &["--check", STATEMENT], None).exits(0);
    let (statement, verified) = (checkout.text(STATEMENT), checkout.run(&["verify"]).exits(0).out);
    let digests = |text: &str| text.split_whitespace().filter(|word| word.len() == 64).map(str::to_string).collect::<Vec<_>>();
    assert!(digests(&verified).iter().all(|root| digests(&statement).contains(root)), "{verified}\n{statement}");
    assert_eq!((digests(&verified).len(), digests(&statement).len()), (2, 4));
    // Signed again, the same bytes: neither file holds a time.
    let first = checkout.files(&["artifacts/record"]);
    checkout.run(&["sign", "--key", "a"]).exits(0);
    assert!(first == checkout.files(&["artifacts/record"]));
}

#[test]
fn a_key_that_is_not_the_principals_is_refused() {
    let checkout = signed();
    allow(&checkout, "a@x", "", "b");
    verify(&checkout).exits(6).says("statement.txt.sig' was made with a key that 'signers' gives to nobody");
}

#[test]
fn a_principal_that_did_not_sign_is_refused() {
    let checkout = signed();
    let other = checkout.run(&["verify", "--signer", "signers", "--identity", "b@x"]).exits(6);
    other.says("statement.txt.sig' was made with the key of 'a@x', not of 'b@x'");
}

#[test]
fn an_expired_key_is_refused() {
    let checkout = signed();
    allow(&checkout, "a@x", "valid-before=\"20200101\"", "a");
    verify(&checkout).exits(6).says("statement.txt.sig' does not count: signers:1: key has expired");
}

#[test]
fn a_key_allowed_for_another_namespace_is_refused() {
    let checkout = signed();
    allow(&checkout, "a@x", "namespaces=\"git\"", "a");
    verify(&checkout).exits(6).says("does not count: signers:1: key is not permitted for use in signature namespace");
}

#[test]
fn a_revoked_key_is_refused() {
    let checkout = signed();
    let revoked = |list: &str| checkout.run(&["verify", "--signer", "signers", "--identity", "a@x", "--revoked", list]);
    revoked("b.pub").exits(0);
    revoked("a.pub").exits(6).says("statement.txt.sig' was made with a key that 'a.pub' revokes");
    keygen(&checkout, &["-q", "-k", "-f", "list", "a.pub"]).exits(0);
    revoked("list").exits(6).says("statement.txt.sig' was made with a key that 'list' revokes");
}

#[test]
fn a_signature_of_another_namespace_is_refused() {
    let checkout = signed();
    let signature = checkout.run_other("ssh-keygen", &["-Y", "sign", "-n", "git", "-f", "a"], Some(STATEMENT)).exits(0);
    checkout.write(SIGNATURE, signature.out.as_bytes());
    verify(&checkout).exits(6).says("is no signature of this statement: Couldn't verify signature: namespace does not match");
}

#[test]
fn a_replaced_signature_is_refused() {
    let checkout = signed();
    let own = checkout.read(SIGNATURE);
    // By another key, and by the same key of another text.
    checkout.run(&["sign", "--key", "b"]).exits(0);
    verify(&checkout).exits(6).says("was made with a key that 'signers' gives to nobody");
    let other = checkout.run_other("ssh-keygen", &["-Y", "sign", "-n", "saigen", "-f", "a"], Some("a.pub")).exits(0);
    checkout.write(SIGNATURE, other.out.as_bytes());
    verify(&checkout).exits(6).says("is no signature of this statement: Signature verification failed: incorrect signature");
    checkout.write(SIGNATURE, b"no signature");
    verify(&checkout).exits(6).says("is no signature of this statement: Couldn't parse signature");
    checkout.write(SIGNATURE, &own);
    verify(&checkout).exits(0);
}

#[test]
fn a_missing_signature_or_statement_is_refused() {
    let checkout = recorded();
    verify(&checkout).exits(6).says("statement.txt' is missing");
    checkout.run(&["sign", "--key", "a"]).exits(0);
    std::fs::remove_file(checkout.path(SIGNATURE)).unwrap();
    let json = checkout.run(&["verify", "--signer", "signers", "--identity", "a@x", "--json"]).exits(6).json();
    assert_eq!((&json["wrong"][0]["path"], &json["wrong"][0]["what"]), (&SIGNATURE.into(), &"is missing".into()));
    assert!(json["signed"].is_null());
    // Who asks for no signature needs none.
    checkout.run(&["verify"]).exits(0);
}

#[test]
fn an_altered_statement_is_refused() {
    let checkout = signed();
    checkout.edit(STATEMENT, "cells ", "cells 1");
    verify(&checkout).exits(6).says("statement.txt' differs from what the cells give, first in line 4");
}

#[test]
fn an_altered_record_is_refused() {
    let checkout = signed();
    let cells = checkout.text(CELLS);
    let line = cells.lines().last().unwrap();
    let edited = line.replacen("0.", "0.1", 1);
    assert_ne!(line, edited);
    checkout.edit(CELLS, line, &edited);
    let run = verify(&checkout).exits(6).says("cells.csv' has 1 row under a key that is not that of its place");
    run.says("statement.txt' differs from what the cells give, first in line 4");
}

/// What no other check sees: a record that agrees with itself, and is another.
#[test]
fn a_record_made_anew_is_not_the_one_that_was_signed() {
    let checkout = signed();
    checkout.edit("pipeline/studies/nonsmooth/study.toml", "[0.50, 0.55]", "[0.50, 0.60]");
    checkout.run(&["run"]).exits(0);
    checkout.run(&["verify"]).exits(0);
    verify(&checkout).exits(6).says("statement.txt' differs from what the cells give, first in line 4");
    // With the statement made to match, its signature does not.
    let signature = checkout.read(SIGNATURE);
    checkout.run(&["sign", "--key", "b"]).exits(0);
    checkout.write(SIGNATURE, &signature);
    verify(&checkout).exits(6).says("is no signature of this statement: Signature verification failed");
}

#[test]
fn nothing_that_does_not_verify_is_signed() {
    let checkout = recorded();
    checkout.edit("artifacts/record/nonsmooth/lock.json", "\"tier\": \"full\"", "\"tier\": \"smoke\"");
    checkout.run(&["sign", "--key", "a"]).exits(6).says("lock.json' differs from what the cells give");
    checkout.run(&["run"]).exits(0);
    checkout.edit("pipeline/studies/nonsmooth/study.toml", "[0.50, 0.55]", "[0.50, 0.60]");
    checkout.run(&["sign", "--key", "a"]).exits(3).says("not of today's code and declaration");
    assert!(!checkout.path(STATEMENT).exists());
}

#[test]
fn what_is_not_there_is_named() {
    let checkout = recorded();
    checkout.run(&["sign"]).exits(2).says("--key <FILE>");
    checkout.run(&["sign", "--key", "none"]).exits(2).says("the key 'none' cannot be read");
    checkout.run(&["sign", "--key", "."]).exits(2).says("the key '.' cannot be read: it is a folder");
    checkout.run(&["sign", "--key", "signers"]).exits(4).says("error: 'ssh-keygen' did not sign with 'signers'");
    let absent = checkout.run_with(&["sign", "--key", "a"], &[("PATH", "")]).exits(4);
    absent.says("the program 'ssh-keygen' cannot be started").says("hint: install OpenSSH's client");
    assert!(!checkout.path(STATEMENT).exists());
    checkout.run(&["verify", "--signer", "signers"]).exits(2).says("--identity <PRINCIPAL>");
    checkout.run(&["verify", "--identity", "a@x"]).exits(2).says("--signer <ALLOWED_SIGNERS>");
    checkout.run(&["verify", "nonsmooth", "--signer", "signers", "--identity", "a@x"]).exits(2).says("cannot be used with");
    let list = |files: [&str; 2]| checkout.run(&["verify", "--signer", files[0], "--identity", "a@x", "--revoked", files[1]]);
    list(["none", "b.pub"]).exits(2).says("the list of allowed signers 'none' cannot be read");
    list(["signers", "none"]).exits(2).says("the list of revoked keys 'none' cannot be read");
}
