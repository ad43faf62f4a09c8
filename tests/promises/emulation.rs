//! The same bits on other processors, under emulation. Not part of `just test`, because it needs
//! qemu-user; `just emulate` runs it, and so does CI.

use crate::{SMOKE, checkout, smoked, whole, whole_smoked};
use saigen_tests::Checkout;

/// Every file of a checkout's smoke tier, its workers on an emulated processor.
fn files(checkout: &Checkout, processor: &str) -> Vec<(String, Vec<u8>)> {
    let through = format!("qemu-x86_64 -cpu {processor}");
    checkout.run(&["run", "--tier", "smoke", "--through", &through]).exits(0);
    checkout.files(&SMOKE)
}

#[test]
#[ignore = "needs qemu-user"]
fn processors_with_avx2_and_fma_agree_to_the_bit() {
    for processor in ["Haswell", "EPYC-Rome"] {
        assert_eq!(whole_smoked().files(&SMOKE), files(&whole(), processor), "{processor}");
    }
}

/// Without fused multiply-add the matrix products of libraries round otherwise, and `saigen doctor`
/// says so. Trained perceptrons keep their bits even there: their kernels fuse in software.
#[test]
#[ignore = "needs qemu-user"]
fn a_processor_without_fma_is_another_machine_except_to_perceptrons() {
    let cells = |files: Vec<(String, Vec<u8>)>, experiment: &str| -> Vec<String> {
        let (_, bytes) = files.into_iter().find(|(path, _)| path.ends_with("nonsmooth/cells.csv")).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().filter(|line| line.split(',').any(|field| field == experiment)).map(str::to_string).collect()
    };
    let (here, there) = (smoked().files(&SMOKE), files(&checkout(), "IvyBridge"));
    assert_eq!(cells(here.clone(), "network-narrow"), cells(there.clone(), "network-narrow"));
    assert_ne!(cells(here, "kernel"), cells(there, "kernel"));
}
