//! The same bits on other processors, under emulation. Not part of `just test`: it needs qemu-user
//! and a minute. `just emulate` runs it.

use saigen_tests::repository;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

/// What a worker answers to one batch of each estimator, on this processor or an emulated one.
fn answers(processor: Option<&str>) -> Vec<String> {
    let program = env!("CARGO_BIN_EXE_saigen");
    let mut command = match processor {
        None => Command::new(program),
        Some(name) => {
            let mut command = Command::new("qemu-x86_64");
            command.args(["-cpu", name, program]);
            command
        }
    };
    let child = command.arg("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.expect("qemu-x86_64 runs (Debian: apt-get install qemu-user)");
    let requests = std::fs::read(repository().join("tests/reference/requests.ndjson")).unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&requests).unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let answers: Vec<String> = lines.take(requests.iter().filter(|byte| **byte == b'\n').count()).map(|line| line.unwrap()).collect();
    drop(input);
    child.wait().unwrap();
    assert!(answers.iter().all(|answer| answer.starts_with("{\"cells\":[{\"record\":")), "{answers:?}");
    answers
}

#[test]
#[ignore = "needs qemu-user and a minute"]
fn processors_with_avx2_and_fma_agree_to_the_bit() {
    let here = answers(None);
    assert_eq!(here.len(), 5);
    for processor in ["Haswell", "EPYC-Rome"] {
        assert_eq!(here, answers(Some(processor)), "{processor}");
    }
    // Without fused multiply-add matrix products round otherwise: `saigen doctor` says so.
    assert_ne!(here, answers(Some("IvyBridge")));
}
